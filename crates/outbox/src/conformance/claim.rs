//! A delivery that is due goes to one worker, and is written down before it is sent.

use bytes::Bytes;
use leadsink_core::{Attempt, Repeat};

use super::lab::{LEASE, Lab, MAIN, answered, at, failed, must};
use crate::attempt::{Begin, Then};
use crate::ids::Fence;
use crate::word::Verdict;

pub(super) async fn no_more_is_claimed_than_slots_are_free(lab: &mut Lab<'_>) {
    lab.file(&["a", "b", "c"]).await;
    assert!(lab.claim(0).await.is_empty());
    assert_eq!(lab.claim(2).await.len(), 2);
    assert_eq!(lab.claim(2).await.len(), 1);
}

pub(super) async fn what_is_claimed_is_not_claimed_again(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.claim_one().await;
    assert!(lab.claim(9).await.is_empty());
    lab.end(&claim, failed(Then::Retry(at(10)))).await;
    assert!(lab.claim(9).await.is_empty(), "not due yet");
    lab.set(10);
    let again = lab.claim_one().await;
    assert_eq!(again.fence.delivery, claim.fence.delivery);
    assert!(again.fence.claim > claim.fence.claim);
}

pub(super) async fn the_longest_due_comes_first(lab: &mut Lab<'_>) {
    lab.file(&["late"]).await;
    let claim = lab.claim_one().await;
    lab.end(&claim, failed(Then::Retry(at(50)))).await;
    lab.set(20);
    lab.file(&["early", "second"]).await;
    lab.set(60);
    assert_eq!(lab.claim_keys().await, ["early", "second", "late"]);
}

pub(super) async fn one_lane_does_not_hold_up_another(lab: &mut Lab<'_>) {
    let leads = ["a", "b"].map(|key| lab.lead_to(key, &["one", "two"]));
    lab.accept(leads.to_vec()).await;
    assert_eq!(lab.claims(lab.request("one", 1)).await.claims.len(), 1);
    let two = lab.claims(lab.request("two", 9)).await.claims;
    assert_eq!(two.len(), 2);
    assert!(lab.claim(9).await.is_empty());
}

pub(super) async fn a_claim_gives_the_lead_and_its_context(lab: &mut Lab<'_>) {
    let lead = lab.lead("a");
    lab.accept(vec![lead.clone()]).await;
    lab.set(7);
    let claim = lab.claim_one().await;
    assert_eq!(
        (claim.lead, &claim.source, &claim.key),
        (lead.uid, &lead.source, &lead.key)
    );
    assert_eq!((claim.revision, &claim.body), (1, &lead.body));
    assert_eq!(claim.accepted_at, at(0));
    assert_eq!(claim.callback_token, lead.deliveries[0].callback_token);
    assert_eq!(claim.attempt, Attempt::FIRST);
    assert_eq!((claim.doubt, claim.first_failed_at), (None, None));
}

pub(super) async fn an_attempt_is_written_before_it_is_made(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.claim_one().await;
    assert!(lab.view("a").await.1.is_empty(), "nothing has begun");
    lab.set(3);
    assert!(lab.begin(&claim, "bytes").await);
    let (_, attempts) = lab.view("a").await;
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].started_at, attempts[0].outcome), (at(3), None));
}

pub(super) async fn nothing_begins_without_a_claim(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    let claims = lab.claim(2).await;
    let begin = |fence| Begin {
        fence,
        prepared: Bytes::from_static(b"bytes"),
        repeat: Repeat::Safe,
    };
    let other = Fence {
        claim: claims[0].fence.claim + 1,
        ..claims[0].fence
    };
    let begins = vec![begin(other), begin(claims[1].fence), begin(claims[1].fence)];
    let begun = must(lab.store().begin(begins, LEASE, lab.now()).await);
    assert_eq!(begun, [false, true, false], "another claim, its own, its own again");
    lab.end(&claims[0], answered(Verdict::Accepted)).await;
    assert!(!lab.begin(&claims[0], "bytes").await, "it is over");
}

pub(super) async fn renewal_names_what_was_lost(lab: &mut Lab<'_>) {
    lab.file(&["a", "b"]).await;
    let claims = lab.claim(2).await;
    lab.end(&claims[0], answered(Verdict::Accepted)).await;
    lab.set(20);
    let fences = claims.iter().map(|claim| claim.fence).collect::<Vec<_>>();
    let lost = must(lab.store().renew(fences.clone(), LEASE, lab.now()).await);
    assert_eq!(lost, [fences[0]]);
    lab.set(45);
    assert_eq!(lab.reap(9).await.due, 0, "the lease was renewed");
    lab.end(&claims[1], answered(Verdict::Accepted)).await;
    assert_eq!(must(lab.store().next_due(MAIN).await), None);
}
