//! From the sinks of a configuration to the lanes of a dispatcher.

use std::sync::Arc;

use leadsink::Transport;
use leadsink::outbox::{Exhaustion, LaneSetup, RetryRules};

use crate::args::PaceArgs;
use crate::config::{OpenSink, Retry};

/// The lane of a sink. Its repetitions, its breaker and its quotas are the outbox's.
pub(super) fn lane(open: &OpenSink, transport: &Arc<dyn Transport>, pace: PaceArgs) -> LaneSetup {
    let limits = open.stack.limits(open.sink.descriptor().quotas);
    let mut lane = LaneSetup::new(&*open.name, Arc::clone(&open.sink), Arc::clone(transport))
        .with_slots(u32::try_from(pace.concurrency).unwrap_or(u32::MAX))
        .with_rules(rules(open.retry, pace.attempts))
        .with_quotas(limits);
    if let Some(timeout) = pace.timeout {
        lane = lane.with_timeout(timeout);
    }
    lane
}

fn rules(retry: Retry, attempts: Option<u32>) -> RetryRules {
    let rules = RetryRules::default();
    let usual = rules.exhaustion();
    rules.with_exhaustion(Exhaustion {
        max_attempts: attempts.or(retry.attempts).unwrap_or(usual.max_attempts),
        max_age: retry.deadline.unwrap_or(usual.max_age),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_told_wins_over_the_file_and_that_over_the_rule() {
        let of = |retry, attempts| rules(retry, attempts).exhaustion();
        let usual = RetryRules::default().exhaustion();
        assert_eq!(of(Retry::default(), None), usual);
        let retry = Retry {
            attempts: Some(5),
            deadline: Some(Duration::from_secs(60)),
        };
        assert_eq!(of(retry, None).max_attempts, 5);
        assert_eq!(of(retry, Some(9)).max_attempts, 9);
        assert_eq!(of(retry, None).max_age, Duration::from_secs(60));
    }
}
