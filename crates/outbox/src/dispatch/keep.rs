//! The tasks beside the lanes: claims are renewed and lost ones reaped also while every lane is busy.

use std::sync::Arc;

use tokio::time::sleep;

use super::event::Event;
use super::shared::{PAUSE, Shared};
use crate::error::StoreError;

/// Renews what the lanes have claimed, for ever.
pub(super) async fn renew_on(shared: Arc<Shared>) {
    let mut wait = shared.renewal();
    loop {
        sleep(wait).await;
        let _turn = shared.renewing.lock().await;
        wait = match shared.renew().await {
            Ok(()) => shared.renewal(),
            Err(error) => {
                shared.store_failed(error);
                PAUSE.min(shared.renewal())
            }
        };
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

/// Ends the claims of lost workers, for ever, as often as claims are renewed; never while it is not known which are this worker's.
pub(super) async fn reap_on(shared: Arc<Shared>) {
    loop {
        sleep(shared.renewal()).await;
        if shared.knows_its_claims().await
            && let Err(error) = reap(&shared).await
        {
            shared.store_failed(error);
        }
    }
}
