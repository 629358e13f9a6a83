//! The quotas of a lane, kept in the store: a transport that takes a token for each request beyond the first. A guard beside it
//! counts by a time that nobody sets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leadsink_core::{
    CountsFor, HttpRequest, HttpResponse, Sent, Timestamp, Transport, TransportError, TransportErrorKind,
};
use tokio::time::Instant;

use super::fence::Fenced;
use super::lane::Lane;
use super::setup::LaneQuota;
use super::shared::{PAUSE, Shared};
use crate::budget::{Budget, QuotaRule};
use crate::time::later;

/// The longest quota that a guard counts for: a longer one would keep a machine that slept waiting for as long as it slept.
const LONGEST: Duration = Duration::from_secs(3600);

/// Counts for the quotas of a lane by the time that has passed: where the clock is set forward, requests that still count at the
/// vendor are forgotten by the store.
#[derive(Debug)]
pub(super) struct Guard {
    began: Instant,
    budget: Mutex<Budget>,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            budget: Mutex::default(),
        }
    }
}

impl Guard {
    /// Takes one request of each, or says how long to wait for it.
    fn take(&self, rules: &[QuotaRule]) -> Option<Duration> {
        let now = later(Timestamp::UNIX_EPOCH, self.began.elapsed());
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        let grant = budget.take(rules, 1, now);
        let missing = grant.granted == 0;
        missing.then(|| until(grant.next_at, now))
    }

    /// The same quota, but counted a little shorter than by the store, which so decides as long as nobody sets the clock.
    fn rule(rule: &QuotaRule) -> QuotaRule {
        QuotaRule {
            per: rule.per - rule.per / 52,
            ..rule.clone()
        }
    }
}

fn until(at: Option<Timestamp>, now: Timestamp) -> Duration {
    at.map_or(PAUSE, |at| {
        Duration::try_from(at.duration_since(now))
            .unwrap_or_default()
            .max(Duration::from_millis(1))
    })
}

/// The way out of one claim. The claim has taken one request of each quota; what goes beyond that waits for its turn.
#[derive(Debug)]
pub(super) struct Metered {
    inner: Fenced,
    sink: Arc<str>,
    shared: Arc<Shared>,
    guard: Arc<Guard>,
    /// The quotas, and whether the request that the claim took is still there.
    quotas: Mutex<Vec<(LaneQuota, bool)>>,
}

impl Metered {
    pub(super) fn new(lane: &Lane, inner: Fenced) -> Self {
        let setup = &lane.setup;
        Self {
            inner,
            sink: Arc::clone(&setup.name),
            shared: Arc::clone(&lane.shared),
            guard: Arc::clone(&lane.guard),
            quotas: Mutex::new(setup.quotas.iter().map(|quota| (quota.clone(), true)).collect()),
        }
    }

    /// The quotas that a request counts for, and those among them of which it needs a token that the claim did not take.
    fn counted(&self, counts_for: CountsFor) -> (Vec<QuotaRule>, Vec<QuotaRule>) {
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut counted, mut needed) = (Vec::new(), Vec::new());
        for (quota, is_there) in quotas.iter_mut().filter(|(quota, _)| quota.limit.counts(counts_for)) {
            counted.push(quota.rule.clone());
            if !std::mem::take(is_there) {
                needed.push(quota.rule.clone());
            }
        }
        (counted, needed)
    }

    async fn take(&self, rules: &[QuotaRule], deadline: Option<Instant>) -> Result<(), TransportError> {
        loop {
            let now = self.shared.now();
            match self.shared.store.take(&self.sink, rules.to_vec(), 1, now).await {
                Ok(grant) if grant.granted > 0 => return Ok(()),
                Ok(grant) => self.wait(until(grant.next_at, now), deadline).await?,
                Err(error) => {
                    self.shared.store_failed(error);
                    return Err(unsent(
                        TransportErrorKind::Stopped,
                        "the outbox failed, so nothing was sent",
                    ));
                }
            }
        }
    }

    async fn wait(&self, wait: Duration, deadline: Option<Instant>) -> Result<(), TransportError> {
        let then = Instant::now() + wait;
        if deadline.is_some_and(|deadline| deadline <= then) {
            let message = "the quota leaves no turn within the time for this delivery";
            return Err(unsent(TransportErrorKind::Deadline, message));
        }
        if !self.shared.handle.halt().sleep_until(then).await {
            let message = "the run was stopped while the request waited for its turn";
            return Err(unsent(TransportErrorKind::Stopped, message));
        }
        Ok(())
    }
}

fn unsent(kind: TransportErrorKind, message: &str) -> TransportError {
    TransportError::new(kind, Sent::Nothing, message)
}

#[async_trait::async_trait]
impl Transport for Metered {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let deadline = request.deadline.map(Instant::from_std);
        let (counted, needed) = self.counted(request.counts_for);
        if !needed.is_empty() {
            self.take(&needed, deadline).await?;
        }
        let short = counted.iter().filter(|rule| rule.per <= LONGEST);
        let guarded: Vec<_> = short.map(Guard::rule).collect();
        while let Some(wait) = self.guard.take(&guarded) {
            self.wait(wait, deadline).await?;
        }
        self.inner.send(request).await
    }
}
