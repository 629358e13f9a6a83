//! Whether preparing is pure, and what the requests look like.

use super::{complain_unfit, file, prepare, report};
use crate::fixtures::{full_lead, unicode_lead};
use crate::snapshot::assert_snapshot;
use crate::{Suite, render};

/// Proves that the same lead and context give the same bytes: asked again, and from another instance.
///
/// # Panics
/// When they do not.
pub fn prepare_is_deterministic(suite: &Suite) {
    let mut report = report(
        suite,
        "`prepare` is not deterministic, so a repeated delivery is another delivery",
    );
    for (index, config) in suite.configs().into_iter().enumerate() {
        let sink = suite.sink_with(config.clone());
        for (name, lead) in [("minimal", suite.minimal()), ("full", full_lead())] {
            let first = prepare(&sink, &lead);
            let again = (0..4).any(|_| prepare(&sink, &lead) != first);
            let cure = "take time and ids from the context, and iterate over no `HashMap`";
            report.expect(
                !again,
                format!("the {name} lead gives other bytes the second time (configuration {index})"),
                file::MAPPING,
                cure,
            );
            let elsewhere = (0..4).any(|_| prepare(&suite.sink_with(config.clone()), &lead) != first);
            let cure = "keep nothing in the sink that the configuration does not say";
            report.expect(
                !elsewhere,
                format!("another instance gives other bytes for the {name} lead (configuration {index})"),
                file::SINK,
                cure,
            );
        }
    }
    report.finish();
}

/// Compares the requests for the minimal, the full and the unicode lead with their snapshots.
///
/// # Panics
/// When one differs, or its lead does not fit.
pub fn requests_look_like_their_snapshots(suite: &Suite) {
    let mut report = report(suite, "a request cannot be compared with its snapshot");
    let sink = suite.sink();
    let leads = [
        ("request_required", suite.minimal()),
        ("request_all", full_lead()),
        ("request_unicode", unicode_lead()),
    ];
    for (name, lead) in leads {
        match prepare(&sink, &lead) {
            Ok(prepared) => assert_snapshot(suite, name, &render(&prepared)),
            Err(unfit) => {
                let cure = "leave out what the vendor cannot carry and report it as unmapped or by a warning";
                complain_unfit(
                    &mut report,
                    &format!("the lead of `{name}`"),
                    &unfit,
                    file::MAPPING,
                    cure,
                );
            }
        }
    }
    report.finish();
}
