//! The file reader against real exports and damaged ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod expected;
mod exports;
mod forms;
mod support;
