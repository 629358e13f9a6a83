//! What becomes of a delivery: pure functions of what is known of it, which every store applies in its own transactions.

use std::collections::BTreeMap;
use std::time::Duration;

use leadsink_core::Timestamp;

use crate::attempt::{Ending, Then};
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
    /// The vendor's late word that came while a worker had the delivery.
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

    fn then(then: Then, progress: Progress) -> Self {
        // The vendor's late word is better than any guess.
        if let Some(conclusion) = progress.early.and_then(Verdict::conclusion) {
            return Self::done(conclusion, progress);
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
                doubt: None,
                ..progress
            };
            let word = answer
                .verdict
                .conclusion()
                .or(progress.early.and_then(Verdict::conclusion));
            match word {
                Some(conclusion) => Next::done(conclusion, progress),
                None => Next {
                    state: State::AwaitingCallback,
                    due_at: None,
                    conclusion: None,
                    progress,
                },
            }
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

/// Whether what a worker says after its lease ended settles a delivery that nobody works on now: the vendor's answer does,
/// unless it is a refusal and another attempt is in doubt too.
#[must_use]
pub fn is_settled_late(state: State, ending: &Ending, others_in_doubt: bool) -> bool {
    let Ending::Answered(answer) = ending else {
        return false;
    };
    let open = matches!(state, State::Due | State::Held | State::Dead);
    open && (answer.verdict != Verdict::Rejected || !others_in_doubt)
}

/// The vendor's answer that a worker brings after its lease ended, where it is to be kept for the one that works on the delivery
/// now: the vendor has the lead, whatever a look at it says meanwhile.
#[must_use]
pub fn kept_late(state: State, ending: &Ending) -> Option<Verdict> {
    let Ending::Answered(answer) = ending else {
        return None;
    };
    let has_it = answer.verdict != Verdict::Rejected && answer.verdict.conclusion().is_some();
    (state == State::Leased && has_it).then_some(answer.verdict)
}

/// Where a delivery in doubt goes when a worker says after its lease ended that its attempt certainly did nothing, and no other one is
/// in doubt: held for a person because of that, it is due again; due, it stays so for its time. None where nothing changes, as
/// where another worker has it now.
#[must_use]
pub fn cleared_late(
    state: State,
    progress: Progress,
    ending: &Ending,
    others_in_doubt: bool,
    now: Timestamp,
) -> Option<Next> {
    let did_nothing = matches!(ending, Ending::Failed { .. } | Ending::Postponed { .. });
    if !did_nothing || others_in_doubt || progress.doubt.is_none() {
        return None;
    }
    let due_at = match state {
        State::Held => Some(now),
        State::Due => None,
        State::Leased | State::AwaitingCallback | State::Done | State::Dead => return None,
    };
    Some(Next {
        state: State::Due,
        due_at,
        conclusion: None,
        progress: Progress {
            doubt: None,
            ..progress
        },
    })
}

/// What a vendor's late word does to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackEffect {
    /// Ends it.
    Ends(Conclusion),
    /// Is kept with it until its worker is finished.
    Waits,
    /// Nothing.
    None,
}

/// What a vendor's late word does to a delivery in this state, which was claimed so often.
#[must_use]
pub fn called_back(state: State, claims: u32, verdict: Verdict) -> CallbackEffect {
    let Some(conclusion) = verdict.conclusion() else {
        return CallbackEffect::None;
    };
    match state {
        State::Leased => CallbackEffect::Waits,
        State::AwaitingCallback => CallbackEffect::Ends(conclusion),
        // Only what was sent can have an answer.
        State::Due | State::Held | State::Dead if claims > 0 => CallbackEffect::Ends(conclusion),
        State::Due | State::Held | State::Dead | State::Done => CallbackEffect::None,
    }
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
    fn age_counts_from_the_first_failure() {
        assert!(!LIMIT.is_reached(0, None, at(1_000_000)));
        assert!(!LIMIT.is_reached(1, Some(at(0)), at(99)));
        assert!(LIMIT.is_reached(1, Some(at(0)), at(100)));
        assert!(LIMIT.is_reached(3, None, at(0)));
    }

    #[test]
    fn a_late_refusal_does_not_settle_what_another_attempt_may_have_done() {
        let ending = |verdict| Ending::Answered(Answer::new(verdict));
        assert!(is_settled_late(State::Held, &ending(Verdict::Accepted), true));
        assert!(is_settled_late(State::Held, &ending(Verdict::Rejected), false));
        assert!(!is_settled_late(State::Held, &ending(Verdict::Rejected), true));
        assert!(!is_settled_late(State::Leased, &ending(Verdict::Accepted), false));
    }

    #[test]
    fn a_late_word_that_nothing_was_done_ends_its_own_doubt_alone() {
        let progress = Progress {
            attempts: 3,
            doubt: Some(1),
            ..Progress::default()
        };
        let failure = || Failure::new("connect", "the connection failed");
        let then = Then::Stop;
        let postponed = Ending::Postponed { failure: None, then };
        let failed = Ending::Failed {
            failure: failure(),
            then,
        };
        for ending in [&postponed, &failed] {
            let cleared = |state, others| cleared_late(state, progress, ending, others, at(9));
            let of = |next: Next| (next.state, next.due_at, next.progress.doubt, next.progress.attempts);
            assert_eq!(
                cleared(State::Held, false).map(of),
                Some((State::Due, Some(at(9)), None, 3))
            );
            assert_eq!(cleared(State::Due, false).map(of), Some((State::Due, None, None, 3)));
            assert_eq!(cleared(State::Held, true), None);
            assert_eq!(cleared(State::Leased, false), None);
            assert_eq!(
                cleared_late(State::Due, Progress::default(), ending, false, at(9)),
                None
            );
        }
        let unknown = Ending::Unknown {
            failure: failure(),
            then,
        };
        assert_eq!(cleared_late(State::Held, progress, &unknown, false, at(9)), None);
    }
}
