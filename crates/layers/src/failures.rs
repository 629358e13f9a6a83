//! When a vendor counts as down, and for how long it is left alone: the rules of every breaker, with a store and without one.

use std::time::Duration;

use leadsink_core::{Error, ErrorKind};

/// So many failures in a row open the breaker.
const ENOUGH: u32 = 5;

/// For how long it is open, the first time and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// What an attempt tells about the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It answers, if only to refuse.
    Up,
    /// It does not, or it says that it is out of service.
    Down,
    /// Nothing: no request left.
    None,
}

impl Sign {
    /// What a result tells.
    #[must_use]
    pub fn of<T>(result: &Result<T, Error>) -> Self {
        use ErrorKind::{Connect, Deadline, Insecure, Interrupted, Request, Server, Stopped, Timeout, Unavailable};
        match result.as_ref().map_err(Error::kind) {
            Err(Connect | Interrupted | Server | Timeout | Unavailable) => Self::Down,
            Err(Deadline | Insecure | Request | Stopped) => Self::None,
            Ok(_) | Err(_) => Self::Up,
        }
    }
}

/// Counts the failures of a vendor in a row. Five open the breaker for 30 s; after that one failed trial is enough, and each
/// pause is twice as long as the last, up to five minutes, until the vendor answers.
#[derive(Clone, Debug, Default)]
pub struct Failures {
    /// Failures since the last answer, or since the breaker opened.
    in_a_row: u32,
    /// How often the breaker has opened since the last answer.
    opened: u32,
}

impl Failures {
    /// Takes a sign, and says whether the breaker should open.
    pub fn take(&mut self, sign: Sign, is_trial: bool) -> bool {
        match sign {
            Sign::Up => {
                *self = Self::default();
                false
            }
            Sign::Down => {
                self.in_a_row = self.in_a_row.saturating_add(1);
                is_trial || self.in_a_row >= ENOUGH
            }
            Sign::None => false,
        }
    }

    /// For how long the breaker is to be open now.
    #[must_use]
    pub fn pause(&self) -> Duration {
        FIRST_PAUSE.saturating_mul(1 << self.opened.min(8)).min(LONGEST_PAUSE)
    }

    /// The breaker opened.
    pub const fn opened(&mut self) {
        self.opened = self.opened.saturating_add(1);
        self.in_a_row = 0;
    }
}

#[cfg(test)]
mod tests {
    use leadsink_core::Disposition;

    use super::*;

    #[test]
    fn five_failures_in_a_row_open_the_breaker_and_one_failed_trial_does() {
        let mut failures = Failures::default();
        let signs = [Sign::Down, Sign::Down, Sign::Down, Sign::Down, Sign::Up, Sign::Down];
        assert!(signs.iter().all(|sign| !failures.take(*sign, false)));
        assert!(failures.take(Sign::Down, true));
        assert!(!failures.take(Sign::None, true));
        let opens: Vec<_> = (0..3).map(|_| failures.take(Sign::Down, false)).collect();
        assert_eq!(opens, [false, false, true]);
    }

    #[test]
    fn the_breaker_stays_open_longer_each_time_and_forgets_that_with_an_answer() {
        let mut failures = Failures::default();
        let mut pauses = Vec::new();
        for _ in 0..5 {
            pauses.push(failures.pause().as_secs());
            failures.opened();
        }
        assert_eq!(pauses, [30, 60, 120, 240, 300]);
        failures.take(Sign::Up, true);
        assert_eq!(failures.pause(), FIRST_PAUSE);
    }

    #[test]
    fn only_what_says_that_the_vendor_is_away_is_a_failure() {
        use ErrorKind::{
            Connect, Deadline, Forbidden, HtmlPage, InDoubt, Insecure, Interrupted, RateLimited, Refused, Request,
            Server, Stopped, Timeout, Unauthorized, Unavailable, Unfinished, Unreadable, WrongAddress,
        };
        let of = |kind| Sign::of::<()>(&Err(Error::new(kind, Disposition::Ambiguous, "")));
        for (sign, kinds) in [
            (Sign::Down, &[Connect, Interrupted, Server, Timeout, Unavailable][..]),
            (Sign::None, &[Deadline, Insecure, Request, Stopped]),
            (
                Sign::Up,
                &[
                    Forbidden,
                    HtmlPage,
                    InDoubt,
                    RateLimited,
                    Refused,
                    Unauthorized,
                    Unfinished,
                    Unreadable,
                    WrongAddress,
                ],
            ),
        ] {
            assert!(kinds.iter().all(|kind| of(*kind) == sign), "{sign:?}");
        }
        assert_eq!(Sign::of(&Ok(())), Sign::Up);
    }
}
