//! The quotas of a lane, kept in the store: a transport that takes a token for each request beyond the first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leadsink_core::{CountsFor, HttpRequest, HttpResponse, Sent, Transport, TransportError, TransportErrorKind};
use tokio::time::Instant;

use super::setup::{LaneQuota, LaneSetup};
use super::shared::{PAUSE, Shared};
use crate::budget::QuotaRule;

/// The way out of one claim. The claim has taken one request of each quota; what goes beyond that waits for its turn.
#[derive(Debug)]
pub(super) struct Metered {
    inner: Arc<dyn Transport>,
    sink: Arc<str>,
    shared: Arc<Shared>,
    /// The quotas, and whether the request that the claim took is still there.
    quotas: Mutex<Vec<(LaneQuota, bool)>>,
}

impl Metered {
    pub(super) fn new(setup: &LaneSetup, shared: Arc<Shared>) -> Self {
        Self {
            inner: Arc::clone(&setup.transport),
            sink: Arc::clone(&setup.name),
            shared,
            quotas: Mutex::new(setup.quotas.iter().map(|quota| (quota.clone(), true)).collect()),
        }
    }

    /// The quotas of which a request needs a token that the claim did not take.
    fn needed(&self, counts_for: CountsFor) -> Vec<QuotaRule> {
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = quotas.iter_mut().filter(|(quota, _)| quota.limit.counts(counts_for));
        counted
            .filter_map(|(quota, is_there)| (!std::mem::take(is_there)).then(|| quota.rule.clone()))
            .collect()
    }

    async fn wait(&self, rules: Vec<QuotaRule>, deadline: Option<Instant>) -> Result<(), TransportError> {
        loop {
            let now = self.shared.now();
            let wait = match self.shared.store.take(&self.sink, rules.clone(), 1, now).await {
                Ok(grant) if grant.granted > 0 => return Ok(()),
                Ok(grant) => grant.next_at.map_or(PAUSE, |at| {
                    Duration::try_from(at.duration_since(now))
                        .unwrap_or_default()
                        .max(Duration::from_millis(1))
                }),
                Err(error) => {
                    self.shared.store_failed(error);
                    return Err(unsent(
                        TransportErrorKind::Stopped,
                        "the outbox failed, so nothing was sent",
                    ));
                }
            };
            let then = Instant::now() + wait;
            if deadline.is_some_and(|deadline| deadline <= then) {
                let message = "the quota leaves no turn within the time for this delivery";
                return Err(unsent(TransportErrorKind::Deadline, message));
            }
            if !self.shared.handle.halt().sleep_until(then).await {
                let message = "the run was stopped while the request waited for its turn";
                return Err(unsent(TransportErrorKind::Stopped, message));
            }
        }
    }
}

fn unsent(kind: TransportErrorKind, message: &str) -> TransportError {
    TransportError::new(kind, Sent::Nothing, message)
}

#[async_trait::async_trait]
impl Transport for Metered {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let rules = self.needed(request.counts_for);
        if !rules.is_empty() {
            self.wait(rules, request.deadline.map(Instant::from_std)).await?;
        }
        self.inner.send(request).await
    }
}
