//! A record as the format gives it, before anybody knows what its columns mean.

use super::Encoding;
use super::cells::Cells;
use super::csv::Csv;
use super::decode::Flaw;
use super::error::{ReadErrorKind, io_kind};
use super::json::Json;
use super::row::RowNote;
use crate::value::clean::trimmed;

/// The most that one field may hold.
pub(super) const FIELD_LIMIT: usize = 1024 * 1024;
/// The most that one record may hold.
pub(super) const RECORD_LIMIT: usize = 8 * 1024 * 1024;
/// The most columns a file may have.
pub(super) const COLUMN_LIMIT: usize = 10_000;

/// What a record holds.
#[derive(Debug)]
pub(super) enum Content {
    /// Cells in the order of the header.
    Cells(Cells),
    /// Keys and values, and the JSON text.
    Pairs(Vec<(String, Box<str>)>, Box<str>),
}

/// A record and what is wrong with its form.
#[derive(Debug)]
pub(super) struct RawRecord {
    pub(super) line: u64,
    pub(super) content: Content,
    pub(super) fault: Option<Fault>,
}

impl RawRecord {
    /// Whether there is nothing in it: a line of delimiters, as spreadsheets leave them.
    pub(super) fn is_blank(&self) -> bool {
        let miscounted = |fault: &Fault| fault.code == "too_few_fields" || fault.code == "too_many_fields";
        self.fault.as_ref().is_none_or(miscounted)
            && match &self.content {
                Content::Cells(cells) => cells.iter().all(|cell| trimmed(cell).is_empty()),
                Content::Pairs(pairs, _) => pairs.iter().all(|(_, value)| value.trim().is_empty()),
            }
    }
}

/// Why a record cannot be trusted.
#[derive(Debug)]
pub(super) struct Fault {
    code: &'static str,
    /// The cell it is in, where one is.
    cell: Option<usize>,
    message: String,
}

impl Fault {
    pub(super) fn new(code: &'static str, cell: Option<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            cell,
            message: message.into(),
        }
    }

    pub(super) fn field_too_large(cell: Option<usize>) -> Self {
        Self::new(
            "field_too_large",
            cell,
            "a field is larger than 1 MiB and was left out; shorten it",
        )
    }

    pub(super) fn record_too_large() -> Self {
        Self::new(
            "row_too_large",
            None,
            "the row is larger than 8 MiB or has more than 10000 fields, and was left out; shorten it",
        )
    }

    pub(super) fn too_many_keys() -> Self {
        Self::new(
            "too_many_keys",
            None,
            "the objects of the file have more than 2000 keys; export the leads only",
        )
    }

    pub(super) fn nul_byte(cell: Option<usize>) -> Self {
        Self::new(
            "nul_byte",
            cell,
            "a field holds a NUL byte, a sign of a damaged file; export the row again",
        )
    }

    pub(super) fn not_text(encoding: Encoding, flaw: Flaw, cell: Option<usize>) -> Self {
        let byte = flaw.byte;
        if encoding == Encoding::Utf8 {
            let message = format!(
                "byte {byte} of the file is not UTF-8; export the file as UTF-8, or try `--encoding windows-1252`"
            );
            Self::new("invalid_utf8", cell, message)
        } else {
            let message = format!("byte {byte} of the file is not {encoding}; export the file as UTF-8");
            Self::new("invalid_utf16", cell, message)
        }
    }

    pub(super) fn note(self, headers: &[String]) -> RowNote {
        let note = RowNote::new(self.code, self.message);
        match self.cell.and_then(|cell| headers.get(cell)) {
            Some(header) => note.about(header, None),
            None => note,
        }
    }

    pub(super) fn into_message(self) -> String {
        self.message
    }
}

/// A reader of records in one of the formats.
pub(super) enum Records {
    Csv(Box<Csv>),
    Json(Box<Json>),
}

impl Records {
    /// The next record; nothing at the end.
    pub(super) fn next(&mut self, gzip: bool) -> Result<Option<RawRecord>, ReadErrorKind> {
        match self {
            Self::Csv(csv) => csv.next().map_err(|error| io_kind(error, gzip)),
            Self::Json(json) => json.next(gzip),
        }
    }

    /// The encoding, which a file of ASCII may decide late.
    pub(super) fn encoding(&self) -> Encoding {
        match self {
            Self::Csv(csv) => csv.encoding(),
            Self::Json(json) => json.encoding(),
        }
    }
}
