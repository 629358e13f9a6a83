//! What becomes of a delivery when it ends, or when nobody waits for its end.

use leadsink::SendError;

use super::flight::Landed;
use super::track::Track;
use crate::send::fate::Fate;
use crate::send::line::Line;
use crate::send::rejects::Refusal;
use crate::send::resume::Standing;

impl Track<'_> {
    /// Enters what became of a delivery, and begins the one that waited for it.
    pub(super) fn settle(&mut self, landed: Landed) {
        let Some(flight) = self.flights.remove(&landed.ticket) else {
            return;
        };
        let delivery = flight.cx.delivery;
        self.in_air.remove(&delivery);
        self.lands();
        let submission = landed.submission;
        if let Some(reason) = self.lane.end(&submission) {
            let text = reason.text.clone();
            let progress = self.shared.progress.borrow();
            progress.warn(&format!("{}: {text}", self.lane.name));
        }
        let row = flight.row;
        let is_unfit = matches!(submission.result, Err(SendError::Unfit(_)));
        let done = &self.shared.done;
        let was_bad = is_unfit && done.was_bad(row, Some(&flight.lead.id), &self.lane.name);
        let mut journal = self.shared.journal.borrow_mut();
        let mut line = Line::submitted(row, &self.lane.name, submission, &flight.warnings, &self.columns);
        line.began = (line.outcome == Fate::Ambiguous).then_some(flight.began);
        if line.outcome.is_to_mend() && (!was_bad || done.is_from_a_dead_run()) {
            let refusal = Refusal {
                sink: Some(self.lane.name.to_string()),
                reasons: line.reasons.clone(),
            };
            journal.reject(self.index, row, &flight.record, refusal);
        }
        if was_bad {
            journal.tallies[self.index].skip(Standing::Settled);
            journal.came_to_nothing(row, delivery);
        } else {
            if line.outcome == Fate::Ambiguous {
                self.doubt.insert(delivery);
            }
            journal.land(self.index, line, &flight.cx);
        }
        journal.passes(self.index, row);
        drop(journal);
        self.release(delivery);
    }

    /// Enters everything under way as in doubt, since nobody will see its answer.
    pub(super) fn abandon(&mut self) {
        let mut journal = self.shared.journal.borrow_mut();
        let mut flights: Vec<_> = self.flights.drain().collect();
        flights.sort_unstable_by_key(|(ticket, _)| *ticket);
        for (_, flight) in flights {
            let token = flight.cx.callback_token.clone();
            let mut line = Line::abandoned(flight.row, flight.lead.id.clone(), &self.lane.name, token);
            line.began = Some(flight.began);
            journal.land(self.index, line, &flight.cx);
            journal.passes(self.index, flight.row);
        }
        for flight in std::mem::take(&mut self.held) {
            journal.passes(self.index, flight.row);
        }
        // What cannot be written is told at the end.
        let _ = journal.flush();
    }
}
