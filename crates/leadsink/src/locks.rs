//! One lock a lead id, kept only while somebody holds or awaits it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leadsink_core::LeadId;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Locks by lead id: the deliveries of one lead wait for each other, those of others do not.
#[derive(Debug, Default)]
pub(crate) struct KeyedLocks {
    locks: Mutex<HashMap<LeadId, Arc<AsyncMutex<()>>>>,
}

/// Holds the lock of one lead id, and takes it out of the table when nobody else wants it. Dropping a waiter does too.
pub(crate) struct KeyGuard<'a> {
    table: &'a KeyedLocks,
    id: &'a LeadId,
    held: Option<OwnedMutexGuard<()>>,
}

impl KeyedLocks {
    /// Waits until nobody else holds the lock of this lead id.
    pub(crate) async fn lock<'a>(&'a self, id: &'a LeadId) -> KeyGuard<'a> {
        let lock = Arc::clone(self.table().entry(id.clone()).or_default());
        let mut guard = KeyGuard {
            table: self,
            id,
            held: None,
        };
        guard.held = Some(lock.lock_owned().await);
        guard
    }

    fn table(&self) -> MutexGuard<'_, HashMap<LeadId, Arc<AsyncMutex<()>>>> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeyGuard<'_> {
    fn drop(&mut self) {
        self.held = None;
        let mut table = self.table.table();
        // A new waiter takes its reference under the table's lock, so nobody can come in between.
        if table.get(self.id).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            table.remove(self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> LeadId {
        LeadId::new(text).unwrap()
    }

    #[tokio::test]
    async fn the_same_id_waits_and_another_does_not() {
        let locks = KeyedLocks::default();
        let (one, two) = (id("1"), id("2"));
        let first = locks.lock(&one).await;
        let _other = locks.lock(&two).await;
        let second = tokio::select! {
            biased;
            guard = locks.lock(&one) => Some(guard),
            () = tokio::task::yield_now() => None,
        };
        assert!(second.is_none());
        drop(first);
        drop(locks.lock(&one).await);
    }

    #[tokio::test]
    async fn the_table_is_empty_when_nobody_waits() {
        let locks = KeyedLocks::default();
        drop(locks.lock(&id("1")).await);
        assert!(locks.table().is_empty());
    }
}
