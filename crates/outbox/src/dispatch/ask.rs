//! Asking the vendor what became of an attempt whose answer nobody saw.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{Attempt, ErrorKind, Prepared, Reconciliation};
use leadsink_layers::Sign;
use tokio::time::Instant;

use super::attempt::caught;
use super::detail::{failure, found, undecided};
use super::judge::SETTLED;
use super::lane::Lane;
use super::silent::Silent;
use crate::attempt::{Ending, Then};
use crate::claim::{Claim, Doubt};
use crate::time::later;

impl Lane {
    /// Asks the vendor before a delivery in doubt is left to a person.
    pub(super) async fn look_before_stop(&self, claim: &Claim, prepared: &Prepared, ending: Ending) -> Ending {
        let is_in_doubt = claim.doubt.is_some() || matches!(ending, Ending::Unknown { .. });
        let is_last = matches!(
            ending,
            Ending::Unknown { then: Then::Stop, .. } | Ending::Failed { then: Then::Stop, .. }
        );
        if !(is_in_doubt && is_last) {
            return ending;
        }
        let now = self.shared.now();
        let attempted = claim.doubt.as_ref().map_or(now..now, |doubt| doubt.started_at..now);
        let cx = self.context(Attempt::FIRST, self.way_out()).with_attempted(attempted);
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
            .context(Attempt::FIRST, self.way_out())
            .with_attempted(doubt.started_at..doubt.ended_at);
        let told = caught(self.setup.sink.reconcile(prepared, &cx)).await;
        // One that told nothing may not have been asked.
        let sign = match &told {
            Ok(Reconciliation::Found(_) | Reconciliation::NotFound) | Err(_) => Sign::of(&told),
            Ok(_) => Sign::None,
        };
        let failure = match &told {
            Ok(Reconciliation::Found(receipt)) => return (Ending::Answered(found(receipt)), sign),
            Ok(Reconciliation::NotFound) => {
                let due_at = self.shared.now();
                return (Ending::Absent { due_at }, sign);
            }
            Ok(Reconciliation::Unsupported) => {
                let failure = undecided(&Reconciliation::Unsupported);
                let then = Then::Stop;
                return (Ending::Postponed { failure, then }, Sign::None);
            }
            Ok(other) => undecided(other),
            Err(error) => Some(failure(error)),
        };
        let now = self.shared.now();
        // The longer nobody knows, the less often it is asked: after 1, 2, 4, 8 minutes.
        let elapsed = Duration::try_from(now.duration_since(doubt.ended_at)).unwrap_or(SETTLED);
        let mut wait = elapsed.clamp(SETTLED, SETTLED * 15);
        if let Err(error) = &told
            && error.kind() == ErrorKind::RateLimited
        {
            wait = wait.max(self.hold(error, began));
        }
        let then = if self
            .setup
            .rules
            .is_too_old(self.shared.aged_from(claim.first_failed_at), now)
        {
            Then::Stop
        } else {
            Then::Retry(later(now, wait))
        };
        (Ending::Postponed { failure, then }, sign)
    }

    /// Whether the vendor has a way to ask at all: a sink that has one does not say `Unsupported` when nothing comes back.
    pub(super) async fn can_ask(&self, prepared: &Prepared) -> bool {
        let cx = self.context(Attempt::FIRST, Arc::new(Silent));
        let told = caught(self.setup.sink.reconcile(prepared, &cx)).await;
        !matches!(told, Ok(Reconciliation::Unsupported))
    }
}
