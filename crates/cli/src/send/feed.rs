//! Reads the file in a thread of its own, a few rows ahead: a slow pipe must not hold up what is under way.

use std::thread;

use leadsink::intake::{ReadError, Row, Summary};
use tokio::sync::mpsc;

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
    Row(Box<Row>, Address),
    /// The end of what was asked for, or of what can be read.
    End {
        /// What the reader counted.
        summary: Box<Summary>,
        /// Why the rest of the file cannot be read.
        error: Option<ReadError>,
    },
}

/// Starts the thread. It ends with the file, or with the receiver; nobody waits for it, since a read may block for ever.
pub(crate) fn start(rows: Rows, ahead: usize) -> Result<mpsc::Receiver<Fed>, CliError> {
    let (to, from) = mpsc::channel(ahead.max(1));
    thread::Builder::new()
        .name("reader".into())
        .spawn(move || read(rows, &to))
        .map_err(|error| CliError::new(format!("cannot start a thread: {error}")))?;
    Ok(from)
}

fn read(mut rows: Rows, to: &mpsc::Sender<Fed>) {
    let mut known = 0;
    let mut error = None;
    while let Some(row) = rows.next() {
        let columns = &rows.reader.layout().columns;
        if columns.len() > known {
            known = columns.len();
            let columns = Columns::new(rows.reader.layout());
            if to.blocking_send(Fed::Columns(columns)).is_err() {
                return;
            }
        }
        match row {
            Ok(row) => {
                let address = rows.address(&row.record);
                if to.blocking_send(Fed::Row(Box::new(row), address)).is_err() {
                    return;
                }
            }
            Err(end) => {
                error = Some(end);
                break;
            }
        }
    }
    let summary = Box::new(rows.reader.summary());
    // Without a receiver the run is over, and nobody asks.
    let _ = to.blocking_send(Fed::End { summary, error });
}
