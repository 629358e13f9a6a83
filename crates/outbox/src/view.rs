//! What a store tells people: leads with their attempts, lists, counts.

use std::fmt;
use std::sync::Arc;

use leadsink_core::{LeadId, Timestamp};

use crate::ids::{DeliveryNo, LeadUid};
use crate::word::{AttemptOutcome, Conclusion, State};

/// A delivery as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryView {
    /// Its number.
    pub no: DeliveryNo,
    /// Its lead.
    pub lead: LeadUid,
    /// Where the lead comes from.
    pub source: Arc<str>,
    /// The caller's id of the lead.
    pub key: LeadId,
    /// 1 unless the lead was changed.
    pub revision: u32,
    /// The configured name of the sink.
    pub sink: Arc<str>,
    /// Where it stands.
    pub state: State,
    /// Whether the vendor may have acted on an attempt whose answer nobody saw.
    pub in_doubt: bool,
    /// When it was filed.
    pub accepted_at: Timestamp,
    /// When it is or was due.
    pub due_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// How many attempts it has spent.
    pub attempts: u32,
    /// How it ended, where it is done.
    pub conclusion: Option<Conclusion>,
    /// The vendor's own id of the lead.
    pub vendor_ref: Option<String>,
}

/// An attempt as it stands. Where a claim never came to one, but something is to be said of it, it is here too.
#[derive(Clone, PartialEq, Eq)]
pub struct AttemptView {
    /// The number of its claim.
    pub claim: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it is in flight.
    pub ended_at: Option<Timestamp>,
    /// What is known of it; none while it is in flight.
    pub outcome: Option<AttemptOutcome>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The stable word of the error.
    pub error: Option<String>,
    /// One line about the error.
    pub message: Option<String>,
    /// What else is known, as JSON. It may quote the lead.
    pub detail: Option<String>,
    /// When the delivery was due again.
    pub next_due: Option<Timestamp>,
    /// What its worker said after its lease had ended.
    pub late: Option<AttemptOutcome>,
}

impl fmt::Debug for AttemptView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptView")
            .field("claim", &self.claim)
            .field("outcome", &self.outcome)
            .field("status", &self.status)
            .field("error", &self.error)
            .field("late", &self.late)
            .finish_non_exhaustive()
    }
}

/// One revision of a lead with all that was done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadView {
    /// Its id in the store.
    pub uid: LeadUid,
    /// Where it comes from.
    pub source: Arc<str>,
    /// The caller's id.
    pub key: LeadId,
    /// 1 unless it was changed.
    pub revision: u32,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Whether it was purged, and only its key is left.
    pub is_purged: bool,
    /// Its deliveries, each with its attempts in order.
    pub deliveries: Vec<(DeliveryView, Vec<AttemptView>)>,
}

/// Which deliveries to list: those to which all that is set applies, in the order in which they were filed.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// In one of these states; in any where this and `conclusions` are empty.
    pub states: Vec<State>,
    /// Or done, and ended in one of these ways.
    pub conclusions: Vec<Conclusion>,
    /// To this sink.
    pub sink: Option<Arc<str>>,
    /// Filed at or after this time.
    pub since: Option<Timestamp>,
    /// Filed after this one: the `next` of the page before.
    pub after: Option<DeliveryNo>,
    /// So many at most.
    pub limit: u32,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The deliveries.
    pub deliveries: Vec<DeliveryView>,
    /// Where the next page begins, if there may be one.
    pub next: Option<DeliveryNo>,
}

/// How many deliveries of a sink are in a state, and ended so where they are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The configured name of the sink.
    pub sink: Arc<str>,
    /// The state.
    pub state: State,
    /// How they ended, where they are done.
    pub conclusion: Option<Conclusion>,
    /// How many.
    pub deliveries: u64,
    /// How many of them are in doubt.
    pub in_doubt: u64,
}
