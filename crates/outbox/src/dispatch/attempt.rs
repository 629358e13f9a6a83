//! One claim from its beginning to its end: what is to be done with it, the attempt, what is said about it.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use leadsink_core::{
    Attempt, DeliverContext, DeliveryId, Disposition, Error, ErrorKind, Prepared, Repeat, Result, Timestamp, Transport,
};
use leadsink_layers::Sign;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, timeout};

use super::detail::answer;
use super::event::Event;
use super::fence::Fenced;
use super::judge::{Attempted, judge};
use super::lane::{Lane, Places};
use super::plan::{Plan, Planned};
use super::quota::Metered;
use super::shared::PAUSE;
use crate::attempt::{Begin, Ending, Failure, Then};
use crate::claim::Claim;
use crate::ids::Fence;
use crate::time::later;

/// Works on a claim until it is over and recorded.
pub(super) async fn work(lane: Arc<Lane>, planned: Planned, probe: Option<u32>, places: Places) {
    let Planned { claim, delivery, plan } = planned;
    let _renewed = Renewed {
        lane: Arc::clone(&lane),
        fence: claim.fence,
    };
    let Places {
        slot,
        claim: _place,
        turn,
        held_up,
    } = places;
    let mut turn = Some(turn);
    let (ending, sign) = {
        let mut carried = pin!(lane.carry_out(&claim, delivery, plan, held_up));
        match timeout(lane.longest_turn(), &mut carried).await {
            Ok(carried) => carried,
            // It may be waiting for the quota of a day, and nobody else is to wait for that.
            Err(_) => {
                turn = None;
                carried.await
            }
        }
    };
    lane.learn(sign, probe).await;
    drop(slot);
    if let Some(ending) = ending {
        lane.finish(&claim, ending).await;
    }
    lane.shared.claims().remove(&claim.fence);
    drop(turn);
}

/// Whoever panics over a claim lets it lapse; it is counted as left, as one is that is only let go of at a second stop.
struct Renewed {
    lane: Arc<Lane>,
    fence: Fence,
}

impl Drop for Renewed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.lane.shared.claims().let_go(&self.fence);
        }
    }
}

impl Lane {
    /// How the claim ended, and what that tells about the vendor. There is no ending where the claim was lost.
    async fn carry_out(
        &self,
        claim: &Claim,
        delivery: DeliveryId,
        plan: Option<Plan>,
        held_up: u32,
    ) -> (Option<Ending>, Sign) {
        if !self.may_send(held_up) {
            return (Some(self.put_off(None, Duration::ZERO)), Sign::None);
        }
        let plan = match plan {
            Some(plan) => plan,
            None => self.plan_in_doubt(claim).await,
        };
        if let Plan::End(ending) = plan {
            return (Some(ending), Sign::None);
        }
        // What may be repeated is written down while it waits for a slot: were the process to die now, it would be sent again.
        // Of the rest no more may be in doubt than there are slots.
        let is_begun_first = matches!(&plan, Plan::Send(prepared, _) if prepared.repeat == Repeat::Safe);
        let mut slot = None;
        if !is_begun_first {
            slot = self.slot(held_up).await;
            if slot.is_none() {
                return (Some(self.put_off(None, Duration::ZERO)), Sign::None);
            }
        }
        match plan {
            Plan::End(ending) => (Some(ending), Sign::None),
            Plan::Ask(prepared) => {
                let Some(doubt) = &claim.doubt else {
                    return (Some(self.put_off(None, PAUSE)), Sign::None);
                };
                let (ending, sign) = self.ask_vendor(claim, &prepared, doubt).await;
                (Some(ending), sign)
            }
            Plan::Send(prepared, bytes) => {
                let begin = Begin {
                    fence: claim.fence,
                    prepared: bytes,
                    repeat: prepared.repeat,
                };
                match self.shared.begins.call(begin).await {
                    Ok(true) => {}
                    Ok(false) => {
                        self.lost(claim);
                        return (None, Sign::None);
                    }
                    Err(error) => {
                        self.shared.store_failed(error);
                        return (Some(self.put_off(None, PAUSE)), Sign::None);
                    }
                }
                if slot.is_none() {
                    slot = self.slot(held_up).await;
                }
                if slot.is_none() {
                    return (Some(self.put_off(None, Duration::ZERO)), Sign::None);
                }
                let (ending, sign) = self.attempt(claim, delivery, &prepared).await;
                (Some(ending), sign)
            }
        }
    }

    /// Whether the lane was not held up, and the dispatcher not stopped, since the claim was made.
    fn may_send(&self, held_up: u32) -> bool {
        !self.shared.is_halted() && self.held_up.load(Ordering::SeqCst) == held_up
    }

    /// Whether this attempt is one too many.
    pub(super) fn is_spent(&self, attempt: u32) -> bool {
        self.setup.rules.exhaustion().max_attempts < attempt
    }

    /// Whether it is too late for another attempt, however few were made. One that failed just now for the first time is young.
    pub(super) fn is_too_old(&self, first_failed_at: Option<Timestamp>, now: Timestamp) -> bool {
        let first = first_failed_at.map_or(now, |at| self.shared.clock.aged_from(at));
        self.setup.rules.is_too_old(first, now)
    }

    async fn attempt(&self, claim: &Claim, delivery: DeliveryId, prepared: &Prepared) -> (Ending, Sign) {
        self.shared.observer.observe(&Event::Began {
            sink: &self.setup.name,
            key: &claim.key,
            attempt: claim.attempt.n,
            in_doubt: claim.attempt.earlier_ambiguous,
        });
        self.front.count(|numbers| {
            numbers.attempts += 1;
            numbers.in_flight += 1;
        });
        let (began, began_at) = (Instant::now(), self.shared.now());
        let cx = self
            .context(claim.attempt, self.way_out(claim))
            .with_delivery(delivery, Arc::clone(&self.setup.name));
        let result = cx.settle(caught(self.setup.sink.deliver(prepared, &cx)).await);
        self.front.count(|numbers| numbers.in_flight -= 1);
        let sign = Sign::of(&result);
        self.proof.take(&result);
        let error = match result {
            Ok(outcome) => {
                self.health().answered(began);
                return (Ending::Answered(answer(&outcome)), sign);
            }
            Err(error) => error,
        };
        let attempted = Attempted {
            attempt: claim.attempt,
            first_failed_at: self.shared.aged_from(claim.first_failed_at),
            has_begun: claim.attempt.n <= cx.attempts(),
            repeat: prepared.repeat,
            can_ask: error.disposition() == Disposition::Ambiguous && self.can_ask(prepared).await,
            hold: self.hold(&error, began),
        };
        let (now, random) = (self.shared.now(), self.shared.random.next());
        let (ending, for_lane) = judge(&error, &attempted, self.setup.rules, random, now);
        self.tell(for_lane).await;
        (self.look_before_stop(claim, prepared, began_at, ending).await, sign)
    }

    pub(super) fn context(&self, attempt: Attempt, transport: Arc<dyn Transport>) -> DeliverContext {
        let mut cx = DeliverContext::new(transport).with_attempt(attempt);
        cx.timeout = self.setup.timeout;
        cx
    }

    /// The way out of one claim, which has taken one request of each quota.
    pub(super) fn way_out(&self, claim: &Claim) -> Arc<dyn Transport> {
        let fenced = Fenced::new(Arc::clone(&self.setup.transport), Arc::clone(&self.shared), claim.fence);
        if self.setup.quotas.is_empty() {
            Arc::new(fenced)
        } else {
            Arc::new(Metered::new(self, fenced))
        }
    }

    /// A slot, once one is free and if it may still be used; none as soon as the run is stopped, so that others get the delivery
    /// at once.
    async fn slot(&self, held_up: u32) -> Option<SemaphorePermit<'_>> {
        let slot = match self.sending.try_acquire() {
            Ok(slot) => Some(slot),
            Err(_) => match select(pin!(self.sending.acquire()), pin!(self.shared.handle.halt().halted())).await {
                // Nobody closes it.
                Either::Left((slot, _)) => slot.ok(),
                Either::Right(_) => None,
            },
        };
        slot.filter(|_| self.may_send(held_up))
    }

    /// For how long the lane waits where the vendor takes no more requests.
    pub(super) fn hold(&self, error: &Error, began: Instant) -> Duration {
        if error.kind() == ErrorKind::RateLimited {
            self.health().refused(began, Instant::now(), error.retry_after())
        } else {
            Duration::ZERO
        }
    }

    /// Due again, nothing spent.
    fn put_off(&self, failure: Option<Failure>, wait: Duration) -> Ending {
        let then = Then::Retry(later(self.shared.now(), wait));
        Ending::Postponed { failure, then }
    }
}

/// A sink that panics in the middle has sent nobody knows what.
pub(super) async fn caught<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    AssertUnwindSafe(call).catch_unwind().await.unwrap_or_else(|_| {
        let message = "the vendor crate failed in the middle of the attempt (panic); report it";
        Err(Error::still_in_doubt(message))
    })
}
