//! The tasks beside the lanes: claims are renewed and lost ones reaped also while every lane is busy.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::event::Event;
use super::lane::RENEWAL;
use super::shared::{PAUSE, Shared};
use crate::error::StoreError;

/// How often the claims of lost workers are looked for.
const REAPING: Duration = Duration::from_secs(10);

/// Renews what the lanes have claimed, for ever.
pub(super) async fn renew_on(shared: Arc<Shared>) {
    let mut wait = RENEWAL;
    loop {
        sleep(wait).await;
        let _turn = shared.renewing.lock().await;
        wait = match shared.renew().await {
            Ok(()) => RENEWAL,
            Err(error) => {
                shared.store_failed(error);
                PAUSE
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

/// Ends the claims of lost workers, for ever; never while it is not known which are this worker's.
pub(super) async fn reap_on(shared: Arc<Shared>) {
    loop {
        sleep(REAPING).await;
        if shared.knows_its_claims().await
            && let Err(error) = reap(&shared).await
        {
            shared.store_failed(error);
        }
    }
}
