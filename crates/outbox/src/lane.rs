//! A lane: all deliveries to one sink, and what lets them through or holds them up.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::Timestamp;

use crate::time::later;

/// What holds for all deliveries to one sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The configured name of the sink.
    pub sink: Arc<str>,
    /// Whether a person paused it.
    pub is_paused: bool,
    /// Why the account holds it up, if it does.
    pub hold: Option<String>,
    /// When the vendor takes requests again, where it said so.
    pub not_before: Option<Timestamp>,
    /// Whether the vendor seems to be down.
    pub breaker: Breaker,
    /// Goes up with each change of the breaker.
    pub generation: u32,
}

/// The circuit breaker of a lane, shared by all workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// Deliveries go through.
    Closed,
    /// None goes through before that time; then one does, to try.
    Open {
        /// The time.
        until: Timestamp,
    },
    /// One went through to try. When nobody says before that time what became of it, another one does.
    HalfOpen {
        /// The time.
        until: Timestamp,
    },
}

/// What a worker found out about the vendor, with the generation that it knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerReport {
    /// The generation that the lane had, or that came with the probe. A report about an older one is not heeded.
    pub generation: u32,
    /// Open until then, or closed.
    pub open_until: Option<Timestamp>,
}

/// Whether deliveries of a lane are let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// They are.
    Open,
    /// A person paused the lane.
    Paused,
    /// The account is at fault.
    Held,
    /// Not before this time: by the vendor's wish, the breaker or the quota.
    NotBefore(Timestamp),
}

impl Lane {
    /// A lane of which nothing is known.
    #[must_use]
    pub const fn new(sink: Arc<str>) -> Self {
        Self {
            sink,
            is_paused: false,
            hold: None,
            not_before: None,
            breaker: Breaker::Closed,
            generation: 0,
        }
    }

    /// Whether deliveries are let through now.
    #[must_use]
    pub fn gate(&self, now: Timestamp) -> Gate {
        if self.is_paused {
            return Gate::Paused;
        }
        if self.hold.is_some() {
            return Gate::Held;
        }
        let breaker = match self.breaker {
            Breaker::Closed => None,
            Breaker::Open { until } | Breaker::HalfOpen { until } => Some(until),
        };
        match self.not_before.max(breaker).filter(|until| now < *until) {
            Some(until) => Gate::NotBefore(until),
            None => Gate::Open,
        }
    }

    /// Whether one delivery alone may go through now, to try. The gate must be open.
    #[must_use]
    pub fn is_probing(&self) -> bool {
        self.breaker != Breaker::Closed
    }

    /// Lets one delivery through to try, and no other for so long; the number is for its report.
    pub fn probe(&mut self, now: Timestamp, trial: Duration) -> u32 {
        self.generation = self.generation.wrapping_add(1);
        self.breaker = Breaker::HalfOpen {
            until: later(now, trial),
        };
        self.generation
    }

    /// Takes a report, and says whether it was heeded.
    pub fn report(&mut self, report: BreakerReport) -> bool {
        if report.generation != self.generation {
            return false;
        }
        let next = match report.open_until {
            Some(until) => Breaker::Open { until },
            None => Breaker::Closed,
        };
        if next != self.breaker {
            self.generation = self.generation.wrapping_add(1);
            self.breaker = next;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_later_of_two_waits_counts() {
        let mut lane = Lane::new("main".into());
        assert_eq!(lane.gate(at(0)), Gate::Open);
        lane.not_before = Some(at(5));
        lane.breaker = Breaker::Open { until: at(9) };
        assert_eq!(lane.gate(at(4)), Gate::NotBefore(at(9)));
        assert_eq!(lane.gate(at(9)), Gate::Open);
        lane.is_paused = true;
        assert_eq!(lane.gate(at(9)), Gate::Paused);
    }

    #[test]
    fn a_report_about_an_older_generation_is_not_heeded() {
        let mut lane = Lane::new("main".into());
        let open = BreakerReport {
            generation: 0,
            open_until: Some(at(5)),
        };
        assert!(lane.report(open));
        assert!(!lane.report(open), "a second worker saw the same outage");
        let probe = lane.probe(at(5), Duration::from_secs(30));
        assert_eq!(lane.gate(at(6)), Gate::NotBefore(at(35)));
        assert!(!lane.report(BreakerReport {
            generation: 1,
            open_until: None
        }));
        assert!(lane.report(BreakerReport {
            generation: probe,
            open_until: None
        }));
        assert_eq!(lane.breaker, Breaker::Closed);
    }
}
