//! A store that fails for a while.

use std::sync::Arc;

use leadsink_core::{Purpose, Repeat};
use leadsink_outbox::State;

use super::lab::{Lab, leads, main_lane};
use super::vendor::{Say, Vendor};

#[tokio::test(start_paused = true)]
async fn what_cannot_be_written_down_is_not_sent() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    lab.store.faults.lock().unwrap().extend(["claim", "begin"]);
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    // A second after each fault.
    assert_eq!(vendor.seconds(Purpose::Creation), [2]);
    assert_eq!(lab.told.count("there is no room left"), 2);
    let (delivery, attempts) = lab.delivery("1").await;
    assert_eq!((delivery.state, delivery.attempts, attempts.len()), (State::Done, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_written_down_is_kept_until_it_can() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    lab.store.faults.lock().unwrap().extend(["finish"; 30]);
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(vendor.seen().len(), 1);
    assert_eq!(lab.told.count("there is no room left"), 30);
    assert_eq!(lab.delivery("1").await.0.state, State::Done);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_run_says_that_its_last_answer_could_not_be_written_down() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    lab.store.faults.lock().unwrap().extend(["finish"; 30]);
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let run = tokio::spawn(lab.dispatcher([main_lane(Repeat::NeverBlindly, &vendor)]).run());
    tokio::time::sleep(super::lab::SECOND).await;
    lab.handle.stop();
    let error = run.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "there is no room left");
    lab.store.faults.lock().unwrap().clear();
    // Its attempt is written down, and in doubt at the next start.
    let lab = lab.restart();
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(lab.delivery("1").await.0.state, State::Held);
    assert_eq!(vendor.seen().len(), 1);
}
