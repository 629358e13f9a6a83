//! How much a lane has done since the dispatcher began.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::attempt::{Ending, Standing};
use crate::word::{Conclusion, State};

/// What a lane has done since the dispatcher began. What is due, dead or held in all is for
/// [`counts`](crate::LeadStore::counts) to say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaneNumbers {
    /// The configured name of the sink.
    pub sink: Arc<str>,
    /// Attempts that are under way.
    pub in_flight: u32,
    /// Attempts that were begun.
    pub attempts: u64,
    /// Deliveries that the vendor took: accepted, pending, updated, or there before.
    pub delivered: u64,
    /// Deliveries that it refused.
    pub refused: u64,
    /// Attempts whose answer nobody saw.
    pub unknown: u64,
    /// Deliveries put off to a later time.
    pub put_off: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// Deliveries left to a person.
    pub held: u64,
}

impl LaneNumbers {
    pub(super) const fn new(sink: Arc<str>) -> Self {
        Self {
            sink,
            in_flight: 0,
            attempts: 0,
            delivered: 0,
            refused: 0,
            unknown: 0,
            put_off: 0,
            dead: 0,
            held: 0,
        }
    }

    /// Counts a claim that is over.
    pub(super) fn ended(&mut self, ending: &Ending, standing: Standing) {
        if matches!(ending, Ending::Unknown { .. }) {
            self.unknown += 1;
        }
        match standing.state {
            State::Done if standing.conclusion == Some(Conclusion::Rejected) => self.refused += 1,
            State::Done | State::AwaitingCallback => self.delivered += 1,
            State::Due if matches!(ending, Ending::Absent { .. }) => {}
            State::Due | State::Leased => self.put_off += 1,
            State::Held => self.held += 1,
            State::Dead => self.dead += 1,
        }
    }
}

/// The side of a lane that others see: its numbers, and the bell that wakes it.
#[derive(Debug)]
pub(super) struct Front {
    numbers: Mutex<LaneNumbers>,
    bell: Notify,
    /// Whether the lane had nothing to do when it looked last.
    is_idle: AtomicBool,
}

impl Front {
    pub(super) fn new(sink: Arc<str>) -> Self {
        Self {
            numbers: Mutex::new(LaneNumbers::new(sink)),
            bell: Notify::new(),
            is_idle: AtomicBool::new(false),
        }
    }

    pub(super) fn wake(&self) {
        self.bell.notify_one();
    }

    /// Waits until somebody wakes the lane. A call while nobody waited counts.
    pub(super) async fn woken(&self) {
        self.bell.notified().await;
    }

    pub(super) fn set_idle(&self, is_idle: bool) {
        self.is_idle.store(is_idle, Ordering::SeqCst);
    }

    pub(super) fn is_idle(&self) -> bool {
        self.is_idle.load(Ordering::SeqCst)
    }

    pub(super) fn numbers(&self) -> LaneNumbers {
        self.lock().clone()
    }

    pub(super) fn count(&self, change: impl FnOnce(&mut LaneNumbers)) {
        change(&mut self.lock());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LaneNumbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
