//! All that is told at the end of a run, for people and for programs alike.

use std::path::PathBuf;

use leadsink::intake::Summary;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::fate::Fate;
use super::tally::Tally;
use crate::exit::Exit;
use crate::outbox::OutboxPlace;

/// The end of a run.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) exit: Exit,
    pub(crate) sinks: Vec<SinkEnding>,
    /// Nothing where it does not outlast the run.
    pub(crate) report: Option<PathBuf>,
    /// The rows to mend, and how many.
    pub(crate) rejects: Option<(PathBuf, u64)>,
    pub(crate) summary: Option<Box<Summary>>,
    /// Rows whose own column names none of the run's sinks.
    pub(crate) astray: u64,
    pub(crate) interrupted: bool,
    /// Whether every lead was marked as a test.
    pub(crate) test: bool,
    pub(crate) seconds: f64,
    /// The command that sends what is left.
    pub(crate) go_on: Option<String>,
    /// Where the leads are kept, where they are.
    pub(crate) ledger: Option<Ledger>,
}

/// What is said of an outbox.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) place: OutboxPlace,
    /// What holds sinks up, and what else there is to say, a sentence each.
    pub(crate) remarks: Vec<String>,
}

/// The end of a run at one sink.
#[derive(Debug)]
pub(crate) struct SinkEnding {
    pub(crate) name: String,
    pub(crate) vendor: &'static str,
    pub(crate) tally: Tally,
    /// What was filed in this run, and what is due in its outbox.
    pub(crate) filed: u64,
    pub(crate) due: u64,
    /// What nobody knows and nothing asks about any more, and with that what is due and in doubt.
    pub(crate) unknown: u64,
    pub(crate) in_doubt: u64,
}

impl Ending {
    /// A count over all sinks.
    pub(crate) fn sum(&self, count: impl Fn(&Tally) -> u64) -> u64 {
        self.sinks.iter().map(|sink| count(&sink.tally)).sum()
    }

    /// Where all that is known of a lead can be read.
    pub(crate) const fn whole_story(&self) -> &'static str {
        match (&self.ledger, &self.report) {
            (Some(_), None) => "`leadsink status LEAD`",
            _ => "the report",
        }
    }

    /// The document that `--json` prints.
    pub(crate) fn document(&self) -> impl Serialize {
        Document {
            exit: self.exit as u8,
            interrupted: self.interrupted,
            test: self.test,
            seconds: round(self.seconds),
            report: self.report.as_ref().map(|path| path.display().to_string()),
            rejects: self.rejects.as_ref().map(|(path, rows)| Rejects {
                path: path.display().to_string(),
                rows: *rows,
            }),
            sinks: self.sinks.iter().map(SinkEnding::document).collect(),
            file: self.summary.as_deref().map(file),
            go_on: self.go_on.clone(),
            outbox: self.ledger.as_ref().map(|ledger| ledger.place.to_string()),
        }
    }
}

#[derive(Serialize)]
struct Document {
    exit: u8,
    interrupted: bool,
    test: bool,
    seconds: f64,
    report: Option<String>,
    rejects: Option<Rejects>,
    sinks: Vec<SinkDocument>,
    file: Option<File>,
    go_on: Option<String>,
    outbox: Option<String>,
}

#[derive(Serialize)]
struct Rejects {
    path: String,
    rows: u64,
}

#[derive(Serialize)]
struct SinkDocument {
    sink: String,
    vendor: &'static str,
    rows: u64,
    delivered: u64,
    skipped: u64,
    skipped_ambiguous: u64,
    skipped_elsewhere: u64,
    filed: u64,
    due: u64,
    unknown: u64,
    in_doubt: u64,
    attempts: u64,
    seconds: f64,
    stopped: Option<String>,
    outcomes: Outcomes,
    reasons: Vec<ReasonDocument>,
    warnings: Vec<WarningDocument>,
    unmapped: std::collections::BTreeMap<String, u64>,
}

/// Every outcome with its count, in the order of the summary.
struct Outcomes(Tally);

impl Serialize for Outcomes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Fate::ALL.len()))?;
        for fate in Fate::ALL {
            map.serialize_entry(fate.as_str(), &self.0.of(fate))?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct ReasonDocument {
    outcome: Fate,
    code: String,
    place: Option<String>,
    text: Option<String>,
    rows: u64,
}

#[derive(Serialize)]
struct WarningDocument {
    code: String,
    place: Option<String>,
    leads: u64,
}

#[derive(Serialize)]
struct File {
    rows: u64,
    good: u64,
    bad: u64,
    duplicates: u64,
    blank: u64,
    not_recognised: Vec<String>,
    not_found: Vec<String>,
    shared: Vec<Shared>,
}

#[derive(Serialize)]
struct Shared {
    field: &'static str,
    columns: Vec<String>,
}

impl SinkEnding {
    fn document(&self) -> SinkDocument {
        let tally = &self.tally;
        let reason = |(why, rows): (&super::tally::Why, &u64)| ReasonDocument {
            outcome: why.outcome,
            code: why.code.clone(),
            place: why.place.clone(),
            text: why.text.clone(),
            rows: *rows,
        };
        let warning = |((code, place), leads): (&(String, String), &u64)| WarningDocument {
            code: code.clone(),
            place: (!place.is_empty()).then(|| place.clone()),
            leads: *leads,
        };
        SinkDocument {
            sink: self.name.clone(),
            vendor: self.vendor,
            rows: tally.rows(),
            delivered: tally.delivered(),
            skipped: tally.skipped,
            skipped_ambiguous: tally.skipped_ambiguous,
            skipped_elsewhere: tally.skipped_elsewhere,
            filed: self.filed,
            due: self.due,
            unknown: self.unknown,
            in_doubt: self.in_doubt,
            attempts: tally.attempts,
            seconds: round(tally.time.as_secs_f64()),
            stopped: tally.stopped.clone(),
            outcomes: Outcomes(tally.clone()),
            reasons: tally.reasons.iter().map(reason).collect(),
            warnings: tally.warnings.iter().map(warning).collect(),
            unmapped: tally
                .unmapped
                .iter()
                .map(|(field, leads)| (field.to_string(), *leads))
                .collect(),
        }
    }
}

fn file(summary: &Summary) -> File {
    File {
        rows: summary.rows,
        good: summary.good,
        bad: summary.bad,
        duplicates: summary.duplicates,
        blank: summary.blank,
        not_recognised: summary.not_recognised.clone(),
        not_found: summary.not_found.clone(),
        shared: summary
            .shared
            .iter()
            .map(|(field, columns)| Shared {
                field: field.name(),
                columns: columns.clone(),
            })
            .collect(),
    }
}

/// Milliseconds are enough.
fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
