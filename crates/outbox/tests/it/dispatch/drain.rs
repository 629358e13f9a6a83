//! A run that ends when nothing is due.

use std::sync::Arc;

use leadsink_core::{Purpose, Repeat};
use leadsink_outbox::{Clock as _, Control, LaneSetup, LeadStore as _, State};
use tokio::time::{Instant, sleep};

use super::lab::{Lab, SECOND, leads, main_lane};
use super::vendor::{Acme, Say, Vendor};

/// A lane to a vendor that is out of service for ten minutes.
fn ill(vendor: &Arc<Vendor>) -> LaneSetup {
    LaneSetup::new("ill", Arc::new(Acme::new(Repeat::Safe)), vendor.clone())
}

fn away() -> Arc<Vendor> {
    Arc::new(Vendor::new(|seen| {
        if seen.before == 0 {
            Say::Later(503, 600)
        } else {
            Say::Accepted
        }
    }))
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_has_drained_takes_what_comes_while_another_still_works() {
    let lab = Lab::new();
    lab.file(leads(1), &["main", "ill"]).await;
    let (vendor, away) = (Arc::new(Vendor::new(|_| Say::Accepted)), away());
    let began = Instant::now();
    lab.handle.drain();
    let lanes = [main_lane(Repeat::NeverBlindly, &vendor), ill(&away)];
    let run = tokio::spawn(lab.dispatcher(lanes).run());
    sleep(100 * SECOND).await;
    // Another process files it, which cannot wake the lane.
    lab.file(["2".to_owned()], &["main"]).await;
    sleep(2 * SECOND).await;
    assert_eq!(vendor.seen().len(), 2);
    run.await.unwrap().unwrap();
    assert_eq!((away.seen().len(), began.elapsed().as_secs()), (2, 600));
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_is_resumed_meanwhile_works_again() {
    let lab = Lab::new();
    lab.file(leads(1), &["main", "ill"]).await;
    let control = |command| lab.store.control(command, lab.clock.now());
    control(Control::Pause("main".into())).await.unwrap();
    let (vendor, away) = (Arc::new(Vendor::new(|_| Say::Accepted)), away());
    lab.handle.drain();
    let lanes = [main_lane(Repeat::NeverBlindly, &vendor), ill(&away)];
    let run = tokio::spawn(lab.dispatcher(lanes).run());
    sleep(100 * SECOND).await;
    assert_eq!(vendor.seen().len(), 0);
    control(Control::Resume("main".into())).await.unwrap();
    sleep(2 * SECOND).await;
    assert_eq!(vendor.seconds(Purpose::Creation).len(), 1);
    run.await.unwrap().unwrap();
    assert_eq!(lab.count("main", State::Done).await, 1);
}

#[tokio::test(start_paused = true)]
async fn it_does_not_wait_for_a_lane_that_is_paused() {
    let lab = Lab::new();
    lab.file(leads(1), &["main", "other"]).await;
    let pause = Control::Pause("main".into());
    lab.store.control(pause, lab.clock.now()).await.unwrap();
    let vendor = Arc::new(Vendor::new(|_| Say::Accepted));
    let other = LaneSetup::new("other", Arc::new(Acme::new(Repeat::Safe)), vendor.clone());
    lab.drain([main_lane(Repeat::Safe, &vendor), other]).await;
    assert_eq!((vendor.seen().len(), lab.count("main", State::Due).await), (1, 1));
}
