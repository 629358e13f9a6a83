//! What this worker has claimed, and for how long it is known to be its own.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use leadsink_core::Timestamp;

use super::clock::Clock;
use crate::ids::Fence;

/// The claims of all lanes.
#[derive(Debug)]
pub(super) struct Held {
    /// As it is told, also where it was set back: it goes on while the machine sleeps, which the time that the dispatcher goes by
    /// shows only once it is behind.
    clock: Arc<dyn Clock>,
    lease: Duration,
    claims: HashMap<Fence, Known>,
    /// Those that were let go of and may not be over.
    let_go: HashSet<Fence>,
}

/// What is known of a claim.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// By the time that never goes back.
    until: Timestamp,
    /// When the store was asked that said so, by the clock of the machine.
    said_at: Timestamp,
}

impl Held {
    pub(super) fn new(clock: Arc<dyn Clock>, lease: Duration) -> Self {
        Self {
            clock,
            lease,
            claims: HashMap::new(),
            let_go: HashSet::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.claims.len()
    }

    pub(super) fn fences(&self) -> Vec<Fence> {
        self.claims.keys().copied().collect()
    }

    pub(super) fn remove(&mut self, fence: &Fence) {
        self.claims.remove(fence);
    }

    /// Renews a claim no more that is not over.
    pub(super) fn let_go(&mut self, fence: &Fence) {
        self.claims.remove(fence);
        self.let_go.insert(*fence);
    }

    /// Those that were let go of.
    pub(super) fn take_let_go(&mut self) -> Vec<Fence> {
        self.let_go.drain().collect()
    }

    /// Whether the store said less than a lease ago that a claim is this worker's, by either clock.
    pub(super) fn holds(&self, fence: Fence, now: Timestamp) -> bool {
        let told = self.clock.now();
        self.claims
            .get(&fence)
            .is_some_and(|known| known.holds(now, told, self.lease))
    }

    /// Whether it did of all of them.
    pub(super) fn holds_all(&self, now: Timestamp) -> bool {
        let told = self.clock.now();
        self.claims.values().all(|known| known.holds(now, told, self.lease))
    }

    /// Keeps what the store has just claimed, asked at this time of either clock.
    pub(super) fn claimed(&mut self, claims: impl Iterator<Item = Fence>, until: Timestamp, said_at: Timestamp) {
        self.claims
            .extend(claims.map(|fence| (fence, Known { until, said_at })));
    }

    /// Keeps that a claim was renewed. It may be over by now.
    pub(super) fn renewed(&mut self, fence: Fence, until: Timestamp, said_at: Timestamp) {
        if let Some(known) = self.claims.get_mut(&fence) {
            *known = Known { until, said_at };
        }
    }
}

impl Known {
    fn holds(&self, now: Timestamp, told: Timestamp, lease: Duration) -> bool {
        // A clock that was set back says nothing.
        let since = Duration::try_from(told.duration_since(self.said_at)).unwrap_or_default();
        now < self.until && since < lease
    }
}
