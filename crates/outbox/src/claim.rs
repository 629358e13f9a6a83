//! Taking deliveries that are due.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::{Attempt, CallbackToken, LeadId, Repeat, Timestamp};

use crate::budget::QuotaRule;
use crate::ids::{DeliveryNo, Fence, LeadUid};
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
    /// How long the trial of a vendor that was down holds, renewed or not: as long as its request may take. Else the next trial
    /// would begin while this one waits, and its failure would not count.
    pub trial: Duration,
    /// The quotas that the first request of each delivery counts for; each claim takes one of each.
    pub quotas: Vec<QuotaRule>,
    /// After so many attempts a delivery of this lane has failed for good.
    pub max_attempts: u32,
    /// What is wanted of that which is due.
    pub wanted: Wanted,
}

/// What is wanted of that which is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All but suspects: [`is_suspect`].
    Ordinary,
    /// This suspect, while nothing else is in flight.
    Suspect(DeliveryNo),
}

/// Whether a delivery may be what ended its workers, so that it is to be claimed alone: where it ends another one, none pays for
/// it that was only beside it.
///
/// It is one that was lost with two workers in a row, or with one and has no attempt to lose. After one loss alone it is not: a
/// machine that was switched off goes on as fast as it was.
#[must_use]
pub const fn is_suspect(lost_in_a_row: u32, attempts: u32, max_attempts: u32) -> bool {
    lost_in_a_row >= 2 || (lost_in_a_row == 1 && attempts.saturating_add(1) >= max_attempts)
}

/// What a worker got.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The deliveries, the longest due first.
    pub claims: Vec<Claim>,
    /// Why there are no more although some may be due.
    pub gate: Gate,
    /// Suspects that are due and were passed over.
    pub suspects: Vec<DeliveryNo>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_losses_in_a_row_make_a_suspect_and_one_before_the_last_attempt_does() {
        assert!(!is_suspect(0, 24, 25));
        assert!(!is_suspect(1, 1, 3));
        assert!(is_suspect(1, 2, 3));
        assert!(is_suspect(1, 1, 2));
        assert!(is_suspect(2, 2, 25));
    }
}
