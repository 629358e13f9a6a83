//! The everyday run: see it, send it, know of every row what became of it.

use leadsink_sandbox::Sandbox;
use serde_json::Value;

use crate::run::{Stage, VENDORS, csv, outcomes, outcomes_at};
use crate::sinks::written;

#[test]
fn map_needs_no_credentials_and_no_network() {
    let stage = Stage::new();
    let file = stage.leads(2);
    let ended = stage.run([
        "map",
        file.to_str().unwrap(),
        "--to",
        "ntherm",
        "--set",
        "campaign=TEST",
    ]);
    let lines: Vec<Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((lines.len(), ended.code), (2, Some(0)), "{ended:?}");
    assert_eq!(lines[0]["row"], 1);
    assert_eq!(lines[0]["sink"], "ntherm");
    assert_eq!(lines[0]["request"]["method"], "POST");
    assert_eq!(lines[0]["request"]["body"]["phone_number"], "5125550100");
    assert!(lines[0]["request"]["headers"].get("authorization").is_none());
    assert_eq!(stage.sandbox.counts().requests, 0);
}

#[test]
fn what_map_shows_is_what_the_vendor_gets() {
    let stage = Stage::new();
    let file = stage.leads(3);
    let shown = stage.run(["map", file.to_str().unwrap(), "--to", "ntherm"]);
    let shown: Vec<Value> = shown
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    stage.send(&file, &["--concurrency", "1"]);
    let received = stage.sandbox.received();
    assert_eq!(received.len(), 3);
    for (shown, received) in shown.iter().zip(&received) {
        assert_eq!(shown["request"]["body"], received.body);
    }
}

#[test]
fn every_row_has_its_outcome_and_the_report_is_for_the_owner_alone() {
    let stage = Stage::new();
    let bad = "Jane,Doe,jane@example.com,call me,1 Main St,Austin,TX,78704,\n";
    let duplicate = csv(0..1).lines().nth(1).unwrap().to_owned() + "\n";
    let file = stage.write("leads.csv", csv(0..3) + bad + &duplicate);
    let (ended, report) = stage.send(&file, &[]);
    assert_eq!(
        outcomes(&report),
        ["pending", "pending", "pending", "bad_row", "duplicate_row"],
        "{ended:?}"
    );
    assert_eq!(ended.code, Some(1));
    assert_eq!(report[0]["attempts"], 1);
    assert_eq!(report[0]["callback_token"].as_str().unwrap().len(), 32);
    assert_eq!(report[3]["reasons"][0]["code"], "phone_letters");
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(stage.path("report.ndjson"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// The sandbox knows no vendor crate: that it writes keys which they read shows here.
#[test]
fn what_the_sandbox_says_of_itself_configures_every_vendor() {
    let stage = Stage::new();
    let (ended, report) = stage.send_to_all(&stage.leads(2), &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for vendor in VENDORS.iter().copied() {
        let outcome = if vendor == "ntherm" { "pending" } else { "accepted" };
        assert_eq!(outcomes_at(&report, vendor), [outcome; 2], "{vendor}: {ended:?}");
        let config = stage.sandbox.config_toml(vendor).unwrap();
        assert!(stage.config.contains(&config));
    }
    let vendors: Vec<_> = written().iter().map(|entry| entry.descriptor.id).collect();
    assert_eq!(
        vendors, VENDORS,
        "a vendor is not tested: add it to `VENDORS` in tests/it/run.rs, and what it does otherwise to tests/it/faults.rs"
    );
}

#[test]
fn every_vendor_shows_its_mapping_without_any_configuration() {
    let mut stage = Stage::new();
    stage.config.clear();
    let file = stage.leads(1);
    for vendor in VENDORS.iter().copied() {
        let ended = stage.run(["map", file.to_str().unwrap(), "--to", vendor]);
        assert_eq!(
            (ended.code, ended.stdout.lines().count()),
            (map_code(vendor), 1),
            "{vendor}: {ended:?}"
        );
    }
    assert_eq!(stage.sandbox.counts().requests, 0);
}

/// NTherm's campaign is no credential, and no lead goes without one.
fn map_code(vendor: &str) -> Option<i32> {
    Some(if vendor == "ntherm" { 4 } else { 0 })
}

#[test]
fn a_clean_file_ends_well_and_nothing_personal_is_printed() {
    let stage = Stage::new();
    let (ended, report) = stage.send(&stage.leads(5), &[]);
    assert_eq!((ended.code, report.len()), (Some(0), 5), "{ended:?}");
    let printed = format!("{}{}", ended.stdout, ended.stderr);
    for personal in ["Jane", "jane0", "5125550100", "Main St"] {
        assert!(!printed.contains(personal), "{printed}");
    }
}

#[test]
fn the_default_report_lies_beside_the_input_and_is_never_overwritten() {
    let stage = Stage::new();
    let file = stage.leads(1);
    for _ in 0..2 {
        stage.run(["send", "--no-outbox", file.to_str().unwrap(), "--to", "ntherm"]);
    }
    let reports = std::fs::read_dir(stage.folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("report"));
    assert_eq!(reports.count(), 2);
}

#[test]
fn the_late_word_comes_to_the_address_with_the_token_of_the_report() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let template = format!("http://{}/back/{{token}}", listener.local_addr().unwrap());
    let stage = Stage::with(Sandbox::builder().callback_delay(std::time::Duration::ZERO));
    let (_, report) = stage.send(&stage.leads(1), &["--set", &format!("call_back_url={template}")]);
    use std::io::{Read as _, Write as _};
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = vec![0; 4096];
    let n = stream.read(&mut request).unwrap();
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    let line = String::from_utf8_lossy(&request[..n])
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert!(line.contains(report[0]["callback_token"].as_str().unwrap()), "{line}");
}

#[test]
fn the_demo_ends_as_expected() {
    let stage = Stage::new();
    let ended = stage.run(["demo"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn pre_ping_refuses_before_anything_is_posted() {
    let stage = Stage::with(Sandbox::builder().refuse_phone("5125550100"));
    let (ended, report) = stage.send(&stage.leads(2), &["--set", "pre_ping=true", "--concurrency", "1"]);
    assert_eq!(
        (outcomes(&report), ended.code),
        (vec!["rejected", "pending"], Some(1)),
        "{ended:?}"
    );
    let paths: Vec<_> = stage.sandbox.received().into_iter().map(|got| got.path).collect();
    assert_eq!(paths, ["/prePing", "/prePing", "/postLead"]);
}
