//! The form in which rows go from one store to another, the same for all: each column by its name, times in microseconds since
//! 1970. What a store derives from the others, such as the end of a lease, is no part of it.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher13};

use super::Moved;

/// So many rows at a time: a million are never held in memory.
pub(crate) const CHUNK: usize = 500;

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The values of a row, in the order of the columns.
pub(crate) type Row = Vec<Value>;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    /// A number of four bytes, where stores tell.
    Small,
    Text,
    Bytes,
    /// Microseconds since 1970.
    Time,
    Bool,
    /// Sixteen bytes.
    Uuid,
}

type Column = (&'static str, Kind);

/// A table of every store.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// So many of the first columns are its key.
    pub(crate) key: usize,
}

impl Table {
    /// Its columns, with commas.
    pub(crate) fn names(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// Those of its key.
    pub(crate) fn keys(&self) -> String {
        let names: Vec<_> = self.columns[..self.key].iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

use Kind::{Bool, Bytes, Int, Small, Text, Time, Uuid};

/// Every table, those that others speak of first.
pub(crate) static TABLES: &[Table] = &[
    Table {
        name: "lead",
        key: 1,
        columns: &[
            ("id", Int),
            ("uid", Uuid),
            ("source", Text),
            ("idem_key", Text),
            ("revision", Int),
            ("raw_hash", Bytes),
            ("accepted_at", Time),
            ("body", Bytes),
        ],
    },
    Table {
        name: "delivery",
        key: 1,
        columns: &[
            ("id", Int),
            ("lead", Int),
            ("sink", Text),
            ("state", Text),
            ("due_at", Time),
            ("accepted_at", Time),
            ("changed_at", Time),
            ("claims", Int),
            ("attempts", Int),
            ("first_failed_at", Time),
            ("doubt", Int),
            ("waits_for", Int),
            ("lease_owner", Uuid),
            ("early", Text),
            ("conclusion", Text),
            ("callback_token", Text),
            ("vendor_ref", Text),
        ],
    },
    Table {
        name: "attempt",
        key: 2,
        columns: &[
            ("delivery", Int),
            ("claim", Int),
            ("started_at", Time),
            ("ended_at", Time),
            ("outcome", Text),
            ("status", Small),
            ("error", Text),
            ("message", Text),
            ("detail", Text),
            ("next_due", Time),
            ("late", Text),
            ("repeat_safe", Bool),
            ("prepared", Bytes),
        ],
    },
    Table {
        name: "vendor_event",
        key: 1,
        columns: &[
            ("id", Int),
            ("vendor", Text),
            ("event_id", Text),
            ("delivery", Int),
            ("received_at", Time),
            ("verdict", Text),
            ("body", Bytes),
        ],
    },
    Table {
        name: "lane",
        key: 1,
        columns: &[
            ("sink", Text),
            ("is_paused", Bool),
            ("hold", Text),
            ("not_before", Time),
            ("breaker", Text),
            ("breaker_until", Time),
            ("generation", Int),
            ("budget", Text),
        ],
    },
];

/// How many rows there are of each table, and a digest over every value of every row.
#[derive(Clone, Debug, Default)]
pub(super) struct Digest {
    rows: [u64; 5],
    hasher: SipHasher13,
}

impl Digest {
    /// Adds the next rows of a table.
    pub(super) fn add(&mut self, table: &Table, rows: &[Row]) {
        if let Some(place) = TABLES.iter().position(|known| known.name == table.name) {
            self.rows[place] += rows.len() as u64;
        }
        for row in rows {
            self.hasher.write(table.name.as_bytes());
            for value in row {
                match value {
                    Value::Null => self.hasher.write_u8(0),
                    Value::Int(number) => {
                        self.hasher.write_u8(1);
                        self.hasher.write_i64(*number);
                    }
                    Value::Text(text) => self.bytes(2, text.as_bytes()),
                    Value::Bytes(bytes) => self.bytes(3, bytes),
                }
            }
        }
    }

    fn bytes(&mut self, kind: u8, bytes: &[u8]) {
        self.hasher.write_u8(kind);
        self.hasher.write_u64(bytes.len() as u64);
        self.hasher.write(bytes);
    }

    /// All rows together.
    pub(super) fn rows(&self) -> u64 {
        self.rows.iter().sum()
    }

    pub(super) fn moved(&self, was_there: bool) -> Moved {
        let [leads, deliveries, attempts, events, lanes] = self.rows;
        Moved {
            leads,
            deliveries,
            attempts,
            events,
            lanes,
            digest: format!("{:032x}", self.hasher.finish128().as_u128()),
            was_there,
        }
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.moved(false) == other.moved(false)
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    fn of(rows: &[Row]) -> Digest {
        let mut digest = Digest::default();
        digest.add(&TABLES[0], rows);
        digest
    }

    #[test]
    fn a_digest_tells_every_difference() {
        let text = |text: &str| Value::Text(text.to_owned());
        let base = vec![text("ab"), text("c"), Value::Null];
        assert_eq!(of(from_ref(&base)), of(from_ref(&base)));
        for other in [
            vec![text("a"), text("bc"), Value::Null],
            vec![text("ab"), text("c"), Value::Int(0)],
            vec![text("ab"), Value::Bytes(b"c".to_vec()), Value::Null],
            vec![text("ab"), text("c"), text("")],
        ] {
            assert_ne!(of(from_ref(&base)), of(&[other]));
        }
        assert_ne!(of(from_ref(&base)), of(&[base.clone(), base]));
    }

    #[test]
    fn there_are_as_many_counts_as_tables() {
        assert_eq!(TABLES.len(), Digest::default().rows.len());
    }
}
