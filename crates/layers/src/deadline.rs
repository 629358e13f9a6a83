//! The time that a whole delivery may take: a setting that travels down, nothing that drops a future.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{
    DeliverContext, Descriptor, Lead, LeadSink, Outcome, PrepareContext, Prepared, Probe, Reconciliation, Result,
    SharedSink, Unfit,
};

use crate::breaker::Breaker;
use crate::limiter::Limiter;

/// Limits the time of a whole delivery, all its attempts and the waits between them included, from the turn that the lead's own
/// request would have by the quotas and the breaker: a sink that is held for an hour holds its leads, and does not let them all
/// run out of time. A look-up before it gets no more time where it counts for another quota. An earlier deadline of the caller
/// stands.
#[derive(Debug)]
pub struct Deadline {
    inner: SharedSink,
    total: Duration,
    limiter: Limiter,
    breaker: Option<Breaker>,
}

impl Deadline {
    /// Sets the limit for each delivery to a sink.
    #[must_use]
    pub fn wrap(inner: SharedSink, total: Duration, limiter: Limiter, breaker: Option<Breaker>) -> SharedSink {
        Arc::new(Self {
            inner,
            total,
            limiter,
            breaker,
        })
    }
}

#[async_trait::async_trait]
#[deny(clippy::missing_trait_methods)]
impl LeadSink for Deadline {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.inner.prepare(lead, cx)
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        // A limit beyond the end of the clock is none.
        let turn = self.limiter.next_turn(prepared.request.counts_for);
        let turn = self
            .breaker
            .as_ref()
            .map_or(turn, |breaker| turn.max(breaker.next_try()));
        match turn.checked_add(self.total) {
            Some(end) => {
                let cx = cx.clone().with_deadline(end.into_std());
                self.inner.deliver(prepared, &cx).await
            }
            None => self.inner.deliver(prepared, cx).await,
        }
    }

    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        self.inner.reconcile(prepared, cx).await
    }

    async fn probe(&self, cx: &DeliverContext) -> Result<Probe> {
        self.inner.probe(cx).await
    }
}
