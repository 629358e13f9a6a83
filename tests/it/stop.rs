//! Ctrl-C while two sinks are under way, and while one waits for its vendor.
#![cfg(unix)]

use std::time::Duration;

use leadsink_sandbox::{Background, Fault, FaultPlan, Sandbox};

use crate::run::{BOTH, LIMIT, Stage, UNPACED, lines_of, outcomes, outcomes_at, wait_for};

#[test]
fn ctrl_c_lets_both_sinks_end_what_is_in_flight_and_both_go_on() {
    const ROWS: usize = 200;
    let slow = || Sandbox::builder().delay(Duration::from_millis(20));
    let mut stage = Stage::with(slow());
    let enerflo = Background::start(slow()).unwrap();
    stage.config = stage.sandbox.config_toml("ntherm").unwrap() + &enerflo.config_toml("enerflo").unwrap() + UNPACED;
    let file = stage.leads(ROWS);
    let run = stage.start(stage.sending(&file, &[&BOTH[..], &["--concurrency", "2"]].concat()));
    for sandbox in [&stage.sandbox, &enerflo] {
        assert!(sandbox.wait_until(LIMIT, |counts| counts.requests >= 5).is_some());
    }
    run.interrupt();
    let ended = run.end();
    assert!(ended.stdout.contains("--resume"), "{ended:?}");
    let report = stage.report();
    for (sink, outcome, sandbox) in [("ntherm", "pending", &stage.sandbox), ("enerflo", "accepted", &enerflo)] {
        let outcomes = outcomes_at(&report, sink);
        assert!(
            outcomes.len() < ROWS && outcomes.iter().all(|was| *was == outcome),
            "{outcomes:?}"
        );
        assert_eq!(
            outcomes.len() as u64,
            sandbox.counts().accepted,
            "what {sink} took stands in the report"
        );
    }

    let first = stage.path("report.ndjson");
    let second = stage.path("second.ndjson");
    let mut args = vec!["send", "--no-outbox", file.to_str().unwrap()];
    args.extend(BOTH);
    args.extend([
        "--resume",
        first.to_str().unwrap(),
        "--report",
        second.to_str().unwrap(),
    ]);
    let ended = stage.run(args);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for (sink, sandbox) in [("ntherm", &stage.sandbox), ("enerflo", &enerflo)] {
        let counts = sandbox.counts();
        assert_eq!((counts.requests, counts.accepted), (ROWS as u64, ROWS as u64), "{sink}");
    }
}

#[test]
fn ctrl_c_does_not_wait_for_a_vendor_that_asks_for_an_hour() {
    let hour = Fault::TooManyRequests { retry_after: 3600 };
    let stage = Stage::with(Sandbox::builder().faults(FaultPlan::rate(hour, 1.0)));
    let run = stage.start(stage.sending(&stage.leads(10), &BOTH));
    assert!(stage.sandbox.wait_until(LIMIT, |counts| counts.requests == 2).is_some());
    run.interrupt();
    let ended = run.end();
    assert!(ended.stdout.contains("--resume"), "{ended:?}");
    assert_eq!(stage.sandbox.counts().requests, 2, "nothing was sent during the hour");
    let report = stage.report();
    for sink in BOTH.into_iter().filter(|word| *word != "--to") {
        let lines = lines_of(&report, sink);
        let [line] = lines[..] else { panic!("{sink}: {ended:?}") };
        assert_eq!(
            (&line["outcome"], &line["attempts"]),
            (&"failed".into(), &1.into()),
            "{line}"
        );
        assert_eq!(line["error"]["disposition"], "transient");
    }
}

#[test]
fn a_lead_that_waits_for_the_quota_at_ctrl_c_was_not_tried_and_goes_the_next_time() {
    const ROWS: usize = 10;
    let mut stage = Stage::new();
    stage.config = stage.sandbox.leadsink_toml() + "\n[sinks.enerflo.quotas]\nleads = \"1/h\"\n";
    let file = stage.leads(ROWS);
    let run = stage.start(stage.sending(&file, &["--to", "enerflo"]));
    let begun = stage.path("report.ndjson.inflight");
    wait_for("all rows to be under way", || {
        std::fs::read_to_string(&begun).is_ok_and(|text| text.lines().count() == ROWS)
    });
    run.interrupt();
    let ended = run.end();
    let report = stage.report();
    assert_eq!(outcomes(&report)[1..], ["not_attempted"; ROWS - 1], "{ended:?}");
    assert!(report[1..].iter().all(|line| line["attempts"] == 0), "{report:?}");
    assert_eq!((stage.sandbox.counts().requests, begun.exists()), (1, false));

    stage.config = stage.sandbox.leadsink_toml() + UNPACED;
    let (first, second) = (stage.path("report.ndjson"), stage.path("second.ndjson"));
    let args = [
        "send",
        "--no-outbox",
        file.to_str().unwrap(),
        "--to",
        "enerflo",
        "--resume",
        first.to_str().unwrap(),
    ];
    let ended = stage.run(args.into_iter().chain(["--report", second.to_str().unwrap()]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let counts = stage.sandbox.counts();
    assert_eq!((counts.requests, counts.accepted), (ROWS as u64, ROWS as u64));
}
