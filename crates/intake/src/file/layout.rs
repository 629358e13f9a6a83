//! How a file was understood: what was detected, and what each column is.

use super::{Delimiter, Encoding, Format, Target};
use crate::value::DecimalStyle;

/// How a file was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layout {
    /// The path, or `-` for standard input.
    pub name: String,
    /// How the file is built.
    pub format: Format,
    /// Whether it was packed with gzip.
    pub gzip: bool,
    /// How its text is written in bytes. A file that begins in plain ASCII is UTF-8 until it shows that it is not.
    pub encoding: Encoding,
    /// What stands between fields, where it has lines of fields.
    pub delimiter: Option<Delimiter>,
    /// How decimal numbers are written.
    pub decimal: DecimalStyle,
    /// Lines above the header that hold a title and no names of columns; they are left out.
    pub skipped_lines: usize,
    /// The columns; in JSON, the keys seen so far.
    pub columns: Vec<Column>,
    /// Overrides whose header is not in the file.
    pub not_found: Vec<String>,
}

/// A column and what it was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// The position, from 0.
    pub index: usize,
    /// The header; the second of two like ones is `Comments (2)`, an empty one `column 7`.
    pub header: String,
    /// What it becomes.
    pub target: Target,
    /// Why: `override`, `recognised`, `question` or `not recognised`.
    pub why: &'static str,
    /// The earlier column with the same field, if there is one.
    pub second_of: Option<usize>,
}

/// The header was named by the caller.
pub(super) const OVERRIDE: &str = "override";
/// The header is known.
pub(super) const RECOGNISED: &str = "recognised";
/// The header is a question of an ad platform's form.
pub(super) const QUESTION: &str = "question";
/// The header is not known.
pub(super) const NOT_RECOGNISED: &str = "not recognised";
