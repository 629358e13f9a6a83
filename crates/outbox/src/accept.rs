//! What is handed to a store to keep, and what the store says to each.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use leadsink_core::{CallbackToken, LeadId};

use crate::ids::LeadUid;

/// A digest of the record as it was read, before anything parsed it: a better parser does not make old records look new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawHash(pub [u8; 32]);

/// A lead to be kept, with the deliveries that it is kept for.
#[derive(Clone)]
pub struct NewLead {
    /// Its id in the store, if it is new.
    pub uid: LeadUid,
    /// Where it comes from: keys are unique within a source.
    pub source: Arc<str>,
    /// The caller's id of the lead.
    pub key: LeadId,
    /// The digest of the record as it was read.
    pub raw_hash: RawHash,
    /// The lead, encoded. The store does not look into it.
    pub body: Bytes,
    /// Whether a changed record under a known key is a new revision rather than a mistake.
    pub update: bool,
    /// Where it is to go.
    pub deliveries: Vec<NewDelivery>,
}

impl fmt::Debug for NewLead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLead")
            .field("uid", &self.uid)
            .field("source", &self.source)
            .field("key", &self.key)
            .field("body_bytes", &self.body.len())
            .field("update", &self.update)
            .field("deliveries", &self.deliveries)
            .finish_non_exhaustive()
    }
}

/// One delivery of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The configured name of the sink.
    pub sink: Arc<str>,
    /// The token for a late answer, where one can come; kept with the delivery, so that each preparation gives the same bytes.
    pub callback_token: Option<CallbackToken>,
    /// Whether the vendor merges a further request about the lead into what it has of it. Where it does not, a changed record
    /// goes there only while certainly nothing of an earlier one can be there: see [`filing`](crate::filing).
    pub merges: bool,
}

/// What became of a lead that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is kept, and will be delivered.
    New {
        /// Its id in the store.
        lead: LeadUid,
    },
    /// It changes a known one, and will be delivered after it or in its place: to those of its sinks that may get the change.
    /// Which they are, [`lead`](crate::LeadStore::lead) says.
    Revised {
        /// Its id in the store.
        lead: LeadUid,
        /// 2 for the first change.
        revision: u32,
    },
    /// The key is known.
    Duplicate {
        /// The first lead with this key.
        first: LeadUid,
        /// Whether the record is the same. One that differs is refused, also where it is to update and none of its sinks may
        /// get the change: nothing of it is kept.
        same_body: bool,
        /// How many deliveries were added, to sinks that the lead had not been meant for.
        filed: u32,
    },
}
