//! The order of the layers, decided once: trace, metrics, deadline, retry, circuit breaker, sink; the rate limit in front of
//! the transport.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{Quota, SharedSink, Transport};

use crate::backoff::Backoff;
use crate::breaker::Breaker;
use crate::deadline::Deadline;
use crate::halt::Halt;
use crate::limit::Limit;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::retry::Retry;
#[cfg(feature = "trace")]
use crate::trace::Trace;

/// What stands between a caller and a sink. The default makes three attempts, keeps the quotas that the vendor documents,
/// sets no deadline and has no breaker.
#[derive(Clone, Debug)]
pub struct Stack {
    attempts: u32,
    backoff: Backoff,
    deadline: Option<Duration>,
    limits: Vec<Limit>,
    off: Off,
    limiter: Option<Limiter>,
    breaker: Option<Breaker>,
    metrics: Option<Metrics>,
    halt: Halt,
    seed: Option<u64>,
}

/// Which of the documented quotas are not kept.
#[derive(Clone, Debug)]
enum Off {
    Classes(Vec<String>),
    All,
}

impl Default for Stack {
    fn default() -> Self {
        Self {
            attempts: 3,
            backoff: Backoff::default(),
            deadline: None,
            limits: Vec::new(),
            off: Off::Classes(Vec::new()),
            limiter: None,
            breaker: None,
            metrics: None,
            halt: Halt::new(),
            seed: None,
        }
    }
}

/// A sink and its transport behind their layers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stacked {
    /// The sink.
    pub sink: SharedSink,
    /// The way out for its requests.
    pub transport: Arc<dyn Transport>,
    /// What the requests wait for, for a look at it.
    pub limiter: Limiter,
}

impl Stack {
    /// The default stack.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many attempts one call of `deliver` may make; 0 counts as 1.
    #[must_use]
    pub const fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the waits between attempts.
    #[must_use]
    pub const fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets how long a whole delivery may take, all attempts and the waits between them included, from the turn that the
    /// lead's own request would have by the quotas.
    #[must_use]
    pub const fn with_deadline(mut self, total: Duration) -> Self {
        self.deadline = Some(total);
        self
    }

    /// Sets a limit in place of the documented quotas of its class. Further limits of the class hold beside it; one of a
    /// class that the vendor does not document holds for every request.
    #[must_use]
    pub fn with_limit(mut self, limit: Limit) -> Self {
        self.limits.push(limit);
        self
    }

    /// Does not keep the documented quotas of a class. A 429 holds the sink all the same.
    #[must_use]
    pub fn without_quota(mut self, class: &str) -> Self {
        if let Off::Classes(classes) = &mut self.off {
            classes.push(class.to_owned());
        }
        self
    }

    /// Keeps none of the documented quotas. A 429 holds the sink all the same.
    #[must_use]
    pub fn without_quotas(mut self) -> Self {
        self.off = Off::All;
        self
    }

    /// Sets the limiter, where several sinks share one account; its own limits count then, also here those of a class that the
    /// vendor does not document for every request. Without it each [`build`](Self::build) makes a new one.
    #[must_use]
    pub fn with_limiter(mut self, limiter: Limiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Leaves the vendor alone while it is down: deliveries wait then, up to their deadline. Two sinks of one account may share a
    /// breaker, two vendors never.
    #[must_use]
    pub fn with_breaker(mut self, breaker: Breaker) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// Counts the deliveries. All sinks may share the counts.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// Sets the handle that ends all waiting.
    #[must_use]
    pub fn with_halt(mut self, halt: Halt) -> Self {
        self.halt = halt;
        self
    }

    /// Makes the waits between attempts the same in every run, for tests.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Puts the layers around a sink and its transport. Once a sink, not once a lead.
    #[must_use]
    pub fn build(&self, mut sink: SharedSink, transport: Arc<dyn Transport>) -> Stacked {
        let quotas = sink.descriptor().quotas;
        let limiter = self.limiter.clone();
        let limiter = limiter.unwrap_or_else(|| Limiter::new(self.limits(quotas)));
        limiter.know(quotas);
        let transport = limiter.wrap(transport, &self.halt);
        if let Some(breaker) = &self.breaker {
            sink = breaker.wrap(sink, &self.halt);
        }
        sink = Retry::wrap(sink, self.attempts, self.backoff, self.seed, self.halt.clone());
        if let Some(total) = self.deadline {
            sink = Deadline::wrap(sink, total, limiter.clone(), self.breaker.clone());
        }
        if let Some(metrics) = &self.metrics {
            sink = metrics.wrap(sink);
        }
        #[cfg(feature = "trace")]
        {
            sink = Trace::wrap(sink);
        }
        Stacked {
            sink,
            transport,
            limiter,
        }
    }

    /// The limits for a vendor with these quotas: those that it documents, as far as they are kept, and those that were set. One
    /// of a class that it does not document counts every request.
    #[must_use]
    pub fn limits(&self, quotas: &[Quota]) -> Vec<Limit> {
        let kept = |class: &str| match &self.off {
            Off::Classes(classes) => {
                !classes.iter().any(|off| off == class) && !self.limits.iter().any(|limit| limit.class == class)
            }
            Off::All => false,
        };
        let documented = quotas.iter().filter(|quota| kept(quota.class));
        let is_known = |limit: &Limit| quotas.iter().any(|quota| limit.class == quota.class);
        let own = self.limits.iter().cloned();
        let own = own.map(|limit| if is_known(&limit) { limit } else { limit.for_all() });
        documented.map(|quota| Limit::from(*quota)).chain(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const QUOTAS: &[Quota] = &[
        Quota {
            class: "leads",
            requests: 300,
            per: MINUTE,
        },
        Quota {
            class: "search",
            requests: 10,
            per: MINUTE,
        },
    ];

    fn limits(stack: &Stack) -> Vec<String> {
        stack.limits(QUOTAS).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn documented_quotas_are_kept_replaced_or_left() {
        let slow = || Limit::new("leads", 50, MINUTE);
        for (stack, expected) in [
            (Stack::new(), &["`leads`, 300 in 60 s", "`search`, 10 in 60 s"][..]),
            (
                Stack::new().with_limit(slow()),
                &["`search`, 10 in 60 s", "`leads`, 50 in 60 s"],
            ),
            (Stack::new().without_quota("leads"), &["`search`, 10 in 60 s"]),
            (Stack::new().without_quotas(), &[]),
            (
                Stack::new().without_quotas().with_limit(slow()),
                &["`leads`, 50 in 60 s"],
            ),
            (
                Stack::new().without_quotas().with_limit(Limit::new("mine", 0, MINUTE)),
                &["`mine`, 1 in 60 s"],
            ),
        ] {
            assert_eq!(limits(&stack), expected, "{stack:?}");
        }
    }
}
