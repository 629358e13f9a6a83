//! Questions about attempts in doubt that fail themselves, and those before a delivery is left to a person.

use std::sync::Arc;

use leadsink_core::{Purpose, Repeat};
use leadsink_outbox::{Clock as _, Conclusion, Exhaustion, LaneSetup, LeadStore as _, RetryRules, State};

use super::lab::{Lab, SECOND, leads};
use super::vendor::{Acme, Say, Seen, Vendor};

const HOUR: u64 = 3600;

fn asked(repeat: Repeat, vendor: &Arc<Vendor>) -> LaneSetup {
    LaneSetup::new("main", Acme::new(repeat).asked(), vendor.clone())
}

/// A vendor that breaks off in the middle of each attempt, and answers questions so.
fn breaking(answers: impl Fn(&Seen) -> Say + Send + Sync + 'static) -> Arc<Vendor> {
    Arc::new(Vendor::new(move |seen| match seen.purpose {
        Purpose::Creation => Say::Reset,
        Purpose::Question => answers(seen),
    }))
}

#[tokio::test(start_paused = true)]
async fn an_account_that_may_not_ask_holds_the_lane_and_leaves_the_doubt_due() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = breaking(|_| Say::Status(401));
    lab.drain([asked(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(vendor.seconds(Purpose::Question), [65]);
    assert_eq!(lab.told.count("main held"), 1);
    let (delivery, _) = lab.delivery("1").await;
    assert_eq!(
        (delivery.state, delivery.in_doubt, delivery.attempts),
        (State::Due, true, 1)
    );
    assert!(lab.store.lanes().await.unwrap()[0].hold.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_question_too_many_defers_the_lane() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = breaking(|seen| {
        if seen.before == 1 {
            Say::Later(429, 120)
        } else {
            Say::Found
        }
    });
    lab.drain([asked(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(vendor.seconds(Purpose::Question), [65, 185]);
    assert_eq!(lab.told.count("main deferred"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_gone_for_hours_leaves_no_doubt_to_a_person() {
    for say in [Say::Refused, Say::Hang, Say::Status(503)] {
        let lab = Lab::new();
        lab.file(leads(1), &["main"]).await;
        let vendor = breaking(move |seen| {
            if seen.at < 6 * HOUR as u32 * SECOND {
                say
            } else {
                Say::Found
            }
        });
        lab.drain([asked(Repeat::NeverBlindly, &vendor)]).await;
        let (delivery, _) = lab.delivery("1").await;
        assert_eq!(delivery.conclusion, Some(Conclusion::Accepted), "{say:?}");
        assert_eq!(vendor.bodies().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_never_understands_the_question_is_asked_for_hours_and_then_a_person_is() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = breaking(|_| Say::Status(422));
    lab.drain([asked(Repeat::NeverBlindly, &vendor)]).await;
    assert_eq!(lab.delivery("1").await.0.state, State::Held);
    let last = vendor.seen().last().unwrap().at.as_secs();
    assert!((4 * HOUR..5 * HOUR).contains(&last), "{last}");
}

fn at_most(attempts: u32) -> RetryRules {
    let rules = RetryRules::default();
    rules.with_exhaustion(Exhaustion {
        max_attempts: attempts,
        ..rules.exhaustion()
    })
}

#[tokio::test(start_paused = true)]
async fn the_last_attempt_too_has_a_minute_before_it_is_asked_about() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let began = lab.clock.now();
    let vendor = Arc::new(Vendor::new(|seen| match seen.purpose {
        Purpose::Creation => Say::Hang,
        Purpose::Question => Say::Found,
    }));
    let sink = Acme::new(Repeat::Safe).asked();
    let lane = LaneSetup::new("main", sink.clone(), vendor.clone());
    lab.drain([lane.with_rules(at_most(1))]).await;
    // It had 30 s.
    assert_eq!(vendor.seconds(Purpose::Question), [95]);
    assert_eq!(sink.asked_about(began), [(0, 30)]);
    assert_eq!(lab.delivery("1").await.0.conclusion, Some(Conclusion::Accepted));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_came_too_late_to_be_repeated_is_asked_about_after_a_minute() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let vendor = breaking(|_| Say::Found);
    let rules = RetryRules::default();
    let rules = rules.with_exhaustion(Exhaustion {
        max_age: 20 * SECOND,
        ..rules.exhaustion()
    });
    lab.drain([asked(Repeat::Safe, &vendor).with_rules(rules)]).await;
    let (tries, asks) = (vendor.seconds(Purpose::Creation), vendor.seconds(Purpose::Question));
    let (last, first) = (*tries.last().unwrap(), tries[0]);
    assert!(first + 20 <= last && asks == [last + 65], "{tries:?} {asks:?}");
    assert_eq!(lab.delivery("1").await.0.conclusion, Some(Conclusion::Accepted));
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_repeated_at_all_is_asked_about_with_its_beginning() {
    let lab = Lab::new();
    lab.file(leads(1), &["main"]).await;
    let began = lab.clock.now();
    let vendor = Vendor::new(|seen| match seen.purpose {
        Purpose::Creation => Say::Half,
        Purpose::Question => Say::Found,
    });
    let vendor = Arc::new(vendor.taking(10 * SECOND));
    let sink = Acme::new(Repeat::Safe).asked();
    lab.drain([LaneSetup::new("main", sink.clone(), vendor.clone())]).await;
    assert_eq!(vendor.bodies().len(), 1);
    assert_eq!(sink.asked_about(began), [(0, 10)]);
    assert_eq!(lab.delivery("1").await.0.conclusion, Some(Conclusion::Accepted));
}
