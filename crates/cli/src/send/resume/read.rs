//! Reads the report of an earlier run and what lies beside it, and writes the lines that the new report takes over.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use leadsink::{CallbackToken, DeliveryId, LeadId};
use serde::Deserialize;

use super::cut::{self, Cut};
use super::{Done, Old};
use crate::exit::CliError;
use crate::send::fate::Fate;
use crate::send::inflight::{self, Open};
use crate::send::line::{Line, Reason};
use crate::send::run_line::{RunLine, is_run_line};

/// What is read of a line about a row to mend.
#[derive(Deserialize)]
struct Refused {
    reasons: Vec<Reason>,
}

/// A report that is read.
struct Reading<'a> {
    path: &'a Path,
    /// The sinks of this run, whose open lines are left out; nothing where all lines are kept.
    sinks: Option<&'a [&'a str]>,
    keep: BufWriter<&'a mut dyn Write>,
    /// What had begun and has no end in the lines so far; nothing where no file tells.
    open: Option<Open>,
    /// What stands above the lines that follow, until one of them is kept.
    run: Option<Vec<u8>>,
    /// Whether the lines that follow are those of a test.
    is_test: bool,
    done: Done,
}

impl Done {
    /// Reads a report, and writes the lines that stay true to `keep`.
    ///
    /// They are those that this run leaves out, and those of sinks that it does not send to. The new report is so
    /// complete by itself, and the next run can go on from it alone. What had begun and has no line is in doubt.
    pub(crate) fn read(path: &Path, sinks: &[&str], keep: &mut dyn Write) -> Result<Self, CliError> {
        Self::read_for(path, Some(sinks), keep)
    }

    /// Reads a report and writes all its lines to `keep`, and those of what had begun and has none.
    pub(crate) fn read_whole(path: &Path, keep: &mut dyn Write) -> Result<Self, CliError> {
        Self::read_for(path, None, keep)
    }

    fn read_for(path: &Path, sinks: Option<&[&str]>, keep: &mut dyn Write) -> Result<Self, CliError> {
        let open = inflight::read(path)?;
        let done = Self {
            refused: (open.is_some() && sinks.is_some()).then(HashMap::new),
            ..Self::default()
        };
        let mut reading = Reading {
            path,
            sinks,
            keep: BufWriter::new(keep),
            open,
            run: None,
            is_test: false,
            done,
        };
        reading.lines()?;
        reading.left_open()?;
        reading.keep.flush().map_err(keep_failed)?;
        Ok(reading.done)
    }
}

fn keep_failed(error: io::Error) -> CliError {
    CliError::new(format!("cannot write the new report: {error}"))
}

impl Reading<'_> {
    fn lines(&mut self) -> Result<(), CliError> {
        let failed = |error: io::Error| CliError::io("read", self.path, &error);
        let mut input = BufReader::new(File::open(self.path).map_err(failed)?);
        let mut text = Vec::new();
        let mut number = 0_u64;
        while input.read_until(b'\n', &mut text).map_err(failed)? > 0 {
            number += 1;
            let is_whole = text.last() == Some(&b'\n');
            let line = text.trim_ascii();
            if !line.is_empty() {
                match serde_json::from_slice::<Old>(line) {
                    Ok(old) => self.line(&old, line)?,
                    Err(_) if is_run_line(line) => self.run_line(line, is_whole, number)?,
                    Err(_) if is_whole || !line.starts_with(b"{") => return Err(no_report(self.path, number)),
                    Err(_) => self.cut(cut::read(line))?,
                }
            }
            text.clear();
        }
        Ok(())
    }

    fn run_line(&mut self, text: &[u8], is_whole: bool, number: u64) -> Result<(), CliError> {
        match serde_json::from_slice::<RunLine>(text) {
            Ok(line) => {
                line.check_alone(self.path)?;
                self.is_test = line.run.test;
                self.run = Some(text.to_owned());
                Ok(())
            }
            Err(_) if is_whole => Err(no_report(self.path, number)),
            // A run that did not get so far has sent nothing.
            Err(_) => Ok(()),
        }
    }

    fn line(&mut self, old: &Old, text: &[u8]) -> Result<(), CliError> {
        self.done.note_kind(self.is_test);
        // A row that repeats another one never began. Its line may be taken over from a run before, and say nothing of this one.
        let began = old.outcome != Fate::DuplicateRow;
        if let (Some(open), Some(lead), true) = (&mut self.open, &old.lead, began) {
            open.remove(&inflight::key(old.row, lead, &old.sink));
        }
        let (stays, is_ours) = match self.sinks {
            Some(sinks) => (self.done.take(old), sinks.contains(&&*old.sink)),
            None => (true, true),
        };
        if stays && is_ours {
            self.done.carry(&old.sink, old.outcome);
            self.refused(old, text);
        }
        self.done.refused_elsewhere |= stays && !is_ours && old.outcome.is_to_mend();
        if stays || !is_ours {
            self.keep(text)?;
        }
        Ok(())
    }

    fn refused(&mut self, old: &Old, text: &[u8]) {
        if let (Some(refused), Some(lead), true) = (&mut self.done.refused, &old.lead, old.outcome.is_to_mend()) {
            // A row whose reasons cannot be read is to mend all the same.
            let reasons = serde_json::from_slice(text).map_or_else(|_| Vec::new(), |Refused { reasons }| reasons);
            refused.insert((old.row, DeliveryId::new(lead, &old.sink)), reasons);
        }
    }

    fn keep(&mut self, text: &[u8]) -> Result<(), CliError> {
        let mut write = || {
            if let Some(run) = self.run.take() {
                self.keep.write_all(&run)?;
                self.keep.write_all(b"\n")?;
            }
            self.keep.write_all(text)?;
            self.keep.write_all(b"\n")
        };
        write().map_err(keep_failed)
    }

    /// The last line, where it was cut short.
    fn cut(&mut self, cut: Cut) -> Result<(), CliError> {
        let lead = cut.lead.clone().flatten().and_then(|lead| LeadId::new(lead).ok());
        if let (Some(row), Some(sink), Some(outcome)) = (cut.row, &cut.sink, cut.outcome) {
            let mut text = cut.text;
            if cut.callback_token.is_none()
                && let Some(token) = self.token_of(row, lead.as_ref(), sink)
            {
                text += &format!(",\"callback_token\":\"{token}\"");
            }
            let old = Old {
                row,
                lead,
                sink: sink.clone(),
                outcome,
            };
            return self.line(&old, format!("{text}}}").as_bytes());
        }
        match (cut.row, &cut.lead) {
            // The end of the delivery is not known, and that it began is told better there; or nothing was sent, and the
            // row is reported again.
            _ if self.open.is_some() => Ok(()),
            (_, Some(None)) => Ok(()),
            (Some(row), _) => {
                let sinks = match &cut.sink {
                    Some(sink) => vec![sink.clone()],
                    None => self.known_sinks(),
                };
                sinks
                    .iter()
                    .try_for_each(|sink| self.died(row, lead.clone(), sink, None))
            }
            (None, _) => Err(cut_too_short(self.path)),
        }
    }

    /// The sinks that a line may be about.
    fn known_sinks(&self) -> Vec<String> {
        match self.sinks {
            Some(sinks) => sinks.iter().map(|sink| (*sink).to_owned()).collect(),
            None => self.done.carried.keys().map(|sink| sink.to_string()).collect(),
        }
    }

    fn token_of(&self, row: u64, lead: Option<&LeadId>, sink: &str) -> Option<String> {
        let begun = self.open.as_ref()?.get(&inflight::key(row, lead?, sink))?;
        begun.callback_token.clone()
    }

    /// What had begun and has no line, in the order of the rows.
    fn left_open(&mut self) -> Result<(), CliError> {
        let mut open: Vec<_> = self.open.take().unwrap_or_default().into_values().collect();
        open.sort_by_key(|begun| begun.row);
        open.into_iter()
            .try_for_each(|begun| self.died(begun.row, Some(begun.lead), &begun.sink, begun.callback_token))
    }

    fn died(&mut self, row: u64, lead: Option<LeadId>, sink: &str, token: Option<String>) -> Result<(), CliError> {
        self.done.note_kind(self.is_test);
        self.done.take_died(row, lead.as_ref(), sink);
        self.done.carry(sink, Fate::Ambiguous);
        let token = token.and_then(|token| CallbackToken::parse(&token).ok());
        let line = Line::died(row, lead, &sink.into(), token);
        let mut text = Vec::new();
        line.write(&mut text).map_err(|error| keep_failed(error.into()))?;
        self.keep(&text)
    }
}

fn no_report(path: &Path, line: u64) -> CliError {
    CliError::new(format!("line {line} of `{}` is no line of a report", path.display()))
        .with_hint("`--resume` takes a report that `leadsink send` wrote")
}

fn cut_too_short(path: &Path) -> CliError {
    let inflight = inflight::path_of(path);
    let message = format!(
        "the last line of `{}` is cut short before it says whose it is",
        path.display()
    );
    CliError::new(message).with_hint(format!(
        "`{}`, which would tell, is not there; look at the vendor which lead came last, take the line away, and take \
         that lead out of the file or write its line",
        inflight.display()
    ))
}
