//! What is the account's fault, and what is the lead's.

use std::sync::Arc;

use leadsink_core::{Purpose, Repeat};
use leadsink_outbox::{Control, LeadStore, State};

use super::lab::{Lab, SECOND, leads, main_lane};
use super::vendor::{Say, Vendor};

#[tokio::test(start_paused = true)]
async fn an_account_that_is_refused_holds_the_lane_and_spends_nothing() {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Status(401)));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor).with_slots(8)])
        .await;
    assert_eq!(vendor.seen().len(), 1, "one request shows it");
    assert_eq!(lab.count("main", State::Due).await, 20);
    assert_eq!(lab.delivery("1").await.0.attempts, 0);
    assert_eq!(lab.told.count("main held"), 1);
    let lanes = lab.store.lanes().await.unwrap();
    assert!(lanes[0].hold.as_deref().unwrap().contains("credentials"));

    // The account is mended and the lane resumed: everything goes.
    let lab = lab.restart();
    let now = leadsink_outbox::Clock::now(&*lab.clock);
    lab.store.control(Control::Resume("main".into()), now).await.unwrap();
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!((lab.count("main", State::Done).await, vendor.seen().len()), (20, 20));
}

#[tokio::test(start_paused = true)]
async fn one_attempt_at_a_time_is_made_until_the_vendor_answers() {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(5 * SECOND));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor).with_slots(8)])
        .await;
    let at = vendor.seconds(Purpose::Creation);
    assert_eq!(at[..10], [0, 5, 5, 5, 5, 5, 5, 5, 5, 10]);
}

#[tokio::test(start_paused = true)]
async fn three_attempts_without_an_answer_are_enough_to_wait_for_one() {
    let lab = Lab::new();
    lab.file(leads(20), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Hang));
    let lane = main_lane(Repeat::NeverBlindly, &vendor).with_slots(4);
    lab.handle.drain();
    let run = tokio::spawn(lab.dispatcher([lane]).run());
    tokio::time::sleep(100 * SECOND).await;
    assert_eq!(vendor.seconds(Purpose::Creation), [0, 30, 60, 90, 90, 90, 90]);
    lab.handle.stop();
    run.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_does_not_fit_is_dead_and_says_why() {
    let lab = Lab::new();
    lab.file(["unfit".to_owned(), "1".to_owned()], &["main"]).await;
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    lab.drain([main_lane(Repeat::Safe, &vendor)]).await;
    let (delivery, attempts) = lab.delivery("unfit").await;
    assert_eq!(delivery.state, State::Dead);
    assert_eq!(attempts[0].error.as_deref(), Some("unfit"));
    assert_eq!(
        attempts[0].message.as_deref(),
        Some("the lead does not fit: the phone is missing")
    );
    assert_eq!(vendor.bodies(), ["1:1"]);
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_the_vendor_refuses_to_read_is_dead() {
    let lab = Lab::new();
    lab.file(leads(2), &["main"]).await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.lead() == "1" {
            Say::Status(422)
        } else {
            Say::Accepted
        }
    }));
    lab.drain([main_lane(Repeat::Safe, &vendor)]).await;
    assert_eq!(lab.delivery("1").await.0.state, State::Dead);
    assert_eq!(lab.delivery("2").await.0.state, State::Done);
    assert_eq!(vendor.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_crate_that_panics_takes_no_other_lead_with_it() {
    let lab = Lab::new();
    lab.file(["panics".to_owned(), "1".to_owned(), "2".to_owned()], &["main"])
        .await;
    let vendor = Arc::new(Vendor::new(|seen| {
        if seen.lead() == "1" {
            Say::Unclear
        } else {
            Say::Accepted
        }
    }));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(lab.delivery("panics").await.0.state, State::Dead);
    // Its answer came, and nobody read it.
    assert_eq!(lab.delivery("1").await.0.state, State::Held);
    assert_eq!(lab.delivery("2").await.0.state, State::Done);
}
