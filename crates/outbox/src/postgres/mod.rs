//! The store on PostgreSQL: any number of workers on any number of machines, one ledger.
//!
//! Leads are accepted in groups over one connection; what workers do goes over a few others, with as few round trips for many
//! deliveries as for one. Rows are locked by whoever changes them, and what is due is taken with `FOR UPDATE SKIP LOCKED`, so no
//! worker waits for another. A lease ends by time, by the clock of the server: the worker is not asked, it may be frozen or cut
//! off. So whatever it says goes with its fence.

mod accept;
mod address;
mod begin;
mod claim;
mod column;
mod control;
mod error;
mod event;
mod finish;
mod lane;
mod listen;
mod open;
mod place;
mod pool;
mod purge;
mod put;
mod queue;
mod read;
mod reap;
mod schema;
mod server;
pub(crate) mod side;
#[cfg(test)]
mod tests;

pub use crate::role::Role;
pub use address::Address;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{LeadId, Timestamp};

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
use crate::transfer::Mark;
use crate::view::{Count, LeadView, Page, Query};
use column::whole;
use listen::Ear;
use pool::{Pool, transact};
use queue::Accepts;
use server::Server;

/// How many connections there are for what workers do, and how many for questions.
const WORKS: usize = 4;
const READS: usize = 2;

/// The store on PostgreSQL. To be opened and used within a tokio runtime.
pub struct PostgresStore {
    role: Role,
    accepts: Accepts,
    works: Pool,
    /// Renewals wait for nothing else: a lease must not end because others are slow.
    keeps: Pool,
    reads: Pool,
    /// None but for a worker.
    ear: Option<Ear>,
}

impl PostgresStore {
    /// Opens an outbox, and makes its tables where there are none, unless it is only to be read.
    ///
    /// # Errors
    /// When the server cannot be reached or does not let the user in, is older than version 15 or is no place for an outbox, or
    /// when the tables are those of another program or of a newer version.
    pub async fn open(address: &Address, role: Role) -> Result<Self, StoreError> {
        let server = Arc::new(Server::new(address, role)?);
        let works = Pool::new(&server, WORKS);
        open::open(&works, role).await?;
        Ok(Self {
            role,
            accepts: Accepts::start(Arc::new(Pool::new(&server, 1))),
            works,
            keeps: Pool::new(&server, 1),
            reads: Pool::new(&server, READS),
            ear: match role {
                Role::Worker(_) => Some(Ear::new(server)),
                Role::Visitor | Role::Reader => None,
            },
        })
    }

    /// How many workers are at it. One that is just starting, or has lost its connection, is not among them.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub async fn workers(&self) -> Result<u64, StoreError> {
        transact!(self.reads, read, |db| listen::workers(&db))
    }

    /// What it says of a move that it has a part in.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub async fn mark(&self) -> Result<Option<Mark>, StoreError> {
        transact!(self.reads, read, |db| side::mark(&db))
    }

    fn worker(&self) -> Result<WorkerId, StoreError> {
        match self.role {
            Role::Worker(worker) => Ok(worker),
            Role::Visitor | Role::Reader => Err(StoreError::new(
                StoreErrorKind::NotAWorker,
                "the outbox is not open for a worker, so nothing of it can be delivered",
            )),
        }
    }

    fn may_write(&self) -> Result<(), StoreError> {
        if self.role == Role::Reader {
            let message = "the outbox is open for reading only, so nothing in it can be changed";
            return Err(StoreError::new(StoreErrorKind::ReadOnly, message));
        }
        Ok(())
    }

    const fn works(&self) -> &Pool {
        &self.works
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl LeadStore for PostgresStore {
    async fn accept(&self, leads: Vec<NewLead>, now: Timestamp) -> Result<Vec<Accepted>, StoreError> {
        self.may_write()?;
        self.accepts.accept(leads, whole(now)).await
    }

    async fn claim(&self, request: ClaimRequest, now: Timestamp) -> Result<Claims, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        transact!(self.works, write, |db| claim::claim(&db, worker, &request, now))
    }

    async fn begin(&self, attempts: Vec<Begin>, lease: Duration, now: Timestamp) -> Result<Vec<bool>, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        transact!(self.works, write, |db| begin::begin(&db, worker, &attempts, lease, now))
    }

    async fn renew(&self, claims: Vec<Fence>, lease: Duration, _now: Timestamp) -> Result<Vec<Fence>, StoreError> {
        let worker = self.worker()?;
        begin::renew(&self.keeps, worker, &claims, lease).await
    }

    async fn finish(&self, claims: Vec<Finish>, now: Timestamp) -> Result<Vec<Finished>, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        transact!(self.works, write, |db| finish::finish(&db, worker, &claims, now))
    }

    async fn callback(&self, event: VendorEvent) -> Result<EventTaken, StoreError> {
        self.may_write()?;
        transact!(self.works, write, |db| event::callback(&db, &event))
    }

    async fn reap(&self, limits: ReapLimits, now: Timestamp) -> Result<Reaped, StoreError> {
        let (worker, now) = (self.worker()?, whole(now));
        transact!(self.works, write, |db| reap::reap(&db, worker, &limits, now))
    }

    async fn take(&self, sink: &str, quotas: Vec<QuotaRule>, want: u32, now: Timestamp) -> Result<Grant, StoreError> {
        self.may_write()?;
        transact!(self.works, write, |db| lane::take(&db, sink, &quotas, want, now))
    }

    async fn breaker(&self, sink: &str, report: BreakerReport) -> Result<bool, StoreError> {
        self.may_write()?;
        transact!(self.works, write, |db| lane::report(&db, sink, report))
    }

    async fn control(&self, command: Control, now: Timestamp) -> Result<u64, StoreError> {
        self.may_write()?;
        let now = whole(now);
        if let Control::Purge { before } = command {
            return purge::purge(self, before).await;
        }
        transact!(self.works, write, |db| control::control(&db, &command, now))
    }

    async fn next_due(&self, sink: &str) -> Result<Option<Timestamp>, StoreError> {
        transact!(self.reads, read, |db| lane::next_due(&db, sink))
    }

    async fn woken(&self) {
        match &self.ear {
            Some(ear) => ear.hears().await,
            None => std::future::pending().await,
        }
    }

    async fn lead(&self, key: &LeadId, source: Option<&str>) -> Result<Vec<LeadView>, StoreError> {
        transact!(self.reads, read, |db| read::lead(&db, key, source))
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        transact!(self.reads, read, |db| read::list(&db, &query))
    }

    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        transact!(self.reads, read, |db| read::counts(&db))
    }

    async fn lanes(&self) -> Result<Vec<Lane>, StoreError> {
        transact!(self.reads, read, |db| lane::all(&db))
    }
}
