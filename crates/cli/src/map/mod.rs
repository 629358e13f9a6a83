//! The command `map`: prints the requests that `send` would make, as NDJSON. It shows personal data: that is its purpose.

mod head;
mod line;

use std::borrow::Cow;

use leadsink::intake::{Row, RowOutcome};

use crate::args::MapArgs;
use crate::config::{OpenSink, Purpose, open_sinks};
use crate::exit::{CliError, Exit, Outcome};
use crate::notes::{Columns, Note};
use crate::output::{self, Out};
use crate::prepare::dry_context;
use crate::source::Rows;
use crate::test_mark;
use head::Heads;
use line::{Mapped, Problems};

/// Runs the command.
pub(crate) fn run(args: &MapArgs) -> Outcome {
    let sinks = open_sinks(&args.sinks, Purpose::Map)?;
    if args.test {
        test_mark::check(&sinks)?;
        test_mark::caveats(&sinks)
            .iter()
            .for_each(|caveat| output::warn(caveat));
    }
    let mut rows = Rows::new(args.input.open()?, &args.input);
    let mut out = Out::new();
    let mut printer = Printer {
        test: args.test,
        heads: Heads::default(),
        counts: Counts::default(),
    };
    let mut columns = Columns::default();
    let mut known = 0;
    while let Some(row) = rows.next() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                // What was mapped before it is still good.
                out.flush()?;
                return Err(error.into());
            }
        };
        let layout = rows.reader.layout();
        if layout.columns.len() > known {
            known = layout.columns.len();
            columns = Columns::new(layout);
        }
        let address = rows.address(&row.record);
        let sinks = sinks.iter().filter(|sink| address.includes(&sink.name));
        printer.print(&row, sinks, &columns, &mut out)?;
    }
    for header in &rows.reader.layout().not_found {
        output::warn(&format!(
            "no column is called `{header}`; the option that names it does nothing"
        ));
    }
    out.done(printer.counts.exit())
}

#[derive(Debug, Default)]
struct Counts {
    mapped: u64,
    unfit: u64,
    bad: u64,
}

impl Counts {
    const fn exit(&self) -> Exit {
        match self {
            Self {
                mapped: 0, unfit: 1.., ..
            } => Exit::NoneDelivered,
            Self { unfit: 0, bad: 0, .. } => Exit::Well,
            _ => Exit::SomeBad,
        }
    }
}

/// Prints rows, and keeps what is the same in many of them.
#[derive(Debug)]
struct Printer {
    /// Whether each lead is marked as a test.
    test: bool,
    heads: Heads,
    counts: Counts,
}

impl Printer {
    fn print<'a>(
        &mut self,
        row: &Row,
        sinks: impl Iterator<Item = &'a OpenSink>,
        columns: &Columns,
        out: &mut Out,
    ) -> Result<(), CliError> {
        for sink in sinks {
            let problems = |lead, notes, first_row| Problems {
                row: row.number,
                lead,
                sink: &sink.name,
                problems: notes,
                warnings: Vec::new(),
                first_row,
            };
            match &row.outcome {
                RowOutcome::Lead { lead, warnings } => {
                    let mut lead = Cow::Borrowed(&**lead);
                    if self.test {
                        test_mark::mark(lead.to_mut(), sink.sink.descriptor());
                    }
                    match sink.sink.prepare(&lead, &dry_context(&lead, &sink.name)) {
                        Ok(prepared) => {
                            self.counts.mapped += 1;
                            let heads = &mut self.heads;
                            out.json_line(&Mapped::new(
                                row.number, &lead.id, &sink.name, &prepared, warnings, columns, heads,
                            )?)?;
                        }
                        Err(unfit) => {
                            self.counts.unfit += 1;
                            let notes = unfit.problems.iter().map(|problem| Note::problem(problem, columns));
                            out.json_line(&Problems {
                                warnings: warnings.iter().map(Note::from).collect(),
                                ..problems(Some(&lead.id), notes.collect(), None)
                            })?;
                        }
                    }
                }
                RowOutcome::Bad { lead, problems: found } => {
                    self.counts.bad += 1;
                    out.json_line(&problems(lead.as_ref(), found.iter().map(Note::from).collect(), None))?;
                }
                RowOutcome::Duplicate { lead, first_row } => {
                    out.json_line(&problems(
                        Some(lead),
                        vec![Note::duplicate(*first_row)],
                        Some(*first_row),
                    ))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_whether_anything_could_be_mapped() {
        let exit = |mapped, unfit, bad| Counts { mapped, unfit, bad }.exit();
        assert_eq!(exit(3, 0, 0), Exit::Well);
        assert_eq!(exit(0, 0, 0), Exit::Well);
        assert_eq!(exit(3, 1, 0), Exit::SomeBad);
        assert_eq!(exit(0, 0, 2), Exit::SomeBad);
        assert_eq!(exit(0, 2, 1), Exit::NoneDelivered);
    }
}
