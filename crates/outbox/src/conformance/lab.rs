//! What the checks work with: a bed, a clock that they set, leads without a person behind them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::{CallbackToken, LeadId, Repeat, Timestamp};

use super::Bed;
use crate::accept::{Accepted, NewDelivery, NewLead, RawHash};
use crate::attempt::{Answer, Begin, Ending, Failure, Finish, Finished, Then};
use crate::callback::{EventTaken, VendorEvent};
use crate::claim::{Claim, ClaimRequest, Claims, Wanted};
use crate::control::{Control, Selection};
use crate::ids::{DeliveryNo, LeadUid};
use crate::rules::{Exhaustion, ReapLimits, Reaped};
use crate::store::LeadStore;
use crate::view::{AttemptView, DeliveryView, LeadView};
use crate::word::{State, Verdict};

/// The sink of most checks.
pub(super) const MAIN: &str = "main";

/// Shorter than any check waits before it reaps.
pub(super) const LEASE: Duration = Duration::from_secs(30);

pub(super) struct Lab<'a> {
    bed: &'a mut dyn Bed,
    /// Set by the checks, in seconds from their beginning.
    now: Timestamp,
    minted: u64,
}

impl<'a> Lab<'a> {
    pub(super) fn new(bed: &'a mut dyn Bed) -> Self {
        Self {
            bed,
            now: at(0),
            minted: 0,
        }
    }

    pub(super) fn store(&self) -> Arc<dyn LeadStore> {
        self.bed.store()
    }

    pub(super) async fn restart(&mut self) {
        self.bed.restart().await;
    }

    /// Sets the clock.
    pub(super) fn set(&mut self, second: i64) {
        self.now = at(second);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// A lead of which the record says the same each time, to some sinks, with tokens for late answers.
    pub(super) fn lead_to(&mut self, key: &str, sinks: &[&str]) -> NewLead {
        let deliveries = sinks.iter().map(|sink| {
            self.minted += 1;
            NewDelivery {
                sink: Arc::from(*sink),
                callback_token: Some(CallbackToken::from_bits(self.minted.into())),
                merges: true,
            }
        });
        let deliveries = deliveries.collect();
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.minted.to_be_bytes());
        let lead = NewLead {
            uid: LeadUid::new(self.now, random),
            source: "file".into(),
            key: id(key),
            raw_hash: RawHash([0; 32]),
            body: Bytes::new(),
            update: false,
            deliveries,
        };
        with_record(lead, "as it came")
    }

    pub(super) fn lead(&mut self, key: &str) -> NewLead {
        self.lead_to(key, &[MAIN])
    }

    pub(super) async fn accept(&self, leads: Vec<NewLead>) -> Vec<Accepted> {
        must(self.store().accept(leads, self.now).await)
    }

    /// Accepts leads that are new.
    pub(super) async fn file(&mut self, keys: &[&str]) {
        let leads = keys.iter().map(|key| self.lead(key)).collect();
        for accepted in self.accept(leads).await {
            assert!(matches!(accepted, Accepted::New { .. }), "{accepted:?}");
        }
    }

    pub(super) fn request(&self, sink: &str, slots: u32) -> ClaimRequest {
        ClaimRequest {
            sink: sink.into(),
            slots,
            lease: LEASE,
            trial: LEASE,
            quotas: Vec::new(),
            max_attempts: u32::MAX,
            wanted: Wanted::Ordinary,
        }
    }

    pub(super) async fn claims(&self, request: ClaimRequest) -> Claims {
        must(self.store().claim(request, self.now).await)
    }

    pub(super) async fn claim(&self, slots: u32) -> Vec<Claim> {
        self.claims(self.request(MAIN, slots)).await.claims
    }

    /// Claims a suspect, where it is due.
    pub(super) async fn claim_alone(&self, delivery: DeliveryNo) -> Vec<Claim> {
        let request = ClaimRequest {
            wanted: Wanted::Suspect(delivery),
            ..self.request(MAIN, 1)
        };
        self.claims(request).await.claims
    }

    /// Claims the one delivery that is due, be it a suspect or not.
    pub(super) async fn claim_one(&self) -> Claim {
        let got = self.claims(self.request(MAIN, 2)).await;
        let mut claims = got.claims;
        for suspect in got.suspects {
            claims.extend(self.claim_alone(suspect).await);
        }
        assert_eq!(claims.len(), 1, "one delivery is due");
        claims.remove(0)
    }

    /// The keys of all that is due; they stay claimed.
    pub(super) async fn claim_keys(&self) -> Vec<String> {
        let claims = self.claim(100).await;
        claims.iter().map(|claim| claim.key.as_str().to_owned()).collect()
    }

    pub(super) async fn begin(&self, claim: &Claim, prepared: &'static str) -> bool {
        let begin = Begin {
            fence: claim.fence,
            prepared: Bytes::from_static(prepared.as_bytes()),
            repeat: Repeat::NeverBlindly,
        };
        let begun = must(self.store().begin(vec![begin], LEASE, self.now).await);
        assert_eq!(begun.len(), 1);
        begun[0]
    }

    /// Claims the one delivery that is due and begins its attempt.
    pub(super) async fn try_one(&self, prepared: &'static str) -> Claim {
        let claim = self.claim_one().await;
        assert!(self.begin(&claim, prepared).await, "the claim is the worker's");
        claim
    }

    pub(super) async fn finish(&self, claim: &Claim, ending: Ending) -> Finished {
        let finish = Finish {
            fence: claim.fence,
            ending,
        };
        let finished = must(self.store().finish(vec![finish], self.now).await);
        assert_eq!(finished.len(), 1);
        finished[0]
    }

    /// Ends a claim that is the worker's.
    pub(super) async fn end(&self, claim: &Claim, ending: Ending) {
        assert!(matches!(self.finish(claim, ending).await, Finished::Recorded(_)));
    }

    pub(super) async fn control(&self, command: Control) -> u64 {
        must(self.store().control(command, self.now).await)
    }

    pub(super) async fn reap(&self, max_attempts: u32) -> Reaped {
        let limits = ReapLimits {
            default: Exhaustion {
                max_attempts,
                max_age: Duration::from_secs(4 * 3600),
            },
            by_sink: std::collections::BTreeMap::new(),
        };
        must(self.store().reap(limits, self.now).await)
    }

    pub(super) async fn call_back(&self, claim: &Claim, event_id: &str, verdict: Verdict) -> EventTaken {
        let Some(token) = claim.callback_token.clone() else {
            panic!("the delivery has a token");
        };
        self.event(token, event_id, verdict).await
    }

    pub(super) async fn event(&self, token: CallbackToken, event_id: &str, verdict: Verdict) -> EventTaken {
        let event = VendorEvent {
            vendor: "acme".into(),
            event_id: event_id.to_owned(),
            token,
            verdict,
            received_at: self.now,
            body: Bytes::from_static(b"{}"),
        };
        must(self.store().callback(event).await)
    }

    pub(super) async fn views(&self, key: &str) -> Vec<LeadView> {
        must(self.store().lead(&id(key), None).await)
    }

    /// The one delivery of a lead that was never changed, with its attempts.
    pub(super) async fn view(&self, key: &str) -> (DeliveryView, Vec<AttemptView>) {
        let mut views = self.views(key).await;
        assert_eq!(views.len(), 1, "one revision");
        let mut deliveries = views.remove(0).deliveries;
        assert_eq!(deliveries.len(), 1, "one delivery");
        deliveries.remove(0)
    }

    pub(super) async fn state(&self, key: &str) -> State {
        self.view(key).await.0.state
    }
}

pub(super) fn at(second: i64) -> Timestamp {
    must(Timestamp::from_second(1_800_000_000 + second))
}

pub(super) fn id(key: &str) -> LeadId {
    must(LeadId::new(key))
}

/// The same lead with a record that says something else.
pub(super) fn with_record(mut lead: NewLead, record: &'static str) -> NewLead {
    let mut hash = [0; 32];
    for (index, byte) in record.bytes().enumerate() {
        hash[index % 32] ^= byte;
    }
    lead.raw_hash = RawHash(hash);
    lead.body = Bytes::from_static(record.as_bytes());
    lead
}

pub(super) fn answered(verdict: Verdict) -> Ending {
    Ending::Answered(Answer::new(verdict))
}

pub(super) fn failed(then: Then) -> Ending {
    Ending::Failed {
        failure: Failure::new("connect", "the connection failed"),
        then,
    }
}

pub(super) fn unknown(then: Then) -> Ending {
    Ending::Unknown {
        failure: Failure::new("timeout", "the time ran out"),
        then,
    }
}

pub(super) fn of_lead(key: &str) -> Selection {
    Selection {
        key: Some(id(key)),
        ..Selection::default()
    }
}

pub(super) fn must<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("failed: {error}"),
    }
}
