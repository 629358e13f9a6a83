//! The command `reconcile`: asks the vendors about the leads of a report that are in doubt, and writes a report with what
//! they say. It creates nothing anywhere, so nothing is lost when it is stopped.

mod ask;
mod doubts;
mod ending;
mod inputs;
mod summary;
#[cfg(test)]
mod tests;

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use leadsink::Sender;
use leadsink::layers::Halt;

use crate::args::ReconcileArgs;
use crate::config::{Purpose, open_named};
use crate::connect;
use crate::exit::{CliError, Outcome};
use crate::send::report::{self, Report};
use doubts::OldReport;
use ending::Ending;
use inputs::Inputs;

/// Runs the command.
pub(crate) fn run(args: &ReconcileArgs) -> Outcome {
    let old = OldReport::read(&args.report, &args.to)?;
    let ending = if old.doubts.is_empty() {
        Ending::of(&old, Vec::new(), None)
    } else {
        let output = args.output.clone().unwrap_or_else(|| report::next(&args.report));
        report::check_free(&output)?;
        let inputs = Inputs::read(&old, args.input.as_deref())?;
        let senders = senders(args, &old)?;
        let runtime = connect::runtime()?;
        let ending = runtime.block_on(settle(old, &inputs, senders, output));
        runtime.shutdown_background();
        ending?
    };
    summary::print(&ending, args.json)
}

fn senders(args: &ReconcileArgs, old: &OldReport) -> Result<Vec<Sender>, CliError> {
    let transport = connect::transport(None)?;
    let open = open_named(&old.sinks(), &args.config, Purpose::Ask)?;
    let sender = |open| connect::sender(open, &transport, &Halt::new());
    Ok(open.into_iter().map(sender).collect())
}

/// Asks every sink, and writes the new report where there is something new to tell.
async fn settle(
    mut old: OldReport,
    inputs: &Inputs,
    senders: Vec<Sender>,
    output: PathBuf,
) -> Result<Ending, CliError> {
    let asked = ask::all(senders, std::mem::take(&mut old.doubts), &old.runs, inputs).await;
    let is_new = asked.iter().any(|sink| sink.doubts.iter().any(|doubt| doubt.is_told));
    if is_new {
        write(&mut old, &asked, &output)?;
    }
    Ok(Ending::of(&old, asked, is_new.then_some(output)))
}

/// Writes all lines of the old report, each lead that was asked about as it stands now. The file has its name only when it
/// is whole.
fn write(old: &mut OldReport, asked: &[ask::Asked], output: &Path) -> Result<(), CliError> {
    let told: std::collections::HashMap<_, _> = asked
        .iter()
        .flat_map(|sink| &sink.doubts)
        .filter(|doubt| doubt.is_told)
        .map(|doubt| (doubt.number, &doubt.line))
        .collect();
    let lines = old.lines()?;
    let failed = |error: std::io::Error| CliError::io("write", output, &error);
    let carry = Box::new(|file: &mut std::fs::File| {
        let mut to = std::io::BufWriter::new(file);
        let mut text = Vec::new();
        for (number, line) in lines.split(b'\n').enumerate() {
            let line = line.map_err(failed)?;
            let line = match told.get(&number) {
                Some(told) => {
                    text.clear();
                    told.write(&mut text).map_err(|error| failed(error.into()))?;
                    &text
                }
                None => &line,
            };
            to.write_all(line).and_then(|()| to.write_all(b"\n")).map_err(failed)?;
        }
        to.flush().map_err(failed)
    });
    Report::create(output, Some(carry)).map(drop)
}
