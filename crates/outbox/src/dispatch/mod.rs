//! The dispatcher: takes what is due from a store and delivers it, lane by lane.

mod ask;
mod attempt;
mod batch;
mod clock;
mod detail;
mod drain;
mod encode;
mod event;
mod fence;
mod handle;
mod health;
mod held;
mod judge;
mod keep;
mod lane;
mod numbers;
mod plan;
mod proof;
mod quota;
mod retry;
mod setup;
mod shared;
mod silent;
mod tell;
mod turn;

pub use clock::{Clock, SystemClock};
pub use encode::{Unreadable, decode_lead, encode_lead};
pub use event::{Event, Observer};
pub use handle::Handle;
pub use numbers::LaneNumbers;
pub use retry::RetryRules;
pub use setup::LaneSetup;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::select;
use leadsink_layers::Randomness;
use tokio::task::JoinSet;

use crate::error::StoreError;
use crate::rules::ReapLimits;
use crate::store::LeadStore;
use clock::Steady;
use event::Unseen;
use held::Held;
use lane::Lane;
use numbers::Front;
use shared::{LEASE, SHORTEST, Shared};
use turn::Turns;

/// Delivers what is due in a store to the sinks that it was given.
///
/// Whatever a delivery does is written down before it is done: an attempt before it is sent, its answer before the next one.
/// What fails without effect is tried again, later and later; what is in doubt is repeated with the same bytes where that is
/// safe, else the vendor is asked, and only then a person.
#[derive(Debug)]
pub struct Dispatcher {
    store: Arc<dyn LeadStore>,
    handle: Handle,
    lanes: Vec<LaneSetup>,
    observer: Arc<dyn Observer>,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
    lease: Duration,
}

/// How a dispatcher ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// How many claims it left in flight: they stay leased, and those whose attempt had begun are in doubt.
    pub left: usize,
}

impl Dispatcher {
    /// A dispatcher for a store that is open for a worker, steered by a handle.
    #[must_use]
    pub fn new(store: Arc<dyn LeadStore>, handle: &Handle) -> Self {
        Self {
            store,
            handle: handle.clone(),
            lanes: Vec::new(),
            observer: Arc::new(Unseen),
            clock: Arc::new(SystemClock),
            seed: None,
            lease: LEASE,
        }
    }

    /// Adds a lane. Deliveries to sinks without one stay due.
    #[must_use]
    pub fn with_lane(mut self, lane: LaneSetup) -> Self {
        self.lanes.push(lane);
        self
    }

    /// Sets who looks on.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the waits between attempts the same in every run, for tests.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets for how long what is claimed waits for this worker when nothing is heard of it, 30 s otherwise; it says three times
    /// in that time that it is there. With several workers another one takes over sooner where this is short; one that is cut
    /// off from the store, or stands still, for longer loses its claims, and what it was sending is in doubt. Less than a
    /// second counts as one.
    #[must_use]
    pub const fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = if lease.as_secs() == 0 { SHORTEST } else { lease };
        self
    }

    /// Reaps what lost workers left, and delivers until the handle says stop or, where it drains, until nothing is due.
    ///
    /// Dropped before its end it leaves claims and attempts as a second [`stop`](Handle::stop) does.
    ///
    /// # Errors
    /// When the store fails in a way that does not pass. What was in flight has ended then, and what could not be written
    /// down of it is in doubt at the next start.
    pub async fn run(self) -> Result<Stopped, StoreError> {
        let (begins, begin_queue) = batch::queue();
        let (ends, end_queue) = batch::queue();
        let held = Held::new(Arc::clone(&self.clock), self.lease);
        let shared = Arc::new(Shared {
            store: self.store,
            lease: self.lease,
            clock: Steady::new(self.clock),
            random: Randomness::new(self.seed),
            observer: self.observer,
            handle: self.handle.clone(),
            begins,
            ends,
            limits: limits(&self.lanes),
            turns: Turns::default(),
            claimed: Mutex::new(held),
            renewing: tokio::sync::Mutex::default(),
            renewals_failed: AtomicU64::new(0),
            failed: Mutex::default(),
            drained: AtomicBool::new(false),
        });
        keep::reap(&shared).await?;
        let mut helpers = JoinSet::new();
        let (for_begins, for_ends) = (Arc::clone(&shared), Arc::clone(&shared));
        helpers.spawn(begin_queue.serve(move |attempts| {
            let shared = Arc::clone(&for_begins);
            async move { shared.store.begin(attempts, shared.lease, shared.now()).await }
        }));
        helpers.spawn(end_queue.serve(move |claims| {
            let shared = Arc::clone(&for_ends);
            async move { shared.store.finish(claims, shared.now()).await }
        }));
        helpers.spawn(keep::renew_on(Arc::clone(&shared)));
        helpers.spawn(keep::reap_on(Arc::clone(&shared)));

        let lanes: Vec<_> = self
            .lanes
            .into_iter()
            .map(|setup| {
                let front = Arc::new(Front::new(Arc::clone(&setup.name)));
                Arc::new(Lane::new(setup, front, Arc::clone(&shared)))
            })
            .collect();
        self.handle
            .set_lanes(lanes.iter().map(|lane| Arc::clone(&lane.front)).collect());
        let handle = self.handle.clone();
        helpers.spawn(async move {
            // The halt may come from a layer's side, which knows no lanes.
            handle.halt().halted().await;
            handle.wake();
        });
        let (handle, store) = (self.handle.clone(), Arc::clone(&shared.store));
        helpers.spawn(async move {
            loop {
                store.woken().await;
                handle.wake();
            }
        });
        let mut running = JoinSet::new();
        for lane in lanes {
            running.spawn(lane.run());
        }
        let all = async {
            while let Some(ended) = running.join_next().await {
                if let Err(error) = ended
                    && let Ok(panic) = error.try_into_panic()
                {
                    std::panic::resume_unwind(panic);
                }
            }
        };
        // The one that is not through is dropped, and with it what it waited for.
        select(pin!(all), pin!(self.handle.gives_up().halted())).await;
        running.shutdown().await;
        helpers.shutdown().await;
        let failure = shared.failure().take();
        match failure {
            Some(error) => Err(error),
            None => {
                let let_go = shared.still_claimed().await;
                Ok(Stopped {
                    left: shared.claims().len() + let_go,
                })
            }
        }
    }
}

/// When the deliveries of lost workers have failed for good: as those of this one.
fn limits(lanes: &[LaneSetup]) -> ReapLimits {
    ReapLimits {
        default: RetryRules::default().exhaustion(),
        by_sink: lanes
            .iter()
            .map(|lane| (String::from(&*lane.name), lane.rules.exhaustion()))
            .collect(),
    }
}
