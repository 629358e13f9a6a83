//! What becomes of a delivery: pure functions of what is known of it, which every store applies in its own transactions.

use std::collections::BTreeMap;
use std::time::Duration;

use leadsink_core::Timestamp;

use crate::attempt::{Ending, Standing, Then};
use crate::time::later;
use crate::word::{Conclusion, State, Verdict};

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many attempts it has spent.
    pub attempts: u32,
    /// The claim of the first attempt in doubt.
    pub doubt: Option<u32>,
    /// When the first attempt failed.
    pub first_failed_at: Option<Timestamp>,
    /// The vendor's late word that came while a worker had the delivery: the first final one, or that it took the lead for now.
    pub early: Option<Verdict>,
}

/// Where a delivery goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// Its state.
    pub state: State,
    /// When it is due, where it is; none where it was already and stays so.
    pub due_at: Option<Timestamp>,
    /// How it ended, where it is done.
    pub conclusion: Option<Conclusion>,
    /// How far it has come.
    pub progress: Progress,
}

/// When a delivery has failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhaustion {
    /// After so many attempts.
    pub max_attempts: u32,
    /// So long after the first attempt that failed, in the time of a living worker: waiting for quota or a pause does not age
    /// a lead that has not been tried, and a stopped process ages none.
    pub max_age: Duration,
}

impl Exhaustion {
    /// Whether no further attempt may be made.
    #[must_use]
    pub fn is_reached(&self, attempts: u32, first_failed_at: Option<Timestamp>, now: Timestamp) -> bool {
        attempts >= self.max_attempts || first_failed_at.is_some_and(|first| later(first, self.max_age) <= now)
    }
}

/// When deliveries of lost workers have failed for good, by sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReapLimits {
    /// For sinks that are not named.
    pub default: Exhaustion,
    /// For those that are.
    pub by_sink: BTreeMap<String, Exhaustion>,
}

impl ReapLimits {
    /// The limit of a sink.
    #[must_use]
    pub fn of(&self, sink: &str) -> Exhaustion {
        self.by_sink.get(sink).copied().unwrap_or(self.default)
    }
}

/// What became of the deliveries of lost workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reaped {
    /// Due again; how many of them in doubt is for [`counts`](crate::LeadStore::counts) to say.
    pub due: u64,
    /// Held for a person.
    pub held: u64,
    /// Dead letters.
    pub dead: u64,
    /// Done: the vendor's late word had come already.
    pub done: u64,
}

impl Reaped {
    /// Counts one.
    pub fn count(&mut self, state: State) {
        match state {
            State::Held => self.held += 1,
            State::Dead => self.dead += 1,
            State::Done | State::AwaitingCallback => self.done += 1,
            State::Due | State::Leased => self.due += 1,
        }
    }
}

impl Next {
    fn done(conclusion: Conclusion, progress: Progress) -> Self {
        Self {
            state: State::Done,
            due_at: None,
            conclusion: Some(conclusion),
            progress: Progress {
                doubt: None,
                early: None,
                ..progress
            },
        }
    }

    /// Nothing is in doubt: the vendor took it for now.
    fn awaiting_callback(progress: Progress) -> Self {
        Self {
            state: State::AwaitingCallback,
            due_at: None,
            conclusion: None,
            progress: Progress {
                doubt: None,
                early: None,
                ..progress
            },
        }
    }

    /// Where that leaves the delivery.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        Standing {
            state: self.state,
            conclusion: self.conclusion,
            in_doubt: self.progress.doubt.is_some(),
        }
    }

    fn due(at: Timestamp, progress: Progress) -> Self {
        Self {
            state: State::Due,
            due_at: Some(at),
            conclusion: None,
            progress,
        }
    }

    /// A dead letter, or held for a person where an attempt is in doubt: doubt never ends in silence.
    fn stopped(progress: Progress) -> Self {
        Self {
            state: if progress.doubt.is_some() {
                State::Held
            } else {
                State::Dead
            },
            due_at: None,
            conclusion: None,
            progress,
        }
    }

    /// As the vendor said.
    fn said(verdict: Verdict, progress: Progress) -> Self {
        match verdict.conclusion() {
            Some(conclusion) => Self::done(conclusion, progress),
            None => Self::awaiting_callback(progress),
        }
    }

    fn then(then: Then, progress: Progress) -> Self {
        // The vendor's late word is better than any guess.
        if let Some(early) = progress.early {
            return Self::said(early, progress);
        }
        match then {
            Then::Retry(at) => Self::due(at, progress),
            Then::Stop => Self::stopped(progress),
        }
    }
}

/// Where a delivery goes when this claim of it is over. `begun` says whether its attempt was.
#[must_use]
pub fn finished(progress: Progress, claim: u32, begun: bool, ending: &Ending, now: Timestamp) -> Next {
    let spent = |doubt| Progress {
        attempts: progress.attempts.saturating_add(1),
        first_failed_at: progress.first_failed_at.or(Some(now)),
        doubt,
        ..progress
    };
    match ending {
        Ending::Answered(answer) => {
            let progress = Progress {
                attempts: progress.attempts.saturating_add(u32::from(begun)),
                ..progress
            };
            Next::said(best(answer.verdict, progress.early), progress)
        }
        Ending::Failed { then, .. } => Next::then(*then, spent(progress.doubt)),
        // What was not sent cannot be in doubt.
        Ending::Unknown { then, .. } => Next::then(*then, spent(progress.doubt.or(begun.then_some(claim)))),
        Ending::Postponed { then, .. } => Next::then(*then, progress),
        Ending::Absent { due_at } => Next::then(
            Then::Retry(*due_at),
            Progress {
                doubt: None,
                ..progress
            },
        ),
    }
}

/// The better one of an answer and the vendor's late word: no refusal where the other says that the vendor has the lead or took it
/// for now, which it may refuse as a duplicate; else the final one.
fn best(answer: Verdict, early: Option<Verdict>) -> Verdict {
    match (answer, early) {
        (Verdict::Pending | Verdict::Rejected, Some(early)) => early,
        _ => answer,
    }
}

/// So many workers may be lost with a delivery in doubt that has no attempt left, and that was only to be asked about.
const LOST_LOOKS: u32 = 2;

/// Where a delivery goes whose worker was lost. Its attempt is spent even where nothing was sent, since the lead may be what
/// killed the worker. One in doubt is due beyond the last attempt, so that the vendor is asked before a person is. Age ends
/// nothing here: nobody worked in the time that has passed.
#[must_use]
pub fn reaped(progress: Progress, claim: u32, begun: bool, limit: Exhaustion, now: Timestamp) -> Next {
    let progress = Progress {
        attempts: progress.attempts.saturating_add(1),
        first_failed_at: progress.first_failed_at.or(Some(now)),
        doubt: progress.doubt.or(begun.then_some(claim)),
        ..progress
    };
    let most = match progress.doubt {
        Some(_) => limit.max_attempts.saturating_add(LOST_LOOKS),
        None => limit.max_attempts,
    };
    let then = if progress.attempts < most {
        Then::Retry(now)
    } else {
        Then::Stop
    };
    Next::then(then, progress)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Answer, Failure};

    const LIMIT: Exhaustion = Exhaustion {
        max_attempts: 3,
        max_age: Duration::from_secs(100),
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn doubt_never_ends_in_a_dead_letter() {
        let failure = Failure::new("timeout", "the time ran out");
        let unknown = Ending::Unknown {
            failure: failure.clone(),
            then: Then::Stop,
        };
        let next = finished(Progress::default(), 1, true, &unknown, at(1));
        assert_eq!((next.state, next.progress.doubt), (State::Held, Some(1)));
        let failed = Ending::Failed {
            failure,
            then: Then::Stop,
        };
        assert_eq!(finished(next.progress, 2, true, &failed, at(2)).state, State::Held);
        assert_eq!(
            finished(Progress::default(), 1, true, &failed, at(2)).state,
            State::Dead
        );
    }

    #[test]
    fn a_refusal_does_not_outweigh_that_the_vendor_has_it() {
        let end = |answer, early| {
            let progress = Progress {
                early,
                doubt: Some(1),
                ..Progress::default()
            };
            let next = finished(progress, 2, true, &Ending::Answered(Answer::new(answer)), at(1));
            assert_eq!((next.progress.early, next.progress.doubt), (None, None));
            (next.state, next.conclusion)
        };
        let done = |conclusion| (State::Done, Some(conclusion));
        use Verdict::{Accepted, Duplicate, Pending, Rejected};
        assert_eq!(end(Rejected, Some(Accepted)), done(Conclusion::Accepted));
        assert_eq!(end(Rejected, Some(Rejected)), done(Conclusion::Rejected));
        assert_eq!(end(Rejected, Some(Pending)), (State::AwaitingCallback, None));
        assert_eq!(end(Duplicate, Some(Accepted)), done(Conclusion::Duplicate));
        assert_eq!(end(Accepted, Some(Rejected)), done(Conclusion::Accepted));
        assert_eq!(end(Pending, Some(Rejected)), done(Conclusion::Rejected));
        assert_eq!(end(Pending, Some(Pending)), (State::AwaitingCallback, None));
    }

    #[test]
    fn a_kept_word_that_the_vendor_took_it_for_now_outweighs_any_guess() {
        let progress = Progress {
            early: Some(Verdict::Pending),
            doubt: Some(1),
            ..Progress::default()
        };
        let absent = Ending::Absent { due_at: at(9) };
        for next in [
            finished(progress, 2, true, &absent, at(1)),
            reaped(progress, 2, true, LIMIT, at(1)),
        ] {
            assert_eq!((next.state, next.due_at), (State::AwaitingCallback, None));
            assert_eq!((next.progress.early, next.progress.doubt), (None, None));
        }
    }

    #[test]
    fn age_counts_from_the_first_failure() {
        assert!(!LIMIT.is_reached(0, None, at(1_000_000)));
        assert!(!LIMIT.is_reached(1, Some(at(0)), at(99)));
        assert!(LIMIT.is_reached(1, Some(at(0)), at(100)));
        assert!(LIMIT.is_reached(3, None, at(0)));
    }
}
