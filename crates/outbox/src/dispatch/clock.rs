//! The time by which deliveries are due: the wall clock, as far as it can be trusted.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use leadsink_core::Timestamp;
use tokio::time::Instant;

use crate::time::later;

/// Tells the time of day.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that never stands still and never goes back: what is due in a minute is due in a minute, also when somebody sets
/// the machine's clock back by an hour. It follows a clock that is ahead, since a machine that slept counts no time.
#[derive(Debug)]
pub(super) struct Steady {
    clock: Arc<dyn Clock>,
    last: Mutex<(Timestamp, Instant)>,
}

impl Steady {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let last = Mutex::new((clock.now(), Instant::now()));
        Self { clock, last }
    }

    pub(super) fn now(&self) -> Timestamp {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // In this order: a pause between the two leaves the clock a little behind, never ahead for good.
        let told = self.clock.now();
        let instant = Instant::now();
        let now = told.max(later(last.0, instant - last.1));
        *last = (now, instant);
        now
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[derive(Debug)]
    struct Told(Mutex<Timestamp>);

    impl Clock for Told {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_follows_a_clock_that_is_ahead_and_not_one_that_was_set_back() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let told = Arc::new(Told(Mutex::new(at(10_000))));
        let steady = Steady::new(told.clone());
        assert_eq!(steady.now(), at(10_000));
        *told.0.lock().unwrap() = at(6_400);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(steady.now(), at(10_005));
        *told.0.lock().unwrap() = at(20_000);
        assert_eq!(steady.now(), at(20_000));
    }
}
