//! A claim that may be another worker's by now: nothing more is sent with it, however long ago its attempt began.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leadsink_core::{Purpose, Repeat};
use leadsink_layers::Limit;
use leadsink_outbox::{Event, LaneSetup, Observer, State};
use tokio::time::{Instant, sleep};

use super::lab::{Lab, SECOND, TestClock, leads, main_lane};
use super::store::Paused;
use super::vendor::{Acme, Say, Vendor};

/// A lane whose second request of a delivery waits for a minute.
fn slow_lane(vendor: &Arc<Vendor>) -> LaneSetup {
    let lane = LaneSetup::new("main", Acme::new(Repeat::NeverBlindly).asking(), vendor.clone());
    lane.with_quotas([Limit::new("leads", 1, 60 * SECOND)])
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waited_for_the_quota_is_not_sent_without_a_word_of_the_store() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    lab.store.faults.lock().unwrap().extend(["renew"; 500]);
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let run = tokio::spawn(lab.dispatcher([slow_lane(&vendor)]).run());
    sleep(70 * SECOND).await;
    assert_eq!(vendor.seconds(Purpose::Question), [0]);
    assert_eq!(vendor.seconds(Purpose::Creation), [0; 0]);
    // Nobody had taken it, so it is due again.
    lab.store.faults.lock().unwrap().clear();
    sleep(600 * SECOND).await;
    assert_eq!(vendor.seconds(Purpose::Creation).len(), 1);
    assert_eq!(lab.count("main", State::Done).await, 1);
    lab.handle.stop();
    run.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waited_for_the_quota_is_not_sent_once_another_worker_has_the_delivery() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    *lab.store.taken_before.lock().unwrap() = Some("renew");
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let run = tokio::spawn(lab.dispatcher([slow_lane(&vendor)]).run());
    sleep(90 * SECOND).await;
    assert_eq!(vendor.seconds(Purpose::Creation), [0; 0]);
    assert_eq!(lab.told.count("1 lost"), 1);
    lab.handle.stop();
    run.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waited_for_the_quota_is_sent_while_the_claim_is_renewed() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    lab.drain([slow_lane(&vendor)]).await;
    assert!(matches!(vendor.seconds(Purpose::Creation)[..], [60..=63]));
}

/// The machine stands still between an attempt that is written down and its request, for longer than a lease.
#[derive(Debug)]
struct Freezes {
    clock: Arc<TestClock>,
    store: Arc<Paused>,
    is_taken: bool,
}

impl Observer for Freezes {
    fn observe(&self, event: &Event<'_>) {
        if let Event::Began { .. } = event {
            self.clock.set_forward(31);
            if self.is_taken {
                *self.store.taken_before.lock().unwrap() = Some("renew");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_was_frozen_sends_only_what_is_still_its_own() {
    for (is_taken, requests) in [(true, 0), (false, 1)] {
        let lab = Lab::new();
        lab.file(leads(1), &["main"]).await;
        let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
        let freezes = Freezes {
            clock: lab.clock.clone(),
            store: lab.store.clone(),
            is_taken,
        };
        let dispatcher = lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor)]);
        let run = tokio::spawn(dispatcher.with_observer(Arc::new(freezes)).run());
        sleep(SECOND).await;
        assert_eq!(vendor.seen().len(), requests, "taken: {is_taken}");
        lab.handle.stop();
        run.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_sleep_that_is_shorter_than_an_earlier_setback_of_the_clock_ends_a_lease_too() {
    for (is_taken, requests) in [(true, 0), (false, 1)] {
        let lab = Lab::new();
        lab.file(leads(1), &["main"]).await;
        let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
        let run = tokio::spawn(lab.dispatcher([slow_lane(&vendor)]).run());
        sleep(5 * SECOND).await;
        lab.clock.set_back(3600);
        sleep(50 * SECOND).await;
        assert!(lab.store.renewals.load(Ordering::SeqCst) >= 4);
        lab.clock.set_forward(60);
        if is_taken {
            *lab.store.taken_before.lock().unwrap() = Some("renew");
        }
        sleep(10 * SECOND).await;
        assert_eq!(vendor.seconds(Purpose::Creation).len(), requests, "taken: {is_taken}");
        lab.handle.stop();
        run.await.unwrap().unwrap();
    }
}

/// The machine stands still for longer than a lease once the second attempt is written down.
#[derive(Debug)]
struct StandsStill {
    clock: Arc<TestClock>,
    began: AtomicU32,
}

impl Observer for StandsStill {
    fn observe(&self, event: &Event<'_>) {
        if let Event::Began { .. } = event
            && self.began.fetch_add(1, Ordering::SeqCst) == 1
        {
            self.clock.set_forward(31);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn those_that_wait_for_a_renewal_that_fails_have_failed_with_it() {
    let lab = Lab::new();
    lab.file(leads(21), &["main"]).await;
    lab.store.faults.lock().unwrap().extend(["renew"; 500]);
    *lab.store.renewal_takes.lock().unwrap() = 10 * SECOND;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let still = Arc::new(StandsStill {
        clock: lab.clock.clone(),
        began: AtomicU32::new(0),
    });
    let dispatcher = lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor)]);
    let run = tokio::spawn(dispatcher.with_observer(still.clone()).run());
    sleep(SECOND).await;
    assert_eq!((vendor.seen().len(), still.began.load(Ordering::SeqCst)), (1, 21));
    let stopped_at = Instant::now();
    lab.handle.stop();
    run.await.unwrap().unwrap();
    assert!(stopped_at.elapsed() < 15 * SECOND);
    assert!(lab.store.renewals.load(Ordering::SeqCst) <= 2);
    assert_eq!(vendor.seen().len(), 1);
    assert_eq!(lab.count("main", State::Due).await, 20);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_reaped_while_it_is_not_known_what_is_its_own() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    lab.store.faults.lock().unwrap().extend(["renew"; 500]);
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(200 * SECOND));
    let run = tokio::spawn(lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor)]).run());
    let reaps = || lab.store.reaps.load(Ordering::SeqCst);
    sleep(25 * SECOND).await;
    assert_eq!(reaps(), 3, "at the start and every ten seconds");
    sleep(100 * SECOND).await;
    assert_eq!(reaps(), 3, "its lease may have ended");
    lab.store.faults.lock().unwrap().clear();
    sleep(20 * SECOND).await;
    assert_eq!(reaps(), 5);
    lab.handle.stop();
    run.await.unwrap().unwrap();
    assert_eq!(lab.count("main", State::Done).await, 1);
}
