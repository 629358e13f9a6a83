//! What is wrong with the files of a crate is told all at once: every snapshot that differs, every scenario that cannot be read.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use leadsink_testkit::{Suite, checks, json};

use crate::acme::*;

/// This package, whose files the samples begin with.
const OWN: &str = env!("CARGO_MANIFEST_DIR");

/// A crate of its own, with a folder copied into it.
fn crate_with(from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let to = folder.path().join(to);
    fs::create_dir_all(&to).expect("a folder can be made");
    for entry in fs::read_dir(Path::new(OWN).join(from)).expect("the samples are there") {
        let entry = entry.expect("the samples can be read");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a sample can be copied");
    }
    folder
}

/// What a check says when it fails; empty when it does not.
fn said(check: fn(&Suite), suite: &Suite) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| check(suite))).err();
    panic.map_or_else(String::new, |panic| {
        *panic.downcast::<String>().expect("a check fails with a text")
    })
}

#[test]
fn every_snapshot_that_differs_is_named() {
    let folder = crate_with("tests/snapshots", "tests/snapshots");
    let contract = format!("{OWN}/tests/it/contract");
    let further = [("campaign_from_lead", campaign_from_lead as fn() -> _)];
    let suite = Suite::new::<Acme<NONE>>(folder.path(), contract, config, minimal_lead).with_configs(further);
    let check = checks::requests_look_like_their_snapshots;
    assert_eq!(said(check, &suite), "");
    let names = ["request_all", "request_required", "request_under_campaign_from_lead"];
    let place = |name: &str| folder.path().join(format!("tests/snapshots/{name}.snap"));
    let spoil = |name: &str| {
        let was = fs::read_to_string(place(name)).unwrap();
        fs::write(place(name), was.replace("POST", "PUT").replace("campaign =", "other =")).unwrap();
        was
    };
    let were = names.map(spoil);
    let said = said(check, &suite);
    for (name, was) in names.iter().zip(were) {
        // With `INSTA_UPDATE=always` the snapshot is written anew instead.
        let is_written = fs::read_to_string(place(name)).unwrap() == was;
        assert!(
            is_written || said.contains(&format!("open tests/snapshots/{name}.snap: ")),
            "{name}: {said}"
        );
    }
}

#[test]
fn a_setting_that_changes_a_request_changes_its_snapshot() {
    let folder = crate_with("tests/snapshots", "tests/snapshots");
    let place = folder
        .path()
        .join("tests/snapshots/request_under_campaign_from_lead.snap");
    let before = fs::read_to_string(&place).unwrap();
    let contract = format!("{OWN}/tests/it/contract");
    let another = || json!({ "campaign_from_lead": false });
    let suite = Suite::new::<Acme<NONE>>(folder.path(), contract, config, minimal_lead)
        .with_configs([("campaign_from_lead", another as fn() -> _)]);
    let said = said(checks::requests_look_like_their_snapshots, &suite);
    let is_written = fs::read_to_string(&place).unwrap() != before;
    assert!(
        is_written || said.contains("request_under_campaign_from_lead.snap"),
        "{said}"
    );
}

#[test]
fn every_scenario_that_cannot_be_read_is_named() {
    let folder = crate_with("tests/it/contract", "contract");
    fs::write(folder.path().join("contract/a.json"), "{").unwrap();
    fs::write(folder.path().join("contract/b.json"), r#"{"text":"a"}"#).unwrap();
    let suite = Suite::new::<Acme<NONE>>(folder.path(), "contract", config, minimal_lead).without_snapshots();
    for check in [
        checks::contract_is_kept,
        checks::doubt_is_sticky,
        checks::secrets_stay_secret,
    ] {
        let said = said(check, &suite);
        for says in [
            "open contract/a.json: EOF while parsing an object",
            "open contract/b.json: unknown field `text`",
        ] {
            assert!(said.contains(says), "{said}");
        }
        assert!(!said.contains(&folder.path().display().to_string()), "{said}");
    }
    let suite = Suite::new::<Acme<NONE>>(folder.path(), "nowhere", config, minimal_lead).without_snapshots();
    assert!(said(checks::contract_is_kept, &suite).contains("open nowhere/accepted.json: "));
}
