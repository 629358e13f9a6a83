//! Where the rows of a sink come from. Every sink goes through the file by itself: a slow one holds no other up.

use std::panic::{self, AssertUnwindSafe};
use std::thread;

use leadsink::intake::{ReadError, Row, Summary};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

use crate::address::Address;
use crate::exit::CliError;
use crate::notes::Columns;
use crate::source::Rows;

/// What comes out of the file.
#[derive(Debug)]
pub(crate) enum Fed {
    /// The columns as they are known from here on; a JSON file may show more of them later.
    Columns(Columns),
    /// A row, and the sinks that it is for.
    Row(Row, Address),
    /// The end of what was asked for, or of what can be read.
    End {
        /// What the reader counted.
        summary: Box<Summary>,
        /// Why the rest of the file cannot be read.
        error: Option<ReadError>,
    },
    /// The reader went without a word about the end: it has panicked.
    Died,
}

/// The rows of one sink.
#[derive(Debug)]
pub(crate) enum Feed {
    /// A file is read when a row is wanted: that waits for nobody, and what is read stays in one thread.
    Here(Box<Reading>),
    /// A pipe may keep its reader waiting, which must not hold up what is under way: it has a thread of its own.
    There(mpsc::Receiver<Fed>),
}

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Reading {
    rows: Rows,
    /// How many columns were told of.
    known: usize,
    /// The row that waits until its columns are known.
    next: Option<Row>,
}

impl Feed {
    /// Reads in this thread.
    pub(crate) fn here(rows: Rows) -> Self {
        Self::Here(Box::new(Reading::new(rows)))
    }

    /// Reads in a thread of its own, a few rows ahead. It ends with the file, or with the feed; nobody waits for it, since
    /// a read may block for ever.
    pub(crate) fn there(rows: Rows, ahead: usize) -> Result<Self, CliError> {
        let (to, from) = mpsc::channel(ahead.max(1));
        let mut reading = Reading::new(rows);
        let read = move || {
            loop {
                let fed = reading.next();
                let is_end = matches!(fed, Fed::End { .. });
                if to.blocking_send(fed).is_err() || is_end {
                    break;
                }
            }
        };
        thread::Builder::new()
            .name("reader".into())
            .spawn(read)
            .map_err(|error| CliError::new(format!("cannot start a thread: {error}")))?;
        Ok(Self::There(from))
    }

    /// What is there without waiting.
    pub(crate) fn ready(&mut self) -> Option<Fed> {
        match self {
            Self::Here(reading) => Some(panic::catch_unwind(AssertUnwindSafe(|| reading.next())).unwrap_or(Fed::Died)),
            Self::There(from) => match from.try_recv() {
                Ok(fed) => Some(fed),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => Some(Fed::Died),
            },
        }
    }

    /// Waits until something is there; takes nothing when it is dropped before.
    pub(crate) async fn wait(&mut self) -> Option<Fed> {
        match self {
            Self::Here(_) => {
                // A file without end must not keep the others from their turns.
                tokio::task::yield_now().await;
                None
            }
            Self::There(from) => Some(from.recv().await.unwrap_or(Fed::Died)),
        }
    }
}

impl Reading {
    fn new(rows: Rows) -> Self {
        Self {
            rows,
            known: 0,
            next: None,
        }
    }

    fn next(&mut self) -> Fed {
        let row = match self.next.take().map(Ok).or_else(|| self.rows.next()) {
            Some(Ok(row)) => row,
            end => {
                let summary = Box::new(self.rows.reader.summary());
                let error = end.and_then(Result::err);
                return Fed::End { summary, error };
            }
        };
        let layout = self.rows.reader.layout();
        if layout.columns.len() > self.known {
            self.known = layout.columns.len();
            self.next = Some(row);
            return Fed::Columns(Columns::new(layout));
        }
        let address = self.rows.address(&row.record);
        Fed::Row(row, address)
    }
}
