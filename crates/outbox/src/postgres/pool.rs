//! A few connections for calls that come at the same time, and what a transaction on one of them is.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::try_join;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

use super::column::get;
use super::error::Failed;
use super::server::{Db, Server};
use crate::error::{StoreError, StoreErrorKind};

/// So long a call may take in all. A connection that broke is noticed sooner.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// How often a transaction is tried in whose way another one was.
pub(super) const TRIES: u32 = 5;

/// How long to ask what became of a transaction when the connection broke as it was committed.
const INQUIRY: Duration = Duration::from_secs(20);

const WRITE: &str = "BEGIN";
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const NUMBER: &str = "SELECT pg_current_xact_id()::text";
/// A number that is yet to come was that of a server whose place another one has taken, which never got it. It is looked for below
/// one that is given now, since the highest that is over says nothing of one that is still being written to the disk.
const BECAME: &str = "
    SELECT CASE WHEN $1::text::xid8 >= pg_current_xact_id() THEN 'aborted'
        ELSE pg_xact_status($1::text::xid8) END";

/// How long the process of a broken connection may take to notice.
const PAUSE: Duration = Duration::from_millis(100);

/// Connections, opened when they are first needed.
pub(super) struct Pool {
    server: Arc<Server>,
    free: Mutex<Vec<Arc<Db>>>,
    permits: Semaphore,
}

impl Pool {
    pub(super) fn new(server: &Arc<Server>, size: usize) -> Self {
        Self {
            server: Arc::clone(server),
            free: Mutex::default(),
            permits: Semaphore::new(size),
        }
    }

    fn free(&self) -> MutexGuard<'_, Vec<Arc<Db>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn write(&self) -> Result<Transaction<'_>, Failed> {
        self.begin(true).await
    }

    /// Begins a transaction that reads, and sees all as it is now.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn read(&self) -> Result<Transaction<'_>, Failed> {
        self.begin(false).await
    }

    async fn begin(&self, writes: bool) -> Result<Transaction<'_>, Failed> {
        loop {
            let permit = self.permits.acquire().await.map_err(|_| Failed::internal())?;
            let kept = self.free().pop();
            let is_old = kept.is_some();
            let db = match kept {
                Some(db) => db,
                None => Arc::new(self.server.connect().await?),
            };
            let mut transaction = Transaction {
                pool: self,
                db,
                number: None,
                is_over: false,
                _permit: permit,
            };
            match timeout(PATIENCE, transaction.open(writes)).await {
                Ok(Ok(())) => return Ok(transaction),
                // It broke while nobody used it.
                Ok(Err(failed)) if is_old && (failed.is_lost || transaction.db.is_closed()) => {}
                Ok(Err(failed)) => return Err(failed),
                Err(_) => return Err(Failed::lost("it does not answer")),
            }
        }
    }

    /// What became of a transaction whose connection broke as it was committed. The server knows, unless it has crashed: it gives
    /// the numbers anew then that had not reached its disk, so that the one which was committed may be another's.
    async fn inquire(&self, number: &str, run: &str) -> Result<(), Failed> {
        let until = Instant::now() + INQUIRY;
        while Instant::now() < until {
            match self.ask(number).await {
                Ok((Some(became), now)) if became == "committed" && now == run => return Ok(()),
                Ok((Some(became), _)) if became == "committed" => break,
                Ok((Some(became), _)) if became == "aborted" => {
                    return Err(Failed {
                        may_pass_at_once: true,
                        ..Failed::lost("it broke")
                    });
                }
                Ok(_) | Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
        let message =
            "the connection to the database server broke, and whether this was stored is not known; try again";
        Err(StoreError::new(StoreErrorKind::Io, message).into())
    }

    /// What became of a transaction, and which run of the server says so.
    async fn ask(&self, number: &str) -> Result<(Option<String>, String), Failed> {
        let db = self.server.connect().await?;
        let became = match db.row(BECAME, &[&number]).await? {
            Some(row) => get(&row, 0)?,
            None => None,
        };
        Ok((became, db.run))
    }
}

/// A transaction on a connection. Dropped without an end it takes the connection with it, so that the server undoes it.
pub(super) struct Transaction<'p> {
    pool: &'p Pool,
    db: Arc<Db>,
    number: Option<String>,
    is_over: bool,
    _permit: SemaphorePermit<'p>,
}

impl Deref for Transaction<'_> {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Transaction<'_> {
    async fn open(&mut self, writes: bool) -> Result<(), Failed> {
        if !writes {
            return self.db.batch(READ).await;
        }
        // On the way together, in this order.
        let ((), number) = try_join(self.db.batch(WRITE), self.db.row(NUMBER, &[])).await?;
        self.number = match &number {
            Some(row) => Some(get(row, 0)?),
            None => None,
        };
        Ok(())
    }

    /// Commits what was done, or undoes it.
    ///
    /// # Errors
    /// As the work has them, or when it could not be committed.
    pub(super) async fn end<T>(mut self, done: Result<T, Failed>) -> Result<T, Failed> {
        let value = match done {
            Ok(value) => value,
            Err(failed) => {
                self.is_over = !failed.is_lost && self.db.batch("ROLLBACK").await.is_ok();
                return Err(failed);
            }
        };
        let committed = match timeout(PATIENCE, self.db.batch("COMMIT")).await {
            Ok(committed) => committed,
            Err(_) => Err(Failed::lost("it does not answer")),
        };
        match (committed, &self.number) {
            (Ok(()), _) => {
                self.is_over = true;
                Ok(value)
            }
            (Err(failed), Some(number)) if failed.is_lost || self.db.is_closed() => {
                self.pool.inquire(number, &self.db.run).await.map(|()| value)
            }
            (Err(failed), _) => Err(failed),
        }
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.is_over && !self.db.is_closed() {
            self.pool.free().push(Arc::clone(&self.db));
        }
    }
}

/// Carries out work in a transaction, and once more where another one was in its way.
macro_rules! transact {
    ($pool:expr, $sort:ident, |$db:ident| $work:expr) => {{
        let mut tries = 1;
        loop {
            let $db = $pool.$sort().await?;
            let done = match tokio::time::timeout($crate::postgres::pool::PATIENCE, $work).await {
                Ok(done) => done,
                Err(_) => Err($crate::postgres::error::Failed::lost("it does not answer")),
            };
            match $db.end(done).await {
                Err(failed) if failed.may_pass_at_once && tries < $crate::postgres::pool::TRIES => tries += 1,
                ended => break ended.map_err($crate::error::StoreError::from),
            }
        }
    }};
}
pub(super) use transact;
