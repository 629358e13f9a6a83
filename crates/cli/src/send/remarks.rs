//! The sentences beneath the tables of the summary.

use std::collections::BTreeSet;

use super::ending::{Ending, Ledger};
use crate::outbox::command;
use crate::output::{list, plural};

/// More fields or columns than this are only counted.
const MOST_NAMES: usize = 8;

/// The leads in doubt: those of this run, and those that are no news.
pub(super) fn doubts(now: u64, before: u64) -> Vec<String> {
    let mut texts = Vec::new();
    if now > 0 {
        let leads = plural(now, "lead");
        texts.push(format!(
            "In doubt: {leads} may have arrived. Look at the vendor, or let `leadsink reconcile` ask it where it can tell; nothing \
             sends them again by itself."
        ));
    }
    if before > 0 {
        let leads = plural(before, "lead");
        texts.push(format!(
            "Still in doubt from before: {leads} may have arrived, and nothing was sent again."
        ));
    }
    texts
}

/// What is in doubt in an outbox, and what else there is to say of it.
pub(super) fn kept(unknown: u64, asked: u64, ledger: &Ledger) -> Vec<String> {
    let mut texts = ledger.remarks.clone();
    if asked > 0 {
        let leads = plural(asked, "lead");
        texts.push(format!(
            "Of those due, {leads} may have arrived: the vendor is asked, or the lead is repeated where that is safe."
        ));
    }
    if unknown > 0 {
        let leads = plural(unknown, "lead");
        let list = command("list --state unknown", &ledger.place);
        let release = command("release LEAD --sink NAME --as delivered", &ledger.place);
        texts.push(format!(
            "Unknown: {leads} may have arrived, and nothing sends them again by itself. `{list}` names them; look at the vendor, \
             and settle each with `{release}` or `--as not-delivered`."
        ));
    }
    texts
}

/// What was not as one might think, though nothing failed.
pub(super) fn remarks(ending: &Ending) -> Vec<String> {
    let mut remarks = Vec::new();
    if ending.test {
        remarks.push("Every lead was marked as a test.".to_owned());
    }
    for sink in &ending.sinks {
        if !sink.tally.unmapped.is_empty() {
            let fields: BTreeSet<_> = sink.tally.unmapped.keys().map(ToString::to_string).collect();
            let names = names(fields.iter().map(String::as_str));
            remarks.push(format!(
                "{}: no field of the vendor's own for {names}; `leadsink fields {}` says where they go",
                sink.name, sink.vendor
            ));
        }
        for ((code, place), leads) in &sink.tally.warnings {
            let place = if place.is_empty() {
                String::new()
            } else {
                format!(" about {place}")
            };
            let leads = plural(*leads, "lead");
            remarks.push(format!(
                "{}: warning `{code}`{place} for {leads}; {}",
                sink.name,
                if ending.ledger.is_some() {
                    "`leadsink map` shows which"
                } else {
                    "see the report"
                }
            ));
        }
    }
    if ending.astray > 0 {
        remarks.push(format!(
            "{} for sinks in the column `leadsink_sink` that `--to` does not name; nothing of them was sent",
            plural(ending.astray, "row")
        ));
    }
    if let Some(summary) = &ending.summary {
        if !summary.not_recognised.is_empty() {
            remarks.push(format!(
                "columns that were not recognised: {}; `--column \"Header=field\"` says what one is",
                names(summary.not_recognised.iter().map(String::as_str))
            ));
        }
        for (field, columns) in &summary.shared {
            let columns = list(columns);
            remarks.push(format!(
                "the columns {columns} all hold `{field}`; the first that is not empty was taken"
            ));
        }
        if !summary.not_found.is_empty() {
            remarks.push(format!(
                "columns that were named and are not in the file: {}",
                names(summary.not_found.iter().map(String::as_str))
            ));
        }
    }
    remarks
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<_> = all.map(|name| format!("`{name}`")).collect();
    match all.len().checked_sub(MOST_NAMES) {
        None | Some(0) => list(&all),
        Some(more) => format!("{} and {more} more", all[..MOST_NAMES].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_from_before_is_told_from_that_of_the_run() {
        assert_eq!(
            doubts(0, 2),
            ["Still in doubt from before: 2 leads may have arrived, and nothing was sent again."]
        );
        assert!(doubts(1, 0)[0].starts_with("In doubt: 1 lead may have arrived."));
        assert!(doubts(0, 0).is_empty());
    }
}
