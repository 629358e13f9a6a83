//! One sink on its way through the file, in turns: what has ended is entered, what there is room for begins, and before it
//! is sent the books are written.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use leadsink::intake::Summary;
use leadsink::{ByDelivery, DeliveryId};
use tokio::sync::watch;

use super::flight::{Flight, Launch};
use super::{Shared, Stop};
use crate::exit::CliError;
use crate::notes::Columns;
use crate::send::feed::{Fed, Feed};
use crate::send::lane::Lane;

/// The most rows that one turn takes, so that a file of rows that are sent nowhere does not keep others from their turns.
const ROWS: usize = 256;

/// One sink of a run.
pub(super) struct Track<'a> {
    /// Which of the run's sinks it is.
    pub(super) index: usize,
    pub(super) lane: Lane,
    feed: Feed,
    concurrency: usize,
    pub(super) shared: &'a Shared,
    pub(super) columns: Columns,
    /// The deliveries under way, by ticket.
    pub(super) flights: HashMap<u64, Rc<Flight>, ByDelivery>,
    pub(super) in_air: HashSet<DeliveryId, ByDelivery>,
    /// Those that wait for another delivery of the same lead.
    pub(super) held: Vec<Rc<Flight>>,
    /// The deliveries of this run that nobody knows the end of.
    pub(super) doubt: HashSet<DeliveryId>,
    pub(super) next_ticket: u64,
    /// What begins when the books are written.
    pub(super) launches: Vec<Launch>,
    /// Whether rows are still taken.
    taking: bool,
    summary: Option<Box<Summary>>,
    read_error: Option<CliError>,
}

/// A sink that is through with the file.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) index: usize,
    pub(super) lane: Lane,
    pub(super) summary: Option<Box<Summary>>,
    pub(super) read_error: Option<CliError>,
}

impl<'a> Track<'a> {
    pub(super) fn new(index: usize, lane: Lane, feed: Feed, concurrency: usize, shared: &'a Shared) -> Self {
        Self {
            index,
            lane,
            feed,
            concurrency,
            shared,
            columns: Columns::default(),
            flights: HashMap::default(),
            in_air: HashSet::default(),
            held: Vec::new(),
            doubt: HashSet::new(),
            next_ticket: 0,
            launches: Vec::new(),
            taking: true,
            summary: None,
            read_error: None,
        }
    }

    /// Goes through the file, or as far as it may.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<Stop>) -> Ended {
        let mut flying = FuturesUnordered::new();
        loop {
            while let Some(Some(landed)) = flying.next().now_or_never() {
                self.settle(landed);
            }
            self.take_what_is_there();
            self.write();
            flying.extend(self.launches.drain(..).map(Launch::deliver));
            if !self.taking && flying.is_empty() {
                break;
            }
            let has_room = self.has_room();
            tokio::select! {
                biased;
                Ok(()) = stop.changed() => {
                    self.taking = false;
                    if *stop.borrow_and_update() == Stop::Waiting {
                        self.abandon();
                        break;
                    }
                }
                Some(landed) = flying.next(), if !flying.is_empty() => self.settle(landed),
                fed = self.feed.wait(), if self.taking && has_room => {
                    if let Some(fed) = fed {
                        self.take(fed);
                    }
                }
            }
        }
        self.shared.journal.borrow_mut().ends(self.index);
        Ended {
            index: self.index,
            lane: self.lane,
            summary: self.summary,
            read_error: self.read_error,
        }
    }

    fn has_room(&self) -> bool {
        self.lane.has_room(self.concurrency)
    }

    fn take_what_is_there(&mut self) {
        for _ in 0..ROWS {
            if !self.taking || !self.has_room() {
                break;
            }
            let Some(fed) = self.feed.ready() else { break };
            self.take(fed);
        }
    }

    fn take(&mut self, fed: Fed) {
        match fed {
            Fed::Columns(columns) => self.columns = columns,
            Fed::Row(row, address) => {
                self.shared.progress.borrow_mut().row(row.number, &row.record);
                self.begin(row, &address);
            }
            Fed::End { summary, error } => {
                self.taking = false;
                self.summary = Some(summary);
                self.read_error = error.map(CliError::from);
                self.shared.progress.borrow_mut().end_of_file();
            }
            Fed::Died => {
                self.taking = false;
                self.read_error = Some(reader_died());
            }
        }
    }

    /// Writes the books. What could not be written does not begin.
    fn write(&mut self) {
        if self.shared.journal.borrow_mut().flush() {
            return;
        }
        self.taking = false;
        self.shared.take_no_more();
        for Launch { ticket, flight, .. } in std::mem::take(&mut self.launches) {
            self.flights.remove(&ticket);
            self.in_air.remove(&flight.cx.delivery);
            self.gives_back();
            let mut journal = self.shared.journal.borrow_mut();
            journal.came_to_nothing(flight.row, flight.cx.delivery);
        }
        // It is known to be broken.
        let _ = self.shared.journal.borrow_mut().flush();
    }

    /// A delivery has a place now.
    pub(super) fn takes_off(&mut self) {
        self.lane.begin();
        self.shared.under_way.set(self.shared.under_way.get() + 1);
    }

    /// A delivery that had its place does not begin.
    pub(super) fn gives_back(&mut self) {
        self.lane.give_back();
        self.lands();
    }

    /// A delivery has no place any more.
    pub(super) fn lands(&self) {
        self.shared.under_way.set(self.shared.under_way.get() - 1);
    }
}

/// The reader says when a file ends, or why it cannot be read on. One that goes without a word has panicked.
fn reader_died() -> CliError {
    CliError::new("reading broke off within the file by a fault of this program; the rows behind it were not sent")
        .with_hint("please report it; a row that is unlike the others may be what it stumbles over")
}
