//! Four workers, and a vendor that takes ten leads a minute: they count together.
#![expect(clippy::print_stderr, reason = "the figures of the proof")]

use leadsink_sandbox::Sandbox;

use super::crew::Crew;
use super::place::{Place, server};
use crate::outbox::check::{csv, is_soak};
use crate::run::Stage;

const QUOTA: usize = 10;

/// Fewer than the quota, so that none can use it up alone.
const SLOTS: usize = 3;

#[test]
fn four_workers_keep_one_quota() {
    let Some(server) = server() else { return };
    // Requests take different times on their way. A minute leaves more room for that than a machine under tests needs; a short
    // time does not.
    let (seconds, slack, windows) = if is_soak() { (60, 0.0, 4) } else { (4, 0.5, 3) };
    let leads = QUOTA * usize::try_from(windows).unwrap();
    let mut stage = Stage::with(Sandbox::builder());
    stage.config =
        stage.sandbox.leadsink_toml() + &format!("\n[sinks.enerflo.quotas]\nleads = \"{QUOTA}/{seconds}s\"\n");
    let place = Place::new(server);
    let crew = Crew::new(&stage, &place, &["enerflo"], SLOTS);
    let _crew = ["one", "two", "three"].map(|name| crew.work(name));
    let _four = crew.send("four", &stage.write("leads.csv", csv(0..leads)));

    let (_, found) = crew.check(leads);
    let received = stage.sandbox.received();
    let at: Vec<_> = received.iter().map(|got| got.at.as_duration().as_secs_f64()).collect();
    let window = f64::from(seconds) - slack;
    let within = |from: f64| at.iter().filter(|at| (from..from + window).contains(*at)).count();
    let most = at.iter().map(|from| within(*from)).max().unwrap_or_default();
    let took = at[at.len() - 1] - at[0];
    let shares = place.shares();
    eprintln!("{leads} leads in {took:.1} s, by worker {shares:?}: at most {most} in {window} s; {found}");
    assert_eq!(at.len(), leads, "each is one request");
    assert!(most <= QUOTA, "{most} in {window} s");
    assert!(shares.len() > 1, "one did it all: {shares:?}");
    // The quota is used: nobody waits for a turn that nobody takes.
    assert!(took < f64::from(seconds * windows) * 1.2, "{took} s");
}
