//! Where the bytes come from: a path or standard input, packed or not; and what is refused at the first glance.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::error::{ReadError, ReadErrorKind, io_kind};

/// How much of a file is looked at before the first row.
pub(super) const PREFIX: usize = 64 * 1024;

/// A stream of bytes and a copy of its beginning.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) gzip: bool,
    pub(super) prefix: Vec<u8>,
    /// Whether the prefix is all there is.
    pub(super) whole: bool,
    /// The stream behind the prefix.
    pub(super) rest: Box<dyn Read + Send>,
}

/// Opens a path; `-` is standard input.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read + Send>, ReadError> {
    let name = path.display().to_string();
    if name == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let failed = |error| ReadError::new(io_kind(error, false), &name);
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(ReadError::new(ReadErrorKind::Directory, &name));
    }
    Ok(Box::new(file))
}

impl Source {
    /// Unpacks a stream where it is packed, reads its beginning, and refuses what is no text.
    pub(super) fn new(mut input: Box<dyn Read + Send>, name: &str) -> Result<Self, ReadError> {
        let fail = |kind| ReadError::new(kind, name);
        let (magic, failure) = read_prefix(&mut *input, 2).map_err(|error| fail(io_kind(error, false)))?;
        let gzip = magic == [0x1f, 0x8b];
        let input = Cursor::new(magic).chain(Failure(failure)).chain(input);
        let mut rest: Box<dyn Read + Send> = if gzip {
            Box::new(MultiGzDecoder::new(input))
        } else {
            Box::new(input)
        };
        let (prefix, failure) = read_prefix(&mut *rest, PREFIX).map_err(|error| fail(io_kind(error, gzip)))?;
        if prefix.is_empty() {
            return Err(fail(ReadErrorKind::Empty));
        }
        if let Some((what, advice)) = other_kind(&prefix, name) {
            return Err(fail(ReadErrorKind::OtherKind { what, advice }));
        }
        Ok(Self {
            name: name.to_owned(),
            gzip,
            whole: prefix.len() < PREFIX && failure.is_none(),
            prefix,
            rest: Box::new(Failure(failure).chain(rest)),
        })
    }
}

/// What was read before a failure is still good; the failure is kept for whoever reads on.
fn read_prefix(input: &mut dyn Read, length: usize) -> io::Result<(Vec<u8>, Option<io::Error>)> {
    let mut prefix = Vec::new();
    match input.take(length as u64).read_to_end(&mut prefix) {
        Err(error) if prefix.is_empty() => Err(error),
        outcome => Ok((prefix, outcome.err())),
    }
}

/// Fails once where a failure was kept, else is empty.
struct Failure(Option<io::Error>);

impl Read for Failure {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

const SAVE_AS_CSV: &str = "open it in the program it is of and save it as CSV";
const UNPACK: &str = "unpack it, or pack it with gzip";
const DOWNLOAD: &str = "download the leads as CSV";

/// Kinds of file that people mistake for an export, by their first bytes.
const KINDS: &[(&[u8], &str, &str)] = &[
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Excel workbook (.xls)",
        "open it in Excel and save it as CSV",
    ),
    (b"%PDF", "a PDF document", DOWNLOAD),
    (b"\x89PNG", "a picture", DOWNLOAD),
    (b"\xff\xd8\xff", "a picture", DOWNLOAD),
    (b"GIF8", "a picture", DOWNLOAD),
    (b"{\\rtf", "a rich-text document", SAVE_AS_CSV),
    (b"SQLite format 3\0", "a SQLite database", "export its table as CSV"),
    (b"PAR1", "a Parquet file", "export it as CSV"),
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"\xff\xfe\0\0", "written in UTF-32", "save it as UTF-8"),
    (b"\0\0\xfe\xff", "written in UTF-32", "save it as UTF-8"),
];

fn other_kind(prefix: &[u8], name: &str) -> Option<(&'static str, &'static str)> {
    if let Some((_, what, advice)) = KINDS.iter().find(|(magic, ..)| prefix.starts_with(magic)) {
        return Some((what, advice));
    }
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        let holds = |name: &[u8]| memchr::memmem::find(prefix, name).is_some();
        return Some(match () {
            () if holds(b"xl/") || holds(b"[Content_Types].xml") || name.to_ascii_lowercase().ends_with(".xlsx") => {
                ("an Excel workbook (.xlsx)", "open it in Excel and save it as CSV")
            }
            () if holds(b"opendocument.spreadsheet") => ("an OpenDocument spreadsheet", SAVE_AS_CSV),
            () => (
                "a zip archive or a workbook",
                "unpack it, or open it in its program and save it as CSV",
            ),
        });
    }
    if prefix.get(257..262) == Some(b"ustar") {
        return Some(("a tar archive", "unpack it"));
    }
    let text = prefix.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let begins = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if begins(b"<!doctype html") || begins(b"<html") {
        return Some(("a web page, perhaps that of a login", DOWNLOAD));
    }
    begins(b"<?xml").then_some(("an XML file", DOWNLOAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &'static [u8]) -> String {
        Source::new(Box::new(bytes), "f")
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn other_kinds_of_file_are_named() {
        for (bytes, part) in [
            (
                &b"PK\x03\x04....[Content_Types].xml"[..],
                "an Excel workbook (.xlsx); open it in Excel and save it as CSV",
            ),
            (b"PK\x03\x04....leads.csv", "a zip archive"),
            (b"%PDF-1.7", "a PDF document"),
            (b"<!DOCTYPE HTML>", "a web page"),
            (b"", "it is empty"),
        ] {
            assert!(refusal(bytes).contains(part), "{}", refusal(bytes));
        }
        assert_eq!(refusal(b"email\na@example.com"), "");
    }

    #[test]
    fn a_directory_and_a_missing_file_are_refused() {
        let error = |path: &str| open(Path::new(path)).err().unwrap().to_string();
        assert_eq!(error("/"), "cannot read `/`: it is a directory; name a file in it");
        assert_eq!(
            error("/no/such"),
            "cannot read `/no/such`: there is no such file; check the path"
        );
    }
}
