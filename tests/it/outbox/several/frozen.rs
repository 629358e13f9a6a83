//! A worker that stands still for longer than its lease, as a machine does that is suspended, and then goes on.
#![expect(clippy::print_stderr, reason = "the figures of the proof")]

use std::time::Duration;

use leadsink::outbox::State;
use leadsink_sandbox::Sandbox;

use super::crew::{Crew, now};
use super::place::{Claimed, Place, server};
use super::way::Way;
use crate::outbox::check::{csv, made, merges};
use crate::run::{Stage, VENDORS};

/// The claims of a worker that was taken for lost.
fn lost<'c>(claims: &'c [Claimed], worker: &str) -> Vec<&'c Claimed> {
    let of_worker = claims.iter().filter(|claim| claim.worker == worker);
    of_worker.filter(|claim| claim.lost_at.is_some()).collect()
}

#[test]
fn what_is_answered_to_a_worker_that_was_frozen_is_recorded_as_late_and_doubles_nothing() {
    let Some(server) = server() else { return };
    let sandbox = Sandbox::builder().delay(Duration::from_secs(1));
    let stage = Stage::with(sandbox);
    let place = Place::new(server);
    let leads = 4;
    let crew = Crew::new(&stage, &place, VENDORS, leads);
    let deliveries = leads * VENDORS.len();
    let file = stage.write("leads.csv", csv(0..leads));
    let sleeper = crew.send("sleeper", &file);
    // The first one goes alone, so others are in the middle by then; and OpenSolar is being logged in to.
    crew.wait_until("the last requests are out", || {
        (made(&stage.sandbox).len() >= leads * (VENDORS.len() - 1)).then_some(())
    });
    sleeper.freeze();
    let frozen_at = now();
    let held = place.ledger();
    let held = held.iter().filter(|delivery| delivery.state == State::Leased);
    let others = held.clone().filter(|delivery| &*delivery.sink != "opensolar").count();
    let held = held.count();
    let _other = crew.work("other");
    crew.wait_until("the other is done with all it could take", || {
        let claims = place.claims();
        let lost = lost(&claims, "sleeper");
        let is_taken = lost.len() == held && lost.iter().all(|claim| claim.next.is_some());
        let is_at_work = || place.ledger().iter().any(|delivery| delivery.state == State::Leased);
        (is_taken && !is_at_work()).then_some(())
    });
    let frozen = now() - frozen_at;
    sleeper.wake();
    crew.wait_until("the late answers are recorded", || {
        let claims = place.claims();
        lost(&claims, "sleeper")
            .iter()
            .all(|claim| claim.late.is_some())
            .then_some(())
    });

    let (ledger, found) = crew.check(deliveries);
    let claims = place.claims();
    let late = lost(&claims, "sleeper");
    // NTherm's last word comes later still.
    let is_answer = |late: &&str| ["accepted", "pending"].contains(late);
    let answered = late.iter().filter_map(|claim| claim.late.as_deref()).filter(is_answer);
    let answered = answered.count();
    eprintln!(
        "{deliveries} deliveries, frozen for {frozen:.1} s: {held} claims lost, {answered} of them answered late; {found}"
    );
    assert!(others > 0 && answered >= others, "{late:?}");
    // The answer that was missing settles what nobody may repeat.
    let is_open = |state| matches!(state, State::Held | State::Due);
    let open = ledger
        .iter()
        .filter(|delivery| is_open(delivery.state) && &*delivery.sink != "opensolar");
    assert_eq!(open.count(), 0, "{found}");
}

#[test]
fn what_a_frozen_worker_was_about_to_send_it_does_not_send_after_its_lease() {
    let Some(server) = server() else { return };
    let stage = Stage::with(Sandbox::builder());
    let vendor = VENDORS.iter().find(|vendor| !merges(vendor)).unwrap();
    let place = Place::new(server);
    let crew = Crew::new(&stage, &place, &[vendor], 1);
    let way = Way::to(place.server());
    way.set_trap();
    let file = stage.write("leads.csv", csv(0..1));
    // The attempt is written down, and the worker has not heard of it yet.
    let sleeper = crew.send_by("sleeper", &file, &place.address_by(way.port, "sleeper"));
    crew.wait_until("an attempt begins", || way.has_trapped().then_some(()));
    sleeper.freeze();
    way.release();
    // The other finds that the lease has ended, and leaves the vendor alone until the sleeper has spoken.
    let told = |verb: &str| {
        let mut command = stage.command([verb, *vendor]);
        let ended = command.args(["--outbox", &place.address("told")]).output().unwrap();
        assert!(
            ended.status.success(),
            "{verb}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    };
    told("pause");
    let _other = crew.work("other");
    crew.wait_until("the other has found it lost", || {
        (lost(&place.claims(), "sleeper").len() == 1).then_some(())
    });
    assert!(made(&stage.sandbox).is_empty());
    sleeper.wake();
    crew.wait_until("the sleeper is done with it", || {
        let claims = place.claims();
        claims.iter().any(|claim| claim.late.is_some()).then_some(())
    });
    assert!(made(&stage.sandbox).is_empty(), "it was sent after all");
    told("resume");
    // Now that it certainly was not sent, it is no longer in doubt, and goes out once.
    let (_, found) = crew.check(1);
    assert_eq!(found.unknown(), 0, "{found}");
    assert!(made(&stage.sandbox).values().eq([&1]));
}
