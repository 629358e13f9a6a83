//! What holds a lane up holds all workers up, spends nothing, and outlasts a restart.

use std::time::Duration;

use super::lab::{LEASE, Lab, MAIN, answered, at, must};
use crate::attempt::{Ending, Then};
use crate::budget::QuotaRule;
use crate::claim::ClaimRequest;
use crate::control::Control;
use crate::lane::{Breaker, BreakerReport, Gate};
use crate::word::Verdict;

pub(super) async fn a_pause_outlasts_a_restart_and_a_hold(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let hold = Control::Hold {
        sink: MAIN.into(),
        reason: "the vendor does not accept the credentials".to_owned(),
    };
    assert_eq!(lab.control(Control::Pause(MAIN.into())).await, 1);
    assert_eq!(lab.control(Control::Pause(MAIN.into())).await, 0);
    lab.control(hold.clone()).await;
    lab.restart().await;
    let claims = lab.claims(lab.request(MAIN, 9)).await;
    assert_eq!((claims.claims.len(), claims.gate), (0, Gate::Paused));
    assert_eq!(lab.store().next_due(MAIN).await, Ok(None));
    lab.control(Control::EndHold(MAIN.into())).await;
    assert_eq!(lab.claims(lab.request(MAIN, 9)).await.gate, Gate::Paused);
    lab.control(hold).await;
    lab.control(Control::Resume(MAIN.into())).await;
    let lanes = must(lab.store().lanes().await);
    assert_eq!((lanes[0].is_paused, lanes[0].hold.as_deref()), (false, None));
    assert_eq!(lab.claim_one().await.attempt.n, 1);
}

pub(super) async fn a_wish_to_wait_is_heeded_and_never_moved_back(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    for until in [30, 20] {
        let defer = Control::Defer {
            sink: MAIN.into(),
            until: at(until),
        };
        lab.control(defer).await;
    }
    let claims = lab.claims(lab.request(MAIN, 9)).await;
    assert_eq!((claims.claims.len(), claims.gate), (0, Gate::NotBefore(at(30))));
    assert_eq!(lab.store().next_due(MAIN).await, Ok(Some(at(30))));
    lab.set(30);
    assert_eq!(lab.claim(9).await.len(), 1);
}

fn two_a_minute() -> Vec<QuotaRule> {
    vec![QuotaRule {
        name: "leads".to_owned(),
        requests: 2,
        per: Duration::from_secs(60),
    }]
}

fn limited(lab: &Lab<'_>) -> ClaimRequest {
    ClaimRequest {
        quotas: two_a_minute(),
        ..lab.request(MAIN, 9)
    }
}

pub(super) async fn claims_keep_the_quota_across_a_restart(lab: &mut Lab<'_>) {
    lab.file(&["a", "b", "c"]).await;
    let claims = lab.claims(limited(lab)).await;
    assert_eq!(claims.claims.len(), 2);
    let Gate::NotBefore(next) = claims.gate else {
        panic!("the quota is used up: {:?}", claims.gate);
    };
    assert!(at(60) < next && next < at(64), "{next}");
    lab.restart().await;
    lab.set(59);
    assert!(lab.claims(limited(lab)).await.claims.is_empty());
    lab.set(64);
    assert_eq!(lab.claims(limited(lab)).await.claims.len(), 1);
}

pub(super) async fn further_requests_count_for_the_same_quota(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    let grant = must(lab.store().take(MAIN, two_a_minute(), 1, lab.now()).await);
    assert_eq!(grant.granted, 1);
    assert_eq!(lab.claims(limited(lab)).await.claims.len(), 1);
    let grant = must(lab.store().take(MAIN, two_a_minute(), 1, lab.now()).await);
    assert_eq!(grant.granted, 0);
    assert!(grant.next_at > Some(at(60)));
    let other = must(lab.store().take("other", two_a_minute(), 1, lab.now()).await);
    assert_eq!(other.granted, 1, "another lane has its own");
}

/// Opens the breaker until then.
async fn open(lab: &Lab<'_>, generation: u32, until: i64) -> bool {
    let report = BreakerReport {
        generation,
        open_until: Some(at(until)),
    };
    must(lab.store().breaker(MAIN, report).await)
}

pub(super) async fn an_open_breaker_lets_one_through_to_try(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    assert!(open(lab, 0, 10).await);
    assert!(!open(lab, 0, 50).await, "a second worker saw the same outage");
    lab.restart().await;
    let shut = lab.claims(lab.request(MAIN, 9)).await;
    assert_eq!((shut.claims.len(), shut.gate), (0, Gate::NotBefore(at(10))));
    lab.set(10);
    let trying = lab.claims(lab.request(MAIN, 9)).await;
    let (Some(probe), [claim]) = (trying.probe, &trying.claims[..]) else {
        panic!("one goes through to try: {trying:?}");
    };
    assert_eq!(claim.attempt.n, 1, "an open breaker spends nothing");
    assert!(lab.claim(9).await.is_empty(), "one alone");
    let postponed = Ending::Postponed {
        failure: None,
        then: Then::Retry(at(10)),
    };
    lab.end(claim, postponed).await;
    assert!(open(lab, probe, 20).await, "the vendor is still down");
    lab.set(20);
    let trying = lab.claims(lab.request(MAIN, 9)).await;
    let Some(probe) = trying.probe else {
        panic!("one goes through to try: {trying:?}");
    };
    lab.end(&trying.claims[0], answered(Verdict::Accepted)).await;
    let closed = BreakerReport {
        generation: probe,
        open_until: None,
    };
    assert!(must(lab.store().breaker(MAIN, closed).await));
    let through = lab.claims(lab.request(MAIN, 9)).await;
    assert_eq!((through.claims.len(), through.probe), (1, None));
}

pub(super) async fn a_trial_holds_for_as_long_as_its_request_may_take(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    open(lab, 0, 10).await;
    // Another process knows nothing but what is stored.
    lab.restart().await;
    lab.set(10);
    let request = ClaimRequest {
        trial: Duration::from_secs(380),
        ..lab.request(MAIN, 9)
    };
    let trying = lab.claims(request.clone()).await;
    assert_eq!((trying.claims.len(), trying.gate), (1, Gate::NotBefore(at(390))));
    lab.set(389);
    let waiting = lab.claims(request.clone()).await;
    assert_eq!((waiting.claims.len(), waiting.gate), (0, Gate::NotBefore(at(390))));
    lab.set(390);
    assert!(lab.claims(request).await.probe.is_some());
}

pub(super) async fn a_probe_that_is_lost_does_not_shut_the_lane(lab: &mut Lab<'_>) {
    // Without anything due there is no probe to lose.
    open(lab, 0, 10).await;
    lab.set(10);
    assert_eq!(lab.claims(lab.request(MAIN, 9)).await.probe, None);
    assert_eq!(
        must(lab.store().lanes().await)[0].breaker,
        Breaker::Open { until: at(10) }
    );
    lab.file(&["a", "b"]).await;
    assert!(lab.claims(lab.request(MAIN, 9)).await.probe.is_some());
    lab.restart().await;
    lab.set(10 + i64::try_from(LEASE.as_secs()).unwrap_or(0));
    let again = lab.claims(lab.request(MAIN, 9)).await;
    assert!(again.probe.is_some());
    assert_eq!(again.claims.len(), 1);
}
