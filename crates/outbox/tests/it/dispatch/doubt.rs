//! Attempts whose answer nobody saw.

use std::sync::Arc;

use leadsink_core::{Purpose, Repeat};
use leadsink_outbox::{AttemptOutcome, Conclusion, Exhaustion, LaneSetup, RetryRules, State};
use tokio::time::Instant;

use super::lab::{Lab, SECOND, leads, main_lane};
use super::vendor::{Acme, Say, Vendor};

fn asked(vendor: &Arc<Vendor>) -> LaneSetup {
    LaneSetup::new("main", Acme::new(Repeat::NeverBlindly).asked(), vendor.clone())
}

#[tokio::test(start_paused = true)]
async fn at_a_vendor_that_deduplicates_it_is_repeated_with_the_same_bytes() {
    for say in [Say::Hang, Say::Reset, Say::Status(500)] {
        let lab = Lab::new();
        lab.file(leads(1), &["main"]).await;
        let vendor = Arc::new(Vendor::new(
            move |seen| if seen.before < 2 { say } else { Say::Accepted },
        ));
        lab.drain([main_lane(Repeat::Safe, &vendor)]).await;
        assert_eq!(vendor.bodies(), ["1:1", "1:1", "1:1"]);
        assert_eq!(lab.told.count("1 began 3 in doubt"), 1);
        let (delivery, _) = lab.delivery("1").await;
        assert_eq!(
            (delivery.conclusion, delivery.in_doubt),
            (Some(Conclusion::Duplicate), false)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn where_nobody_can_be_asked_it_is_left_to_a_person_at_once() {
    for say in [Say::Hang, Say::Reset, Say::Status(503)] {
        let lab = Lab::new();
        lab.file(leads(2), &["main"]).await;
        let vendor = Arc::new(Vendor::new(
            move |seen| if seen.lead() == "1" { say } else { Say::Accepted },
        ));
        let began = Instant::now();
        lab.drain([main_lane(Repeat::NeverBlindly, &vendor).with_slots(1)])
            .await;
        assert!(began.elapsed() < 35 * SECOND);
        assert_eq!(vendor.bodies(), ["1:1", "2:2"]);
        let (delivery, attempts) = lab.delivery("1").await;
        assert_eq!((delivery.state, delivery.in_doubt), (State::Held, true));
        assert_eq!(attempts[0].outcome, Some(AttemptOutcome::Unknown));
        assert_eq!(lab.count("main", State::Done).await, 1);
        assert_eq!(lab.handle.numbers()[0].held, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_has_it_is_asked_after_a_minute_and_nothing_is_sent_again() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| match seen.purpose {
        Purpose::Creation => Say::Reset,
        Purpose::Question => Say::Found,
    }));
    lab.drain([asked(&vendor)]).await;
    assert_eq!(vendor.bodies(), ["1:1"]);
    assert_eq!(vendor.seconds(Purpose::Question), [65]);
    let (delivery, _) = lab.delivery("1").await;
    assert_eq!(delivery.conclusion, Some(Conclusion::Accepted));
    assert_eq!(delivery.vendor_ref.as_deref(), Some("v-9"));
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_does_not_have_it_gets_it_again_prepared_anew() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| match seen.purpose {
        Purpose::Creation if seen.before == 0 => Say::Reset,
        Purpose::Creation => Say::Accepted,
        Purpose::Question => Say::Absent,
    }));
    lab.drain([asked(&vendor)]).await;
    assert_eq!(vendor.bodies(), ["1:1", "1:2"]);
    let (delivery, _) = lab.delivery("1").await;
    assert_eq!(delivery.conclusion, Some(Conclusion::Accepted));
    assert_eq!(lab.told.count("1 began 2"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_does_not_tell_is_asked_less_and_less_often_and_then_a_person_is() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| match (seen.purpose, seen.before) {
        (Purpose::Creation, _) => Say::Reset,
        (Purpose::Question, 1) => Say::Status(500),
        (Purpose::Question, _) => Say::Unclear,
    }));
    lab.drain([asked(&vendor)]).await;
    let turns: Vec<_> = vendor.seconds(Purpose::Question).iter().map(|at| at / 65).collect();
    assert_eq!(turns[..6], [1, 2, 4, 8, 16, 31]);
    assert!(turns.last() <= Some(&240), "{turns:?}");
    assert_eq!(vendor.bodies().len(), 1);
    let (delivery, _) = lab.delivery("1").await;
    assert_eq!((delivery.state, delivery.attempts), (State::Held, 1));
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_process_too_the_vendor_is_asked_after_a_minute() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| match seen.purpose {
        Purpose::Creation => Say::Hang,
        Purpose::Question => Say::Found,
    }));
    let run = tokio::spawn(lab.dispatcher([asked(&vendor)]).run());
    tokio::time::sleep(5 * SECOND).await;
    lab.handle.stop();
    lab.handle.stop();
    run.await.unwrap().unwrap();
    let lab = lab.restart();
    lab.drain([asked(&vendor)]).await;
    assert_eq!(vendor.seconds(Purpose::Question), [70]);
    assert_eq!(lab.delivery("1").await.0.conclusion, Some(Conclusion::Accepted));
}

fn at_most(attempts: u32) -> RetryRules {
    let rules = RetryRules::default();
    rules.with_exhaustion(Exhaustion {
        max_attempts: attempts,
        ..rules.exhaustion()
    })
}

#[tokio::test(start_paused = true)]
async fn what_the_vendor_does_not_have_after_the_last_attempt_is_dead() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| match seen.purpose {
        Purpose::Creation => Say::Reset,
        Purpose::Question => Say::Absent,
    }));
    lab.drain([asked(&vendor).with_rules(at_most(1))]).await;
    assert_eq!(vendor.bodies(), ["1:1"]);
    let (delivery, _) = lab.delivery("1").await;
    assert_eq!((delivery.state, delivery.in_doubt), (State::Dead, false));
}

#[tokio::test(start_paused = true)]
async fn the_vendor_is_asked_before_a_person_where_repeating_did_not_help() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| match seen.purpose {
        Purpose::Creation => Say::Reset,
        Purpose::Question => Say::Found,
    }));
    let lane = LaneSetup::new("main", Acme::new(Repeat::Safe).asked(), vendor.clone());
    lab.drain([lane.with_rules(at_most(2))]).await;
    assert_eq!(vendor.bodies(), ["1:1", "1:1"]);
    assert_eq!(lab.delivery("1").await.0.conclusion, Some(Conclusion::Accepted));
}
