//! A vendor's late word.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use leadsink_core::{CallbackToken, Timestamp};

use crate::ids::DeliveryNo;
use crate::word::Verdict;

/// Something that a vendor told of its own accord.
#[derive(Clone)]
pub struct VendorEvent {
    /// The vendor, within which its event ids are unique.
    pub vendor: Arc<str>,
    /// The vendor's id of the event, or a digest of it where the vendor gives none.
    pub event_id: String,
    /// The token of the delivery that it is about.
    pub token: CallbackToken,
    /// What it says.
    pub verdict: Verdict,
    /// When it came.
    pub received_at: Timestamp,
    /// The event as it came. It may hold personal data.
    pub body: Bytes,
}

impl fmt::Debug for VendorEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VendorEvent")
            .field("vendor", &self.vendor)
            .field("event_id", &self.event_id)
            .field("verdict", &self.verdict)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What the store made of an event. Each is durable, so the vendor may be told that it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventTaken {
    /// It ended this delivery.
    Applied(DeliveryNo),
    /// It came before the attempt was finished, and ends this delivery then.
    Early(DeliveryNo),
    /// It belongs to this delivery and changes nothing about it.
    Recorded(DeliveryNo),
    /// It came before.
    Repeated,
    /// No delivery has its token. It is kept all the same.
    Unmatched,
}
