//! What to say when results could not be written to the report.

use std::io;
use std::path::Path;

use leadsink::{DeliveryId, LeadId};
use serde::Serialize;

use super::fate::Fate;
use super::line::Line;
use super::report;
use crate::exit::{CliError, reason};

/// The error of a report that could not be written to its end, with every line that is not in it.
///
/// The lines have what a resumed run reads and what finds a late answer, and no words of a vendor, which may quote a lead.
pub(crate) fn error(path: &Path, cause: &io::Error, lost: &[Line], report: &Path) -> CliError {
    let path = path.display();
    let message = format!("cannot write `{path}`: {}; no more rows were taken", reason(cause));
    if lost.is_empty() {
        return CliError::new(message).with_hint("every lead that was sent is in the report");
    }
    let lines: Vec<_> = lost.iter().map(brief).collect();
    CliError::new(format!(
        "{message}\nthese were sent and are not in the report:\n{}",
        lines.join("\n")
    ))
    .with_hint(what_to_do(report))
}

fn what_to_do(report: &Path) -> &'static str {
    if !report.is_file() {
        "keep these lines; append them to a report before `--resume` takes it, or these leads are sent again"
    } else if report::ends_whole(report) {
        "append these lines to the report before `--resume` takes it; without them these leads count as in doubt"
    } else {
        "the last line of the report is cut short: take it away and append these lines before `--resume` takes the report; \
         without them these leads count as in doubt"
    }
}

/// The members in the order of the report.
#[derive(Serialize)]
struct Brief<'a> {
    row: u64,
    lead: Option<&'a LeadId>,
    sink: &'a str,
    outcome: Fate,
    vendor_ref: Option<&'a str>,
    attempts: u32,
    delivery: Option<DeliveryId>,
    callback_token: Option<&'a str>,
    at: String,
}

fn brief(line: &Line) -> String {
    let brief = Brief {
        row: line.row,
        lead: line.lead.as_ref(),
        sink: &line.sink,
        outcome: line.outcome,
        vendor_ref: line.vendor_ref.as_deref(),
        attempts: line.attempts,
        delivery: line.delivery,
        callback_token: line.callback_token.as_ref().map(|token| token.as_str()),
        at: format!("{:.3}", line.at),
    };
    // Nothing in it can fail to be JSON; a lead that is told in another form is better than one that is not.
    serde_json::to_string(&brief).unwrap_or_else(|_| format!("row {} at {}", line.row, line.sink))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lost_line_can_be_appended_to_a_report_and_quotes_nobody() {
        let lead = LeadId::new("crm-1").unwrap();
        let mut line = Line::unsent(7, Some(lead), &"main".into(), Fate::Accepted, Vec::new());
        line.attempts = 1;
        line.message = Some("Thank you, Ada".into());
        let path = Path::new("/no/such/report");
        let error = error(path, &io::ErrorKind::StorageFull.into(), &[line], path);
        let last = error.message.lines().last().unwrap();
        assert!(
            last.starts_with(r#"{"row":7,"lead":"crm-1","sink":"main","outcome":"accepted","#),
            "{last}"
        );
        assert!(!last.contains("Ada"));
    }

    #[test]
    fn what_to_do_hangs_on_the_end_of_the_report() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let told = |text: &str| {
            std::fs::write(file.path(), text).unwrap();
            what_to_do(file.path()).split_once(' ').unwrap().0
        };
        assert_eq!(told(""), "append");
        assert_eq!(told("{}\n"), "append");
        assert_eq!(told("{}\n{"), "the");
    }
}
