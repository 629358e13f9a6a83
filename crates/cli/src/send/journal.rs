//! Where every result goes: the report, the rejects, the counts. What cannot be written is kept and told.
//!
//! What a turn of the run enters is written by [`Journal::flush`], before anything that the turn begins is sent.

use std::io;
use std::path::PathBuf;

use leadsink::intake::Record;
use leadsink::{DeliveryId, LeadId, PrepareContext};

use super::inflight::Inflight;
use super::line::Line;
use super::lost;
use super::mends::Mends;
use super::rejects::{Refusal, Rejects};
use super::report::Report;
use super::tally::Tally;
use crate::exit::CliError;

/// The books of a run.
#[derive(Debug)]
pub(crate) struct Journal {
    report: Report,
    /// Nothing where nobody could go on from the report.
    inflight: Option<Inflight>,
    mends: Option<Mends>,
    /// The counts, a sink each.
    pub(crate) tallies: Vec<Tally>,
    /// Rows whose own column names none of the run's sinks.
    pub(crate) astray: u64,
    /// The file that cannot be written any more, and why.
    pub(crate) broken: Option<(PathBuf, io::Error)>,
    /// Attempts that are not in the report.
    pub(crate) lost: Vec<Line>,
    report_is_broken: bool,
    /// Whether rows to mend could not be written: a run that goes on with this one writes them all again.
    lacks_mends: bool,
    /// The lines that are not written yet, and the delivery that each ends.
    pending: Vec<(Line, Option<DeliveryId>)>,
}

impl Journal {
    /// Books that begin with these counts, a sink each.
    pub(crate) fn new(
        report: Report,
        inflight: Option<Inflight>,
        rejects: Option<Rejects>,
        tallies: Vec<Tally>,
    ) -> Self {
        Self {
            report,
            inflight,
            mends: rejects.map(|rejects| Mends::new(rejects, tallies.len())),
            tallies,
            astray: 0,
            broken: None,
            lost: Vec::new(),
            report_is_broken: false,
            lacks_mends: false,
            pending: Vec::new(),
        }
    }

    /// Enters that a delivery begins. It may when the next [`flush`](Self::flush) says so.
    pub(crate) fn begin(&mut self, row: u64, lead: &LeadId, sink: &str, cx: &PrepareContext) {
        self.with_inflight(|inflight| inflight.begin(row, lead, sink, cx));
    }

    /// Enters what became of a delivery that began.
    pub(crate) fn land(&mut self, lane: usize, line: Line, cx: &PrepareContext) {
        if line.attempts == 0 {
            self.came_to_nothing(line.row, cx.delivery);
        }
        // What does not come into the report stays open: whoever goes on from it must not send it again.
        self.add(lane, line, Some(cx.delivery));
    }

    /// Closes a delivery of which nothing was sent.
    pub(crate) fn came_to_nothing(&mut self, row: u64, delivery: DeliveryId) {
        self.with_inflight(|inflight| inflight.unsent(row, delivery));
    }

    fn with_inflight(&mut self, write: impl FnOnce(&mut Inflight) -> io::Result<()>) {
        if let Some(inflight) = &mut self.inflight
            && let Err(error) = write(inflight)
        {
            self.broken.get_or_insert_with(|| (inflight.path().to_owned(), error));
        }
    }

    /// Enters what became of a row at one sink.
    pub(crate) fn enter(&mut self, lane: usize, line: Line) {
        self.add(lane, line, None);
    }

    fn add(&mut self, lane: usize, line: Line, ends: Option<DeliveryId>) {
        self.tallies[lane].add(&line);
        if !self.report_is_broken {
            if let Err(error) = self.report.add(&line) {
                self.report_breaks(error);
            }
            self.pending.push((line, ends));
        } else if line.attempts > 0 {
            self.lost.push(line);
        }
    }

    fn report_breaks(&mut self, error: io::Error) {
        self.report_is_broken = true;
        self.broken
            .get_or_insert_with(|| (self.report.path().to_owned(), error));
    }

    /// Writes what was entered since the last time. Tells whether what began may be sent, and more rows be taken.
    #[must_use]
    pub(crate) fn flush(&mut self) -> bool {
        if !self.report_is_broken
            && let Err(error) = self.report.flush()
        {
            self.report_breaks(error);
        }
        for (line, ends) in self.pending.drain(..) {
            if !self.report_is_broken {
                if let (Some(inflight), Some(delivery)) = (&mut self.inflight, ends) {
                    inflight.end(line.row, delivery);
                }
            } else if line.attempts > 0 {
                // The others are reported again by the run that goes on with this one.
                self.lost.push(line);
            }
        }
        // Ends before begins: a process that dies in between has begun nothing.
        self.with_inflight(Inflight::flush);
        !self.is_broken()
    }

    /// Keeps a row to mend, and where and why it was refused.
    pub(crate) fn reject(&mut self, lane: usize, row: u64, record: &Record, refusal: Refusal) {
        self.with_mends(|mends| mends.refuse(lane, row, record, refusal));
    }

    /// Keeps a row to mend that is bad for every sink it is for.
    pub(crate) fn reject_bad(&mut self, row: u64, record: &Record, refusal: Refusal) {
        self.with_mends(|mends| mends.bad(row, record, refusal));
    }

    /// A sink has taken a row that goes under way.
    pub(crate) fn takes(&mut self, lane: usize, row: u64) {
        self.with_mends(|mends| {
            mends.takes(lane, row);
            Ok(())
        });
    }

    /// A sink is through with a row.
    pub(crate) fn passes(&mut self, lane: usize, row: u64) {
        self.with_mends(|mends| mends.passes(lane, row));
    }

    /// A sink takes no more rows.
    pub(crate) fn ends(&mut self, lane: usize) {
        self.with_mends(|mends| mends.ends(lane));
    }

    fn with_mends(&mut self, write: impl FnOnce(&mut Mends) -> io::Result<()>) {
        if let Some(mends) = &mut self.mends
            && let Err(error) = write(mends)
        {
            self.broken.get_or_insert_with(|| (mends.path().to_owned(), error));
            self.mends = None;
            self.lacks_mends = true;
        }
    }

    /// Notes that rows to mend of this report stand in no file of theirs: its file of what was under way stays, so that the
    /// run that goes on from it writes them.
    pub(crate) const fn owes_mends(&mut self) {
        self.lacks_mends = true;
    }

    /// Whether no more rows may be taken, since their results could not be kept.
    pub(crate) const fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// What to say where a file could not be written.
    pub(crate) fn trouble(&self) -> Option<CliError> {
        let (path, cause) = self.broken.as_ref()?;
        Some(lost::error(path, cause, &self.lost, self.report.path()))
    }

    /// Closes the books: the report's path, and the rejects' with their number.
    pub(crate) fn close(&mut self) -> (PathBuf, Option<(PathBuf, u64)>) {
        if let Some(inflight) = self.inflight.take()
            && !self.lacks_mends
        {
            inflight.finish();
        }
        let rejects = self.mends.take().and_then(Mends::finish);
        (self.report.path().to_owned(), rejects)
    }

    /// Takes all files away again, where the run did not come to begin.
    pub(crate) fn discard(mut self) {
        self.lacks_mends = false;
        self.close();
        self.report.discard();
    }
}

#[cfg(test)]
mod tests {
    use leadsink::intake::Format;

    use super::*;

    #[test]
    fn a_run_that_did_not_begin_leaves_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let report = Report::create(&folder.path().join("r"), None).unwrap();
        let inflight = Inflight::create(report.path()).unwrap();
        let rejects = Rejects::create(&folder.path().join("mend.csv"), Format::Csv, &["id"], false).unwrap();
        let files = || std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files(), 3);
        Journal::new(report, Some(inflight), Some(rejects), vec![Tally::default()]).discard();
        assert_eq!(files(), 0);
    }
}
