//! A worker that is lost takes nothing with it, and nothing is repeated in silence.

use super::lab::{Lab, MAIN, answered, at, failed, unknown};
use crate::attempt::{Ending, Finished, Then};
use crate::claim::ClaimRequest;
use crate::rules::Reaped;
use crate::word::{AttemptOutcome, Conclusion, State, Verdict};

/// Loses the worker and lets its leases end.
async fn lose(lab: &mut Lab<'_>, second: i64) {
    lab.restart().await;
    lab.set(second);
}

pub(super) async fn what_was_not_sent_is_due_without_doubt(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    lab.claim_one().await;
    lose(lab, 100).await;
    let due = Reaped {
        due: 1,
        ..Reaped::default()
    };
    assert_eq!(lab.reap(9).await, due);
    let (delivery, attempts) = lab.view("a").await;
    assert_eq!((delivery.in_doubt, delivery.attempts), (false, 1));
    assert_eq!(attempts[0].outcome, Some(AttemptOutcome::NotSent));
    let claim = lab.claim_one().await;
    assert_eq!((claim.doubt.is_none(), claim.attempt.n), (true, 2));
}

pub(super) async fn what_may_have_been_sent_is_in_doubt(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    lab.try_one("the very bytes").await;
    lose(lab, 100).await;
    assert_eq!(lab.reap(9).await.due, 1);
    let (delivery, attempts) = lab.view("a").await;
    assert!(delivery.in_doubt);
    assert_eq!(attempts[0].outcome, Some(AttemptOutcome::Unknown));
    let claim = lab.claim_one().await;
    assert!(claim.attempt.earlier_ambiguous);
    let Some(doubt) = claim.doubt else {
        panic!("the delivery is in doubt");
    };
    assert_eq!((doubt.prepared, doubt.ended_at), ("the very bytes".into(), at(100)));
}

pub(super) async fn a_lead_that_kills_its_worker_is_not_tried_for_ever(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    for round in 1..=3 {
        lab.claim_one().await;
        lose(lab, round * 100).await;
        let reaped = lab.reap(3).await;
        assert_eq!((reaped.due, reaped.dead), if round < 3 { (1, 0) } else { (0, 1) });
    }
    assert_eq!(lab.state("a").await, State::Dead);
    assert!(lab.claim(9).await.is_empty());
    assert_eq!(lab.view("a").await.1.len(), 3);
}

pub(super) async fn doubt_without_attempts_left_is_due_to_be_asked_about(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    lab.try_one("bytes").await;
    // With the attempt, and with the first worker that was to ask: only a second one that is lost so makes it a person's.
    for round in 1..=3 {
        lose(lab, round * 100).await;
        let reaped = lab.reap(1).await;
        assert_eq!((reaped.due, reaped.held), if round < 3 { (1, 0) } else { (0, 1) });
        if round < 3 {
            assert!(lab.claim_one().await.doubt.is_some());
        }
    }
    let (delivery, _) = lab.view("a").await;
    assert_eq!((delivery.state, delivery.in_doubt), (State::Held, true));
}

pub(super) async fn time_without_a_worker_ends_nothing(lab: &mut Lab<'_>) {
    lab.file(&["failed", "sent"]).await;
    let claims = lab.claim(2).await;
    for claim in &claims {
        lab.end(claim, failed(Then::Retry(at(60)))).await;
    }
    lab.set(60);
    let claims = lab.claim(2).await;
    assert!(lab.begin(&claims[1], "bytes").await);
    // The machine is off for a day, and the first failure is as old as that.
    lose(lab, 86_400).await;
    let reaped = lab.reap(99).await;
    assert_eq!((reaped.due, reaped.dead, reaped.held), (2, 0, 0));
    assert!(lab.view("sent").await.0.in_doubt);
}

pub(super) async fn a_living_worker_loses_nothing(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.set(5);
    assert_eq!(lab.reap(1).await, Reaped::default());
    lab.end(&claim, answered(Verdict::Accepted)).await;
}

pub(super) async fn a_late_answer_is_recorded_while_another_works(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let old = lab.try_one("bytes").await;
    lose(lab, 100).await;
    lab.reap(9).await;
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
    lab.file(&["a"]).await;
    let first = lab.try_one("bytes").await;
    lose(lab, 100).await;
    lab.reap(9).await;
    let second = lab.claim_one().await;
    let settled = lab.finish(&first, answered(Verdict::Accepted)).await;
    assert_eq!(settled, Finished::Stale { settled: false });
    lab.end(&second, Ending::Absent { due_at: at(200) }).await;
    assert_eq!(lab.view("a").await.0.conclusion, Some(Conclusion::Accepted));
}

pub(super) async fn a_late_word_that_does_not_tell_leaves_its_attempt_in_doubt(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let first = lab.try_one("bytes").await;
    lose(lab, 100).await;
    lab.reap(9).await;
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
    let of = |claims: &[crate::claim::Claim], key: &str| {
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
    lab.file(&["twice", "taken"]).await;
    let mut claims = Vec::new();
    for round in 1..=2 {
        let found = lab.claim(2).await;
        for claim in &found {
            assert!(lab.begin(claim, "bytes").await);
        }
        claims.push(found);
        if round == 1 {
            lose(lab, 100).await;
            lab.reap(9).await;
        }
    }
    let stale = Finished::Stale { settled: false };
    // While another one works, the vendor's word that it took one for now is kept with its attempt.
    let taken = |claims: &[crate::claim::Claim]| claims.iter().position(|claim| claim.key.as_str() == "taken");
    let (Some(first), Some(second)) = (taken(&claims[0]), taken(&claims[1])) else {
        panic!("it was claimed twice");
    };
    assert_eq!(lab.finish(&claims[0][first], answered(Verdict::Pending)).await, stale);
    lose(lab, 200).await;
    lab.reap(9).await;
    assert_eq!(lab.finish(&claims[1][second], failed(Then::Stop)).await, stale);
    assert!(lab.view("taken").await.0.in_doubt);
    assert_eq!(lab.finish(&claims[0][1 - first], failed(Then::Stop)).await, stale);
    assert!(lab.view("twice").await.0.in_doubt);
    // Now nothing was sent at all.
    assert_eq!(lab.finish(&claims[1][1 - second], failed(Then::Stop)).await, stale);
    assert!(!lab.view("twice").await.0.in_doubt);
}

pub(super) async fn what_was_lost_twice_in_a_row_is_claimed_alone(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    for round in 1..=2 {
        let claims = lab.claim(9).await;
        assert_eq!(claims.len(), 2, "one loss makes no suspect");
        assert!(
            lab.begin(&claims[0], "bytes").await,
            "one may have been sent, and one was not"
        );
        lose(lab, round * 100).await;
        lab.reap(9).await;
    }
    lab.file(&["new"]).await;
    let got = lab.claims(lab.request(MAIN, 9)).await;
    assert_eq!((got.claims.len(), got.suspects.len()), (1, 2));
    assert_eq!(got.claims[0].key.as_str(), "new");
    let alone = lab.claim_alone(got.suspects[0]).await;
    assert_eq!(alone.len(), 1);
    assert!(lab.claim_alone(got.suspects[0]).await.is_empty(), "it is claimed");
    // An outcome, whichever: it did not end its worker.
    lab.end(&alone[0], failed(Then::Retry(at(200)))).await;
    let again = lab.claims(lab.request(MAIN, 9)).await;
    assert_eq!((again.claims.len(), again.suspects.len()), (1, 1));
    assert_eq!(again.claims[0].fence.delivery, alone[0].fence.delivery);
}

pub(super) async fn what_has_no_attempt_to_lose_is_claimed_alone(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    lab.claim_one().await;
    lose(lab, 100).await;
    lab.reap(2).await;
    let request = ClaimRequest {
        max_attempts: 2,
        ..lab.request(MAIN, 9)
    };
    let got = lab.claims(request).await;
    assert_eq!((got.claims.len(), got.suspects.len()), (0, 1));
    assert_eq!(lab.claim_alone(got.suspects[0]).await.len(), 1);
}

pub(super) async fn a_suspect_is_named_also_where_others_fill_the_slots(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    for round in 1..=2 {
        lab.claim_one().await;
        lose(lab, round * 100).await;
        lab.reap(9).await;
    }
    lab.set(300);
    lab.file(&["b", "c"]).await;
    let got = lab.claims(lab.request(MAIN, 1)).await;
    assert_eq!((got.claims.len(), got.suspects.len()), (1, 1));
    assert_eq!(got.claims[0].key.as_str(), "b");
}
