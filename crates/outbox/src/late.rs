//! What words change that come too late: of a vendor by call-back, and of a worker after its lease ended.

use leadsink_core::Timestamp;

use crate::attempt::Ending;
use crate::rules::{Next, Progress, finished};
use crate::word::{Conclusion, State, Verdict};

/// Whether what a worker says after its lease ended settles a delivery that nobody works on now: the vendor's answer does,
/// unless it is a refusal and another attempt is in doubt too. Where the vendor took another attempt for now, only that it has the
/// lead does.
#[must_use]
pub fn is_settled_late(state: State, ending: &Ending, others_in_doubt: bool) -> bool {
    let Ending::Answered(answer) = ending else {
        return false;
    };
    match state {
        State::Due | State::Held | State::Dead => answer.verdict != Verdict::Rejected || !others_in_doubt,
        State::AwaitingCallback => !matches!(answer.verdict, Verdict::Rejected | Verdict::Pending),
        State::Leased | State::Done => false,
    }
}

/// The vendor's answer that a worker brings after its lease ended, where it is to be kept for the one that works on the delivery
/// now: the vendor has the lead, or took it for now, whatever a look at it says meanwhile.
#[must_use]
pub fn kept_late(state: State, ending: &Ending) -> Option<Verdict> {
    let Ending::Answered(answer) = ending else {
        return None;
    };
    (state == State::Leased && answer.verdict != Verdict::Rejected).then_some(answer.verdict)
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
    let is_open = matches!(state, State::Due | State::Held);
    if !did_nothing || others_in_doubt || progress.doubt.is_none() || !is_open {
        return None;
    }
    let stays = Next {
        state,
        due_at: None,
        conclusion: None,
        progress,
    };
    Some(without_doubt(stays, now))
}

/// Whether a claim leaves its delivery in doubt because of earlier attempts alone. Their workers may have said while this one had
/// the delivery that they did nothing: the store looks whether one is in doubt still.
#[must_use]
pub fn leaves_old_doubt(next: &Next, begun: bool, ending: &Ending) -> bool {
    let is_open = matches!(next.state, State::Due | State::Held);
    let own_doubt = begun && matches!(ending, Ending::Unknown { .. });
    is_open && next.progress.doubt.is_some() && !own_doubt
}

/// Where a delivery goes at the end of a claim that [leaves it in an old doubt](leaves_old_doubt), once none of its attempts is in
/// doubt any more: as without it where this one failed for certain; else, where it was held because nobody could be asked, it is
/// due again.
#[must_use]
pub fn without_old_doubt(
    next: Next,
    progress: Progress,
    claim: u32,
    begun: bool,
    ending: &Ending,
    now: Timestamp,
) -> Next {
    if !matches!(ending, Ending::Failed { .. }) {
        return without_doubt(next, now);
    }
    let progress = Progress {
        doubt: None,
        ..progress
    };
    finished(progress, claim, begun, ending, now)
}

/// Where an open delivery goes instead once none of its attempts is in doubt any more: held for a person, it is due again.
fn without_doubt(next: Next, now: Timestamp) -> Next {
    let was_held = next.state == State::Held;
    Next {
        state: State::Due,
        due_at: if was_held { Some(now) } else { next.due_at },
        progress: Progress {
            doubt: None,
            ..next.progress
        },
        ..next
    }
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
    use crate::attempt::{Answer, Failure, Then};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_late_refusal_does_not_settle_what_another_attempt_may_have_done() {
        let ending = |verdict| Ending::Answered(Answer::new(verdict));
        assert!(is_settled_late(State::Held, &ending(Verdict::Accepted), true));
        assert!(is_settled_late(State::Held, &ending(Verdict::Rejected), false));
        assert!(!is_settled_late(State::Held, &ending(Verdict::Rejected), true));
        assert!(!is_settled_late(State::Leased, &ending(Verdict::Accepted), false));
        assert!(is_settled_late(
            State::AwaitingCallback,
            &ending(Verdict::Accepted),
            true
        ));
        assert!(!is_settled_late(
            State::AwaitingCallback,
            &ending(Verdict::Pending),
            false
        ));
        assert!(!is_settled_late(
            State::AwaitingCallback,
            &ending(Verdict::Rejected),
            false
        ));
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

    #[test]
    fn a_late_answer_is_kept_for_the_one_that_works_unless_it_is_a_refusal() {
        for verdict in Verdict::ALL {
            let ending = Ending::Answered(Answer::new(*verdict));
            let expected = (*verdict != Verdict::Rejected).then_some(*verdict);
            assert_eq!(kept_late(State::Leased, &ending), expected);
            assert_eq!(kept_late(State::Due, &ending), None);
        }
    }

    #[test]
    fn a_claim_asks_for_the_doubt_of_others_unless_it_is_in_doubt_itself() {
        let then = Then::Stop;
        let next = |state, doubt| Next {
            state,
            due_at: None,
            conclusion: None,
            progress: Progress {
                doubt,
                ..Progress::default()
            },
        };
        let postponed = Ending::Postponed { failure: None, then };
        let unknown = Ending::Unknown {
            failure: Failure::new("timeout", "the time ran out"),
            then,
        };
        let held = next(State::Held, Some(1));
        assert!(leaves_old_doubt(&held, true, &postponed));
        assert!(leaves_old_doubt(&held, false, &unknown), "nothing was sent");
        assert!(!leaves_old_doubt(&held, true, &unknown));
        assert!(!leaves_old_doubt(&next(State::Due, None), true, &postponed));
        let due = without_doubt(held, at(9));
        assert_eq!(
            (due.state, due.due_at, due.progress.doubt),
            (State::Due, Some(at(9)), None)
        );
    }
}
