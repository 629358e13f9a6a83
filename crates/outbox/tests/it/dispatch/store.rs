//! The embedded store in paused time, with faults on demand. The store answers from threads of its own, which the paused clock
//! does not know: it runs on while it waits for a blocking task only.

use std::collections::VecDeque;
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leadsink_core::{LeadId, Timestamp};
use leadsink_outbox::{
    Accepted, Begin, BreakerReport, ClaimRequest, Claims, Control, Count, EventTaken, Fence, Finish, Finished, Grant,
    Lane, LeadStore, LeadView, NewLead, Page, Query, QuotaRule, ReapLimits, Reaped, SqliteStore, StoreError,
    StoreErrorKind, VendorEvent,
};

#[derive(Debug)]
pub(crate) struct Paused {
    inner: Arc<SqliteStore>,
    path: PathBuf,
    /// The next calls that fail, by name.
    pub(crate) faults: Mutex<VecDeque<&'static str>>,
    /// The call that fails each time, and not for want of room.
    pub(crate) broken: Mutex<Option<&'static str>>,
    /// The call before which another worker takes what this one has claimed, once.
    pub(crate) taken_before: Mutex<Option<&'static str>>,
    pub(crate) renewals: AtomicU32,
    /// How long one takes, also one that fails.
    pub(crate) renewal_takes: Mutex<Duration>,
    pub(crate) reaps: AtomicU32,
}

impl Paused {
    pub(crate) fn new(inner: SqliteStore, path: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::new(inner),
            path,
            faults: Mutex::default(),
            broken: Mutex::default(),
            taken_before: Mutex::default(),
            renewals: AtomicU32::new(0),
            renewal_takes: Mutex::default(),
            reaps: AtomicU32::new(0),
        })
    }

    fn fault(&self, call: &str) -> Result<(), StoreError> {
        if *self.broken.lock().unwrap() == Some(call) {
            return Err(StoreError::new(StoreErrorKind::Corrupt, "it is damaged"));
        }
        let is_taken = self.taken_before.lock().unwrap().take_if(|before| *before == call);
        if is_taken.is_some() {
            let db = rusqlite::Connection::open(&self.path).unwrap();
            let take = "UPDATE delivery SET lease_owner = zeroblob(16) WHERE state = 'leased'";
            db.execute(take, []).unwrap();
        }
        let mut faults = self.faults.lock().unwrap();
        if faults.front() == Some(&call) {
            faults.pop_front();
            return Err(StoreError::new(StoreErrorKind::Full, "there is no room left"));
        }
        Ok(())
    }

    async fn wait<T, F>(&self, name: &str, call: impl FnOnce(Arc<SqliteStore>) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        self.fault(name)?;
        let runtime = tokio::runtime::Handle::current();
        let call = call(Arc::clone(&self.inner));
        tokio::task::spawn_blocking(move || runtime.block_on(call))
            .await
            .unwrap()
    }
}

#[async_trait::async_trait]
impl LeadStore for Paused {
    async fn accept(&self, leads: Vec<NewLead>, now: Timestamp) -> Result<Vec<Accepted>, StoreError> {
        self.wait("accept", |store| async move { store.accept(leads, now).await })
            .await
    }

    async fn claim(&self, request: ClaimRequest, now: Timestamp) -> Result<Claims, StoreError> {
        self.wait("claim", |store| async move { store.claim(request, now).await })
            .await
    }

    async fn begin(&self, attempts: Vec<Begin>, lease: Duration, now: Timestamp) -> Result<Vec<bool>, StoreError> {
        self.wait("begin", |store| async move { store.begin(attempts, lease, now).await })
            .await
    }

    async fn renew(&self, claims: Vec<Fence>, lease: Duration, now: Timestamp) -> Result<Vec<Fence>, StoreError> {
        self.renewals.fetch_add(1, Ordering::SeqCst);
        let takes = *self.renewal_takes.lock().unwrap();
        tokio::time::sleep(takes).await;
        self.wait("renew", |store| async move { store.renew(claims, lease, now).await })
            .await
    }

    async fn finish(&self, claims: Vec<Finish>, now: Timestamp) -> Result<Vec<Finished>, StoreError> {
        self.wait("finish", |store| async move { store.finish(claims, now).await })
            .await
    }

    async fn callback(&self, event: VendorEvent) -> Result<EventTaken, StoreError> {
        self.wait("callback", |store| async move { store.callback(event).await })
            .await
    }

    async fn reap(&self, limits: ReapLimits, now: Timestamp) -> Result<Reaped, StoreError> {
        self.reaps.fetch_add(1, Ordering::SeqCst);
        self.wait("reap", |store| async move { store.reap(limits, now).await })
            .await
    }

    async fn take(&self, sink: &str, quotas: Vec<QuotaRule>, want: u32, now: Timestamp) -> Result<Grant, StoreError> {
        let sink = sink.to_owned();
        self.wait(
            "take",
            |store| async move { store.take(&sink, quotas, want, now).await },
        )
        .await
    }

    async fn breaker(&self, sink: &str, report: BreakerReport) -> Result<bool, StoreError> {
        let sink = sink.to_owned();
        self.wait("breaker", |store| async move { store.breaker(&sink, report).await })
            .await
    }

    async fn control(&self, command: Control, now: Timestamp) -> Result<u64, StoreError> {
        self.wait("control", |store| async move { store.control(command, now).await })
            .await
    }

    async fn next_due(&self, sink: &str) -> Result<Option<Timestamp>, StoreError> {
        let sink = sink.to_owned();
        self.wait("next_due", |store| async move { store.next_due(&sink).await })
            .await
    }

    async fn lead(&self, key: &LeadId, source: Option<&str>) -> Result<Vec<LeadView>, StoreError> {
        let (key, source) = (key.clone(), source.map(str::to_owned));
        self.wait("lead", |store| async move { store.lead(&key, source.as_deref()).await })
            .await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.wait("list", |store| async move { store.list(query).await }).await
    }

    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        self.wait("counts", |store| async move { store.counts().await }).await
    }

    async fn lanes(&self) -> Result<Vec<Lane>, StoreError> {
        self.wait("lanes", |store| async move { store.lanes().await }).await
    }
}
