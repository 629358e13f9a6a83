//! The circuit breaker: a vendor that is down is left alone, and who has a lead for it waits.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant as StdInstant};

use leadsink_core::{
    DeliverContext, Descriptor, Disposition, Error, ErrorKind, Lead, LeadSink, Outcome, PrepareContext, Prepared,
    Probe, Reconciliation, Result, SharedSink, Unfit,
};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::failures::{Failures, Sign};
use crate::halt::Halt;

/// Sends nothing to a vendor that seems to be down. Clones share their state: give one to each sink of a vendor's account,
/// never to two vendors.
///
/// Five failures in a row open it for 30 s. Then exactly one delivery goes through to try: if the vendor answers, all do; if it
/// does not, the next pause is twice as long, up to five minutes. Answers to what was sent before the breaker changed say
/// nothing new.
///
/// Who comes meanwhile waits, as for a turn by the quota: that spends no attempt. It ends with [`ErrorKind::Deadline`] as soon
/// as the wait would last past the deadline, and with [`ErrorKind::Stopped`] after a [`Halt`], nothing sent.
#[derive(Clone, Debug, Default)]
pub struct Breaker(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    circuit: Mutex<Circuit>,
    /// Wakes those who wait when the state changes.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Circuit {
    state: State,
    /// Goes up with each change of the state. What was let through under an older one has no say.
    generation: u64,
    failures: Failures,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Deliveries go through.
    #[default]
    Closed,
    /// None goes through before that time.
    Open { until: Instant },
    /// One went through to try.
    HalfOpen,
}

impl Breaker {
    /// A breaker that lets everything through until the vendor fails.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the breaker in front of a sink. After the halt, what waits ends with [`ErrorKind::Stopped`], nothing sent.
    #[must_use]
    pub fn wrap(&self, inner: SharedSink, halt: &Halt) -> SharedSink {
        Arc::new(Guarded {
            inner,
            breaker: self.clone(),
            halt: halt.clone(),
        })
    }

    /// For how much longer nothing is sent because the vendor seems to be down; zero while one delivery tries it.
    #[must_use]
    pub fn open_for(&self) -> Option<Duration> {
        match self.lock().state {
            State::Closed => None,
            State::Open { until } => Some(until.saturating_duration_since(Instant::now())),
            State::HalfOpen => Some(Duration::ZERO),
        }
    }

    /// When the vendor is tried next, as far as is known.
    pub(crate) fn next_try(&self) -> Instant {
        Instant::now() + self.open_for().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        self.0.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a delivery through, or says until when it certainly waits.
    fn enter(&self) -> Result<Permit<'_>, Option<Instant>> {
        let mut circuit = self.lock();
        let is_trial = match circuit.state {
            State::Closed => false,
            State::Open { until } if until <= Instant::now() => {
                circuit.change(State::HalfOpen);
                true
            }
            State::Open { until } => return Err(Some(until)),
            State::HalfOpen => return Err(None),
        };
        Ok(Permit {
            breaker: self,
            generation: circuit.generation,
            is_trial,
            sign: Sign::None,
        })
    }

    /// Waits until the delivery is let through.
    async fn wait(&self, deadline: Option<Instant>, halt: &Halt) -> Result<Permit<'_>> {
        loop {
            let mut changed = pin!(self.0.changed.notified());
            // Listen first and look then, or a change in between is missed.
            changed.as_mut().enable();
            let until = match self.enter() {
                Ok(permit) => return Ok(permit),
                Err(until) => until,
            };
            if deadline.is_some_and(|deadline| deadline <= until.unwrap_or_else(Instant::now)) {
                return Err(late());
            }
            let mut halted = pin!(halt.halted());
            let woken = poll_fn(|cx| match (halted.as_mut().poll(cx), changed.as_mut().poll(cx)) {
                (Poll::Ready(()), _) => Poll::Ready(Err(stopped())),
                (_, Poll::Ready(())) => Poll::Ready(Ok(())),
                _ => Poll::Pending,
            });
            // The time alone is no reason to end: then is the time to look again.
            match until.or(deadline) {
                Some(then) => timeout_at(then, woken).await.unwrap_or(Ok(()))?,
                None => woken.await?,
            }
        }
    }

    /// Takes the sign of a delivery that was let through.
    fn learn(&self, permit: &Permit<'_>) {
        let mut circuit = self.lock();
        if circuit.generation != permit.generation {
            return;
        }
        let opens = circuit.failures.take(permit.sign, permit.is_trial);
        let next = if opens {
            let pause = circuit.failures.pause();
            circuit.failures.opened();
            State::Open {
                until: Instant::now() + pause,
            }
        } else {
            match permit.sign {
                Sign::Up if permit.is_trial => State::Closed,
                // It told nothing: another one tries at once.
                Sign::None if permit.is_trial => State::Open { until: Instant::now() },
                _ => return,
            }
        };
        circuit.change(next);
        drop(circuit);
        self.0.changed.notify_waiters();
        #[cfg(feature = "trace")]
        match next {
            State::Open { .. } if opens => tracing::warn!("The vendor seems to be down: nothing is sent for a while."),
            State::Closed => tracing::info!("The vendor answers again."),
            _ => {}
        }
    }
}

impl Circuit {
    const fn change(&mut self, state: State) {
        self.state = state;
        self.generation = self.generation.wrapping_add(1);
    }
}

/// The leave of one delivery. What it learnt about the vendor is told when it is dropped: nothing, where the delivery came to
/// no end, and then another one may try.
#[derive(Debug)]
struct Permit<'a> {
    breaker: &'a Breaker,
    generation: u64,
    is_trial: bool,
    sign: Sign,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.breaker.learn(self);
    }
}

fn late() -> Error {
    let message = "the vendor seems to be down and is not tried again within the time for this delivery";
    Error::new(ErrorKind::Deadline, Disposition::Transient, message)
}

fn stopped() -> Error {
    let message = "the run was stopped while the lead waited for a vendor that seems to be down";
    Error::new(ErrorKind::Stopped, Disposition::Transient, message)
}

/// A sink behind a breaker.
#[derive(Debug)]
struct Guarded {
    inner: SharedSink,
    breaker: Breaker,
    halt: Halt,
}

impl Guarded {
    /// Waits until the attempt may begin. One that may not is not counted.
    async fn wait(&self, cx: &DeliverContext) -> Result<Permit<'_>> {
        let deadline: Option<StdInstant> = cx.deadline;
        let waited = self.breaker.wait(deadline.map(Instant::from_std), &self.halt).await;
        if waited.is_err() {
            cx.not_begun();
        }
        cx.settle(waited)
    }
}

#[async_trait::async_trait]
#[deny(clippy::missing_trait_methods)]
impl LeadSink for Guarded {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.inner.prepare(lead, cx)
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        let mut permit = match self.breaker.enter() {
            Ok(permit) => permit,
            // Boxed, so that a delivery that need not wait carries nothing for it.
            Err(_) => Box::pin(self.wait(cx)).await?,
        };
        let result = self.inner.deliver(prepared, cx).await;
        permit.sign = Sign::of(&result);
        result
    }

    /// A look at the vendor creates nothing, and whoever asks wants to know now.
    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        self.inner.reconcile(prepared, cx).await
    }

    async fn probe(&self, cx: &DeliverContext) -> Result<Probe> {
        self.inner.probe(cx).await
    }
}

#[cfg(test)]
mod tests;
