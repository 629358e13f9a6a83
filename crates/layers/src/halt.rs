//! The handle by which a run is told to end soon.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tokio::time::Instant;

/// Ends all waiting of the layers: for a turn, for the end of a hold, for the next attempt. Clones are the same handle.
///
/// What has been sent is waited for as ever, and a delivery that is under way goes on while it need not wait.
#[derive(Clone, Debug, Default)]
pub struct Halt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    halted: AtomicBool,
    wake: Notify,
}

impl Halt {
    /// A handle that nobody has used yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends all waiting, now and from now on.
    pub fn halt(&self) {
        self.0.halted.store(true, Ordering::SeqCst);
        self.0.wake.notify_waiters();
    }

    /// Whether the run was told to end.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.0.halted.load(Ordering::SeqCst)
    }

    /// Waits until then, or until the run is told to end; `false` in the second case.
    pub async fn sleep_until(&self, then: Instant) -> bool {
        tokio::time::timeout_at(then, self.halted()).await.is_err()
    }

    /// Waits until the run is told to end.
    pub async fn halted(&self) {
        let mut woken = std::pin::pin!(self.0.wake.notified());
        // Listen first and look then, or a call in between is missed.
        woken.as_mut().enable();
        if !self.is_halted() {
            woken.await;
        }
    }
}
