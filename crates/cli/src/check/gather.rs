//! What `check` finds out: rows by outcome, the bad ones with their reasons, what each sink would do.

use std::collections::BTreeMap;

use leadsink::intake::{Row, RowNote, RowOutcome};
use leadsink::{FieldRef, Lead};
use serde::Serialize;

use crate::address::Address;
use crate::config::OpenSink;
use crate::prepare::dry_context;

/// How many rows are named beside a reason.
const NAMED: usize = 5;

/// All that was found out about a file.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    pub(super) good: u64,
    pub(super) bad: u64,
    pub(super) duplicates: u64,
    /// The bad rows, as many as are listed.
    pub(super) bad_rows: Vec<BadRow>,
    /// The duplicates, as many as are listed.
    pub(super) duplicate_rows: Vec<DuplicateRow>,
    /// What was left out of good rows or is worth knowing, by code.
    pub(super) warnings: BTreeMap<Reason, Tally>,
    pub(super) sinks: Vec<SinkFindings<'a>>,
    listed: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct BadRow {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) lead: Option<String>,
    pub(super) problems: Vec<Remark>,
}

/// A remark about a row. It never holds a value.
#[derive(Debug, Serialize)]
pub(super) struct Remark {
    pub(super) column: Option<String>,
    pub(super) field: Option<&'static str>,
    pub(super) code: &'static str,
    pub(super) message: String,
}

#[derive(Debug, Serialize)]
pub(super) struct DuplicateRow {
    pub(super) row: u64,
    pub(super) lead: String,
    pub(super) first_row: u64,
}

/// What one sink would do.
#[derive(Debug)]
pub(super) struct SinkFindings<'a> {
    pub(super) sink: &'a OpenSink,
    pub(super) takes: u64,
    pub(super) unfit: u64,
    pub(super) reasons: BTreeMap<Reason, Tally>,
    pub(super) warnings: BTreeMap<Reason, Tally>,
    /// Fields that it has no field for.
    pub(super) unmapped: BTreeMap<FieldRef, u64>,
}

/// A reason that several leads may share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Reason {
    pub(super) code: String,
    /// The field, or for a remark about a row, its column.
    pub(super) field: Option<String>,
    pub(super) message: String,
}

/// How many leads, and the first few of their rows.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Tally {
    pub(super) leads: u64,
    pub(super) rows: Vec<u64>,
}

impl Tally {
    fn add(&mut self, row: u64) {
        self.leads += 1;
        if self.rows.len() < NAMED {
            self.rows.push(row);
        }
    }
}

impl<'a> Findings<'a> {
    pub(super) fn new(sinks: &'a [OpenSink], listed: usize) -> Self {
        Self {
            good: 0,
            bad: 0,
            duplicates: 0,
            bad_rows: Vec::new(),
            duplicate_rows: Vec::new(),
            warnings: BTreeMap::new(),
            sinks: sinks.iter().map(SinkFindings::new).collect(),
            listed,
        }
    }

    pub(super) const fn rows(&self) -> u64 {
        self.good + self.bad + self.duplicates
    }

    /// Adds a row, which is for the sinks of its address.
    pub(super) fn add(&mut self, row: &Row, address: &Address) {
        match &row.outcome {
            RowOutcome::Lead { lead, warnings } => {
                self.good += 1;
                for warning in warnings {
                    self.warnings.entry(reason_of(warning)).or_default().add(row.number);
                }
                let for_it = |sink: &&mut SinkFindings<'_>| address.includes(&sink.sink.name);
                for sink in self.sinks.iter_mut().filter(for_it) {
                    sink.add(lead, row.number);
                }
            }
            RowOutcome::Bad { lead, problems } => {
                self.bad += 1;
                if self.bad_rows.len() < self.listed {
                    self.bad_rows.push(BadRow {
                        row: row.number,
                        line: row.line,
                        lead: lead.as_ref().map(ToString::to_string),
                        problems: problems.iter().map(Remark::of).collect(),
                    });
                }
            }
            RowOutcome::Duplicate { lead, first_row } => {
                self.duplicates += 1;
                if self.duplicate_rows.len() < self.listed {
                    self.duplicate_rows.push(DuplicateRow {
                        row: row.number,
                        lead: lead.to_string(),
                        first_row: *first_row,
                    });
                }
            }
            // An outcome that came later than this command is no good row.
            _ => self.bad += 1,
        }
    }
}

impl Remark {
    fn of(note: &RowNote) -> Self {
        Self {
            column: note.column.clone(),
            field: note.field.map(|field| field.name()),
            code: note.code,
            message: note.message.clone(),
        }
    }
}

fn reason_of(note: &RowNote) -> Reason {
    Reason {
        code: note.code.to_owned(),
        field: note.column.clone(),
        message: note.message.clone(),
    }
}

impl<'a> SinkFindings<'a> {
    fn new(sink: &'a OpenSink) -> Self {
        Self {
            sink,
            takes: 0,
            unfit: 0,
            reasons: BTreeMap::new(),
            warnings: BTreeMap::new(),
            unmapped: BTreeMap::new(),
        }
    }

    fn add(&mut self, lead: &Lead, row: u64) {
        let reason = |code: &str, field: &Option<FieldRef>, message: &str| Reason {
            code: code.to_owned(),
            field: field.as_ref().map(ToString::to_string),
            message: message.to_owned(),
        };
        match self.sink.sink.prepare(lead, &dry_context(lead, &self.sink.name)) {
            Ok(prepared) => {
                self.takes += 1;
                for field in prepared.unmapped {
                    *self.unmapped.entry(field).or_default() += 1;
                }
                for warning in prepared.warnings {
                    let reason = reason(&warning.code, &warning.field, &warning.message);
                    self.warnings.entry(reason).or_default().add(row);
                }
            }
            Err(unfit) => {
                self.unfit += 1;
                for problem in unfit.problems {
                    let reason = reason(&problem.code, &problem.field, &problem.message);
                    self.reasons.entry(reason).or_default().add(row);
                }
            }
        }
    }
}

/// The most frequent first.
pub(super) fn by_count(reasons: &BTreeMap<Reason, Tally>) -> Vec<(&Reason, &Tally)> {
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.leads));
    reasons
}
