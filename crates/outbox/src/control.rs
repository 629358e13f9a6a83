//! What people, and the worker itself, tell a store beside the course of deliveries.

use std::sync::Arc;

use leadsink_core::{LeadId, Timestamp};

/// A command. The store answers how many deliveries, lanes or leads it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// Nothing of this sink is claimed until it is resumed.
    Pause(Arc<str>),
    /// Ends a pause and a hold.
    Resume(Arc<str>),
    /// The account is at fault: nothing of this sink is claimed until the hold ends.
    Hold {
        /// The sink.
        sink: Arc<str>,
        /// Why, in one line without personal data.
        reason: String,
    },
    /// Ends a hold and leaves a pause: the account was mended.
    EndHold(Arc<str>),
    /// Nothing of this sink is claimed before that time, since the vendor asked for it. Never moves it back.
    Defer {
        /// The sink.
        sink: Arc<str>,
        /// The time.
        until: Timestamp,
    },
    /// Dead letters are due again with all their attempts, and what is due later is due now. Leaves what is held: nobody
    /// knows whether the vendor has it, see [`Release`](Control::Release).
    Retry(Selection),
    /// What is due, held or dead is over. Leaves what a worker has.
    Cancel(Selection),
    /// Settles what is held, or due and in doubt.
    Release {
        /// Which.
        of: Selection,
        /// How.
        to: Release,
    },
    /// Deletes what is known of leads whose deliveries are all done or dead since before that time. Their keys stay, so that
    /// they are never taken for new.
    Purge {
        /// The time.
        before: Timestamp,
    },
}

/// What a person found out about a delivery in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// The vendor has the lead.
    Delivered,
    /// The vendor does not have it: it is due again, nothing in doubt.
    NotDelivered,
}

/// Deliveries to which all that is set applies; every one where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Of this lead, all its revisions.
    pub key: Option<LeadId>,
    /// Of leads from this source. A key alone names the lead of every source that has it.
    pub source: Option<Arc<str>>,
    /// To this sink.
    pub sink: Option<Arc<str>>,
}
