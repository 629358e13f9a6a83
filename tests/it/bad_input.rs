//! Input that cannot be used: a clear error, exit code 2, and nothing that was accepted is lost.

use std::path::Path;
use std::process::Stdio;

use crate::run::{Stage, csv, outcomes};

/// Runs `check` and demands exit code 2 and these words in the error.
#[track_caller]
fn refused(stage: &Stage, args: &[&str], words: &[&str]) {
    let ended = stage.run(args);
    assert_eq!(ended.code, Some(2), "{args:?}: {ended:?}");
    for word in words {
        assert!(
            ended.stderr.contains(word),
            "{args:?}: `{word}` is missing in: {}",
            ended.stderr
        );
    }
}

fn check(stage: &Stage, name: &str, content: impl AsRef<[u8]>, words: &[&str]) {
    let file = stage.write(name, content);
    refused(stage, &["check", file.to_str().unwrap()], words);
}

#[test]
fn a_file_that_is_no_lead_file_is_refused_with_the_way_out() {
    let stage = Stage::new();
    check(&stage, "empty.csv", "", &["empty"]);
    check(&stage, "header.csv", csv(0..0), &["no rows"]);
    check(
        &stage,
        "headless.csv",
        "Jane,Doe,jane@example.com,5125550100\nJohn,Doe,john@example.com,5125550101\n",
        &["header"],
    );
    check(
        &stage,
        "book.xlsx",
        b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml xl/workbook.xml",
        &["CSV"],
    );
    refused(
        &stage,
        &["check", stage.folder.path().to_str().unwrap()],
        &["directory"],
    );
    refused(&stage, &["check", "gone.csv"], &["gone.csv"]);
}

#[test]
fn a_config_that_cannot_be_used_is_refused_with_path_and_suggestion() {
    let stage = Stage::new();
    let file = stage.leads(1);
    let file = file.to_str().unwrap();
    refused(
        &stage,
        &["send", "--no-outbox", file, "--to", "nterm"],
        &["nterm", "ntherm"],
    );
    refused(
        &stage,
        &["send", "--no-outbox", file, "--to", "no-such-vendor"],
        &["no-such-vendor", "ntherm"],
    );
    refused(
        &stage,
        &["send", "--no-outbox", file, "--to", "ntherm", "--set", "campain=X"],
        &["campain", "campaign"],
    );
    refused(
        &stage,
        &[
            "send",
            "--no-outbox",
            file,
            "--to",
            "ntherm",
            "--set",
            "base_url=http://api.ntherm.com/v1",
        ],
        &["base_url", "https"],
    );
    refused(
        &stage,
        &[
            "send",
            "--no-outbox",
            file,
            "--to",
            "ntherm",
            "--set",
            "base_url=nowhere",
        ],
        &["base_url"],
    );
    assert_eq!(stage.sandbox.counts().requests, 0);
}

#[test]
fn a_missing_environment_variable_is_named_with_its_place() {
    let stage = Stage::new();
    let file = stage.leads(1);
    let config =
        "[sinks.ntherm.config]\nusername = \"u\"\ncampaign = \"C\"\npassword = { env = \"NO_SUCH_VARIABLE_HERE\" }\n";
    let config = stage.write("other.toml", config);
    let mut command = std::process::Command::new(crate::run::binary());
    command.args([
        "send",
        "--no-outbox",
        file.to_str().unwrap(),
        "--to",
        "ntherm",
        "--config",
        config.to_str().unwrap(),
    ]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("NO_SUCH_VARIABLE_HERE") && stderr.contains("sinks.ntherm.config.password"),
        "{stderr}"
    );
}

#[test]
fn a_wrong_base_url_stops_before_the_second_lead() {
    let stage = Stage::new();
    let wrong = format!("base_url={}/wrong", stage.sandbox.url());
    let (ended, report) = stage.send(&stage.leads(3), &["--concurrency", "1", "--set", &wrong]);
    assert_eq!(
        outcomes(&report),
        ["failed", "not_attempted", "not_attempted"],
        "{ended:?}"
    );
    assert_eq!(ended.code, Some(4));
    assert!(
        format!("{}{}", ended.stdout, ended.stderr).contains("base_url"),
        "{ended:?}"
    );
}

#[test]
fn a_bad_row_never_stops_the_good_ones() {
    let stage = Stage::new();
    let header = csv(0..0);
    let good = |n: usize| csv(n..n + 1).lines().nth(1).unwrap().to_owned() + "\n";
    let mut file = Vec::new();
    file.extend_from_slice((header + &good(0)).as_bytes());
    file.extend_from_slice(b"Too,Few\n");
    file.extend_from_slice(("Too,Many".to_owned() + &",x".repeat(20) + "\n").as_bytes());
    file.extend_from_slice(good(1).replace("Jane", "Ja\0ne").as_bytes());
    file.extend_from_slice(good(2).replacen("Jane", &"x".repeat(1024 * 1024 + 1), 1).as_bytes());
    file.extend_from_slice(
        &good(3)
            .replacen("Jane", "J\u{1}ne", 1)
            .into_bytes()
            .iter()
            .map(|b| if *b == 1 { 0xff } else { *b })
            .collect::<Vec<_>>(),
    );
    file.extend_from_slice(good(4).as_bytes());
    let file = stage.write("mixed.csv", file);
    let (ended, report) = stage.send(&file, &[]);
    assert_eq!(
        outcomes(&report),
        [
            "pending", "bad_row", "bad_row", "bad_row", "bad_row", "bad_row", "pending"
        ],
        "{ended:?}"
    );
    let codes: Vec<_> = report[1..6]
        .iter()
        .map(|line| line["reasons"][0]["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "too_few_fields",
            "too_many_fields",
            "nul_byte",
            "field_too_large",
            "invalid_utf8"
        ]
    );
    assert_eq!(ended.code, Some(1));
}

#[test]
fn three_hundred_columns_are_read_and_the_unknown_ones_are_kept() {
    let stage = Stage::new();
    let mut lines = csv(0..2).lines().map(str::to_owned).collect::<Vec<_>>();
    for (n, line) in lines.iter_mut().enumerate() {
        for column in 0..300 {
            line.push_str(&if n == 0 {
                format!(",custom {column}")
            } else {
                format!(",v{column}")
            });
        }
    }
    let file = stage.write("wide.csv", lines.join("\n"));
    let (ended, report) = stage.send(&file, &[]);
    assert_eq!(outcomes(&report), ["pending", "pending"], "{ended:?}");
    let body = stage.sandbox.received()[0].body.to_string();
    assert!(body.contains("custom 299") && body.contains("v299"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_stops_the_run_with_a_clear_error() {
    let stage = Stage::new();
    let file = stage.leads(50);
    let ended = stage.run([
        "send",
        "--no-outbox",
        file.to_str().unwrap(),
        "--to",
        "ntherm",
        "--concurrency",
        "2",
        "--report",
        "/dev/full",
    ]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("/dev/full"), "{}", ended.stderr);
    assert_eq!(stage.sandbox.counts().requests, 0);
}

#[test]
fn a_closed_standard_output_ends_quietly() {
    let stage = Stage::new();
    let file = stage.leads(2000);
    let mut command = stage.command(["map", file.to_str().unwrap(), "--to", "ntherm"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn standard_input_is_read_like_a_file() {
    let stage = Stage::new();
    stage.leads(2);
    let mut command = stage.command(["map", "-", "--to", "ntherm"]);
    let input = std::fs::File::open(Path::new(&stage.path("leads.csv"))).unwrap();
    let output = command.stdin(input).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}
