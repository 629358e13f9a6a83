//! What the tests share: fixtures, and one line of text for a row.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use leadsink_core::{Field, Lead};
use leadsink_intake::{LeadReader, ReadError, ReadOptions, Row, RowOutcome, open, read};

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/leads")
        .join(name)
}

pub(crate) fn open_fixture(name: &str) -> LeadReader {
    open(&fixture(name), &ReadOptions::default()).unwrap()
}

/// Reads bytes to the end.
pub(crate) fn rows_with(bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> (LeadReader, Vec<Row>) {
    let mut reader = read(Cursor::new(bytes.into()), "test", options).unwrap();
    let rows = reader.by_ref().map(Result::unwrap).collect();
    (reader, rows)
}

pub(crate) fn rows(bytes: impl Into<Vec<u8>>) -> (LeadReader, Vec<Row>) {
    rows_with(bytes, &ReadOptions::default())
}

pub(crate) fn refusal(bytes: impl Into<Vec<u8>>) -> String {
    let error: ReadError = read(Cursor::new(bytes.into()), "test", &ReadOptions::default()).unwrap_err();
    error.to_string()
}

/// `lead`, or the codes of what is wrong.
pub(crate) fn verdict(row: &Row) -> String {
    match &row.outcome {
        RowOutcome::Lead { .. } => "lead".to_owned(),
        RowOutcome::Bad { problems, .. } => problems.iter().map(|note| note.code).collect::<Vec<_>>().join(" "),
        RowOutcome::Duplicate { first_row, .. } => format!("duplicate of {first_row}"),
        _ => "?".to_owned(),
    }
}

pub(crate) fn verdicts(rows: &[Row]) -> Vec<String> {
    rows.iter().map(verdict).collect()
}

pub(crate) fn lead(row: &Row) -> &Lead {
    match &row.outcome {
        RowOutcome::Lead { lead, .. } => lead,
        other => panic!("row {} is no lead: {other:?}", row.number),
    }
}

pub(crate) fn warnings(row: &Row) -> Vec<&'static str> {
    match &row.outcome {
        RowOutcome::Lead { warnings, .. } => warnings.iter().map(|note| note.code).collect(),
        _ => Vec::new(),
    }
}

/// The canonical texts of some fields, `-` where there is none.
pub(crate) fn texts(lead: &Lead, fields: &[Field]) -> String {
    let text = |field: &Field| {
        field
            .get(lead)
            .map_or_else(|| "-".to_owned(), std::borrow::Cow::into_owned)
    };
    fields.iter().map(text).collect::<Vec<_>>().join(" | ")
}
