//! `send` when it is killed, hung up on, or out of disk: nothing is sent twice, and nothing is lost in silence.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use leadsink_sandbox::{Background, Fault, FaultPlan, Sandbox};
use serde_json::Value;

use crate::support::{Ran, Room, lines};

const LIMIT: Duration = Duration::from_secs(20);

/// A sandbox that is slow to answer.
fn slow() -> Background {
    let plan = FaultPlan::rate(Fault::Latency(Duration::from_millis(150)), 1.0);
    Background::start(Sandbox::builder().faults(plan)).unwrap()
}

fn leads(count: usize) -> String {
    let header = "id,First Name,Last Name,Email,Phone,Street Address,City,State,ZIP,TrustedForm Cert URL\n";
    let rows = (1..=count).map(|n| {
        format!(
            "{n},Ada,Quill,ada{n}@example.com,(512) 555-{:04},{n} Pine St,Austin,TX,78704,\
             https://cert.trustedform.com/0123456789abcdef0123456789abcdef{n:08x}\n",
            100 + n
        )
    });
    header.to_owned() + &rows.collect::<String>()
}

fn room(sandbox: &Background, count: usize) -> Room {
    Room::new()
        .with("leads.csv", leads(count))
        .with("leadsink.toml", sandbox.leadsink_toml())
}

const SEND: [&str; 7] = [
    "send",
    "leads.csv",
    "--no-outbox",
    "--to",
    "ntherm",
    "--concurrency",
    "8",
];

fn spawn(room: &Room, more: &[&str]) -> Child {
    piped(&mut room.command(&[&SEND, more].concat()))
}

fn piped(command: &mut Command) -> Child {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(Stdio::piped()).spawn().unwrap()
}

/// The leads with this outcome.
fn with_outcome(lines: &[Value], outcome: &str) -> Vec<String> {
    let some = lines.iter().filter(|line| line["outcome"] == outcome);
    some.map(|line| line["lead"].as_str().unwrap().to_owned()).collect()
}

/// Sends signals one right after the other.
fn signal(child: &Child, names: &[&str]) {
    let kill = |name: &&str| format!("kill -{name} {}", child.id());
    let all: Vec<_> = names.iter().map(kill).collect();
    let sent = Command::new("sh").args(["-c", &all.join("; ")]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn a_process_that_is_killed_sends_no_lead_twice() {
    let sandbox = slow();
    let room = room(&sandbox, 40);
    for (accepted, more) in [
        (10, &["--report", "r1"][..]),
        (24, &["--resume", "r1", "--report", "r2"]),
    ] {
        let mut child = spawn(&room, more);
        sandbox.wait_until(LIMIT, |counts| counts.accepted >= accepted).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(room.path("r1.inflight").exists() && room.path("r2.inflight").exists());
    let ran = room.send(&["--resume", "r2", "--report", "r3", "--json"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(ran.err.contains("under way when the earlier run died"), "{}", ran.err);

    // A lead that comes a second time would be a request that is not accepted.
    let counts = sandbox.counts();
    assert_eq!(counts.requests, counts.accepted);
    let lines = lines(&room, "r3");
    assert_eq!(lines.len(), 40);
    let (pending, ambiguous) = (with_outcome(&lines, "pending"), with_outcome(&lines, "ambiguous"));
    let all: BTreeSet<_> = pending.iter().chain(&ambiguous).collect();
    assert_eq!(all.len(), 40);
    assert!((2..=16).contains(&ambiguous.len()), "{}", ambiguous.len());
    assert!(counts.accepted >= pending.len() as u64);
    let died: Vec<_> = lines.iter().filter(|line| line["outcome"] == "ambiguous").collect();
    assert!(died.iter().all(|line| line["reasons"][0]["code"] == "process_died"));
    assert!(
        died.iter()
            .all(|line| line["callback_token"].as_str().unwrap().len() == 32)
    );
    assert!(!room.path("r3.inflight").exists());

    // From here on it is no news, and still in doubt.
    let ran = room.send(&["--resume", "r3", "--report", "r4"]);
    assert_eq!((ran.code, &*ran.err), (Some(3), ""));
    assert!(ran.out.contains("Still in doubt from before: "), "{}", ran.out);
    assert!(!ran.out.contains("In doubt: "), "{}", ran.out);
    assert_eq!(sandbox.counts().requests, counts.requests);
}

#[test]
fn rows_to_mend_of_a_process_that_was_killed_are_written_by_the_next() {
    let sandbox = slow();
    let bare = leads(6).replacen(
        ",https://cert.trustedform.com/0123456789abcdef0123456789abcdef00000001",
        ",",
        1,
    );
    let room = room(&sandbox, 0).with("leads.csv", bare);
    let mut child = spawn(&room, &["--report", "r1", "--rejects", "m1.csv"]);
    sandbox.wait_until(LIMIT, |counts| counts.accepted >= 1).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    // A run that does not come to all rows leaves them to the next one.
    let ran = room.send(&[
        "--resume",
        "r1",
        "--report",
        "r2",
        "--rejects",
        "m2.csv",
        "--rows",
        "2-",
    ]);
    assert!(ran.err.contains("may lack some; `m2.csv` gets those"), "{}", ran.err);
    assert!(room.path("r2.inflight").exists() && !room.path("m2.csv").exists());
    let ran = room.send(&["--resume", "r2", "--report", "r3", "--rejects", "m3.csv"]);
    assert!(ran.err.contains("may lack some; `m3.csv` gets those"), "{}", ran.err);
    let mends = |name: &str| fs::read_to_string(room.path(name)).unwrap();
    assert_eq!(mends("m1.csv"), mends("m3.csv"));
    assert_eq!(mends("m3.csv").lines().count(), 2);
    assert!(!room.path("r3.inflight").exists());
}

/// As `timeout` does it, and a shell beside its terminal.
#[test]
fn two_signals_at_once_let_what_is_under_way_end() {
    let sandbox = slow();
    let room = room(&sandbox, 400);
    let child = spawn(&room, &["--report", "r"]);
    sandbox.wait_until(LIMIT, |counts| counts.accepted >= 1).unwrap();
    signal(&child, &["TERM", "INT"]);
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let lines = lines(&room, "r");
    assert_eq!(with_outcome(&lines, "pending").len(), lines.len());
    assert!(lines.len() < 400 && !room.path("r.inflight").exists());
}

/// Whether the tests run under `nohup`: what they start ignores a terminal that goes then, as it should.
fn ignores_hangup() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

#[test]
fn a_terminal_that_goes_lets_what_is_under_way_end() {
    if ignores_hangup() {
        return;
    }
    let sandbox = slow();
    let room = room(&sandbox, 400);
    let child = spawn(&room, &["--report", "r"]);
    sandbox.wait_until(LIMIT, |counts| counts.accepted >= 1).unwrap();
    signal(&child, &["HUP"]);
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("--resume r"), "{}", ran.out);
    let lines = lines(&room, "r");
    assert_eq!(lines.len() as u64, sandbox.counts().accepted);
    assert_eq!(with_outcome(&lines, "pending").len(), lines.len());
    assert!(lines.len() < 400 && !room.path("r.inflight").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn nohup_outlives_the_terminal() {
    let sandbox = slow();
    let room = room(&sandbox, 3);
    let child = piped(&mut room.shell("trap '' HUP; exec", &[&SEND[..], &["--report", "r"]].concat()));
    sandbox.wait_until(LIMIT, |counts| counts.accepted >= 1).unwrap();
    signal(&child, &["HUP"]);
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(sandbox.counts().accepted, 3);
}

/// Runs with room for two or three lines of the report.
#[cfg(target_os = "linux")]
fn run_out_of_disk(room: &Room) -> Ran {
    let send = ["send", "leads.csv", "--no-outbox", "--to", "ntherm"];
    let one = ["--concurrency", "1", "--report", "r1"];
    let mut child = room.shell("trap '' XFSZ; ulimit -f 2; exec", &[&send[..], &one[..]].concat());
    Ran::of(&child.output().unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_leaves_whole_lines_and_what_is_lost_is_in_doubt() {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = room(&sandbox, 6);
    let ran = run_out_of_disk(&room);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("count as in doubt"), "{}", ran.err);
    let lost: Vec<Value> = ran
        .err
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let kept = lines(&room, "r1");
    assert!(!kept.is_empty());
    assert_eq!((kept.len() + lost.len()) as u64, sandbox.counts().accepted);

    let ran = room.send(&["--resume", "r1", "--report", "r2"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    let lines = lines(&room, "r2");
    assert_eq!(with_outcome(&lines, "ambiguous").len(), lost.len());
    assert_eq!((lines.len(), sandbox.counts().requests), (6, 6));
}

#[cfg(target_os = "linux")]
#[test]
fn lines_that_were_lost_can_be_appended() {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = room(&sandbox, 6);
    let ran = run_out_of_disk(&room);
    let lost: String = ran
        .err
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| format!("{line}\n"))
        .collect();
    let kept = fs::read_to_string(room.path("r1")).unwrap();
    fs::write(room.path("r1"), kept + &lost).unwrap();
    let ran = room.send(&["--resume", "r1", "--report", "r2"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    assert_eq!(with_outcome(&lines(&room, "r2"), "pending").len(), 6);
    assert_eq!(sandbox.counts().requests, 6);
}
