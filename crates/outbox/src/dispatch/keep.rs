//! The tasks beside the lanes: claims are renewed and lost ones reaped also while every lane is busy.

use std::sync::Arc;

use tokio::time::sleep;

use super::event::Event;
use super::shared::Shared;
use crate::error::StoreError;

/// Renews what the lanes have claimed, for ever.
pub(super) async fn renew(shared: Arc<Shared>) {
    loop {
        sleep(shared.renewal()).await;
        let claims: Vec<_> = shared.claims().iter().copied().collect();
        if claims.is_empty() {
            continue;
        }
        match shared.store.renew(claims, shared.lease, shared.now()).await {
            // Whoever has one learns it when it begins or finishes; a request that is out is not called back.
            Ok(lost) => {
                let mut claims = shared.claims();
                for fence in lost {
                    claims.remove(&fence);
                }
            }
            Err(error) => shared.store_failed(error),
        }
    }
}

/// Ends the claims of lost workers, once.
///
/// # Errors
/// When the store fails.
pub(super) async fn reap(shared: &Shared) -> Result<(), StoreError> {
    let reaped = shared.store.reap(shared.limits.clone(), shared.now()).await?;
    if reaped != crate::rules::Reaped::default() {
        shared.observer.observe(&Event::Reaped(reaped));
        shared.handle.wake();
    }
    Ok(())
}

/// Ends the claims of lost workers, for ever, as often as claims are renewed.
pub(super) async fn reap_on(shared: Arc<Shared>) {
    loop {
        sleep(shared.renewal()).await;
        if let Err(error) = reap(&shared).await {
            shared.store_failed(error);
        }
    }
}
