//! Sets a run up: everything that can go wrong does so before the first lead is sent.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use leadsink::Transport;
use leadsink::intake::LeadReader;
use leadsink::layers::Halt;
use tokio::sync::mpsc;

use super::ending::{Ending, SinkEnding};
use super::engine::{Finished, Run};
use super::feed::Feed;
use super::inflight::Inflight;
use super::journal::Journal;
use super::lane::Lane;
use super::progress::Progress;
use super::rejects::Rejects;
use super::report::{self, Report};
use super::resume::Done;
use super::run_line::{InputInfo, RunLine};
use super::tally::{self, Tally};
use crate::args::InputArgs;
use crate::config::OpenSink;
use crate::connect;
use crate::exit::{CliError, Exit};
use crate::output;
use crate::source::Rows;

/// The files beside the input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// Where the report goes, if not beside the input.
    pub(crate) report: Option<PathBuf>,
    /// Where rows to mend go.
    pub(crate) rejects: Option<PathBuf>,
    /// The report of an earlier run.
    pub(crate) resume: Option<PathBuf>,
}

/// How a run delivers.
#[derive(Clone, Debug)]
pub(crate) struct How {
    /// How many deliveries may be under way at once, a sink.
    pub(crate) concurrency: usize,
    /// The limit for one request, if not the vendor's own.
    pub(crate) timeout: Option<Duration>,
    /// How often a lead is tried, if not as the configuration says.
    pub(crate) attempts: Option<u32>,
    /// Whether every lead is marked as a test.
    pub(crate) test: bool,
    /// The options that say how the input is read, for the report.
    pub(crate) reading: Vec<String>,
}

/// A run that is ready to begin.
#[derive(Debug)]
pub(crate) struct Job {
    run: Run,
    feeds: Vec<Feed>,
}

impl Job {
    /// Opens all files, and the connections' pool.
    pub(crate) fn new(input: &InputArgs, sinks: Vec<OpenSink>, how: How, files: Files) -> Result<Self, CliError> {
        let concurrency = how.concurrency;
        let readers = input.open_each(sinks.len())?;
        let transport = connect::transport(how.timeout)?;
        let halt = Halt::new();
        let lanes = lanes(sinks, &transport, &how, &halt);
        let looked = InputInfo::of(&input.file).map_err(|error| CliError::io("read", &input.file, &error))?;
        let line = RunLine::begin(looked, how.reading, how.test);
        let path = files.report.unwrap_or_else(|| report::default_path(&input.file));
        let mut done = Done::default();
        let mut report = match &files.resume {
            None => Report::create(&path, None)?,
            Some(old) => {
                let names: Vec<_> = lanes.iter().map(|lane| &*lane.name).collect();
                let carry = Box::new(|file: &mut File| {
                    done = Done::read(old, &names, file)?;
                    done.check_kind(old, how.test)
                });
                Report::create(&path, Some(carry))?
            }
        };
        if let Err(error) = report.begin(&line) {
            report.discard();
            return Err(error);
        }
        let (inflight, rejects) = match beside(&report, files.rejects.as_deref(), &readers) {
            Ok(files) => files,
            Err(error) => {
                report.discard();
                return Err(error);
            }
        };
        if done.died() > 0 {
            let leads = output::plural(done.died(), "lead");
            output::warn(&format!(
                "{leads} may have been under way when the earlier run died; counted as in doubt and not sent again"
            ));
        }
        let layout = readers.first().map(LeadReader::layout);
        let progress = Progress::new(input, layout, lanes.len());
        if done.is_from_a_dead_run()
            && let Some(rejects) = &rejects
        {
            output::warn(&format!(
                "the file of rows to mend of the earlier run may lack some; `{}` gets those that this run comes to, at its \
                 sinks, and takes its place when it comes to all",
                rejects.path().display()
            ));
        }
        let tallies = lanes
            .iter()
            .map(|lane| Tally::carrying(done.carried(&lane.name)))
            .collect();
        let gets_all_mends = rejects.is_some() && input.takes_all_rows() && !done.has_refusals_elsewhere();
        let mut journal = Journal::new(report, inflight, rejects, tallies);
        if done.is_from_a_dead_run() && done.has_refusals() && !gets_all_mends {
            journal.owes_mends();
        }
        let feeds = match feeds(readers, &lanes, input, concurrency) {
            Ok(feeds) => feeds,
            Err(error) => {
                journal.discard();
                return Err(error);
            }
        };
        let run = Run {
            lanes,
            concurrency,
            journal,
            done,
            progress,
            halt,
            accepted_at: line.run.accepted_at,
            test: how.test,
        };
        Ok(Self { run, feeds })
    }

    /// Takes all files away again, where the run does not come to begin.
    pub(crate) fn discard(self) {
        self.run.journal.discard();
    }

    /// Runs to the end. The second value is what keeps the result from being complete.
    pub(crate) async fn run(
        self,
        stop: mpsc::Receiver<()>,
        go_on: impl FnOnce(&Path) -> Option<String>,
    ) -> (Ending, Option<CliError>) {
        let begin = Instant::now();
        let finished = self.run.drive(self.feeds, stop).await;
        end(finished, begin.elapsed().as_secs_f64(), go_on)
    }
}

/// Opens the files beside the report. One that cannot be opened leaves none behind.
fn beside(
    report: &Report,
    rejects: Option<&Path>,
    readers: &[LeadReader],
) -> Result<(Option<Inflight>, Option<Rejects>), CliError> {
    let inflight = report.is_kept().then(|| Inflight::create(report.path())).transpose()?;
    let create = |(path, reader): (&Path, &LeadReader)| {
        let header: Vec<_> = reader.header().iter().map(AsRef::as_ref).collect();
        Rejects::create(path, reader.layout().format, &header, readers.len() > 1)
    };
    match rejects.zip(readers.first()).map(create).transpose() {
        Ok(rejects) => Ok((inflight, rejects)),
        Err(error) => {
            if let Some(inflight) = inflight {
                inflight.finish();
            }
            Err(error)
        }
    }
}

fn lanes(sinks: Vec<OpenSink>, transport: &Arc<dyn Transport>, how: &How, halt: &Halt) -> Vec<Lane> {
    let lane = |mut open: OpenSink| {
        if let Some(attempts) = how.attempts {
            open.stack = open.stack.with_attempts(attempts);
        }
        let (name, vendor) = (open.name.as_str().into(), open.vendor);
        let mut sender = connect::sender(open, transport, halt);
        if let Some(timeout) = how.timeout {
            sender = sender.with_timeout(timeout);
        }
        Lane::new(name, vendor, sender)
    };
    sinks.into_iter().map(lane).collect()
}

/// A way through the file for each sink.
fn feeds(readers: Vec<LeadReader>, lanes: &[Lane], input: &InputArgs, ahead: usize) -> Result<Vec<Feed>, CliError> {
    let is_file = input.is_file();
    let feed = |(reader, lane): (LeadReader, &Lane)| {
        let rows = Rows::new(reader, input).for_sink(&lane.name);
        if is_file {
            Ok(Feed::here(rows))
        } else {
            Feed::there(rows, ahead)
        }
    };
    readers.into_iter().zip(lanes).map(feed).collect()
}

fn end(finished: Finished, seconds: f64, go_on: impl FnOnce(&Path) -> Option<String>) -> (Ending, Option<CliError>) {
    let Finished {
        lanes,
        mut journal,
        summary,
        read_error,
        interrupted,
        test,
    } = finished;
    let (report, rejects) = journal.close();
    let trouble = journal.trouble().or(read_error);
    let unfinished = journal.tallies.iter().map(Tally::unfinished).sum::<u64>();
    let is_cut = interrupted || trouble.is_some();
    let exit = match trouble {
        Some(_) => Exit::Usage,
        None => tally::exit(&journal.tallies, interrupted),
    };
    let go_on = if (is_cut || unfinished > 0) && report.is_file() {
        go_on(&report)
    } else {
        None
    };
    let sinks = lanes
        .into_iter()
        .zip(std::mem::take(&mut journal.tallies))
        .map(|(lane, tally)| SinkEnding {
            name: lane.name.to_string(),
            vendor: lane.vendor,
            filed: 0,
            due: 0,
            unknown: 0,
            in_doubt: tally.in_doubt() + tally.still_in_doubt(),
            tally,
        })
        .collect();
    let ending = Ending {
        exit,
        sinks,
        report: Some(report),
        rejects,
        summary,
        astray: journal.astray,
        interrupted,
        test,
        seconds,
        go_on,
        ledger: None,
    };
    (ending, trouble)
}
