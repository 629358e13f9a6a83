//! What a lane tells the store and its observer: how claims ended, that the account is at fault, that the vendor is down.

use std::sync::atomic::Ordering;

use leadsink_core::Timestamp;
use leadsink_layers::Sign;

use super::event::Event;
use super::judge::ForLane;
use super::lane::Lane;
use crate::attempt::{Ending, Finish, Finished};
use crate::claim::Claim;
use crate::control::Control;
use crate::lane::{Breaker, BreakerReport};
use crate::time::later;

impl Lane {
    /// Records how a claim ended.
    pub(super) async fn finish(&self, claim: &Claim, ending: Ending) {
        let record = || {
            let ending = ending.clone();
            let fence = claim.fence;
            self.shared.ends.call(Finish { fence, ending })
        };
        let standing = match self.shared.until_kept(record).await {
            Some(Finished::Recorded(standing)) => standing,
            Some(Finished::Stale { .. }) => return self.lost(claim),
            None => return,
        };
        self.front.count(|numbers| numbers.ended(&ending, standing));
        self.shared.observer.observe(&Event::Ended {
            sink: &self.setup.name,
            key: &claim.key,
            attempt: claim.attempt.n,
            ending: &ending,
            standing,
        });
    }

    /// The claim was no longer the worker's.
    pub(super) fn lost(&self, claim: &Claim) {
        let (sink, key) = (&*self.setup.name, &claim.key);
        self.shared.observer.observe(&Event::Lost { sink, key });
    }

    /// Holds the lane up where an error says so. It is written down before the delivery is due again.
    pub(super) async fn tell(&self, for_lane: ForLane) {
        let sink = &self.setup.name;
        let command = match for_lane {
            ForLane::Nothing => return,
            ForLane::Defer(until) => Control::Defer {
                sink: sink.clone(),
                until,
            },
            ForLane::Hold(reason) => Control::Hold {
                sink: sink.clone(),
                reason,
            },
        };
        self.held_up.fetch_add(1, Ordering::SeqCst);
        let keep = || self.shared.store.control(command.clone(), self.shared.now());
        let changed = self.shared.until_kept(keep).await;
        // What was claimed while it was being written down saw an open gate.
        self.held_up.fetch_add(1, Ordering::SeqCst);
        // All that were in flight say the same: it is told once.
        if changed.is_some_and(|changed| changed > 0) {
            self.shared.observer.observe(&match &command {
                Control::Hold { reason, .. } => Event::Held { sink, reason },
                Control::Defer { until, .. } => Event::Deferred { sink, until: *until },
                _ => return,
            });
        }
    }

    /// Takes what a claim told about the vendor to the breaker. A trial always says how it went: else no other would be made
    /// until its lease ends.
    pub(super) async fn learn(&self, sign: Sign, probe: Option<u32>) {
        let opens = self.health().failures.take(sign, probe.is_some());
        let now = self.shared.now();
        match (probe, sign) {
            (Some(generation), Sign::Up) => {
                if self.report(generation, None).await {
                    self.shared
                        .observer
                        .observe(&Event::BreakerClosed { sink: &self.setup.name });
                }
            }
            // It told nothing: another one tries at once.
            (Some(generation), Sign::None) => {
                self.report(generation, Some(now)).await;
            }
            (Some(generation), Sign::Down) => self.open(generation, now).await,
            (None, _) if opens => {
                // What waits for a slot is not to go out while the store is asked.
                self.held_up.fetch_add(1, Ordering::SeqCst);
                if let Some(generation) = self.closed_generation().await {
                    self.open(generation, now).await;
                }
            }
            (None, _) => {}
        }
    }

    async fn open(&self, generation: u32, now: Timestamp) {
        let until = later(now, self.health().failures.pause());
        self.held_up.fetch_add(1, Ordering::SeqCst);
        let is_heeded = self.report(generation, Some(until)).await;
        self.held_up.fetch_add(1, Ordering::SeqCst);
        if is_heeded {
            self.health().failures.opened();
            let sink = &*self.setup.name;
            self.shared.observer.observe(&Event::BreakerOpened { sink, until });
        }
    }

    /// The generation of the lane, where its breaker is closed.
    async fn closed_generation(&self) -> Option<u32> {
        let lanes = match self.shared.store.lanes().await {
            Ok(lanes) => lanes,
            Err(error) => {
                self.shared.store_failed(error);
                return None;
            }
        };
        match lanes.into_iter().find(|lane| lane.sink == self.setup.name) {
            Some(lane) => (lane.breaker == Breaker::Closed).then_some(lane.generation),
            None => Some(0),
        }
    }

    /// Reports to the breaker, and says whether that was heeded. Where the store fails the breaker stays as it is, which
    /// costs attempts and loses nothing.
    async fn report(&self, generation: u32, open_until: Option<Timestamp>) -> bool {
        let report = BreakerReport { generation, open_until };
        match self.shared.store.breaker(&self.setup.name, report).await {
            Ok(heeded) => heeded,
            Err(error) => {
                self.shared.store_failed(error);
                false
            }
        }
    }
}
