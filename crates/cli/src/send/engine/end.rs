//! What becomes of a delivery when it ends, or when nobody waits for its end.

use std::rc::Rc;

use leadsink::SendError;

use super::flight::{Cargo, Flight, Landed, Launch};
use super::{Run, State};
use crate::send::fate::Fate;
use crate::send::line::Line;
use crate::send::rejects::Refusal;
use crate::send::resume::Standing;

impl Run {
    /// Enters what became of a delivery, and says which one begins now that it has ended.
    pub(super) fn settle(&mut self, state: &mut State, landed: Landed) -> Option<Launch> {
        let flight = state.flights.remove(&landed.ticket)?;
        let Flight { lane: index, cargo, cx } = &*flight;
        state.in_air.remove(&cx.delivery);
        let submission = landed.submission;
        let lane = &mut self.lanes[*index];
        if let Some(reason) = lane.end(&submission) {
            let text = reason.text.clone();
            self.progress.warn(&format!("{}: {text}", lane.name));
        }
        let lead = Some(&cargo.lead.id);
        let is_unfit = matches!(submission.result, Err(SendError::Unfit(_)));
        let mut refusal = None;
        if is_unfit && self.done.was_bad(cargo.row, lead, &lane.name) {
            self.journal.tallies[*index].skip(Standing::Settled);
            self.journal.came_to_nothing(cx);
        } else {
            let line = Line::submitted(cargo.row, &lane.name, &submission, &cargo.warnings, &state.columns);
            if line.outcome.is_to_mend() {
                refusal = Some(Refusal {
                    sink: Some(lane.name.clone()),
                    reasons: line.reasons.clone(),
                });
            }
            if line.outcome == Fate::Ambiguous {
                state.doubt.insert(cx.delivery);
            }
            self.journal.land(*index, line, cx);
        }
        self.close(cargo, refusal);
        self.release(state, cx.delivery)
    }

    /// A sink is done with a row. After the last one it is kept to mend, where it was refused.
    pub(super) fn close(&mut self, cargo: &Cargo, refusal: Option<Refusal>) {
        let refusals = cargo.end(refusal);
        if !refusals.is_empty() {
            self.journal.reject(&cargo.record, &refusals);
        }
    }

    /// Enters everything under way as in doubt, since nobody will see its answer.
    pub(super) fn abandon(&mut self, state: &mut State) {
        for flight in std::mem::take(&mut state.flights).into_values() {
            let Flight { lane: index, cargo, cx } = &*flight;
            let token = cx.callback_token.as_ref().map(|token| token.as_str().to_owned());
            let lane = &self.lanes[*index];
            let line = Line::abandoned(cargo.row, cargo.lead.id.clone(), &lane.name, token);
            self.journal.land(*index, line, cx);
            self.close(cargo, None);
        }
        for flight in std::mem::take(&mut state.held) {
            let cargo: &Rc<Cargo> = &flight.cargo;
            self.close(cargo, None);
        }
    }
}
