//! What keeps a worker from sending with a claim that may be another's by now: its lease ends by time, also while the process is
//! frozen, waits for a quota or cannot reach the store.

use std::collections::HashSet;
use std::sync::Arc;

use leadsink_core::{HttpRequest, HttpResponse, Sent, Transport, TransportError, TransportErrorKind};

use super::shared::Shared;
use crate::error::StoreError;
use crate::ids::Fence;
use crate::time::later;

impl Shared {
    /// Whether the store said less than a lease ago that a claim is this worker's. By the clock that follows one that is ahead,
    /// since a machine that slept counts no time.
    fn holds(&self, fence: Fence) -> bool {
        let now = self.now();
        self.claims().get(&fence).is_some_and(|until| now < *until)
    }

    /// Whether a claim is still this worker's. The store is asked where its lease may have ended.
    async fn still_holds(&self, fence: Fence) -> bool {
        if self.holds(fence) {
            return true;
        }
        let _turn = self.renewing.lock().await;
        // Another one may have asked for all of them.
        if self.holds(fence) {
            return true;
        }
        match self.renew().await {
            Ok(()) => self.holds(fence),
            Err(error) => {
                self.store_failed(error);
                false
            }
        }
    }

    /// Renews all claims, by whoever has the turn to.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn renew(&self) -> Result<(), StoreError> {
        let claims: Vec<_> = self.claims().keys().copied().collect();
        if claims.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let not_kept: HashSet<_> = self
            .store
            .renew(claims.clone(), self.lease, now)
            .await?
            .into_iter()
            .collect();
        let mut held = self.claims();
        // What is not kept is left to its former lease: a row may only have been locked. Whoever has one that is lost learns it when
        // it sends, begins or finishes; a request that is out is not called back.
        for fence in claims.into_iter().filter(|fence| !not_kept.contains(fence)) {
            // It may be over by now.
            if let Some(held) = held.get_mut(&fence) {
                *held = later(now, self.lease);
            }
        }
        Ok(())
    }

    /// Whether it is known of every claim whose it is. One whose lease may have ended is renewed first.
    pub(super) async fn knows_its_claims(&self) -> bool {
        let now = self.now();
        if self.claims().values().all(|until| now < *until) {
            return true;
        }
        let _turn = self.renewing.lock().await;
        let renewed = self.renew().await;
        renewed.map_err(|error| self.store_failed(error)).is_ok()
    }
}

/// The way out of one claim: nothing leaves by it once the claim may be another's.
#[derive(Debug)]
pub(super) struct Fenced {
    inner: Arc<dyn Transport>,
    shared: Arc<Shared>,
    fence: Fence,
}

impl Fenced {
    pub(super) fn new(inner: Arc<dyn Transport>, shared: Arc<Shared>, fence: Fence) -> Self {
        Self { inner, shared, fence }
    }
}

#[async_trait::async_trait]
impl Transport for Fenced {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if self.shared.still_holds(self.fence).await {
            return self.inner.send(request).await;
        }
        let message = "another worker may have the delivery by now, so nothing was sent";
        Err(TransportError::new(TransportErrorKind::Stopped, Sent::Nothing, message))
    }
}
