//! The crate from outside: every rule against the embedded store, and what only that store does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod child;
mod conformance;
mod damage;
mod dispatch;
mod kill;
mod readonly;
mod sqlite;
