//! One sink as a dispatcher delivers to it.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{SharedSink, Transport};
use leadsink_layers::Limit;

use super::retry::RetryRules;
use crate::budget::QuotaRule;

/// How many attempts a lane makes side by side unless it is told otherwise.
const SLOTS: u32 = 32;

/// A sink with what its lane needs: its way out, its slots, its rules.
///
/// Each claim is one attempt: repetitions, breaker and quotas are the outbox's, so around the sink belongs neither a retry
/// nor a limiter, while a deadline, trace or metrics may stand there.
#[derive(Clone, Debug)]
pub struct LaneSetup {
    pub(super) name: Arc<str>,
    pub(super) sink: SharedSink,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) slots: u32,
    pub(super) rules: RetryRules,
    pub(super) timeout: Option<Duration>,
    pub(super) quotas: Vec<LaneQuota>,
}

/// A limit, and the name under which the store counts for it.
#[derive(Clone, Debug)]
pub(super) struct LaneQuota {
    pub(super) limit: Limit,
    pub(super) rule: QuotaRule,
}

impl LaneSetup {
    /// A lane with 32 slots, the default rules and no quotas. The name is that of the deliveries in the store.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, sink: SharedSink, transport: Arc<dyn Transport>) -> Self {
        Self {
            name: name.into(),
            sink,
            transport,
            slots: SLOTS,
            rules: RetryRules::default(),
            timeout: None,
            quotas: Vec::new(),
        }
    }

    /// Sets how many attempts are made side by side; 0 counts as 1.
    #[must_use]
    pub const fn with_slots(mut self, slots: u32) -> Self {
        self.slots = if slots == 0 { 1 } else { slots };
        self
    }

    /// Sets when what failed is tried again.
    #[must_use]
    pub const fn with_rules(mut self, rules: RetryRules) -> Self {
        self.rules = rules;
        self
    }

    /// Sets the limit for each request; the vendor's own otherwise.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the quotas, which the store counts for all workers and across restarts.
    #[must_use]
    pub fn with_quotas(mut self, limits: impl IntoIterator<Item = Limit>) -> Self {
        let quotas = limits.into_iter().map(|limit| LaneQuota {
            rule: QuotaRule {
                // Several limits of one class differ in their time.
                name: format!("{} in {} s", limit.class, limit.per.as_secs_f64()),
                requests: limit.requests,
                per: limit.per,
            },
            limit,
        });
        self.quotas = quotas.collect();
        self
    }

    /// The quotas as the store counts them.
    #[must_use]
    pub fn quotas(&self) -> Vec<QuotaRule> {
        self.quotas.iter().map(|quota| quota.rule.clone()).collect()
    }
}
