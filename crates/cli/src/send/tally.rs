//! The counts of a run, per sink, and the exit code that follows from them.

use std::collections::BTreeMap;
use std::time::Duration;

use leadsink::FieldRef;

use super::fate::Fate;
use super::line::{IN_DOUBT, Line};
use super::resume::Standing;
use crate::exit::Exit;
use crate::notes::Note;

/// What happened at one sink.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<Fate, u64>,
    /// What the report has taken over from an earlier one.
    carried: BTreeMap<Fate, u64>,
    /// Good rows that this vendor cannot take; they count as bad rows too.
    unfit: u64,
    /// Rows that are left out: an earlier report had them as done, or they are for another sink.
    pub(crate) skipped: u64,
    /// Those of them that nobody knows the end of.
    pub(crate) skipped_ambiguous: u64,
    /// Those of these that no report called so before, since the process died.
    pub(crate) skipped_died: u64,
    /// Those of the rows left out that a column of the file sends to other sinks.
    pub(crate) skipped_elsewhere: u64,
    /// Attempts that were made.
    pub(crate) attempts: u64,
    /// Why rows were not delivered, with their number.
    pub(crate) reasons: BTreeMap<Why, u64>,
    /// What the vendor has no field for, with the number of leads.
    pub(crate) unmapped: BTreeMap<FieldRef, u64>,
    /// What a person should know, by code, with the number of leads.
    pub(crate) warnings: BTreeMap<(String, String), u64>,
    /// Why the sink was stopped.
    pub(crate) stopped: Option<String>,
    /// From the first to the last delivery.
    pub(crate) time: Duration,
}

/// A reason as the summary counts it: without the vendor's text, which may quote a lead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Why {
    pub(crate) outcome: Fate,
    pub(crate) code: String,
    pub(crate) place: Option<String>,
    /// Our own words, where they are.
    pub(crate) text: Option<String>,
}

impl Tally {
    /// Counts that begin with what the report has taken over.
    pub(crate) fn carrying(carried: BTreeMap<Fate, u64>) -> Self {
        Self {
            carried,
            ..Self::default()
        }
    }

    /// Adds a line of the report.
    pub(crate) fn add(&mut self, line: &Line) {
        *self.counts.entry(line.outcome).or_default() += 1;
        self.unfit += u64::from(line.is_unfit);
        self.attempts += u64::from(line.attempts);
        let ours = line.outcome != Fate::Rejected;
        for reason in &line.reasons {
            let why = Why {
                outcome: line.outcome,
                code: reason.code.to_string(),
                place: reason.column.clone().or_else(|| reason.field.clone()),
                text: (ours && line.outcome != Fate::DuplicateRow).then(|| reason.text.clone()),
            };
            *self.reasons.entry(why).or_default() += 1;
        }
        self.remark(&line.unmapped, &line.warnings);
    }

    /// Counts what a person should know of a lead.
    pub(crate) fn remark(&mut self, unmapped: &[FieldRef], warnings: &[Note]) {
        for field in unmapped {
            match self.unmapped.get_mut(field) {
                Some(leads) => *leads += 1,
                None => drop(self.unmapped.insert(field.clone(), 1)),
            }
        }
        for warning in warnings {
            let place = warning.place().unwrap_or_default().to_owned();
            *self.warnings.entry((warning.code.to_string(), place)).or_default() += 1;
        }
    }

    /// Leaves a row out because of what an earlier run did.
    pub(crate) fn skip(&mut self, standing: Standing) {
        self.skipped += 1;
        self.skipped_ambiguous += u64::from(matches!(standing, Standing::Ambiguous | Standing::Died));
        self.skipped_died += u64::from(standing == Standing::Died);
    }

    /// Leaves a row out that is for another sink.
    pub(crate) const fn skip_elsewhere(&mut self) {
        self.skipped += 1;
        self.skipped_elsewhere += 1;
    }

    /// The leads that came to be in doubt, or turned out to be, in this run.
    pub(crate) fn in_doubt(&self) -> u64 {
        self.of(Fate::Ambiguous) + self.skipped_died
    }

    /// The leads that were in doubt before.
    pub(crate) const fn still_in_doubt(&self) -> u64 {
        self.skipped_ambiguous - self.skipped_died
    }

    /// The rows that were done before.
    pub(crate) const fn done_before(&self) -> u64 {
        self.skipped - self.skipped_elsewhere
    }

    /// How many rows came to this.
    pub(crate) fn of(&self, fate: Fate) -> u64 {
        self.counts.get(&fate).copied().unwrap_or_default()
    }

    /// How many rows of the whole report came to what is asked for.
    fn reported(&self, which: impl Fn(Fate) -> bool) -> u64 {
        let counts = self.counts.iter().chain(&self.carried);
        counts.filter(|(fate, _)| which(**fate)).map(|(_, count)| count).sum()
    }

    /// The rows of this run, without those that were skipped.
    pub(crate) fn rows(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The rows of which something was sent, or tried to be.
    pub(crate) fn sent(&self) -> u64 {
        self.sum(|fate| !matches!(fate, Fate::BadRow | Fate::DuplicateRow | Fate::NotAttempted))
    }

    /// The leads that the vendor has now.
    pub(crate) fn delivered(&self) -> u64 {
        self.sum(Fate::is_delivered)
    }

    /// The rows that `--resume` would send again.
    pub(crate) fn unfinished(&self) -> u64 {
        let held_back = |why: &Why| why.outcome == Fate::NotAttempted && why.code == IN_DOUBT;
        let in_doubt = self.reasons.iter().filter(|(why, _)| held_back(why));
        self.sum(Fate::is_unfinished) - in_doubt.map(|(_, rows)| rows).sum::<u64>()
    }

    fn sum(&self, which: impl Fn(Fate) -> bool) -> u64 {
        self.counts
            .iter()
            .filter(|(fate, _)| which(**fate))
            .map(|(_, count)| count)
            .sum()
    }

    /// Attempts a second, where there were enough to tell.
    pub(crate) fn rate(&self) -> Option<f64> {
        let seconds = self.time.as_secs_f64();
        (self.attempts >= 10 && seconds > 0.0).then(|| self.attempts as f64 / seconds)
    }
}

/// The exit code: the first that applies of ambiguous, nothing delivered, something bad, well. It speaks of the whole
/// report, what was taken over included.
pub(crate) fn exit(tallies: &[Tally], interrupted: bool) -> Exit {
    let reported = |which: fn(Fate) -> bool| tallies.iter().map(|tally| tally.reported(which)).sum::<u64>();
    let bad = reported(|fate| fate == Fate::BadRow);
    let good = reported(|fate| !matches!(fate, Fate::BadRow | Fate::DuplicateRow));
    let delivered = reported(Fate::is_delivered);
    let is_unfit = tallies.iter().any(|tally| tally.unfit > 0);
    if reported(|fate| fate == Fate::Ambiguous) > 0 {
        Exit::SomeAmbiguous
    } else if (good > 0 || is_unfit) && delivered == 0 {
        Exit::NoneDelivered
    } else if bad > 0 || delivered < good || interrupted {
        Exit::SomeBad
    } else {
        Exit::Well
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(fates: &[Fate]) -> Tally {
        let mut tally = Tally::default();
        for fate in fates {
            tally.add(&Line::unsent(1, None, &"main".into(), *fate, Vec::new()));
        }
        tally
    }

    #[test]
    fn the_first_exit_code_that_applies_is_taken() {
        use Fate::{Accepted, Ambiguous, BadRow, Duplicate, DuplicateRow, Failed, NotAttempted, Pending, Rejected};
        let table: &[(&[Fate], Exit)] = &[
            (&[Accepted, Pending, Duplicate, DuplicateRow], Exit::Well),
            (&[], Exit::Well),
            (&[DuplicateRow], Exit::Well),
            (&[Accepted, BadRow], Exit::SomeBad),
            (&[BadRow], Exit::SomeBad),
            (&[Accepted, Rejected], Exit::SomeBad),
            (&[Accepted, Failed], Exit::SomeBad),
            (&[Accepted, NotAttempted], Exit::SomeBad),
            (&[Failed, NotAttempted], Exit::NoneDelivered),
            (&[Rejected, BadRow], Exit::NoneDelivered),
            (&[Ambiguous, Rejected], Exit::SomeAmbiguous),
            (&[Ambiguous, Accepted], Exit::SomeAmbiguous),
        ];
        for (fates, code) in table {
            assert_eq!(exit(&[tally(fates)], false), *code, "{fates:?}");
        }
        assert_eq!(exit(&[tally(&[Accepted])], true), Exit::SomeBad);
        assert_eq!(exit(&[tally(&[Accepted]), tally(&[Rejected])], false), Exit::SomeBad);
        let mut unfit = tally(&[BadRow]);
        unfit.unfit = 1;
        assert_eq!(exit(std::slice::from_ref(&unfit), false), Exit::NoneDelivered);
        unfit.carried = BTreeMap::from([(Pending, 1)]);
        assert_eq!(exit(&[unfit], false), Exit::SomeBad);
    }

    #[test]
    fn what_the_report_has_taken_over_counts_for_the_exit_code() {
        for (fate, code) in [
            (Fate::Pending, Exit::Well),
            (Fate::Ambiguous, Exit::SomeAmbiguous),
            (Fate::Rejected, Exit::SomeBad),
            (Fate::BadRow, Exit::SomeBad),
        ] {
            let mut tally = tally(&[Fate::Accepted]);
            tally.carried = BTreeMap::from([(fate, 1)]);
            assert_eq!(exit(&[tally], false), code, "{fate:?}");
        }
    }

    #[test]
    fn doubt_from_before_is_told_from_what_a_dead_run_left() {
        let mut tally = tally(&[Fate::Accepted]);
        tally.skip(Standing::Ambiguous);
        tally.skip(Standing::Died);
        assert_eq!((tally.in_doubt(), tally.still_in_doubt()), (1, 1));
    }

    #[test]
    fn a_row_held_back_by_doubt_is_not_worth_another_run() {
        let mut tally = tally(&[Fate::NotAttempted]);
        tally.add(&Line::in_doubt(2, leadsink::LeadId::new("a").unwrap(), &"main".into()));
        assert_eq!((tally.of(Fate::NotAttempted), tally.unfinished()), (2, 1));
    }
}
