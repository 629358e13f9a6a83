//! Runs the suite over a vendor with a deliberate fault, and says which checks complain.

use std::panic::{AssertUnwindSafe, catch_unwind};

use leadsink_core::Vendor;
use leadsink_testkit::{SECRET_SENTINEL, Suite, checks, json};

use crate::acme::*;

pub(crate) type Check = (&'static str, fn(&Suite));

/// Every check but the one for the snapshots of requests: those of `prepare` alone last.
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
    ("sending", checks::requests_carry_purpose_and_limits),
    ("deterministic", checks::prepare_is_deterministic),
    ("required", checks::required_fields_are_enforced),
    ("optional", checks::optional_fields_are_optional),
    ("mapping", checks::mapping_table_is_true),
    ("dropped", checks::nothing_is_dropped_in_silence),
    ("unicode", checks::unicode_survives),
];

/// The checks that a fault outside `prepare` can concern; the others take most of the time.
pub(crate) const BESIDE_PREPARE: &[Check] = CHECKS.split_at(10).0;

/// One configuration under which every row shows, since the fault and not the setting is looked at.
pub(crate) fn suite<V: Vendor>() -> Suite {
    let config = || json!({ "key": SECRET_SENTINEL, "campaign_from_lead": true });
    Suite::new::<V>(env!("CARGO_MANIFEST_DIR"), "tests/it/contract", config, minimal_lead).without_snapshots()
}

/// The checks that complain, with what they say.
pub(crate) fn complaints(suite: &Suite, checks: &[Check]) -> Vec<(&'static str, String)> {
    let complains = |(name, check): &Check| {
        let panic = catch_unwind(AssertUnwindSafe(|| check(suite))).err()?;
        Some((*name, panic.downcast::<String>().map(|text| *text).unwrap_or_default()))
    };
    checks.iter().filter_map(complains).collect()
}

/// Asserts which checks complain about a vendor whose `prepare` is at fault, and that the given one says this and names that
/// file.
#[track_caller]
pub(crate) fn assert_found<V: Vendor>(names: &[&str], says: &str, file: &str) {
    assert_complaints(&complaints(&suite::<V>(), CHECKS), names, says, file);
}

/// Asserts the same about a vendor whose `prepare` is as it should be.
#[track_caller]
pub(crate) fn assert_found_beside_prepare<V: Vendor>(names: &[&str], says: &str, file: &str) {
    assert_complaints(&complaints(&suite::<V>(), BESIDE_PREPARE), names, says, file);
}

#[track_caller]
pub(crate) fn assert_complaints(complaints: &[(&str, String)], names: &[&str], says: &str, file: &str) {
    let found: Vec<_> = complaints.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, names, "{complaints:#?}");
    let file = format!("open crates/testkit/{file}");
    let said = complaints
        .iter()
        .flat_map(|(_, text)| text.split("\n  - "))
        .any(|complaint| complaint.contains(says) && complaint.contains(&file));
    assert!(said, "{complaints:#?}");
}
