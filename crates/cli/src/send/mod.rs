//! The command `send`: delivers the leads of a file and says what became of each.

mod dry;
mod ending;
mod engine;
mod fate;
mod feed;
pub(crate) mod go_on;
mod inflight;
mod journal;
mod lane;
pub(crate) mod line;
mod lines;
mod lost;
mod mends;
mod progress;
mod rejects;
mod remarks;
pub(crate) mod report;
mod resume;
mod run_line;
mod setup;
pub(crate) mod signals;
mod summary;
pub(crate) mod tally;

pub(crate) use ending::{Ending, Ledger, SinkEnding};
pub(crate) use fate::Fate;
pub(crate) use line::{Failure, Line, Reason};
pub(crate) use rejects::{CODE, MESSAGE, Refusal, Rejects};
pub(crate) use report::Report;
pub(crate) use resume::{Done, Standing};
pub(crate) use run_line::{InputInfo, RunInfo, RunLine, is_run_line};
pub(crate) use setup::{Files, How, Job};
pub(crate) use summary::print as print_summary;
pub(crate) use tally::{Tally, exit as exit_of};

use std::env;
use std::path::Path;

use crate::args::{ReadingArgs, SendArgs};
use crate::config::{Purpose, open_sinks};
use crate::connect;
use crate::durable;
use crate::exit::{CliError, Exit, Outcome};
use crate::output::{self, Out, Style};
use crate::test_mark;

/// Runs the command.
pub(crate) fn run(args: &SendArgs) -> Outcome {
    let sinks = open_sinks(&args.sinks, Purpose::Send)?;
    if args.test {
        test_mark::check(&sinks)?;
        test_mark::caveats(&sinks)
            .iter()
            .for_each(|caveat| output::warn(caveat));
    }
    if args.dry_run {
        return dry::run(args, &sinks);
    }
    if !args.no_outbox && args.resume.is_none() {
        return durable::send(args, sinks);
    }
    let files = Files {
        report: args.report.clone(),
        rejects: args.rejects.clone(),
        resume: args.resume.clone(),
    };
    let how = How {
        concurrency: args.pace.concurrency,
        timeout: args.pace.timeout,
        attempts: args.pace.attempts,
        test: args.test,
        reading: ReadingArgs::words(env::args_os()),
    };
    let runtime = connect::runtime()?;
    let job = Job::new(&args.input, sinks, how, files)?;
    let end = runtime.block_on(async {
        // Not before the files are open: what waits for standard input ends at a signal as any program does.
        match signals::listen() {
            Ok(stop) => {
                let go_on = |report: &Path| Some(go_on::command(env::args_os(), report));
                Ok(job.run(stop, go_on).await)
            }
            Err(error) => {
                job.discard();
                Err(error)
            }
        }
    });
    // A connection that still closes must not hold up the end.
    runtime.shutdown_background();
    let (ending, trouble) = end?;
    tell(&ending, args.json, trouble)
}

/// Prints the end of a run. What went wrong with the files comes last, where it is seen.
pub(crate) fn tell(ending: &Ending, json: bool, trouble: Option<CliError>) -> Outcome {
    let printed = print(ending, json);
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    match printed {
        Ok(()) => Ok(ending.exit),
        // Nobody reads the summary; the report has everything.
        Err(error) if error.is_closed() => Ok(ending.exit),
        Err(error) => {
            let hint = match &ending.report {
                Some(report) => format!("the leads were sent all the same; the report is `{}`", report.display()),
                None => "the leads were sent all the same; `leadsink status` says what became of them".to_owned(),
            };
            Err(error.with_hint(hint))
        }
    }
}

fn print(ending: &Ending, json: bool) -> Result<(), CliError> {
    let mut out = Out::new();
    if json {
        out.json(&ending.document())?;
    } else {
        summary::print(ending, &mut out, Style::stdout(), output::width())?;
    }
    out.done(Exit::Well).map(drop)
}
