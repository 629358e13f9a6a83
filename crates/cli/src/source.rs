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
    /// Takes them all.
    #[cfg(test)]
    pub(crate) fn all(reader: LeadReader) -> Self {
        Self {
            reader,
            wanted: 1..=u64::MAX,
            left: u64::MAX,
            address: AddressColumn::default(),
        }
    }

    /// Takes what the options ask for.
    pub(crate) fn new(reader: LeadReader, args: &InputArgs) -> Self {
        Self {
            reader,
            wanted: args.rows.clone().unwrap_or(1..=u64::MAX),
            left: args.limit.unwrap_or(u64::MAX),
            address: AddressColumn::default(),
        }
    }

    /// The rows on their way to one sink: one that is for others repeats none, and none repeats it.
    pub(crate) fn for_sink(mut self, name: &str) -> Self {
        let mut column = AddressColumn::default();
        let name = name.to_owned();
        self.reader = self
            .reader
            .comparing_only(move |header, record| column.of(header, record).includes(&name));
        self
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
