//! The trait of all stores.

use std::fmt;
use std::time::Duration;

use leadsink_core::{LeadId, Timestamp};

use crate::accept::{Accepted, NewLead};
use crate::attempt::{Begin, Finish, Finished};
use crate::budget::{Grant, QuotaRule};
use crate::callback::{EventTaken, VendorEvent};
use crate::claim::{ClaimRequest, Claims};
use crate::control::Control;
use crate::error::StoreError;
use crate::ids::Fence;
use crate::lane::{BreakerReport, Lane};
use crate::rules::{ReapLimits, Reaped};
use crate::view::{Count, LeadView, Page, Query};

/// Keeps leads, their deliveries and every attempt. What a method changed is durable when it returns; when it returns an error
/// nothing of the call was stored.
///
/// A store has no clock and no randomness: both come with the call. A call whose future is dropped may be carried out all the
/// same. Answers come in the order of what was handed in.
#[async_trait::async_trait]
pub trait LeadStore: fmt::Debug + Send + Sync + 'static {
    /// Keeps leads and files their deliveries, which are due at once. A duplicate never fails the others.
    ///
    /// # Errors
    /// When the store fails.
    async fn accept(&self, leads: Vec<NewLead>, now: Timestamp) -> Result<Vec<Accepted>, StoreError>;

    /// Takes deliveries of a lane that are due, for slots that are free.
    ///
    /// # Errors
    /// When the store fails, or is not open for a worker.
    async fn claim(&self, request: ClaimRequest, now: Timestamp) -> Result<Claims, StoreError>;

    /// Writes attempts down before anything of them is sent. Where it says `false` the claim is no longer the caller's:
    /// nothing may be sent. A lease of which less than half is left begins anew.
    ///
    /// # Errors
    /// When the store fails, or is not open for a worker: nothing may be sent.
    async fn begin(&self, attempts: Vec<Begin>, lease: Duration, now: Timestamp) -> Result<Vec<bool>, StoreError>;

    /// Lets claims hold on, and gives those back that do not: they are no longer the caller's, or something else had them
    /// locked.
    ///
    /// # Errors
    /// When the store fails, or is not open for a worker.
    async fn renew(&self, claims: Vec<Fence>, lease: Duration, now: Timestamp) -> Result<Vec<Fence>, StoreError>;

    /// Ends claims. What comes too late is recorded and not dropped.
    ///
    /// # Errors
    /// When the store fails, or is not open for a worker.
    async fn finish(&self, claims: Vec<Finish>, now: Timestamp) -> Result<Vec<Finished>, StoreError>;

    /// Takes a vendor's late word, once for each event, also before the attempt is finished.
    ///
    /// # Errors
    /// When the store fails.
    async fn callback(&self, event: VendorEvent) -> Result<EventTaken, StoreError>;

    /// Ends the claims of workers that were lost.
    ///
    /// # Errors
    /// When the store fails, or is not open for a worker.
    async fn reap(&self, limits: ReapLimits, now: Timestamp) -> Result<Reaped, StoreError>;

    /// Takes so many requests of the lane's quotas, or as many as there are.
    ///
    /// # Errors
    /// When the store fails.
    async fn take(&self, sink: &str, quotas: Vec<QuotaRule>, want: u32, now: Timestamp) -> Result<Grant, StoreError>;

    /// Opens or closes the lane's breaker, and says whether the report was heeded.
    ///
    /// # Errors
    /// When the store fails.
    async fn breaker(&self, sink: &str, report: BreakerReport) -> Result<bool, StoreError>;

    /// Carries out a command, and says how much it changed.
    ///
    /// # Errors
    /// When the store fails.
    async fn control(&self, command: Control, now: Timestamp) -> Result<u64, StoreError>;

    /// When the next delivery of a lane can be claimed, by its own time and the lane's gate; none while the lane is paused or
    /// held, or nothing is due in it. It may lie in the past.
    ///
    /// # Errors
    /// When the store fails.
    async fn next_due(&self, sink: &str) -> Result<Option<Timestamp>, StoreError>;

    /// Waits until somebody else may have given something to do. A hint: it may come for nothing, and it may not come.
    async fn woken(&self) {
        std::future::pending().await
    }

    /// Every revision of a lead with all that was done about it, from one source or any.
    ///
    /// # Errors
    /// When the store fails.
    async fn lead(&self, key: &LeadId, source: Option<&str>) -> Result<Vec<LeadView>, StoreError>;

    /// Lists deliveries.
    ///
    /// # Errors
    /// When the store fails.
    async fn list(&self, query: Query) -> Result<Page, StoreError>;

    /// Counts deliveries by sink, state and conclusion, in this order. Costs little more with a long history.
    ///
    /// # Errors
    /// When the store fails.
    async fn counts(&self) -> Result<Vec<Count>, StoreError>;

    /// The lanes of which there is something to say, by sink.
    ///
    /// # Errors
    /// When the store fails.
    async fn lanes(&self) -> Result<Vec<Lane>, StoreError>;
}
