//! The end of a run, and what the next one finds.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use leadsink_core::{Purpose, Repeat};
use leadsink_outbox::{Event, LaneSetup, Observer, RetryRules, State, Stopped};
use tokio::time::{Instant, sleep};

use super::lab::{Lab, SECOND, leads, main_lane};
use super::vendor::{Acme, Say, Vendor};

#[tokio::test(start_paused = true)]
async fn what_is_in_flight_ends_and_the_rest_stays_due() {
    let lab = Lab::new();
    lab.file(leads(6), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(10 * SECOND));
    let began = Instant::now();
    let run = tokio::spawn(
        lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor).with_slots(2)])
            .run(),
    );
    // The first one alone, and then two at a time.
    sleep(15 * SECOND).await;
    lab.handle.stop();
    assert_eq!(run.await.unwrap().unwrap(), Stopped { left: 0 });
    assert_eq!(began.elapsed().as_secs(), 20);
    assert_eq!(
        (
            lab.count("main", State::Done).await,
            lab.count("main", State::Due).await
        ),
        (3, 3)
    );
    assert_eq!(lab.delivery("4").await.0.attempts, 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_claimed_and_not_begun_stays_due() {
    let lab = Lab::new();
    lab.file(leads(3), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let mut sink = Acme::new(Repeat::NeverBlindly);
    sink.stops = Some(lab.handle.clone());
    let lane = LaneSetup::new("main", Arc::new(sink), vendor.clone());
    lab.dispatcher([lane]).run().await.unwrap();
    assert_eq!((vendor.seen().len(), lab.count("main", State::Due).await), (0, 3));
    assert_eq!(lab.delivery("1").await.0.attempts, 0);
}

/// Sixteen slots have eight claims ahead.
#[tokio::test(start_paused = true)]
async fn only_what_may_be_repeated_is_written_down_before_it_has_a_slot() {
    for (repeat, waiting) in [(Repeat::NeverBlindly, 0), (Repeat::Safe, 8)] {
        let lab = Lab::new();
        lab.file(leads(40), &["main"]).await;
        let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(10 * SECOND));
        let run = tokio::spawn(lab.dispatcher([main_lane(repeat, &vendor).with_slots(16)]).run());
        // The first one alone, and then sixteen.
        sleep(15 * SECOND).await;
        assert_eq!((vendor.seen().len(), open_attempts(&lab).await), (17, 16 + waiting));
        lab.handle.stop();
        run.await.unwrap().unwrap();
        // Nothing is spent by what was written down and not sent.
        assert_eq!((vendor.seen().len(), open_attempts(&lab).await), (17, 0));
        assert_eq!(
            (
                lab.count("main", State::Done).await,
                lab.count("main", State::Due).await
            ),
            (17, 23)
        );
        assert_eq!(lab.delivery("18").await.0.attempts, 0);
    }
}

async fn open_attempts(lab: &Lab) -> usize {
    let mut open = 0;
    for lead in leads(40) {
        let (_, attempts) = lab.delivery(&lead).await;
        open += attempts.iter().filter(|attempt| attempt.outcome.is_none()).count();
    }
    open
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_slot_is_due_again_as_soon_as_the_run_is_stopped() {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(20 * SECOND));
    let lane = main_lane(Repeat::NeverBlindly, &vendor).with_slots(8);
    let run = tokio::spawn(lab.dispatcher([lane]).run());
    // The first one alone, then eight at a time, and four more are claimed.
    sleep(25 * SECOND).await;
    assert_eq!(lab.count("main", State::Leased).await, 12);
    lab.handle.stop();
    sleep(SECOND).await;
    let counts = [State::Leased, State::Due].map(|state| lab.count("main", state));
    assert_eq!(futures_util::future::join_all(counts).await, [8, 11]);
    run.await.unwrap().unwrap();
    assert_eq!(lab.delivery("10").await.0.attempts, 0);
}

#[tokio::test(start_paused = true)]
async fn a_second_stop_waits_for_nothing_and_the_next_start_finds_what_is_in_doubt() {
    let lab = Lab::new();
    lab.file(leads(4), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(10 * SECOND));
    let lane = || main_lane(Repeat::NeverBlindly, &vendor).with_slots(2);
    let began = Instant::now();
    let run = tokio::spawn(lab.dispatcher([lane()]).run());
    sleep(15 * SECOND).await;
    lab.handle.stop();
    lab.handle.stop();
    assert_eq!(run.await.unwrap().unwrap(), Stopped { left: 3 }, "one is claimed ahead");
    assert_eq!(began.elapsed().as_secs(), 15);

    let lab = lab.restart();
    lab.drain([lane()]).await;
    assert_eq!(lab.told.all()[0], "reaped 2 due, 0 held");
    assert_eq!(
        (
            lab.count("main", State::Held).await,
            lab.count("main", State::Done).await
        ),
        (2, 2)
    );
    assert_eq!(vendor.seen().len(), 4);
}

/// Fails over one lead.
#[derive(Debug)]
struct Stumbles;

impl Observer for Stumbles {
    fn observe(&self, event: &Event<'_>) {
        let stumbles = matches!(event, Event::Began { key, .. } if key.as_str() == "2");
        assert!(!stumbles, "a fault over this lead");
    }
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_nobody_works_on_after_a_panic_is_counted_as_left() {
    let lab = Lab::new();
    lab.file(leads(3), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    lab.handle.drain();
    let dispatcher = lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor)]);
    let run = dispatcher.with_observer(Arc::new(Stumbles)).run();
    assert_eq!(run.await.unwrap(), Stopped { left: 1 });
    assert_eq!(lab.count("main", State::Done).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_ends_the_process_each_time_is_not_tried_for_ever() {
    let mut lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Hang));
    let mut exhaustion = RetryRules::default().exhaustion();
    exhaustion.max_attempts = 3;
    for _ in 0..5 {
        let lane = main_lane(Repeat::Safe, &vendor).with_rules(RetryRules::default().with_exhaustion(exhaustion));
        let run = tokio::spawn(lab.dispatcher([lane]).run());
        sleep(SECOND).await;
        lab.handle.stop();
        lab.handle.stop();
        run.await.unwrap().unwrap();
        lab = lab.restart();
    }
    assert_eq!(vendor.seen().len(), 3);
    assert_eq!(lab.delivery("1").await.0.state, State::Held);
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_goes_alone_holds_up_another_lane_for_no_longer_than_a_request_may_take() {
    let mut lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(3600 * SECOND));
    let other = Arc::new(Vendor::new(|_| Say::Accepted));
    let lanes = || {
        let sink = Arc::new(Acme::new(Repeat::Safe));
        [
            main_lane(Repeat::Safe, &vendor),
            LaneSetup::new("other", sink, other.clone()),
        ]
    };
    for _ in 0..2 {
        let run = tokio::spawn(lab.dispatcher(lanes()).run());
        sleep(5 * SECOND).await;
        lab.handle.stop();
        lab.handle.stop();
        run.await.unwrap().unwrap();
        lab = lab.restart();
    }
    let run = tokio::spawn(lab.dispatcher(lanes()).run());
    sleep(5 * SECOND).await;
    assert_eq!(
        vendor.seen().len(),
        3,
        "two workers were lost with it, and now it is alone"
    );
    lab.file(["2".to_owned()], &["other"]).await;
    // It began 10 s after the first start; a request has 30 s, and 10 s are added.
    sleep(60 * SECOND).await;
    assert_eq!(other.seconds(Purpose::Creation), [50]);
    lab.handle.stop();
    lab.handle.stop();
    run.await.unwrap().unwrap();
}

/// The machine is off for a night while a delivery is due again, or in the middle of its second attempt.
async fn a_night(second: Say, answers: Say) -> (State, Vec<String>) {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(move |seen| match (seen.purpose, seen.before) {
        (Purpose::Creation, 0) => Say::Refused,
        (Purpose::Creation, 1 | 2) => second,
        _ => answers,
    }));
    let lane = || LaneSetup::new("main", Acme::new(Repeat::NeverBlindly).asked(), vendor.clone());
    let run = tokio::spawn(lab.dispatcher([lane()]).run());
    sleep(15 * SECOND).await;
    lab.handle.stop();
    lab.handle.stop();
    run.await.unwrap().unwrap();
    lab.clock.set_forward(12 * 3600);
    let lab = lab.restart();
    lab.drain([lane()]).await;
    (lab.delivery("1").await.0.state, lab.told.all())
}

#[tokio::test(start_paused = true)]
async fn a_night_without_a_worker_ages_nothing() {
    let (state, told) = a_night(Say::Refused, Say::Accepted).await;
    assert_eq!(state, State::Done, "{told:?}");
    let (state, told) = a_night(Say::Hang, Say::Found).await;
    assert_eq!((told[0].as_str(), state), ("reaped 1 due, 0 held", State::Done));
    let (state, told) = a_night(Say::Hang, Say::Unclear).await;
    let asked = told.iter().filter(|told| *told == "1 due").count();
    assert_eq!(state, State::Held);
    assert!(asked > 3, "it is asked for hours: {told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_was_put_off_is_kept_across_a_restart() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.before == 0 {
            Say::Later(503, 300)
        } else {
            Say::Accepted
        }
    }));
    let lane = || main_lane(Repeat::Safe, &vendor);
    let run = tokio::spawn(lab.dispatcher([lane()]).run());
    sleep(100 * SECOND).await;
    lab.handle.stop();
    run.await.unwrap().unwrap();
    let lab = lab.restart();
    lab.drain([lane()]).await;
    assert_eq!(vendor.seconds(Purpose::Creation), [0, 300]);
}

#[tokio::test(start_paused = true)]
async fn claims_are_renewed_while_the_vendor_takes_its_time() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(65 * SECOND));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(lab.store.renewals.load(Ordering::SeqCst), 6);
    assert_eq!(lab.count("main", State::Done).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_shorter_lease_is_renewed_as_often() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(65 * SECOND));
    lab.handle.drain();
    let dispatcher = lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor)]);
    dispatcher.with_lease(6 * SECOND).run().await.unwrap();
    assert_eq!(lab.store.renewals.load(Ordering::SeqCst), 32);
}

#[tokio::test(start_paused = true)]
async fn what_is_accepted_while_it_runs_is_taken_when_it_is_told() {
    let lab = Lab::new();
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let run = tokio::spawn(lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor)]).run());
    sleep(SECOND * 5 / 2).await;
    lab.file(leads(1), &["main"]).await;
    lab.handle.wake();
    sleep(SECOND / 10).await;
    assert_eq!(vendor.seen().len(), 1);
    // Another process cannot tell.
    lab.file(["2".to_owned()], &["main"]).await;
    sleep(SECOND).await;
    assert_eq!(vendor.seen().len(), 2);
    lab.handle.stop();
    run.await.unwrap().unwrap();
}
