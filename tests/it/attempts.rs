//! How often a lead is tried: who says so, and what the report and the configuration tell of it.

use leadsink_sandbox::Fault;

use crate::run::{Stage, outcomes};

const BUSY: Fault = Fault::Unavailable { retry_after: None };

/// One lead for an Enerflo that fails `faults` times: the outcome, and the attempts by the report and by the vendor.
fn sent(stage: &Stage, faults: usize, args: &[&str]) -> (String, u64, u64) {
    stage.sandbox.reset();
    stage.sandbox.script("enerflo", vec![BUSY; faults]).unwrap();
    let (ended, report) = stage.deliver(&stage.leads(1), &[&["--to", "enerflo"], args].concat());
    assert_eq!(report.len(), 1, "{ended:?}");
    let attempts = report[0]["attempts"].as_u64().unwrap();
    (
        outcomes(&report)[0].to_owned(),
        attempts,
        stage.sandbox.counts().requests,
    )
}

#[test]
fn there_are_three_attempts_and_the_report_counts_them() {
    let stage = Stage::new();
    for (faults, outcome, attempts) in [
        (0, "accepted", 1),
        (1, "accepted", 2),
        (2, "accepted", 3),
        (3, "failed", 3),
    ] {
        assert_eq!(sent(&stage, faults, &[]), (outcome.to_owned(), attempts, attempts));
    }
}

#[test]
fn the_configuration_says_how_many_and_the_command_line_wins() {
    let mut stage = Stage::new();
    stage.config += "\n[sinks.enerflo.retry]\nattempts = 1\n";
    for (args, outcome, attempts) in [(&[][..], "failed", 1), (&["--attempts", "2"], "accepted", 2)] {
        assert_eq!(sent(&stage, 1, args), (outcome.to_owned(), attempts, attempts));
    }
    stage.config = stage.config.replace("attempts = 1", "attempts = 2");
    assert_eq!(sent(&stage, 1, &["--attempts", "1"]), ("failed".to_owned(), 1, 1));
}

#[test]
fn the_configuration_of_one_sink_is_not_that_of_the_other() {
    let mut stage = Stage::new();
    stage.config += "\n[sinks.ntherm.retry]\nattempts = 1\n";
    let fault = Fault::TooManyRequests { retry_after: 1 };
    for vendor in ["ntherm", "enerflo"] {
        stage.sandbox.script(vendor, [fault]).unwrap();
    }
    let (ended, report) = stage.send_to_both(&stage.leads(1), &[]);
    let attempts: Vec<_> = report.iter().map(|line| (&line["sink"], &line["attempts"])).collect();
    assert_eq!(attempts.len(), 2, "{ended:?}");
    for (sink, attempts) in attempts {
        assert_eq!(*attempts, if sink == "ntherm" { 1 } else { 2 }, "{sink}");
    }
}

#[test]
fn a_key_that_cannot_be_used_is_named_with_its_path() {
    for (text, path, more) in [
        (
            "[sinks.enerflo.retry]\natempts = 1",
            "sinks.enerflo.retry.atempts",
            "`attempts`",
        ),
        (
            "[sinks.enerflo.retry]\nattempts = 0",
            "sinks.enerflo.retry.attempts",
            "1 to 100",
        ),
        (
            "[sinks.enerflo.retry]\ndeadline = 10",
            "sinks.enerflo.retry.deadline",
            "10m",
        ),
        (
            "[sinks.ntherm.retry]\nattempts = \"2\"",
            "sinks.ntherm.retry.attempts",
            "1 to 100",
        ),
        (
            "[sinks.enerflo.quotas]\nlead = \"1/s\"",
            "sinks.enerflo.quotas.lead",
            "`leads`",
        ),
        (
            "[sinks.enerflo.quotas]\nleads = \"fast\"",
            "sinks.enerflo.quotas.leads",
            "300/min",
        ),
    ] {
        let mut stage = Stage::new();
        stage.config = stage.sandbox.leadsink_toml() + "\n" + text + "\n";
        let (ended, report) = stage.send_to_both(&stage.leads(1), &[]);
        assert_eq!((ended.code, report.len()), (Some(2), 0), "{text}: {ended:?}");
        for part in [path, more] {
            assert!(ended.stderr.contains(part), "{text}: {}", ended.stderr);
        }
        assert_eq!(stage.sandbox.counts().requests, 0);
    }
}
