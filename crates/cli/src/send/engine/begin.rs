//! What becomes of a row that comes in: it goes to its sinks, or has its lines at once.

use std::rc::Rc;

use leadsink::intake::{Record, Row, RowNote, RowOutcome};
use leadsink::{DeliveryId, LeadId};

use super::flight::{Cargo, Flight, Launch};
use super::{Run, State};
use crate::address::Address;
use crate::notes::Note;
use crate::send::fate::Fate;
use crate::send::line::{Line, Reason};
use crate::send::rejects::Refusal;
use crate::send::resume::Standing;

impl Run {
    /// Enters a row that is sent nowhere, and says where a good one goes.
    pub(super) fn take(&mut self, state: &mut State, row: Row, address: &Address) -> Vec<Launch> {
        let Row {
            number,
            record,
            outcome,
            ..
        } = row;
        if !self.lanes.iter().any(|lane| address.includes(&lane.name)) {
            self.journal.astray += 1;
        }
        match outcome {
            RowOutcome::Lead { lead, warnings } => {
                let warnings = warnings.iter().map(Note::from).collect();
                let cargo = Cargo::new(number, lead, warnings, record);
                return self.launch(state, &Rc::new(cargo), address);
            }
            RowOutcome::Bad { lead, problems } => self.bad(number, lead.as_ref(), &problems, &record, address),
            RowOutcome::Duplicate { lead, first_row } => self.duplicate(number, &lead, first_row, address),
            _ => {}
        }
        Vec::new()
    }

    fn launch(&mut self, state: &mut State, cargo: &Rc<Cargo>, address: &Address) -> Vec<Launch> {
        let mut launched = Vec::new();
        for index in 0..self.lanes.len() {
            let lane = &mut self.lanes[index];
            let lead = &cargo.lead.id;
            if !address.includes(&lane.name) {
                self.journal.tallies[index].skip_elsewhere();
                continue;
            }
            match self.done.standing(cargo.row, lead, &lane.name) {
                Standing::Open => {}
                standing => {
                    self.journal.tallies[index].skip(standing);
                    continue;
                }
            }
            if let Some(line) = lane.not_attempted(cargo.row, lead.clone()) {
                self.journal.enter(index, line);
                continue;
            }
            let cx = lane.sender.context(&cargo.lead);
            if state.doubt.contains(&cx.delivery) {
                let line = Line::in_doubt(cargo.row, lead.clone(), &lane.name);
                self.journal.enter(index, line);
                continue;
            }
            lane.begin();
            cargo.begin();
            let flight = Rc::new(Flight {
                lane: index,
                cargo: Rc::clone(cargo),
                cx,
            });
            if state.in_air.contains(&flight.cx.delivery) {
                state.held.push(flight);
            } else {
                launched.extend(self.start(state, flight));
            }
        }
        launched
    }

    /// Begins a delivery, unless that cannot be written down.
    fn start(&mut self, state: &mut State, flight: Rc<Flight>) -> Option<Launch> {
        let Flight { lane, cargo, cx } = &*flight;
        let lane = &mut self.lanes[*lane];
        if !self.journal.begin(cargo.row, &cargo.lead.id, &lane.name, cx) {
            lane.give_back();
            self.close(cargo, None);
            return None;
        }
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.in_air.insert(cx.delivery);
        state.flights.insert(ticket, Rc::clone(&flight));
        Some(Launch {
            ticket,
            sender: lane.sender.clone(),
            flight,
        })
    }

    /// Begins the next delivery of a lead when the one before it has ended. Where that one is in doubt, the vendor may have
    /// the lead, and the others are not sent.
    pub(super) fn release(&mut self, state: &mut State, delivery: DeliveryId) -> Option<Launch> {
        while let Some(index) = state.held.iter().position(|held| held.cx.delivery == delivery) {
            let flight = state.held.remove(index);
            let Flight { lane: index, cargo, .. } = &*flight;
            let lane = &mut self.lanes[*index];
            let (row, lead) = (cargo.row, cargo.lead.id.clone());
            let line = if state.doubt.contains(&delivery) {
                Some(Line::in_doubt(row, lead, &lane.name))
            } else {
                lane.not_attempted(row, lead)
            };
            let Some(line) = line else {
                return self.start(state, flight);
            };
            lane.give_back();
            self.journal.enter(*index, line);
            self.close(cargo, None);
        }
        None
    }

    fn bad(&mut self, row: u64, lead: Option<&LeadId>, problems: &[RowNote], record: &Record, address: &Address) {
        let reasons: Vec<_> = problems
            .iter()
            .map(|problem| Reason::from(Note::from(problem)))
            .collect();
        let mut is_kept = false;
        for (index, lane) in self.lanes.iter().enumerate() {
            if !address.includes(&lane.name) {
                self.journal.tallies[index].skip_elsewhere();
                continue;
            }
            if self.done.was_bad(row, lead, &lane.name) {
                self.journal.tallies[index].skip(Standing::Settled);
                continue;
            }
            let line = Line::unsent(row, lead.cloned(), &lane.name, Fate::BadRow, reasons.clone());
            if !is_kept {
                let refusal = Refusal {
                    sink: address.as_written().map(str::to_owned),
                    reasons: reasons.clone(),
                };
                self.journal.reject(record, &[refusal]);
                is_kept = true;
            }
            self.journal.enter(index, line);
        }
    }

    fn duplicate(&mut self, row: u64, lead: &LeadId, first_row: u64, address: &Address) {
        for (index, lane) in self.lanes.iter().enumerate() {
            if !address.includes(&lane.name) {
                self.journal.tallies[index].skip_elsewhere();
                continue;
            }
            if self.done.was_duplicate(row, lead, &lane.name) {
                self.journal.tallies[index].skip(Standing::Settled);
                continue;
            }
            let reason = Reason::from(Note::duplicate(first_row));
            let line = Line::unsent(row, Some(lead.clone()), &lane.name, Fate::DuplicateRow, vec![reason]);
            self.journal.enter(index, line);
        }
    }
}
