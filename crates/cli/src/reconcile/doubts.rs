//! What a report has in doubt: its lines, and the runs that they are of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::path::Path;

use serde::Deserialize;

use crate::exit::CliError;
use crate::output::list;
use crate::send::line::Line;
use crate::send::{Done, Fate, RunInfo, RunLine, is_run_line};

/// A report, with a line for everything: also for what was under way when a run died.
#[derive(Debug)]
pub(super) struct OldReport {
    /// Its lines, in a file without a name.
    file: File,
    /// How many lines came to what, by sink.
    pub(super) counts: BTreeMap<Box<str>, BTreeMap<Fate, u64>>,
    /// The runs of which there are lines, in their order.
    pub(super) runs: Vec<RunInfo>,
    /// The leads to ask about.
    pub(super) doubts: Vec<Doubt>,
}

/// A lead in doubt at one sink.
#[derive(Debug)]
pub(super) struct Doubt {
    /// Which line of the report it is, from 0 on.
    pub(super) number: usize,
    /// Which of the runs it is of; nothing where none stands above it.
    pub(super) run: Option<usize>,
    pub(super) line: Line,
    /// Whether the line tells something else now.
    pub(super) is_told: bool,
}

/// What says whether a line is in doubt.
#[derive(Deserialize)]
struct Brief<'a> {
    #[serde(borrow)]
    sink: std::borrow::Cow<'a, str>,
    outcome: Fate,
}

impl OldReport {
    /// Reads a report. Without names of sinks, all are asked.
    pub(super) fn read(path: &Path, only: &[String]) -> Result<Self, CliError> {
        let failed = |error: io::Error| CliError::new(format!("no temporary file: {error}"));
        let mut file = tempfile::tempfile().map_err(failed)?;
        let counts = Done::read_whole(path, &mut file)?.into_carried();
        check_names(path, &counts, only)?;
        let mut report = Self {
            file,
            counts,
            runs: Vec::new(),
            doubts: Vec::new(),
        };
        for (number, line) in report.lines()?.split(b'\n').enumerate() {
            let line = line.map_err(failed)?;
            let broken = |error| CliError::new(format!("line {} of `{}`: {error}", number + 1, path.display()));
            if is_run_line(&line) {
                let line: RunLine = serde_json::from_slice(&line).map_err(broken)?;
                line.check_alone(path)?;
                report.runs.push(line.run);
                continue;
            }
            let brief: Brief<'_> = serde_json::from_slice(&line).map_err(broken)?;
            let is_asked = only.is_empty() || only.iter().any(|name| *name == brief.sink);
            if brief.outcome == Fate::Ambiguous && is_asked {
                report.doubts.push(Doubt {
                    number,
                    run: report.runs.len().checked_sub(1),
                    line: Line::read_doubtful(&line).map_err(broken)?,
                    is_told: false,
                });
            }
        }
        Ok(report)
    }

    /// The lines from the first on.
    pub(super) fn lines(&mut self) -> Result<BufReader<File>, CliError> {
        let mut rewound = || {
            self.file.rewind()?;
            self.file.try_clone()
        };
        rewound()
            .map(BufReader::new)
            .map_err(|error| CliError::new(format!("no temporary file: {error}")))
    }

    /// The sinks with leads in doubt.
    pub(super) fn sinks(&self) -> Vec<String> {
        let names: BTreeSet<_> = self.doubts.iter().map(|doubt| doubt.line.sink.to_string()).collect();
        names.into_iter().collect()
    }
}

fn check_names(path: &Path, counts: &BTreeMap<Box<str>, BTreeMap<Fate, u64>>, only: &[String]) -> Result<(), CliError> {
    let Some(name) = only.iter().find(|name| !counts.contains_key(&***name)) else {
        return Ok(());
    };
    let known: Vec<_> = counts.keys().map(|name| format!("`{name}`")).collect();
    Err(
        CliError::new(format!("`{}` has no line of sink `{name}`", path.display()))
            .with_hint(format!("its sinks are {}", list(&known))),
    )
}
