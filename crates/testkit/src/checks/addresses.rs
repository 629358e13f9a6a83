//! Whether credentials go to `https` only: by the configuration, by what is prepared, by what is sent.

use std::panic::{AssertUnwindSafe, catch_unwind};

use leadsink_core::delivery::is_secure;
use leadsink_core::{ErrorKind, Prepared, SharedSink};
use serde_json::json;

use super::carrier::{Carrier, unreachable_vendor};
use super::{file, prepare, report};
use crate::fixtures::full_lead;
use crate::report::Report;
use crate::secret::shows_secret;
use crate::transport::INSECURE;
use crate::{SECRET_SENTINEL, ScriptedTransport, Suite, block_on};

/// Proves that credentials go to `https` only: the configuration refuses other addresses, and no request has one.
///
/// # Panics
/// With everything that is wrong.
pub fn insecure_addresses_are_refused(suite: &Suite) {
    let mut report = report(suite, "credentials might go to an insecure address");
    configured(&mut report, suite);
    for (carrier, config) in Carrier::all(suite, false).iter().zip(suite.configs()) {
        // The scenario may have an address of its own.
        for sink in [carrier.config.clone(), config].map(|config| suite.sink_with(config)) {
            for lead in [suite.minimal(), full_lead(), carrier.scenario.lead.clone()] {
                let Ok(prepared) = prepare(&sink, &lead) else { continue };
                drafts(&mut report, &prepared);
                deliveries(&mut report, &sink, &prepared, carrier);
            }
        }
    }
    report.finish();
}

/// What the configuration takes and refuses.
fn configured(report: &mut Report, suite: &Suite) {
    let addresses = suite
        .descriptor()
        .config
        .iter()
        .filter(|key| matches!(key.key, "base_url" | "url"));
    let keys: Vec<_> = addresses.map(|key| key.key).collect();
    let cure = "add a `base_url` (`leadsink_core::BaseUrl`), by which the sandbox stands in for the vendor";
    report.expect(
        !keys.is_empty(),
        "the vendor has no `base_url` (or `url`)",
        file::CONFIG,
        cure,
    );
    let with_user = format!("https://tester:{SECRET_SENTINEL}@api.example.com/");
    for key in keys {
        for bad in [
            "http://api.example.com/",
            "ftp://127.0.0.1/",
            "api.example.com",
            &with_user,
        ] {
            let shown = bad.replace(SECRET_SENTINEL, "…");
            match suite.build(suite.merged(&json!({ key: bad }))) {
                Ok(_) => report.add(
                    format!("`{key} = \"{shown}\"` is taken"),
                    file::CONFIG,
                    "read it as a `BaseUrl`",
                ),
                Err(error) => {
                    let safe = error.key().contains(key) && !shows_secret(&format!("{error} {error:?}"));
                    let wrong =
                        format!("the refusal of `{key} = \"{shown}\"` does not name the key, or shows the password");
                    report.expect(
                        safe,
                        wrong,
                        file::CONFIG,
                        "read it as a `BaseUrl`, or use `ConfigError::invalid`",
                    );
                }
            }
        }
        let local = suite.build(suite.merged(&json!({ key: "http://127.0.0.1:9/" })));
        if let (Err(error), "base_url") = (local, key) {
            report.add(
                format!("this machine is refused, so the sandbox cannot be used: {error}"),
                file::CONFIG,
                "read it as a `BaseUrl`",
            );
        }
    }
}

fn drafts(report: &mut Report, prepared: &Prepared) {
    let drafts = prepared
        .before
        .iter()
        .map(|step| &step.draft)
        .chain([&prepared.request]);
    for draft in drafts.filter(|draft| !is_secure(&draft.url)) {
        let wrong = format!(
            "a request goes to `{}://{}`",
            draft.url.scheme(),
            draft.url.host_str().unwrap_or_default()
        );
        report.add(wrong, file::MAPPING, "build it from the `base_url`");
    }
}

/// What is added on the way, in `authorize` or in a conversation, may be another address than the prepared one.
fn deliveries(report: &mut Report, sink: &SharedSink, prepared: &Prepared, carrier: &Carrier) {
    let transport = ScriptedTransport::new(carrier.answers()).then_always(unreachable_vendor());
    let delivery = || block_on(sink.deliver(prepared, &transport.context()));
    let wrong = match catch_unwind(AssertUnwindSafe(delivery)) {
        Ok(Err(error)) if error.kind() == ErrorKind::Insecure => format!(
            "request {} of a delivery is refused for its address",
            transport.seen().len() + 1
        ),
        Ok(_) => return,
        // Other panics are the business of other checks.
        Err(panic) => match panic.downcast::<String>() {
            Ok(text) if text.contains(INSECURE) => *text,
            _ => return,
        },
    };
    let cure = "change no scheme or host on the way, and send to addresses below the `base_url` only";
    report.add(wrong, file::SINK, cure);
}
