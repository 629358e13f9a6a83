//! Leads that end the process: each for as many starts as it has attempts, and none takes its neighbours with it.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{LeadId, Repeat, Timestamp};
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{
    DeliveryView, Dispatcher, Exhaustion, Handle, LaneSetup, LeadStore, Query, RetryRules, SqliteStore, State, WorkerId,
};
use tempfile::TempDir;

use super::lab::lead;
use super::vendor::{Acme, Say, Vendor};
use crate::child::{Child, outbox};

const ATTEMPTS: u32 = 3;

fn store(path: &std::path::Path) -> Arc<SqliteStore> {
    let mut random = [0; 10];
    random[..4].copy_from_slice(&std::process::id().to_be_bytes());
    let worker = WorkerId::new(Timestamp::now(), random);
    Arc::new(SqliteStore::open(path, Role::Worker(worker)).unwrap())
}

/// Delivers all that is due, by two lanes of 32 slots, unless a lead ends the process.
#[tokio::test]
async fn worker() {
    let Some(path) = outbox() else { return };
    let rules = RetryRules::default();
    let rules = rules.with_exhaustion(Exhaustion {
        max_attempts: ATTEMPTS,
        ..rules.exhaustion()
    });
    let handle = Handle::new();
    handle.drain();
    let mut dispatcher = Dispatcher::new(store(&path), &handle);
    for name in ["main", "other"] {
        let vendor = Vendor::new(|seen| {
            if seen.lead() == "dies-sent" {
                std::process::abort();
            }
            Say::Accepted
        });
        let vendor = Arc::new(vendor.taking(Duration::from_millis(10)));
        let lane = LaneSetup::new(name, Arc::new(Acme::new(Repeat::Safe)), vendor);
        dispatcher = dispatcher.with_lane(lane.with_rules(rules));
    }
    dispatcher.run().await.unwrap();
}

async fn all(store: &SqliteStore) -> Vec<DeliveryView> {
    let query = Query {
        limit: 10_000,
        ..Query::default()
    };
    store.list(query).await.unwrap().deliveries
}

/// Files so many leads to two sinks, with some among those to one of them, and starts a worker until one ends well. Gives how
/// often it took, and what became of the leads.
async fn work_off(neighbours: u32, poison: &[(usize, &str)]) -> (u32, Vec<DeliveryView>) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("leads.db");
    let mut main: Vec<_> = (0..neighbours).map(|n| format!("main-{n}")).collect();
    for (at, id) in poison {
        main.insert(*at, (*id).to_owned());
    }
    let now = Timestamp::now();
    let mut leads: Vec<_> = main.iter().map(|id| lead(id, &["main"], now)).collect();
    leads.extend((0..neighbours).map(|n| lead(&format!("other-{n}"), &["other"], now)));
    store(&path).accept(leads, now).await.unwrap();
    for starts in 1..=30 {
        if Child::start("dispatch::poison::worker", &path, &[]).end() {
            return (starts, all(&store(&path)).await);
        }
    }
    panic!("the outbox never came to rest");
}

fn of<'a>(deliveries: &'a [DeliveryView], id: &str) -> &'a DeliveryView {
    let id = LeadId::new(id).unwrap();
    deliveries.iter().find(|delivery| delivery.key == id).unwrap()
}

/// What did not go to its vendor, but for the leads that end the process.
fn unlucky(deliveries: &[DeliveryView]) -> Vec<String> {
    let innocent = |delivery: &&DeliveryView| !delivery.key.as_str().starts_with("dies");
    let lost = deliveries.iter().filter(innocent);
    lost.filter(|delivery| delivery.state != State::Done || delivery.attempts > ATTEMPTS)
        .map(|delivery| format!("{} {} {}", delivery.key, delivery.state.as_str(), delivery.attempts))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_that_ends_the_process_is_given_up_and_takes_no_neighbour_with_it() {
    let (starts, deliveries) = work_off(50, &[(10, "dies-mapped")]).await;
    assert_eq!(deliveries.len(), 101);
    assert_eq!(unlucky(&deliveries), Vec::<String>::new());
    let poison = of(&deliveries, "dies-mapped");
    // Nothing of it was sent.
    assert_eq!((poison.state, poison.attempts), (State::Dead, ATTEMPTS));
    assert_eq!(starts, ATTEMPTS + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_such_leads_are_each_given_up_after_their_own_attempts() {
    let (starts, deliveries) = work_off(60, &[(5, "dies-sent"), (40, "dies-mapped")]).await;
    assert_eq!(unlucky(&deliveries), Vec::<String>::new());
    let sent = of(&deliveries, "dies-sent");
    assert_eq!((sent.state, sent.in_doubt), (State::Held, true));
    assert_eq!(of(&deliveries, "dies-mapped").state, State::Dead);
    assert!(starts <= 2 * ATTEMPTS + 1, "{starts}");
}
