//! Leads and calls for tests with several workers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::{LeadId, Repeat, Timestamp};
use leadsink_outbox::{
    Accepted, Answer, Begin, Claim, ClaimRequest, Ending, Exhaustion, Fence, Finish, Finished, LeadStore, LeadUid,
    NewDelivery, NewLead, QuotaRule, RawHash, ReapLimits, Reaped, Verdict, Wanted,
};

/// A time that every worker agrees about.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

pub(crate) fn lead(key: &str) -> NewLead {
    NewLead {
        uid: LeadUid::new(now(), [0; 10]),
        source: "file".into(),
        key: LeadId::new(key).unwrap(),
        raw_hash: RawHash([7; 32]),
        body: Bytes::from_static(b"a lead"),
        update: false,
        deliveries: vec![NewDelivery {
            sink: "main".into(),
            callback_token: None,
            merges: true,
        }],
    }
}

pub(crate) async fn file(store: &dyn LeadStore, keys: impl Iterator<Item = String>) -> Vec<Accepted> {
    let leads = keys.map(|key| lead(&key)).collect();
    store.accept(leads, now()).await.unwrap()
}

pub(crate) fn request(slots: u32, lease: Duration, quotas: Vec<QuotaRule>) -> ClaimRequest {
    ClaimRequest {
        sink: Arc::from("main"),
        slots,
        lease,
        trial: lease,
        quotas,
        max_attempts: u32::MAX,
        wanted: Wanted::Ordinary,
    }
}

pub(crate) async fn claim(store: &dyn LeadStore, lease: Duration) -> Vec<Claim> {
    store.claim(request(9, lease, Vec::new()), now()).await.unwrap().claims
}

/// Claims the one delivery that is due.
pub(crate) async fn claim_one(store: &dyn LeadStore, lease: Duration) -> Fence {
    let claims = claim(store, lease).await;
    assert_eq!(claims.len(), 1);
    claims[0].fence
}

pub(crate) async fn begin(store: &dyn LeadStore, fence: Fence) -> bool {
    begin_for(store, fence, Duration::from_secs(30)).await
}

pub(crate) async fn begin_for(store: &dyn LeadStore, fence: Fence, lease: Duration) -> bool {
    let begin = Begin {
        fence,
        prepared: Bytes::from_static(b"bytes"),
        repeat: Repeat::NeverBlindly,
    };
    store.begin(vec![begin], lease, now()).await.unwrap()[0]
}

pub(crate) async fn accepted(store: &dyn LeadStore, fence: Fence) -> Finished {
    let finish = Finish {
        fence,
        ending: Ending::Answered(Answer::new(Verdict::Accepted)),
    };
    store.finish(vec![finish], now()).await.unwrap()[0]
}

pub(crate) async fn reap(store: &dyn LeadStore, max_attempts: u32) -> Reaped {
    let limits = ReapLimits {
        default: Exhaustion {
            max_attempts,
            max_age: Duration::from_secs(3600),
        },
        by_sink: BTreeMap::new(),
    };
    store.reap(limits, now()).await.unwrap()
}
