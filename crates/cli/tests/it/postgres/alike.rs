//! Every command does the same to an outbox on a server as to one in a file, and says the same.

use serde_json::Value;

use super::bed::{Schema, harmless};
use crate::ledger::outbox::Outbox;
use crate::support::Ran;

/// What differs from one outbox to another. A server may count a worker that has gone for a moment longer.
const OWN: [&str; 13] = [
    "at", "began", "changed", "due", "ended", "filed", "lead", "next_due", "outbox", "uid", "worker", "workers",
    "delivery",
];

/// What was said, without what is an outbox's own.
fn said(ran: &Ran) -> Vec<Value> {
    let mut values: Vec<Value> = serde_json::Deserializer::from_str(&ran.out)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    values.iter_mut().for_each(strip);
    values
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| !OWN.contains(&&**key) || value.is_u64() && key == "due");
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

#[test]
fn every_command_does_and_says_the_same() {
    let Some(schema) = Schema::new() else { return };
    let file = Outbox::mixture();
    let server = Outbox::mixture_at(&schema.url());
    for args in [
        &["status"][..],
        &["list"],
        &["list", "--state", "dead,unknown", "--sink", "enerflo"],
        &["status", "lost"],
        &["status", "no"],
        &["retry", "dead"],
        &["retry", "given"],
        &["release", "lost", "--as", "not-delivered"],
        &["release", "lost", "--as", "delivered"],
        &["cancel", "later"],
        &["cancel", "--sink", "ntherm"],
        &["pause", "ntherm"],
        &["pause", "ntherm"],
        &["resume", "ntherm"],
        &["purge", "--before", "30m"],
        &["status", "given"],
        &["list"],
        &["status"],
    ] {
        let args = [args, &["--json"]].concat();
        let (at_file, at_server) = (file.run(&args), harmless(server.run_at(&schema.url(), &args)));
        assert_eq!(at_file.code, at_server.code, "{args:?}: {}", at_server.err);
        assert_eq!(said(&at_file), said(&at_server), "{args:?}");
        assert!(!said(&at_file).is_empty());
    }
}

#[test]
fn people_are_told_which_outbox_it_is() {
    let Some(schema) = Schema::new() else { return };
    let server = Outbox::mixture_at(&schema.url());
    let shown = schema.shown();
    let status = harmless(server.run_at(&schema.url(), &["status"]));
    assert!(status.out.contains(&format!("works on `{shown}`")), "{}", status.out);
    let command = format!("leadsink list --state dead --outbox '{shown}'");
    assert!(status.out.contains(&command), "{}", status.out);
    // Named by the environment, it need not stand in the commands, and is told first.
    let mut status = server.room.command(&["status"]);
    let status = harmless(Ran::of(&status.env("LEADSINK_OUTBOX", schema.url()).output().unwrap()));
    assert_eq!(
        status.err,
        format!("note: the outbox is `{shown}`, as `LEADSINK_OUTBOX` says\n")
    );
    assert!(
        status.out.contains("    leadsink list --state dead\n"),
        "{}",
        status.out
    );
    // What is said on the command line wins.
    let mut list = server.room.command(&["list", "--outbox", "none.db"]);
    let list = Ran::of(&list.env("LEADSINK_OUTBOX", schema.url()).output().unwrap());
    assert!(
        list.err.starts_with("error: there is no outbox at `none.db`"),
        "{}",
        list.err
    );
}
