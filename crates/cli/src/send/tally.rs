//! The counts of a run, per sink, and the exit code that follows from them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::fate::Fate;
use super::line::Line;
use crate::exit::Exit;

/// What happened at one sink.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<Fate, u64>,
    /// Good rows that this vendor cannot take; they count as bad rows too.
    unfit: u64,
    /// Rows that an earlier report had as done.
    pub(crate) skipped: u64,
    /// Those of them that nobody knows the end of.
    pub(crate) skipped_ambiguous: u64,
    /// Attempts that were made.
    pub(crate) attempts: u64,
    /// Why rows were not delivered, with their number.
    pub(crate) reasons: BTreeMap<Why, u64>,
    /// What the vendor has no field for, with the number of leads.
    pub(crate) unmapped: BTreeMap<String, u64>,
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
        for field in &line.unmapped {
            *self.unmapped.entry(field.to_string()).or_default() += 1;
        }
        for warning in &line.warnings {
            let place = warning.place().unwrap_or_default().to_owned();
            *self.warnings.entry((warning.code.to_string(), place)).or_default() += 1;
        }
    }

    /// How many rows came to this.
    pub(crate) fn of(&self, fate: Fate) -> u64 {
        self.counts.get(&fate).copied().unwrap_or_default()
    }

    /// The rows of this run, without those that were skipped.
    pub(crate) fn rows(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The leads that the vendor has now.
    pub(crate) fn delivered(&self) -> u64 {
        self.sum(Fate::is_delivered)
    }

    /// The rows that `--resume` would send again.
    pub(crate) fn unfinished(&self) -> u64 {
        self.sum(Fate::is_unfinished)
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

/// The exit code: the first that applies of ambiguous, nothing delivered, something bad, well.
pub(crate) fn exit(tallies: &[Tally], interrupted: bool) -> Exit {
    let sum = |count: fn(&Tally) -> u64| tallies.iter().map(count).sum::<u64>();
    let duplicates = sum(|tally| tally.of(Fate::DuplicateRow));
    let bad = sum(|tally| tally.of(Fate::BadRow));
    let good = sum(Tally::rows) - duplicates - bad;
    let delivered = sum(Tally::delivered);
    // Where an earlier run delivered the others, rows that do not fit are merely some bad ones.
    let nothing_fits = sum(|tally| tally.unfit) > 0 && sum(|tally| tally.skipped) == 0;
    if sum(|tally| tally.of(Fate::Ambiguous)) > 0 {
        Exit::SomeAmbiguous
    } else if (good > 0 || nothing_fits) && delivered == 0 {
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
            tally.add(&Line::unsent(1, None, "main", *fate, Vec::new()));
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
        unfit.skipped = 1;
        assert_eq!(exit(&[unfit], false), Exit::SomeBad);
    }
}
