//! What a worker says after its lease ended is recorded, and counts as far as nobody knows better.

use super::lab::{Lab, MAIN, answered, at, failed, of_lead, unknown};
use super::lost::lose;
use crate::attempt::{Answer, Ending, Finished, Then};
use crate::claim::Claim;
use crate::control::{Control, Release};
use crate::word::{AttemptOutcome, Conclusion, State, Verdict};

pub(super) async fn a_late_answer_is_recorded_while_another_works(lab: &mut Lab<'_>) {
    let old = lost(lab, "a").await;
    let new = lab.try_one("bytes").await;
    let stale = Finished::Stale { settled: false };
    assert_eq!(lab.finish(&old, answered(Verdict::Accepted)).await, stale);
    assert!(!lab.begin(&old, "bytes").await, "nothing is sent with a stale claim");
    let (delivery, attempts) = lab.view("a").await;
    assert_eq!(delivery.state, State::Leased, "the other one still works on it");
    assert_eq!(attempts[0].outcome, Some(AttemptOutcome::Unknown));
    assert_eq!(attempts[0].late, Some(AttemptOutcome::Accepted));
    lab.end(&new, answered(Verdict::Duplicate)).await;
}

pub(super) async fn a_late_answer_settles_what_nobody_works_on(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    let claims = lab.claim(2).await;
    for claim in &claims {
        assert!(lab.begin(claim, "bytes").await);
    }
    lose(lab, 100).await;
    assert_eq!(lab.reap(1).await.due, 2);
    let settled = |settled| Finished::Stale { settled };
    let accepted = answered(Verdict::Accepted);
    assert_eq!(lab.finish(&claims[0], accepted.clone()).await, settled(true));
    assert_eq!(lab.finish(&claims[0], accepted).await, settled(false), "it is over");
    let (delivery, _) = lab.view("a").await;
    assert_eq!(
        (delivery.conclusion, delivery.attempts),
        (Some(Conclusion::Accepted), 1)
    );
    // What does not tell settles nothing.
    assert_eq!(lab.finish(&claims[1], unknown(Then::Stop)).await, settled(false));
    let (delivery, _) = lab.view("b").await;
    assert_eq!((delivery.state, delivery.in_doubt), (State::Due, true));
}

pub(super) async fn a_late_answer_outweighs_a_look_that_found_nothing(lab: &mut Lab<'_>) {
    let first = lost(lab, "a").await;
    let second = lab.claim_one().await;
    let settled = lab.finish(&first, answered(Verdict::Accepted)).await;
    assert_eq!(settled, Finished::Stale { settled: false });
    lab.end(&second, Ending::Absent { due_at: at(200) }).await;
    assert_eq!(lab.view("a").await.0.conclusion, Some(Conclusion::Accepted));
}

pub(super) async fn a_late_word_that_does_not_tell_leaves_its_attempt_in_doubt(lab: &mut Lab<'_>) {
    let first = lost(lab, "a").await;
    let second = lab.claim_one().await;
    assert!(lab.begin(&second, "bytes").await);
    lose(lab, 200).await;
    lab.reap(9).await;
    let settled = |settled| Finished::Stale { settled };
    assert_eq!(lab.finish(&first, unknown(Then::Stop)).await, settled(false));
    assert_eq!(lab.finish(&second, answered(Verdict::Rejected)).await, settled(false));
    assert!(lab.view("a").await.0.in_doubt);
}

/// Nothing was sent, so the worker had nothing to say.
fn postponed(then: Then) -> Ending {
    Ending::Postponed { failure: None, then }
}

pub(super) async fn a_late_word_that_nothing_was_sent_ends_its_doubt(lab: &mut Lab<'_>) {
    lab.file(&["due", "held", "leased"]).await;
    let old = lab.claim(3).await;
    for claim in &old {
        assert!(lab.begin(claim, "bytes").await);
    }
    lose(lab, 100).await;
    assert_eq!(lab.reap(9).await.due, 3);
    let new = lab.claim(3).await;
    let of = |claims: &[Claim], key: &str| {
        let found = claims.iter().find(|claim| claim.key.as_str() == key).cloned();
        found.unwrap_or_else(|| panic!("`{key}` was claimed"))
    };
    lab.end(&of(&new, "due"), postponed(Then::Retry(at(160)))).await;
    // The vendor has no way to ask.
    lab.end(&of(&new, "held"), postponed(Then::Stop)).await;
    assert_eq!(lab.state("held").await, State::Held);
    lab.set(120);
    let stale = Finished::Stale { settled: false };
    assert_eq!(
        lab.finish(&of(&old, "due"), postponed(Then::Retry(at(99)))).await,
        stale
    );
    assert_eq!(lab.finish(&of(&old, "held"), failed(Then::Stop)).await, stale);
    assert_eq!(
        lab.finish(&of(&old, "leased"), postponed(Then::Retry(at(99)))).await,
        stale
    );
    for (key, due_at) in [("due", 160), ("held", 120)] {
        let (delivery, attempts) = lab.view(key).await;
        assert_eq!((delivery.state, delivery.due_at), (State::Due, at(due_at)), "{key}");
        assert_eq!((delivery.in_doubt, delivery.attempts), (false, 1), "{key}");
        assert_eq!(attempts[0].outcome, Some(AttemptOutcome::Unknown), "{key}");
        assert!(attempts[0].late.is_some(), "{key}");
    }
    let (delivery, _) = lab.view("leased").await;
    assert_eq!((delivery.state, delivery.in_doubt), (State::Leased, true));
    let claim = lab.try_one("new bytes").await;
    assert_eq!((claim.key.as_str(), claim.attempt.earlier_ambiguous), ("held", false));
    assert!(claim.doubt.is_none());
}

pub(super) async fn a_late_word_that_nothing_was_sent_leaves_the_doubt_of_others(lab: &mut Lab<'_>) {
    let first = lost(lab, "a").await;
    let second = lab.try_one("bytes").await;
    lose(lab, 200).await;
    lab.reap(9).await;
    let stale = Finished::Stale { settled: false };
    assert_eq!(lab.finish(&first, failed(Then::Stop)).await, stale);
    assert!(lab.view("a").await.0.in_doubt);
    // Now nothing was sent at all.
    assert_eq!(lab.finish(&second, failed(Then::Stop)).await, stale);
    assert!(!lab.view("a").await.0.in_doubt);
}

/// A worker was lost with an attempt.
async fn lost(lab: &mut Lab<'_>, key: &str) -> Claim {
    lab.file(&[key]).await;
    let old = lab.try_one("bytes").await;
    lose(lab, 100).await;
    lab.reap(9).await;
    old
}

/// And another one has the delivery now.
async fn cut_off(lab: &mut Lab<'_>) -> (Claim, Claim) {
    let old = lost(lab, "a").await;
    (old, lab.claim_one().await)
}

/// An answer with the vendor's own id.
fn with_ref(verdict: Verdict, vendor_ref: &str) -> Ending {
    Ending::Answered(Answer {
        vendor_ref: Some(vendor_ref.to_owned()),
        ..Answer::new(verdict)
    })
}

pub(super) async fn a_late_answer_outweighs_a_refusal_of_what_came_after_it(lab: &mut Lab<'_>) {
    for (key, verdict, state) in [
        ("has", Verdict::Accepted, State::Done),
        ("took", Verdict::Pending, State::AwaitingCallback),
    ] {
        let old = lost(lab, key).await;
        // There is no way to ask, and a person takes the wrong decision.
        let new = lab.claim_one().await;
        lab.end(&new, postponed(Then::Stop)).await;
        let (of, to) = (of_lead(key), Release::NotDelivered);
        assert_eq!(lab.control(Control::Release { of, to }).await, 1);
        let third = lab.try_one("bytes").await;
        let stale = Finished::Stale { settled: false };
        assert_eq!(lab.finish(&old, with_ref(verdict, key)).await, stale);
        lab.end(&third, answered(Verdict::Rejected)).await;
        let (delivery, _) = lab.view(key).await;
        assert_eq!((delivery.state, delivery.conclusion), (state, verdict.conclusion()));
        assert_eq!(delivery.vendor_ref.as_deref(), Some(key));
    }
}

pub(super) async fn a_late_answer_settles_what_waits_for_a_call_back(lab: &mut Lab<'_>) {
    let (first, _) = cut_off(lab).await;
    lose(lab, 200).await;
    lab.reap(9).await;
    let second = lab.claim_one().await;
    assert!(lab.begin(&second, "bytes").await);
    let stale = |settled| Finished::Stale { settled };
    assert_eq!(lab.finish(&first, answered(Verdict::Pending)).await, stale(false));
    lose(lab, 300).await;
    lab.reap(9).await;
    assert_eq!(lab.state("a").await, State::AwaitingCallback);
    assert_eq!(lab.finish(&second, answered(Verdict::Accepted)).await, stale(true));
    assert_eq!(lab.view("a").await.0.conclusion, Some(Conclusion::Accepted));
}

pub(super) async fn a_late_word_ends_its_doubt_when_the_one_that_works_is_lost(lab: &mut Lab<'_>) {
    // The last look that a worker may be lost with, and nothing is begun.
    let (first, _) = cut_off(lab).await;
    lose(lab, 200).await;
    lab.reap(1).await;
    lab.claim_one().await;
    let stale = Finished::Stale { settled: false };
    assert_eq!(lab.finish(&first, failed(Then::Stop)).await, stale);
    lose(lab, 300).await;
    let reaped = lab.reap(1).await;
    assert_eq!((reaped.dead, reaped.held), (1, 0), "nothing is in doubt");
}

pub(super) async fn a_late_word_of_one_does_not_excuse_the_others(lab: &mut Lab<'_>) {
    let (first, second) = cut_off(lab).await;
    assert!(lab.begin(&second, "bytes").await);
    lose(lab, 200).await;
    lab.reap(9).await;
    let third = lab.claim_one().await;
    assert!(lab.begin(&third, "bytes").await);
    lab.finish(&first, unknown(Then::Stop)).await;
    lose(lab, 300).await;
    lab.reap(9).await;
    let got = lab.claims(lab.request(MAIN, 9)).await;
    assert_eq!((got.claims.len(), got.suspects.len()), (0, 1), "lost twice in a row");
}

pub(super) async fn a_late_pending_is_kept_for_the_one_that_works(lab: &mut Lab<'_>) {
    for (key, ending) in [
        ("unknown", Some(unknown(Then::Retry(at(999))))),
        ("absent", Some(Ending::Absent { due_at: at(999) })),
        ("postponed", Some(postponed(Then::Stop))),
        ("lost", None),
    ] {
        let old = lost(lab, key).await;
        let new = lab.try_one("bytes").await;
        let stale = Finished::Stale { settled: false };
        assert_eq!(lab.finish(&old, with_ref(Verdict::Pending, key)).await, stale);
        match ending {
            Some(ending) => lab.end(&new, ending).await,
            None => {
                lose(lab, 200).await;
                assert_eq!(lab.reap(9).await.done, 1);
            }
        }
        let (delivery, _) = lab.view(key).await;
        assert_eq!(
            (delivery.state, delivery.in_doubt),
            (State::AwaitingCallback, false),
            "{key}"
        );
        assert_eq!(delivery.vendor_ref.as_deref(), Some(key));
    }
}

pub(super) async fn a_late_pending_gives_way_to_a_final_word(lab: &mut Lab<'_>) {
    for (key, early, own, expected) in [
        ("own", None, answered(Verdict::Accepted), Conclusion::Accepted),
        (
            "called",
            Some(Verdict::Duplicate),
            unknown(Then::Stop),
            Conclusion::Duplicate,
        ),
    ] {
        let old = lost(lab, key).await;
        let new = lab.try_one("bytes").await;
        lab.finish(&old, answered(Verdict::Pending)).await;
        if let Some(verdict) = early {
            lab.call_back(&new, key, verdict).await;
            // The first final one stays.
            lab.call_back(&new, "again", Verdict::Accepted).await;
        }
        lab.end(&new, own).await;
        assert_eq!(lab.view(key).await.0.conclusion, Some(expected), "{key}");
    }
}

pub(super) async fn a_late_word_ends_its_doubt_when_the_one_that_works_is_finished(lab: &mut Lab<'_>) {
    for (key, late, own, due_at) in [
        ("stopped", failed(Then::Stop), postponed(Then::Stop), 100),
        ("waits", postponed(Then::Stop), postponed(Then::Retry(at(900))), 900),
        ("failed", failed(Then::Stop), failed(Then::Retry(at(900))), 900),
        ("refused", answered(Verdict::Rejected), postponed(Then::Stop), 100),
    ] {
        for begun in [false, true] {
            let key = format!("{key}-{begun}");
            let old = lost(lab, &key).await;
            let new = lab.claim_one().await;
            assert!(!begun || lab.begin(&new, "bytes").await);
            let stale = Finished::Stale { settled: false };
            assert_eq!(lab.finish(&old, late.clone()).await, stale);
            assert!(lab.view(&key).await.0.in_doubt, "{key}");
            lab.end(&new, own.clone()).await;
            let (delivery, attempts) = lab.view(&key).await;
            assert_eq!((delivery.state, delivery.due_at), (State::Due, at(due_at)), "{key}");
            assert!(!delivery.in_doubt, "{key}");
            let next_due = attempts.get(1).and_then(|attempt| attempt.next_due);
            assert_eq!(next_due, attempts.get(1).map(|_| at(due_at)), "{key}");
            // Out of the way of the next one.
            lab.control(Control::Cancel(of_lead(&key))).await;
        }
    }
}

pub(super) async fn a_late_word_leaves_the_doubt_of_the_one_that_works(lab: &mut Lab<'_>) {
    let (old, new) = cut_off(lab).await;
    assert!(lab.begin(&new, "bytes").await);
    let stale = Finished::Stale { settled: false };
    assert_eq!(lab.finish(&old, failed(Then::Stop)).await, stale);
    lab.end(&new, unknown(Then::Stop)).await;
    let (delivery, _) = lab.view("a").await;
    assert_eq!((delivery.state, delivery.in_doubt), (State::Held, true));
}

pub(super) async fn what_fails_for_good_is_dead_once_the_old_doubt_is_gone(lab: &mut Lab<'_>) {
    let (old, new) = cut_off(lab).await;
    assert!(lab.begin(&new, "bytes").await);
    let stale = Finished::Stale { settled: false };
    assert_eq!(lab.finish(&old, postponed(Then::Stop)).await, stale);
    lab.end(&new, failed(Then::Stop)).await;
    let (delivery, _) = lab.view("a").await;
    assert_eq!((delivery.state, delivery.in_doubt), (State::Dead, false));
}

pub(super) async fn a_doubt_that_was_settled_counts_no_more(lab: &mut Lab<'_>) {
    for is_asked in [true, false] {
        let key = if is_asked { "asked" } else { "released" };
        lost(lab, key).await;
        let look = lab.claim_one().await;
        if is_asked {
            lab.end(&look, Ending::Absent { due_at: at(0) }).await;
        } else {
            lab.end(&look, postponed(Then::Stop)).await;
            let (of, to) = (of_lead(key), Release::NotDelivered);
            assert_eq!(lab.control(Control::Release { of, to }).await, 1);
        }
        let second = lab.try_one("bytes").await;
        lose(lab, 200).await;
        lab.reap(9).await;
        assert!(lab.view(key).await.0.in_doubt);
        let settled = Finished::Stale { settled: true };
        assert_eq!(lab.finish(&second, answered(Verdict::Rejected)).await, settled, "{key}");
        assert_eq!(lab.view(key).await.0.conclusion, Some(Conclusion::Rejected), "{key}");
    }
}
