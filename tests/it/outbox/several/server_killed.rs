//! `kill -9` of the server under load, every process of it at once; then it is started again.
#![expect(clippy::print_stderr, reason = "the figures of the proof")]

use std::time::{Duration, Instant};

use leadsink_sandbox::Sandbox;

use super::cluster::Cluster;
use super::crew::{Crew, Worker, at_once, lease, now};
use super::place::Place;
use crate::outbox::check::{Numbers, csv, is_soak};
use crate::run::{Stage, VENDORS};

#[test]
fn a_server_that_is_killed_under_load_loses_nothing_and_the_workers_go_on_by_themselves() {
    let Some(mut cluster) = Cluster::start() else { return };
    // How long the server is away, each time: at the end for longer than a lease.
    let away: &[u64] = if is_soak() { &[0, 5, 0, 20, 0, 45] } else { &[0, 6] };
    let (batch, slots) = if is_soak() { (150, 16) } else { (30, 4) };
    let mut numbers = Numbers::new();
    let stage = Stage::with(Sandbox::builder().delay(Duration::from_millis(100)));
    let place = Place::new(cluster.address());
    let crew = Crew::new(&stage, &place, VENDORS, slots);
    let mut workers = ["one", "two"].map(|name| crew.work(name));
    let mut senders = Vec::new();
    let (mut back, mut in_flight) = (0.0, 0);
    for (round, away) in away.iter().enumerate() {
        let file = stage.write(&format!("{round}.csv"), csv(round * batch..(round + 1) * batch));
        let before = stage.sandbox.counts().requests;
        senders.push(crew.send(&format!("send{round}"), &file));
        let after = before + 1 + numbers.below(u64::try_from(batch * VENDORS.len() / 2).unwrap());
        crew.wait_until("something is sent", || {
            (stage.sandbox.counts().requests >= after).then_some(())
        });
        let sending = senders.iter_mut().map(Worker::is_running).filter(|runs| *runs).count();
        in_flight += (workers.len() + sending) * at_once(slots);
        cluster.kill();
        let (gone, away) = (Instant::now(), Duration::from_secs(*away));
        while gone.elapsed() < away {
            std::thread::park_timeout(away.saturating_sub(gone.elapsed()));
        }
        cluster.serve();
        back = now();
    }
    // What was not filed when the server was killed is filed now, and more, so that there is something to do for both.
    let leads = away.len() * batch * 3;
    senders.push(crew.send("all", &stage.write("all.csv", csv(0..leads))));
    let gaps = workers
        .each_ref()
        .map(|worker| place.first_claim(&worker.name, back) - back);
    let deliveries = leads * VENDORS.len();

    crew.wait_for_answers(deliveries);
    let (_, found) = crew.check(deliveries);
    let (rounds, longest) = (away.len(), gaps.into_iter().fold(0.0, f64::max));
    eprintln!("{deliveries} deliveries, {rounds} kills: both back at work {longest:.1} s after the last one; {found}");
    for worker in &mut workers {
        assert!(worker.is_running(), "{} has given up", worker.name);
    }
    // What they were answered meanwhile is not lost; what may be repeated may have been sent again by another.
    Crew::check_answers(&found, in_flight);
    assert!(longest <= lease().as_secs_f64() + 10.0, "{gaps:?}");
}
