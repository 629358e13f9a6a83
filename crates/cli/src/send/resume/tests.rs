//! Tests of what is read of a report, and of what lies beside it.

use super::Standing::{Ambiguous, Died, Open, Settled};
use super::*;
use crate::exit::CliError;
use crate::send::inflight;

fn read(text: &str) -> (Done, String) {
    read_at(text, &["main"]).unwrap()
}

fn read_at(text: &str, sinks: &[&str]) -> Result<(Done, String), CliError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut kept = Vec::new();
    let done = Done::read(file.path(), sinks, &mut kept)?;
    Ok((done, String::from_utf8(kept).unwrap()))
}

fn line(row: u64, lead: &str, sink: &str, outcome: &str) -> String {
    format!("{{\"row\":{row},\"lead\":\"{lead}\",\"sink\":\"{sink}\",\"outcome\":\"{outcome}\",\"attempts\":1}}\n")
}

fn id(text: &str) -> LeadId {
    LeadId::new(text).unwrap()
}

#[test]
fn all_but_failed_and_not_attempted_is_done() {
    let words = [
        "accepted",
        "pending",
        "updated",
        "duplicate",
        "rejected",
        "ambiguous",
        "failed",
        "not_attempted",
    ];
    let text: String = words.iter().map(|word| line(1, word, "main", word)).collect();
    let (done, kept) = read(&text);
    for word in words {
        let is_done = !matches!(word, "failed" | "not_attempted");
        let standing = done.standing(1, &id(word), "main");
        assert_eq!(standing != Open, is_done, "{word}");
        assert_eq!(standing == Ambiguous, word == "ambiguous", "{word}");
        assert_eq!(done.standing(1, &id(word), "other"), Open);
    }
    assert_eq!(kept.lines().count(), 6);
}

#[test]
fn a_repetition_or_a_bad_row_does_not_hide_a_failure_of_the_same_lead() {
    let text =
        line(1, "a", "main", "failed") + &line(2, "a", "main", "duplicate_row") + &line(3, "a", "main", "bad_row");
    let (done, _) = read(&text);
    assert_eq!(done.standing(1, &id("a"), "main"), Open);
    assert!(done.was_duplicate(2, &id("a"), "main") && done.was_bad(3, Some(&id("a")), "main"));
}

#[test]
fn a_bad_row_is_left_out_also_when_it_was_mended_in_its_place() {
    let (done, _) = read(&line(3, "a", "main", "bad_row"));
    assert_eq!(done.standing(3, &id("a"), "main"), Settled);
    assert_eq!(done.standing(4, &id("a"), "main"), Open);
}

#[test]
fn lines_of_other_sinks_are_kept() {
    let (_, kept) = read(&(line(1, "a", "other", "failed") + &line(1, "a", "main", "failed")));
    assert_eq!(kept, line(1, "a", "other", "failed"));
}

#[test]
fn a_line_that_an_earlier_row_of_the_lead_makes_final_is_kept() {
    let text = line(1, "a", "main", "ambiguous") + &line(2, "a", "main", "not_attempted");
    assert_eq!(read(&text).1, text);
}

#[test]
fn blank_lines_are_passed_over() {
    let (done, kept) = read(&format!("\n{}\n\n", line(1, "a", "main", "accepted")));
    assert_eq!(done.standing(1, &id("a"), "main"), Settled);
    assert_eq!(kept, line(1, "a", "main", "accepted"));
}

#[test]
fn a_last_line_cut_short_is_taken_as_far_as_it_goes() {
    let whole = line(7, "a", "main", "accepted");
    let (done, kept) = read(&whole[..whole.len() - 4]);
    assert_eq!(done.standing(7, &id("a"), "main"), Settled);
    assert_eq!(
        kept,
        "{\"row\":7,\"lead\":\"a\",\"sink\":\"main\",\"outcome\":\"accepted\"}\n"
    );
}

#[test]
fn a_last_line_without_its_outcome_is_in_doubt_at_every_sink_it_may_be_about() {
    let standings = |text: &str| {
        let (done, kept) = read_at(text, &["main", "other"]).unwrap();
        let lines: Vec<serde_json::Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(
            lines
                .iter()
                .all(|line| line["outcome"] == "ambiguous" && line["row"] == 7)
        );
        // The next run has to go by the new report.
        let again = read_at(&kept, &["main", "other"]).unwrap().0;
        ["main", "other"].map(|sink| {
            let standing = done.standing(7, &id("a"), sink);
            assert_eq!(standing == Died, again.standing(7, &id("a"), sink) == Ambiguous);
            standing
        })
    };
    assert_eq!(standings(r#"{"row":7,"lead":"a","sink":"main","outco"#), [Died, Open]);
    assert_eq!(standings(r#"{"row":7,"lead":"a","sink":"ma"#), [Died, Died]);
    assert_eq!(standings(r#"{"row":7,"lead":"a"#), [Died, Died]);
    assert_eq!(standings(r#"{"row":7,"lead":null,"si"#), [Open, Open]);
}

#[test]
fn a_last_line_that_does_not_say_whose_it_is_is_refused() {
    for text in ["{", "{\"ro", "{\"row\":7"] {
        let text = line(1, "a", "main", "accepted") + text;
        let error = read_at(&text, &["main"]).unwrap_err();
        assert!(
            error.message.ends_with("is cut short before it says whose it is"),
            "{error}"
        );
    }
}

#[test]
fn what_began_and_has_no_line_is_in_doubt() {
    let token = |row: u64| format!("{row:032x}");
    let begun = |row: u64, lead: &str, sink: &str| {
        let token = token(row);
        format!("{{\"row\":{row},\"lead\":\"{lead}\",\"sink\":\"{sink}\",\"callback_token\":\"{token}\"}}\n")
    };
    let ended = "{\"row\":1,\"lead\":\"a\",\"sink\":\"main\",\"outcome\":\"accepted\"}\n";
    let cut = "{\"row\":2,\"lead\":\"b\",\"sink\":\"main\",\"outcome\":\"pending\",\"at";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    let all = [
        begun(1, "a", "main"),
        begun(2, "b", "main"),
        begun(3, "c", "main"),
        begun(4, "d", "other"),
        begun(5, "e", "main"),
        format!(
            "{{\"unsent\":5,\"delivery\":\"{}\"}}\n",
            DeliveryId::new(&id("e"), "main")
        ),
    ];
    std::fs::write(inflight::path_of(&path), all.concat()).unwrap();
    for (last, of_b) in [(cut, Settled), ("{\"row\":2,\"lead\":\"b", Died), ("{", Died)] {
        std::fs::write(&path, format!("{ended}{last}")).unwrap();
        let mut kept = Vec::new();
        let done = Done::read(&path, &["main"], &mut kept).unwrap();
        let standing = |row, lead| done.standing(row, &id(lead), "main");
        assert_eq!(
            [standing(1, "a"), standing(2, "b"), standing(3, "c")],
            [Settled, of_b, Died]
        );
        let kept = String::from_utf8(kept).unwrap();
        let lines: Vec<serde_json::Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let rows: Vec<_> = lines.iter().map(|line| line["row"].as_u64().unwrap()).collect();
        assert_eq!(rows, [1, 2, 3, 4]);
        for row in 2..=4 {
            assert_eq!(lines[row - 1]["callback_token"], token(row as u64));
        }
        assert_eq!(lines[2]["reasons"][0]["code"], "process_died");
        assert_eq!(lines[3]["sink"], "other");
    }
}

const RUN: &str = "{\"run\":{\"leadsink\":\"0.1.0\",\"accepted_at\":\"2026-01-31T10:00:00Z\",\"input\":null}}\n";

#[test]
fn what_stands_above_the_lines_of_a_run_is_kept_with_them() {
    let second = RUN.replace("10:00", "11:00");
    let third = RUN.replace("10:00", "12:00");
    let accepted = line(2, "b", "main", "accepted");
    let text = RUN.to_owned() + &line(1, "a", "main", "failed") + &second + &accepted + &third;
    assert_eq!(
        read(&text).1,
        second.clone() + &accepted,
        "none without a line beneath it"
    );
    let died = "{\"row\":3,\"lead\":\"c\",\"sink\":\"main\"}\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    std::fs::write(&path, text).unwrap();
    std::fs::write(inflight::path_of(&path), died).unwrap();
    let mut kept = Vec::new();
    Done::read(&path, &["main"], &mut kept).unwrap();
    let kept = String::from_utf8(kept).unwrap();
    let above: Vec<_> = kept.lines().map(|line| line.starts_with("{\"run\"")).collect();
    assert_eq!(above, [true, false, true, false], "what died is of the last run");
    assert!(kept.contains(third.trim_end()));
}

#[test]
fn a_run_that_died_before_its_first_line_was_whole_did_nothing() {
    let text = line(1, "a", "main", "accepted");
    assert_eq!(read(&(text.clone() + &RUN[..40])).1, text);
    assert!(read_at(&format!("{}\n", &RUN[..40]), &["main"]).is_err());
}

#[test]
fn a_report_is_copied_whole_where_nothing_is_sent() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = RUN.to_owned() + &line(1, "a", "main", "failed") + &line(2, "b", "other", "ambiguous");
    // The last line is cut where it may be about either sink.
    std::fs::write(file.path(), text.clone() + "{\"row\":3,\"lead\":\"c").unwrap();
    let mut kept = Vec::new();
    let carried = Done::read_whole(file.path(), &mut kept).unwrap().into_carried();
    let kept = String::from_utf8(kept).unwrap();
    assert!(kept.starts_with(&text), "{kept}");
    assert_eq!(kept.lines().count(), 5);
    assert_eq!(
        (carried["main"][&Fate::Ambiguous], carried["other"][&Fate::Ambiguous]),
        (1, 2)
    );
}

#[test]
fn a_test_and_leads_in_earnest_are_not_mixed() {
    let of = |text: &str, test| read(text).0.check_kind(Path::new("r"), test).is_ok();
    let lines = line(1, "a", "main", "accepted");
    let in_test = RUN.replace("\"input\"", "\"test\":true,\"input\"") + &lines;
    assert_eq!([of(&lines, false), of(&lines, true)], [true, false]);
    assert_eq!([of(&in_test, false), of(&in_test, true)], [false, true]);
    assert_eq!([of(RUN, false), of(RUN, true)], [true, true]);
}

#[test]
fn a_file_that_is_no_report_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "email,phone\na,b\n").unwrap();
    let error = Done::read(file.path(), &["main"], &mut Vec::new()).unwrap_err();
    assert!(error.message.starts_with("line 1 of"), "{error}");
}

#[test]
fn a_repetition_that_was_taken_over_ends_no_delivery_of_this_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    std::fs::write(
        &path,
        line(5, "a", "main", "duplicate_row") + &line(1, "a", "main", "failed"),
    )
    .unwrap();
    std::fs::write(
        inflight::path_of(&path),
        "{\"row\":5,\"lead\":\"a\",\"sink\":\"main\"}\n",
    )
    .unwrap();
    let done = Done::read(&path, &["main"], &mut Vec::new()).unwrap();
    assert_eq!(done.standing(1, &id("a"), "main"), Died);
}
