//! The reader: yields one row after another, and counts them.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use leadsink_core::Field;

use super::assemble::{Assembled, Assembler};
use super::begin::{Next, begin};
use super::columns::{Columns, extend, unique};
use super::duplicates::{self, Seen};
use super::error::ReadErrorKind;
use super::layout::NOT_RECOGNISED;
use super::records::{Content, Fault, Records};
use super::source::{self, Source};
use super::{Duplicates, Layout, ReadError, ReadOptions, Record, Row, RowNote, RowOutcome, Summary};

/// The most keys that the objects of a file may have together.
pub(super) const KEY_LIMIT: usize = 2_000;

/// `LeadReader` yields the rows of a file. It holds one record at a time, and of the rows before it only hashes.
///
/// An `Err` ends it: the input failed, was cut off or is no longer JSON. The rows before stay good.
pub struct LeadReader {
    records: Records,
    /// The first record, which is read to know that there is one.
    first: Option<Next>,
    layout: Layout,
    headers: Vec<String>,
    keys: HashMap<String, usize>,
    columns: Columns,
    assembler: Assembler,
    options: ReadOptions,
    seen: Seen,
    compared: Option<Box<Compared>>,
    summary: Summary,
    number: u64,
    ended: bool,
}

/// Says of a record, by the headers, whether it is compared with the others.
type Compared = dyn FnMut(&[String], &Record) -> bool + Send;

/// Opens a file, plain or packed with gzip; `-` is standard input.
///
/// # Errors
/// When there is no such file, it cannot be read, is of another kind, is empty, or has no header or no rows.
pub fn open(path: &Path, options: &ReadOptions) -> Result<LeadReader, ReadError> {
    LeadReader::new(source::open(path)?, &path.display().to_string(), options)
}

/// Reads leads from a stream. The name is for errors and the layout.
///
/// # Errors
/// As [`open`].
pub fn read(input: impl Read + Send + 'static, name: &str, options: &ReadOptions) -> Result<LeadReader, ReadError> {
    LeadReader::new(Box::new(input), name, options)
}

impl LeadReader {
    fn new(input: Box<dyn Read + Send>, name: &str, options: &ReadOptions) -> Result<Self, ReadError> {
        let source = Source::new(input, name)?;
        Self::of(source, options).map_err(|kind| ReadError::new(kind, name))
    }

    fn of(source: Source, options: &ReadOptions) -> Result<Self, ReadErrorKind> {
        let begun = begin(source, options)?;
        Ok(Self {
            records: begun.records,
            first: Some(begun.first),
            keys: begun.headers.iter().cloned().zip(0..).collect(),
            headers: begun.headers,
            assembler: Assembler::new(&begun.columns, options, begun.layout.decimal),
            layout: begun.layout,
            columns: begun.columns,
            options: options.clone(),
            seen: Seen::default(),
            compared: None,
            summary: Summary::default(),
            number: 0,
            ended: false,
        })
    }

    /// Compares only some of the rows with each other: another one repeats none, and none repeats it. So a file may hold a
    /// lead twice, once for each of two destinations.
    #[must_use]
    pub fn comparing_only(mut self, is_compared: impl FnMut(&[String], &Record) -> bool + Send + 'static) -> Self {
        self.compared = Some(Box::new(is_compared));
        self
    }

    /// How the file was understood. In JSON the columns grow with the keys.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The headers, told apart: the second of two like ones is `Comments (2)`, an empty one `column 7`.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.headers
    }

    /// The counts so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = self.summary.clone();
        let mut shared: Vec<(Field, Vec<String>)> = Vec::new();
        for column in &self.layout.columns {
            if column.why == NOT_RECOGNISED {
                summary.not_recognised.push(column.header.clone());
            }
            if let super::Target::Field(field) = column.target {
                match shared.iter_mut().find(|(known, _)| *known == field) {
                    Some((_, headers)) => headers.push(column.header.clone()),
                    None => shared.push((field, vec![column.header.clone()])),
                }
            }
        }
        shared.retain(|(_, headers)| headers.len() > 1);
        summary.shared = shared;
        summary.not_found.clone_from(&self.layout.not_found);
        summary
    }

    fn record(&mut self, content: Content) -> (Record, Option<Fault>) {
        let (pairs, source) = match content {
            Content::Cells(cells) => return (Record::new(cells, None), None),
            Content::Pairs(pairs, source) => (pairs, source),
        };
        let mut cells: Vec<Option<Box<str>>> = vec![None; self.headers.len()];
        let mut fault = None;
        for (key, value) in pairs {
            let mut key = key;
            // A key that an object repeats is a column of its own, so that nothing is lost.
            while let Some(index) = self.keys.get(&key)
                && cells.get(*index).is_some_and(Option::is_some)
            {
                key.push_str(" (2)");
            }
            let index = match self.keys.get(&key) {
                Some(index) => *index,
                None if self.headers.len() >= KEY_LIMIT => {
                    fault = Some(Fault::too_many_keys());
                    continue;
                }
                None => self.add_key(key),
            };
            cells.resize(self.headers.len().max(cells.len()), None);
            cells[index] = Some(value);
        }
        let cells = cells.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect();
        (Record::new(cells, Some(source)), fault)
    }

    /// Adds a key that no object had before; what the others are does not change.
    fn add_key(&mut self, key: String) -> usize {
        let index = self.headers.len();
        self.headers.push(unique(&key, index, &self.headers));
        self.keys.insert(key, index);
        extend(&mut self.columns, &self.headers, &self.options);
        self.layout.columns.clone_from(&self.columns.columns);
        self.layout.not_found.clone_from(&self.columns.not_found);
        self.assembler = Assembler::new(&self.columns, &self.options, self.layout.decimal);
        index
    }

    fn outcome(&mut self, record: &Record) -> RowOutcome {
        let Assembled {
            lead,
            problems,
            mut warnings,
        } = self.assembler.assemble(&self.columns, record);
        if !problems.is_empty() {
            return RowOutcome::Bad {
                lead: Some(lead.id),
                problems,
            };
        }
        let is_compared = self.options.duplicates != Duplicates::Off
            && self
                .compared
                .as_mut()
                .is_none_or(|is_compared| is_compared(&self.headers, record));
        if is_compared && let Some(first_row) = self.seen.first(&lead, self.number) {
            if self.options.duplicates == Duplicates::Skip {
                return RowOutcome::Duplicate {
                    lead: lead.id,
                    first_row,
                };
            }
            let message = format!("the row repeats row {first_row} and is sent all the same");
            warnings.push(RowNote::new(duplicates::CODE, message));
        }
        RowOutcome::Lead { lead, warnings }
    }
}

impl Iterator for LeadReader {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let next = self.first.take().unwrap_or_else(|| self.records.next(self.layout.gzip));
            self.layout.encoding = self.records.encoding();
            let raw = match next {
                Ok(Some(raw)) => raw,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(kind) => {
                    self.ended = true;
                    return Some(Err(ReadError::new(kind, &self.layout.name).at(self.number)));
                }
            };
            self.number += 1;
            if raw.is_blank() {
                self.summary.blank += 1;
                continue;
            }
            let (record, too_many) = self.record(raw.content);
            let outcome = match raw.fault.or(too_many) {
                Some(fault) => RowOutcome::Bad {
                    lead: None,
                    problems: vec![fault.note(&self.headers)],
                },
                None => self.outcome(&record),
            };
            self.summary.count(&outcome);
            return Some(Ok(Row {
                number: self.number,
                line: raw.line,
                record,
                outcome,
            }));
        }
        None
    }
}

impl std::fmt::Debug for LeadReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("LeadReader");
        debug
            .field("layout", &self.layout)
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}
