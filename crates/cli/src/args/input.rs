//! The options that say which file is read, and how.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::Args;
use leadsink::intake::value::DecimalStyle;
use leadsink::intake::{self, Delimiter, Duplicates, Encoding, Format, LeadReader, ReadOptions, Target};
use leadsink::value::Country;

use super::parse;
use crate::exit::CliError;
use crate::spool::spool;

#[derive(Args, Debug)]
pub(crate) struct InputArgs {
    /// The file with the leads: CSV, TSV, JSON or NDJSON, also packed with gzip; `-` is standard input
    pub(crate) file: PathBuf,

    /// The format: `csv`, `json` or `ndjson`
    #[arg(long, value_name = "FORMAT", value_parser = parse::named::<Format>, help_heading = READING)]
    pub(crate) format: Option<Format>,
    /// The encoding: `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`
    #[arg(long, value_name = "NAME", value_parser = parse::named::<Encoding>, help_heading = READING)]
    pub(crate) encoding: Option<Encoding>,
    /// What stands between fields: `comma`, `tab`, `semicolon` or `pipe`
    #[arg(long, value_name = "NAME", value_parser = parse::named::<Delimiter>, help_heading = READING)]
    pub(crate) delimiter: Option<Delimiter>,
    /// What stands before decimals: `point` or `comma`
    #[arg(long, value_name = "MARK", value_parser = parse::decimal, help_heading = READING)]
    pub(crate) decimal: Option<DecimalStyle>,
    /// Says what a column is: a field, `id`, `answer`, `extra` or `ignore`; may be repeated
    #[arg(long, value_name = "HEADER=FIELD", value_parser = parse::column, help_heading = READING)]
    pub(crate) column: Vec<(String, Target)>,
    /// Reads such lines, `Header = field`, from a file; `--column` wins over it
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub(crate) mapping: Option<PathBuf>,
    /// The column that holds the id of a lead
    #[arg(long, value_name = "HEADER", help_heading = READING)]
    pub(crate) id_column: Option<String>,
    /// Leaves out a value that cannot be read, instead of its row
    #[arg(long, help_heading = READING)]
    pub(crate) lenient: bool,
    /// What happens to a row that repeats an earlier one: `skip`, `send`, or `off` to remember no row at all
    #[arg(long, value_name = "HOW", default_value = "skip", value_parser = parse::named::<Duplicates>, help_heading = READING)]
    pub(crate) duplicates: Duplicates,
    /// The source of leads whose row names none
    #[arg(long, value_name = "NAME", help_heading = READING)]
    pub(crate) source: Option<String>,
    /// The country of leads whose row names none, by code or name; the United States unless told
    #[arg(long, value_name = "COUNTRY", value_parser = parse::country, help_heading = READING)]
    pub(crate) country: Option<Country>,
    /// Takes these rows only: `7`, `7-12`, `7-` or `-12`; the first beneath the header is 1
    #[arg(long, value_name = "A-B", value_parser = parse::rows, allow_hyphen_values = true, help_heading = READING)]
    pub(crate) rows: Option<RangeInclusive<u64>>,
    /// Takes at most so many rows, good or bad
    #[arg(long, value_name = "N", help_heading = READING)]
    pub(crate) limit: Option<u64>,
}

const READING: &str = "Reading (what is not told is detected)";

impl InputArgs {
    /// Whether no row is left out.
    pub(crate) const fn takes_all_rows(&self) -> bool {
        self.rows.is_none() && self.limit.is_none()
    }

    /// What the options say about reading; reads the mapping file.
    pub(crate) fn options(&self) -> Result<ReadOptions, CliError> {
        let mut options = ReadOptions::new();
        options.format = self.format;
        options.encoding = self.encoding;
        options.delimiter = self.delimiter;
        options.decimal = self.decimal;
        options.columns.clone_from(&self.column);
        options.id_column.clone_from(&self.id_column);
        options.lenient = self.lenient;
        options.duplicates = self.duplicates;
        options.source.clone_from(&self.source);
        options.country = self.country;
        if let Some(path) = &self.mapping {
            let text = fs::read_to_string(path).map_err(|error| CliError::io("read", path, &error))?;
            let mapping = intake::parse_mapping_file(&text)
                .map_err(|error| CliError::new(format!("`{}` cannot be used: {error}", path.display())))?;
            let told = |header: &str| self.column.iter().any(|(known, _)| known == header);
            options
                .columns
                .extend(mapping.into_iter().filter(|(header, _)| !told(header)));
        }
        Ok(options)
    }

    /// Opens the file, or standard input, and detects how it is to be read.
    pub(crate) fn open(&self) -> Result<LeadReader, CliError> {
        Ok(intake::open(&self.file, &self.options()?)?)
    }

    /// Opens it so many times, to be read at different paces. What can be read once only is kept for the others.
    pub(crate) fn open_each(&self, readers: usize) -> Result<Vec<LeadReader>, CliError> {
        let options = self.options()?;
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
