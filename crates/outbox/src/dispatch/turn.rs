//! Who is in flight beside whom. All go side by side; a suspect, which may be what ended the workers before, goes alone, so that
//! no other pays for it when it does so again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::time::timeout;

/// So long a suspect waits for the others, while nothing new is begun: longer than most requests may take. One of the others may
/// be waiting for the quota of a day.
const PATIENCE: Duration = Duration::from_secs(35);

/// The turns of all lanes of a dispatcher. Who asked first goes first, so suspects hold up the other lanes one at a time, and
/// those do not hold up the suspects for ever.
#[derive(Debug, Default)]
pub(super) struct Turns(Arc<RwLock<()>>);

/// Held for as long as something is in flight.
#[derive(Debug)]
pub(super) enum Turn {
    Among(#[expect(dead_code, reason = "held until it is dropped")] OwnedRwLockReadGuard<()>),
    Alone(#[expect(dead_code, reason = "held until it is dropped")] OwnedRwLockWriteGuard<()>),
}

impl Turns {
    /// A turn beside others.
    pub(super) async fn among(&self) -> Turn {
        Turn::Among(Arc::clone(&self.0).read_owned().await)
    }

    /// A turn alone, or beside what takes too long.
    pub(super) async fn alone(&self) -> Turn {
        match timeout(PATIENCE, Arc::clone(&self.0).write_owned()).await {
            Ok(guard) => Turn::Alone(guard),
            Err(_) => self.among().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_suspect_waits_for_the_others_but_not_for_ever() {
        let turns = Turns::default();
        let (one, two) = (turns.among().await, turns.among().await);
        drop(one);
        assert!(matches!(turns.alone().await, Turn::Among(_)));
        drop(two);
        let alone = turns.alone().await;
        assert!(matches!(alone, Turn::Alone(_)));
        assert!(timeout(PATIENCE, turns.among()).await.is_err());
        drop(alone);
        turns.among().await;
    }
}
