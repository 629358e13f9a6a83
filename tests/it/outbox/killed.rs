//! `kill -9` at random points of deliveries to every vendor. What arrived is told by the sandbox's own record; what is known of
//! it, by the outbox. The full size is that of `cargo xtask soak`.
#![expect(clippy::print_stderr, reason = "the figures of the proof")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use leadsink::outbox::sqlite::Role;
use leadsink::outbox::{DeliveryView, LeadStore as _, Query, SqliteStore};
use leadsink_sandbox::Sandbox;

use super::check::{Numbers, csv, find, is_settled, is_soak, merges};
use crate::run::{Stage, VENDORS};

/// So long the last run may take.
const LIMIT: Duration = Duration::from_secs(180);

/// Nothing more is to be killed where nothing was sent for so long: what is left waits for its time.
const IDLE: Duration = Duration::from_secs(2);

#[test]
fn a_process_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing_that_costs_money() {
    let (leads, kills, slots) = if is_soak() { (1000, 20, 16) } else { (60, 3, 4) };
    let mut numbers = Numbers::new();
    let stage = Stage::with(Sandbox::builder().delay(Duration::from_millis(20)));
    let file = stage.write("leads.csv", csv(0..leads));
    let concurrency = slots.to_string();
    let args = |verb: &str| {
        let mut command = stage.command([verb]);
        if verb == "send" {
            command.arg(&file);
        }
        command.args(["--to", &VENDORS.join(","), "--concurrency", &concurrency]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let all = u64::try_from(leads * VENDORS.len()).unwrap();
    let mut interrupted = 0;
    for kill in 0..kills {
        let before = stage.sandbox.counts().requests;
        // Some kills find the file filed already, so that `work` is killed too.
        let mut child = args(if kill % 3 == 2 { "work" } else { "send" }).spawn().unwrap();
        if kill % 4 == 3 {
            // While it starts, takes up what the one before left, or files.
            std::thread::park_timeout(Duration::from_micros(numbers.below(100_000)));
        } else {
            let after = before + 1 + numbers.below(all / kills);
            let mut seen = (before, Instant::now());
            while child.try_wait().unwrap().is_none() && seen.0 < after && seen.1.elapsed() < IDLE {
                std::thread::park_timeout(Duration::from_micros(500));
                let requests = stage.sandbox.counts().requests;
                if requests > seen.0 {
                    seen = (requests, Instant::now());
                }
            }
        }
        interrupted += u64::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(interrupted > 0, "no process was alive when it was killed");
    // What is left is delivered; what is in doubt is asked about, which may take hours where a vendor cannot tell, or held.
    let ledger = settled(&stage, args("send"), leads * VENDORS.len());

    assert_eq!(ledger.len(), leads * VENDORS.len(), "a lead is in the outbox twice");
    let found = find(&stage.sandbox, &ledger);
    assert!(found.wrong.is_empty(), "{:#?}", found.wrong);
    eprintln!("{all} deliveries, {interrupted} kills: {found}");
    // At most what was in flight, each time: what the vendor has, and as much whose answer is being written down.
    let in_flight = kills * slots * 2;
    let merging = VENDORS.iter().filter(|vendor| merges(vendor)).count();
    let others = u64::try_from(VENDORS.len() - merging).unwrap();
    assert!(found.unknown() <= in_flight * others, "{found}");
    assert!(
        found.doubles() <= in_flight * u64::try_from(merging).unwrap(),
        "{found}"
    );
}

/// Runs until every delivery is over or in doubt, and then stops.
fn settled(stage: &Stage, mut command: Command, deliveries: usize) -> Vec<DeliveryView> {
    let mut child = command.spawn().unwrap();
    let end = Instant::now() + LIMIT;
    let mut ledger = Vec::new();
    while ledger.len() < deliveries || !ledger.iter().all(is_settled) {
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("not everything comes to an end:\n{}", stage.run(["status"]).stdout);
        }
        std::thread::park_timeout(Duration::from_millis(100));
        ledger = self::ledger(stage);
    }
    let stopped = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(stopped.unwrap().success());
    child.wait().unwrap();
    ledger
}

/// Every delivery as it stands.
fn ledger(stage: &Stage) -> Vec<DeliveryView> {
    let store = SqliteStore::open(stage.path("leadsink.db"), Role::Reader).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let query = Query {
        limit: 100_000,
        ..Query::default()
    };
    let page = runtime.block_on(store.list(query)).unwrap();
    assert_eq!(page.next, None);
    page.deliveries
}
