//! The options that say how a file is read. A report keeps them, so that its input can be read again in the same way.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use clap::{ArgAction, Args, Command, FromArgMatches};
use leadsink::intake::value::DecimalStyle;
use leadsink::intake::{self, Delimiter, Duplicates, Encoding, Format, ReadOptions, Target};
use leadsink::value::Country;

use super::parse;
use crate::exit::CliError;

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ReadingArgs {
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
}

pub(super) const READING: &str = "Reading (what is not told is detected)";

impl ReadingArgs {
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

    /// The words of a command line that are such options and their values.
    pub(crate) fn words(args: impl IntoIterator<Item = OsString>) -> Vec<String> {
        let known = command();
        let takes_value = |long: &str| {
            let mut options = known.get_arguments();
            let option = options.find(|option| option.get_long() == Some(long))?;
            Some(matches!(option.get_action(), ArgAction::Set | ArgAction::Append))
        };
        let mut words = Vec::new();
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let text = arg.to_string_lossy().into_owned();
            let Some(option) = text.strip_prefix("--") else {
                continue;
            };
            if option.is_empty() {
                // What follows is no option.
                break;
            }
            let (long, value) = option
                .split_once('=')
                .map_or((option, None), |(long, _)| (long, Some(())));
            let Some(takes_value) = takes_value(long) else { continue };
            words.push(text);
            if takes_value && value.is_none() {
                words.extend(args.next().map(|value| value.to_string_lossy().into_owned()));
            }
        }
        words
    }

    /// Reads such words back; nothing where they cannot be read.
    pub(crate) fn from_words(words: &[String]) -> Option<Self> {
        let matches = command().no_binary_name(true).try_get_matches_from(words).ok()?;
        Self::from_arg_matches(&matches).ok()
    }
}

fn command() -> Command {
    ReadingArgs::augment_args(Command::new("reading"))
}

#[cfg(test)]
mod tests {
    use leadsink::Field;

    use super::*;

    fn words(line: &str) -> Vec<String> {
        ReadingArgs::words(line.split(' ').map(OsString::from))
    }

    #[test]
    fn the_words_about_reading_are_kept_and_read_back() {
        let line = "leadsink send --lenient --set format=x --column=Ref=id a.csv --column A=city --format csv --to main \
                    --rows -12 --duplicates off -- --lenient";
        let words = words(line);
        let kept = "--lenient --column=Ref=id --column A=city --format csv --duplicates off";
        assert_eq!(words.join(" "), kept);
        let args = ReadingArgs::from_words(&words).unwrap();
        let columns = [
            ("Ref".to_owned(), Target::LeadId),
            ("A".to_owned(), Target::Field(Field::City)),
        ];
        assert_eq!(args.column, columns);
        assert!(args.lenient && args.format == Some(Format::Csv) && args.duplicates == Duplicates::Off);
    }

    #[test]
    fn words_that_mean_nothing_are_not_read() {
        assert!(ReadingArgs::from_words(&["--colum=A=city".to_owned()]).is_none());
        assert!(ReadingArgs::from_words(&[]).is_some());
    }
}
