//! Whether every scenario of the contract folder comes out as written.

use serde_json::Value;

use super::{complain_unfit, file, is_unwritten, prepare, report};
use crate::Suite;
use crate::contract::{Difference, replay, scenarios_of};

/// Replays the scenarios of the vendor.
///
/// # Panics
/// With everything that came out other than written.
pub fn contract_is_kept(suite: &Suite) {
    let mut report = report(suite, "the contract is not kept");
    for scenario in scenarios_of(suite, &mut report) {
        let name = &scenario.name;
        let sink = suite.sink_with(suite.merged(&Value::Object(scenario.config.clone())));
        if let Err(unfit) = prepare(&sink, &scenario.lead)
            && is_unwritten(&unfit)
        {
            complain_unfit(&mut report, &format!("the lead of `{name}`"), &unfit, file::MAPPING, "");
            continue;
        }
        let scenario_file = suite.scenario_file(name);
        for difference in replay(suite, &scenario).err().unwrap_or_default() {
            let (wrong, file, cure) = match &difference {
                Difference::Request(wrong) => (wrong, file::MAPPING, "make the request so"),
                Difference::Count(wrong) => (wrong, file::SINK, "send these requests and no other"),
                Difference::Unfit(wrong) => (wrong, file::MAPPING, "judge the lead so"),
                Difference::Outcome(wrong) => (wrong, file::RESPONSE, "read the answer so"),
            };
            let cure = format!("{cure}, or mend {scenario_file} where the vendor's documents say otherwise");
            report.add(format!("`{name}`: {wrong}"), file, cure);
        }
    }
    report.finish();
}
