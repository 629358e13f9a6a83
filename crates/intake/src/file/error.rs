//! Why a file, or the rest of it, cannot be read.

use std::io;

/// `ReadError` says why a file cannot be read, or stops being readable. Rows read before it stay good.
///
/// `Display` is one line that says what happened and what to do, without a value of the file.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{name}`{}: {kind}", row.map(|row| format!(" behind row {row}")).unwrap_or_default())]
pub struct ReadError {
    kind: Box<ReadErrorKind>,
    name: String,
    row: Option<u64>,
}

/// The kinds of [`ReadError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// There is no such file.
    #[error("there is no such file; check the path")]
    NotFound,
    /// The path is a directory.
    #[error("it is a directory; name a file in it")]
    Directory,
    /// There is not a byte, not a character or not an object in it.
    #[error("it is empty; export it again")]
    Empty,
    /// A header and nothing beneath it.
    #[error("it has a header and no rows; export it again with the leads")]
    HeaderOnly,
    /// The first line is data.
    #[error("it has no header row; write the names of the columns, such as `email`, into the first line")]
    NoHeader,
    /// The header row is damaged.
    #[error("its header row is damaged: {0}")]
    BadHeader(String),
    /// It is a file of another kind.
    #[error("it is {what}; {advice}")]
    OtherKind {
        /// What it is.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The column that was named is not there.
    #[error("no column is called `{name}`; available: {available}")]
    NoColumn {
        /// The column that was asked for.
        name: String,
        /// The columns there are.
        available: String,
    },
    /// The brackets of a JSON file do not match.
    #[error("{0}")]
    Json(&'static str),
    /// The gzip data is damaged or cut off.
    #[error("its gzip data is damaged or cut off; download or pack it again")]
    Gzip(#[source] io::Error),
    /// Reading failed; the file may have vanished.
    #[error("reading failed: {0}; check that the file is still there and may be read")]
    Io(#[source] io::Error),
}

impl ReadError {
    pub(super) fn new(kind: ReadErrorKind, name: &str) -> Self {
        Self {
            kind: Box::new(kind),
            name: name.to_owned(),
            row: None,
        }
    }

    pub(super) fn at(mut self, rows: u64) -> Self {
        self.row = (rows > 0).then_some(rows);
        self
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> &ReadErrorKind {
        &self.kind
    }

    /// The last row that was read before it, if any was.
    #[must_use]
    pub const fn row(&self) -> Option<u64> {
        self.row
    }
}

/// Tells apart what can go wrong with a stream of bytes.
pub(super) fn io_kind(error: io::Error, gzip: bool) -> ReadErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound => ReadErrorKind::NotFound,
        io::ErrorKind::IsADirectory => ReadErrorKind::Directory,
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof if gzip => {
            ReadErrorKind::Gzip(error)
        }
        _ => ReadErrorKind::Io(error),
    }
}
