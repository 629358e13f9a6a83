//! The file reader against real exports and damaged ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod consent;
mod expected;
mod exports;
mod forms;
mod headers;
mod lines;

mod places;
mod support;
