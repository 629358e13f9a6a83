//! The two streams. Standard output reports a failure to whoever writes; standard error never does.

use std::fmt::Display;
use std::io::{self, BufWriter, Stdout, Write};

use serde::Serialize;

use super::screen::stderr_width;
use super::style::{Paint, Style};
use super::text::{clean, wrap};
use crate::exit::{CliError, Exit, Outcome};

/// Standard output, buffered until [`Out::flush`] or [`Out::done`]. What was not flushed is not printed.
///
/// A reader that has gone is an error for which `main` says nothing; see [`CliError::is_closed`].
#[derive(Debug)]
pub(crate) struct Out {
    to: BufWriter<Stdout>,
}

impl Out {
    pub(crate) fn new() -> Self {
        Self {
            // Lines would otherwise be flushed one by one by the standard library's own buffer.
            to: BufWriter::with_capacity(64 * 1024, io::stdout()),
        }
    }

    /// Writes bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), CliError> {
        self.to
            .write_all(bytes.as_ref())
            .map_err(|error| CliError::stdout(&error))
    }

    /// Writes text and a line feed.
    pub(crate) fn line(&mut self, text: impl Display) -> Result<(), CliError> {
        writeln!(self.to, "{text}").map_err(|error| CliError::stdout(&error))
    }

    /// Writes JSON on one line.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        serde_json::to_writer(&mut self.to, value).map_err(|error| CliError::stdout(&error.into()))?;
        self.bytes("\n")
    }

    /// Writes JSON for people too, over several lines.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        serde_json::to_writer_pretty(&mut self.to, value).map_err(|error| CliError::stdout(&error.into()))?;
        self.line("")
    }

    /// Lets all that was written go out.
    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        self.to.flush().map_err(|error| CliError::stdout(&error))
    }

    /// Flushes, and ends a command.
    pub(crate) fn done(mut self, exit: Exit) -> Outcome {
        self.flush().map(|()| exit)
    }
}

/// Prints an error and its hint to standard error.
pub(crate) fn error(error: &CliError) {
    say(Paint::Red, "error", &error.message);
    if let Some(text) = &error.hint {
        hint(text);
    }
}

/// Prints advice to standard error.
fn hint(text: &str) {
    say(Paint::Cyan, "hint", text);
}

/// Prints a warning to standard error.
pub(crate) fn warn(text: &str) {
    say(Paint::Yellow, "warning", text);
}

/// Prints a remark to standard error, such as progress where no bar is shown.
pub(crate) fn note(text: &str) {
    say(Paint::Bold, "note", text);
}

fn say(paint: Paint, word: &str, text: &str) {
    let style = Style::stderr();
    // The first line is shortened by the word before it.
    let width = stderr_width().map(|columns| columns.saturating_sub(word.len() + 2));
    let broken = |line: &str| match width {
        Some(width) => wrap(&clean(line), width),
        None => vec![clean(line)],
    };
    let mut lines = text.split('\n').flat_map(broken);
    let first = lines.next().unwrap_or_default();
    let mut whole = format!("{} {first}\n", style.paint(paint, &format!("{word}:")));
    for line in lines {
        whole.push_str(&line);
        whole.push('\n');
    }
    // Nobody is left to be told that standard error cannot be written.
    let _ = io::stderr().write_all(whole.as_bytes());
}
