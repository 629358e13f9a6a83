//! Whether preparing is pure, and what the requests look like.

use leadsink_core::{Lead, SharedSink};

use super::{complain_unfit, file, prepare, problems, report};
use crate::fixtures::{full_lead, unicode_lead};
use crate::render::{difference, lines};
use crate::secret::masked;
use crate::snapshot::assert_snapshots;
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

/// Compares the requests for the minimal, the full and the unicode lead with their snapshots, and with one for each further
/// configuration what it makes of the first two.
///
/// # Panics
/// With every one that differs, or when a lead does not fit.
pub fn requests_look_like_their_snapshots(suite: &Suite) {
    let mut report = report(suite, "a request cannot be compared with its snapshot");
    let sink = suite.sink();
    let mut texts = Vec::new();
    for (name, lead) in [
        (REQUIRED, suite.minimal()),
        (ALL, full_lead()),
        ("request_unicode", unicode_lead()),
    ] {
        match prepare(&sink, &lead) {
            Ok(prepared) => texts.push((name.to_owned(), render(&prepared))),
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
    for (name, settings) in suite.further() {
        let shown = masked(&settings.to_string());
        let text = format!(
            "under {shown}\n\n{}",
            changes(suite, &suite.sink_with(suite.merged(&settings)))
        );
        texts.push((format!("{UNDER}{name}"), text));
    }
    assert_snapshots(suite, &texts);
}

const REQUIRED: &str = "request_required";
const ALL: &str = "request_all";

/// How the names of snapshots begin that show what a further configuration changes.
const UNDER: &str = "request_under_";

/// What a sink makes of the minimal and the full lead otherwise than the plain one.
fn changes(suite: &Suite, sink: &SharedSink) -> String {
    let plain = suite.sink();
    let change = |(name, lead): (&str, Lead)| {
        let lines = difference(&seen(&plain, &lead), &seen(sink, &lead));
        let lines = if lines.is_empty() {
            "nothing".to_owned()
        } else {
            lines.join("\n")
        };
        format!("beside {name}:\n{lines}\n")
    };
    [(REQUIRED, suite.minimal()), (ALL, full_lead())].map(change).join("\n")
}

fn seen(sink: &SharedSink, lead: &Lead) -> Vec<String> {
    match prepare(sink, lead) {
        Ok(prepared) => lines(&prepared),
        Err(unfit) => vec![format!("unfit: {}", problems(&unfit))],
    }
}
