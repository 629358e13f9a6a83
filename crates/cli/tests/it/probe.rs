//! `probe`: whether the credentials work, without a lead: at the sandbox, and where one answer is given here.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use leadsink_sandbox::{Background, Sandbox};

use crate::support::Room;

/// Answers one request in this way, and gives back its first line.
fn vendor(status: &'static str, body: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let answering = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
        let first = lines.next().unwrap();
        assert!(lines.any(|line| line.is_empty()));
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
        stream.write_all((head + body).as_bytes()).unwrap();
        first
    });
    (url, answering)
}

/// A configuration with an account at each vendor, one of them played here.
fn room(url: &str) -> Room {
    let config = format!(
        "[sinks.enerflo.config]\napi_key = \"hunter2\"\nbase_url = \"{url}\"\n\
         [sinks.ntherm.config]\nusername = \"u\"\npassword = \"p\"\ncampaign = \"SOLAR\"\n"
    );
    Room::new().with("leadsink.toml", config)
}

#[test]
fn an_account_that_works_is_ready_and_one_that_cannot_be_asked_says_so() {
    let (url, answering) = vendor("200 OK", "{\"data\":[]}");
    let ran = room(&url).run(&["probe", "enerflo", "ntherm"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    let table = "\
SINK     VENDOR   RESULT       MEANING
enerflo  enerflo  ready        the vendor accepts the credentials
ntherm   ntherm   unsupported  the vendor has no way to ask that creates nothing; the first lead will tell
";
    assert_eq!(ran.out, table);
    assert!(answering.join().unwrap().starts_with("GET "), "nothing is created");
}

#[test]
fn credentials_that_are_not_accepted_are_told() {
    for (sinks, code) in [("enerflo", 4), ("enerflo,ntherm", 1)] {
        let (url, answering) = vendor("401 Unauthorized", "{}");
        let ran = room(&url).run(&["probe", sinks, "--json"]);
        assert_eq!((ran.code, &*ran.err), (Some(code), ""), "{}", ran.out);
        let document = ran.json();
        let sink = &document["sinks"][0];
        assert_eq!((&document["exit"], &sink["result"]), (&code.into(), &"failed".into()));
        assert_eq!(
            (&sink["error"]["kind"], &sink["error"]["status"]),
            (&"unauthorized".into(), &401.into())
        );
        assert!(!ran.out.contains("hunter2"));
        answering.join().unwrap();
    }
}

#[test]
fn a_sink_that_is_not_there_or_not_complete_is_an_error() {
    let ran = Room::new().run(&["probe", "enerflow"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("sink `enerflow` cannot be used"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `enerflo`?"), "{}", ran.err);
    let ran = Room::new().run(&["probe", "enerflo"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("api_key"), "{}", ran.err);
}

const EVERY_VENDOR: [&str; 6] = ["probe", "enerflo", "leadconduit", "ntherm", "opensolar", "solarnexus"];

#[test]
fn every_vendor_of_the_sandbox_accepts_its_credentials_or_cannot_be_asked() {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = Room::new().with("leadsink.toml", sandbox.leadsink_toml());
    let ran = room.run(&EVERY_VENDOR);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    let table = "\
SINK         VENDOR       RESULT       MEANING
enerflo      enerflo      ready        the vendor accepts the credentials
leadconduit  leadconduit  unsupported  the vendor has no way to ask that creates nothing; the first lead will tell
ntherm       ntherm       unsupported  the vendor has no way to ask that creates nothing; the first lead will tell
opensolar    opensolar    ready        the vendor accepts the credentials
solarnexus   solarnexus   unsupported  the vendor has no way to ask that creates nothing; the first lead will tell
";
    assert_eq!(ran.out, table);
    assert_eq!(sandbox.counts().accepted, 0);
}

#[test]
fn wrong_credentials_are_told_by_every_vendor_that_can_be_asked() {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let wrong = sandbox.leadsink_toml().replace("sandbox-password", "hunter2");
    let room = Room::new().with("leadsink.toml", wrong);
    let ran = room.run(&[&EVERY_VENDOR[..], &["--json"]].concat());
    assert_eq!((ran.code, &*ran.err), (Some(1), ""), "{}", ran.out);
    let document = ran.json();
    for (sink, [vendor, result]) in document["sinks"].as_array().unwrap().iter().zip([
        ["enerflo", "failed"],
        ["leadconduit", "unsupported"],
        ["ntherm", "unsupported"],
        ["opensolar", "failed"],
        ["solarnexus", "unsupported"],
    ]) {
        assert_eq!((&sink["vendor"], &sink["result"]), (&vendor.into(), &result.into()));
        if result == "failed" {
            assert_eq!(sink["error"]["kind"], "unauthorized", "{sink}");
        }
    }
    assert!(!ran.out.contains("hunter2"));
    assert_eq!(sandbox.counts().accepted, 0);
}
