//! Each deliberate fault is found by the checks that are there for it, and by no other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use leadsink_core::Vendor;
use leadsink_testkit::{SECRET_SENTINEL, Suite, checks, json};

use crate::acme::*;

type Check = (&'static str, fn(&Suite));

/// Every check but the one for snapshots, which a faulty request rightly changes: those of `prepare` alone last.
const CHECKS: &[Check] = &[
    ("descriptor", checks::descriptor_is_well_formed),
    ("config", checks::config_is_strict),
    ("addresses", checks::insecure_addresses_are_refused),
    ("secrets", checks::secrets_stay_secret),
    ("personal data", checks::personal_data_stays_out_of_logs),
    ("credentials", checks::credentials_are_marked_sensitive),
    ("answers", checks::every_answer_has_a_disposition),
    ("doubt", checks::doubt_is_sticky),
    ("contract", checks::contract_is_kept),
    ("deterministic", checks::prepare_is_deterministic),
    ("required", checks::required_fields_are_enforced),
    ("optional", checks::optional_fields_are_optional),
    ("mapping", checks::mapping_table_is_true),
    ("dropped", checks::nothing_is_dropped_in_silence),
    ("unicode", checks::unicode_survives),
];

/// The checks that a fault outside `prepare` can concern; the others take most of the time.
const BESIDE_PREPARE: &[Check] = CHECKS.split_at(9).0;

/// One configuration under which every row shows, since the fault and not the setting is looked at.
fn suite<V: Vendor>() -> Suite {
    let config = || json!({ "key": SECRET_SENTINEL, "campaign_from_lead": true });
    Suite::new::<V>(env!("CARGO_MANIFEST_DIR"), "tests/it/contract", config, minimal_lead)
}

/// The checks that complain, with what they say.
fn complaints<V: Vendor>(checks: &[Check]) -> Vec<(&'static str, String)> {
    let suite = suite::<V>();
    let complains = |(name, check): &Check| {
        let panic = catch_unwind(AssertUnwindSafe(|| check(&suite))).err()?;
        Some((*name, panic.downcast::<String>().map(|text| *text).unwrap_or_default()))
    };
    checks.iter().filter_map(complains).collect()
}

/// Asserts which checks complain about a vendor whose `prepare` is at fault, and that the given one says this and names that
/// file.
#[track_caller]
fn assert_found<V: Vendor>(names: &[&str], says: &str, file: &str) {
    assert_complaints(&complaints::<V>(CHECKS), names, says, file);
}

/// Asserts the same about a vendor whose `prepare` is as it should be.
#[track_caller]
fn assert_found_beside_prepare<V: Vendor>(names: &[&str], says: &str, file: &str) {
    assert_complaints(&complaints::<V>(BESIDE_PREPARE), names, says, file);
}

#[track_caller]
fn assert_complaints(complaints: &[(&str, String)], names: &[&str], says: &str, file: &str) {
    let found: Vec<_> = complaints.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, names, "{complaints:#?}");
    let file = format!("open {file}");
    let said = complaints
        .iter()
        .any(|(_, text)| text.contains(says) && text.contains(&file));
    assert!(said, "{complaints:#?}");
}

#[test]
fn a_missing_row_is_found() {
    let says = "`time_to_contact` changes `best_time`, and no row says so";
    assert_found::<Acme<ROW_MISSING>>(&["mapping"], says, "src/descriptor.rs");
}

#[test]
fn a_row_for_another_field_is_found() {
    let says = "`phone_2` changes `x-phones:`, and no row says so";
    assert_found::<Acme<ROW_OF_OTHER_FIELD>>(&["mapping"], says, "src/descriptor.rs");
}

#[test]
fn a_row_without_effect_is_found() {
    let says = "`roof_type` never changes `roof`, and a row says so";
    assert_found::<Acme<ROW_WITHOUT_EFFECT>>(&["mapping", "dropped", "unicode"], says, "src/mapping.rs");
}

#[test]
fn a_dropped_field_is_found() {
    let says = "`gas_provider` is unmapped, and its text is not in the note `comments`";
    assert_found::<Acme<FIELD_DROPPED>>(&["dropped"], says, "src/mapping.rs");
}

#[test]
fn a_mapped_field_that_is_dropped_is_found() {
    let says = "`time_to_contact` never changes `best_time`";
    assert_found::<Acme<MAPPED_AND_DROPPED>>(&["mapping", "dropped"], says, "src/mapping.rs");
}

#[test]
fn a_shown_secret_is_found() {
    assert_found_beside_prepare::<Acme<SECRET_IN_DEBUG>>(&["secrets"], "`Debug` of the sink shows it", "src/sink.rs");
    let both = ["secrets", "credentials"];
    assert_found::<Acme<SECRET_IN_REQUEST>>(&both, "the prepared request shows it", "src/mapping.rs");
}

#[test]
fn an_unmarked_or_missing_credential_is_found() {
    let both = ["credentials", "contract"];
    assert_found_beside_prepare::<Acme<NOT_SENSITIVE>>(&both, "has no sensitive mark", "src/auth.rs");
    assert_found_beside_prepare::<Acme<NO_CREDENTIAL>>(&both, "no request carries the credential", "src/auth.rs");
}

#[test]
fn personal_data_in_an_error_is_found() {
    assert_found_beside_prepare::<Acme<PERSON_IN_ERROR>>(
        &["secrets", "personal data", "contract"],
        "shows it",
        "src/response.rs",
    );
}

#[test]
fn other_bytes_the_second_time_are_found() {
    let names = ["deterministic", "mapping"];
    assert_found::<Acme<NOT_DETERMINISTIC>>(&names, "gives other bytes the second time", "src/mapping.rs");
}

#[test]
fn misread_answers_are_found() {
    let account = "401 empty to `POST api.acme.example/v1/leads` should be the fault of the account and is error unauthorized, permanent";
    assert_found_beside_prepare::<Acme<UNAUTHORIZED_IS_PERMANENT>>(&["answers"], account, "src/response.rs");
    let doubt = "200 empty to `POST api.acme.example/v1/leads` should be ambiguous, since the vendor may have the lead and is accepted";
    assert_found_beside_prepare::<Acme<EMPTY_IS_SUCCESS>>(&["answers"], doubt, "src/response.rs");
    let question = "500 empty to `POST api.acme.example/v1/check` should be anything but ambiguous";
    assert_found_beside_prepare::<Acme<QUESTION_IN_DOUBT>>(&["answers"], question, "src/response.rs");
    assert_found_beside_prepare::<Acme<PANICS>>(&["answers", "doubt"], "is a panic", "src/response.rs");
}

#[test]
fn a_forgotten_doubt_is_found() {
    let says = "after an attempt in doubt, 200 error inside to";
    assert_found_beside_prepare::<Loose<FORGETS_DOUBT>>(&["doubt", "contract"], says, "src/sink.rs");
}

#[test]
fn a_lax_configuration_is_found() {
    let ghost = "the descriptor lists `ghost`, which the configuration does not have";
    assert_found_beside_prepare::<Acme<KEY_THAT_IS_NONE>>(&["config"], ghost, "src/config.rs");
    assert_found_beside_prepare::<Acme<KEY_NOT_MISSED>>(
        &["config"],
        "`key` is required, and nobody misses it",
        "src/config.rs",
    );
    assert_found_beside_prepare::<Acme<INSECURE>>(
        &["addresses"],
        "`base_url = \"http://api.example.com/\"` is taken",
        "src/config.rs",
    );
}

#[test]
fn a_rule_that_is_hidden_or_not_enforced_is_found() {
    let hidden = "alone does not satisfy";
    assert_found::<Acme<HIDDEN_RULE>>(&["contract", "required", "optional"], hidden, "src/mapping.rs");
    let loose = "a lead without `phone_1` fits, against the rule";
    assert_found::<Loose<RULE_NOT_ENFORCED>>(&["contract", "required", "dropped"], loose, "src/sink.rs");
}

#[test]
fn cut_characters_are_found() {
    let says = "the text of `full_name` does not arrive as it was";
    assert_found::<Acme<CUTS_BYTES>>(&["contract", "dropped", "unicode"], says, "src/mapping.rs");
}

#[test]
fn a_bad_id_is_found() {
    assert_found_beside_prepare::<Acme<BAD_ID>>(
        &["descriptor"],
        "the id `Acme Inc.` is not kebab-case",
        "src/descriptor.rs",
    );
}

#[test]
fn another_request_than_the_contract_is_found() {
    let says = "request 2: the body should be";
    assert_found::<Acme<OTHER_REQUEST>>(&["contract"], says, "contract/accepted.json");
}
