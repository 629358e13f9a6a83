//! The time by which deliveries are due: the wall clock, as far as it can be trusted.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
    began: Timestamp,
    course: Mutex<Course>,
}

/// A clock that is ahead by more has jumped: the machine slept, or somebody set it.
const JUMP: Duration = Duration::from_secs(60);

#[derive(Debug)]
struct Course {
    last: Timestamp,
    instant: Instant,
    /// When the clock jumped, and by how much.
    jumps: Vec<(Timestamp, Duration)>,
}

impl Steady {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let began = clock.now();
        let course = Mutex::new(Course {
            last: began,
            instant: Instant::now(),
            jumps: Vec::new(),
        });
        Self { clock, began, course }
    }

    pub(super) fn now(&self) -> Timestamp {
        let mut course = self.course();
        // In this order: a pause between the two leaves the clock a little behind, never ahead for good.
        let told = self.clock.now();
        let instant = Instant::now();
        let passed = later(course.last, instant - course.instant);
        let ahead = Duration::try_from(told.duration_since(passed)).unwrap_or_default();
        if ahead > JUMP {
            course.jumps.push((passed, ahead));
        }
        (course.last, course.instant) = (told.max(passed), instant);
        course.last
    }

    /// What the clock of the machine tells, also where it was set back.
    pub(super) fn told(&self) -> Timestamp {
        self.clock.now()
    }

    /// From when something counts its age that began at this time: neither the time before this clock nor what it has jumped
    /// over since ages it. So a laptop that was closed overnight, or off, does not give up in the morning what failed in the
    /// evening.
    pub(super) fn aged_from(&self, began: Timestamp) -> Timestamp {
        let began = began.max(self.began);
        let course = self.course();
        let jumps = course.jumps.iter().filter(|(at, _)| began <= *at);
        jumps.fold(began, |began, (_, by)| later(began, *by))
    }

    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
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
        // What began before the jump has aged by 5 s, and what began after it by all that passes.
        assert_eq!(steady.aged_from(at(10_000)), at(19_995));
        assert_eq!(steady.aged_from(at(1)), at(19_995), "nobody worked before");
        assert_eq!(steady.aged_from(at(20_000)), at(20_000));
    }
}
