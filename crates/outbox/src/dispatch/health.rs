//! How a vendor fares, as far as its answers tell: when the breaker opens, and for how long a 429 holds the lane.

use std::time::Duration;

use leadsink_layers::Failures;
use tokio::time::Instant;

/// How long a 429 without `Retry-After` holds the lane, the first time and at most.
const FIRST_HOLD: Duration = Duration::from_secs(1);
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// What a lane knows about its vendor.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// What the breaker goes by.
    pub(super) failures: Failures,
    /// How many 429 without `Retry-After` followed each other.
    refused: u32,
    held_until: Option<Instant>,
}

impl Health {
    /// For how long a 429 holds the lane. One to a request that began before the hold says nothing new, unless it asks for
    /// more.
    pub(super) fn refused(&mut self, began: Instant, now: Instant, asked: Option<Duration>) -> Duration {
        let until = match (asked.filter(|asked| !asked.is_zero()), self.held_until) {
            (Some(asked), held) => held.max(Some(now + asked)),
            (None, Some(held)) if began < held => Some(held),
            (None, _) => {
                let wait = FIRST_HOLD.saturating_mul(1 << self.refused.min(6)).min(LONGEST_HOLD);
                self.refused += 1;
                Some(now + wait)
            }
        };
        self.held_until = until;
        until.map_or(Duration::ZERO, |until| until - now)
    }

    /// The vendor took a request that began then: 429s no longer follow each other.
    pub(super) fn answered(&mut self, began: Instant) {
        if self.held_until.is_none_or(|until| until <= began) {
            self.refused = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_at_the_same_time_are_one() {
        let mut health = Health::default();
        let began = Instant::now();
        let second = Duration::from_secs(1);
        assert_eq!(health.refused(began, began, None), second);
        assert_eq!(health.refused(began, began, None), second);
        assert_eq!(health.refused(began + second, began + second, None), 2 * second);
        assert_eq!(health.refused(began, began, Some(60 * second)), 60 * second);
        assert_eq!(health.refused(began, began, Some(5 * second)), 60 * second);
        health.answered(began);
        assert_eq!(
            health.refused(began + 61 * second, began + 61 * second, None),
            4 * second
        );
        health.answered(began + 66 * second);
        assert_eq!(health.refused(began + 67 * second, began + 67 * second, None), second);
    }
}
