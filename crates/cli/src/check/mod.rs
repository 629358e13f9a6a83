//! The command `check`: reads a file as `send` would and tells what it found, without sending anything.

mod gather;
mod human;
mod json;

use crate::args::CheckArgs;
use crate::config::{Purpose, open_sinks};
use crate::exit::{CliError, Exit, Outcome};
use crate::output::{Out, Style, stdout_is_terminal, warn, width};
use crate::source::Rows;
use gather::Findings;

/// How many bad rows are listed on a terminal.
const LISTED: usize = 20;

pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let sinks = open_sinks(&args.sinks, Purpose::Check)?;
    let mut rows = Rows::new(args.input.open()?, &args.input);
    // Whoever pipes the list on wants all of it; memory is kept for what is shown.
    let listed = if args.all || args.json || !stdout_is_terminal() {
        usize::MAX
    } else {
        LISTED
    };
    let mut findings = Findings::new(&sinks, listed);
    let mut failure = None;
    while let Some(row) = rows.next() {
        match row {
            Ok(row) => findings.add(&row, &rows.address(&row.record)),
            Err(error) => failure = Some(CliError::from(error)),
        }
    }
    let layout = rows.reader.layout();
    let summary = rows.reader.summary();
    let mut out = Out::new();
    if args.json {
        out.json(&json::Document::of(&findings, layout, &summary, failure.as_ref()))?;
    } else {
        out.bytes(human::render(&findings, layout, &summary, Style::stdout(), width()))?;
    }
    out.flush()?;
    if let Some(error) = failure {
        return Err(error);
    }
    if findings.rows() == 0 {
        warn("no row of the file is among those asked for");
    }
    Ok(exit(&findings))
}

/// The first that applies: good rows and nobody takes one, something is bad, all is well.
fn exit(findings: &Findings<'_>) -> Exit {
    let nobody = !findings.sinks.is_empty() && findings.sinks.iter().all(|sink| sink.takes == 0);
    if findings.good > 0 && nobody {
        Exit::NoneDelivered
    } else if findings.bad > 0 || findings.sinks.iter().any(|sink| sink.unfit > 0) {
        Exit::SomeBad
    } else {
        Exit::Well
    }
}
