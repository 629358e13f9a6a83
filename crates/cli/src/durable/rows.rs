//! The files that `--report` and `--rejects` name: written at the end, when the outbox knows what became of each row. Whoever
//! asks for them again gets them again, since nothing is sent twice.

use std::env;
use std::path::PathBuf;
use std::rc::Rc;

use leadsink::intake::{LeadReader, Record, RowOutcome};
use leadsink::outbox::{LeadStore, LeadView};
use leadsink::{DeliveryId, Lead, PrepareContext};

use super::books::SharedBooks;
use super::read::{Reading, Step, bad_reasons};
use super::row::line;
use crate::args::{ReadingArgs, SendArgs};
use crate::exit::CliError;
use crate::notes::Note;
use crate::outbox::{OutboxPlace, trouble};
use crate::send::{Fate, InputInfo, Line, Reason, Refusal, Rejects, Report, RunLine};

/// The files of a run.
#[derive(Debug)]
pub(super) struct Files {
    report: Option<Report>,
    rejects: Option<Rejects>,
    outbox: OutboxPlace,
    /// Lines of the report that are not in the file yet.
    unwritten: usize,
}

/// So many lines go to the file in one call.
const TOGETHER: usize = 500;

/// The files that were written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) report: Option<PathBuf>,
    pub(super) rejects: Option<(PathBuf, u64)>,
}

impl Files {
    /// Makes the files that were asked for, before anything is filed: one that cannot be written shows itself so.
    pub(super) fn create(args: &SendArgs, readers: &[LeadReader], sinks: usize) -> Result<Option<Self>, CliError> {
        let Some(reader) = readers.first() else {
            return Ok(None);
        };
        let mut report = args
            .report
            .as_deref()
            .map(|path| Report::create(path, None))
            .transpose()?;
        if let Some(report) = &mut report {
            let input = &args.input.file;
            let looked = InputInfo::of(input).map_err(|error| CliError::io("read", input, &error))?;
            let run = RunLine::begin(looked, ReadingArgs::words(env::args_os()), args.test);
            report.begin(&run.through(&args.outbox.outbox))?;
        }
        let header: Vec<_> = reader.header().iter().map(AsRef::as_ref).collect();
        let create = |path| Rejects::create(path, reader.layout().format, &header, sinks > 1);
        let rejects = match args.rejects.as_deref().map(create).transpose() {
            Ok(rejects) => rejects,
            Err(error) => {
                if let Some(report) = report {
                    report.discard();
                }
                return Err(error);
            }
        };
        Ok(Some(Self {
            report,
            rejects,
            outbox: args.outbox.outbox.clone(),
            unwritten: 0,
        }))
    }

    /// Takes the files away again, where the run does not come to begin.
    pub(super) fn discard(self) {
        if let Some(report) = self.report {
            report.discard();
        }
        // Without a row it goes by itself.
        drop(self.rejects.and_then(Rejects::finish));
    }

    /// Goes through the file once more and writes what the outbox knows of each row.
    pub(super) async fn write(
        mut self,
        mut reading: Reading,
        store: &dyn LeadStore,
        books: &SharedBooks,
    ) -> Result<Written, CliError> {
        // Nothing is filed any more.
        let (last_row, refused) = {
            let mut books = books.lock();
            (books.last_row, std::mem::take(&mut books.refused))
        };
        let names: Vec<Rc<str>> = reading.sinks.iter().map(|(name, _)| Rc::from(&**name)).collect();
        // Why the rest of the file cannot be read is told already.
        while let Step::Row(rows) = reading.step() {
            let Some(first) = rows.first() else { break };
            let address = reading.address(first);
            let known = match rows.iter().find_map(|row| match &row.outcome {
                RowOutcome::Lead { lead, .. } => Some(&lead.id),
                _ => None,
            }) {
                Some(id) => store
                    .lead(id, Some(&reading.source))
                    .await
                    .map_err(|error| trouble(&error, &self.outbox))?,
                None => Vec::new(),
            };
            let mut refusals = Vec::new();
            for (sink, (row, name)) in rows.iter().zip(&names).enumerate() {
                if !address.includes(name) {
                    continue;
                }
                let is_filed = last_row.is_some_and(|last| row.number <= last);
                let line = match &row.outcome {
                    RowOutcome::Lead { lead, .. } if !is_filed => {
                        let lead = Some(lead.id.clone());
                        Line::unsent(
                            row.number,
                            lead,
                            name,
                            Fate::NotAttempted,
                            vec![Reason::of_ours("not_filed", NOT_FILED)],
                        )
                    }
                    RowOutcome::Lead { lead, warnings } => match refused.get(&(row.number, sink)) {
                        Some(reason) => {
                            let lead = Some(lead.id.clone());
                            Line::unsent(row.number, lead, name, Fate::BadRow, vec![reason.clone()])
                        }
                        None => {
                            let mut line = of_lead(&reading, sink, row.number, lead, name, &known);
                            line.warnings.splice(0..0, warnings.iter().map(Note::from));
                            line
                        }
                    },
                    RowOutcome::Bad { lead, problems } => {
                        Line::unsent(row.number, lead.clone(), name, Fate::BadRow, bad_reasons(problems))
                    }
                    RowOutcome::Duplicate { lead, first_row } => {
                        let reasons = vec![Reason::from(Note::duplicate(*first_row))];
                        Line::unsent(row.number, Some(lead.clone()), name, Fate::DuplicateRow, reasons)
                    }
                    _ => continue,
                };
                if line.outcome.is_to_mend() {
                    let is_of_file = matches!(row.outcome, RowOutcome::Bad { .. });
                    let refusal = Refusal {
                        sink: if is_of_file {
                            address.as_written().map(str::to_owned)
                        } else {
                            Some(name.to_string())
                        },
                        reasons: line.reasons.clone(),
                    };
                    // What is bad in the file is bad for every sink: told once.
                    if !is_of_file || refusals.is_empty() {
                        refusals.push(refusal);
                    }
                }
                self.add(&line)?;
            }
            self.reject(&first.record, &refusals)?;
        }
        self.finish()
    }

    fn add(&mut self, line: &Line) -> Result<(), CliError> {
        let Some(report) = &mut self.report else {
            return Ok(());
        };
        self.unwritten += 1;
        let mut added = report.add(line);
        if self.unwritten >= TOGETHER {
            self.unwritten = 0;
            added = added.and_then(|()| report.flush());
        }
        added.map_err(|error| CliError::io("write", report.path(), &error).with_hint(AGAIN))
    }

    fn reject(&mut self, record: &Record, refusals: &[Refusal]) -> Result<(), CliError> {
        let Some(rejects) = self.rejects.as_mut().filter(|_| !refusals.is_empty()) else {
            return Ok(());
        };
        let written = rejects.write(record, refusals);
        written.map_err(|error| CliError::io("write", rejects.path(), &error).with_hint(AGAIN))
    }

    fn finish(mut self) -> Result<Written, CliError> {
        if let Some(report) = &mut self.report {
            let flushed = report.flush();
            flushed.map_err(|error| CliError::io("write", report.path(), &error).with_hint(AGAIN))?;
        }
        Ok(Written {
            report: self.report.map(|report| report.path().to_owned()),
            rejects: self.rejects.and_then(Rejects::finish),
        })
    }
}

/// Somebody does not want to wait for the files.
pub(super) fn stopped() -> CliError {
    CliError::new("stopped while the report or the rejects were written: they are not whole").with_hint(AGAIN)
}

const AGAIN: &str =
    "the outbox has everything; the same command with another name writes the file and sends nothing twice";

const NOT_FILED: &str = "the run was stopped before the row was filed; the same command goes on";

/// The line of a good row at one sink.
fn of_lead(reading: &Reading, sink: usize, row: u64, lead: &Lead, name: &Rc<str>, known: &[LeadView]) -> Line {
    let unsent = |fate, reasons| Line::unsent(row, Some(lead.id.clone()), name, fate, reasons);
    let marked = reading.marked(lead);
    let cx = PrepareContext::new(DeliveryId::new(&lead.id, name), reading.accepted_at);
    let prepared = match reading.sinks[sink].1.prepare(&marked, &cx) {
        Ok(prepared) => prepared,
        Err(unfit) => {
            let notes = unfit
                .problems
                .iter()
                .map(|problem| Note::problem(problem, &reading.columns));
            let mut line = unsent(Fate::BadRow, notes.map(Reason::from).collect());
            line.is_unfit = true;
            return line;
        }
    };
    let deliveries = known.iter().rev().flat_map(|lead| &lead.deliveries);
    let Some(of) = deliveries.into_iter().find(|(delivery, _)| *delivery.sink == **name) else {
        return unsent(Fate::NotAttempted, vec![Reason::of_ours("not_filed", NOT_FILED)]);
    };
    let mut line = line(row, lead.id.clone(), name, of, &reading.columns);
    let warnings = prepared.warnings.iter();
    line.warnings
        .splice(0..0, warnings.map(|warning| Note::warning(warning, &reading.columns)));
    line.unmapped = prepared.unmapped;
    line
}
