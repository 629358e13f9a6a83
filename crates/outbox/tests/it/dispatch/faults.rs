//! A store that fails for a while or for good, and one in which another worker takes what this one has claimed.

use std::collections::BTreeSet;
use std::sync::Arc;

use leadsink_core::{Purpose, Repeat};
use leadsink_outbox::{State, StoreErrorKind};

use super::lab::{Lab, SECOND, leads, main_lane};
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
    tokio::time::sleep(SECOND).await;
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

/// Delivers ten leads over a store of which a call fails for good, and then over the mended one. Gives how many requests were
/// made before, and the lab.
async fn broken(call: &'static str) -> (usize, Lab) {
    let lab = Lab::new();
    lab.file(leads(10), &["main"]).await;
    *lab.store.broken.lock().unwrap() = Some(call);
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted).taking(SECOND));
    let lane = || main_lane(Repeat::NeverBlindly, &vendor).with_slots(4);
    let run = tokio::time::timeout(60 * SECOND, lab.dispatcher([lane()]).run());
    let error = run.await.expect("it ends by itself").unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{call}");
    assert!(lab.told.count("it is damaged") >= usize::from(call != "reap"), "{call}");
    let before = vendor.seen().len();
    let lab = lab.restart();
    lab.drain([lane()]).await;
    let bodies = vendor.bodies();
    let sent: BTreeSet<_> = bodies.iter().map(|body| body.split(':').next()).collect();
    assert_eq!((sent.len(), bodies.len()), (10, 10), "{call}: each is sent once");
    (before, lab)
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_broken_ends_the_run_before_anything_is_sent_that_it_cannot_keep() {
    for call in ["reap", "next_due", "claim", "begin"] {
        let (before, lab) = broken(call).await;
        assert_eq!((before, lab.count("main", State::Done).await), (0, 10), "{call}");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_that_a_broken_store_does_not_take_are_in_doubt_and_nothing_else_is() {
    let (before, lab) = broken("finish").await;
    // What was in flight has ended, and nothing more was begun.
    assert!((1..=4).contains(&before), "{before}");
    assert_eq!(lab.count("main", State::Held).await, before as u64);
    assert_eq!(lab.count("main", State::Done).await, 10 - before as u64);
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_another_worker_took_is_not_sent() {
    let lab = Lab::new();
    lab.file(leads(2), &["main"]).await;
    *lab.store.taken_before.lock().unwrap() = Some("begin");
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let lane = || main_lane(Repeat::NeverBlindly, &vendor).with_slots(1);
    lab.drain([lane()]).await;
    assert_eq!(lab.told.count("1 lost"), 1);
    assert_eq!(vendor.bodies(), ["2:2"]);
    assert_eq!(
        lab.delivery("1").await.0.state,
        State::Leased,
        "the other one works on it"
    );
    // That one is lost as well.
    let lab = lab.restart();
    lab.drain([lane()]).await;
    assert_eq!((lab.delivery("1").await.0.state, vendor.seen().len()), (State::Done, 2));
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_claim_that_another_worker_took_is_told_and_not_taken_for_the_others() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    *lab.store.taken_before.lock().unwrap() = Some("finish");
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    lab.drain([main_lane(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!((lab.told.count("1 lost"), lab.told.count("1 done")), (1, 0));
    let (delivery, attempts) = lab.delivery("1").await;
    assert_eq!(delivery.state, State::Leased);
    assert_eq!(attempts[0].late, Some(leadsink_outbox::AttemptOutcome::Accepted));
}
