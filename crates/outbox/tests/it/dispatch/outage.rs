//! Vendors that are down or ask to wait: the right number of requests at the right times.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{Purpose, Repeat};
use leadsink_layers::Limit;
use leadsink_outbox::{LaneSetup, State};
use tokio::time::Instant;

use super::lab::{Lab, SECOND, leads, main_lane};
use super::vendor::{Acme, Say, Vendor};

#[tokio::test(start_paused = true)]
async fn out_of_service_for_ten_minutes_costs_few_requests_and_no_lead() {
    down_for_ten_minutes(Say::Status(503)).await;
}

#[tokio::test(start_paused = true)]
async fn connections_that_break_for_ten_minutes_cost_few_requests_and_no_lead() {
    down_for_ten_minutes(Say::Reset).await;
}

async fn down_for_ten_minutes(say: Say) {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(
        move |seen| {
            if seen.at < 600 * SECOND { say } else { Say::Accepted }
        },
    ));
    lab.drain([main_lane(Repeat::Safe, &vendor).with_slots(4)]).await;
    assert_eq!(lab.count("main", State::Done).await, 20);
    let seconds = vendor.seconds(Purpose::Creation);
    let (during, after): (Vec<u64>, Vec<u64>) = seconds.iter().partition(|at| **at < 600);
    // Five failures open the breaker, with at most the other slots in flight; then one request after 30, 60, 120, 240 s.
    let at_once = during.iter().filter(|at| **at < 30).count();
    assert!((5..=8).contains(&at_once), "{during:?}");
    assert_eq!(during[at_once..], [30, 90, 210, 450]);
    // The trial after 300 s more closes it, and every lead is sent once.
    assert_eq!((after.len(), after[0]), (20, 750));
    assert!(after.iter().all(|at| *at <= 751), "{after:?}");
    assert_eq!(lab.told.count("main closed"), 1);
    assert_eq!(lab.told.count("main opened"), 5);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_asks_to_wait_is_left_alone_for_as_long_and_no_attempt_is_spent() {
    let lab = Lab::new();
    lab.file(leads(3), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.before == 0 {
            Say::Later(429, 120)
        } else {
            Say::Accepted
        }
    }));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor).with_slots(1)])
        .await;
    assert_eq!(vendor.seconds(Purpose::Creation), [0, 120, 120, 120]);
    assert_eq!(lab.told.count("1 began 1"), 2);
    assert_eq!(lab.delivery("1").await.0.attempts, 1);
    assert_eq!(lab.told.count("main deferred"), 1);
}

#[tokio::test(start_paused = true)]
async fn refusals_without_a_time_hold_the_lane_for_longer_each_time() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.before < 4 {
            Say::Status(429)
        } else {
            Say::Accepted
        }
    }));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(vendor.seconds(Purpose::Creation), [0, 1, 3, 7, 15]);
}

#[tokio::test(start_paused = true)]
async fn what_never_left_is_prepared_anew_and_tried_later() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(
        |seen| if seen.before < 2 { Say::Refused } else { Say::Accepted },
    ));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(vendor.bodies(), ["1:1", "1:2", "1:3"]);
    let at = vendor.seconds(Purpose::Creation);
    assert!(at[1] <= 10 && at[2] - at[1] <= 20, "{at:?}");
    let (delivery, attempts) = lab.delivery("1").await;
    assert_eq!((delivery.attempts, attempts.len()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_fails_for_four_hours_is_dead_and_leaves_the_lane() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Refused));
    let began = Instant::now();
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    let (delivery, attempts) = lab.delivery("1").await;
    assert_eq!((delivery.state, delivery.in_doubt), (State::Dead, false));
    assert!(attempts.len() <= 25);
    assert!(began.elapsed() < Duration::from_secs(4 * 3600 + 20 * 60));
}

#[tokio::test(start_paused = true)]
async fn a_wish_to_wait_holds_for_every_slot_of_the_lane() {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.before > 0 && seen.at < 120 * SECOND {
            Say::Later(429, 120)
        } else {
            Say::Accepted
        }
    }));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor).with_slots(8)])
        .await;
    let at = vendor.seconds(Purpose::Creation);
    // What was in flight together is refused together, and then nothing goes out.
    assert!(
        at[..9].iter().all(|at| *at == 0) && at[9..].iter().all(|at| *at == 120),
        "{at:?}"
    );
    assert_eq!(at.len(), 28, "the first one shows that the account works");
    assert_eq!(lab.count("main", State::Done).await, 20);
    // A 429 is an answer: it opens no breaker.
    assert_eq!(lab.told.count("main opened"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_in_trouble_does_not_slow_another() {
    let troubles = [
        (Say::Status(503), 5),
        (Say::Later(429, 120), 1),
        (Say::Hang, 1),
        (Say::Reset, 5),
        (Say::Refused, 5),
    ];
    for (say, requests) in troubles {
        let lab = Lab::new();
        lab.file(leads(30), &["main", "ill"]).await;
        let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(SECOND));
        let ill = Arc::new(Vendor::new(move |_| say));
        let sink = Arc::new(Acme::new(Repeat::Safe));
        let lanes = [
            main_lane(Repeat::NeverBlindly, &vendor).with_slots(3),
            LaneSetup::new("ill", sink, ill.clone()).with_slots(3),
        ];
        let run = tokio::spawn(lab.dispatcher(lanes).run());
        tokio::time::sleep(12 * SECOND).await;
        assert_eq!(lab.count("main", State::Done).await, 30, "{say:?}");
        // The first one alone.
        let expected: Vec<u64> = (0_u64..30).map(|n| n.div_ceil(3)).collect();
        assert_eq!(vendor.seconds(Purpose::Creation), expected, "{say:?}");
        // Five failures open the breaker, and two more may be in flight then.
        let made = ill.seen().len();
        assert!((requests..=requests + 2).contains(&made), "{say:?}: {made}");
        lab.handle.stop();
        run.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_holds_across_a_restart() {
    let lab = Lab::new();
    lab.file(leads(5), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let lane = || main_lane(Repeat::NeverBlindly, &vendor).with_quotas([Limit::new("leads", 3, 60 * SECOND)]);
    let run = tokio::spawn(lab.dispatcher([lane()]).run());
    tokio::time::sleep(20 * SECOND).await;
    lab.handle.stop();
    run.await.unwrap().unwrap();
    let lab = lab.restart();
    lab.drain([lane()]).await;
    let at = vendor.seconds(Purpose::Creation);
    assert_eq!(at[..3], [0, 0, 0]);
    assert!(
        at.len() == 5 && at[3..].iter().all(|at| (60..=63).contains(at)),
        "{at:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn every_request_of_a_delivery_counts_for_the_quota() {
    let lab = Lab::new();
    lab.file(leads(6), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let lane = LaneSetup::new("main", Acme::new(Repeat::NeverBlindly).asking(), vendor.clone());
    lab.drain([lane.with_quotas([Limit::new("leads", 4, 60 * SECOND)])])
        .await;
    let at: Vec<_> = vendor.seen().iter().map(|seen| seen.at).collect();
    assert_eq!(at.len(), 12);
    for from in &at {
        let within = at.iter().filter(|then| (*from..*from + 60 * SECOND).contains(then));
        assert!(within.count() <= 4, "{at:?}");
    }
    assert!(at[11] < 200 * SECOND, "{at:?}");
    assert_eq!(lab.count("main", State::Done).await, 6);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_hangs_is_tried_less_and_less_often() {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.before > 0 && seen.at < 600 * SECOND {
            Say::Hang
        } else {
            Say::Accepted
        }
    }));
    lab.drain([main_lane(Repeat::Safe, &vendor).with_slots(5).with_timeout(60 * SECOND)])
        .await;
    // A minute for each answer that does not come, and then the pause.
    let at: Vec<_> = vendor
        .seconds(Purpose::Creation)
        .into_iter()
        .filter(|at| 60 < *at)
        .collect();
    assert_eq!(at[..4], [90, 210, 390, 690]);
    assert_eq!(lab.count("main", State::Done).await, 20);
}

#[tokio::test(start_paused = true)]
async fn a_trial_after_a_restart_holds_for_as_long_as_its_request_may_take() {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.at < 10 * SECOND {
            Say::Reset
        } else if seen.at < 300 * SECOND {
            Say::Hang
        } else {
            Say::Accepted
        }
    }));
    let lane = || main_lane(Repeat::Safe, &vendor).with_slots(5).with_timeout(60 * SECOND);
    let run = tokio::spawn(lab.dispatcher([lane()]).run());
    tokio::time::sleep(20 * SECOND).await;
    lab.handle.stop();
    run.await.unwrap().unwrap();
    let lab = lab.restart();
    lab.drain([lane()]).await;
    let at = vendor.seconds(Purpose::Creation);
    let trials: Vec<_> = at.iter().filter(|at| (10..300).contains(*at)).collect();
    // A minute for each, and then the pause.
    assert_eq!(trials, [&30, &120, &240]);
    assert_eq!(lab.count("main", State::Done).await, 20);
}
