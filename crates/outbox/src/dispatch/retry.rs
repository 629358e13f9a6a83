//! When a delivery that failed is tried again, and when no more.

use std::time::Duration;

use leadsink_core::Timestamp;
use leadsink_layers::Backoff;

use crate::attempt::Then;
use crate::rules::Exhaustion;
use crate::time::later;

/// How often and how long a lane tries a delivery that fails. The default waits a random time of up to 10 s, doubling to
/// 15 minutes, and gives up after 25 attempts, or 4 hours after the first one that failed. The time before the dispatcher was
/// started counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryRules {
    backoff: Backoff,
    exhaustion: Exhaustion,
}

impl Default for RetryRules {
    fn default() -> Self {
        Self {
            backoff: Backoff::new(Duration::from_secs(10), Duration::from_secs(15 * 60)),
            exhaustion: Exhaustion {
                max_attempts: 25,
                max_age: Duration::from_secs(4 * 3600),
            },
        }
    }
}

impl RetryRules {
    /// Sets the waits between attempts.
    #[must_use]
    pub const fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets when a delivery has failed for good.
    #[must_use]
    pub const fn with_exhaustion(mut self, exhaustion: Exhaustion) -> Self {
        self.exhaustion = exhaustion;
        self
    }

    /// When a delivery has failed for good.
    #[must_use]
    pub const fn exhaustion(&self) -> Exhaustion {
        self.exhaustion
    }

    /// What follows when this many attempts have failed. The vendor's wish is heeded where it is longer than the backoff.
    pub(super) fn then(self, failed: Failed, random: u64, now: Timestamp) -> Then {
        let first = failed.first_at.unwrap_or(now);
        if self.exhaustion.is_reached(failed.attempts, Some(first), now) {
            return Then::Stop;
        }
        let wait = self.backoff.wait(failed.attempts, random);
        Then::Retry(later(now, wait.max(failed.asked.unwrap_or_default())))
    }

    /// Whether it is too late for anything but a person, however few attempts were made.
    pub(super) fn is_too_old(&self, first_failed_at: Timestamp, now: Timestamp) -> bool {
        self.exhaustion.is_reached(0, Some(first_failed_at), now)
    }
}

/// How a delivery has failed so far, the last attempt included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed {
    pub(super) attempts: u32,
    /// None where this is the first time.
    pub(super) first_at: Option<Timestamp>,
    /// How long the vendor asks to wait.
    pub(super) asked: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn then(attempts: u32, first_at: Option<i64>, asked: Option<u64>, now: i64) -> Option<i64> {
        let failed = Failed {
            attempts,
            first_at: first_at.map(at),
            asked: asked.map(Duration::from_secs),
        };
        match RetryRules::default().then(failed, u64::MAX, at(now)) {
            Then::Retry(then) => Some((later(then, Duration::from_micros(1)).as_second()) - now),
            Then::Stop => None,
        }
    }

    #[test]
    fn the_wait_doubles_from_ten_seconds_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = (1..=9).map(|n| then(n, Some(0), None, 60).unwrap()).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 900, 900]);
    }

    #[test]
    fn the_longer_of_the_backoff_and_the_wish_of_the_vendor_counts() {
        assert_eq!(then(1, None, Some(3600), 60), Some(3600));
        assert_eq!(then(3, None, Some(5), 60), Some(40));
    }

    #[test]
    fn it_ends_by_attempts_or_by_age() {
        assert_eq!(then(25, Some(0), None, 60), None);
        assert_eq!(then(2, Some(0), None, 4 * 3600), None);
        assert!(then(2, Some(0), None, 4 * 3600 - 1).is_some());
    }
}
