//! A store in a temporary folder, leads in it, and a dispatcher over it, all in paused time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leadsink_core::{Lead, LeadId, Repeat, Timestamp};
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{
    AttemptView, Clock, DeliveryView, Dispatcher, Event, Handle, LaneSetup, LeadStore, LeadUid, NewDelivery, NewLead,
    Observer, RawHash, SqliteStore, State, Stopped, WorkerId, encode_lead,
};
use tempfile::TempDir;
use tokio::time::Instant;

use super::store::Paused;
use super::vendor::{Acme, Vendor};

/// A clock that goes with the paused time and can be set.
#[derive(Debug)]
pub(crate) struct TestClock {
    began: Instant,
    shift: AtomicI64,
}

impl TestClock {
    pub(crate) fn set_back(&self, seconds: i64) {
        self.set_forward(-seconds);
    }

    pub(crate) fn set_forward(&self, seconds: i64) {
        self.shift.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.began.elapsed().as_micros()).unwrap();
        Timestamp::from_microsecond(1_800_000_000_000_000 + elapsed + self.shift.load(Ordering::SeqCst)).unwrap()
    }
}

/// What was told, in words.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<Vec<String>>);

impl Observer for Told {
    fn observe(&self, event: &Event<'_>) {
        let text = match event {
            Event::Reaped(reaped) => format!("reaped {} due, {} held", reaped.due, reaped.held),
            Event::Began {
                key, attempt, in_doubt, ..
            } => {
                format!("{key} began {attempt}{}", if *in_doubt { " in doubt" } else { "" })
            }
            Event::Ended { key, standing, .. } => format!("{key} {}", standing.state.as_str()),
            Event::Lost { key, .. } => format!("{key} lost"),
            Event::Held { sink, .. } => format!("{sink} held"),
            Event::Deferred { sink, .. } => format!("{sink} deferred"),
            Event::BreakerOpened { sink, .. } => format!("{sink} opened"),
            Event::BreakerClosed { sink } => format!("{sink} closed"),
            Event::StoreFailed(error) => error.to_string(),
            _ => "?".to_owned(),
        };
        self.0.lock().unwrap().push(text);
    }
}

impl Told {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, text: &str) -> usize {
        self.all().iter().filter(|told| *told == text).count()
    }
}

pub(crate) struct Lab {
    folder: TempDir,
    pub(crate) store: Arc<Paused>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) told: Arc<Told>,
    pub(crate) handle: Handle,
    workers: u8,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = TestClock {
            began: Instant::now(),
            shift: AtomicI64::new(0),
        };
        let store = open(&folder, 1);
        Self {
            folder,
            store,
            clock: Arc::new(clock),
            told: Arc::default(),
            handle: Handle::new(),
            workers: 1,
        }
    }

    /// Starts again, as another process.
    pub(crate) fn restart(self) -> Self {
        let Self {
            folder,
            store,
            clock,
            workers,
            ..
        } = self;
        drop(Arc::into_inner(store).expect("the run before has let go of the store"));
        let store = open(&folder, workers + 1);
        Self {
            folder,
            store,
            clock,
            told: Arc::default(),
            handle: Handle::new(),
            workers: workers + 1,
        }
    }

    /// Files leads for sinks.
    pub(crate) async fn file(&self, ids: impl IntoIterator<Item = String>, sinks: &[&str]) {
        let now = self.clock.now();
        let leads = ids.into_iter().map(|id| lead(&id, sinks, now));
        self.store.accept(leads.collect(), now).await.unwrap();
    }

    pub(crate) fn dispatcher(&self, lanes: impl IntoIterator<Item = LaneSetup>) -> Dispatcher {
        let dispatcher = Dispatcher::new(self.store.clone(), &self.handle)
            .with_clock(self.clock.clone())
            .with_observer(self.told.clone())
            .with_seed(7);
        lanes.into_iter().fold(dispatcher, Dispatcher::with_lane)
    }

    /// Delivers until nothing is due any more.
    pub(crate) async fn drain(&self, lanes: impl IntoIterator<Item = LaneSetup>) -> Stopped {
        self.handle.drain();
        self.dispatcher(lanes).run().await.unwrap()
    }

    /// The delivery of a lead to its only sink, with its attempts.
    pub(crate) async fn delivery(&self, id: &str) -> (DeliveryView, Vec<AttemptView>) {
        let views = self.store.lead(&LeadId::new(id).unwrap(), None).await.unwrap();
        views[0].deliveries[0].clone()
    }

    /// How many deliveries to a sink are in a state.
    pub(crate) async fn count(&self, sink: &str, state: State) -> u64 {
        let counts = self.store.counts().await.unwrap();
        let of = counts
            .iter()
            .filter(|count| &*count.sink == sink && count.state == state);
        of.map(|count| count.deliveries).sum()
    }
}

/// A lead to be filed for sinks.
pub(crate) fn lead(id: &str, sinks: &[&str], now: Timestamp) -> NewLead {
    let lead = Lead::builder().id(id).build().unwrap();
    NewLead {
        uid: LeadUid::new(now, random(id)),
        source: "file".into(),
        key: lead.id.clone(),
        raw_hash: RawHash([0; 32]),
        body: encode_lead(&lead).unwrap(),
        update: false,
        deliveries: sinks
            .iter()
            .map(|sink| NewDelivery {
                sink: (*sink).into(),
                callback_token: None,
                merges: false,
            })
            .collect(),
    }
}

fn open(folder: &TempDir, worker: u8) -> Arc<Paused> {
    let worker = WorkerId::new(Timestamp::UNIX_EPOCH, [worker; 10]);
    let path = folder.path().join("leads.db");
    Paused::new(SqliteStore::open(&path, Role::Worker(worker)).unwrap(), path)
}

fn random(id: &str) -> [u8; 10] {
    let mut bytes = [0; 10];
    for (to, from) in bytes.iter_mut().zip(id.bytes()) {
        *to = from;
    }
    bytes
}

/// So many leads: `1`, `2` and so on.
pub(crate) fn leads(n: u32) -> impl Iterator<Item = String> {
    (1..=n).map(|n| n.to_string())
}

/// A lane called `main` to a vendor, with a crate of this kind.
pub(crate) fn main_lane(repeat: Repeat, vendor: &Arc<Vendor>) -> LaneSetup {
    LaneSetup::new("main", Arc::new(Acme::new(repeat)), vendor.clone())
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
