//! Counts what becomes of deliveries and how long they take, for a Prometheus server to collect.

mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leadsink_core::{
    DeliverContext, Descriptor, Disposition, Lead, LeadSink, Outcome, PrepareContext, Prepared, Probe, Reconciliation,
    Result, SharedSink, Unfit,
};
use tokio::time::Instant;

/// Counts the deliveries of all sinks that it is wrapped around. Clones share their counts: have one a process and give it to
/// each [`Stack`](crate::Stack).
///
/// Nothing of a lead becomes a label, only the vendor's id, the configured name of the sink, and words from a fixed list.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<Counts>>);

/// The upper bounds of the histogram in seconds. The longest time-out of a vendor is 370 s; a quota may hold a delivery longer.
const BOUNDS: [f64; 13] = [
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 3600.0,
];

#[derive(Debug, Default)]
struct Counts {
    attempts: BTreeMap<Sink, u64>,
    deliveries: BTreeMap<(Sink, Ending), u64>,
    durations: BTreeMap<(Sink, &'static str), Durations>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sink {
    vendor: &'static str,
    name: Arc<str>,
}

/// How a delivery ended, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ending {
    outcome: &'static str,
    error: &'static str,
}

impl Ending {
    fn of(result: &Result<Outcome>) -> Self {
        let (outcome, error) = match result {
            Ok(outcome) => (outcome.as_str(), "none"),
            Err(error) if error.disposition() == Disposition::Ambiguous => ("ambiguous", error.kind().as_str()),
            Err(error) => ("failed", error.kind().as_str()),
        };
        Self { outcome, error }
    }
}

#[derive(Debug, Default)]
struct Durations {
    /// How many took at most so long and longer than the bound before; the rest took longer than all bounds.
    within: [u64; BOUNDS.len()],
    count: u64,
    sum: Duration,
}

impl Durations {
    fn add(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        if let Some(bound) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            self.within[bound] += 1;
        }
        self.count += 1;
        self.sum = self.sum.saturating_add(took);
    }
}

impl Metrics {
    /// The media type of what [`render`](Self::render) gives.
    pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

    /// Counts that begin at nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts the deliveries to a sink, for a caller without a [`Stack`](crate::Stack), such as the outbox.
    #[must_use]
    pub fn wrap(&self, inner: SharedSink) -> SharedSink {
        Arc::new(Measured {
            inner,
            metrics: self.clone(),
        })
    }

    /// All counts in the text format of Prometheus, as its `/metrics` page is expected to be.
    #[must_use]
    pub fn render(&self) -> String {
        text::render(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, sink: Sink, attempts: u64, ending: Ending, took: Duration) {
        let mut counts = self.lock();
        *counts.attempts.entry(sink.clone()).or_default() += attempts;
        *counts.deliveries.entry((sink.clone(), ending)).or_default() += 1;
        counts.durations.entry((sink, ending.outcome)).or_default().add(took);
    }
}

/// A sink whose deliveries are counted.
#[derive(Debug)]
struct Measured {
    inner: SharedSink,
    metrics: Metrics,
}

#[async_trait::async_trait]
#[deny(clippy::missing_trait_methods)]
impl LeadSink for Measured {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.inner.prepare(lead, cx)
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        let began = Instant::now();
        let result = self.inner.deliver(prepared, cx).await;
        let vendor = self.descriptor().id;
        let name = cx.sink.clone().unwrap_or_else(|| vendor.into());
        let before = cx.attempt.n.saturating_sub(1);
        let attempts = cx.attempts().saturating_sub(before).into();
        let sink = Sink { vendor, name };
        self.metrics.count(sink, attempts, Ending::of(&result), began.elapsed());
        result
    }

    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        self.inner.reconcile(prepared, cx).await
    }

    async fn probe(&self, cx: &DeliverContext) -> Result<Probe> {
        self.inner.probe(cx).await
    }
}
