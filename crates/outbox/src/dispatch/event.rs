//! What a dispatcher tells while it works. No event holds personal data beside the lead's id, which is none.

use std::fmt;

use leadsink_core::{LeadId, Timestamp};

use crate::attempt::{Ending, Standing};
use crate::error::StoreError;
use crate::rules::Reaped;

/// Looks on. It is called in the middle of the work, so it must not block.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// Something happened.
    fn observe(&self, event: &Event<'_>);
}

/// What happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The claims of lost workers were ended.
    Reaped(Reaped),
    /// An attempt is written down and about to be made.
    Began {
        /// The configured name of the sink.
        sink: &'a str,
        /// The lead.
        key: &'a LeadId,
        /// Which attempt it is.
        attempt: u32,
        /// Whether it repeats one in doubt.
        in_doubt: bool,
    },
    /// A claim is over and recorded.
    Ended {
        /// The configured name of the sink.
        sink: &'a str,
        /// The lead.
        key: &'a LeadId,
        /// Which attempt it was.
        attempt: u32,
        /// How it ended.
        ending: &'a Ending,
        /// Where the delivery stands now.
        standing: Standing,
    },
    /// A claim was no longer the worker's; nothing more was sent.
    Lost {
        /// The configured name of the sink.
        sink: &'a str,
        /// The lead.
        key: &'a LeadId,
    },
    /// The account is at fault: the lane waits for a person.
    Held {
        /// The configured name of the sink.
        sink: &'a str,
        /// Why, in one line.
        reason: &'a str,
    },
    /// The vendor asked to wait.
    Deferred {
        /// The configured name of the sink.
        sink: &'a str,
        /// Nothing is sent before.
        until: Timestamp,
    },
    /// The vendor seems to be down.
    BreakerOpened {
        /// The configured name of the sink.
        sink: &'a str,
        /// One delivery tries again then.
        until: Timestamp,
    },
    /// The vendor is back.
    BreakerClosed {
        /// The configured name of the sink.
        sink: &'a str,
    },
    /// The store failed; it is tried again where that may help.
    StoreFailed(&'a StoreError),
}

/// Looks away.
#[derive(Debug)]
pub(super) struct Unseen;

impl Observer for Unseen {
    fn observe(&self, _: &Event<'_>) {}
}
