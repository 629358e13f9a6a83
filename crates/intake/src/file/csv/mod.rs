//! Records of delimited fields. Not a general CSV parser: one record is held whole, so that a quote that nobody closed
//! costs its own line and not the rest of the file, and a field beyond the limit is skipped without being held.

mod scan;

use std::io;

use memchr::{memchr, memchr_iter, memchr2};

use super::Encoding;
use super::cells::Cells;
use super::records::{COLUMN_LIMIT, Content, FIELD_LIMIT, Fault, RECORD_LIMIT, RawRecord};
use super::window::Window;
use scan::{Field, Scan, State, Step};

/// Reads one record after another.
pub(super) struct Csv {
    window: Window,
    delimiter: u8,
    /// How many fields a record should have, once the header is known.
    width: Option<usize>,
    /// How many it must have: the last ones of the header may have no name.
    named: usize,
    ended: bool,
    /// Room for the fields of a record, used again and again.
    fields: Vec<Field>,
}

impl Csv {
    pub(super) fn new(window: Window, delimiter: u8) -> Self {
        Self {
            window,
            delimiter,
            width: None,
            named: 0,
            ended: false,
            fields: Vec::new(),
        }
    }

    /// Says how many fields a record should have, and how many of them have a name.
    pub(super) fn set_width(&mut self, width: usize, named: usize) {
        self.width = Some(width);
        self.named = named;
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.window.encoding()
    }

    /// The next record that is no blank line.
    pub(super) fn next(&mut self) -> io::Result<Option<RawRecord>> {
        loop {
            let blank = self
                .window
                .rest()
                .bytes()
                .take_while(|byte| matches!(byte, b'\n' | b'\r'))
                .count();
            self.window.consume(blank);
            if !self.window.rest().is_empty() {
                break;
            }
            if !self.window.more()? {
                return Ok(None);
            }
        }
        if let Some(record) = self.plain() {
            return Ok(Some(record));
        }
        let mut scan = Scan {
            fields: std::mem::take(&mut self.fields),
            ..Scan::default()
        };
        loop {
            match scan.run(self.window.rest().as_bytes(), self.delimiter, self.ended) {
                Step::Record(length) => {
                    let record = self.record(&scan, length);
                    self.fields = scan.fields;
                    self.fields.clear();
                    return Ok(Some(record));
                }
                Step::Unclosed => return Ok(Some(self.unclosed(&scan))),
                Step::Starved => {
                    if self.limit(&mut scan) {
                        return Ok(Some(self.unclosed(&scan)));
                    }
                    self.ended = !self.window.more()?;
                }
            }
        }
    }

    /// Takes a record that is one line without quotes and faults, as most are. Nothing where it is not, or may not be.
    fn plain(&mut self) -> Option<RawRecord> {
        let rest = self.window.rest();
        let bytes = rest.as_bytes();
        let end = memchr2(b'\n', b'"', bytes).filter(|end| bytes[*end] == b'\n' && *end < FIELD_LIMIT)?;
        let line = rest[..end].strip_suffix('\r').unwrap_or(&rest[..end]);
        if memchr2(b'\r', 0, line.as_bytes()).is_some() || self.window.flaw(end).is_some() {
            return None;
        }
        let mut cells = Cells::of(line, self.width.unwrap_or_default());
        let mut begin = 0;
        for at in memchr_iter(self.delimiter, line.as_bytes()) {
            cells.push_span(begin..at);
            begin = at + 1;
        }
        cells.push_span(begin..line.len());
        if cells.len() > COLUMN_LIMIT {
            return None;
        }
        let record = RawRecord {
            line: self.window.line(),
            fault: self.miscounted(&cells),
            content: Content::Cells(cells),
        };
        self.window.consume_lines(end + 1, 1);
        Some(record)
    }

    /// Lets go of what is beyond the limits. True where a quote seems to have swallowed rows.
    fn limit(&mut self, scan: &mut Scan) -> bool {
        if scan.at > RECORD_LIMIT || scan.fields.len() > COLUMN_LIMIT || scan.row_dropped {
            scan.row_dropped = true;
            scan.fields.clear();
            self.window.cut(0, scan.at);
            (scan.at, scan.begin, scan.content) = (0, 0, 0);
            (scan.close, scan.newline) = (None, None);
        } else if scan.at - scan.begin > FIELD_LIMIT || scan.dropped == Some(scan.fields.len()) {
            if let Some(newline) = scan.newline
                && scan.state == State::Quoted
                && self.begins_row(newline + 1)
            {
                return true;
            }
            scan.dropped = Some(scan.fields.len());
            let end = match scan.close {
                // The quote may turn out to be half of a doubled one.
                Some(close) if scan.state == State::Quote => close,
                _ => scan.at,
            };
            self.window.cut(scan.content, end);
            scan.at -= end - scan.content;
            scan.close = scan.close.filter(|_| scan.state == State::Quote).map(|_| scan.content);
            scan.newline = None;
        }
        false
    }

    /// Whether the line at a position has as many fields as the header.
    fn begins_row(&self, position: usize) -> bool {
        let rest = self.window.rest().as_bytes().get(position..).unwrap_or_default();
        let line = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
        self.width
            .is_some_and(|width| width > 1 && memchr_iter(self.delimiter, line).count() == width - 1)
    }

    fn record(&mut self, scan: &Scan, length: usize) -> RawRecord {
        let text = self.window.rest();
        let mut fault = None;
        if scan.row_dropped || scan.fields.len() > COLUMN_LIMIT {
            fault = Some(Fault::record_too_large());
        } else if let Some((at, flaw)) = self.window.flaw(length) {
            fault = Some(Fault::not_text(self.encoding(), flaw, scan.field_at(at)));
        } else if scan.dropped.is_some() {
            fault = Some(Fault::field_too_large(scan.dropped));
        } else if let Some(at) = memchr(0, &text.as_bytes()[..length]) {
            fault = Some(Fault::nul_byte(scan.field_at(at)));
        }
        let too_large = scan
            .fields
            .iter()
            .position(|field| field.len() > FIELD_LIMIT)
            .or(scan.dropped);
        let mut cells = Cells::of(&text[..length], scan.fields.len());
        if !scan.row_dropped {
            for (index, field) in scan.fields.iter().enumerate() {
                if Some(index) == too_large {
                    cells.push("");
                } else {
                    field.write(text, &mut cells);
                }
            }
        }
        if too_large.is_some() {
            fault = fault.or(Some(Fault::field_too_large(too_large)));
        }
        let fault = fault.or_else(|| self.miscounted(&cells));
        self.finish(cells, fault, length)
    }

    /// Cells that are missing under no name, and blank ones behind the last, are no fault.
    fn miscounted(&self, cells: &Cells) -> Option<Fault> {
        let found = cells.len();
        let width = self.width.filter(|width| *width != found)?;
        if (self.named..width).contains(&found)
            || (found > width && cells.iter().skip(width).all(|cell| cell.trim().is_empty()))
        {
            return None;
        }
        let (code, advice) = if found < width {
            (
                "too_few_fields",
                "a delimiter is missing or the line is broken; complete the row",
            )
        } else {
            ("too_many_fields", "put a field that holds the delimiter in quotes")
        };
        Some(Fault::new(
            code,
            None,
            format!("the row has {found} fields and the header has {width}; {advice}"),
        ))
    }

    /// Ends the record at the line on which the quote that nobody closed stands.
    fn unclosed(&mut self, scan: &Scan) -> RawRecord {
        let text = self.window.rest();
        let length = scan.newline.unwrap_or(text.len());
        let mut cells = Cells::of(&text[..length], scan.fields.len() + 1);
        for field in &scan.fields {
            field.write(text, &mut cells);
        }
        let column = cells.len();
        let line = text[scan.begin..length].trim_end_matches('\r');
        for cell in line.split(char::from(self.delimiter)) {
            cells.push(cell);
        }
        let message = "a quote opens a field and nothing closes it; close or remove the quote";
        self.finish(cells, Some(Fault::new("unclosed_quote", Some(column), message)), length)
    }

    fn finish(&mut self, cells: Cells, fault: Option<Fault>, length: usize) -> RawRecord {
        let line = self.window.line();
        self.window.consume(length);
        RawRecord {
            line,
            content: Content::Cells(cells),
            fault,
        }
    }
}

#[cfg(test)]
mod tests;
