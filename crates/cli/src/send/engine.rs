//! The run itself: rows come in, deliveries go out side by side, results go to the books.

mod begin;
mod end;
mod flight;

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use leadsink::DeliveryId;
use leadsink::intake::Summary;
use tokio::sync::mpsc;

use super::feed::Fed;
use super::journal::Journal;
use super::lane::Lane;
use super::progress::Progress;
use super::resume::Done;
use crate::exit::CliError;
use crate::notes::Columns;
use flight::{Flight, Launch};

const TICK: Duration = Duration::from_millis(200);

/// A run that has been set up.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) lanes: Vec<Lane>,
    /// The most deliveries side by side, for each sink.
    pub(crate) concurrency: usize,
    pub(crate) journal: Journal,
    pub(crate) done: Done,
    pub(crate) progress: Progress,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) journal: Journal,
    /// What the reader counted, where the file was read to its end.
    pub(crate) summary: Option<Box<Summary>>,
    /// Why the rest of the file was not read.
    pub(crate) read_error: Option<CliError>,
    /// Whether it was told to stop before the end.
    pub(crate) interrupted: bool,
}

/// What is going on.
struct State {
    columns: Columns,
    /// The deliveries under way, by ticket.
    flights: BTreeMap<u64, Rc<Flight>>,
    in_air: HashSet<DeliveryId>,
    /// Those that wait for another delivery of the same lead to the same sink.
    held: Vec<Rc<Flight>>,
    /// The deliveries of this run that nobody knows the end of.
    doubt: HashSet<DeliveryId>,
    next_ticket: u64,
    /// Whether rows are still taken.
    taking: bool,
    summary: Option<Box<Summary>>,
    read_error: Option<CliError>,
    interrupted: bool,
}

impl State {
    fn new() -> Self {
        Self {
            columns: Columns::default(),
            flights: BTreeMap::new(),
            in_air: HashSet::new(),
            held: Vec::new(),
            doubt: HashSet::new(),
            next_ticket: 0,
            taking: true,
            summary: None,
            read_error: None,
            interrupted: false,
        }
    }
}

impl Run {
    /// Delivers what the feed yields. A first message on `stop` takes no new rows, a second one waits for nothing.
    pub(crate) async fn drive(mut self, mut feed: mpsc::Receiver<Fed>, mut stop: mpsc::Receiver<()>) -> Finished {
        let mut state = State::new();
        let mut flying = FuturesUnordered::new();
        let mut tick = tokio::time::interval(TICK);
        while state.taking || !flying.is_empty() {
            let has_room = self.lanes.iter().all(|lane| lane.has_room(self.concurrency));
            tokio::select! {
                biased;
                Some(()) = stop.recv() => {
                    if state.interrupted {
                        self.progress.abandoned(flying.len());
                        self.abandon(&mut state);
                        break;
                    }
                    state.interrupted = true;
                    state.taking = false;
                    self.progress.interrupted(flying.len());
                }
                Some(landed) = flying.next(), if !flying.is_empty() => {
                    flying.extend(self.settle(&mut state, landed).map(Launch::deliver));
                }
                fed = feed.recv(), if state.taking && has_room => match fed {
                    Some(Fed::Columns(columns)) => state.columns = columns,
                    Some(Fed::Row(row, address)) => {
                        self.progress.row(&row.record);
                        flying.extend(self.take(&mut state, *row, &address).into_iter().map(Launch::deliver));
                    }
                    Some(Fed::End { summary, error }) => {
                        state.taking = false;
                        state.summary = Some(summary);
                        state.read_error = error.map(CliError::from);
                        self.progress.end_of_file();
                    }
                    None => {
                        state.taking = false;
                        state.read_error = Some(reader_died());
                    }
                },
                _ = tick.tick() => self.progress.show(flying.len(), &self.journal.tallies),
            }
            state.taking &= !self.journal.is_broken();
        }
        self.progress.clear();
        for (lane, tally) in self.lanes.iter().zip(&mut self.journal.tallies) {
            tally.time = lane.time();
            tally.stopped = lane.stopped().map(|reason| reason.text.clone());
        }
        Finished {
            lanes: self.lanes,
            journal: self.journal,
            summary: state.summary,
            read_error: state.read_error,
            interrupted: state.interrupted,
        }
    }
}

/// The reader says when a file ends, or why it cannot be read on. One that goes without a word has panicked.
fn reader_died() -> CliError {
    CliError::new("reading broke off within the file by a fault of this program; the rows behind it were not sent")
        .with_hint("please report it; a row that is unlike the others may be what it stumbles over")
}

#[cfg(test)]
mod tests;
