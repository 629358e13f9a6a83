//! What an earlier run has done, so that this one leaves it out.

mod cut;
mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use leadsink::{DeliveryId, LeadId};
use serde::Deserialize;

use super::fate::Fate;
use super::line::Reason;
use crate::exit::CliError;

/// What an earlier report says, by lead id and sink, so that rows may have moved or been mended. Only hashes are kept, unless
/// the earlier run died.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done {
    settled: HashSet<DeliveryId>,
    ambiguous: HashSet<DeliveryId>,
    /// Those of which the earlier run did not know yet that they are in doubt.
    died: HashSet<DeliveryId>,
    /// Rows in doubt of which only the number is known.
    ambiguous_rows: HashSet<(u64, Box<str>)>,
    died_rows: HashSet<(u64, Box<str>)>,
    bad: HashSet<DeliveryId>,
    bad_at: HashSet<(u64, DeliveryId)>,
    /// Rows without a usable lead, by number.
    bad_rows: HashSet<(u64, Box<str>)>,
    duplicate_rows: HashSet<(u64, DeliveryId)>,
    /// Why rows are to mend, where the earlier run died: its file of them may lack those that waited for other sinks.
    refused: Option<HashMap<(u64, DeliveryId), Vec<Reason>>>,
    /// Whether there are lines of a test.
    has_tests: bool,
    /// Whether there are lines of leads that were sent in earnest.
    has_leads: bool,
    /// Whether there are such rows at sinks that this run does not send to.
    refused_elsewhere: bool,
    /// What the new report has taken over, by sink.
    carried: BTreeMap<Box<str>, BTreeMap<Fate, u64>>,
}

/// What an earlier run says of a lead at a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is to be sent.
    Open,
    /// It was sent, and did not fail.
    Settled,
    /// Nobody knows whether it arrived, as the report says.
    Ambiguous,
    /// The same, and the report could not say so, since the process died.
    Died,
}

/// What is read of a line.
#[derive(Debug, Deserialize)]
struct Old {
    row: u64,
    lead: Option<LeadId>,
    sink: String,
    outcome: Fate,
}

impl Done {
    /// Notes a line; tells whether it stays true.
    fn take(&mut self, old: &Old) -> bool {
        let delivery = old.lead.as_ref().map(|lead| DeliveryId::new(lead, &old.sink));
        let row = || (old.row, old.sink.as_str().into());
        match (old.outcome, delivery) {
            // Beside an earlier row of the same lead that is done, it is not sent either.
            (Fate::Failed | Fate::NotAttempted, Some(delivery)) => return self.settled.contains(&delivery),
            (Fate::Failed | Fate::NotAttempted, None) => return false,
            (Fate::BadRow, Some(delivery)) => {
                self.bad.insert(delivery);
                self.bad_at.insert((old.row, delivery));
            }
            (Fate::DuplicateRow, Some(delivery)) => drop(self.duplicate_rows.insert((old.row, delivery))),
            (Fate::BadRow | Fate::DuplicateRow, None) => drop(self.bad_rows.insert(row())),
            (Fate::Ambiguous, Some(delivery)) => {
                self.ambiguous.insert(delivery);
                self.settled.insert(delivery);
            }
            (Fate::Ambiguous, None) => drop(self.ambiguous_rows.insert(row())),
            (_, Some(delivery)) => drop(self.settled.insert(delivery)),
            (_, None) => {}
        }
        true
    }

    /// Notes a delivery that the earlier run left without an end.
    fn take_died(&mut self, row: u64, lead: Option<&LeadId>, sink: &str) {
        match lead {
            Some(lead) => {
                let delivery = DeliveryId::new(lead, sink);
                self.settled.insert(delivery);
                self.died.insert(delivery);
            }
            None => drop(self.died_rows.insert((row, sink.into()))),
        }
    }

    /// How many deliveries the earlier run left without an end.
    pub(crate) fn died(&self) -> u64 {
        (self.died.len() + self.died_rows.len()) as u64
    }

    /// Whether the rows to mend of the earlier run are written again.
    pub(crate) const fn is_from_a_dead_run(&self) -> bool {
        self.refused.is_some()
    }

    /// Whether any row is to mend.
    pub(crate) fn has_refusals(&self) -> bool {
        let some = self.refused.as_ref().is_some_and(|refused| !refused.is_empty());
        some || self.refused_elsewhere || !self.bad_rows.is_empty()
    }

    /// Whether rows are to mend at sinks that this run does not send to.
    pub(crate) const fn has_refusals_elsewhere(&self) -> bool {
        self.refused_elsewhere
    }

    /// Why a row is to mend that the earlier run could send nowhere, where it is written again.
    pub(crate) fn refused(&self, row: u64, lead: &LeadId, sink: &str) -> Option<&[Reason]> {
        let reasons = self.refused.as_ref()?.get(&(row, DeliveryId::new(lead, sink)))?;
        Some(reasons)
    }

    /// What the earlier run says of a lead.
    pub(crate) fn standing(&self, row: u64, lead: &LeadId, sink: &str) -> Standing {
        let by_row = |rows: &HashSet<_>| !rows.is_empty() && rows.contains(&(row, sink.into()));
        let is_known = !self.settled.is_empty() || !self.bad_at.is_empty();
        let delivery = is_known.then(|| DeliveryId::new(lead, sink));
        // A row that was bad is left out also when it has been mended in its place: the report has its word on it.
        let was_bad_here = || delivery.is_some_and(|delivery| self.bad_at.contains(&(row, delivery)));
        let is_in = |set: &HashSet<_>| delivery.is_some_and(|delivery| set.contains(&delivery));
        if is_in(&self.died) || by_row(&self.died_rows) {
            Standing::Died
        } else if is_in(&self.ambiguous) || by_row(&self.ambiguous_rows) {
            Standing::Ambiguous
        } else if is_in(&self.settled) || was_bad_here() {
            Standing::Settled
        } else {
            Standing::Open
        }
    }

    /// What the new report has taken over of a sink, by outcome.
    pub(crate) fn carried(&self, sink: &str) -> BTreeMap<Fate, u64> {
        self.carried.get(sink).cloned().unwrap_or_default()
    }

    fn carry(&mut self, sink: &str, outcome: Fate) {
        *self.carried.entry(sink.into()).or_default().entry(outcome).or_default() += 1;
    }

    /// The same of every sink.
    pub(crate) fn into_carried(self) -> BTreeMap<Box<str>, BTreeMap<Fate, u64>> {
        self.carried
    }

    fn note_kind(&mut self, is_test: bool) {
        self.has_tests |= is_test;
        self.has_leads |= !is_test;
    }

    /// Refuses to leave out as done what was only a test, and to go on with a test where leads were sent in earnest.
    pub(crate) fn check_kind(&self, path: &Path, test: bool) -> Result<(), CliError> {
        let path = path.display();
        if self.has_tests && !test {
            let message = format!("`{path}` is the report of a test: its leads were not sent in earnest");
            Err(CliError::new(message).with_hint("leave `--resume` out, or go on with the test by `--test`"))
        } else if self.has_leads && test {
            let message = format!("`{path}` is no report of a test: its leads were sent in earnest");
            Err(CliError::new(message).with_hint("a test begins with a report of its own; leave `--resume` out"))
        } else {
            Ok(())
        }
    }

    /// Whether the row was reported as bad.
    pub(crate) fn was_bad(&self, row: u64, lead: Option<&LeadId>, sink: &str) -> bool {
        match lead {
            Some(lead) => !self.bad.is_empty() && self.bad.contains(&DeliveryId::new(lead, sink)),
            None => self.bad_rows.contains(&(row, sink.into())),
        }
    }

    /// Whether the row was reported as a repetition.
    pub(crate) fn was_duplicate(&self, row: u64, lead: &LeadId, sink: &str) -> bool {
        !self.duplicate_rows.is_empty() && self.duplicate_rows.contains(&(row, DeliveryId::new(lead, sink)))
    }
}
