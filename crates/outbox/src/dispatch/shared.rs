//! What all lanes of a dispatcher have in common: the store and how it is spoken to, the clock, the randomness.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leadsink_core::Timestamp;
use leadsink_layers::Randomness;
use tokio::time::sleep;

use super::batch::Batch;
use super::clock::Steady;
use super::event::{Event, Observer};
use super::handle::Handle;
use super::held::Held;
use super::turn::Turns;
use crate::attempt::{Begin, Finish, Finished};
use crate::error::{StoreError, StoreErrorKind};
use crate::rules::ReapLimits;
use crate::store::LeadStore;

/// For how long a claim holds unless it is told otherwise.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// A lease that were shorter would have ended before it is renewed.
pub(super) const SHORTEST: Duration = Duration::from_secs(1);

/// A claim is renewed so often while it holds.
const RENEWALS: u32 = 3;

/// How long to wait after the store failed.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// How often the store is tried once the dispatcher was stopped.
const LAST_TRIES: u32 = 5;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Arc<dyn LeadStore>,
    /// For how long a claim holds.
    pub(super) lease: Duration,
    pub(super) clock: Steady,
    pub(super) random: Randomness,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) handle: Handle,
    pub(super) begins: Batch<Begin, bool>,
    pub(super) ends: Batch<Finish, Finished>,
    pub(super) limits: ReapLimits,
    pub(super) turns: Turns,
    /// What the lanes have claimed, and until when it is theirs as far as is known.
    pub(super) claimed: Mutex<Held>,
    /// The turn to renew it.
    pub(super) renewing: tokio::sync::Mutex<()>,
    /// How often that failed.
    pub(super) renewals_failed: AtomicU64,
    /// Why the store failed for good.
    pub(super) failed: Mutex<Option<StoreError>>,
    /// Nothing was due in any lane of a run that drains.
    pub(super) drained: AtomicBool,
}

impl Shared {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How often claims are renewed, and those of lost workers looked for.
    pub(super) fn renewal(&self) -> Duration {
        self.lease / RENEWALS
    }

    /// From when a delivery that failed first at this time counts its age.
    pub(super) fn aged_from(&self, first_failed_at: Option<Timestamp>) -> Option<Timestamp> {
        first_failed_at.map(|at| self.clock.aged_from(at))
    }

    pub(super) fn is_halted(&self) -> bool {
        self.handle.halt().is_halted()
    }

    /// Whether no more is to be claimed.
    pub(super) fn is_over(&self) -> bool {
        self.is_halted() || self.drained.load(Ordering::SeqCst)
    }

    /// The claims that are to be renewed.
    pub(super) fn claims(&self) -> MutexGuard<'_, Held> {
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out a call until the store does: what it is to keep is known nowhere else. None when the store has failed for
    /// good, which ends the dispatcher.
    pub(super) async fn until_kept<T, F>(&self, mut call: impl FnMut() -> F) -> Option<T>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut tries = 0;
        loop {
            let error = match call().await {
                Ok(kept) => return Some(kept),
                Err(error) => error,
            };
            tries += 1;
            if !may_pass(&error) || (self.is_halted() && tries >= LAST_TRIES) {
                self.fail(error);
                return None;
            }
            self.observer.observe(&Event::StoreFailed(&error));
            sleep(PAUSE).await;
        }
    }

    /// Tells of an error of the store, and ends the dispatcher where it will not pass.
    pub(super) fn store_failed(&self, error: StoreError) {
        if may_pass(&error) {
            self.observer.observe(&Event::StoreFailed(&error));
        } else {
            self.fail(error);
        }
    }

    /// Ends the dispatcher, since the store has failed for good.
    fn fail(&self, error: StoreError) {
        self.observer.observe(&Event::StoreFailed(&error));
        self.failure().get_or_insert(error);
        self.handle.halt().halt();
        self.handle.wake();
    }

    /// Why the store failed for good.
    pub(super) fn failure(&self) -> MutexGuard<'_, Option<StoreError>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the store may work again without anybody's doing to this process.
fn may_pass(error: &StoreError) -> bool {
    matches!(
        error.kind(),
        StoreErrorKind::Busy | StoreErrorKind::Full | StoreErrorKind::Io
    )
}
