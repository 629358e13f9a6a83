//! The network between a worker and the server is cut: nothing goes either way, and nobody is told.
#![expect(clippy::print_stderr, reason = "the figures of the proof")]

use std::time::Duration;

use leadsink_sandbox::Sandbox;

use super::crew::{Crew, at_once, lease, now};
use super::place::{Place, server};
use super::way::Way;
use crate::outbox::check::{csv, is_soak};
use crate::run::{Stage, VENDORS};

/// How long a worker may take to be back: it waits 5 s at most before it connects anew, and for the connection 10 s.
const BACK: f64 = 15.0;

#[test]
fn a_worker_that_was_cut_off_goes_on_by_itself_and_nothing_is_lost() {
    let Some(server) = server() else { return };
    let (leads, slots, cut_for) = if is_soak() {
        (400, 8, 60.0)
    } else {
        (40, 3, lease().as_secs_f64() * 2.0)
    };
    let stage = Stage::with(Sandbox::builder().delay(Duration::from_millis(200)));
    let place = Place::new(server);
    let crew = Crew::new(&stage, &place, VENDORS, slots);
    let way = Way::to(place.server());
    let mut far = crew.work_by("far", &place.address_by(way.port, "far"));
    let near = crew.work("near");
    let _send = crew.send("send", &stage.write("leads.csv", csv(0..leads)));
    crew.wait_until("both are at work for all vendors", || {
        let (shares, all) = (place.shares(), slots * VENDORS.len());
        (shares.get("far") >= Some(&all) && shares.get(&near.name) >= Some(&all)).then_some(())
    });
    way.cut();
    let cut_at = now();
    // All that was claimed before is over, or was taken for lost.
    let lost = crew.wait_until("the other has taken all", || {
        let claims = place.claims();
        let lost = claims
            .iter()
            .filter(|claim| claim.worker == "far" && claim.lost_at.is_some())
            .count();
        (now() - cut_at >= cut_for && lost > 0).then_some(lost)
    });
    way.mend();
    let mended_at = now();
    let _more = crew.send("more", &stage.write("more.csv", csv(leads..2 * leads)));
    let back_after = place.first_claim("far", mended_at) - mended_at;

    let deliveries = 2 * leads * VENDORS.len();
    crew.wait_for_answers(deliveries);
    let (ledger, found) = crew.check(deliveries);
    eprintln!(
        "{} deliveries, cut off for {:.1} s: {lost} claims lost, back at work after {back_after:.1} s; {found}",
        ledger.len(),
        mended_at - cut_at
    );
    assert!(far.is_running(), "it has given up");
    assert!(back_after <= BACK, "back at work after {back_after} s");
    // What the far one was answered while it was cut off is not lost; what may be repeated the other has sent meanwhile.
    Crew::check_answers(&found, at_once(slots));
}
