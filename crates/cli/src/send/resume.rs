//! Reads the report of an earlier run: what is done and is left out, and the lines that the new report takes over.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use leadsink::{DeliveryId, LeadId};
use serde::Deserialize;

use super::fate::Fate;
use crate::exit::CliError;

/// What an earlier report says, by lead id and sink, so that rows may have moved or been mended. Only hashes are kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done {
    settled: HashSet<DeliveryId>,
    ambiguous: HashSet<DeliveryId>,
    bad: HashSet<DeliveryId>,
    /// Rows without a usable lead, by number.
    bad_rows: HashSet<(u64, Box<str>)>,
    duplicate_rows: HashSet<(u64, DeliveryId)>,
    /// Whether the last line was cut short.
    pub(crate) cut_short: bool,
}

/// What is read of a line.
#[derive(Deserialize)]
struct Old {
    row: u64,
    lead: Option<LeadId>,
    sink: String,
    outcome: Option<Fate>,
}

impl Done {
    /// Reads a report, and writes the lines that stay true to `keep`.
    ///
    /// They are those that this run leaves out, and those of sinks that it does not send to. The new report is so
    /// complete by itself, and the next run can go on from it alone.
    pub(crate) fn read(path: &Path, sinks: &[&str], keep: &mut dyn Write) -> Result<Self, CliError> {
        let failed = |error: io::Error| CliError::io("read", path, &error);
        let keep_failed = |error: io::Error| CliError::new(format!("cannot write the new report: {error}"));
        let mut done = Self::default();
        let mut input = BufReader::new(File::open(path).map_err(failed)?);
        let mut keep = BufWriter::new(keep);
        let mut text = Vec::new();
        let mut number = 0_u64;
        while input.read_until(b'\n', &mut text).map_err(failed)? > 0 {
            number += 1;
            let is_whole = text.last() == Some(&b'\n');
            let line = text.trim_ascii();
            if !line.is_empty() {
                let (old, kept) = match serde_json::from_slice::<Old>(line) {
                    Ok(Old { outcome: None, .. }) => return Err(no_report(path, number)),
                    Ok(old) => (old, line.to_vec()),
                    Err(_) if is_whole => return Err(no_report(path, number)),
                    Err(_) => {
                        done.cut_short = true;
                        match salvage(line) {
                            Some(found) => found,
                            None => break,
                        }
                    }
                };
                let settled = done.take(&old);
                if settled || !sinks.contains(&&*old.sink) {
                    keep.write_all(&kept).map_err(keep_failed)?;
                    keep.write_all(b"\n").map_err(keep_failed)?;
                }
            }
            text.clear();
        }
        keep.flush().map_err(keep_failed)?;
        Ok(done)
    }

    /// Notes a line; tells whether it is final.
    fn take(&mut self, old: &Old) -> bool {
        let delivery = old.lead.as_ref().map(|lead| DeliveryId::new(lead, &old.sink));
        // A line whose end is missing was written after an attempt.
        let fate = old.outcome.unwrap_or(Fate::Ambiguous);
        match (fate, delivery) {
            (Fate::Failed | Fate::NotAttempted, _) => return false,
            (Fate::BadRow, Some(delivery)) => drop(self.bad.insert(delivery)),
            (Fate::DuplicateRow, Some(delivery)) => drop(self.duplicate_rows.insert((old.row, delivery))),
            (Fate::BadRow | Fate::DuplicateRow, None) => {
                self.bad_rows.insert((old.row, old.sink.as_str().into()));
            }
            (Fate::Ambiguous, Some(delivery)) => {
                self.ambiguous.insert(delivery);
                self.settled.insert(delivery);
            }
            (_, Some(delivery)) => drop(self.settled.insert(delivery)),
            (_, None) => {}
        }
        true
    }

    /// Whether the sink was sent this lead, and it did not fail.
    pub(crate) fn is_settled(&self, lead: &LeadId, sink: &str) -> bool {
        !self.settled.is_empty() && self.settled.contains(&DeliveryId::new(lead, sink))
    }

    /// Whether nobody knows what became of this lead.
    pub(crate) fn is_ambiguous(&self, lead: &LeadId, sink: &str) -> bool {
        !self.ambiguous.is_empty() && self.ambiguous.contains(&DeliveryId::new(lead, sink))
    }

    /// Whether the row was reported as bad. One that has been mended since is good now and is sent.
    pub(crate) fn was_bad(&self, row: u64, lead: Option<&LeadId>, sink: &str) -> bool {
        match lead {
            Some(lead) => !self.bad.is_empty() && self.bad.contains(&DeliveryId::new(lead, sink)),
            None => self.bad_rows.contains(&(row, sink.into())),
        }
    }

    /// Whether the row was reported as a repetition.
    pub(crate) fn was_duplicate(&self, row: u64, lead: &LeadId, sink: &str) -> bool {
        !self.duplicate_rows.is_empty() && self.duplicate_rows.contains(&(row, DeliveryId::new(lead, sink)))
    }
}

/// Finds what a line that was cut short was about, and makes it whole: dropping its last members one after another.
fn salvage(line: &[u8]) -> Option<(Old, Vec<u8>)> {
    let text = String::from_utf8_lossy(line);
    let mut rest = &*text;
    while let Some(end) = rest.rfind(",\"") {
        rest = &rest[..end];
        let Ok(old) = serde_json::from_str::<Old>(&format!("{rest}}}")) else {
            continue;
        };
        // Without its outcome nobody knows how the attempt ended.
        let outcome = if old.outcome.is_none() {
            ",\"outcome\":\"ambiguous\""
        } else {
            ""
        };
        let whole = format!("{rest}{outcome}}}").into_bytes();
        return Some((old, whole));
    }
    None
}

fn no_report(path: &Path, line: u64) -> CliError {
    let path: PathBuf = path.to_owned();
    CliError::new(format!("line {line} of `{}` is no line of a report", path.display()))
        .with_hint("`--resume` takes a report that `leadsink send` wrote")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Done, String) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let mut kept = Vec::new();
        let done = Done::read(file.path(), &["main"], &mut kept).unwrap();
        (done, String::from_utf8(kept).unwrap())
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
            assert_eq!(done.is_settled(&id(word), "main"), is_done, "{word}");
            assert!(!done.is_settled(&id(word), "other"));
        }
        assert!(done.is_ambiguous(&id("ambiguous"), "main"));
        assert_eq!(kept.lines().count(), 6);
    }

    #[test]
    fn a_repetition_or_a_bad_row_does_not_hide_a_failure_of_the_same_lead() {
        let text =
            line(1, "a", "main", "failed") + &line(2, "a", "main", "duplicate_row") + &line(3, "a", "main", "bad_row");
        let (done, _) = read(&text);
        assert!(!done.is_settled(&id("a"), "main"));
        assert!(done.was_duplicate(2, &id("a"), "main") && done.was_bad(3, Some(&id("a")), "main"));
    }

    #[test]
    fn lines_of_other_sinks_are_kept() {
        let (_, kept) = read(&(line(1, "a", "other", "failed") + &line(1, "a", "main", "failed")));
        assert_eq!(kept, line(1, "a", "other", "failed"));
    }

    #[test]
    fn a_last_line_cut_short_is_taken_as_far_as_it_goes() {
        let whole = line(7, "a", "main", "accepted");
        let (done, kept) = read(&whole[..whole.len() - 4]);
        assert!(done.cut_short && done.is_settled(&id("a"), "main"));
        assert_eq!(
            kept,
            "{\"row\":7,\"lead\":\"a\",\"sink\":\"main\",\"outcome\":\"accepted\"}\n"
        );

        let (done, kept) = read("{\"row\":7,\"lead\":\"a\",\"sink\":\"main\",\"outco");
        assert!(done.is_ambiguous(&id("a"), "main"));
        assert_eq!(
            kept,
            "{\"row\":7,\"lead\":\"a\",\"sink\":\"main\",\"outcome\":\"ambiguous\"}\n"
        );
    }

    #[test]
    fn a_file_that_is_no_report_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "email,phone\na,b\n").unwrap();
        let error = Done::read(file.path(), &["main"], &mut Vec::new()).unwrap_err();
        assert!(error.message.starts_with("line 1 of"), "{error}");
    }
}
