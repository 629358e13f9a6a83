//! A lead under way.

use std::rc::Rc;

use leadsink::intake::Record;
use leadsink::{Attempt, Lead, PrepareContext, Sender, Submission, Timestamp};
use tokio::task::yield_now;

use crate::notes::Note;

/// How often the connection's own task gets a turn before the next request begins. With fewer turns the connection is
/// not back in the pool yet, and a new one is opened: more of them than deliveries side by side.
const TURNS: usize = 4;

/// A row that is under way, and what it carries.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) row: u64,
    pub(super) lead: Box<Lead>,
    pub(super) warnings: Vec<Note>,
    pub(super) record: Record,
    /// Made before the request, so that its token is known even if nobody waits for the end.
    pub(super) cx: PrepareContext,
    /// Before its first request.
    pub(super) began: Timestamp,
}

/// A flight that is about to begin.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) ticket: u64,
    pub(super) sender: Rc<Sender>,
    pub(super) flight: Rc<Flight>,
}

/// A flight that has ended.
#[derive(Debug)]
pub(super) struct Landed {
    pub(super) ticket: u64,
    pub(super) submission: Submission,
}

impl Launch {
    pub(super) async fn deliver(self) -> Landed {
        let Flight { lead, cx, .. } = &*self.flight;
        let submission = self.sender.submit_with(lead, cx, Attempt::FIRST).await;
        for _ in 0..TURNS {
            yield_now().await;
        }
        Landed {
            ticket: self.ticket,
            submission,
        }
    }
}
