//! The run itself: rows come in, deliveries go out side by side, results go to the books.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use leadsink::intake::{ReadError, Record, Row, RowNote, RowOutcome, Summary};
use leadsink::{Lead, LeadId, SendError, Sender, Submission};
use tokio::sync::mpsc;
use tokio::task::yield_now;

use super::fate::Fate;
use super::feed::Fed;
use super::journal::Journal;
use super::lane::Lane;
use super::line::{Line, Reason};
use super::progress::Progress;
use super::resume::Done;
use crate::notes::{Columns, Note};

/// How often the connection's own task gets a turn before the next request begins. With fewer turns the connection is
/// not back in the pool yet, and a new one is opened: more of them than deliveries side by side.
const TURNS: usize = 4;

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
    pub(crate) read_error: Option<ReadError>,
    /// Whether it was told to stop before the end.
    pub(crate) interrupted: bool,
}

/// A lead under way, as its line will need it.
#[derive(Debug)]
struct Flight {
    lane: usize,
    cargo: Rc<Cargo>,
}

/// A row that can be sent.
#[derive(Debug)]
struct Cargo {
    row: u64,
    lead: Box<Lead>,
    warnings: Vec<Note>,
    record: Record,
}

struct Landed {
    ticket: u64,
    submission: Submission,
}

async fn deliver(ticket: u64, sender: Sender, cargo: Rc<Cargo>) -> Landed {
    let submission = sender.submit(&cargo.lead).await;
    for _ in 0..TURNS {
        yield_now().await;
    }
    Landed { ticket, submission }
}

/// What is going on.
struct State {
    columns: Columns,
    flights: BTreeMap<u64, Flight>,
    next_ticket: u64,
    /// Whether rows are still taken.
    taking: bool,
    summary: Option<Box<Summary>>,
    read_error: Option<ReadError>,
    interrupted: bool,
}

impl Run {
    /// Delivers what the feed yields. A first message on `stop` takes no new rows, a second one waits for nothing.
    pub(crate) async fn drive(mut self, mut feed: mpsc::Receiver<Fed>, mut stop: mpsc::Receiver<()>) -> Finished {
        let mut state = State {
            columns: Columns::default(),
            flights: BTreeMap::new(),
            next_ticket: 0,
            taking: true,
            summary: None,
            read_error: None,
            interrupted: false,
        };
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
                Some(landed) = flying.next(), if !flying.is_empty() => self.settle(&mut state, landed),
                fed = feed.recv(), if state.taking && has_room => match fed {
                    Some(Fed::Columns(columns)) => state.columns = columns,
                    Some(Fed::Row(row)) => {
                        self.progress.row(&row.record);
                        for (ticket, sender, cargo) in self.take(&mut state, *row) {
                            flying.push(deliver(ticket, sender, cargo));
                        }
                    }
                    Some(Fed::End { summary, error }) => {
                        state.taking = false;
                        state.summary = Some(summary);
                        state.read_error = error;
                        self.progress.end_of_file();
                    }
                    None => state.taking = false,
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

    /// Enters a row that is sent nowhere, and says where a good one goes.
    fn take(&mut self, state: &mut State, row: Row) -> Vec<(u64, Sender, Rc<Cargo>)> {
        let Row {
            number,
            record,
            outcome,
            ..
        } = row;
        match outcome {
            RowOutcome::Lead { lead, warnings } => {
                let cargo = Cargo {
                    row: number,
                    lead,
                    warnings: warnings.iter().map(Note::from).collect(),
                    record,
                };
                self.launch(state, Rc::new(cargo))
            }
            RowOutcome::Bad { lead, problems } => {
                self.bad(number, lead.as_ref(), &problems, &record);
                Vec::new()
            }
            RowOutcome::Duplicate { lead, first_row } => {
                self.duplicate(number, &lead, first_row);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn launch(&mut self, state: &mut State, cargo: Rc<Cargo>) -> Vec<(u64, Sender, Rc<Cargo>)> {
        let mut launched = Vec::new();
        for index in 0..self.lanes.len() {
            let lane = &mut self.lanes[index];
            let lead = &cargo.lead.id;
            if self.done.is_settled(lead, &lane.name) {
                let tally = &mut self.journal.tallies[index];
                tally.skipped += 1;
                tally.skipped_ambiguous += u64::from(self.done.is_ambiguous(lead, &lane.name));
            } else if let Some(line) = lane.not_attempted(cargo.row, lead.clone()) {
                self.journal.enter(index, line);
            } else {
                lane.begin();
                let ticket = state.next_ticket;
                state.next_ticket += 1;
                let flight = Flight {
                    lane: index,
                    cargo: Rc::clone(&cargo),
                };
                state.flights.insert(ticket, flight);
                launched.push((ticket, lane.sender.clone(), Rc::clone(&cargo)));
            }
        }
        launched
    }

    fn bad(&mut self, row: u64, lead: Option<&LeadId>, problems: &[RowNote], record: &Record) {
        let reasons: Vec<_> = problems
            .iter()
            .map(|problem| Reason::from(Note::from(problem)))
            .collect();
        let mut is_kept = false;
        for (index, lane) in self.lanes.iter().enumerate() {
            if self.done.was_bad(row, lead, &lane.name) {
                self.journal.tallies[index].skipped += 1;
                continue;
            }
            let line = Line::unsent(row, lead.cloned(), &lane.name, Fate::BadRow, reasons.clone());
            if !is_kept {
                self.journal.reject(record, None, &line);
                is_kept = true;
            }
            self.journal.enter(index, line);
        }
    }

    fn duplicate(&mut self, row: u64, lead: &LeadId, first_row: u64) {
        for (index, lane) in self.lanes.iter().enumerate() {
            if self.done.was_duplicate(row, lead, &lane.name) {
                self.journal.tallies[index].skipped += 1;
                continue;
            }
            let reason = Reason::from(Note::duplicate(first_row));
            let line = Line::unsent(row, Some(lead.clone()), &lane.name, Fate::DuplicateRow, vec![reason]);
            self.journal.enter(index, line);
        }
    }

    /// Enters what became of a delivery.
    fn settle(&mut self, state: &mut State, landed: Landed) {
        let Some(Flight { lane: index, cargo }) = state.flights.remove(&landed.ticket) else {
            return;
        };
        let submission = landed.submission;
        let lane = &mut self.lanes[index];
        if let Some(reason) = lane.end(&submission) {
            let text = reason.text.clone();
            self.progress.warn(&format!("{}: {text}", lane.name));
        }
        let lead = Some(&cargo.lead.id);
        let is_unfit = matches!(submission.result, Err(SendError::Unfit(_)));
        if is_unfit && self.done.was_bad(cargo.row, lead, &lane.name) {
            self.journal.tallies[index].skipped += 1;
            return;
        }
        let line = Line::submitted(cargo.row, &lane.name, &submission, &cargo.warnings, &state.columns);
        if line.outcome.is_to_mend() {
            self.journal.reject(&cargo.record, Some(&lane.name), &line);
        }
        self.journal.enter(index, line);
    }

    /// Enters everything under way as in doubt, since nobody will see its answer.
    fn abandon(&mut self, state: &mut State) {
        for flight in std::mem::take(&mut state.flights).into_values() {
            let lane = &self.lanes[flight.lane];
            let line = Line::abandoned(flight.cargo.row, flight.cargo.lead.id.clone(), &lane.name);
            self.journal.enter(flight.lane, line);
        }
    }
}

#[cfg(test)]
mod tests;
