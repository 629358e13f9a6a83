//! What others tell a dispatcher while it works: to look, to end when all is done, to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use leadsink_layers::Halt;

use super::numbers::{Front, LaneNumbers};

/// Steers a dispatcher. Clones are the same handle.
#[derive(Clone, Debug, Default)]
pub struct Handle(Arc<State>);

#[derive(Debug, Default)]
struct State {
    halt: Halt,
    gives_up: Halt,
    drains: AtomicBool,
    lanes: Mutex<Vec<Arc<Front>>>,
}

impl Handle {
    /// A handle that nobody has used yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the dispatcher: nothing new is begun, what is in flight ends, the rest stays due. The second time it does not
    /// wait for what is in flight, which stays leased and is unknown at the next start.
    pub fn stop(&self) {
        if self.0.halt.is_halted() {
            self.0.gives_up.halt();
        } else {
            self.0.halt.halt();
        }
        self.wake();
    }

    /// Lets the dispatcher end when nothing is due any more, now or later. Lanes that are paused or held are not waited for.
    pub fn drain(&self) {
        self.0.drains.store(true, Ordering::SeqCst);
        self.wake();
    }

    /// Says that something may be due: what was accepted in this process is then taken at once, and within a second
    /// otherwise.
    pub fn wake(&self) {
        for lane in &*self.lanes() {
            lane.wake();
        }
    }

    /// What each lane has done so far.
    #[must_use]
    pub fn numbers(&self) -> Vec<LaneNumbers> {
        self.lanes().iter().map(|lane| lane.numbers()).collect()
    }

    /// Ends all waiting once the dispatcher is stopped: for the layers around its sinks.
    #[must_use]
    pub fn halt(&self) -> &Halt {
        &self.0.halt
    }

    pub(super) fn gives_up(&self) -> &Halt {
        &self.0.gives_up
    }

    pub(super) fn drains(&self) -> bool {
        self.0.drains.load(Ordering::SeqCst)
    }

    /// The sides of the lanes that others see.
    pub(super) fn fronts(&self) -> Vec<Arc<Front>> {
        self.lanes().clone()
    }

    pub(super) fn set_lanes(&self, lanes: Vec<Arc<Front>>) {
        *self.lanes() = lanes;
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Front>>> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
