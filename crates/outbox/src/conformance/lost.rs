//! A worker that is lost takes nothing with it, and nothing is repeated in silence.

use super::lab::{Lab, MAIN, answered, at, failed};
use crate::attempt::Then;
use crate::claim::ClaimRequest;
use crate::rules::Reaped;
use crate::word::{AttemptOutcome, State, Verdict};

/// Loses the worker and lets its leases end.
pub(super) async fn lose(lab: &mut Lab<'_>, second: i64) {
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
