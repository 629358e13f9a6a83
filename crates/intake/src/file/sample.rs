//! The beginning of a file, read once before the first row: what it is, what its headers are, how it writes numbers.

use std::io::Cursor;

use leadsink_core::Field;

use super::columns::{Columns, is_known, unique};
use super::csv::Csv;
use super::decode::Decoder;
use super::json::{Json, begins_json, is_lines};
use super::records::{Content, FIELD_LIMIT};
use super::window::Window;
use super::{Delimiter, Encoding, Format, Target};
use crate::value::DecimalStyle;

/// How many records are looked at.
const ROWS: usize = 500;

/// The text of a file's beginning.
pub(super) struct Sample {
    text: String,
    /// Whether it is the whole file.
    whole: bool,
}

impl Sample {
    pub(super) const fn new(text: String, whole: bool) -> Self {
        Self { text, whole }
    }

    /// Decodes the beginning of a file; the byte order mark is left out already.
    pub(super) fn decode(bytes: &[u8], encoding: Encoding, whole: bool) -> Self {
        let mut text = String::new();
        Decoder::new(encoding, false, 0).decode(bytes, whole, &mut text);
        Self::new(text, whole)
    }

    /// The text behind its first bytes.
    pub(super) fn behind(mut self, length: usize) -> Self {
        self.text.drain(..length);
        self
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn format(&self, name: &str) -> Format {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        if !begins_json(&self.text) {
            Format::Csv
        } else if is_lines(&self.text) || name.ends_with(".ndjson") || name.ends_with(".jsonl") {
            Format::Ndjson
        } else {
            Format::Json
        }
    }

    fn window(&self) -> Window {
        let bytes = Cursor::new(self.text.clone().into_bytes());
        Window::new(Box::new(bytes), Decoder::new(Encoding::Utf8, false, 0))
    }

    /// The records under a delimiter, titles and the header first. The last one is left out where it may be cut off.
    pub(super) fn rows(&self, delimiter: Delimiter) -> Vec<Vec<Box<str>>> {
        let mut csv = Csv::new(self.window(), delimiter.byte());
        let mut rows = Vec::new();
        while rows.len() < ROWS
            && let Ok(Some(record)) = csv.next()
        {
            if let Content::Cells(cells) = record.content {
                rows.push(cells.iter().map(Box::from).collect());
            }
        }
        if !self.whole && rows.len() > 1 && rows.len() < ROWS {
            rows.pop();
        }
        rows
    }

    /// The keys and values of the first objects.
    pub(super) fn objects(&self, format: Format) -> Vec<Vec<(String, Box<str>)>> {
        let mut json = Json::new(self.window(), format == Format::Ndjson);
        let mut objects = Vec::new();
        while objects.len() < ROWS
            && let Ok(Some(record)) = json.next(false)
        {
            if let Content::Pairs(pairs, _) = record.content {
                objects.push(pairs);
            }
        }
        objects
    }
}

/// The keys of objects in the order in which they first occur.
pub(super) fn keys(objects: &[Vec<(String, Box<str>)>]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in objects.iter().flatten() {
        if !keys.contains(key) && keys.len() < super::reader::KEY_LIMIT {
            let name = unique(key, keys.len(), &keys);
            keys.push(name);
        }
    }
    keys
}

/// The most lines that a title has.
const TITLE_LINES: usize = 3;

/// How many rows stand above the header: some with far fewer cells than a row below them in which names are known.
pub(super) fn titles(rows: &[Vec<Box<str>>]) -> usize {
    let filled = |row: &[Box<str>]| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let mut narrow = 0;
    for (index, row) in rows.iter().take(2 * TITLE_LINES).enumerate() {
        let width = filled(row);
        if width >= 3 && row.iter().filter(|cell| is_known(cell)).count() >= 2 {
            return if narrow * 2 < width { index } else { 0 };
        }
        if index >= TITLE_LINES && width > 0 {
            return 0;
        }
        narrow = narrow.max(width);
    }
    0
}

/// Whether the first row holds values and not names: hardly a header is known, and there is an e-mail address, a
/// telephone number or another number among them.
pub(super) fn is_data(cells: &[Box<str>]) -> bool {
    let filled = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let (mut known, mut values, mut numbers) = (0, 0, 0);
    for cell in filled {
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let plain = !cell.bytes().any(|byte| byte.is_ascii_alphabetic());
        known += usize::from(is_known(cell));
        let host = cell
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        let email = host && !cell.contains(char::is_whitespace);
        let phone = cell.strip_prefix("p:").unwrap_or(cell).trim_start_matches('+');
        let phone = digits >= 10
            && phone
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b" ().-".contains(&byte));
        values += usize::from(email || phone);
        numbers += usize::from(plain && digits >= 4 && cell.len() < FIELD_LIMIT);
    }
    (values > 0 && known < 2) || (numbers > 0 && known == 0)
}

/// How the amounts of the first rows are written; with a point where nothing tells.
pub(super) fn decimal_style<'a>(columns: &Columns, rows: impl Iterator<Item = &'a [Box<str>]>) -> DecimalStyle {
    let amount = |target: Target| {
        let Target::Field(field) = target else { return false };
        matches!(field.kind(), "amount") || matches!(field, Field::Latitude | Field::Longitude)
    };
    let amounts: Vec<usize> = columns
        .columns
        .iter()
        .filter(|column| amount(column.target))
        .map(|column| column.index)
        .collect();
    let (mut point, mut comma) = (0, 0);
    for row in rows {
        for cell in amounts.iter().filter_map(|index| row.get(*index)) {
            for number in cell.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',') {
                match mark(number) {
                    Some('.') => point += 1,
                    Some(_) => comma += 1,
                    None => {}
                }
            }
        }
    }
    if comma > point {
        DecimalStyle::Comma
    } else {
        DecimalStyle::Point
    }
}

/// The decimal mark of a number, where it is clear: `123,50`, `1.234,5`, `1,234,567`. One mark before three digits may
/// be either.
fn mark(number: &str) -> Option<char> {
    let number = number.trim_matches(['.', ',']);
    let other = |mark| if mark == '.' { ',' } else { '.' };
    let (at, last) = number.char_indices().rfind(|(_, c)| matches!(c, '.' | ','))?;
    let decimals = number.len() - at - 1;
    if number[..at].contains(last) {
        // A mark that repeats is one of thousands.
        return Some(other(last));
    }
    (decimals != 3 || number[..at].contains(other(last))).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decimal_mark_is_found_where_it_is_clear() {
        for (number, wanted) in [
            ("123,50", Some(',')),
            ("1.234,56", Some(',')),
            ("1.234.567", Some(',')),
            ("123.5", Some('.')),
            ("1,234.56", Some('.')),
            ("1,234,567", Some('.')),
            ("1.234", None),
            ("1,234", None),
            ("200", None),
            ("200.", None),
        ] {
            assert_eq!(mark(number), wanted, "{number}");
        }
    }

    #[test]
    fn titles_are_narrow_rows_above_a_header() {
        let titles = |lines: &[&str]| {
            let rows: Vec<Vec<Box<str>>> = lines
                .iter()
                .map(|line| line.split(',').map(Box::from).collect())
                .collect();
            titles(&rows)
        };
        assert_eq!(titles(&["Leads", "Name,Email,Phone"]), 1);
        assert_eq!(titles(&["Leads,,", ",,", "March,,", "Name,Email,Phone"]), 3);
        assert_eq!(titles(&["Name,Email,Phone", "A,B,C"]), 0);
        assert_eq!(titles(&["a,b,c", "Name,Email,Phone"]), 0);
        assert_eq!(titles(&["Email", "a@example.com"]), 0);
        assert_eq!(titles(&["a", "b", "c", "d", "Name,Email,Phone"]), 0);
    }

    #[test]
    fn values_are_told_from_headers() {
        let is_data = |cells: &[&str]| is_data(&cells.iter().map(|cell| Box::from(*cell)).collect::<Vec<_>>());
        assert!(is_data(&["Jane", "Doe", "jane@example.com", "p:+1 (512) 555-0100"]));
        assert!(is_data(&["Jane", "78704"]));
        assert!(!is_data(&["First Name", "Last Name", "Ask jane@example.com"]));
        assert!(!is_data(&["foo", "bar", "baz 2"]));
        assert!(!is_data(&["email", "phone", "5125550100"]));
    }
}
