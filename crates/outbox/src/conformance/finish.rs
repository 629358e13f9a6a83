//! Every ending of a claim, and what it costs.

use leadsink_core::Repeat;

use super::lab::{Lab, answered, at, failed, unknown};
use crate::attempt::{Answer, Ending, Failure, Then};
use crate::word::{AttemptOutcome, Conclusion, State, Verdict};

pub(super) async fn an_answer_ends_a_delivery(lab: &mut Lab<'_>) {
    for verdict in [
        Verdict::Accepted,
        Verdict::Updated,
        Verdict::Duplicate,
        Verdict::Rejected,
    ] {
        let key = verdict.as_str();
        lab.file(&[key]).await;
        let claim = lab.try_one("bytes").await;
        let answer = Answer {
            vendor_ref: Some("v-1".to_owned()),
            status: Some(201),
            detail: Some("{}".to_owned()),
            verdict,
        };
        lab.set(1);
        lab.end(&claim, Ending::Answered(answer)).await;
        let (delivery, attempts) = lab.view(key).await;
        assert_eq!(
            (delivery.state, delivery.conclusion),
            (State::Done, verdict.conclusion())
        );
        assert_eq!((delivery.attempts, delivery.vendor_ref.as_deref()), (1, Some("v-1")));
        assert_eq!(attempts[0].outcome, Some(AttemptOutcome::from(verdict)));
        assert_eq!((attempts[0].status, attempts[0].ended_at), (Some(201), Some(at(1))));
        assert_eq!(attempts[0].detail.as_deref(), Some("{}"));
    }
    lab.set(1_000_000);
    assert!(lab.claim(9).await.is_empty());
}

pub(super) async fn pending_waits_for_the_final_word(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, answered(Verdict::Pending)).await;
    assert_eq!(lab.state("a").await, State::AwaitingCallback);
    lab.set(1_000_000);
    lab.restart().await;
    lab.reap(1).await;
    assert!(lab.claim(9).await.is_empty());
    assert_eq!(lab.state("a").await, State::AwaitingCallback);
}

pub(super) async fn a_failure_spends_an_attempt_and_is_due_again(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    lab.set(5);
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, failed(Then::Retry(at(15)))).await;
    let (delivery, attempts) = lab.view("a").await;
    assert_eq!(
        (delivery.state, delivery.due_at, delivery.attempts),
        (State::Due, at(15), 1)
    );
    assert!(!delivery.in_doubt);
    assert_eq!(attempts[0].outcome, Some(AttemptOutcome::Failed));
    assert_eq!(attempts[0].error.as_deref(), Some("connect"));
    assert_eq!(attempts[0].next_due, Some(at(15)));
    lab.set(15);
    let claim = lab.claim_one().await;
    assert_eq!((claim.attempt.n, claim.attempt.earlier_ambiguous), (2, false));
    assert_eq!(claim.first_failed_at, Some(at(5)));
}

pub(super) async fn the_last_failure_is_a_dead_letter(lab: &mut Lab<'_>) {
    lab.file(&["a", "unfit"]).await;
    let claims = lab.claim(2).await;
    assert!(lab.begin(&claims[0], "bytes").await);
    for claim in &claims {
        lab.end(claim, failed(Then::Stop)).await;
    }
    lab.set(1_000_000);
    assert!(lab.claim(9).await.is_empty());
    assert_eq!(lab.state("a").await, State::Dead);
    // Nothing was ever sent of the second, and its one line is there to be read.
    let (delivery, attempts) = lab.view("unfit").await;
    assert_eq!((delivery.state, attempts.len()), (State::Dead, 1));
    assert_eq!(attempts[0].error.as_deref(), Some("connect"));
}

pub(super) async fn a_postponed_attempt_spends_nothing(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let limited = Ending::Postponed {
        failure: Some(Failure::new(
            "rate_limited",
            "the vendor takes no more requests for now",
        )),
        then: Then::Retry(at(10)),
    };
    let stopped = Ending::Postponed {
        failure: None,
        then: Then::Retry(at(20)),
    };
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, limited).await;
    lab.set(10);
    let claim = lab.claim_one().await;
    assert_eq!(claim.attempt.n, 1);
    lab.end(&claim, stopped).await;
    let (delivery, attempts) = lab.view("a").await;
    assert_eq!(
        (delivery.state, delivery.due_at, delivery.attempts),
        (State::Due, at(20), 0)
    );
    // The 429 was an exchange with the vendor; the claim that came to nothing leaves no trace.
    let outcomes = attempts.iter().map(|attempt| attempt.outcome);
    assert_eq!(outcomes.collect::<Vec<_>>(), [Some(AttemptOutcome::Postponed)]);
    lab.set(20);
    let claim = lab.claim_one().await;
    assert_eq!((claim.attempt.n, claim.first_failed_at), (1, None));
}

pub(super) async fn an_unseen_answer_leaves_doubt_with_its_bytes(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    lab.set(1);
    let claim = lab.try_one("the first bytes").await;
    lab.set(2);
    lab.end(&claim, unknown(Then::Retry(at(10)))).await;
    assert!(lab.view("a").await.0.in_doubt);
    lab.restart().await;
    lab.set(10);
    let claim = lab.try_one("the second bytes").await;
    assert!(claim.attempt.earlier_ambiguous);
    // A failure that is certain by itself does not settle what went before.
    lab.set(11);
    lab.end(&claim, failed(Then::Retry(at(20)))).await;
    lab.set(20);
    let claim = lab.claim_one().await;
    let Some(doubt) = claim.doubt else {
        panic!("the delivery is in doubt");
    };
    assert_eq!(doubt.prepared, "the first bytes");
    assert_eq!(doubt.repeat, Repeat::NeverBlindly);
    assert_eq!((doubt.started_at, doubt.ended_at), (at(1), at(2)));
    assert_eq!(claim.attempt.n, 3);
}

pub(super) async fn doubt_is_never_a_dead_letter(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    let claims = lab.claim(2).await;
    for claim in &claims {
        assert!(lab.begin(claim, "bytes").await);
    }
    lab.end(&claims[0], unknown(Then::Stop)).await;
    lab.end(&claims[1], unknown(Then::Retry(at(10)))).await;
    assert_eq!(lab.state("a").await, State::Held);
    lab.set(10);
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, failed(Then::Stop)).await;
    assert_eq!(lab.state("b").await, State::Held);
    lab.set(1_000_000);
    assert!(lab.claim(9).await.is_empty());
}

pub(super) async fn a_lead_that_the_vendor_lacks_is_sent_anew(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, unknown(Then::Retry(at(60)))).await;
    lab.set(60);
    let claim = lab.claim_one().await;
    lab.end(&claim, Ending::Absent { due_at: at(61) }).await;
    let (delivery, attempts) = lab.view("a").await;
    assert_eq!((delivery.in_doubt, delivery.attempts), (false, 1));
    assert_eq!(attempts[1].outcome, Some(AttemptOutcome::Absent));
    lab.set(61);
    let claim = lab.try_one("new bytes").await;
    assert_eq!((claim.doubt.is_none(), claim.attempt.earlier_ambiguous), (true, false));
    // The next doubt is about what was sent since.
    lab.end(&claim, unknown(Then::Retry(at(99)))).await;
    lab.set(99);
    let doubt = lab.claim_one().await.doubt;
    assert_eq!(doubt.map(|doubt| doubt.prepared), Some("new bytes".into()));
}

pub(super) async fn a_lead_that_the_vendor_has_is_done(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, unknown(Then::Retry(at(60)))).await;
    lab.set(60);
    let claim = lab.claim_one().await;
    // Found by a look at the vendor: nothing was sent.
    lab.end(&claim, answered(Verdict::Accepted)).await;
    let (delivery, _) = lab.view("a").await;
    assert_eq!(delivery.conclusion, Some(Conclusion::Accepted));
    assert_eq!((delivery.in_doubt, delivery.attempts), (false, 1));
}

pub(super) async fn what_is_due_later_is_not_forgotten(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, failed(Then::Retry(at(900)))).await;
    lab.restart().await;
    lab.set(899);
    assert_eq!(lab.reap(1).await, crate::rules::Reaped::default());
    assert!(lab.claim(9).await.is_empty());
    assert_eq!(lab.store().next_due("main").await, Ok(Some(at(900))));
    lab.set(900);
    assert_eq!(lab.claim_one().await.attempt.n, 2);
}
