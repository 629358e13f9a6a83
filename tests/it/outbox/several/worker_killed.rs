//! `kill -9` of one of two workers at random points.
#![expect(clippy::print_stderr, reason = "the figures of the proof")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use leadsink_sandbox::Sandbox;

use super::crew::{Crew, Worker, at_once, lease, reaping};
use super::place::{Place, server};
use crate::outbox::check::{Numbers, csv, is_soak, merges};
use crate::run::{Stage, VENDORS};

/// Nothing more is to be killed where nothing was sent for so long: what is left waits for its time.
const IDLE: Duration = Duration::from_secs(2);

/// What the machine may be late by, and the time until those are delivered that were due before.
const SLACK: Duration = Duration::from_secs(5);

#[test]
fn what_a_killed_worker_had_is_taken_up_by_another_in_time_and_nothing_is_lost() {
    let Some(server) = server() else { return };
    let (leads, kills, slots) = if is_soak() { (1000, 20, 16) } else { (60, 3, 4) };
    let mut numbers = Numbers::new();
    let stage = Stage::with(Sandbox::builder().delay(Duration::from_millis(20)));
    let place = Place::new(server);
    let crew = Crew::new(&stage, &place, VENDORS, slots);
    let batch = leads / kills;
    let requests = u64::try_from(batch * VENDORS.len()).unwrap();
    let mut killed = BTreeMap::new();
    let mut crew_now: Vec<Worker> = Vec::new();
    for kill in 0..kills {
        crew_now.retain_mut(Worker::is_running);
        if crew_now.is_empty() {
            crew_now.push(crew.work(&format!("work{kill}")));
        }
        let file = stage.write(&format!("{kill}.csv"), csv(kill * batch..(kill + 1) * batch));
        crew_now.push(crew.send(&format!("send{kill}"), &file));
        let mut victim = usize::try_from(numbers.below(2)).unwrap();
        if kill % 4 == 3 {
            // The new one while it starts, or files.
            victim = 1;
            std::thread::park_timeout(Duration::from_micros(numbers.below(100_000)));
        } else {
            let before = stage.sandbox.counts().requests;
            let after = before + 1 + numbers.below(requests);
            let mut seen = (before, Instant::now());
            while seen.0 < after && seen.1.elapsed() < IDLE {
                std::thread::park_timeout(Duration::from_micros(500));
                let requests = stage.sandbox.counts().requests;
                if requests > seen.0 {
                    seen = (requests, Instant::now());
                }
            }
        }
        let (name, at, ran) = crew_now.remove(victim).kill();
        if ran {
            killed.insert(name, at);
        }
    }
    assert!(!killed.is_empty(), "no process was alive when it was killed");
    // What was killed before it was filed is filed now.
    crew_now.push(crew.work("last"));
    crew_now.push(crew.send("all", &stage.write("all.csv", csv(0..batch * kills))));

    let (ledger, found) = crew.check(batch * kills * VENDORS.len());
    let bound = (lease() + reaping() + SLACK).as_secs_f64();
    let (mut lost, mut found_after, mut taken_after) = (BTreeMap::<_, usize>::new(), 0.0_f64, 0.0_f64);
    for claim in place.claims() {
        let (Some(killed_at), Some(lost_at)) = (killed.get(&claim.worker), claim.lost_at) else {
            continue;
        };
        *lost.entry((claim.worker.clone(), claim.sink)).or_default() += 1;
        found_after = found_after.max(lost_at - killed_at);
        if let Some((next, at)) = claim.next {
            assert_ne!(next, claim.worker);
            taken_after = taken_after.max(at - killed_at);
        }
    }
    eprintln!(
        "{} deliveries, {} of {kills} killed while they ran: {} claims lost, the last found after {found_after:.1} s and taken \
         up after {taken_after:.1} s; {found}",
        ledger.len(),
        killed.len(),
        lost.values().sum::<usize>()
    );
    assert!(!lost.is_empty(), "none of them had claimed anything");
    for ((worker, vendor), count) in &lost {
        assert!(*count <= at_once(slots), "{worker} had {count} of {vendor}");
    }
    assert!(found_after <= bound && taken_after <= bound, "later than {bound} s");
    // Each time what the vendor had, and as much of which the answer was being written down. What may be repeated is begun ahead, too.
    for (vendor, count) in found.unknown.iter().chain(&found.doubles) {
        let ahead = if merges(vendor) { slots / 2 } else { 0 };
        let most = u64::try_from(killed.len() * (2 * slots + ahead)).unwrap();
        assert!(*count <= most, "{vendor}: {count}");
    }
    assert!(found.unknown.keys().all(|vendor| !merges(vendor)), "{found}");
}
