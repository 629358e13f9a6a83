//! `send`: the report, the rejects, going on, and how it ends. The vendors are the sandbox's.

use std::fs;

use leadsink_sandbox::{Background, Fault, Sandbox};

use crate::support::{LEADS, Ran, Room, lines};

fn sandbox() -> Background {
    Background::start(Sandbox::builder()).unwrap()
}

fn room(sandbox: &Background) -> Room {
    Room::new()
        .with("leads.csv", LEADS)
        .with("leadsink.toml", sandbox.leadsink_toml())
}

/// Row and outcome of each line, in the order of the rows.
fn outcomes(room: &Room, report: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<_> = lines(room, report)
        .iter()
        .map(|line| {
            (
                line["row"].as_u64().unwrap(),
                line["outcome"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    lines.sort();
    lines
}

fn words<const N: usize>(words: [&str; N]) -> Vec<(u64, String)> {
    (1..).zip(words.map(str::to_owned)).collect()
}

#[test]
fn every_row_has_a_line_beside_the_input() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let ran = room.run(&["send", "leads.csv", "--no-outbox", "--to", "ntherm"]);
    assert_eq!((ran.code, &*ran.err), (Some(1), ""), "{}", ran.out);
    let report = "leads.csv.report.ndjson";
    assert_eq!(
        outcomes(&room, report),
        words(["pending", "pending", "bad_row", "pending", "duplicate_row"])
    );
    for line in lines(&room, report) {
        let is_sent = line["outcome"] == "pending";
        assert_eq!(line["attempts"], u64::from(is_sent));
        assert_eq!(
            line["callback_token"].as_str().is_some_and(|token| token.len() == 32),
            is_sent
        );
    }
    assert!(ran.out.contains("ntherm: 3 of 5 rows delivered"), "{}", ran.out);
    assert!(!ran.out.contains("ada@example.com"));
    assert_eq!(sandbox.counts().accepted, 3);
}

#[test]
fn a_report_is_never_overwritten() {
    let sandbox = sandbox();
    let room = room(&sandbox).with("r.ndjson", "mine");
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--to",
        "ntherm",
        "--report",
        "r.ndjson",
    ]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.starts_with("error: `r.ndjson` is there already\n"),
        "{}",
        ran.err
    );
    assert_eq!(fs::read_to_string(room.path("r.ndjson")).unwrap(), "mine");
    assert_eq!(sandbox.counts().requests, 0);
}

#[test]
fn the_first_401_stops_the_sink_and_the_rest_can_be_sent_later() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    sandbox.script("ntherm", [Fault::None, Fault::Unauthorized]).unwrap();
    let send = [
        "send",
        "leads.csv",
        "--no-outbox",
        "--to",
        "ntherm",
        "--concurrency",
        "1",
    ];
    let ran = room.run(&[&send[..], &["--report", "r1"]].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        outcomes(&room, "r1"),
        words(["pending", "failed", "bad_row", "not_attempted", "duplicate_row"])
    );
    let command = "leadsink send leads.csv --no-outbox --to ntherm --concurrency 1 --resume r1";
    assert!(ran.out.contains(command), "{}", ran.out);

    let ran = room.run(&[&send[..], &["--resume", "r1", "--report", "r2", "--json"]].concat());
    assert_eq!(ran.code, Some(1), "one row is still bad: {}", ran.err);
    let sink = &ran.json()["sinks"][0];
    assert_eq!((&sink["delivered"], &sink["skipped"]), (&2.into(), &3.into()));
    // The new report is whole, so that it can be gone on from in its turn.
    assert_eq!(
        outcomes(&room, "r2"),
        words(["pending", "pending", "bad_row", "pending", "duplicate_row"])
    );
    assert_eq!(sandbox.counts().accepted, 3);
}

/// The thread that reads a pipe cannot be started where its stack has no room.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_cannot_begin_leaves_no_file_behind() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let send = [
        "send",
        "-",
        "--no-outbox",
        "--to",
        "ntherm",
        "--report",
        "r",
        "--rejects",
        "mend.csv",
    ];
    let mut command = room.command(&send);
    command.env("RUST_MIN_STACK", (1_u64 << 60).to_string());
    let input = fs::File::open(room.path("leads.csv")).unwrap();
    let ran = Ran::of(&command.stdin(input).output().unwrap());
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("cannot start a thread"), "{}", ran.err);
    let left = ["r", "r.inflight", "mend.csv"].map(|name| room.path(name).exists());
    assert_eq!((left, sandbox.counts().requests), ([false; 3], 0));
}

#[test]
fn a_lost_answer_is_in_doubt_and_never_sent_again() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    sandbox.script("ntherm", [Fault::ResetAfter]).unwrap();
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--to",
        "ntherm",
        "--rows",
        "1",
        "--report",
        "r1",
    ]);
    assert_eq!(ran.code, Some(3));
    assert_eq!(outcomes(&room, "r1"), words(["ambiguous"]));
    let ran = room.send(&["--rows", "1", "--resume", "r1", "--json"]);
    assert_eq!(ran.code, Some(3));
    assert_eq!(ran.json()["sinks"][0]["skipped_ambiguous"], 1);
    assert_eq!(sandbox.counts().requests, 1);
}

#[test]
fn rows_to_mend_are_written_in_the_columns_of_the_source() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--to",
        "ntherm",
        "--rejects",
        "mend.csv",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let text = fs::read_to_string(room.path("mend.csv")).unwrap();
    let header = LEADS.lines().next().unwrap();
    assert!(
        text.starts_with(&format!("{header},leadsink_code,leadsink_message\r\nCy,Stone,")),
        "{text}"
    );
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains(",phone_too_short,"), "{text}");

    fs::write(room.path("mended.csv"), text.replace("555-0103", "(512) 555-0103")).unwrap();
    let ran = room.run(&["send", "mended.csv", "--no-outbox", "--to", "ntherm"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
}

#[test]
fn a_mended_file_goes_where_it_was_refused_and_nowhere_twice() {
    let start = |builder| Background::start(builder).unwrap();
    let (a, b) = (
        start(Sandbox::builder().refuse_phone("5125550102")),
        start(Sandbox::builder()),
    );
    let config = |name: &str, sandbox: &Background| {
        let config = sandbox.config_toml("ntherm").unwrap();
        config.replace("sinks.ntherm", &format!("sinks.{name}"))
    };
    let room = Room::new()
        .with("leads.csv", LEADS)
        .with("leadsink.toml", config("a", &a) + &config("b", &b));
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--to",
        "a,b",
        "--rejects",
        "mend.csv",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let text = fs::read_to_string(room.path("mend.csv")).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    let mended = text
        .replace("(512) 555-0102", "(512) 555-0202")
        .replace("555-0103", "(512) 555-0103");
    fs::write(room.path("mended.csv"), mended).unwrap();

    let ran = room.run(&["check", "mended.csv", "--to", "a,b", "--json"]);
    let takes = [0, 1].map(|sink| ran.json()["sinks"][sink]["would_take"].as_u64().unwrap());
    assert_eq!(takes, [2, 1]);
    assert_eq!(room.run(&["map", "mended.csv", "--to", "a,b"]).lines().len(), 3);
    let ran = room.run(&[
        "send",
        "mended.csv",
        "--no-outbox",
        "--to",
        "a,b",
        "--dry-run",
        "--json",
    ]);
    assert_eq!(ran.json()["sinks"][1]["skipped"], 1);
    let ran = room.run(&["send", "mended.csv", "--no-outbox", "--to", "a,b", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.json()["sinks"][1]["skipped"], 1);
    assert_eq!((a.counts().accepted, b.counts().accepted), (4, 4));
    assert_eq!(b.counts().requests, 4);
}

#[test]
fn a_dry_run_sends_nothing_and_writes_no_report() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--to",
        "ntherm",
        "--dry-run",
        "--json",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let sink = &ran.json()["sinks"][0];
    let counts = ["would_send", "bad_row", "duplicate_row"].map(|key| sink[key].as_u64().unwrap());
    assert_eq!(counts, [3, 1, 1]);
    assert!(!room.path("leads.csv.report.ndjson").exists());
    assert_eq!(sandbox.counts().requests, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_takes_nothing_is_found_out_before_anything_is_sent() {
    let sandbox = sandbox();
    let room = room(&sandbox);
    let ran = room.run(&[
        "send",
        "leads.csv",
        "--no-outbox",
        "--to",
        "ntherm",
        "--report",
        "/dev/full",
    ]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err
            .starts_with("error: cannot write `/dev/full`: no space left on device"),
        "{}",
        ran.err
    );
    assert_eq!(sandbox.counts().requests, 0);
}
