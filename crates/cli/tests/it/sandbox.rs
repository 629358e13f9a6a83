//! `sandbox`: it says where it is, and stops at Ctrl-C.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{LEADS, Room, vendor_ids};

#[test]
fn what_it_prints_is_its_address_and_a_configuration() {
    let room = Room::new().with("leads.csv", LEADS);
    let (mut child, mut lines) = start(
        &room,
        &["--fault", "503=0.5", "--mode", "strict", "--log", "log.ndjson"],
    );
    let mut url = String::new();
    lines.read_line(&mut url).unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with('\n'), "{url}");

    let config = configuration(&mut lines);
    assert!(
        config.contains("# test credentials: sandbox / sandbox-password\n"),
        "{config}"
    );
    let room = room.with("leadsink.toml", &config);
    let ran = room.run(&["check", "leads.csv"]);
    assert!(
        ran.out.contains("NTherm would take 3 of 3 leads"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert!(room.path("log.ndjson").exists());

    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(told, "note: the sandbox got 0 requests and took 0 leads\n");
}

#[test]
fn it_answers_late_and_refuses_what_is_over_a_limit_as_it_is_told() {
    let room = Room::new().with("leads.csv", LEADS);
    let limits = ["--rate-limit", "enerflo=1/60s", "--rate-limit", "ntherm=2/60s"];
    let (mut child, mut lines) = start(&room, &[&["--delay", "200"], &limits[..]].concat());
    let mut url = String::new();
    lines.read_line(&mut url).unwrap();
    let room = room.with("leadsink.toml", configuration(&mut lines));
    let send = [
        "send",
        "--no-outbox",
        "leads.csv",
        "--rows",
        "1-2",
        "--attempts",
        "1",
        "--concurrency",
        "1",
    ];
    for (vendor, delivered) in [("enerflo", 1), ("ntherm", 2)] {
        let begin = Instant::now();
        let ran = room.run(&[&send[..], &["--to", vendor, "--report", vendor, "--json"]].concat());
        assert_eq!(ran.json()["sinks"][0]["delivered"], delivered, "{}", ran.err);
        assert!(begin.elapsed() >= Duration::from_millis(400));
    }
    let report = std::fs::read_to_string(room.path("enerflo")).unwrap();
    assert!(report.contains("\"kind\":\"rate_limited\""), "{report}");
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_limit_that_cannot_be_set_is_an_error() {
    for (limit, told) in [
        (
            "nobody=300/60s",
            &*format!("no vendor `nobody` in the sandbox; available: {}", vendor_ids()),
        ),
        ("enerflo=300", "write it as `enerflo=300/60s`"),
    ] {
        let ran = Room::new().run(&["sandbox", "--rate-limit", limit]);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{limit}");
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    let ran = Room::new().run(&["sandbox", "--delay", "soon"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("write a number of milliseconds"), "{}", ran.err);
}

#[test]
fn a_port_that_is_taken_and_a_fault_that_is_none_are_errors() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = Room::new().run(&["sandbox", "--port", &port]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert!(
        ran.err
            .starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")),
        "{}",
        ran.err
    );
    let ran = Room::new().run(&["sandbox", "--fault", "418"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("unknown fault `418`"), "{}", ran.err);
}

fn start(room: &Room, options: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let mut child = room
        .command(&[&["sandbox"], options].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// The configuration as far as the address of the last of the vendors that are sent to here; the rest comes with it.
fn configuration(lines: &mut impl BufRead) -> String {
    let mut config = String::new();
    while !config.contains("[sinks.solarnexus.config.leadconduit]\nurl = ") {
        assert_ne!(lines.read_line(&mut config).unwrap(), 0, "{config}");
    }
    config
}

fn interrupt(id: u32) {
    let kill = Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap();
    assert!(kill.success());
}
