//! Whether every scenario of the contract folder comes out as written.

use super::report;
use crate::Suite;
use crate::contract::{replay, scenarios};

/// Replays the scenarios of the vendor.
///
/// # Panics
/// With everything that came out other than written.
pub fn contract_is_kept(suite: &Suite) {
    let mut report = report(suite, "the contract is not kept");
    let folder = suite.contract().file_name().unwrap_or_default().to_string_lossy();
    for scenario in scenarios(suite.contract()) {
        for wrong in replay(suite, &scenario).err().unwrap_or_default() {
            let file = format!("{folder}/{}.json", scenario.name);
            let cure = "mend the code that it is about, or the scenario where the vendor's documents say otherwise";
            report.add(wrong, &file, cure);
        }
    }
    report.finish();
}
