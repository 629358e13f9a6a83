//! One file, two vendors: every row has its line at each, and each vendor judges it by rules of its own.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use leadsink_sandbox::{Fault, Sandbox};
use serde_json::Value;

use crate::run::{BOTH, Stage, csv, lines_of, outcomes_at, read_report};

fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/leads");
    folder.join(name)
}

/// What neither fake knows from its vendor's documents.
#[track_caller]
fn nothing_unknown_was_sent(stage: &Stage) {
    for got in stage.sandbox.received() {
        assert!(
            got.unknown_fields.is_empty(),
            "{}: {:?}",
            got.vendor,
            got.unknown_fields
        );
    }
}

/// The rows are good or bad as the fixture's own list says. NTherm refuses a phone that it has, Enerflo does not mind.
#[test]
fn each_row_of_the_big_fixtures_comes_to_what_each_vendor_makes_of_it() {
    for name in ["web-form.csv", "facebook-lead-ads.csv"] {
        let stage = Stage::new();
        let known = std::fs::read_to_string(fixture(&format!("{name}.expected.json"))).unwrap();
        let known: Vec<Value> = serde_json::from_str(&known).unwrap();
        let (ended, report) = stage.send_to_both(&fixture(name), &["--concurrency", "1"]);
        assert_eq!(ended.code, Some(1), "{name}: {ended:?}");

        let mut phones = HashSet::new();
        let mut expected = |row: &Value| {
            let is_good = row["ok"] == true;
            let is_new = is_good && phones.insert(row["phone"].as_str().unwrap().to_owned());
            match (is_good, is_new) {
                (false, _) => ("bad_row", "bad_row"),
                (true, true) => ("pending", "accepted"),
                (true, false) => ("rejected", "accepted"),
            }
        };
        let (ntherm, enerflo): (Vec<_>, Vec<_>) = known.iter().map(&mut expected).unzip();
        assert_eq!(outcomes_at(&report, "ntherm"), ntherm, "{name}");
        assert_eq!(outcomes_at(&report, "enerflo"), enerflo, "{name}");
        for sink in ["ntherm", "enerflo"] {
            let rows = lines_of(&report, sink)
                .into_iter()
                .map(|line| line["row"].as_u64().unwrap());
            assert!(
                rows.eq(1..=known.len() as u64),
                "{name}, {sink}: a row has no line, or two"
            );
        }
        assert_eq!(report.len(), 2 * known.len());
        nothing_unknown_was_sent(&stage);
    }
}

/// By the tables of the two vendors: NTherm needs a whole address and a proof of consent, Enerflo any part of an address.
#[test]
fn each_row_of_the_small_fixtures_comes_to_what_each_vendor_makes_of_it() {
    for (name, ntherm, enerflo) in [
        ("facebook-graph-api.json", "bad_row bad_row", "accepted bad_row"),
        (
            "google-ads-lead-form.csv",
            "pending pending bad_row",
            "accepted accepted bad_row",
        ),
        (
            "hubspot-contacts.csv",
            "bad_row bad_row bad_row",
            "accepted accepted bad_row",
        ),
        (
            "leadconduit.ndjson",
            "pending bad_row bad_row bad_row",
            "accepted bad_row bad_row bad_row",
        ),
        ("salesforce-leads.csv", "bad_row bad_row", "accepted accepted"),
        ("web-form-windows-1252.csv", "bad_row bad_row", "accepted accepted"),
    ] {
        let stage = Stage::new();
        let (ended, report) = stage.send_to_both(&fixture(name), &[]);
        assert_eq!(ended.code, Some(1), "{name}: {ended:?}");
        assert_eq!(outcomes_at(&report, "ntherm").join(" "), ntherm, "{name}");
        assert_eq!(outcomes_at(&report, "enerflo").join(" "), enerflo, "{name}");
        nothing_unknown_was_sent(&stage);
    }
}

#[test]
fn a_file_that_is_sent_again_is_updated_throughout_at_enerflo_and_refused_by_ntherm() {
    let stage = Stage::new();
    let file = stage.leads(40);
    let (ended, report) = stage.send_to_both(&file, &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ids = |report: &[Value]| -> Vec<Value> {
        let lines = lines_of(report, "enerflo").into_iter();
        lines.map(|line| line["vendor_ref"].clone()).collect()
    };
    let first = ids(&report);
    let (ended, report) = stage.send_to_both(&file, &[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(outcomes_at(&report, "enerflo"), ["updated"; 40]);
    assert_eq!(outcomes_at(&report, "ntherm"), ["rejected"; 40]);
    assert_eq!(ids(&report), first, "the same records");
    assert_eq!(first.iter().collect::<HashSet<_>>().len(), 40);
}

#[test]
fn the_worst_of_both_sinks_is_the_exit_code() {
    for (ntherm, enerflo, code) in [
        (Fault::None, Fault::None, 0),
        (Fault::BadRequest, Fault::None, 1),
        (Fault::None, Fault::BadRequest, 1),
        (Fault::Unauthorized, Fault::None, 1),
        (Fault::ResetAfter, Fault::Unauthorized, 3),
        (Fault::BadRequest, Fault::ResetAfter, 3),
        (Fault::Unauthorized, Fault::BadRequest, 4),
    ] {
        let stage = Stage::new();
        stage.sandbox.script("ntherm", [ntherm]).unwrap();
        stage.sandbox.script("enerflo", [enerflo]).unwrap();
        let (ended, _) = stage.send_to_both(&stage.leads(1), &["--attempts", "1"]);
        assert_eq!(ended.code, Some(code), "{ntherm} and {enerflo}: {ended:?}");
    }
}

/// A row that is bad for all, one that only NTherm cannot take, one that both refuse, one that only NTherm refuses.
#[test]
fn rows_to_mend_name_their_sinks_and_go_back_to_those_alone() {
    let stage = Stage::with(Sandbox::builder().refuse_phone("5125550101"));
    let row = |n: usize| csv(n..n + 1).lines().nth(1).unwrap().to_owned() + "\n";
    let bad = row(3).replace("5125550103", "call me");
    let without_proof = row(4).rsplit_once(',').unwrap().0.to_owned() + ",\n";
    let same_phone = row(5).replace("5125550105", "5125550100");
    let file = stage.write("leads.csv", csv(0..2) + &bad + &without_proof + &same_phone);
    let rejects = stage.path("rejects.csv");
    let rejects = rejects.to_str().unwrap();
    let (ended, report) = stage.send_to_both(&file, &["--concurrency", "1", "--rejects", rejects]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(
        outcomes_at(&report, "ntherm"),
        ["pending", "rejected", "bad_row", "bad_row", "rejected"]
    );
    assert_eq!(
        outcomes_at(&report, "enerflo"),
        ["accepted", "rejected", "bad_row", "accepted", "accepted"]
    );

    let text = std::fs::read_to_string(rejects).unwrap();
    assert!(text.lines().next().unwrap().ends_with(",leadsink_sink"), "{text}");
    let of = |email: &str| text.lines().find(|line| line.contains(email)).unwrap();
    for (email, sinks) in [
        ("jane1@", ",\"ntherm,enerflo\""),
        ("jane3@", ","),
        ("jane4@", ",ntherm"),
        ("jane5@", ",ntherm"),
    ] {
        assert!(of(email).ends_with(sinks), "{email}: {text}");
    }
    assert_eq!(text.lines().count(), 5, "{text}");

    let proof = format!("78704,https://cert.trustedform.com/{:040x},", 4);
    let mended = text
        .replace("5125550101", "5125550201")
        .replace("call me", "5125550203")
        .replace("78704,,", &proof)
        .replace("5125550100", "5125550205");
    let (ended, report) = stage.send_to_both(&stage.write("mended.csv", mended), &["--concurrency", "1"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(outcomes_at(&report, "ntherm"), ["pending"; 4], "{ended:?}");
    assert_eq!(outcomes_at(&report, "enerflo"), ["accepted"; 2], "{ended:?}");
}

#[test]
fn a_resumed_run_sends_each_sink_what_is_open_there() {
    let stage = Stage::new();
    let faults = [Fault::None, Fault::ResetAfter, Fault::Unauthorized];
    stage.sandbox.script("ntherm", faults).unwrap();
    stage.sandbox.script("enerflo", [Fault::Unauthorized]).unwrap();
    let file = stage.leads(5);
    let one = ["--concurrency", "1", "--attempts", "1"];
    let (ended, first) = stage.send_to_both(&file, &one);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let open = "not_attempted";
    assert_eq!(
        outcomes_at(&first, "ntherm"),
        ["pending", "ambiguous", "failed", open, open]
    );
    assert_eq!(outcomes_at(&first, "enerflo"), ["failed", open, open, open, open]);

    let report = stage.path("report.ndjson");
    let second = stage.path("second.ndjson");
    let mut args = vec!["send", "--no-outbox", file.to_str().unwrap()];
    args.extend(BOTH);
    args.extend(one);
    args.extend([
        "--resume",
        report.to_str().unwrap(),
        "--report",
        second.to_str().unwrap(),
    ]);
    let ended = stage.run(args);
    assert_eq!(ended.code, Some(3), "one lead is still in doubt: {ended:?}");
    let second = read_report(&second);
    assert_eq!(
        outcomes_at(&second, "ntherm"),
        ["pending", "ambiguous", "pending", "pending", "pending"]
    );
    assert_eq!(outcomes_at(&second, "enerflo"), ["accepted"; 5]);
    let received = stage.sandbox.received();
    let taken = |vendor: &str| {
        received
            .iter()
            .filter(|got| got.vendor == vendor && got.accepted)
            .count()
    };
    assert_eq!((taken("ntherm"), taken("enerflo")), (5, 5), "each lead arrived once");
}

#[test]
fn standard_input_goes_to_both_sinks_whole() {
    let stage = Stage::new();
    // More than a pipe holds, so that it is read while it is sent.
    let leads = csv(0..600);
    assert!(leads.len() > 64 * 1024);
    let mut run = stage.start(stage.sending(Path::new("-"), &BOTH));
    run.feed(&leads);
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let report = stage.report();
    assert_eq!(outcomes_at(&report, "ntherm"), ["pending"; 600]);
    assert_eq!(outcomes_at(&report, "enerflo"), ["accepted"; 600]);
    assert_eq!(stage.sandbox.counts().accepted, 1200);
}

#[test]
fn bad_rows_of_standard_input_are_bad_at_both_sinks() {
    let stage = Stage::new();
    let mut run = stage.start(stage.sending(Path::new("-"), &BOTH));
    run.feed(&csv(0..3).replace("5125550101", "call me"));
    let ended = run.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let report = stage.report();
    assert_eq!(outcomes_at(&report, "ntherm"), ["pending", "bad_row", "pending"]);
    assert_eq!(outcomes_at(&report, "enerflo"), ["accepted", "bad_row", "accepted"]);
}
