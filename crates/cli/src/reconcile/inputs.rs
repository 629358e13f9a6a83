//! The files that were sent, read again: the rows of the leads in doubt.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use leadsink::intake::{self, Duplicates, RowOutcome};
use leadsink::{Lead, LeadId};

use super::doubts::{Doubt, OldReport};
use crate::args::ReadingArgs;
use crate::exit::CliError;
use crate::notes::Columns;
use crate::output;
use crate::send::{InputInfo, RunInfo};

/// The input of each run.
#[derive(Debug)]
pub(super) struct Inputs(Vec<Option<Input>>);

/// The rows of one run that are in doubt.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    leads: HashMap<u64, Box<Lead>>,
    pub(super) columns: Columns,
    /// Whether it is known to be what was sent.
    is_unchanged: bool,
}

impl Inputs {
    /// Reads the input of every run that has leads in doubt: `given`, or the file that the report names.
    pub(super) fn read(report: &OldReport, given: Option<&Path>) -> Result<Self, CliError> {
        let input = |(index, run): (usize, &RunInfo)| {
            let doubts = report.doubts.iter().filter(|doubt| doubt.run == Some(index));
            let rows: BTreeSet<_> = doubts.map(|doubt| doubt.line.row).collect();
            match rows.last() {
                Some(last) => Input::read(run, given, &rows, *last).map(Some),
                None => Ok(None),
            }
        };
        let inputs = report.runs.iter().enumerate().map(input);
        let inputs = Self(inputs.collect::<Result<_, CliError>>()?);
        inputs.check(&report.doubts)?;
        Ok(inputs)
    }

    /// The input that a lead in doubt came from.
    pub(super) fn of(&self, doubt: &Doubt) -> Option<&Input> {
        self.0.get(doubt.run?)?.as_ref()
    }

    /// Refuses to begin where not one lead in doubt is where the report says.
    fn check(&self, doubts: &[Doubt]) -> Result<(), CliError> {
        let Some(first) = doubts.iter().find_map(|doubt| self.of(doubt)) else {
            let error = CliError::new("the report does not say what file its leads in doubt came from, and when");
            return Err(error.with_hint("`reconcile` takes a report that `leadsink send` wrote, with its first line"));
        };
        let is_there = |doubt: &Doubt| {
            let line = &doubt.line;
            self.of(doubt)?.lead(line.row, line.lead.as_ref())
        };
        if doubts.iter().any(|doubt| is_there(doubt).is_some()) {
            return Ok(());
        }
        let message = format!(
            "not one row of `{}` is the lead that the report has in doubt there",
            first.path.display()
        );
        Err(CliError::new(message).with_hint(if first.is_unchanged {
            "the file is as it was, and read in another way now: has its `--mapping` file changed?"
        } else {
            "`--input FILE` names the file that was sent, as it was then"
        }))
    }
}

impl Input {
    fn read(run: &RunInfo, given: Option<&Path>, rows: &BTreeSet<u64>, last: u64) -> Result<Self, CliError> {
        let path = match (given, &run.input) {
            (Some(path), _) => path.to_owned(),
            (None, Some(input)) => PathBuf::from(&input.path),
            (None, None) => {
                let message = "the leads came from standard input or a pipe, which cannot be read again";
                return Err(CliError::new(message).with_hint("`--input FILE` names a file with the same rows"));
            }
        };
        let looked = InputInfo::of(&path).map_err(|error| CliError::io("read", &path, &error))?;
        let is_unchanged = matches!((&looked, &run.input), (Some(now), Some(then)) if now.has_content_of(then));
        if !is_unchanged && run.input.is_some() {
            output::warn(&format!(
                "`{}` is not as it was when it was sent; a lead is asked about only where its row has its id still",
                path.display()
            ));
        }
        let reading = ReadingArgs::from_words(&run.reading).ok_or_else(|| {
            CliError::new("the options in the report's first line, of how its input is read, mean nothing here")
        })?;
        let mut options = reading.options()?;
        // A row that was sent is no repetition; nothing needs to be remembered.
        options.duplicates = Duplicates::Off;
        let reader = intake::open(&path, &options).map_err(|error| {
            CliError::from(error).or_hint("`--input FILE` names the file that was sent, where it is now")
        })?;
        Self::gather(path, reader, rows, last, is_unchanged)
    }

    fn gather(
        path: PathBuf,
        mut reader: intake::LeadReader,
        rows: &BTreeSet<u64>,
        last: u64,
        is_unchanged: bool,
    ) -> Result<Self, CliError> {
        let mut leads = HashMap::new();
        for row in &mut reader {
            let row = row?;
            if row.number > last {
                break;
            }
            if let RowOutcome::Lead { lead, .. } = row.outcome
                && rows.contains(&row.number)
            {
                leads.insert(row.number, lead);
            }
        }
        Ok(Self {
            path,
            leads,
            columns: Columns::new(reader.layout()),
            is_unchanged,
        })
    }

    /// The lead of a row, if it is the one with this id. A line that was cut short may not tell the id.
    pub(super) fn lead(&self, row: u64, id: Option<&LeadId>) -> Option<&Lead> {
        let lead = self.leads.get(&row)?;
        let is_it = id.map_or(self.is_unchanged, |id| lead.id == *id);
        is_it.then_some(&**lead)
    }
}
