//! What a reader yields for each row, and the counts at the end.

use std::collections::BTreeMap;
use std::fmt;

use leadsink_core::{Field, Lead, LeadId};

use super::cells::Cells;

/// One record of a file and what became of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// The number of the record in the file; the first beneath the header is 1. Blank lines do not count.
    pub number: u64,
    /// The line of the file on which the record begins; the first is 1.
    pub line: u64,
    /// The record as it was read.
    pub record: Record,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// A record as it was read, so that a rejected one can be written out again. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Record {
    cells: Cells,
    source: Option<Box<str>>,
}

impl Record {
    pub(super) fn new(cells: Cells, source: Option<Box<str>>) -> Self {
        Self { cells, source }
    }

    /// The cells, as many as the row had; in the order of [`header`](super::LeadReader::header).
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter()
    }

    /// The JSON text of the record, where the file is JSON or NDJSON.
    #[must_use]
    pub fn json(&self) -> Option<&str> {
        self.source.as_deref()
    }

    pub(super) fn cell(&self, index: usize) -> &str {
        self.cells.get(index).unwrap_or_default()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({} cells)", self.cells.len())
    }
}

/// What became of a row.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RowOutcome {
    /// A lead that can be sent.
    Lead {
        /// The lead.
        lead: Box<Lead>,
        /// What could not be read and was left out, or is worth knowing.
        warnings: Vec<RowNote>,
    },
    /// A row that is sent nowhere.
    Bad {
        /// The lead id, where it could be told.
        lead: Option<LeadId>,
        /// Every problem of the row.
        problems: Vec<RowNote>,
    },
    /// A repetition of an earlier good row; not sent.
    Duplicate {
        /// The lead id.
        lead: LeadId,
        /// The number of the row that it repeats.
        first_row: u64,
    },
}

/// A remark about one row. It never holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowNote {
    /// The header of the column, where it is about one.
    pub column: Option<String>,
    /// The field, where it is about one.
    pub field: Option<Field>,
    /// A stable word, such as `phone_too_short`.
    pub code: &'static str,
    /// What is wrong and what to do: a lower-case fragment.
    pub message: String,
}

impl RowNote {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            column: None,
            field: None,
            code,
            message: message.into(),
        }
    }

    pub(super) fn about(mut self, column: impl Into<String>, field: impl Into<Option<Field>>) -> Self {
        self.column = Some(column.into());
        self.field = field.into();
        self
    }
}

/// The counts so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Rows that were read: good, bad and duplicates.
    pub rows: u64,
    /// Leads that can be sent.
    pub good: u64,
    /// Rows that are sent nowhere.
    pub bad: u64,
    /// Rows that repeat an earlier one and are not sent.
    pub duplicates: u64,
    /// Rows of which every cell is blank, left out.
    pub blank: u64,
    /// How often each problem and each warning occurred, by its code.
    pub codes: BTreeMap<&'static str, u64>,
    /// Fields that several columns hold; the first that is not empty is taken.
    pub shared: Vec<(Field, Vec<String>)>,
    /// Headers that were not recognised; their values are kept in `extra`.
    pub not_recognised: Vec<String>,
    /// Overrides whose header is not in the file.
    pub not_found: Vec<String>,
}

impl Summary {
    pub(super) fn count(&mut self, outcome: &RowOutcome) {
        self.rows += 1;
        let notes = match outcome {
            RowOutcome::Lead { warnings, .. } => {
                self.good += 1;
                warnings
            }
            RowOutcome::Bad { problems, .. } => {
                self.bad += 1;
                problems
            }
            RowOutcome::Duplicate { .. } => {
                self.duplicates += 1;
                *self.codes.entry(super::duplicates::CODE).or_default() += 1;
                return;
            }
        };
        for note in notes {
            *self.codes.entry(note.code).or_default() += 1;
        }
    }
}
