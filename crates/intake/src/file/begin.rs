//! What happens before the first row: the beginning of a file is looked at, and its header is read.

use std::io::{Cursor, Read};

use super::columns::{Columns, Signs, resolve, unique};
use super::csv::Csv;
use super::decode::Decoder;
use super::delimiter;
use super::encoding::{Guess, byte_order_mark, guess};
use super::error::{ReadErrorKind, io_kind};
use super::json::Json;
use super::records::{Content, RawRecord, Records};
use super::sample::{Sample, decimal_style, is_data, keys, titles};
use super::source::Source;
use super::window::Window;
use super::{Format, Layout, ReadOptions};

/// A record, or why the reading ends.
pub(super) type Next = Result<Option<RawRecord>, ReadErrorKind>;

/// A file whose header is read.
pub(super) struct Begun {
    pub(super) records: Records,
    /// The first record, which is read to know that there is one.
    pub(super) first: Next,
    pub(super) headers: Vec<String>,
    pub(super) columns: Columns,
    pub(super) layout: Layout,
}

/// The records of a file behind its header, and the first rows as cells.
type Opened = (Records, Next, Vec<String>, Vec<Vec<Box<str>>>);

/// Finds out how a file is built, and reads up to its first record.
pub(super) fn begin(source: Source, options: &ReadOptions) -> Result<Begun, ReadErrorKind> {
    let guess = options
        .encoding
        .map_or_else(|| guess(&source.prefix), |encoding| set(encoding, &source.prefix));
    let sample = Sample::decode(&source.prefix[guess.mark..], guess.encoding, source.whole);
    if source.whole && sample.text().chars().all(|c| c.is_whitespace() || c == '\0') {
        return Err(ReadErrorKind::Empty);
    }
    let format = options.format.unwrap_or_else(|| sample.format(&source.name));
    let mut layout = Layout {
        name: source.name,
        format,
        gzip: source.gzip,
        encoding: guess.encoding,
        delimiter: None,
        decimal: options.decimal.unwrap_or_default(),
        skipped_lines: 0,
        columns: Vec::new(),
        not_found: Vec::new(),
    };
    let mut begin = Cursor::new(source.prefix);
    begin.set_position(guess.mark as u64);
    let decoder = Decoder::new(guess.encoding, guess.only_ascii, guess.mark);
    let window = Window::new(Box::new(begin.chain(source.rest)), decoder);
    let (records, first, headers, rows) = if format == Format::Csv {
        open_csv(window, sample, &mut layout, options)?
    } else {
        open_json(window, &sample, &layout)?
    };
    let signs = Signs::of(format != Format::Csv, &headers, &rows);
    let columns = resolve(&headers, options, signs);
    if let Some(name) = options
        .id_column
        .as_ref()
        .filter(|name| columns.not_found.contains(name))
    {
        let headers: Vec<String> = headers.iter().map(|header| format!("`{header}`")).collect();
        return Err(ReadErrorKind::NoColumn {
            name: name.clone(),
            available: headers.join(", "),
        });
    }
    if options.decimal.is_none() {
        layout.decimal = decimal_style(&columns, rows.iter().map(Vec::as_slice));
    }
    layout.columns.clone_from(&columns.columns);
    layout.not_found.clone_from(&columns.not_found);
    Ok(Begun {
        records,
        first,
        headers,
        columns,
        layout,
    })
}

/// An encoding that the caller set.
fn set(encoding: super::Encoding, prefix: &[u8]) -> Guess {
    let mark = byte_order_mark(encoding);
    Guess {
        encoding,
        mark: if prefix.starts_with(mark) { mark.len() } else { 0 },
        only_ascii: false,
    }
}

fn open_csv(
    mut window: Window,
    sample: Sample,
    layout: &mut Layout,
    options: &ReadOptions,
) -> Result<Opened, ReadErrorKind> {
    let declared = delimiter::declared(sample.text());
    let sample = sample.behind(declared.map_or(0, |(_, length)| length));
    let detected = || declared.map_or_else(|| delimiter::detect(&sample), |(delimiter, _)| delimiter);
    let delimiter = options.delimiter.unwrap_or_else(detected);
    layout.delimiter = Some(delimiter);
    let failed = |error| io_kind(error, layout.gzip);
    if let Some((_, length)) = declared {
        // Filling the window fails only where reading the header fails in the same way.
        window.more().map_err(failed)?;
        window.consume(length);
    }
    let mut csv = Csv::new(window, delimiter.byte());
    let mut rows = sample.rows(delimiter);
    layout.skipped_lines = titles(&rows);
    for _ in 0..layout.skipped_lines {
        csv.next().map_err(failed)?;
    }
    rows.drain(..rows.len().min(layout.skipped_lines + 1));
    let headers = read_header(&mut csv, layout.gzip)?;
    let mut records = Records::Csv(Box::new(csv));
    match records.next(layout.gzip) {
        Ok(None) => Err(ReadErrorKind::HeaderOnly),
        first => Ok((records, first, headers, rows)),
    }
}

fn open_json(window: Window, sample: &Sample, layout: &Layout) -> Result<Opened, ReadErrorKind> {
    let mut records = Records::Json(Box::new(Json::new(window, layout.format == Format::Ndjson)));
    let first = match records.next(layout.gzip) {
        Ok(None) => return Err(ReadErrorKind::Empty),
        first => first,
    };
    let objects = sample.objects(layout.format);
    let headers = keys(&objects);
    let cells = |object: &Vec<(String, Box<str>)>| {
        let cell = |header| {
            let found = object.iter().find(|(key, _)| key == header);
            found.map(|(_, value)| value.clone())
        };
        headers.iter().map(|header| cell(header).unwrap_or_default()).collect()
    };
    let rows = objects.iter().map(cells).collect();
    Ok((records, first, headers, rows))
}

/// Reads the header row and refuses one that is none.
fn read_header(csv: &mut Csv, gzip: bool) -> Result<Vec<String>, ReadErrorKind> {
    let header = csv
        .next()
        .map_err(|error| io_kind(error, gzip))?
        .ok_or(ReadErrorKind::Empty)?;
    if let Some(fault) = header.fault {
        return Err(ReadErrorKind::BadHeader(fault.into_message()));
    }
    let Content::Cells(cells) = header.content else {
        return Err(ReadErrorKind::NoHeader);
    };
    let cells: Vec<Box<str>> = cells.iter().map(Box::from).collect();
    let named = cells.iter().rposition(|cell| !cell.trim().is_empty());
    let Some(named) = named.filter(|_| !is_data(&cells)) else {
        return Err(ReadErrorKind::NoHeader);
    };
    csv.set_width(cells.len(), named + 1);
    let mut headers = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        headers.push(unique(cell, index, &headers));
    }
    Ok(headers)
}
