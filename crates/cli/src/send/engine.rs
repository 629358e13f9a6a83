//! The run itself: every sink goes through the file by itself, all of them in one thread, with one set of books.

mod begin;
mod end;
mod flight;
mod track;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use leadsink::Timestamp;
use leadsink::intake::Summary;
use leadsink::layers::{Halt, Limiter};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::feed::Feed;
use super::journal::Journal;
use super::lane::Lane;
use super::progress::Progress;
use super::resume::Done;
use crate::exit::CliError;
use track::Track;

const TICK: Duration = Duration::from_millis(200);

/// A further signal so soon after the first is the same one: `timeout` and a terminal that goes send two, and shell and
/// terminal may each pass on the same Ctrl-C.
const SAME_SIGNAL: Duration = Duration::from_secs(1);

/// A run that has been set up.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) lanes: Vec<Lane>,
    /// The most deliveries side by side, for each sink.
    pub(crate) concurrency: usize,
    pub(crate) journal: Journal,
    pub(crate) done: Done,
    pub(crate) progress: Progress,
    /// Ends what waits for its turn at a vendor, when the run is told to stop.
    pub(crate) halt: Halt,
    /// When the leads of the run were accepted for delivery.
    pub(crate) accepted_at: Timestamp,
    /// Whether every lead is marked as a test.
    pub(crate) test: bool,
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
    /// Whether every lead was marked as a test.
    pub(crate) test: bool,
}

/// What the sinks of a run share.
struct Shared {
    journal: RefCell<Journal>,
    progress: RefCell<Progress>,
    done: Done,
    accepted_at: Timestamp,
    test: bool,
    /// The sinks, and what their requests wait for.
    sinks: Vec<(Rc<str>, Option<Limiter>)>,
    under_way: Cell<usize>,
    /// Tells every sink whether the run goes on.
    stop: watch::Sender<Stop>,
}

/// Whether the run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// It does.
    No,
    /// No new rows are taken.
    Taking,
    /// Nothing is waited for.
    Waiting,
}

impl Run {
    /// Delivers what the feeds yield, one for each sink. A first message on `stop` takes no new rows, a later one waits for
    /// nothing.
    pub(crate) async fn drive(self, feeds: Vec<Feed>, mut stop: mpsc::Receiver<()>) -> Finished {
        let Self { concurrency, halt, .. } = self;
        let shared = Shared {
            journal: RefCell::new(self.journal),
            progress: RefCell::new(self.progress),
            done: self.done,
            accepted_at: self.accepted_at,
            test: self.test,
            sinks: self.lanes.iter().map(Lane::limited).collect(),
            under_way: Cell::new(0),
            stop: watch::Sender::new(Stop::No),
        };
        let lanes = self.lanes.into_iter().zip(feeds).enumerate();
        let mut tracks: FuturesUnordered<_> = lanes
            .map(|(index, (lane, feed))| {
                Track::new(index, lane, feed, concurrency, &shared).run(shared.stop.subscribe())
            })
            .collect();
        let mut ended = Vec::new();
        let mut interrupted = None;
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                biased;
                Some(()) = stop.recv() => {
                    let under_way = shared.under_way.get();
                    let first = *interrupted.get_or_insert_with(|| {
                        shared.progress.borrow_mut().interrupted(under_way);
                        halt.halt();
                        shared.take_no_more();
                        Instant::now()
                    });
                    if first.elapsed() >= SAME_SIGNAL {
                        shared.progress.borrow_mut().abandoned(under_way);
                        shared.stop.send_replace(Stop::Waiting);
                    }
                }
                track = tracks.next() => match track {
                    Some(track) => ended.push(track),
                    None => break,
                },
                _ = tick.tick() => shared.show(),
            }
        }
        drop(tracks);
        finished(ended, shared, interrupted.is_some())
    }
}

impl Shared {
    /// Lets no sink take new rows, also one that waits for the next.
    fn take_no_more(&self) {
        self.stop.send_if_modified(|stop| {
            let goes_on = *stop == Stop::No;
            if goes_on {
                *stop = Stop::Taking;
            }
            goes_on
        });
    }

    fn show(&self) {
        let journal = self.journal.borrow();
        let held = self.sinks.iter().filter_map(|(name, limiter)| {
            let left = limiter.as_ref()?.held_for()?;
            Some((&**name, left))
        });
        let mut progress = self.progress.borrow_mut();
        progress.show(self.under_way.get(), &journal.tallies, held);
    }
}

fn finished(mut ended: Vec<track::Ended>, shared: Shared, interrupted: bool) -> Finished {
    ended.sort_by_key(|track| track.index);
    let mut journal = shared.journal.into_inner();
    shared.progress.into_inner().clear();
    let mut finished = Vec::new();
    let mut summary = None;
    let mut read_error = None;
    for track in ended {
        if track.summary.is_none() && shared.done.is_from_a_dead_run() {
            journal.owes_mends();
        }
        let tally = &mut journal.tallies[track.index];
        tally.time = track.lane.time();
        tally.stopped = track.lane.stopped().map(|reason| reason.text.clone());
        summary = summary.or(track.summary);
        read_error = read_error.or(track.read_error);
        finished.push(track.lane);
    }
    Finished {
        lanes: finished,
        journal,
        summary,
        read_error,
        interrupted,
        test: shared.test,
    }
}

#[cfg(test)]
mod tests;
