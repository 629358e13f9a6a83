//! Sending through a server: nothing twice, also where several work at once.

use std::fs;
use std::process::Stdio;

use leadsink_sandbox::{Background, Sandbox};

use super::bed::{Schema, harmless};
use crate::support::{LEADS, Ran, Room};

const UNPACED: &str = "\n[sinks.enerflo.quotas]\nleads = \"off\"\n";

pub(super) fn room(sandbox: &Background, leads: &str) -> Room {
    Room::new()
        .with("leads.csv", leads)
        .with("leadsink.toml", sandbox.leadsink_toml() + UNPACED)
}

pub(super) fn many(leads: u64) -> String {
    let mut text = "id,First Name,Last Name,Email,Phone,Street Address,City,State,ZIP\n".to_owned();
    for n in 0..leads {
        text += &format!("L{n},Ada,Quill,a{n}@example.com,(512) 555-{n:04},{n} Pine St,Austin,TX,78704\n");
    }
    text
}

#[test]
fn the_same_file_sent_twice_sends_nothing_twice() {
    let Some(schema) = Schema::new() else { return };
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = room(&sandbox, LEADS);
    let send = |more: &[&str]| {
        let args = ["send", "leads.csv", "--to", "enerflo,ntherm", "--json"];
        schema.run(&room, &[&args, more].concat())
    };
    let first = send(&["--report", "r", "--rejects", "mend.csv"]);
    assert_eq!(first.code, Some(1), "{}", first.err);
    let told = first.json();
    assert_eq!(told["outbox"], schema.shown());
    assert_eq!(
        (&told["sinks"][0]["delivered"], &told["sinks"][1]["delivered"]),
        (&3.into(), &3.into())
    );
    let requests = sandbox.counts().requests;
    assert_eq!(send(&["--dry-run"]).json()["sinks"][0]["skipped"], 3);
    let again = send(&[]).json();
    assert_eq!(
        (&again["sinks"][0]["filed"], &again["sinks"][0]["skipped"]),
        (&0.into(), &3.into())
    );
    assert_eq!(sandbox.counts().requests, requests);
    for file in ["r", "mend.csv"] {
        let text = fs::read_to_string(room.path(file)).unwrap();
        let ran = Ran {
            code: None,
            out: text,
            err: String::new(),
        };
        assert!(!harmless(ran).out.is_empty());
    }
}

#[test]
fn two_that_work_at_once_deliver_each_lead_once() {
    const LEADS: u64 = 120;
    let Some(schema) = Schema::new() else { return };
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = room(&sandbox, &many(LEADS));
    // The first makes the outbox; the pause keeps the rest for later.
    schema.run(&room, &["send", "leads.csv", "--to", "enerflo", "--limit", "1"]);
    schema.run(&room, &["pause", "enerflo"]);
    let held = schema.run(&room, &["send", "leads.csv", "--to", "enerflo", "--json"]);
    assert_eq!(held.json()["sinks"][0]["due"], LEADS - 1, "{}", held.out);
    let go_on = held.json()["go_on"].as_str().unwrap().to_owned();
    assert!(go_on.contains(&format!("--outbox '{}'", schema.shown())), "{go_on}");
    schema.run(&room, &["resume", "enerflo"]);
    let url = schema.url();
    let work = || {
        let mut command = room.command(&["work", "--json", "--concurrency", "4", "--outbox", &url]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let ran = [work(), work()].map(|child| harmless(Ran::of(&child.wait_with_output().unwrap())));
    let delivered = ran
        .iter()
        .map(|ran| match ran.json()["sinks"].as_array().unwrap().as_slice() {
            [sink] => sink["delivered"].as_u64().unwrap(),
            // It came when nothing was left.
            _ => 0,
        });
    assert_eq!(delivered.sum::<u64>(), LEADS - 1);
    assert_eq!(sandbox.counts().requests, LEADS);
    assert!(
        ran.iter().all(|ran| ran.code != Some(2)),
        "{}{}",
        ran[0].err,
        ran[1].err
    );
}

#[cfg(unix)]
#[test]
fn a_send_works_beside_a_worker_and_is_counted_with_it() {
    let Some(schema) = Schema::new() else { return };
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = room(&sandbox, &many(40));
    schema.run(&room, &["send", "leads.csv", "--to", "enerflo", "--limit", "1"]);
    let mut watching = room
        .command(&["work", "--to", "enerflo", "--watch", "--outbox", &schema.url()])
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let workers = || schema.run(&room, &["status", "--json"]).json()["workers"].as_u64();
    while workers() != Some(1) {
        assert!(watching.try_wait().unwrap().is_none(), "it ended");
    }
    let sent = schema.run(&room, &["send", "leads.csv", "--to", "enerflo", "--json"]);
    assert!(matches!(sent.code, Some(0 | 1)), "{}", sent.err);
    assert_eq!(sent.json()["sinks"][0]["filed"], 39);
    assert!(!sent.err.contains("another process works"), "{}", sent.err);
    let is_open = || {
        let status = schema.run(&room, &["status", "--json"]).json();
        status["sinks"][0]["states"]["done"] != 40
    };
    while is_open() {
        assert!(watching.try_wait().unwrap().is_none(), "it ended");
    }
    watching.kill().unwrap();
    watching.wait().unwrap();
    assert_eq!(sandbox.counts().requests, 40);
}
