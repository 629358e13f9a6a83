//! The tasks, run as a person runs them, in a copy of the workspace.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod contributing;
mod copy;
mod new_vendor;
mod page;
mod refused;
mod walk;
