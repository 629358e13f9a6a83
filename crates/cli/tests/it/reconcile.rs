//! `reconcile` as a script meets it, `send --test`, and the first line of a report, which both stand on.

use std::fs;

use leadsink_sandbox::{Background, Fault, Sandbox};
use serde_json::Value;

use crate::support::{LEADS, Ran, Room, lines};

fn sandbox() -> (Background, Room) {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = Room::new()
        .with("leads.csv", LEADS)
        .with("leadsink.toml", sandbox.leadsink_toml());
    (sandbox, room)
}

/// A report with one lead in doubt.
fn doubtful() -> (Background, Room) {
    let (sandbox, room) = sandbox();
    sandbox.script("ntherm", [Fault::ResetAfter]).unwrap();
    let ran = room.send(&["--rows", "1", "--report", "r"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    (sandbox, room)
}

fn first_line(room: &Room, report: &str) -> Value {
    let text = fs::read_to_string(room.path(report)).unwrap();
    serde_json::from_str(text.lines().next().unwrap()).unwrap()
}

#[test]
fn the_first_line_says_what_was_sent_and_how_it_was_read() {
    let (_sandbox, room) = sandbox();
    room.send(&[
        "--rows",
        "1",
        "--report",
        "r",
        "--column",
        "Roof colour=ignore",
        "--lenient",
    ]);
    let run = &first_line(&room, "r")["run"];
    assert_eq!(run["leadsink"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (&run["input"]["path"], &run["input"]["size"]),
        (&"leads.csv".into(), &LEADS.len().into())
    );
    assert_eq!(run["input"]["hash"].as_str().unwrap().len(), 36);
    assert_eq!(
        run["reading"],
        serde_json::json!(["--column", "Roof colour=ignore", "--lenient"])
    );
    assert!(run["accepted_at"].as_str().unwrap().ends_with('Z') && run.get("test").is_none());
    assert_eq!(lines(&room, "r").len(), 1);
}

#[test]
fn standard_input_has_no_path() {
    let (_sandbox, room) = sandbox();
    room.run_with_input(&["send", "-", "--no-outbox", "--to", "ntherm", "--report", "r"], LEADS);
    assert_eq!(first_line(&room, "r")["run"]["input"], Value::Null);
}

#[test]
fn a_run_that_goes_on_keeps_the_lines_of_the_first_beneath_its_own_first_line() {
    let (sandbox, room) = sandbox();
    sandbox.script("ntherm", [Fault::None, Fault::Unauthorized]).unwrap();
    room.send(&["--concurrency", "1", "--report", "r1"]);
    let ran = room.send(&["--resume", "r1", "--report", "r2"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let text = fs::read_to_string(room.path("r2")).unwrap();
    let kinds: Vec<_> = text.lines().map(|line| &line[2..5]).collect();
    assert_eq!(kinds, ["run", "row", "row", "row", "run", "row", "row"]);
    assert_eq!(first_line(&room, "r2"), first_line(&room, "r1"));
    // A third run goes on from both.
    let ran = room.send(&["--resume", "r2", "--report", "r3", "--json"]);
    assert_eq!(ran.json()["sinks"][0]["skipped"], 5, "{}", ran.err);
}

#[test]
fn a_vendor_without_a_way_to_ask_is_told_and_nothing_is_written() {
    let (sandbox, room) = doubtful();
    let ran = room.run(&["reconcile", "--report", "r"]);
    assert_eq!((ran.code, &*ran.err), (Some(3), ""), "{}", ran.out);
    assert!(
        ran.out.contains("ntherm: NTherm gives this account no way to ask"),
        "{}",
        ran.out
    );
    assert!(!room.path("r-2").exists());
    let document = room.run(&["reconcile", "--report", "r", "--json"]).json();
    let sink = &document["sinks"][0];
    assert_eq!((&document["exit"], &document["report"]), (&3.into(), &Value::Null));
    assert_eq!((&sink["can_tell"], &sink["still_in_doubt"]), (&false.into(), &1.into()));
    assert_eq!(sandbox.counts().requests, 1);
}

#[test]
fn a_report_without_doubt_asks_nothing_and_needs_no_input() {
    let (_sandbox, room) = sandbox();
    room.send(&["--report", "r"]);
    fs::remove_file(room.path("leads.csv")).unwrap();
    let ran = room.run(&["reconcile", "--report", "r"]);
    assert_eq!(ran.code, Some(1), "a row is bad: {}", ran.err);
    assert_eq!(ran.out, "No lead of the report is in doubt; nothing was asked.\n");
}

#[test]
fn what_cannot_be_read_again_is_said() {
    let (_sandbox, room) = doubtful();
    let fails = |args: &[&str], words: &str| {
        let ran: Ran = room.run(&[&["reconcile", "--report", "r"], args].concat());
        assert_eq!(ran.code, Some(2), "{}", ran.out);
        assert!(ran.err.contains(words), "{}", ran.err);
    };
    fs::rename(room.path("leads.csv"), room.path("moved.csv")).unwrap();
    fails(&[], "hint: `--input FILE` names the file that was sent");
    fails(&["--input", "moved.csv", "--output", "r"], "`r` is there already");
    fails(&["--to", "enerflo"], "has no line of sink `enerflo`");
    let ran = room.run(&["reconcile", "--report", "r", "--input", "moved.csv"]);
    assert_eq!((ran.code, &*ran.err), (Some(3), ""), "{}", ran.out);
    fs::write(room.path("moved.csv"), LEADS.replace("ada@", "adah@")).unwrap();
    fails(&["--input", "moved.csv"], "not one row of `moved.csv` is the lead");
}

#[test]
fn standard_input_needs_a_file_to_be_read_again() {
    let (sandbox, room) = sandbox();
    sandbox.script("ntherm", [Fault::ResetAfter]).unwrap();
    room.run_with_input(
        &[
            "send",
            "-",
            "--no-outbox",
            "--to",
            "ntherm",
            "--rows",
            "1",
            "--report",
            "r",
        ],
        LEADS,
    );
    let ran = room.run(&["reconcile", "--report", "r"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("standard input or a pipe"), "{}", ran.err);
    let ran = room.run(&["reconcile", "--report", "r", "--input", "leads.csv"]);
    assert_eq!((ran.code, &*ran.err), (Some(3), ""), "{}", ran.out);
}

#[test]
fn a_test_is_never_sent_to_a_vendor_without_a_mark_for_it() {
    let (sandbox, room) = sandbox();
    let ran = room.run(&["send", "leads.csv", "--no-outbox", "--to", "ntherm,enerflo", "--test"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("`--test` cannot be used for `ntherm` and `enerflo`"),
        "{}",
        ran.err
    );
    assert_eq!(sandbox.counts().requests, 0);
    assert!(!room.path("leads.csv.report.ndjson").exists());
}

#[test]
fn a_mark_that_may_do_nothing_is_told_before_a_test_is_sent() {
    let (sandbox, room) = sandbox();
    let send = |more: &[&str]| {
        let common = [
            "send",
            "--no-outbox",
            "leads.csv",
            "--to",
            "leadconduit",
            "--rows",
            "1",
            "--report",
            "r",
        ];
        room.run(&[&common, more].concat())
    };
    let said = "`leadconduit`: leads are marked by `is_test`, and that may do nothing";
    for more in [&["--test", "--dry-run"][..], &["--test"]] {
        let ran = send(more);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(
            ran.err.split_whitespace().collect::<Vec<_>>().join(" ").contains(said),
            "{}",
            ran.err
        );
    }
    let body = sandbox.received().last().unwrap().body.to_string();
    assert!(body.contains("is_test"), "{body}");
}

#[test]
fn the_report_of_a_test_settles_nothing() {
    let (sandbox, room) = sandbox();
    room.send(&["--report", "r"]);
    let text = fs::read_to_string(room.path("r")).unwrap();
    let of_test = text.replacen("{\"run\":{", "{\"run\":{\"test\":true,", 1);
    fs::write(room.path("r"), of_test).unwrap();
    let requests = sandbox.counts().requests;
    for more in [&[][..], &["--dry-run"]] {
        let ran = room.send(&[&["--resume", "r", "--report", "r2"], more].concat());
        assert_eq!(ran.code, Some(2), "{}", ran.out);
        assert!(ran.err.contains("`r` is the report of a test"), "{}", ran.err);
    }
    assert_eq!(sandbox.counts().requests, requests);
    assert!(!room.path("r2").exists());
}

#[test]
fn a_project_whose_answer_was_lost_is_found_and_not_sent_again() {
    let (sandbox, room) = sandbox();
    // Behind the log-in.
    sandbox.script("opensolar", [Fault::None, Fault::ResetAfter]).unwrap();
    let send = ["send", "leads.csv", "--no-outbox", "--rows", "1", "--to", "opensolar"];
    let ran = room.run(&[&send[..], &["--report", "r"]].concat());
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    let ran = room.run(&["reconcile", "--report", "r", "--output", "r2"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    let settled = &lines(&room, "r2")[0];
    assert_eq!(settled["outcome"], "accepted");
    assert!(settled["vendor_ref"].is_string(), "{settled}");

    let made = sandbox.counts().accepted;
    let ran = room.run(&[&send[..], &["--resume", "r2", "--report", "r3"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(sandbox.counts().accepted, made);
}

/// The two ways to a flow of LeadConduit.
const FLOWS: [&str; 2] = ["leadconduit", "solarnexus"];

/// A flow of the sandbox with the key to its events, and a report of one lead that met this fault there.
fn doubtful_at(vendor: &str, fault: Fault) -> (Background, Room) {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let config = sandbox.leadsink_toml();
    let with_key = config.replace("/submit\"\n", "/submit\"\nevents_api_key = \"sandbox-password\"\n");
    assert_eq!(with_key.matches("events_api_key").count(), FLOWS.len());
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", with_key);
    // Another lead was there before.
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--rows",
        "2",
        "--to",
        vendor,
        "--report",
        "r0",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    sandbox.script(vendor, [fault]).unwrap();
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--rows",
        "1",
        "--to",
        vendor,
        "--report",
        "r",
    ]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert_eq!(lines(&room, "r")[0]["outcome"], "ambiguous");
    (sandbox, room)
}

#[test]
fn a_submission_whose_answer_was_lost_is_found_among_the_events_and_not_sent_again() {
    for vendor in FLOWS {
        let (sandbox, room) = doubtful_at(vendor, Fault::ResetAfter);
        let ran = room.run(&["reconcile", "--report", "r", "--output", "r2"]);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{vendor}: {}", ran.out);
        let settled = &lines(&room, "r2")[0];
        assert_eq!(
            (&settled["outcome"], &settled["sink"]),
            (&"accepted".into(), &vendor.into())
        );
        assert!(settled["vendor_ref"].is_string(), "{settled}");

        let made = sandbox.counts().accepted;
        assert_eq!(made, 2);
        let send = ["send", "leads.csv", "--no-outbox", "--rows", "1", "--to", vendor];
        let ran = room.run(&[&send[..], &["--resume", "r2", "--report", "r3"]].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert_eq!(sandbox.counts().accepted, made);
    }
}

#[test]
fn a_submission_that_the_flow_never_got_stays_in_doubt() {
    for vendor in FLOWS {
        let (sandbox, room) = doubtful_at(vendor, Fault::ResetBefore);
        let ran = room.run(&["reconcile", "--report", "r", "--output", "r2", "--json"]);
        assert_eq!((ran.code, &*ran.err), (Some(3), ""), "{vendor}: {}", ran.out);
        let document = ran.json();
        let sink = &document["sinks"][0];
        assert_eq!((&sink["can_tell"], &sink["still_in_doubt"]), (&true.into(), &1.into()));
        // Nothing says how soon an event is listed.
        assert_eq!((&sink["found"], &sink["not_found"]), (&0.into(), &0.into()));
        let why = sink["reasons"][0]["text"].as_str().unwrap();
        assert!(why.contains("does not prove that it is nowhere"), "{why}");
        assert_eq!(sandbox.counts().accepted, 1);
    }
}
