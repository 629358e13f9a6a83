//! A sink for tests of code that delivers leads.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::{Descriptor, LeadSink};
use crate::delivery::{
    DeliverContext, Draft, Outcome, PrepareContext, Prepared, Problem, Receipt, Repeat, Result, Unfit,
};
use crate::{Lead, LeadId};

/// A sink without a vendor: it remembers the leads it got and answers what it was told to, else "accepted".
///
/// ```
/// use leadsink_core::{Outcome, Receipt, StubSink};
///
/// let sink = StubSink::new().answering([Ok(Outcome::Pending(Receipt::new()))]);
/// assert!(sink.delivered().is_empty());
/// ```
#[derive(Default)]
pub struct StubSink {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    answers: VecDeque<Result<Outcome>>,
    delivered: Vec<LeadId>,
}

const DESCRIPTOR: &Descriptor = &Descriptor::new("stub", "Stub", "")
    .with_repeat(Repeat::Safe)
    .with_late_answers();

impl StubSink {
    /// A sink that accepts every lead.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what it answers, in order; after that it accepts.
    #[must_use]
    pub fn answering(self, answers: impl IntoIterator<Item = Result<Outcome>>) -> Self {
        self.lock().answers.extend(answers);
        self
    }

    /// The leads that were delivered so far, in order, one entry an attempt.
    #[must_use]
    pub fn delivered(&self) -> Vec<LeadId> {
        self.lock().delivered.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StubSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StubSink")
            .field("delivered", &self.lock().delivered.len())
            .finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl LeadSink for StubSink {
    fn descriptor(&self) -> &Descriptor {
        DESCRIPTOR
    }

    fn prepare(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        let url = "https://stub.invalid/"
            .parse()
            .map_err(|_| Problem::new("stub", "the address of the stub cannot be read"))?;
        Ok(Prepared::new(
            Draft::post_json(url, Bytes::copy_from_slice(lead.id.as_str().as_bytes())),
            Repeat::Safe,
        ))
    }

    async fn deliver(&self, prepared: &Prepared, _: &DeliverContext) -> Result<Outcome> {
        let mut state = self.lock();
        let id = std::str::from_utf8(&prepared.request.body)
            .ok()
            .and_then(|id| LeadId::new(id).ok());
        state.delivered.extend(id);
        state
            .answers
            .pop_front()
            .unwrap_or_else(|| Ok(Outcome::Accepted(Receipt::new())))
    }
}
