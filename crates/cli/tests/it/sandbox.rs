//! `sandbox`: it says where it is, and stops at Ctrl-C.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::support::{LEADS, Room};

#[test]
fn what_it_prints_is_its_address_and_a_configuration() {
    let room = Room::new().with("leads.csv", LEADS);
    let mut child = room
        .command(&[
            "sandbox",
            "--fault",
            "503=0.5",
            "--mode",
            "strict",
            "--log",
            "log.ndjson",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut url = String::new();
    lines.read_line(&mut url).unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with('\n'), "{url}");

    // The configuration ends with the last key, which the sandbox writes at once.
    let mut config = String::new();
    while !config.contains("campaign = ") {
        assert_ne!(lines.read_line(&mut config).unwrap(), 0, "{config}");
    }
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

fn interrupt(id: u32) {
    let kill = Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap();
    assert!(kill.success());
}
