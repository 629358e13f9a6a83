//! The embedded store: one SQLite file, one worker, any number of readers.
//!
//! One thread writes and commits in groups; two read beside it. The file is in WAL mode with `synchronous=FULL`: what was
//! answered survives a loss of power. A lease ends with its worker and not by time, since the lock file proves that no other
//! worker lives; so a laptop that slept, or a clock that was set, takes nothing from a worker.

mod accept;
mod claim;
mod column;
mod control;
mod error;
mod event;
mod finish;
mod lane;
mod lock;
mod open;
mod purge;
mod read;
mod reap;
mod schema;
pub(crate) mod side;
#[cfg(test)]
mod tests;
mod thread;

pub use crate::role::Role;
pub use lock::worker_process;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use leadsink_core::{LeadId, Timestamp};
use rusqlite::Connection;

use crate::accept::{Accepted, NewLead};
use crate::attempt::{Begin, Finish, Finished};
use crate::budget::{Grant, QuotaRule};
use crate::callback::{EventTaken, VendorEvent};
use crate::claim::{ClaimRequest, Claims};
use crate::control::Control;
use crate::error::{StoreError, StoreErrorKind};
use crate::ids::{Fence, WorkerId};
use crate::lane::{BreakerReport, Lane};
use crate::rules::{ReapLimits, Reaped};
use crate::store::LeadStore;
use crate::transfer::{Mark, MarkKind};
use crate::view::{Count, LeadView, Page, Query};
use column::whole;
use thread::{Mode, Thread};

/// The embedded store. Dropped, it finishes what it was asked and waits for that.
#[derive(Debug)]
pub struct SqliteStore {
    worker: Option<WorkerId>,
    // Closed before the writer, which as the last one can bring all into the one file.
    readers: [Thread; 2],
    turn: AtomicUsize,
    // None for a reader.
    writer: Option<Thread>,
}

impl SqliteStore {
    /// Opens an outbox, and makes one where there is no file, unless it is only to be read. Reads and writes files, so it
    /// blocks.
    ///
    /// # Errors
    /// When the file cannot be opened, is no outbox or one of a newer version, or another worker has it.
    pub fn open(path: impl AsRef<Path>, role: Role) -> Result<Self, StoreError> {
        let opened = open::open(path.as_ref(), role)?;
        let [first, second] = opened.readers;
        let writer = match opened.writer {
            Some(db) => Some(Thread::start(db, Mode::Write, opened.lock)?),
            None => None,
        };
        Ok(Self {
            worker: match role {
                Role::Worker(worker) => Some(worker),
                Role::Visitor | Role::Reader => None,
            },
            writer,
            readers: [
                Thread::start(first, Mode::Read, ())?,
                Thread::start(second, Mode::Read, ())?,
            ],
            turn: AtomicUsize::new(0),
        })
    }

    /// What it says of a move that it has a part in.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn mark(&self) -> Result<Option<Mark>, StoreError> {
        let Some((kind, place, id, at)) = self.read(side::marked).await? else {
            return Ok(None);
        };
        Ok(Some(Mark {
            kind: MarkKind::parse(&kind)?,
            place,
            id: uuid::Uuid::from_bytes(id),
            at: at.0,
        }))
    }

    fn worker(&self) -> Result<WorkerId, StoreError> {
        self.worker.ok_or_else(|| {
            StoreError::new(
                StoreErrorKind::NotAWorker,
                "the outbox is not open for a worker, so nothing of it can be delivered",
            )
        })
    }

    async fn write<T, W>(&self, weight: usize, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let writer = self.writer.as_ref().ok_or_else(|| {
            let message = "the outbox is open for reading only, so nothing in it can be changed";
            StoreError::new(StoreErrorKind::ReadOnly, message)
        })?;
        writer.call(weight, work).await
    }

    async fn read<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let [first, second] = &self.readers;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let reader = if turn.is_multiple_of(2) { first } else { second };
        reader.call(1, work).await
    }
}

#[async_trait::async_trait]
impl LeadStore for SqliteStore {
    async fn accept(&self, leads: Vec<NewLead>, now: Timestamp) -> Result<Vec<Accepted>, StoreError> {
        let now = whole(now);
        self.write(leads.len(), move |db| {
            leads.iter().map(|lead| accept::accept(db, lead, now)).collect()
        })
        .await
    }

    async fn claim(&self, request: ClaimRequest, now: Timestamp) -> Result<Claims, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        self.write(request.slots as usize, move |db| {
            claim::claim(db, worker, &request, now)
        })
        .await
    }

    async fn begin(&self, attempts: Vec<Begin>, _lease: Duration, now: Timestamp) -> Result<Vec<bool>, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        self.write(attempts.len(), move |db| {
            attempts
                .iter()
                .map(|begin| claim::begin(db, worker, begin, now))
                .collect()
        })
        .await
    }

    async fn renew(&self, claims: Vec<Fence>, _lease: Duration, _now: Timestamp) -> Result<Vec<Fence>, StoreError> {
        let worker = self.worker()?;
        self.read(move |db| claim::lost(db, worker, &claims)).await
    }

    async fn finish(&self, claims: Vec<Finish>, now: Timestamp) -> Result<Vec<Finished>, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        self.write(claims.len(), move |db| {
            claims
                .iter()
                .map(|claim| finish::finish(db, worker, claim, now))
                .collect()
        })
        .await
    }

    async fn callback(&self, event: VendorEvent) -> Result<EventTaken, StoreError> {
        self.write(1, move |db| event::callback(db, &event)).await
    }

    async fn reap(&self, limits: ReapLimits, now: Timestamp) -> Result<Reaped, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        self.write(1, move |db| reap::reap(db, worker, &limits, now)).await
    }

    async fn take(&self, sink: &str, quotas: Vec<QuotaRule>, want: u32, now: Timestamp) -> Result<Grant, StoreError> {
        let sink = Box::from(sink);
        self.write(1, move |db| lane::take(db, &sink, &quotas, want, now)).await
    }

    async fn breaker(&self, sink: &str, report: BreakerReport) -> Result<bool, StoreError> {
        let sink = Box::from(sink);
        self.write(1, move |db| lane::report(db, &sink, report)).await
    }

    async fn control(&self, command: Control, now: Timestamp) -> Result<u64, StoreError> {
        let now = whole(now);
        if let Control::Purge { before } = command {
            return purge::purge(self, before).await;
        }
        self.write(1, move |db| control::control(db, &command, now)).await
    }

    async fn next_due(&self, sink: &str) -> Result<Option<Timestamp>, StoreError> {
        let sink = Box::from(sink);
        self.read(move |db| lane::next_due(db, &sink)).await
    }

    async fn lead(&self, key: &LeadId, source: Option<&str>) -> Result<Vec<LeadView>, StoreError> {
        let (key, source) = (key.clone(), source.map(Box::<str>::from));
        self.read(move |db| read::lead(db, &key, source.as_deref())).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.read(move |db| read::list(db, &query)).await
    }

    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        self.read(read::counts).await
    }

    async fn lanes(&self) -> Result<Vec<Lane>, StoreError> {
        self.read(lane::all).await
    }
}
