//! Which rows of a file a command works on: `--rows` and `--limit`.

use std::ops::RangeInclusive;

use leadsink::intake::{LeadReader, ReadError, Record, Row};

use crate::address::{Address, AddressColumn};
use crate::args::InputArgs;

/// The rows of a file that were asked for, in order. Reading stops behind the last of them.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The reader: its layout and counts. The counts include rows that were left out.
    pub(crate) reader: LeadReader,
    wanted: RangeInclusive<u64>,
    left: u64,
    address: AddressColumn,
}

impl Rows {
    /// Takes what the options ask for.
    pub(crate) fn new(reader: LeadReader, args: &InputArgs) -> Self {
        Self {
            reader,
            wanted: args.rows.clone().unwrap_or(1..=u64::MAX),
            left: args.limit.unwrap_or(u64::MAX),
            address: AddressColumn::default(),
        }
    }

    /// The sinks that a record of the file is for.
    pub(crate) fn address(&mut self, record: &Record) -> Address {
        self.address.of(self.reader.header(), record)
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.left == 0 {
                return None;
            }
            match self.reader.next()? {
                Ok(row) if row.number > *self.wanted.end() => self.left = 0,
                Ok(row) if row.number < *self.wanted.start() => {}
                row => {
                    self.left -= 1;
                    return Some(row);
                }
            }
        }
    }
}
