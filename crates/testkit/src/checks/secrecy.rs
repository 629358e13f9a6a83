//! Whether secrets and personal data stay where they belong.

use std::fmt::Debug;

use leadsink_core::{Field, Prepared};
use serde_json::json;

use super::carrier::{Carrier, unreachable_vendor};
use super::matrix::Matrix;
use super::{file, prepare, problems, report, with, without};
use crate::fixtures::{full_lead, other_sample, personal_data};
use crate::report::Report;
use crate::secret::shows_secret;
use crate::wire::Wire;
use crate::{Seen, Suite, render};

/// Proves that the sentinel is in no `Debug`, `Display`, prepared request, rendering or configuration error.
///
/// # Panics
/// With every place that shows it.
pub fn secrets_stay_secret(suite: &Suite) {
    let mut report = report(suite, "a secret is shown");
    let mut hidden = |place: &str, text: &str, file: &str| {
        let cure = "keep it in a `Secret`, and add it in `authorize` only";
        report.expect(!shows_secret(text), format!("{place} shows it"), file, cure);
    };
    for config in suite.configs() {
        let sink = suite.sink_with(config);
        hidden("`Debug` of the sink", &debug(&sink), file::SINK);
        for lead in [suite.minimal(), full_lead()] {
            match prepare(&sink, &lead) {
                Ok(prepared) => {
                    hidden("the prepared request", &everything(&prepared), file::MAPPING);
                    hidden("`Debug` of the prepared request", &debug(&prepared), file::MAPPING);
                }
                Err(unfit) => hidden("a refusal", &format!("{unfit} {}", debug(&unfit)), file::MAPPING),
            }
        }
    }
    for case in Matrix::all(suite, false).iter().flat_map(|matrix| &matrix.cases) {
        if let Some(result) = &case.result {
            let shown = result.as_ref().err().map(ToString::to_string).unwrap_or_default() + &debug(result);
            hidden(&format!("what becomes of {}", case.name), &shown, file::RESPONSE);
        }
    }
    echoes(&mut report, suite);
    report.finish();
}

/// A refused credential must not stand in the message that refuses it.
fn echoes(report: &mut Report, suite: &Suite) {
    for key in suite
        .descriptor()
        .config
        .iter()
        .filter(|key| key.credential)
        .map(|key| key.key)
    {
        for value in [
            json!(918_273_645),
            json!(91_827.364_5),
            json!(true),
            json!(["918273645"]),
            json!({ "918273645": 1 }),
        ] {
            let shown = match suite.build(suite.merged(&json!({ key: value }))) {
                Ok(sink) => debug(&sink),
                Err(error) => format!("{error} {}", debug(&error)),
            };
            let wrong = format!("`{key} = {value}` is echoed: {shown}");
            let echoed = shown.contains("918273645") || shown.contains("91827.3645");
            // The key of a table is no value: it may be named as unknown.
            report.expect(
                !echoed || value.is_object(),
                wrong,
                file::CONFIG,
                "read it as a `Secret`",
            );
        }
    }
}

fn everything(prepared: &Prepared) -> String {
    // Sensitive headers are hidden in a rendering; a draft must not have them at all.
    let headers = prepared
        .before
        .iter()
        .map(|step| &step.draft)
        .chain([&prepared.request])
        .flat_map(|draft| draft.headers.values());
    let headers: String = headers
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned() + "\n")
        .collect();
    format!(
        "{}\n{headers}\n{}",
        render(prepared),
        Wire::of(prepared).values().join("\n")
    )
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

/// Proves that no value of the lead is in `Debug` or `Display` of what ends up in logs.
///
/// # Panics
/// With every place that shows one.
pub fn personal_data_stays_out_of_logs(suite: &Suite) {
    let mut report = report(suite, "a log would hold personal data");
    let mut hidden = |place: &str, personal: &[String], text: &str, file: &str| {
        if let Some(value) = personal.iter().find(|value| text.contains(value.as_str())) {
            let cure = "name the field and the rule, never the value; texts of the vendor go to `Reason::text`, `Receipt::message` or the excerpt";
            report.add(format!("{place} shows `{value}`"), file, cure);
        }
    };
    let full = full_lead();
    let mut leads = vec![full.clone()];
    for field in Field::ALL.iter().copied() {
        leads.push(without(&full, field));
        leads.push(with(&full, field, &other_sample(field)));
    }
    let sinks: Vec<_> = suite
        .configs()
        .into_iter()
        .map(|config| suite.sink_with(config))
        .collect();
    for lead in leads {
        let personal = personal_data(&lead);
        for result in sinks.iter().map(|sink| prepare(sink, &lead)) {
            match result {
                Ok(prepared) => {
                    let shown = debug(&prepared);
                    hidden("`Debug` of the prepared request", &personal, &shown, file::MAPPING);
                    let warnings = debug(&prepared.warnings);
                    hidden("a warning", &personal, &warnings, file::MAPPING);
                }
                Err(unfit) => {
                    let place = format!("the refusal ({})", problems(&unfit));
                    hidden(&place, &personal, &format!("{unfit} {}", debug(&unfit)), file::MAPPING);
                }
            }
        }
    }
    for matrix in Matrix::all(suite, false).iter().chain(&Matrix::all(suite, true)) {
        for case in &matrix.cases {
            if let Some(result) = &case.result {
                let shown = result.as_ref().err().map(ToString::to_string).unwrap_or_default() + &debug(result);
                let place = format!("what becomes of {}", case.name);
                hidden(&place, &matrix.personal, &shown, file::RESPONSE);
            }
        }
    }
    report.finish();
}

/// Proves that a delivery carries the credential, in headers only with the sensitive mark, and that nothing is prepared with
/// it.
///
/// # Panics
/// With everything that is wrong.
pub fn credentials_are_marked_sensitive(suite: &Suite) {
    let mut report = report(suite, "a credential is not handled as one");
    // Whether the delivery succeeds is the business of the contract.
    let sent = |carrier: &Carrier| carrier.play(suite, &carrier.answers(), unreachable_vendor()).1;
    let has_credentials = suite.descriptor().config.iter().any(|key| key.credential);
    for carrier in Carrier::all(suite, false) {
        let carried = marked(&mut report, &sent(&carrier));
        // A further configuration may be one that needs none.
        let needed = has_credentials && carrier.settings.is_empty();
        let wrong = "no request carries the credential";
        report.expect(carried || !needed, wrong, file::AUTH, "add it in `authorize`");
    }
    report.finish();
}

/// Looks at each header of what was sent, and whether any of it carried the credential.
fn marked(report: &mut Report, seen: &[Seen]) -> bool {
    let mut carried = false;
    for seen in seen {
        for (name, value) in &seen.headers {
            let held = shows_secret(&String::from_utf8_lossy(value.as_bytes()));
            carried |= held;
            let always = matches!(name.as_str(), "authorization" | "cookie" | "proxy-authorization");
            let wrong = format!("the header `{name}` of `{}` has no sensitive mark", seen.line());
            let cure = "call `value.set_sensitive(true)` before it is inserted";
            report.expect(value.is_sensitive() || !(held || always), wrong, file::AUTH, cure);
        }
        carried |= shows_secret(seen.url.as_str()) || shows_secret(&String::from_utf8_lossy(&seen.body));
    }
    carried
}
