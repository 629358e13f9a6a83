//! What standard output leads to: a terminal, and how wide.

use std::env;
use std::io::{self, IsTerminal};

/// Below this, tables are no longer narrowed.
const NARROWEST: usize = 40;

/// How many columns standard error has; nothing where it is no terminal.
pub(crate) fn stderr_width() -> Option<usize> {
    let size = terminal_size::terminal_size_of(io::stderr());
    size.map(|(columns, _)| usize::from(columns.0).max(NARROWEST))
}

pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// How many columns of text there are; nothing where standard output is no terminal, then nothing is wrapped.
pub(crate) fn width() -> Option<usize> {
    let told = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || {
        let size = stdout_is_terminal().then(terminal_size::terminal_size).flatten();
        size.map(|(columns, _)| usize::from(columns.0))
    };
    told.or_else(seen)
        .filter(|columns| *columns > 0)
        .map(|columns| columns.max(NARROWEST))
}
