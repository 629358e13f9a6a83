//! Where every result goes: the report, the rejects, the counts. What cannot be written is kept and told.

use std::io;
use std::path::PathBuf;

use leadsink::intake::Record;

use super::line::Line;
use super::rejects::Rejects;
use super::report::Report;
use super::tally::Tally;

/// The books of a run.
#[derive(Debug)]
pub(crate) struct Journal {
    report: Report,
    rejects: Option<Rejects>,
    /// The counts, a sink each.
    pub(crate) tallies: Vec<Tally>,
    /// The file that cannot be written any more, and why.
    pub(crate) broken: Option<(PathBuf, io::Error)>,
    /// Attempts that are not in the report.
    pub(crate) lost: Vec<Line>,
    report_is_broken: bool,
}

impl Journal {
    /// Books for so many sinks.
    pub(crate) fn new(report: Report, rejects: Option<Rejects>, sinks: usize) -> Self {
        Self {
            report,
            rejects,
            tallies: vec![Tally::default(); sinks],
            broken: None,
            lost: Vec::new(),
            report_is_broken: false,
        }
    }

    /// Enters what became of a row at one sink.
    pub(crate) fn enter(&mut self, lane: usize, line: Line) {
        self.tallies[lane].add(&line);
        if !self.report_is_broken {
            let Err(error) = self.report.write(&line) else {
                return;
            };
            self.report_is_broken = true;
            self.broken
                .get_or_insert_with(|| (self.report.path().to_owned(), error));
        }
        // The others are reported again by the run that goes on with this one.
        if line.attempts > 0 {
            self.lost.push(line);
        }
    }

    /// Keeps a row to mend; without a sink it is about every one.
    pub(crate) fn reject(&mut self, record: &Record, sink: Option<&str>, line: &Line) {
        let Some(rejects) = &mut self.rejects else {
            return;
        };
        if let Err(error) = rejects.write(record, sink, &line.reasons) {
            self.broken.get_or_insert_with(|| (rejects.path().to_owned(), error));
            self.rejects = None;
        }
    }

    /// Whether no more rows may be taken, since their results could not be kept.
    pub(crate) const fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Closes the books: the report's path, and the rejects' with their number.
    pub(crate) fn close(&mut self) -> (PathBuf, Option<(PathBuf, u64)>) {
        let rejects = self.rejects.take().and_then(Rejects::finish);
        (self.report.path().to_owned(), rejects)
    }
}
