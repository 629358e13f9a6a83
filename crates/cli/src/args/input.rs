//! The options that say which file is read, and which of its rows.

use std::fs::File;
use std::io::{self, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::Args;
use leadsink::intake::{self, LeadReader};

use super::parse;
use super::reading::{READING, ReadingArgs};
use crate::exit::CliError;
use crate::spool::spool;

#[derive(Args, Debug)]
pub(crate) struct InputArgs {
    /// The file with the leads: CSV, TSV, JSON or NDJSON, also packed with gzip; `-` is standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Takes these rows only: `7`, `7-12`, `7-` or `-12`; the first beneath the header is 1
    #[arg(long, value_name = "A-B", value_parser = parse::rows, allow_hyphen_values = true, help_heading = READING)]
    pub(crate) rows: Option<RangeInclusive<u64>>,
    /// Takes at most so many rows, good or bad
    #[arg(long, value_name = "N", help_heading = READING)]
    pub(crate) limit: Option<u64>,
}

impl InputArgs {
    /// Whether no row is left out.
    pub(crate) const fn takes_all_rows(&self) -> bool {
        self.rows.is_none() && self.limit.is_none()
    }

    /// Opens the file, or standard input, and detects how it is to be read.
    pub(crate) fn open(&self) -> Result<LeadReader, CliError> {
        Ok(intake::open(&self.file, &self.reading.options()?)?)
    }

    /// Opens it so many times, to be read at different paces. What can be read once only is kept for the others.
    pub(crate) fn open_each(&self, readers: usize) -> Result<Vec<LeadReader>, CliError> {
        let options = self.reading.options()?;
        if readers < 2 || self.is_file() {
            let open = || Ok(intake::open(&self.file, &options)?);
            return (0..readers).map(|_| open()).collect();
        }
        let name = self.file.display().to_string();
        let failed = |error: io::Error| CliError::io("read", &self.file, &error);
        let input: Box<dyn Read + Send> = if self.file == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(&self.file).map_err(failed)?)
        };
        let open = |reader| Ok(intake::read(reader, &name, &options)?);
        spool(input, readers).map_err(failed)?.into_iter().map(open).collect()
    }

    /// Whether reading never waits for somebody: not so a pipe.
    pub(crate) fn is_file(&self) -> bool {
        self.file.metadata().is_ok_and(|file| file.is_file())
    }
}
