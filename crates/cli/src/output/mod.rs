//! All that the program prints: results on standard output, remarks on standard error. Nothing else prints.

mod screen;
mod stream;
mod style;
mod table;
mod text;

pub(crate) use screen::{stderr_width, stdout_is_terminal, width};
pub(crate) use stream::{Out, error, note, warn};
pub(crate) use style::{Paint, Style};
pub(crate) use table::{Cell, Table};
pub(crate) use text::{clean, clock, count, list, plural, quote, wrap};
