//! `--test`: every lead carries the vendor's mark of a test, and no vendor without one gets a lead.

use leadsink::{Descriptor, Lead};
use serde_json::{Map, Value};

use crate::config::OpenSink;
use crate::exit::CliError;
use crate::output::list;

/// Refuses sinks whose vendor would take a test for a real lead.
pub(crate) fn check(sinks: &[OpenSink]) -> Result<(), CliError> {
    let without: Vec<_> = sinks
        .iter()
        .filter(|sink| sink.sink.descriptor().test_mark.is_none())
        .map(|sink| format!("`{}`", sink.name))
        .collect();
    if without.is_empty() {
        return Ok(());
    }
    let message = format!(
        "`--test` cannot be used for {}: the vendor knows no mark of a test and would take each lead for a real one",
        list(&without)
    );
    Err(CliError::new(message)
        .with_hint("nothing was sent; without `--test`, `leadsink map` and `--dry-run` show what a lead would be"))
}

/// What to know of the marks before a test is sent, a sentence a sink.
pub(crate) fn caveats(sinks: &[OpenSink]) -> Vec<String> {
    let caveat = |sink: &OpenSink| {
        let facts = sink.sink.descriptor();
        Some(caveat(&sink.name, facts.test_mark?, facts.test_caveat?))
    };
    sinks.iter().filter_map(caveat).collect()
}

fn caveat(sink: &str, mark: &str, when: &str) -> String {
    format!("`{sink}`: leads are marked by `{mark}`, and that may do nothing; {when}")
}

/// Marks a lead as a test for a vendor that knows such a mark.
pub(crate) fn mark(lead: &mut Lead, vendor: &Descriptor) {
    let Some(option) = vendor.test_mark else { return };
    let options = lead.extensions.entry(vendor.id.to_owned()).or_default();
    if !options.is_object() {
        // Whatever it is: a test is never sent without its mark.
        *options = Value::Object(Map::new());
    }
    options[option] = Value::Bool(true);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_that_may_do_nothing_is_told() {
        assert_eq!(
            caveat("main", "is_test", "a flow without a rule takes it for real"),
            "`main`: leads are marked by `is_test`, and that may do nothing; a flow without a rule takes it for real"
        );
    }

    #[test]
    fn the_mark_wins_over_what_the_lead_says() {
        const VENDOR: Descriptor = Descriptor::new("acme", "Acme", "").with_test_mark("is_test");
        for (options, wanted) in [
            (None, json!({ "is_test": true })),
            (
                Some(json!({ "is_test": false, "a": 1 })),
                json!({ "is_test": true, "a": 1 }),
            ),
            (Some(json!("no")), json!({ "is_test": true })),
        ] {
            let mut lead = Lead::builder().id("1").build().unwrap();
            lead.extensions
                .extend(options.map(|options| ("acme".to_owned(), options)));
            mark(&mut lead, &VENDOR);
            assert_eq!(lead.extensions["acme"], wanted);
        }
    }
}
