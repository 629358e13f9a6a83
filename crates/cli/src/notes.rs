//! Remarks about one row in the shape that `map` and the report share, and which column a field came from.

use std::borrow::Cow;
use std::collections::HashMap;

use leadsink::intake::{Layout, RowNote, Target};
use leadsink::{Field, FieldRef, Problem, Warning};
use serde::{Deserialize, Serialize};

/// A problem or a warning. It never holds a value of the lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// The header of the column, where it is about one.
    pub(crate) column: Option<String>,
    /// The field, where it is about one.
    pub(crate) field: Option<String>,
    /// A stable word.
    pub(crate) code: Cow<'static, str>,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl From<&RowNote> for Note {
    fn from(note: &RowNote) -> Self {
        Self {
            column: note.column.clone(),
            field: note.field.map(|field| field.name().to_owned()),
            code: Cow::Borrowed(note.code),
            message: note.message.clone(),
        }
    }
}

impl Note {
    /// A remark about the whole row.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            column: None,
            field: None,
            code: Cow::Borrowed(code),
            message: message.into(),
        }
    }

    /// Says that a row repeats an earlier one.
    pub(crate) fn duplicate(first_row: u64) -> Self {
        Self::new(
            "duplicate_row",
            format!("it repeats row {first_row} of the file and is not sent"),
        )
    }

    /// What a vendor finds missing or wrong.
    pub(crate) fn problem(problem: &Problem, columns: &Columns) -> Self {
        Self::about(problem.field.as_ref(), problem.code.clone(), &problem.message, columns)
    }

    /// What a vendor's mapping or answer wants known.
    pub(crate) fn warning(warning: &Warning, columns: &Columns) -> Self {
        Self::about(warning.field.as_ref(), warning.code.clone(), &warning.message, columns)
    }

    fn about(field: Option<&FieldRef>, code: Cow<'static, str>, message: &str, columns: &Columns) -> Self {
        Self {
            column: field.and_then(|field| columns.of(field)).map(str::to_owned),
            field: field.map(ToString::to_string),
            code,
            message: message.to_owned(),
        }
    }

    /// Where to look: the column, else the field.
    pub(crate) fn place(&self) -> Option<&str> {
        self.column.as_deref().or(self.field.as_deref())
    }
}

/// Which column of the file holds which field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns(HashMap<Field, String>);

impl Columns {
    /// The columns of a file; of two with one field, the first.
    pub(crate) fn new(layout: &Layout) -> Self {
        let mut columns = HashMap::new();
        for column in &layout.columns {
            if let Target::Field(field) = column.target {
                columns.entry(field).or_insert_with(|| column.header.clone());
            }
        }
        Self(columns)
    }

    /// The header of the column that a field came from.
    pub(crate) fn of<'a>(&'a self, field: &'a FieldRef) -> Option<&'a str> {
        match (&field.field, &field.item) {
            // Kept under its header.
            (Field::Extra, Some(header)) => Some(header),
            (field, _) => self.0.get(field).map(String::as_str),
        }
    }
}
