//! Where every result goes: the report, the rejects, the counts. What cannot be written is kept and told.

use std::io;
use std::path::PathBuf;

use leadsink::intake::Record;
use leadsink::{LeadId, PrepareContext};

use super::inflight::Inflight;
use super::line::Line;
use super::lost;
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
    rejects: Option<Rejects>,
    /// The counts, a sink each.
    pub(crate) tallies: Vec<Tally>,
    /// Rows whose own column names none of the run's sinks.
    pub(crate) astray: u64,
    /// The file that cannot be written any more, and why.
    pub(crate) broken: Option<(PathBuf, io::Error)>,
    /// Attempts that are not in the report.
    pub(crate) lost: Vec<Line>,
    report_is_broken: bool,
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
            rejects,
            tallies,
            astray: 0,
            broken: None,
            lost: Vec::new(),
            report_is_broken: false,
        }
    }

    /// Writes that a delivery begins; tells whether it may.
    #[must_use]
    pub(crate) fn begin(&mut self, row: u64, lead: &LeadId, sink: &str, cx: &PrepareContext) -> bool {
        if self.is_broken() {
            return false;
        }
        self.with_inflight(|inflight| inflight.begin(row, lead, sink, cx));
        !self.is_broken()
    }

    /// Enters what became of a delivery that began.
    pub(crate) fn land(&mut self, lane: usize, line: Line, cx: &PrepareContext) {
        let was_sent = line.attempts > 0;
        let is_entered = self.enter(lane, line);
        if !was_sent {
            self.came_to_nothing(cx);
        } else if is_entered && let Some(inflight) = &mut self.inflight {
            inflight.end(cx);
        }
        // What is not in the report stays open: whoever goes on from it must not send it again.
    }

    /// Closes a delivery of which nothing was sent.
    pub(crate) fn came_to_nothing(&mut self, cx: &PrepareContext) {
        self.with_inflight(|inflight| inflight.unsent(cx));
    }

    fn with_inflight(&mut self, write: impl FnOnce(&mut Inflight) -> io::Result<()>) {
        if let Some(inflight) = &mut self.inflight
            && let Err(error) = write(inflight)
        {
            self.broken.get_or_insert_with(|| (inflight.path().to_owned(), error));
        }
    }

    /// Enters what became of a row at one sink; tells whether the report has it.
    pub(crate) fn enter(&mut self, lane: usize, line: Line) -> bool {
        self.tallies[lane].add(&line);
        if !self.report_is_broken {
            let Err(error) = self.report.write(&line) else {
                return true;
            };
            self.report_is_broken = true;
            self.broken
                .get_or_insert_with(|| (self.report.path().to_owned(), error));
        }
        // The others are reported again by the run that goes on with this one.
        if line.attempts > 0 {
            self.lost.push(line);
        }
        false
    }

    /// Keeps a row to mend, and where and why it was refused.
    pub(crate) fn reject(&mut self, record: &Record, refusals: &[Refusal]) {
        let Some(rejects) = &mut self.rejects else {
            return;
        };
        if let Err(error) = rejects.write(record, refusals) {
            self.broken.get_or_insert_with(|| (rejects.path().to_owned(), error));
            self.rejects = None;
        }
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
        if let Some(inflight) = self.inflight.take() {
            inflight.finish();
        }
        let rejects = self.rejects.take().and_then(Rejects::finish);
        (self.report.path().to_owned(), rejects)
    }
}
