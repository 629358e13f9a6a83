//! `outbox move`: everything goes along, and whatever kills it, no lead is sent from two outboxes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use leadsink_sandbox::{Background, Sandbox};

use super::bed::{PASSWORD, Schema, harmless};
use super::workers::{many, room};
use crate::ledger::outbox::Outbox;
use crate::support::{CONFIG, LEADS, Ran, Room};

#[test]
fn a_file_goes_to_a_server_and_back_and_nothing_is_sent_again() {
    let Some(schema) = Schema::new() else { return };
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = room(&sandbox, &many(30));
    let send = |outbox: &str| {
        let args = ["send", "leads.csv", "--to", "enerflo", "--json", "--outbox", outbox];
        harmless(room.run(&args))
    };
    assert_eq!(send("leadsink.db").code, Some(0));
    let url = schema.url();
    let moved = harmless(room.run(&["outbox", "move", "leadsink.db", &url, "--json"]));
    assert_eq!(moved.code, Some(0), "{}", moved.err);
    let there = moved.json();
    assert_eq!(
        (&there["leads"], &there["deliveries"], &there["to"]),
        (&30.into(), &30.into(), &schema.shown().into())
    );
    assert_eq!(send(&url).json()["sinks"][0]["skipped"], 30);
    let old = send("leadsink.db");
    assert_eq!(old.code, Some(2));
    assert!(
        old.err
            .contains(&format!("the outbox was moved to `{}`; name that one", schema.shown())),
        "{}",
        old.err
    );
    let status = room.run(&["status"]);
    assert!(
        status.out.contains("and can only be read here") && status.out.contains("30"),
        "{}",
        status.out
    );
    assert_eq!(room.run(&["status", "--json"]).json()["moved_to"], schema.shown());
    let again = harmless(room.run(&["outbox", "move", "leadsink.db", &url]));
    assert_eq!(again.code, Some(0), "{}", again.err);
    let back = harmless(room.run(&["outbox", "move", &url, "back.db", "--json"]));
    assert_eq!(back.code, Some(0), "{}", back.err);
    for what in ["leads", "deliveries", "attempts"] {
        assert_eq!(back.json()[what], there[what], "{what}");
    }
    assert_eq!(send("back.db").json()["sinks"][0]["skipped"], 30);
    assert_eq!(send(&url).code, Some(2));
    assert_eq!(sandbox.counts().requests, 30);
}

#[test]
fn a_password_comes_from_the_environment_where_an_address_has_none() {
    let Some(schema) = Schema::new() else { return };
    let url = schema.without_password();
    let outbox = Outbox::new();
    outbox.file(&["a"], "enerflo");
    let room = outbox.close();
    let run = |args: &[&str], password: &str| {
        let mut command = room.command(args);
        let ran = Ran::of(&command.env("PGPASSWORD", password).output().unwrap());
        assert!(
            !ran.out.contains(password) && !ran.err.contains(password),
            "{}",
            ran.err
        );
        ran
    };
    let wrong = format!("{PASSWORD}-wrong");
    let refused = run(&["outbox", "move", "leadsink.db", &url], &wrong);
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.err.contains("refuses the user or the password"),
        "{}",
        refused.err
    );
    let moved = run(&["outbox", "move", "leadsink.db", &url, "--json"], PASSWORD);
    assert_eq!(moved.code, Some(0), "{}", moved.err);
    assert_eq!(moved.json()["to"], url);
    assert_eq!(run(&["status", "--outbox", &url], PASSWORD).code, Some(0));
    let mut status = room.command(&["status"]);
    status.env("PGPASSWORD", PASSWORD).env("LEADSINK_OUTBOX", &url);
    let status = harmless(Ran::of(&status.output().unwrap()));
    assert_eq!(status.code, Some(0), "{}", status.err);
    // One that the address has wins.
    assert_eq!(run(&["status", "--outbox", &schema.url()], &wrong).code, Some(0));
    assert_eq!(run(&["outbox", "move", &url, "back.db"], PASSWORD).code, Some(0));
}

#[test]
fn a_dry_run_asks_no_outbox_that_was_moved() {
    let outbox = Outbox::new();
    outbox.file(&["a"], "enerflo");
    let room = outbox.close().with("leads.csv", LEADS).with("leadsink.toml", CONFIG);
    let send = |more: &[&str]| {
        let mut send = room.command(&[&["send", "leads.csv", "--to", "main"], more].concat());
        send.env("LEADSINK_TEST_USERNAME", "u")
            .env("LEADSINK_TEST_PASSWORD", "p");
        Ran::of(&send.output().unwrap())
    };
    // Some rows are bad.
    assert_eq!(send(&["--dry-run"]).code, Some(1));
    assert_eq!(room.run(&["outbox", "move", "leadsink.db", "new.db"]).code, Some(0));
    let (sent, dry) = (send(&[]), send(&["--dry-run"]));
    assert_eq!((sent.code, dry.code, &*dry.out), (Some(2), Some(2), ""));
    let names_it = dry.err.contains("the outbox was moved to `") && dry.err.contains("new.db`; name that one");
    assert!(names_it, "{}", dry.err);
    assert_eq!(dry.err, sent.err);
    assert_eq!(send(&["--dry-run", "--outbox", "new.db"]).code, Some(1));
    let status = room.run(&["status"]);
    assert_eq!(status.code, Some(0));
    assert!(status.out.contains("new.db"), "{}", status.out);
}

#[test]
fn what_cannot_be_moved_is_said() {
    let outbox = Outbox::mixture();
    let refused = |args: &[&str], wanted: &str| {
        let ran = outbox.run(&[&["outbox", "move"], args].concat());
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{args:?}");
        assert!(ran.err.contains(wanted), "{}", ran.err);
    };
    refused(&["leadsink.db", "b.db"], "another worker has the outbox");
    refused(&["none.db", "b.db"], "there is no outbox at `none.db`");
    refused(&["leadsink.db", "leadsink.db"], "is where the outbox is already");
    let room = outbox.close();
    let other = Outbox::mixture().close();
    let full = other.path("leadsink.db");
    let ran = room.run(&["outbox", "move", "leadsink.db", full.to_str().unwrap()]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("the outbox to move to is not empty"), "{}", ran.err);
    assert_eq!(room.run(&["pause", "enerflo"]).code, Some(0), "it is as it was");
}

/// Kills the command after some time, and says whether it was too late for that.
fn is_done_before(room: &Room, to: &str, time: Duration) -> bool {
    let mut child = room
        .command(&["outbox", "move", "leadsink.db", to])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while begin.elapsed() < time {
        if let Some(ended) = child.try_wait().unwrap() {
            return ended.success();
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

#[test]
fn killed_at_any_time_it_leaves_one_to_work_on_at_most() {
    const LEADS: usize = 3000;
    let schema = Schema::new();
    let outbox = Outbox::new();
    let keys: Vec<_> = (0..LEADS).map(|n| format!("L{n}")).collect();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    outbox.file(&keys, "enerflo");
    let room = outbox.close();
    let to = schema.as_ref().map_or_else(|| "new.db".to_owned(), Schema::url);
    let is_open = |place: &str| {
        let paused = harmless(room.run(&["pause", "enerflo", "--outbox", place]));
        assert!(matches!(paused.code, Some(0 | 2)), "{}", paused.err);
        let is_there = |ran: &Ran| ran.json()["sinks"].as_array().is_some_and(|sinks| !sinks.is_empty());
        paused.code == Some(0) && is_there(&room.run(&["status", "--json", "--outbox", place]))
    };
    for round in 1.. {
        let is_done = is_done_before(&room, &to, Duration::from_millis(round * 60));
        let old = is_open("leadsink.db");
        if is_done {
            assert!(!old && is_open(&to));
            break;
        }
        // What is empty takes a pause, which would make it one to work on.
        let status = room.run(&["status", "--json", "--outbox", &to]);
        let new = status.code == Some(0) && {
            let status = status.json();
            status["filled_from"].is_null() && status["sinks"].as_array().is_some_and(|sinks| !sinks.is_empty())
        };
        assert!(!(old && new), "after {round} rounds");
    }
    let status = harmless(room.run(&["status", "--json", "--outbox", &to])).json();
    assert_eq!(status["sinks"][0]["states"]["due"], LEADS);
}
