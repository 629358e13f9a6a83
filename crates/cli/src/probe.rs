//! The command `probe`: asks whether the accounts of sinks work, and creates nothing.

use futures_util::future::join_all;
use leadsink::layers::Halt;
use leadsink::{Error, Probe, Sender};
use serde::Serialize;

use crate::args::ProbeArgs;
use crate::config::{Purpose, open_named};
use crate::connect;
use crate::exit::{Exit, Outcome};
use crate::output::{self, Cell, Out, Paint, Style, Table};

/// Runs the command.
pub(crate) fn run(args: &ProbeArgs) -> Outcome {
    let open = open_named(&args.sinks, &args.config, Purpose::Ask)?;
    let transport = connect::transport(None)?;
    let senders = open
        .into_iter()
        .map(|open| connect::sender(open, &transport, &Halt::new()));
    let runtime = connect::runtime()?;
    let probed = runtime.block_on(join_all(senders.map(probe)));
    // A connection that still closes must not hold up the end.
    runtime.shutdown_background();
    let exit = exit(&probed);
    let mut out = Out::new();
    if args.json {
        let exit = exit as u8;
        out.json(&Document { exit, sinks: &probed })?;
    } else {
        out.bytes(table(&probed).render(Style::stdout(), output::width()))?;
    }
    out.done(exit)
}

#[derive(Serialize)]
struct Document<'a> {
    exit: u8,
    sinks: &'a [Probed],
}

/// What is known of a sink.
#[derive(Debug, Serialize)]
struct Probed {
    sink: String,
    vendor: &'static str,
    result: Word,
    error: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// The account answers.
    Ready,
    /// The vendor has no harmless way to ask.
    Unsupported,
    /// The account does not work, or the vendor does not answer.
    Failed,
}

#[derive(Debug, Serialize)]
struct Failure {
    kind: &'static str,
    status: Option<u16>,
    message: String,
}

async fn probe(sender: Sender) -> Probed {
    let probed = sender.probe().await;
    Probed {
        sink: sender.name().to_owned(),
        vendor: sender.sink().descriptor().id,
        result: match &probed {
            Ok(Probe::Ready) => Word::Ready,
            Ok(_) => Word::Unsupported,
            Err(_) => Word::Failed,
        },
        error: probed.err().as_ref().map(Failure::of),
    }
}

impl Failure {
    fn of(error: &Error) -> Self {
        Self {
            kind: error.kind().as_str(),
            status: error.status().map(|status| status.as_u16()),
            message: error.to_string(),
        }
    }
}

/// As `send` would end: with 4 where no sink takes anything, with 1 where some sink does not.
fn exit(probed: &[Probed]) -> Exit {
    let failed = probed.iter().filter(|sink| sink.result == Word::Failed).count();
    match failed {
        0 => Exit::Well,
        n if n == probed.len() => Exit::NoneDelivered,
        _ => Exit::SomeBad,
    }
}

fn table(probed: &[Probed]) -> Table {
    let mut table = Table::new(&["SINK", "VENDOR", "RESULT", "MEANING"]);
    for sink in probed {
        let (word, paint, meaning) = match sink.result {
            Word::Ready => ("ready", Paint::Green, "the vendor accepts the credentials"),
            Word::Unsupported => (
                "unsupported",
                Paint::Yellow,
                "the vendor has no way to ask that creates nothing; the first lead will tell",
            ),
            Word::Failed => ("failed", Paint::Red, ""),
        };
        let meaning = sink.error.as_ref().map_or(meaning, |error| &error.message);
        table.row([
            Cell::new(&sink.sink, Paint::Bold),
            sink.vendor.into(),
            Cell::new(word, paint),
            meaning.into(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probed(result: Word) -> Probed {
        Probed {
            sink: "main".into(),
            vendor: "acme",
            result,
            error: None,
        }
    }

    #[test]
    fn the_exit_code_is_that_of_a_send() {
        use Word::{Failed, Ready, Unsupported};
        let table: &[(&[Word], Exit)] = &[
            (&[Ready, Unsupported], Exit::Well),
            (&[Unsupported], Exit::Well),
            (&[Failed, Ready], Exit::SomeBad),
            (&[Failed, Unsupported], Exit::SomeBad),
            (&[Failed, Failed], Exit::NoneDelivered),
        ];
        for (words, code) in table {
            let all: Vec<_> = words.iter().copied().map(probed).collect();
            assert_eq!(exit(&all), *code, "{words:?}");
        }
    }
}
