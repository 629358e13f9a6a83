//! Two healthy workers, and vendors that take three times as long as a lease: it is renewed, and nobody takes it.
#![expect(clippy::print_stderr, reason = "the figures of the proof")]

use leadsink_sandbox::Sandbox;

use super::crew::{Crew, lease};
use super::place::{Place, server};
use crate::outbox::check::{csv, made};
use crate::run::Stage;

/// One that merges what comes twice, and others that do not; each takes a lead by one request.
const SINKS: [&str; 4] = ["enerflo", "leadconduit", "ntherm", "solarnexus"];

const SLOTS: usize = 2;

#[test]
fn no_delivery_is_made_twice_where_the_vendor_is_slower_than_the_lease() {
    let Some(server) = server() else { return };
    let stage = Stage::with(Sandbox::builder().delay(lease() * 3));
    let place = Place::new(server);
    let crew = Crew::new(&stage, &place, &SINKS, SLOTS);
    // Just as many as both can have in flight.
    let leads = 2 * SLOTS;
    let _one = crew.work("one");
    let _two = crew.send("two", &stage.write("leads.csv", csv(0..leads)));

    let (ledger, found) = crew.check(leads * SINKS.len());
    let shares = place.shares();
    eprintln!("{} deliveries, by worker {shares:?}: {found}", ledger.len());
    assert_eq!(shares.len(), 2, "one had nothing to do: {shares:?}");
    assert_eq!((found.unknown(), found.doubles()), (0, 0), "{found}");
    assert!(made(&stage.sandbox).values().all(|made| *made == 1));
    assert!(place.claims().iter().all(|claim| claim.next.is_none()), "claimed twice");
}
