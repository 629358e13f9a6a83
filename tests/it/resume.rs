//! Going on after a stop, and sending what was mended.

use std::process::Stdio;

use leadsink_sandbox::Fault;

use crate::run::{Stage, csv, outcomes, read_report};

#[test]
fn resume_sends_only_what_failed_or_was_not_attempted() {
    let stage = Stage::new();
    stage
        .sandbox
        .script("ntherm", [Fault::None, Fault::ResetAfter, Fault::Unauthorized])
        .unwrap();
    let file = stage.leads(5);
    let (_, first) = stage.send(&file, &["--concurrency", "1"]);
    assert_eq!(
        outcomes(&first),
        ["pending", "ambiguous", "failed", "not_attempted", "not_attempted"]
    );

    let report = stage.path("report.ndjson");
    let second = stage.path("second.ndjson");
    let args = [
        "send",
        "--no-outbox",
        file.to_str().unwrap(),
        "--to",
        "ntherm",
        "--resume",
        report.to_str().unwrap(),
        "--report",
        second.to_str().unwrap(),
    ];
    let ended = stage.run(args);
    assert_eq!(ended.code, Some(3), "one lead is still in doubt: {ended:?}");
    // What is settled is taken over as it stands, so that the new report tells of every row.
    let second = read_report(&second);
    assert_eq!(
        outcomes(&second),
        ["pending", "ambiguous", "pending", "pending", "pending"]
    );
    assert_eq!(second[..2], first[..2]);
    let accepted = stage.sandbox.received().iter().filter(|got| got.accepted).count();
    assert_eq!(accepted, 5, "each lead arrived once");
}

#[test]
fn rejects_are_mended_and_sent_again() {
    let stage = Stage::new();
    let bad = "Jane,Doe,jane9@example.com,call me,9 Main St,Austin,TX,78704,\n";
    let file = stage.write("leads.csv", csv(0..2) + bad);
    let rejects = stage.path("rejects.csv");
    let (ended, _) = stage.send(&file, &["--rejects", rejects.to_str().unwrap()]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let text = std::fs::read_to_string(&rejects).unwrap();
    assert!(text.contains("call me") && text.contains("phone_letters"), "{text}");

    let mended = stage.write("mended.csv", text.replacen("call me", "5125550109", 1).replacen("jane9@example.com,5125550109,9 Main St,Austin,TX,78704,", "jane9@example.com,5125550109,9 Main St,Austin,TX,78704,https://cert.trustedform.com/0000000000000000000000000000000000000009", 1));
    let ended = stage.run(["send", "--no-outbox", mended.to_str().unwrap(), "--to", "ntherm"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(stage.sandbox.counts().accepted, 3);
}

#[cfg(unix)]
#[test]
fn ctrl_c_lets_what_is_in_flight_end_and_says_how_to_go_on() {
    let stage = Stage::new();
    stage
        .sandbox
        .script(
            "ntherm",
            (0..200).map(|_| Fault::Latency(std::time::Duration::from_millis(20))),
        )
        .unwrap();
    let file = stage.leads(200);
    let report = stage.path("report.ndjson");
    let mut command = stage.command([
        "send",
        "--no-outbox",
        file.to_str().unwrap(),
        "--to",
        "ntherm",
        "--concurrency",
        "2",
        "--report",
        report.to_str().unwrap(),
    ]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    stage
        .sandbox
        .wait_until(std::time::Duration::from_secs(20), |counts| counts.requests >= 5)
        .unwrap();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let printed = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(printed.contains("--resume"), "{printed}");
    let lines = read_report(&report);
    let sent = lines.iter().filter(|line| line["outcome"] == "pending").count();
    assert_eq!(
        sent as u64,
        stage.sandbox.counts().accepted,
        "what the vendor took stands in the report"
    );
    assert!(sent < 200);

    let ended = stage.run([
        "send",
        "--no-outbox",
        file.to_str().unwrap(),
        "--to",
        "ntherm",
        "--resume",
        report.to_str().unwrap(),
    ]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(stage.sandbox.counts().accepted, 200);
}
