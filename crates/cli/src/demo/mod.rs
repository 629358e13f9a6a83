//! The command `demo`: sends a sample file to every vendor that is compiled in, as the sandbox plays them, and compares
//! what became of each row with what should have.

mod expected;

use std::fs;
use std::path::Path;

use leadsink::DeliverContext;
use leadsink_sandbox::{Fault, Sandbox};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::args::{DemoArgs, InputArgs, ReadingArgs};
use crate::config::{OpenSink, Purpose, open_sinks_from};
use crate::connect;
use crate::exit::{CliError, Exit, Outcome};
use crate::output::{self, Cell, Out, Paint, Style, Table, plural};
use crate::send::{self, Ending, Fate, Files, How, Job};
use crate::summary::paragraph;
use expected::{Difference, Expected};

const SAMPLE: &str = include_str!("sample.csv");

/// The phone of the row that is on a do-not-call list.
const REFUSED_PHONE: &str = "4195550109";

/// One at a time and once only: which of two leads with one phone comes first, and whose request meets the fault, is so
/// the same each time, and a fault shows.
const HOW: How = How {
    concurrency: 1,
    timeout: None,
    attempts: Some(1),
    test: false,
    reading: Vec::new(),
};

/// Runs the command.
pub(crate) fn run(args: &DemoArgs) -> Outcome {
    let expected = Expected::load()?;
    let folder = tempfile::tempdir().map_err(|error| CliError::new(format!("no temporary folder: {error}")))?;
    let sample = folder.path().join("sample.csv");
    fs::write(&sample, SAMPLE).map_err(|error| CliError::io("write", &sample, &error))?;
    let runtime = connect::runtime()?;
    let (mut ending, trouble) = runtime.block_on(deliver(&sample, &expected))?;
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    let report = ending.report.take().unwrap_or_default();
    let text = fs::read_to_string(&report).map_err(|error| CliError::io("read", &report, &error))?;
    let vendors: Vec<_> = ending.sinks.iter().map(|sink| sink.vendor).collect();
    let differences = expected.compare(&text, &vendors)?;
    let exit = if differences.is_empty() {
        Exit::Well
    } else {
        Exit::SomeBad
    };
    ending.exit = exit;
    print(args, &ending, &expected, &differences)
}

async fn deliver(sample: &Path, expected: &Expected) -> Result<(Ending, Option<CliError>), CliError> {
    let sandbox = Sandbox::builder()
        .refuse_phone(REFUSED_PHONE)
        .start()
        .await
        .map_err(|error| CliError::new(error.to_string()))?;
    let vendors: Vec<_> = leadsink::registry()
        .entries()
        .iter()
        .map(|entry| entry.descriptor.id.to_owned())
        .collect();
    let mut sinks = open_sinks_from(&sandbox.leadsink_toml(), &vendors, Purpose::Send)?;
    let transport = leadsink::reqwest_transport().map_err(|error| CliError::new(error.to_string()))?;
    let cx = DeliverContext::new(transport);
    for OpenSink { sink, stack, .. } in &mut sinks {
        // The sandbox sets no limits, and nobody waits for those of the vendors.
        *stack = std::mem::take(stack).without_quotas();
        // A vendor that logs in does so now, since the faults are for the leads. An account that does not answer shows there.
        drop(sink.probe(&cx).await);
    }
    for OpenSink { vendor, .. } in &sinks {
        sandbox
            .script(vendor, expected.faults(vendor)?)
            .map_err(|error| CliError::new(error.to_string()))?;
    }
    let job = Job::new(&input(sample), sinks, HOW, Files::default())?;
    // Nobody stops a run this short.
    let (_, stop) = mpsc::channel(1);
    let end = job.run(stop, |_| None).await;
    sandbox.stop().await;
    Ok(end)
}

/// The sample, read as any file is.
fn input(sample: &Path) -> InputArgs {
    InputArgs {
        file: sample.to_owned(),
        reading: ReadingArgs::default(),
        rows: None,
        limit: None,
    }
}

/// The fault that makes a request come to this.
fn fault(fate: Fate) -> Fault {
    match fate {
        Fate::Failed => Fault::TooManyRequests { retry_after: 1 },
        Fate::Ambiguous => Fault::ResetAfter,
        _ => Fault::None,
    }
}

#[derive(Serialize)]
struct Document<'a, T> {
    as_expected: bool,
    differences: &'a [Difference],
    send: T,
}

fn print(args: &DemoArgs, ending: &Ending, expected: &Expected, differences: &[Difference]) -> Outcome {
    let mut out = Out::new();
    if args.json {
        out.json(&Document {
            as_expected: differences.is_empty(),
            differences,
            send: ending.document(),
        })?;
        return out.done(ending.exit);
    }
    let (style, width) = (Style::stdout(), output::width());
    let vendors: Vec<_> = ending.sinks.iter().map(|sink| sink.vendor).collect();
    let names: Vec<_> = vendors.iter().map(|vendor| format!("`{vendor}`")).collect();
    let what = format!(
        "A sample of {} was sent to the sandbox on this machine, in the place of {}.",
        plural(expected.rows(), "row"),
        output::list(&names)
    );
    paragraph(&mut out, &what, width)?;
    out.line("")?;
    send::print_summary(ending, &mut out, style, width)?;
    out.line("\nWhat should come of each row:\n")?;
    out.bytes(expected.table(&vendors).render(style, width))?;
    out.line("")?;
    if differences.is_empty() {
        out.line(style.paint(Paint::Green, "Every outcome was the expected one."))?;
    } else {
        out.line(style.paint(
            Paint::Red,
            &format!("{} not as expected:", plural(differences.len() as u64, "outcome")),
        ))?;
        let mut table = Table::new(&["ROW", "VENDOR", "EXPECTED", "WAS"]).right(0);
        for difference in differences {
            let was = difference.was.map_or("nothing", Fate::as_str);
            table.row([
                Cell::from(difference.row.to_string()),
                Cell::from(&difference.vendor),
                Cell::from(difference.expected.as_str()),
                Cell::new(was, Paint::Red),
            ]);
        }
        out.bytes(table.render(style, width))?;
    }
    let next = "The report was written to a temporary folder and is gone. `leadsink init` writes a configuration, \
                `leadsink check FILE` looks at a file of your own.";
    paragraph(&mut out, next, width)?;
    out.done(ending.exit)
}
