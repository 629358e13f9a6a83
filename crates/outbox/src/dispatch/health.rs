//! How a vendor fares, as far as its answers tell: when the breaker opens, and for how long a 429 holds the lane.

use std::time::Duration;

use leadsink_core::{Error, ErrorKind};
use tokio::time::Instant;

/// So many failures in a row open the breaker.
const FAILURES: u32 = 5;

/// For how long it is open, the first time and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// How long a 429 without `Retry-After` holds the lane, the first time and at most.
const FIRST_HOLD: Duration = Duration::from_secs(1);
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// What an attempt tells about the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// It answers.
    Up,
    /// It does not.
    Down,
    /// Nothing.
    None,
}

impl Sign {
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        use ErrorKind::{Connect, Deadline, Insecure, Interrupted, Request, Server, Stopped, Timeout, Unavailable};
        match result.as_ref().map_err(Error::kind) {
            Err(Connect | Interrupted | Server | Timeout | Unavailable) => Self::Down,
            Err(Deadline | Insecure | Request | Stopped) => Self::None,
            Ok(_) | Err(_) => Self::Up,
        }
    }
}

/// What a lane knows about its vendor.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Failures since the last answer.
    failures: u32,
    /// How often the breaker has opened since.
    opened: u32,
    /// How many 429 without `Retry-After` followed each other.
    refused: u32,
    held_until: Option<Instant>,
}

impl Health {
    /// Takes a sign, and says whether the breaker should open.
    pub(super) fn take(&mut self, sign: Sign, is_probe: bool) -> bool {
        match sign {
            Sign::Up => {
                self.failures = 0;
                self.opened = 0;
                false
            }
            Sign::Down => {
                self.failures = self.failures.saturating_add(1);
                is_probe || self.failures >= FAILURES
            }
            Sign::None => false,
        }
    }

    /// Whether the breaker has opened since the last answer.
    pub(super) const fn is_doubtful(&self) -> bool {
        self.opened > 0
    }

    /// For how long the breaker is to be open now.
    pub(super) fn pause(&self) -> Duration {
        FIRST_PAUSE.saturating_mul(1 << self.opened.min(8)).min(LONGEST_PAUSE)
    }

    /// The breaker opened.
    pub(super) fn opened(&mut self) {
        self.opened = self.opened.saturating_add(1);
        self.failures = 0;
    }

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
    fn five_failures_in_a_row_open_the_breaker_and_one_failed_trial_does() {
        let mut health = Health::default();
        let signs = [Sign::Down, Sign::Down, Sign::Down, Sign::Down, Sign::Up, Sign::Down];
        assert!(signs.iter().all(|sign| !health.take(*sign, false)));
        assert!(health.take(Sign::Down, true));
        assert!(!health.take(Sign::None, true));
        let opens: Vec<_> = (0..3).map(|_| health.take(Sign::Down, false)).collect();
        assert_eq!(opens, [false, false, true]);
    }

    #[test]
    fn the_breaker_stays_open_longer_each_time_and_forgets_that_with_an_answer() {
        let mut health = Health::default();
        let mut pauses = Vec::new();
        for _ in 0..5 {
            pauses.push(health.pause().as_secs());
            health.opened();
        }
        assert_eq!(pauses, [30, 60, 120, 240, 300]);
        health.take(Sign::Up, true);
        assert_eq!(health.pause(), FIRST_PAUSE);
    }

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
