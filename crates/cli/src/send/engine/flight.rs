//! A lead under way, and what it carries until the last sink is done with it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leadsink::intake::Record;
use leadsink::{Attempt, Lead, PrepareContext, Sender, Submission};
use tokio::task::yield_now;

use crate::notes::Note;
use crate::send::rejects::Refusal;

/// How often the connection's own task gets a turn before the next request begins. With fewer turns the connection is
/// not back in the pool yet, and a new one is opened: more of them than deliveries side by side.
const TURNS: usize = 4;

/// A lead under way to one sink.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) lane: usize,
    pub(super) cargo: Rc<Cargo>,
    /// Made before the request, so that its token is known even if nobody waits for the end.
    pub(super) cx: PrepareContext,
}

/// A row that can be sent.
#[derive(Debug)]
pub(super) struct Cargo {
    pub(super) row: u64,
    pub(super) lead: Box<Lead>,
    pub(super) warnings: Vec<Note>,
    pub(super) record: Record,
    /// The sinks that are not done with it.
    open: Cell<usize>,
    refusals: RefCell<Vec<Refusal>>,
}

impl Cargo {
    pub(super) fn new(row: u64, lead: Box<Lead>, warnings: Vec<Note>, record: Record) -> Self {
        Self {
            row,
            lead,
            warnings,
            record,
            open: Cell::default(),
            refusals: RefCell::default(),
        }
    }

    /// One more sink begins with it.
    pub(super) fn begin(&self) {
        self.open.set(self.open.get() + 1);
    }

    /// A sink is done with it. After the last one, tells all that refused it.
    pub(super) fn end(&self, refusal: Option<Refusal>) -> Vec<Refusal> {
        self.refusals.borrow_mut().extend(refusal);
        self.open.set(self.open.get() - 1);
        if self.open.get() > 0 {
            return Vec::new();
        }
        self.refusals.take()
    }
}

/// A flight that is about to begin.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) ticket: u64,
    pub(super) sender: Sender,
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
        let Flight { cargo, cx, .. } = &*self.flight;
        let submission = self.sender.submit_with(&cargo.lead, cx, Attempt::FIRST).await;
        for _ in 0..TURNS {
            yield_now().await;
        }
        Landed {
            ticket: self.ticket,
            submission,
        }
    }
}
