//! The loop of one lane: sees what is due, claims for the slots that are free, starts an attempt for each claim. Lanes share
//! the store and nothing else, so none slows another.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leadsink_core::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::attempt::work;
use super::health::Health;
use super::numbers::Front;
use super::plan::Planned;
use super::proof::Proof;
use super::quota::Guard;
use super::setup::LaneSetup;
use super::shared::{PAUSE, Shared};
use super::turn::Turn;
use crate::claim::{ClaimRequest, Claims, Wanted};
use crate::error::StoreError;
use crate::lane::Gate;
use crate::time::later;

/// How often a lane looks whether another process has given it something to do.
const LOOK: Duration = Duration::from_secs(1);

/// How long a lane waits that was told of something due and got nothing, so that it does not ask without end.
const BREATH: Duration = Duration::from_millis(50);

/// One claim is made ahead for so many slots. Fewer slots have none: what is claimed and not sent nobody else can send.
const AHEAD: u32 = 2;

/// One lane at work.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) setup: LaneSetup,
    pub(super) shared: Arc<Shared>,
    pub(super) front: Arc<Front>,
    /// Counts for the quotas beside the store.
    pub(super) guard: Arc<Guard>,
    health: Mutex<Health>,
    pub(super) proof: Proof,
    /// Claims that use a slot or wait for one, and claims that are not over yet: those whose answer is still being written down
    /// count here only, so that the vendor need not wait for the store.
    slots: AtomicU32,
    claims: AtomicU32,
    /// The slots themselves: nothing begins without one.
    pub(super) sending: Semaphore,
    /// How often the lane was held up: what was claimed before that does not begin any more.
    pub(super) held_up: AtomicU32,
}

/// A place in one of the two counts, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    lane: Arc<Lane>,
    count: fn(&Lane) -> &AtomicU32,
}

impl Place {
    fn take(lane: &Arc<Lane>, count: fn(&Lane) -> &AtomicU32) -> Self {
        count(lane).fetch_add(1, Ordering::SeqCst);
        Self {
            lane: Arc::clone(lane),
            count,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        (self.count)(&self.lane).fetch_sub(1, Ordering::SeqCst);
        self.lane.front.wake();
    }
}

/// What a claim takes up.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) slot: Place,
    pub(super) claim: Place,
    pub(super) turn: Arc<Turn>,
    /// How often the lane had been held up before the claim was made.
    pub(super) held_up: u32,
}

impl Lane {
    pub(super) fn new(setup: LaneSetup, front: Arc<Front>, shared: Arc<Shared>) -> Self {
        let slots = usize::try_from(setup.slots).unwrap_or(usize::MAX);
        Self {
            sending: Semaphore::new(slots.min(Semaphore::MAX_PERMITS)),
            setup,
            shared,
            front,
            guard: Arc::default(),
            health: Mutex::default(),
            proof: Proof::default(),
            held_up: AtomicU32::new(0),
            slots: AtomicU32::new(0),
            claims: AtomicU32::new(0),
        }
    }

    pub(super) fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works until the dispatcher is stopped or, where it drains, until nothing is due in any lane; then waits for what is in
    /// flight.
    pub(super) async fn run(self: Arc<Self>) {
        let mut attempts = JoinSet::new();
        // Whether something is due as far as is known; else the store is asked, which writes nothing.
        let mut is_due = false;
        // Where the quota was in the way.
        let mut not_before = None;
        let mut suspects = VecDeque::new();
        while !self.shared.is_over() {
            while attempts.try_join_next().is_some() {}
            let free = self.free();
            if free == 0 {
                self.front.woken().await;
                continue;
            }
            if !is_due {
                let is_quiet = self.claims.load(Ordering::SeqCst) == 0;
                let Some(due) = self.ask(self.shared.store.next_due(&self.setup.name)).await else {
                    continue;
                };
                let is_idle = due.is_none() && is_quiet;
                self.front.set_idle(is_idle);
                if is_idle && self.shared.handle.drains() && self.ask(self.shared.is_drained()).await == Some(true) {
                    self.shared.drained.store(true, Ordering::SeqCst);
                    self.shared.handle.wake();
                    break;
                }
                let wait = self.wait(due.max(due.and(not_before)));
                if !wait.is_zero() {
                    // An error says that nobody woke the lane.
                    let _ = timeout(wait, self.front.woken()).await;
                    continue;
                }
            }
            let (wanted, slots, turn) = match suspects.front() {
                Some(suspect) => (Wanted::Suspect(*suspect), 1, self.shared.turns.alone().await),
                None => (Wanted::Ordinary, free, self.shared.turns.among().await),
            };
            if self.shared.is_over() {
                break;
            }
            let request = self.request(slots, wanted);
            let held_up = self.held_up.load(Ordering::SeqCst);
            let (said_at, now) = (self.shared.clock.told(), self.shared.now());
            let Some(got) = self.ask(self.shared.store.claim(request, now)).await else {
                continue;
            };
            let has_to_wait = matches!(got.gate, Gate::NotBefore(_));
            not_before = self.look_again(&got);
            // A suspect that has to wait for its time is still the first then; else it has had its turn.
            if !has_to_wait || !got.claims.is_empty() {
                suspects.pop_front();
            }
            suspects.extend(&got.suspects);
            let is_waiting = suspects.is_empty() || has_to_wait;
            is_due = u32::try_from(got.claims.len()) == Ok(slots) || !is_waiting;
            let is_empty = got.claims.is_empty();
            let until = later(now, self.shared.lease);
            let fences = got.claims.iter().map(|claim| claim.fence);
            self.shared.claims().claimed(fences, until, said_at);
            let planned = self.plan_all(got.claims).await;
            self.start(planned, got.probe, turn, held_up, &mut attempts);
            if is_empty && !is_due {
                tokio::time::sleep(BREATH).await;
            }
        }
        while attempts.join_next().await.is_some() {}
    }

    /// How many more claims may be made. The vendor gets no more than the slots; half as many more are claimed for those that are
    /// about to be free, so that none waits for a commit; and as many claims may be waiting to be written down.
    fn free(&self) -> u32 {
        let slots = self.proof.allows(self.setup.slots);
        // A request is counted for its quota when it is claimed, so it must not wait.
        let may_wait = slots == self.setup.slots && self.setup.quotas.is_empty();
        let ahead = if may_wait { slots / AHEAD } else { 0 };
        let wanted = slots.saturating_add(ahead);
        let unused = wanted.saturating_sub(self.slots.load(Ordering::SeqCst));
        let open = slots.saturating_add(wanted);
        unused.min(open.saturating_sub(self.claims.load(Ordering::SeqCst)))
    }

    /// When to claim again at the earliest, since the store does not count a quota when it says what is due. The breaker it does
    /// count, and that may close at any time: a look now and then finds the quota free all the same.
    fn look_again(&self, got: &Claims) -> Option<Timestamp> {
        match got.gate {
            Gate::NotBefore(until) if got.probe.is_none() && !self.setup.quotas.is_empty() => {
                Some(until.min(later(self.shared.now(), LOOK * 10)))
            }
            _ => None,
        }
    }

    fn request(&self, slots: u32, wanted: Wanted) -> ClaimRequest {
        ClaimRequest {
            sink: Arc::clone(&self.setup.name),
            slots,
            lease: self.shared.lease,
            trial: self.shared.lease.max(self.longest_turn()),
            quotas: self.setup.quotas.iter().map(|quota| quota.rule.clone()).collect(),
            max_attempts: self.setup.rules.exhaustion().max_attempts,
            wanted,
        }
    }

    /// For how long a trial of a vendor that was down keeps the next one waiting, a claim those that go alone, and one that goes
    /// alone all others: as long as a request may take.
    pub(super) fn longest_turn(&self) -> Duration {
        let timeout = self.setup.timeout.unwrap_or(self.setup.sink.descriptor().timeout);
        timeout.saturating_add(self.shared.renewal())
    }

    fn wait(&self, due: Option<Timestamp>) -> Duration {
        let now = self.shared.now();
        due.map_or(LOOK, |due| {
            Duration::try_from(due.duration_since(now))
                .unwrap_or_default()
                .min(LOOK)
        })
    }

    /// What the store answers; none where it failed, after a pause.
    async fn ask<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Option<T> {
        match call.await {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.shared.store_failed(error);
                if !self.shared.is_halted() {
                    tokio::time::sleep(PAUSE).await;
                }
                None
            }
        }
    }

    fn start(
        self: &Arc<Self>,
        planned: Vec<Planned>,
        probe: Option<u32>,
        turn: Turn,
        held_up: u32,
        attempts: &mut JoinSet<()>,
    ) {
        let turn = Arc::new(turn);
        for planned in planned {
            let places = Places {
                slot: Place::take(self, |lane| &lane.slots),
                claim: Place::take(self, |lane| &lane.claims),
                turn: Arc::clone(&turn),
                held_up,
            };
            attempts.spawn(work(Arc::clone(self), planned, probe, places));
        }
    }
}
