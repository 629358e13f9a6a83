//! Whether text in any script arrives as it was.

use leadsink_core::{Draft, Field};

use super::{complain_unfit, file, prepare, report};
use crate::Suite;
use crate::fixtures::{full_lead, unicode_lead};
use crate::report::Report;
use crate::wire::Wire;

/// Proves that accents, Chinese, Arabic, emoji, quotes and 10,000 characters of notes fit and arrive unharmed, or that a
/// warning says otherwise.
///
/// # Panics
/// With every text that is harmed.
pub fn unicode_survives(suite: &Suite) {
    let mut report = report(suite, "text in another script does not survive");
    let (lead, plain) = (unicode_lead(), full_lead());
    for config in suite.configs() {
        let prepared = match prepare(&suite.sink_with(config), &lead) {
            Ok(prepared) => prepared,
            Err(unfit) => {
                let cure = "send it, or shorten with a warning at the field";
                complain_unfit(&mut report, "the unicode lead", &unfit, file::MAPPING, cure);
                continue;
            }
        };
        prepared
            .before
            .iter()
            .map(|step| &step.draft)
            .chain([&prepared.request])
            .for_each(|draft| encoded(&mut report, draft));
        let wire = Wire::of(&prepared);
        let values = wire.values();
        for field in Field::ALL.iter().copied() {
            let (text, before) = (field.get(&lead), field.get(&plain));
            let Some(text) = text.filter(|text| Some(text) != before.as_ref()) else {
                continue;
            };
            let unmapped = prepared.unmapped.iter().any(|reference| reference.field == field);
            let warned = prepared
                .warnings
                .iter()
                .any(|warning| warning.field.as_ref().is_some_and(|at| at.field == field));
            let stands = |text: &str| values.iter().any(|value| value.contains(text));
            // Of a full name it is enough that its parts arrive.
            let in_parts = field == Field::FullName && text.split_whitespace().all(stands);
            let arrives = stands(&text) || in_parts;
            let excused = warned || (unmapped && suite.descriptor().note.is_none());
            let cure = "cut by characters and not by bytes, encode once, or add a warning at the field";
            report.expect(
                arrives || excused,
                format!("the text of `{field}` does not arrive as it was"),
                file::MAPPING,
                cure,
            );
        }
    }
    report.finish();
}

fn encoded(report: &mut Report, draft: &Draft) {
    let text = std::str::from_utf8(&draft.body);
    report.expect(
        text.is_ok(),
        "the body is not UTF-8",
        file::MAPPING,
        "encode it with serde_json or form_urlencoded",
    );
    let content_type = draft
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|value| value.contains("json")) {
        let valid = serde_json::from_slice::<serde::de::IgnoredAny>(&draft.body).is_ok();
        report.expect(valid, "the body is no JSON", file::MAPPING, "encode it with serde_json");
    }
}
