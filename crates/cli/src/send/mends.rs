//! Rows to mend, put together again: the sinks go through the file each by itself, and a row that several of them refuse
//! stands in the file of rejects once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use leadsink::intake::Record;

use super::rejects::{Refusal, Rejects};

/// So many rows wait for the word of the other sinks. A sink that lies further behind has its refusals in lines of their
/// own, so that memory stays small.
const MOST: usize = 1000;

/// The file of rejects, and the rows that are not in it yet.
#[derive(Debug)]
pub(crate) struct Mends {
    rejects: Rejects,
    sinks: Vec<Way>,
    waiting: BTreeMap<u64, Refused>,
    /// The rows that are bad for every sink they are for, and kept, as long as a sink may still come to them.
    bad: BTreeSet<u64>,
}

/// How far a sink is through the file.
#[derive(Clone, Debug, Default)]
struct Way {
    last: u64,
    under_way: BTreeSet<u64>,
    is_at_end: bool,
}

#[derive(Debug)]
struct Refused {
    record: Record,
    refusals: BTreeMap<usize, Refusal>,
}

impl Way {
    fn is_through(&self, row: u64) -> bool {
        self.is_at_end || (row <= self.last && !self.under_way.contains(&row))
    }
}

impl Mends {
    /// Rows to mend of so many sinks.
    pub(crate) fn new(rejects: Rejects, sinks: usize) -> Self {
        Self {
            rejects,
            sinks: vec![Way::default(); sinks],
            waiting: BTreeMap::new(),
            bad: BTreeSet::new(),
        }
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        self.rejects.path()
    }

    /// A row that no sink can have: kept when the first comes to it.
    pub(crate) fn bad(&mut self, row: u64, record: &Record, refusal: Refusal) -> io::Result<()> {
        if !self.bad.insert(row) {
            return Ok(());
        }
        self.rejects.write(record, &[refusal])
    }

    /// A sink refuses a row that it is not through with yet.
    pub(crate) fn refuse(&mut self, sink: usize, row: u64, record: &Record, refusal: Refusal) -> io::Result<()> {
        let refused = self.waiting.entry(row).or_insert_with(|| Refused {
            record: record.clone(),
            refusals: BTreeMap::new(),
        });
        refused.refusals.insert(sink, refusal);
        if self.waiting.len() > MOST
            && let Some((_, refused)) = self.waiting.pop_first()
        {
            return self.write(refused);
        }
        Ok(())
    }

    /// A sink has a row under way.
    pub(crate) fn takes(&mut self, sink: usize, row: u64) {
        let way = &mut self.sinks[sink];
        way.last = row;
        way.under_way.insert(row);
    }

    /// A sink is through with a row.
    pub(crate) fn passes(&mut self, sink: usize, row: u64) -> io::Result<()> {
        let way = &mut self.sinks[sink];
        way.last = way.last.max(row);
        way.under_way.remove(&row);
        self.forget();
        if self.waiting.contains_key(&row)
            && self.sinks.iter().all(|way| way.is_through(row))
            && let Some(refused) = self.waiting.remove(&row)
        {
            return self.write(refused);
        }
        Ok(())
    }

    /// Forgets the bad rows that every sink has come to.
    fn forget(&mut self) {
        if !self.bad.is_empty() {
            let on_the_way = self.sinks.iter().filter(|way| !way.is_at_end);
            let slowest = on_the_way.map(|way| way.last).min().unwrap_or(u64::MAX);
            self.bad.retain(|row| *row > slowest);
        }
    }

    /// A sink takes no more rows.
    pub(crate) fn ends(&mut self, sink: usize) -> io::Result<()> {
        self.sinks[sink].is_at_end = true;
        self.forget();
        let rows: Vec<_> = self.waiting.keys().copied().collect();
        for row in rows {
            if self.sinks.iter().all(|way| way.is_through(row))
                && let Some(refused) = self.waiting.remove(&row)
            {
                self.write(refused)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, refused: Refused) -> io::Result<()> {
        let refusals: Vec<_> = refused.refusals.into_values().collect();
        self.rejects.write(&refused.record, &refusals)
    }

    /// Takes the file away where no row is in it.
    pub(crate) fn finish(self) -> Option<(PathBuf, u64)> {
        self.rejects.finish()
    }
}
