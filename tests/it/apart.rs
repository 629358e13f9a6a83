//! A vendor that is slow or dead is no trouble of the other's: each sink goes through the file by itself.

use std::net::TcpListener;
use std::time::Duration;

use leadsink_sandbox::{Background, Builder, Fault, FaultPlan, Sandbox};
use serde_json::Value;

use crate::run::{LIMIT, Stage, UNPACED, lines_of, outcomes_at, wait_for, written};

const ROWS: usize = 40;

/// The two ways round: who is in trouble, who is well, and what becomes of a lead there.
const BOTH_WAYS: [(&str, &str, &str); 2] = [("ntherm", "enerflo", "accepted"), ("enerflo", "ntherm", "pending")];

/// A stage whose sandbox plays the vendor that is well; the other vendor has a sandbox of its own.
fn with_trouble(slow: &str, fast: &str, builder: Builder) -> (Stage, Background) {
    let mut stage = Stage::new();
    let trouble = Background::start(builder).unwrap();
    let config = |sandbox: &Background, vendor: &str| sandbox.config_toml(vendor).unwrap() + "\n";
    stage.config = config(&stage.sandbox, fast) + &config(&trouble, slow) + UNPACED;
    (stage, trouble)
}

/// Sends a file to both, and stops looking when the good sink has a line for every row: all of them, while the other sink
/// still works. Returns what the report has of that one by then.
#[track_caller]
fn lines_when_the_other_is_done(stage: &Stage, (slow, fast, outcome): (&str, &str, &str), more: &[&str]) -> Vec<Value> {
    // The slow one first, so that it is never the order that saves the other.
    let args = [&["--to", slow, "--to", fast, "--concurrency", "4"], more].concat();
    let mut run = stage.start(stage.sending(&stage.leads(ROWS), &args));
    let done = stage.sandbox.wait_until(LIMIT, |counts| counts.accepted == ROWS as u64);
    assert!(done.is_some(), "{fast} waits for {slow}: {:?}", stage.sandbox.counts());
    let lines = || written(&stage.path("report.ndjson"));
    wait_for("the lines of the report", || lines_of(&lines(), fast).len() == ROWS);
    assert!(run.is_running(), "{slow} was not slow");
    let lines = lines();
    assert_eq!(outcomes_at(&lines, fast), vec![outcome; ROWS]);
    let of_slow: Vec<_> = lines_of(&lines, slow).into_iter().cloned().collect();
    assert!(of_slow.len() < ROWS, "{slow} was not slow");
    of_slow
}

#[test]
fn a_sink_that_answers_late_does_not_slow_the_other() {
    for way in BOTH_WAYS {
        let (stage, late) = with_trouble(way.0, way.1, Sandbox::builder().delay(Duration::from_secs(2)));
        lines_when_the_other_is_done(&stage, way, &[]);
        assert!(late.wait_until(LIMIT, |counts| counts.requests > 0).is_some());
    }
}

#[test]
fn a_sink_that_never_answers_does_not_slow_the_other() {
    for way in BOTH_WAYS {
        let hangs = Sandbox::builder().faults(FaultPlan::rate(Fault::Hang, 1.0));
        let (stage, dead) = with_trouble(way.0, way.1, hangs);
        assert!(lines_when_the_other_is_done(&stage, way, &[]).is_empty());
        assert!(dead.wait_until(LIMIT, |counts| counts.requests > 0).is_some());
    }
}

#[test]
fn a_sink_where_nobody_listens_does_not_slow_the_other() {
    for way in BOTH_WAYS {
        let (stage, _) = with_trouble(way.0, way.1, Sandbox::builder());
        // Nobody listens on a port that was just given back.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let nobody = format!("{}.base_url=http://127.0.0.1:{port}/x", way.0);
        for line in lines_when_the_other_is_done(&stage, way, &["--set", &nobody]) {
            assert_eq!((&line["outcome"], &line["attempts"]), (&"failed".into(), &3.into()));
            assert_eq!(line["error"]["kind"], "connect");
        }
    }
}

#[test]
fn a_sink_that_is_out_of_service_for_good_does_not_slow_the_other() {
    let out = || Sandbox::builder().faults(FaultPlan::rate(Fault::Unavailable { retry_after: None }, 1.0));
    // Enerflo merges what comes twice, so that a 503 is waited out there.
    let way = BOTH_WAYS[1];
    let (stage, _) = with_trouble(way.0, way.1, out());
    for line in lines_when_the_other_is_done(&stage, way, &[]) {
        assert_eq!((&line["outcome"], &line["attempts"]), (&"failed".into(), &3.into()));
    }

    // At NTherm nobody knows what a 503 means: every lead is in doubt at once, and not sent again.
    let (stage, ntherm) = with_trouble("ntherm", "enerflo", out());
    let (ended, report) = stage.send_to_both(&stage.leads(ROWS), &[]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert_eq!(outcomes_at(&report, "enerflo"), ["accepted"; ROWS]);
    assert_eq!(outcomes_at(&report, "ntherm"), ["ambiguous"; ROWS]);
    assert_eq!(ntherm.counts().requests, ROWS as u64);
}
