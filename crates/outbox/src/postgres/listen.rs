//! Tells the other workers that there may be something to do, and hears it from them. A hint only: each looks by itself as well.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::column::number;
use super::error::Failed;
use super::server::{Db, Server};
use crate::error::StoreErrorKind;

const TELL: &str = "SELECT pg_notify('leadsink_outbox', '')";
const LISTEN: &str = "LISTEN leadsink_outbox";

/// Whoever listens is a worker, which says so by a lock that is shared with the others, for as long as its connection lives. The
/// first number is `lead` in ASCII, the second one stands for the schema.
const SAY: &str = "SELECT pg_advisory_lock_shared(1818583396, 'outbox_version'::regclass::oid::integer)";
const KEEP_OUT: &str = "SELECT pg_advisory_lock(1818583396, 'outbox_version'::regclass::oid::integer)";
const SAID: &str = "
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = 1818583396::oid AND objid = 'outbox_version'::regclass::oid AND objsubid = 2
        AND mode = 'ShareLock' AND granted";

/// Tells the others, once what was written with it is committed.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn tell(db: &Db) -> Result<(), Failed> {
    db.query(TELL, &[]).await.map(drop)
}

/// How many workers there are.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn workers(db: &Db) -> Result<u64, Failed> {
    let row = db.row(SAID, &[]).await?.ok_or_else(Failed::internal)?;
    number(&row, 0)
}

/// Whether a connection has the outbox for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alone {
    Yes,
    No,
}

/// Keeps workers from saying that they are there, for as long as the connection lives, unless one is. A connection that has just
/// been closed is waited for.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn alone(db: &Db) -> Result<Alone, Failed> {
    db.batch("SET lock_timeout = '2s'").await?;
    let locked = db.batch(KEEP_OUT).await;
    db.batch("SET lock_timeout = '10s'").await?;
    match locked {
        Ok(()) => Ok(Alone::Yes),
        Err(failed) if failed.error.kind() == StoreErrorKind::Busy => Ok(Alone::No),
        Err(failed) => Err(failed),
    }
}

/// Hears from the others, with a connection of its own, until it is dropped.
pub(super) struct Ear {
    heard: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Ear {
    pub(super) fn new(server: Arc<Server>) -> Self {
        let heard = Arc::new(Notify::new());
        let task = tokio::spawn(listen(server, Arc::clone(&heard)));
        Self { heard, task }
    }

    /// Waits until there may be something to do.
    pub(super) async fn hears(&self) {
        self.heard.notified().await;
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Ear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ear").finish_non_exhaustive()
    }
}

async fn listen(server: Arc<Server>, heard: Arc<Notify>) {
    loop {
        // The server makes the pauses where it cannot be reached.
        let Ok((db, served)) = server.connect_hearing(Some(Arc::clone(&heard))).await else {
            continue;
        };
        if db.batch(SAY).await.is_ok() && db.batch(LISTEN).await.is_ok() {
            // Something may have been said while nobody listened.
            heard.notify_one();
            // The task ends with the connection, which the server or the network ends.
            let _ = served.await;
        }
    }
}
