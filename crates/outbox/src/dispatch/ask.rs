//! Asking the vendor what became of an attempt whose answer nobody saw.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{Attempt, Prepared, Reconciliation, Timestamp};
use leadsink_layers::Sign;
use tokio::time::Instant;

use super::attempt::caught;
use super::detail::{found, undecided};
use super::judge::{Question, SETTLED, judge_question};
use super::lane::Lane;
use super::silent::Silent;
use crate::attempt::{Ending, Then};
use crate::claim::{Claim, Doubt};
use crate::time::later;

impl Lane {
    /// Asks the vendor before a delivery in doubt is left to a person, where it can be asked: a while after the attempt, or at
    /// once where the delivery would be sent again otherwise, although it may not be.
    pub(super) async fn look_before_stop(
        &self,
        claim: &Claim,
        prepared: &Prepared,
        began: Timestamp,
        ending: Ending,
    ) -> Ending {
        let is_in_doubt = claim.doubt.is_some() || matches!(ending, Ending::Unknown { .. });
        let (Ending::Unknown { then: Then::Stop, .. } | Ending::Failed { then: Then::Stop, .. }) = &ending else {
            return ending;
        };
        if !is_in_doubt || !self.can_ask(prepared).await {
            return ending;
        }
        let now = self.shared.now();
        let is_unseen = matches!(ending, Ending::Unknown { .. });
        let is_asked_next = self.is_spent(claim.attempt.n.saturating_add(1))
            || (is_unseen && self.is_too_old(claim.first_failed_at, now));
        if is_asked_next {
            return again(ending, later(now, SETTLED));
        }
        let began = claim.doubt.as_ref().map_or(began, |doubt| doubt.started_at);
        let cx = self
            .context(Attempt::FIRST, self.way_out(claim))
            .with_attempted(began..now);
        match caught(self.setup.sink.reconcile(prepared, &cx)).await {
            Ok(Reconciliation::Found(receipt)) => Ending::Answered(found(&receipt)),
            Ok(_) | Err(_) => ending,
        }
    }

    /// Looks at the vendor whether an attempt in doubt arrived.
    pub(super) async fn ask_vendor(&self, claim: &Claim, prepared: &Prepared, doubt: &Doubt) -> (Ending, Sign) {
        let now = self.shared.now();
        let settled = later(doubt.ended_at, SETTLED);
        if now < settled {
            let (failure, then) = if self.can_ask(prepared).await {
                (None, Then::Retry(settled))
            } else {
                (undecided(&Reconciliation::Unsupported), Then::Stop)
            };
            return (Ending::Postponed { failure, then }, Sign::None);
        }
        let began = Instant::now();
        let cx = self
            .context(Attempt::FIRST, self.way_out(claim))
            .with_attempted(doubt.started_at..doubt.ended_at);
        let told = caught(self.setup.sink.reconcile(prepared, &cx)).await;
        // One that told nothing may not have been asked.
        let sign = match &told {
            Ok(Reconciliation::Found(_) | Reconciliation::NotFound) | Err(_) => {
                self.proof.take(&told);
                Sign::of(&told)
            }
            Ok(_) => {
                self.proof.took_nothing();
                Sign::None
            }
        };
        let now = self.shared.now();
        // The longer nobody knows, the less often it is asked: after 1, 2, 4, 8 minutes.
        let elapsed = Duration::try_from(now.duration_since(doubt.ended_at)).unwrap_or(SETTLED);
        let wait = elapsed.clamp(SETTLED, SETTLED * 15);
        let is_too_old = self.is_too_old(claim.first_failed_at, now);
        let ending = match &told {
            Ok(Reconciliation::Found(receipt)) => Ending::Answered(found(receipt)),
            Ok(Reconciliation::NotFound) => Ending::Absent { due_at: now },
            Ok(other) => Ending::Postponed {
                failure: undecided(other),
                then: if is_too_old || matches!(other, Reconciliation::Unsupported) {
                    Then::Stop
                } else {
                    Then::Retry(later(now, wait))
                },
            },
            Err(error) => {
                let question = Question {
                    wait,
                    hold: self.hold(error, began),
                    sign,
                    is_too_old,
                };
                let (ending, for_lane) = judge_question(error, &question, now);
                self.tell(for_lane).await;
                ending
            }
        };
        (ending, sign)
    }

    /// Whether the vendor has a way to ask at all: a sink that has one does not say `Unsupported` when nothing comes back.
    pub(super) async fn can_ask(&self, prepared: &Prepared) -> bool {
        let cx = self.context(Attempt::FIRST, Arc::new(Silent));
        let told = caught(self.setup.sink.reconcile(prepared, &cx)).await;
        !matches!(told, Ok(Reconciliation::Unsupported))
    }
}

/// The same ending, with the delivery due again.
fn again(ending: Ending, at: Timestamp) -> Ending {
    let then = Then::Retry(at);
    match ending {
        Ending::Unknown { failure, .. } => Ending::Unknown { failure, then },
        Ending::Failed { failure, .. } => Ending::Failed { failure, then },
        other => other,
    }
}
