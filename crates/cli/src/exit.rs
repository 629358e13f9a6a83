//! How a command ends: the exit code, or the error that kept it from doing its work.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use leadsink::ConfigError;
use leadsink::intake::ReadError;

/// The exit codes; scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All went well; an answer that is still to come counts as delivered.
    Well = 0,
    /// Some rows are bad, or some leads were refused or failed.
    SomeBad = 1,
    /// The command line, the configuration or a file cannot be used.
    Usage = 2,
    /// Of some leads nobody knows whether they arrived.
    SomeAmbiguous = 3,
    /// There were good rows and not one was delivered.
    NoneDelivered = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What a shell reports of a program that a closed pipe ended: 128 and the number of the signal.
pub(crate) const CLOSED_PIPE: u8 = 128 + 13;

/// How a command ends.
pub(crate) type Outcome = Result<Exit, CliError>;

/// `CliError` says why a command could not do its work. It is printed as `error: …` and `hint: …`, and the code is 2.
///
/// It never holds a credential or a value of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CliError {
    /// What happened: a lower-case fragment; further lines stand indented below it.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    closed: bool,
}

impl CliError {
    /// An error without a hint.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            closed: false,
        }
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says what to do about it, where nothing is said yet.
    #[must_use]
    pub(crate) fn or_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// A file that cannot be read or written; `verb` is such as `read` or `write`.
    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(format!("cannot {verb} `{}`: {}", path.display(), reason(error)))
    }

    /// Standard output that cannot be written.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        let message = format!("cannot write to standard output: {}", reason(error));
        Self {
            closed: error.kind() == io::ErrorKind::BrokenPipe,
            ..Self::new(message)
        }
    }

    /// Whether whoever read standard output has gone; then there is nothing to say and nobody to say it to.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CliError {}

impl From<ReadError> for CliError {
    fn from(error: ReadError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<leadsink::UnknownVendor> for CliError {
    fn from(error: leadsink::UnknownVendor) -> Self {
        Self::new(error.to_string()).with_hint("`leadsink vendors` lists them")
    }
}

/// What the operating system said, without its number and capital.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split_once(" (os error").map_or(&*text, |(text, _)| text);
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_io_error_names_the_file_and_the_reason() {
        let error = std::fs::read("/no/such/file").unwrap_err();
        let error = CliError::io("read", Path::new("/no/such/file"), &error);
        assert_eq!(error.message, "cannot read `/no/such/file`: no such file or directory");
        assert!(!error.is_closed());
    }

    #[test]
    fn a_closed_pipe_is_told_from_a_full_disk() {
        assert!(CliError::stdout(&io::ErrorKind::BrokenPipe.into()).is_closed());
        assert!(!CliError::stdout(&io::ErrorKind::StorageFull.into()).is_closed());
    }
}
