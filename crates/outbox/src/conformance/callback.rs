//! A vendor's late word counts once, whenever it comes.

use leadsink_core::CallbackToken;

use super::lab::{Lab, answered, at, unknown};
use crate::attempt::Then;
use crate::callback::EventTaken;
use crate::word::{Conclusion, State, Verdict};

async fn conclusion(lab: &Lab<'_>, key: &str) -> Option<Conclusion> {
    lab.view(key).await.0.conclusion
}

pub(super) async fn it_ends_what_waits_for_it(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, answered(Verdict::Pending)).await;
    // A word that is not final changes nothing.
    let recorded = EventTaken::Recorded(claim.fence.delivery);
    assert_eq!(lab.call_back(&claim, "1", Verdict::Pending).await, recorded);
    assert_eq!(lab.state("a").await, State::AwaitingCallback);
    let applied = EventTaken::Applied(claim.fence.delivery);
    assert_eq!(lab.call_back(&claim, "2", Verdict::Rejected).await, applied);
    assert_eq!(conclusion(lab, "a").await, Some(Conclusion::Rejected));
}

pub(super) async fn it_counts_once(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, answered(Verdict::Pending)).await;
    lab.call_back(&claim, "1", Verdict::Accepted).await;
    assert_eq!(
        lab.call_back(&claim, "1", Verdict::Rejected).await,
        EventTaken::Repeated
    );
    let recorded = EventTaken::Recorded(claim.fence.delivery);
    assert_eq!(lab.call_back(&claim, "2", Verdict::Rejected).await, recorded);
    assert_eq!(conclusion(lab, "a").await, Some(Conclusion::Accepted));
}

pub(super) async fn it_may_come_before_the_attempt_is_finished(lab: &mut Lab<'_>) {
    lab.file(&["pending", "unknown"]).await;
    let claims = lab.claim(2).await;
    for claim in &claims {
        assert!(lab.begin(claim, "bytes").await);
        let early = EventTaken::Early(claim.fence.delivery);
        let event = claim.key.as_str().to_owned();
        assert_eq!(lab.call_back(claim, &event, Verdict::Accepted).await, early);
        assert_eq!(lab.state(&event).await, State::Leased);
    }
    lab.end(&claims[0], answered(Verdict::Pending)).await;
    lab.end(&claims[1], unknown(Then::Retry(at(10)))).await;
    for key in ["pending", "unknown"] {
        assert_eq!(conclusion(lab, key).await, Some(Conclusion::Accepted), "{key}");
        assert!(!lab.view(key).await.0.in_doubt);
    }
}

pub(super) async fn it_may_come_before_a_worker_is_lost(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.call_back(&claim, "1", Verdict::Accepted).await;
    lab.restart().await;
    lab.set(100);
    assert_eq!(lab.reap(9).await.done, 1);
    assert_eq!(conclusion(lab, "a").await, Some(Conclusion::Accepted));
}

pub(super) async fn it_settles_a_doubt(lab: &mut Lab<'_>) {
    lab.file(&["held", "due"]).await;
    let claims = lab.claim(2).await;
    for claim in &claims {
        assert!(lab.begin(claim, "bytes").await);
    }
    lab.end(&claims[0], unknown(Then::Stop)).await;
    lab.end(&claims[1], unknown(Then::Retry(at(10)))).await;
    for claim in &claims {
        let applied = EventTaken::Applied(claim.fence.delivery);
        let event = claim.key.as_str().to_owned();
        assert_eq!(lab.call_back(claim, &event, Verdict::Accepted).await, applied);
        assert_eq!(conclusion(lab, &event).await, Some(Conclusion::Accepted));
    }
    lab.set(10);
    assert!(lab.claim(9).await.is_empty());
}

pub(super) async fn it_is_kept_when_it_matches_nothing(lab: &mut Lab<'_>) {
    let token = CallbackToken::from_bits(u128::MAX);
    let first = lab.event(token.clone(), "1", Verdict::Accepted).await;
    assert_eq!(first, EventTaken::Unmatched);
    assert_eq!(lab.event(token, "1", Verdict::Accepted).await, EventTaken::Repeated);
    // What was never sent has no answer.
    let lead = lab.lead("a");
    let Some(token) = lead.deliveries[0].callback_token.clone() else {
        panic!("the delivery has a token");
    };
    lab.accept(vec![lead]).await;
    let taken = lab.event(token, "2", Verdict::Rejected).await;
    assert!(matches!(taken, EventTaken::Recorded(_)), "{taken:?}");
    assert_eq!(lab.state("a").await, State::Due);
}
