//! `send --dry-run`: everything but the sending.

use std::collections::BTreeMap;

use leadsink::intake::RowOutcome;
use serde::Serialize;

use super::line::Reason;
use super::rejects::{Refusal, Rejects};
use super::resume::{Done, Standing};
use crate::args::SendArgs;
use crate::config::OpenSink;
use crate::durable::Known;
use crate::exit::{CliError, Exit, Outcome};
use crate::notes::{Columns, Note};
use crate::output::{self, Cell, Out, Style, Table, count};
use crate::prepare::dry_context;
use crate::source::Rows;
use crate::summary::paragraph;
use crate::test_mark;

/// What `send` would do at one sink.
#[derive(Default, Serialize)]
struct Plan {
    sink: String,
    vendor: &'static str,
    would_send: u64,
    skipped: u64,
    #[serde(skip)]
    done: u64,
    bad_row: u64,
    #[serde(skip)]
    unfit: u64,
    duplicate_row: u64,
    reasons: BTreeMap<String, u64>,
}

/// Reads, maps and counts.
pub(crate) fn run(args: &SendArgs, sinks: &[OpenSink]) -> Outcome {
    let mut rows = Rows::new(args.input.open()?, &args.input);
    let names: Vec<_> = sinks.iter().map(|sink| &*sink.name).collect();
    let done = match &args.resume {
        Some(path) => {
            let done = Done::read(path, &names, &mut std::io::sink())?;
            done.check_kind(path, args.test)?;
            done
        }
        None => Done::default(),
    };
    let mut rejects = match &args.rejects {
        Some(path) => {
            let header: Vec<_> = rows.reader.header().iter().map(AsRef::as_ref).collect();
            let format = rows.reader.layout().format;
            Some(Rejects::create(path, format, &header, sinks.len() > 1)?)
        }
        None => None,
    };
    let mut plans: Vec<_> = sinks
        .iter()
        .map(|sink| Plan {
            sink: sink.name.clone(),
            vendor: sink.vendor,
            ..Plan::default()
        })
        .collect();
    let known = Known::open(args)?;
    let mut read_error = None;
    while let Some(row) = rows.next() {
        let mut row = match row {
            Ok(row) => row,
            Err(error) => {
                read_error = Some(error);
                break;
            }
        };
        let address = rows.address(&row.record);
        let mut refusals = Vec::new();
        let mut asked = Vec::new();
        for (plan, sink) in plans.iter_mut().zip(sinks) {
            if address.includes(&sink.name) {
                asked.push((plan, sink));
            } else {
                plan.skipped += 1;
            }
        }
        match &mut row.outcome {
            RowOutcome::Lead { lead, .. } => {
                let filed = known.sinks(&lead.id, args)?;
                for (plan, sink) in asked {
                    let is_known = filed.iter().any(|name| **name == *sink.name);
                    if is_known || done.standing(row.number, &lead.id, &sink.name) != Standing::Open {
                        plan.skipped += 1;
                        plan.done += 1;
                        continue;
                    }
                    if args.test {
                        test_mark::mark(lead, sink.sink.descriptor());
                    }
                    match sink.sink.prepare(lead, &dry_context(lead, &sink.name)) {
                        Ok(_) => plan.would_send += 1,
                        Err(unfit) => {
                            let columns = Columns::new(rows.reader.layout());
                            let notes = unfit.problems.iter().map(|problem| Note::problem(problem, &columns));
                            let reasons: Vec<_> = notes.map(Reason::from).collect();
                            plan.bad(&reasons);
                            plan.unfit += 1;
                            let sink = Some(sink.name.clone());
                            refusals.push(Refusal { sink, reasons });
                        }
                    }
                }
            }
            RowOutcome::Bad { problems, .. } => {
                let reasons: Vec<_> = problems
                    .iter()
                    .map(|problem| Reason::from(Note::from(problem)))
                    .collect();
                if !asked.is_empty() {
                    let sink = address.as_written().map(str::to_owned);
                    refusals.push(Refusal {
                        sink,
                        reasons: reasons.clone(),
                    });
                }
                asked.into_iter().for_each(|(plan, _)| plan.bad(&reasons));
            }
            RowOutcome::Duplicate { .. } => asked.into_iter().for_each(|(plan, _)| plan.duplicate_row += 1),
            _ => {}
        }
        if let Some(rejects) = rejects.as_mut().filter(|_| !refusals.is_empty()) {
            rejects
                .write(&row.record, &refusals)
                .map_err(|error| CliError::io("write", rejects.path(), &error))?;
        }
    }
    let rejects = rejects.and_then(Rejects::finish);
    print(&plans, rows.reader.summary().rows, args.json)?;
    if let Some((path, rows)) = rejects {
        output::note(&format!(
            "{} written to `{}`",
            output::plural(rows, "row"),
            path.display()
        ));
    }
    match read_error {
        Some(error) => Err(error.into()),
        None => Ok(exit(&plans)),
    }
}

/// The code that `check` would give too.
fn exit(plans: &[Plan]) -> Exit {
    let sum = |count: fn(&Plan) -> u64| plans.iter().map(count).sum::<u64>();
    match (
        sum(|plan| plan.would_send + plan.done),
        sum(|plan| plan.unfit),
        sum(|plan| plan.bad_row),
    ) {
        (0, 1.., _) => Exit::NoneDelivered,
        (_, _, 0) => Exit::Well,
        _ => Exit::SomeBad,
    }
}

impl Plan {
    fn bad(&mut self, reasons: &[Reason]) {
        self.bad_row += 1;
        for reason in reasons {
            *self.reasons.entry(reason.code.to_string()).or_default() += 1;
        }
    }
}

fn print(plans: &[Plan], rows: u64, json: bool) -> Result<(), CliError> {
    let mut out = Out::new();
    if json {
        out.json(&serde_json::json!({ "dry_run": true, "sinks": plans, "rows": rows }))?;
    } else {
        let mut table = Table::new(&["SINK", "WOULD SEND", "BAD ROWS", "DUPLICATE ROWS", "SKIPPED"]);
        for column in 1..5 {
            table = table.right(column);
        }
        for plan in plans {
            let counts = [plan.would_send, plan.bad_row, plan.duplicate_row, plan.skipped];
            let cells = counts.map(|n| Cell::from(count(n)));
            table.row(std::iter::once(Cell::from(&plan.sink)).chain(cells));
        }
        out.bytes(table.render(Style::stdout(), output::width()))?;
        let more = "Nothing was sent. `leadsink check` says more about bad rows, `leadsink map` shows the requests.";
        out.line("")?;
        paragraph(&mut out, more, output::width())?;
    }
    out.done(Exit::Well).map(drop)
}
