//! Each deliberate fault is found by the checks that are there for it, and by no other.

use crate::acme::*;
use crate::judge::{assert_found, assert_found_beside_prepare};

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
fn a_lax_configuration_is_found() {
    let ghost = "the descriptor lists `ghost`, which the configuration does not have";
    assert_found_beside_prepare::<Acme<KEY_THAT_IS_NONE>>(&["config"], ghost, "src/config.rs");
    assert_found_beside_prepare::<Acme<KEY_NOT_MISSED>>(
        &["config"],
        "`key` is required, and nobody misses it",
        "src/config.rs",
    );
    assert_found_beside_prepare::<Acme<STAND_IN_NOT_SHOWN>>(
        &["config"],
        "no configuration of `configs` shows `base_url` in place of `key`",
        "tests/conformance.rs",
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
    assert_found::<Acme<OTHER_REQUEST>>(&["contract"], says, "src/mapping.rs");
}
