//! Taking deliveries that are due.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::{Attempt, CallbackToken, LeadId, Repeat, Timestamp};

use crate::budget::QuotaRule;
use crate::ids::{Fence, LeadUid};
use crate::lane::Gate;

/// A worker's wish for work in one lane.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// The configured name of the sink.
    pub sink: Arc<str>,
    /// How many slots are free. Nothing is fetched in advance: a delivery in a queue cannot be worked on by others.
    pub slots: u32,
    /// How long the claim holds unless it is renewed.
    pub lease: Duration,
    /// The quotas that the first request of each delivery counts for; each claim takes one of each.
    pub quotas: Vec<QuotaRule>,
}

/// What a worker got.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The deliveries, the longest due first.
    pub claims: Vec<Claim>,
    /// Why there are no more although some may be due.
    pub gate: Gate,
    /// The breaker is half open and this one claim tries whether the vendor is back: report with this number.
    pub probe: Option<u32>,
}

/// One delivery, to be worked on until its lease ends.
#[derive(Clone)]
pub struct Claim {
    /// To be given with everything that is said about it.
    pub fence: Fence,
    /// The lead in the store.
    pub lead: LeadUid,
    /// Where the lead comes from.
    pub source: Arc<str>,
    /// The caller's id of the lead.
    pub key: LeadId,
    /// 1 unless the lead was changed.
    pub revision: u32,
    /// The lead, encoded as it was handed in.
    pub body: Bytes,
    /// When the delivery was filed.
    pub accepted_at: Timestamp,
    /// The token for a late answer.
    pub callback_token: Option<CallbackToken>,
    /// Which attempt it is, by those that were spent, and whether an earlier one is in doubt.
    pub attempt: Attempt,
    /// When the first attempt failed: the age of a delivery counts from then.
    pub first_failed_at: Option<Timestamp>,
    /// The attempt in doubt, if there is one.
    pub doubt: Option<Doubt>,
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("fence", &self.fence)
            .field("key", &self.key)
            .field("revision", &self.revision)
            .field("body_bytes", &self.body.len())
            .field("attempt", &self.attempt)
            .field("doubt", &self.doubt)
            .finish_non_exhaustive()
    }
}

/// The first attempt whose answer nobody saw, since the last time that the doubt was settled.
#[derive(Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The very bytes of that attempt: what is repeated, and what the vendor is asked about.
    pub prepared: Bytes,
    /// Whether they may be sent again blindly.
    pub repeat: Repeat,
    /// When it began.
    pub started_at: Timestamp,
    /// When the last attempt in doubt ended: a vendor is not asked at once.
    pub ended_at: Timestamp,
}

impl fmt::Debug for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doubt")
            .field("prepared_bytes", &self.prepared.len())
            .field("repeat", &self.repeat)
            .field("started_at", &self.started_at)
            .finish_non_exhaustive()
    }
}
