//! `send` through an outbox, and `work`: nothing is sent twice, a change is told from a repetition, and what is left waits for
//! the next run. The vendors are the sandbox's.

use std::fs;
use std::time::Duration;

use leadsink_sandbox::{Background, Fault, Sandbox};

use crate::support::{LEADS, Ran, Room, lines};

const LIMIT: Duration = Duration::from_secs(30);

const UNPACED: &str = "\n[sinks.enerflo.quotas]\nleads = \"off\"\n";

fn sandbox() -> Background {
    Background::start(Sandbox::builder()).unwrap()
}

/// A room whose leads have ids of their own.
fn room(sandbox: &Background) -> Room {
    let mut ids = ["id", "L1", "L2", "L3", "L4", "L1"].into_iter();
    let leads: String = LEADS
        .lines()
        .map(|line| format!("{},{line}\n", ids.next().unwrap()))
        .collect();
    Room::new()
        .with("leads.csv", leads)
        .with("leadsink.toml", sandbox.leadsink_toml() + UNPACED)
}

fn send(room: &Room, to: &str, more: &[&str]) -> Ran {
    room.run(&[&["send", "leads.csv", "--to", to], more].concat())
}

fn summary(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn the_same_file_sent_twice_sends_nothing_twice_and_says_so() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let first = send(&room, "enerflo", &["--json"]);
    assert_eq!((first.code, &*first.err), (Some(1), ""), "{}", first.out);
    let first = summary(&first);
    assert_eq!(
        (&first["sinks"][0]["filed"], &first["sinks"][0]["delivered"]),
        (&3.into(), &3.into())
    );
    assert_eq!(first["outbox"], "leadsink.db");
    let requests = sandbox.counts().requests;

    let dry = summary(&send(&room, "enerflo,ntherm", &["--dry-run", "--json"]));
    assert_eq!(
        (&dry["sinks"][0]["would_send"], &dry["sinks"][0]["skipped"]),
        (&0.into(), &3.into())
    );
    assert_eq!(
        (&dry["sinks"][1]["would_send"], &dry["sinks"][1]["skipped"]),
        (&3.into(), &0.into())
    );
    let again = send(&room, "enerflo", &[]);
    assert!(
        again.out.contains("known to the outbox; filed before and not again"),
        "{}",
        again.out
    );
    assert_eq!(sandbox.counts().requests, requests);

    // A sink that it was not meant for before gets it, and no other.
    let more = summary(&send(&room, "enerflo,ntherm", &["--json"]));
    assert_eq!(
        (&more["sinks"][0]["filed"], &more["sinks"][0]["skipped"]),
        (&0.into(), &3.into())
    );
    assert_eq!(
        (&more["sinks"][1]["filed"], &more["sinks"][1]["delivered"]),
        (&3.into(), &3.into())
    );
    assert_eq!(sandbox.counts().requests, requests + 3);
}

#[test]
fn a_changed_record_is_refused_by_name_and_updated_where_the_vendor_updates() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    send(&room, "enerflo,ntherm", &[]);
    let requests = sandbox.counts().requests;
    let changed = fs::read_to_string(room.path("leads.csv"))
        .unwrap()
        .replace("2 Pine St", "22 Pine St");
    fs::write(room.path("leads.csv"), changed).unwrap();

    let refused = send(&room, "enerflo,ntherm", &["--rejects", "mend.csv"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused
            .err
            .contains("row 2: the lead `L2` is known with another record, first filed"),
        "{}",
        refused.err
    );
    assert!(refused.out.contains("`--update` sends the change"), "{}", refused.out);
    assert_eq!(sandbox.counts().requests, requests);
    let mend = fs::read_to_string(room.path("mend.csv")).unwrap();
    assert!(mend.contains("changed_record") && mend.contains("22 Pine St"), "{mend}");

    let updated = summary(&send(&room, "enerflo,ntherm", &["--update", "--json"]));
    assert_eq!(updated["sinks"][0]["outcomes"]["updated"], 1, "Enerflo merges it");
    let reasons = updated["sinks"][1]["reasons"].as_array().unwrap();
    assert!(
        reasons.iter().any(|why| why["code"] == "not_updated"),
        "NTherm would take it for a second lead"
    );
    assert_eq!(sandbox.counts().requests, requests + 1);
    // Now it is known as it is.
    let again = summary(&send(&room, "enerflo", &["--json"]));
    assert_eq!(again["sinks"][0]["skipped"], 3);
}

#[test]
fn a_row_of_the_rejects_is_the_row_it_was_made_from() {
    let sandbox = Background::start(Sandbox::builder().refuse_phone("5125550102")).unwrap();
    let room = room(&sandbox);
    let ran = send(&room, "ntherm", &["--rejects", "mend.csv", "--report", "r"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let outcomes: Vec<_> = lines(&room, "r")
        .iter()
        .map(|line| line["outcome"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(outcomes, ["pending", "rejected", "bad_row", "pending", "duplicate_row"]);
    let mend = fs::read_to_string(room.path("mend.csv")).unwrap();
    assert_eq!(mend.lines().count(), 3, "{mend}");
    let requests = sandbox.counts().requests;
    let unmended = room.run(&["send", "mend.csv", "--to", "ntherm"]);
    assert!(unmended.out.contains("known to the outbox"), "{}", unmended.out);
    assert_eq!(sandbox.counts().requests, requests);
    // A report of an outbox is no list of what is left.
    for args in [
        &["send", "leads.csv", "--to", "ntherm", "--resume", "r"][..],
        &["reconcile", "--report", "r"],
    ] {
        let refused = room.run(args);
        assert_eq!(refused.code, Some(2));
        assert!(
            refused.err.contains("tells of a run through the outbox `leadsink.db`"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn the_report_says_of_each_row_what_that_of_the_plain_send_says() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let report = |name: &str, more: &[&str]| {
        send(&room, "opensolar", &[&["--lenient", "--report", name], more].concat());
        let mut lines = lines(&room, name);
        lines.sort_by_key(|line| line["row"].as_u64());
        let told =
            |line: &serde_json::Value| ["row", "lead", "outcome", "warnings", "unmapped"].map(|key| line[key].clone());
        lines.iter().map(told).collect::<Vec<_>>()
    };
    let plain = report("plain", &["--no-outbox"]);
    // A short phone that is left out, and what the vendor says of the contact that it linked.
    assert!(
        plain
            .iter()
            .any(|line| line[3].as_array().unwrap().iter().any(|note| note["column"] == "Phone"))
    );
    sandbox.reset();
    assert_eq!(report("kept", &[]), plain);
}

#[test]
fn wrong_credentials_hold_the_sink_and_work_goes_on_with_the_right_ones() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let ran = send(&room, "enerflo", &["--set", "api_key=wrong"]);
    assert_eq!(ran.code, Some(4), "{}", ran.out);
    assert!(ran.err.contains("warning: enerflo: held: "), "{}", ran.err);
    assert!(ran.out.contains("         due                3"), "{}", ran.out);
    assert!(
        ran.out.contains("leadsink work --to enerflo --set 'api_key=***'"),
        "{}",
        ran.out
    );
    assert_eq!(sandbox.counts().accepted, 0);
    let ran = room.run(&["work"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    assert!(ran.out.contains("enerflo: 3 of 3 leads delivered"), "{}", ran.out);
    let ran = room.run(&["work"]);
    assert_eq!((ran.code, ran.out.lines().next()), (Some(0), Some("Nothing is due.")));
}

#[test]
fn an_answer_that_nobody_saw_is_unknown_until_a_person_says() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    sandbox.script("ntherm", [Fault::ResetAfter]).unwrap();
    let ran = send(&room, "ntherm", &["--rows", "1"]);
    assert_eq!(ran.code, Some(3), "{}", ran.out);
    assert!(ran.out.contains("Unknown: 1 lead may have arrived"), "{}", ran.out);
    // It is told again for as long as it is so.
    assert_eq!(room.run(&["work"]).code, Some(0), "nothing is due");
    assert_eq!(send(&room, "ntherm", &["--rows", "1"]).code, Some(3));
    assert_eq!(room.run(&["release", "L1", "--as", "not-delivered"]).code, Some(0));
    assert_eq!(
        room.run(&["work"]).code,
        Some(4),
        "the sandbox refuses the phone that it has"
    );
    assert_eq!(send(&room, "ntherm", &["--rows", "1"]).code, Some(0));
}

#[test]
fn a_change_of_a_lead_that_may_be_there_is_refused_also_where_it_was_cancelled() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    sandbox.script("ntherm", [Fault::ResetAfter]).unwrap();
    send(&room, "ntherm", &["--rows", "1"]);
    assert_eq!(room.run(&["cancel", "L1"]).code, Some(0));
    let changed = fs::read_to_string(room.path("leads.csv"))
        .unwrap()
        .replace("1 Pine St", "11 Pine St");
    fs::write(room.path("leads.csv"), changed).unwrap();
    let requests = sandbox.counts().requests;
    let ran = summary(&send(&room, "ntherm", &["--rows", "1", "--update", "--json"]));
    assert_eq!(ran["sinks"][0]["reasons"][0]["code"], "not_updated", "{ran}");
    assert_eq!(sandbox.counts().requests, requests);
}

#[test]
fn a_test_is_another_lead_than_the_real_one() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let test = summary(&send(&room, "leadconduit", &["--test", "--json"]));
    assert_eq!((&test["test"], &test["sinks"][0]["filed"]), (&true.into(), &3.into()));
    let real = summary(&send(&room, "leadconduit", &["--json"]));
    assert_eq!((&real["test"], &real["sinks"][0]["filed"]), (&false.into(), &3.into()));
}

#[test]
fn the_plain_send_and_the_outbox_are_not_mixed() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    for wrong in [
        &["--no-outbox", "--outbox", "x.db"][..],
        &["--no-outbox", "--update"],
        &["--resume", "r", "--outbox", "x.db"],
    ] {
        let ran = send(&room, "enerflo", wrong);
        assert_eq!(ran.code, Some(2), "{wrong:?}");
    }
    let ran = send(&room, "enerflo", &["--no-outbox"]);
    assert_eq!(ran.code, Some(1));
    assert!(!room.path("leadsink.db").exists());
    let ran = room.run(&["work"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.starts_with("error: there is no outbox at `leadsink.db`"),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_that_cannot_be_read_leaves_no_outbox_behind() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let ran = room.run(&["send", "none.csv", "--to", "enerflo"]);
    assert_eq!(ran.code, Some(2));
    assert!(!room.path("leadsink.db").exists());
    let room = room.with("other.db", "no database at all, and somebody's letters");
    let ran = send(&room, "enerflo", &["--outbox", "other.db"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("outbox `other.db`"), "{}", ran.err);
    assert_eq!(sandbox.counts().requests, 0);
}

#[cfg(unix)]
#[test]
fn what_is_stopped_is_still_due_and_a_second_process_may_file_meanwhile() {
    use std::process::{Command, Stdio};

    let sandbox = Background::start(Sandbox::builder().delay(Duration::from_millis(300))).unwrap();
    let room = room(&sandbox);
    let start = |args: &[&str]| {
        let mut command = room.command(args);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let interrupt = |id: u32| {
        let killed = Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap();
        assert!(killed.success());
    };
    let child = start(&["send", "leads.csv", "--to", "enerflo", "--concurrency", "1"]);
    let end = std::time::Instant::now() + LIMIT;
    let all_filed = || {
        let status = room.run(&["status", "--json"]);
        let status = serde_json::from_str::<serde_json::Value>(&status.out).unwrap_or_default();
        let states = status["sinks"][0]["states"].as_object().cloned().unwrap_or_default();
        states.values().filter_map(serde_json::Value::as_u64).sum::<u64>() == 3
    };
    while !all_filed() {
        assert!(std::time::Instant::now() < end, "the rows are not filed");
    }
    sandbox.wait_until(LIMIT, |counts| counts.requests >= 1).unwrap();
    interrupt(child.id());
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("Go on with\n  leadsink "), "{}", ran.out);
    let accepted = sandbox.counts().accepted;
    assert!((1..3).contains(&accepted), "{accepted}");

    let watch = start(&["work", "--to", "enerflo", "--watch"]);
    sandbox.wait_until(LIMIT, |counts| counts.accepted >= 3).unwrap();
    let more = fs::read_to_string(room.path("leads.csv"))
        .unwrap()
        .replace("L2,", "M2,")
        .replace("bob@", "rob@");
    fs::write(room.path("more.csv"), more).unwrap();
    let ran = room.run(&["send", "more.csv", "--to", "enerflo"]);
    assert!(ran.err.contains("another process works on this outbox"), "{}", ran.err);
    sandbox.wait_until(LIMIT, |counts| counts.accepted >= 4).unwrap();
    let held = room.run(&["work"]);
    assert_eq!(held.code, Some(2));
    assert!(held.err.contains("another worker has the outbox"), "{}", held.err);
    interrupt(watch.id());
    let ran = Ran::of(&watch.wait_with_output().unwrap());
    assert!(ran.out.contains("enerflo: "), "{}", ran.out);
    assert_eq!(sandbox.counts().accepted, 4);
}
