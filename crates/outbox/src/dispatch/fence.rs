//! What keeps a worker from sending with a claim that may be another's by now: its lease ends by time, also while the process is
//! frozen, waits for a quota or cannot reach the store.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use leadsink_core::{HttpRequest, HttpResponse, Sent, Transport, TransportError, TransportErrorKind};

use super::shared::Shared;
use crate::error::StoreError;
use crate::ids::Fence;
use crate::time::later;

impl Shared {
    fn holds(&self, fence: Fence) -> bool {
        let now = self.now();
        self.claims().holds(fence, now)
    }

    /// Whether a claim is still this worker's. The store is asked where its lease may have ended.
    async fn still_holds(&self, fence: Fence) -> bool {
        if self.holds(fence) {
            return true;
        }
        let failed = self.renewals_failed();
        let _turn = self.renewing.lock().await;
        // Another one may have asked for all of them.
        if self.holds(fence) {
            return true;
        }
        self.has_renewed(failed).await && self.holds(fence)
    }

    fn renewals_failed(&self) -> u64 {
        self.renewals_failed.load(Ordering::SeqCst)
    }

    /// Renews all claims, by one that has the turn to and has seen so many failures before it waited for that. A failure meanwhile
    /// is its own, too: where each found out by itself that the store is away, the last of many would wait for minutes.
    async fn has_renewed(&self, failed: u64) -> bool {
        if self.renewals_failed() != failed {
            return false;
        }
        let renewed = self.renew().await;
        renewed.map_err(|error| self.store_failed(error)).is_ok()
    }

    /// Renews all claims, by whoever has the turn to.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn renew(&self) -> Result<(), StoreError> {
        let claims = self.claims().fences();
        if claims.is_empty() {
            return Ok(());
        }
        let (said_at, now) = (self.clock.told(), self.now());
        let renewed = self.store.renew(claims.clone(), self.lease, now).await;
        let not_kept: HashSet<_> = match renewed {
            Ok(not_kept) => not_kept.into_iter().collect(),
            Err(error) => {
                self.renewals_failed.fetch_add(1, Ordering::SeqCst);
                return Err(error);
            }
        };
        let mut held = self.claims();
        // What is not kept is left to its former lease: a row may only have been locked. Whoever has one that is lost learns it when
        // it sends, begins or finishes; a request that is out is not called back.
        for fence in claims.into_iter().filter(|fence| !not_kept.contains(fence)) {
            held.renewed(fence, later(now, self.lease), said_at);
        }
        Ok(())
    }

    /// How many of the claims that were let go of nobody has taken up meanwhile, for whoever comes next to take up at once. All of
    /// them where the store does not tell.
    pub(super) async fn still_claimed(&self) -> usize {
        let let_go = self.claims().take_let_go();
        if let_go.is_empty() {
            return 0;
        }
        let all = let_go.len();
        let lost = self.store.renew(let_go, Duration::ZERO, self.now()).await;
        all - lost.map_or(0, |lost| lost.len())
    }

    /// Whether it is known of every claim whose it is. One whose lease may have ended is renewed first.
    pub(super) async fn knows_its_claims(&self) -> bool {
        let now = self.now();
        if self.claims().holds_all(now) {
            return true;
        }
        let failed = self.renewals_failed();
        let _turn = self.renewing.lock().await;
        self.has_renewed(failed).await
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
