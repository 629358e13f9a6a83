//! A clock that somebody sets while deliveries are made.

use std::sync::Arc;

use leadsink_core::{Purpose, Repeat};
use leadsink_layers::Limit;
use leadsink_outbox::State;

use super::lab::{Lab, SECOND, leads, main_lane};
use super::vendor::{Say, Vendor};

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_by_an_hour_delays_nothing() {
    let lab = Lab::new();
    lab.file(leads(2), &["main"]).await;
    let clock = lab.clock.clone();
    let vendor = Arc::new(Vendor::new(move |seen| {
        if seen.before < 2 {
            clock.set_back(1800);
            Say::Refused
        } else {
            Say::Accepted
        }
    }));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(lab.count("main", State::Done).await, 2);
    assert!(vendor.seconds(Purpose::Creation).iter().all(|at| *at <= 10));
}

const DAY: i64 = 24 * 3600;

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_forward_by_a_day_ends_the_waits_under_way_and_no_later_one() {
    let lab = Lab::new();
    lab.file(leads(2), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.at < 500 * SECOND {
            Say::Later(503, 100)
        } else {
            Say::Accepted
        }
    }));
    let lane = main_lane(Repeat::Safe, &vendor).with_slots(1);
    lab.handle.drain();
    let run = tokio::spawn(lab.dispatcher([lane]).run());
    tokio::time::sleep(50 * SECOND).await;
    lab.clock.set_forward(DAY);
    tokio::time::sleep(100 * SECOND).await;
    // Set right again: nothing waits for a day.
    lab.clock.set_back(DAY);
    run.await.unwrap().unwrap();
    assert_eq!(vendor.seconds(Purpose::Creation)[..6], [0, 50, 150, 250, 350, 450]);
    assert!(vendor.seen().last().unwrap().at < 700 * SECOND);
    // A day has not aged them by a day, and they would be dead letters.
    assert_eq!(lab.count("main", State::Done).await, 2);
    assert_eq!(
        vendor.bodies().len(),
        lab.told.all().iter().filter(|told| told.contains(" began ")).count()
    );
}

#[tokio::test(start_paused = true)]
async fn a_quota_is_kept_by_real_time_wherever_the_clock_is_set() {
    for jump in [DAY, -3600] {
        let lab = Lab::new();
        lab.file(leads(12), &["main"]).await;
        let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
        let lane = main_lane(Repeat::NeverBlindly, &vendor).with_quotas([Limit::new("leads", 3, 60 * SECOND)]);
        lab.handle.drain();
        let run = tokio::spawn(lab.dispatcher([lane]).run());
        for _ in 0..3 {
            tokio::time::sleep(25 * SECOND).await;
            lab.clock.set_forward(jump);
        }
        run.await.unwrap().unwrap();
        let at: Vec<_> = vendor.seen().iter().map(|seen| seen.at).collect();
        assert_eq!(at.len(), 12);
        for from in &at {
            let within = at.iter().filter(|then| (*from..*from + 60 * SECOND).contains(then));
            assert!(within.count() <= 3, "{jump}: {at:?}");
        }
        // Little is lost either.
        assert!(at[11] < 200 * SECOND, "{jump}: {at:?}");
    }
}
