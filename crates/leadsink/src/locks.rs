//! One lock a delivery, kept only while somebody holds or awaits it.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leadsink_core::{ByDelivery, DeliveryId};
use tokio::sync::oneshot;

type Held = HashMap<DeliveryId, VecDeque<oneshot::Sender<KeyGuard>>, ByDelivery>;

/// Locks by delivery: those of one lead to one sink wait for each other, in their order; others do not.
#[derive(Debug, Default)]
pub(crate) struct KeyedLocks {
    /// Who waits for what is held. What nobody holds is not in it.
    held: Mutex<Held>,
}

/// Holds the lock of one delivery. Dropping it, or a waiter that was just given it, hands it to the next one.
#[derive(Debug)]
pub(crate) struct KeyGuard {
    table: Arc<KeyedLocks>,
    id: DeliveryId,
}

impl KeyedLocks {
    /// Waits until nobody else holds the lock of this delivery.
    pub(crate) async fn lock(self: &Arc<Self>, id: DeliveryId) -> KeyGuard {
        loop {
            let turn = match self.held().entry(id) {
                Entry::Vacant(free) => {
                    free.insert(VecDeque::new());
                    return self.guard(id);
                }
                Entry::Occupied(mut held) => {
                    let (to, turn) = oneshot::channel();
                    held.get_mut().push_back(to);
                    turn
                }
            };
            if let Ok(guard) = turn.await {
                return guard;
            }
        }
    }

    fn guard(self: &Arc<Self>, id: DeliveryId) -> KeyGuard {
        KeyGuard {
            table: Arc::clone(self),
            id,
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeyGuard {
    fn drop(&mut self) {
        let next = {
            let mut held = self.table.held();
            let Entry::Occupied(mut waiting) = held.entry(self.id) else {
                return;
            };
            loop {
                match waiting.get_mut().pop_front() {
                    Some(next) if next.is_closed() => {}
                    Some(next) => break Some(next),
                    None => {
                        waiting.remove();
                        break None;
                    }
                }
            }
        };
        if let Some(next) = next {
            // Who does not wait any more gives it back, and dropping it hands it on.
            drop(next.send(self.table.guard(self.id)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;
    use leadsink_core::LeadId;

    use super::*;

    fn id(text: &str) -> DeliveryId {
        DeliveryId::new(&LeadId::new(text).unwrap(), "main")
    }

    #[tokio::test]
    async fn the_same_id_waits_and_another_does_not() {
        let locks = Arc::new(KeyedLocks::default());
        let first = locks.lock(id("1")).await;
        let _other = locks.lock(id("2")).await;
        let mut second = pin!(locks.lock(id("1")));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        drop(second.await);
    }

    #[tokio::test]
    async fn one_that_waits_no_more_holds_nobody_up() {
        let locks = Arc::new(KeyedLocks::default());
        let first = locks.lock(id("1")).await;
        let mut third = pin!(locks.lock(id("1")));
        {
            let mut second = pin!(locks.lock(id("1")));
            assert!(second.as_mut().now_or_never().is_none());
            assert!(third.as_mut().now_or_never().is_none());
            // The second is given the lock and goes without having taken it.
            drop(first);
        }
        drop(third.await);
        assert!(locks.held().is_empty());
    }
}
