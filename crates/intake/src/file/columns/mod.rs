//! Recognises columns by the meaning of their headers. A header is looked up alone first; then the file as a whole
//! decides what is ambiguous, such as `address` or `name`.

mod fold;
mod lookup;
mod names;
mod places;
mod questions;
mod resolve;
mod signs;
mod words;

use leadsink_core::value::PhoneType;

use super::layout::{Column, OVERRIDE};
use super::{ReadOptions, Target};
pub(super) use lookup::is_known;
use names::Meaning;
pub(super) use questions::asks_consent;
pub(super) use resolve::{extend, resolve};
pub(super) use signs::Signs;

/// What the keys of a JSON record's answers begin with; a question stands behind it.
pub(super) const ANSWERS: &str = "answers.";

/// What the columns of a file are.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) columns: Vec<Column>,
    pub(super) details: Vec<Detail>,
    /// Overrides whose header is not there.
    pub(super) not_found: Vec<String>,
    /// What the values said.
    signs: Signs,
    /// What the headers mean.
    meanings: Vec<Option<Meaning>>,
    /// The file is the export of an ad platform.
    ads: bool,
}

/// What is known of a column beside its target.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Detail {
    /// The kind of telephone that the header names.
    pub(super) phone_type: Option<PhoneType>,
    /// The values are the short names of an ad platform's places.
    pub(super) platform: bool,
    /// The values may have the prefix of an ad platform's ids.
    pub(super) ad: bool,
    /// A yes says that the person wants no calls or mail.
    pub(super) opt_out: bool,
    /// The column counts only where the others for its field are blank, wherever it stands.
    pub(super) stand_in: bool,
}

/// Names columns apart: an empty header gets its number, a repeated one a count.
pub(super) fn unique(header: &str, index: usize, earlier: &[String]) -> String {
    let name = match header.trim() {
        "" => format!("column {}", index + 1),
        name => name.to_owned(),
    };
    if !earlier.contains(&name) {
        return name;
    }
    let mut count = 2;
    while earlier.contains(&format!("{name} ({count})")) {
        count += 1;
    }
    format!("{name} ({count})")
}

/// The columns in the order in which they are asked for a value: those that the caller named, then as in the file, and
/// those that stand in for others last.
pub(super) fn by_priority(columns: &Columns) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.columns.len()).collect();
    order.sort_by_key(|index| {
        (
            columns.columns[*index].why != OVERRIDE,
            columns.details[*index].stand_in,
        )
    });
    order
}

#[cfg(test)]
mod tests;
