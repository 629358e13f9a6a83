//! Further attempts, where they cannot deliver a lead twice.

use std::sync::Arc;
use std::time::{Duration, Instant as StdInstant};

use leadsink_core::{
    DeliverContext, Descriptor, Disposition, Error, ErrorKind, Lead, LeadSink, Outcome, PrepareContext, Prepared,
    Probe, Reconciliation, Repeat, Result, SharedSink, Unfit, may_repeat,
};
use tokio::time::Instant;

use crate::backoff::{Backoff, Randomness};
use crate::halt::Halt;

/// Repeats attempts that are safe to repeat, as [`may_repeat`] says. An outcome is final, also a refusal.
///
/// It waits for the backoff or for the vendor's `Retry-After`, whichever is longer. No attempt starts past the deadline or
/// after a [`Halt`]; the last error is returned then.
#[derive(Debug)]
pub struct Retry {
    inner: SharedSink,
    attempts: u32,
    backoff: Backoff,
    randomness: Randomness,
    halt: Halt,
}

impl Retry {
    /// Repeats attempts at a sink, up to `attempts` a call of `deliver`. The waits follow from the seed, where there is one.
    #[must_use]
    pub fn wrap(inner: SharedSink, attempts: u32, backoff: Backoff, seed: Option<u64>, halt: Halt) -> SharedSink {
        let randomness = Randomness::new(seed);
        Arc::new(Self {
            inner,
            attempts,
            backoff,
            randomness,
            halt,
        })
    }

    /// Makes further attempts after a first one that failed so.
    async fn repeat(&self, error: Error, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        let mut attempt = cx.attempt;
        let mut last = error;
        for failures in 1..self.attempts {
            if !goes_on(&last, prepared.repeat) || !self.pause(&last, failures, cx.deadline).await {
                break;
            }
            attempt = attempt.after(&last);
            #[cfg(feature = "trace")]
            tracing::debug!(
                attempt = attempt.n,
                kind = last.kind().as_str(),
                status = last.status().map(|status| status.as_u16()),
                "Another attempt follows one that failed."
            );
            let cx = cx.clone().with_attempt(attempt);
            last = match cx.settle(self.inner.deliver(prepared, &cx).await) {
                Err(error) => error,
                outcome => return outcome,
            };
        }
        Err(last)
    }

    /// Waits before the next attempt; `false` if there must be none.
    async fn pause(&self, error: &Error, failures: u32, deadline: Option<StdInstant>) -> bool {
        // Where a limiter holds the sink for the same `Retry-After`, both waits run side by side and end together.
        let asked = error.retry_after().unwrap_or(Duration::ZERO);
        let wait = self.backoff.wait(failures, self.randomness.next()).max(asked);
        let Some(then) = Instant::now().checked_add(wait) else {
            return false;
        };
        if deadline.is_some_and(|deadline| deadline <= then.into_std()) {
            return false;
        }
        self.halt.sleep_until(then).await
    }
}

/// Whether another attempt may follow. One whose request found no turn in time would find none now either.
fn goes_on(error: &Error, repeat: Repeat) -> bool {
    let waited_in_vain = matches!(error.kind(), ErrorKind::Deadline | ErrorKind::Stopped);
    may_repeat(error, repeat) && !error.stops_sink() && !waited_in_vain
}

#[async_trait::async_trait]
#[deny(clippy::missing_trait_methods)]
impl LeadSink for Retry {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.inner.prepare(lead, cx)
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        if self.halt.is_halted() {
            return cx.settle(Err(not_begun(cx)));
        }
        match cx.settle(self.inner.deliver(prepared, cx).await) {
            // Boxed, so that a delivery that is not repeated carries nothing for it.
            Err(error) => Box::pin(self.repeat(error, prepared, cx)).await,
            outcome => outcome,
        }
    }

    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        self.inner.reconcile(prepared, cx).await
    }

    async fn probe(&self, cx: &DeliverContext) -> Result<Probe> {
        self.inner.probe(cx).await
    }
}

/// The delivery came after the end of the run: its attempt does not count.
fn not_begun(cx: &DeliverContext) -> Error {
    cx.not_begun();
    Error::new(
        ErrorKind::Stopped,
        Disposition::Transient,
        "the run was stopped before the lead was sent",
    )
}
