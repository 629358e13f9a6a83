//! What is to be done with a claim. What is claimed together is prepared together.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use leadsink_core::{DeliveryId, PrepareContext, Prepared, Repeat};
use tokio::task::spawn_blocking;

use super::detail::unfit;
use super::encode::{decode_lead, decode_prepared, encode_prepared};
use super::lane::Lane;
use crate::attempt::{Ending, Failure, Then};
use crate::claim::Claim;

/// So many are prepared on a thread of their own, so that the answers that come meanwhile do not wait.
const MANY: usize = 8;

/// What is to be done with a claim.
pub(super) enum Plan {
    /// This is to be sent, and these are its bytes.
    Send(Box<Prepared>, Bytes),
    /// It is over without anything being sent.
    End(Ending),
    /// The vendor is asked whether it has the lead.
    Ask(Box<Prepared>),
}

/// A claim, and what is to be done with it where no attempt is in doubt.
pub(super) struct Planned {
    pub(super) claim: Claim,
    pub(super) delivery: DeliveryId,
    pub(super) plan: Option<Plan>,
}

impl Lane {
    /// Prepares what was claimed. None is left only where the runtime ends, and the next start finds the claims.
    pub(super) async fn plan_all(self: &Arc<Self>, claims: Vec<Claim>) -> Vec<Planned> {
        if claims.len() < MANY {
            return claims.into_iter().map(|claim| self.plan(claim)).collect();
        }
        let lane = Arc::clone(self);
        let plan = move || claims.into_iter().map(|claim| lane.plan(claim)).collect();
        spawn_blocking(plan)
            .await
            .unwrap_or_else(|error| match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Vec::new(),
            })
    }

    fn plan(&self, claim: Claim) -> Planned {
        let delivery = DeliveryId::new(&claim.key, &self.setup.name);
        let plan = if claim.doubt.is_some() {
            None
        } else if self.is_spent(claim.attempt.n) {
            Some(Plan::End(spent()))
        } else {
            Some(self.prepare(&claim, delivery))
        };
        Planned { claim, delivery, plan }
    }

    /// What is to be done with a claim whose last attempt is in doubt.
    pub(super) async fn plan_in_doubt(&self, claim: &Claim) -> Plan {
        let is_spent = self.is_spent(claim.attempt.n);
        let Some(doubt) = &claim.doubt else {
            return Plan::End(spent());
        };
        let prepared = match decode_prepared(&doubt.prepared, self.setup.sink.descriptor().quotas) {
            Ok(prepared) => Box::new(prepared),
            Err(error) => return Plan::End(stop(Failure::new("unreadable", error.to_string()))),
        };
        // Its last attempt came too late to be followed by another.
        let is_too_old = self.is_too_old(claim.first_failed_at, doubt.ended_at);
        if doubt.repeat == Repeat::NeverBlindly || is_spent || (is_too_old && self.can_ask(&prepared).await) {
            return Plan::Ask(prepared);
        }
        Plan::Send(prepared, doubt.prepared.clone())
    }

    /// Prepares anew from the lead and the stored context, so that a mended address or campaign counts.
    fn prepare(&self, claim: &Claim, delivery: DeliveryId) -> Plan {
        let fail = |failure| {
            Plan::End(Ending::Failed {
                failure,
                then: Then::Stop,
            })
        };
        let lead = match decode_lead(&claim.body) {
            Ok(lead) => lead,
            Err(error) => return fail(Failure::new("unreadable", error.to_string())),
        };
        let mut cx = PrepareContext::new(delivery, claim.accepted_at);
        cx.callback_token.clone_from(&claim.callback_token);
        // A sink that panics over one lead must not take the others with it.
        let prepared = std::panic::catch_unwind(AssertUnwindSafe(|| self.setup.sink.prepare(&lead, &cx)));
        match prepared {
            Ok(Ok(prepared)) => match encode_prepared(&prepared) {
                Ok(bytes) => Plan::Send(Box::new(prepared), bytes),
                Err(error) => fail(Failure::new("unreadable", error.to_string())),
            },
            Ok(Err(problems)) => fail(unfit(&problems)),
            Err(_) => fail(Failure::new(
                "panic",
                "the vendor crate failed over this lead (panic); report it",
            )),
        }
    }
}

fn spent() -> Ending {
    stop(Failure::new("exhausted", "all attempts were made before this one"))
}

fn stop(failure: Failure) -> Ending {
    Ending::Postponed {
        failure: Some(failure),
        then: Then::Stop,
    }
}
