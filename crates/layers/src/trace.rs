//! Spans and events for a subscriber of `tracing`: what happens to each delivery, and nothing of what is in its lead.

use std::sync::Arc;

use leadsink_core::{
    DeliverContext, Descriptor, Disposition, Lead, LeadSink, Outcome, PrepareContext, Prepared, Probe, Reconciliation,
    Result, SharedSink, Unfit,
};
use tokio::time::Instant;
use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span};

/// Opens a span for each delivery and tells at its end what became of it. A [`Stack`](crate::Stack) has it outermost.
///
/// The span is called `deliver` and has the fields `vendor`, `sink`, `delivery` and `attempt`, the number that the first attempt
/// has. No address, header or body, no value of the lead and no text of the vendor is told.
#[derive(Debug)]
pub struct Trace {
    inner: SharedSink,
}

impl Trace {
    /// Traces the deliveries to a sink.
    #[must_use]
    pub fn wrap(inner: SharedSink) -> SharedSink {
        Arc::new(Self { inner })
    }
}

/// Tells what became of a delivery.
fn tell(result: &Result<Outcome>, attempts: u32, latency_ms: u64) {
    let error = match result {
        Ok(outcome) => {
            let outcome = outcome.as_str();
            tracing::info!(outcome, attempts, latency_ms, "The vendor answered.");
            return;
        }
        Err(error) => error,
    };
    let kind = error.kind().as_str();
    let status = error.status().map(|status| status.as_u16());
    if error.disposition() == Disposition::Ambiguous {
        tracing::warn!(kind, status, attempts, latency_ms, error = %error, "The vendor may have the lead, nobody knows.");
    } else {
        tracing::warn!(kind, status, attempts, latency_ms, error = %error, "The lead was not delivered.");
    }
}

#[async_trait::async_trait]
#[deny(clippy::missing_trait_methods)]
impl LeadSink for Trace {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.inner.prepare(lead, cx)
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        let vendor = self.descriptor().id;
        let sink = cx.sink.as_deref().unwrap_or(vendor);
        let span = tracing::info_span!("deliver", vendor, sink, delivery = Empty, attempt = cx.attempt.n);
        if let Some(delivery) = cx.delivery {
            span.record("delivery", display(delivery));
        }
        self.within(span, prepared, cx).await
    }

    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        self.inner.reconcile(prepared, cx).await
    }

    async fn probe(&self, cx: &DeliverContext) -> Result<Probe> {
        self.inner.probe(cx).await
    }
}

impl Trace {
    async fn within(&self, span: Span, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        let began = Instant::now();
        let result = self.inner.deliver(prepared, cx).instrument(span.clone()).await;
        let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        span.in_scope(|| tell(&result, cx.attempts(), latency_ms));
        result
    }
}
