//! What becomes of a row that comes in: it is sent, or has its line at once.

use std::rc::Rc;

use leadsink::intake::{Record, Row, RowNote, RowOutcome};
use leadsink::{DeliveryId, Lead, LeadId, Timestamp};

use super::flight::{Flight, Launch};
use super::track::Track;
use crate::address::Address;
use crate::notes::Note;
use crate::send::fate::Fate;
use crate::send::line::{Line, Reason};
use crate::send::rejects::Refusal;
use crate::send::resume::Standing;
use crate::test_mark;

impl Track<'_> {
    /// Begins with a row: it takes off, or is entered as what is not sent.
    pub(super) fn begin(&mut self, row: Row, address: &Address) {
        let Row {
            number,
            record,
            outcome,
            ..
        } = row;
        if !address.includes(&self.lane.name) {
            self.not_for_this_sink(number, address);
            return;
        }
        match outcome {
            RowOutcome::Lead { lead, warnings } => {
                let is_under_way = self.launch(number, lead, &warnings, record);
                if is_under_way {
                    return;
                }
            }
            RowOutcome::Bad { lead, problems } => self.bad(number, lead, &problems, &record, address),
            RowOutcome::Duplicate { lead, first_row } => self.duplicate(number, lead, first_row),
            _ => {}
        }
        self.shared.journal.borrow_mut().passes(self.index, number);
    }

    fn not_for_this_sink(&self, row: u64, address: &Address) {
        let mut journal = self.shared.journal.borrow_mut();
        journal.tallies[self.index].skip_elsewhere();
        if self.index == 0 && !self.shared.sinks.iter().any(|(sink, _)| address.includes(sink)) {
            journal.astray += 1;
        }
        journal.passes(self.index, row);
    }

    fn skip(&self, standing: Standing) {
        self.shared.journal.borrow_mut().tallies[self.index].skip(standing);
    }

    fn enter(&self, line: Line) {
        self.shared.journal.borrow_mut().enter(self.index, line);
    }

    /// Tells whether the lead goes under way.
    fn launch(&mut self, row: u64, mut lead: Box<Lead>, warnings: &[RowNote], record: Record) -> bool {
        match self.shared.done.standing(row, &lead.id, &self.lane.name) {
            Standing::Open => {}
            standing => {
                self.reject_again(row, &lead.id, &record);
                self.skip(standing);
                return false;
            }
        }
        if let Some(line) = self.lane.not_attempted(row, &lead.id) {
            self.enter(line);
            return false;
        }
        let cx = self.lane.sender.context_at(&lead, self.shared.accepted_at);
        if self.doubt.contains(&cx.delivery) {
            self.enter(Line::in_doubt(row, lead.id.clone(), &self.lane.name));
            return false;
        }
        if self.shared.test {
            test_mark::mark(&mut lead, self.lane.sender.sink().descriptor());
        }
        self.takes_off();
        self.shared.journal.borrow_mut().takes(self.index, row);
        let flight = Rc::new(Flight {
            row,
            lead,
            warnings: warnings.iter().map(Note::from).collect(),
            record,
            cx,
            began: Timestamp::now(),
        });
        if self.in_air.contains(&flight.cx.delivery) {
            self.held.push(flight);
        } else {
            self.start(flight);
        }
        true
    }

    /// Keeps a row to mend that an earlier run may have lost.
    fn reject_again(&self, row: u64, lead: &LeadId, record: &Record) {
        let sink = &self.lane.name;
        if let Some(reasons) = self.shared.done.refused(row, lead, sink) {
            let refusal = Refusal {
                sink: Some(sink.to_string()),
                reasons: reasons.to_vec(),
            };
            let mut journal = self.shared.journal.borrow_mut();
            journal.reject(self.index, row, record, refusal);
        }
    }

    /// Begins a delivery when the books are written.
    fn start(&mut self, flight: Rc<Flight>) {
        let Flight { row, lead, cx, .. } = &*flight;
        let name = &self.lane.name;
        self.shared.journal.borrow_mut().begin(*row, &lead.id, name, cx);
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.in_air.insert(cx.delivery);
        self.flights.insert(ticket, Rc::clone(&flight));
        self.launches.push(Launch {
            ticket,
            sender: Rc::clone(&self.lane.sender),
            flight,
        });
    }

    /// Begins the next delivery of a lead when the one before it has ended. Where that one is in doubt, the vendor may have
    /// the lead, and the others are not sent.
    pub(super) fn release(&mut self, delivery: DeliveryId) {
        while let Some(index) = self.held.iter().position(|held| held.cx.delivery == delivery) {
            let flight = self.held.remove(index);
            let (row, lead) = (flight.row, &flight.lead.id);
            let line = if self.doubt.contains(&delivery) {
                Some(Line::in_doubt(row, lead.clone(), &self.lane.name))
            } else {
                self.lane.not_attempted(row, lead)
            };
            let Some(line) = line else {
                self.start(flight);
                return;
            };
            self.gives_back();
            self.enter(line);
            self.shared.journal.borrow_mut().passes(self.index, row);
        }
    }

    fn bad(&self, row: u64, lead: Option<LeadId>, problems: &[RowNote], record: &Record, address: &Address) {
        let done = &self.shared.done;
        let was_bad = done.was_bad(row, lead.as_ref(), &self.lane.name);
        if was_bad && !done.is_from_a_dead_run() {
            self.skip(Standing::Settled);
            return;
        }
        let reasons: Vec<_> = problems
            .iter()
            .map(|problem| Reason::from(Note::from(problem)))
            .collect();
        let refusal = Refusal {
            sink: address.as_written().map(str::to_owned),
            reasons: reasons.clone(),
        };
        self.shared.journal.borrow_mut().reject_bad(row, record, refusal);
        if was_bad {
            self.skip(Standing::Settled);
            return;
        }
        self.enter(Line::unsent(row, lead, &self.lane.name, Fate::BadRow, reasons));
    }

    fn duplicate(&self, row: u64, lead: LeadId, first_row: u64) {
        if self.shared.done.was_duplicate(row, &lead, &self.lane.name) {
            self.skip(Standing::Settled);
            return;
        }
        let reason = Reason::from(Note::duplicate(first_row));
        let line = Line::unsent(row, Some(lead), &self.lane.name, Fate::DuplicateRow, vec![reason]);
        self.enter(line);
    }
}
