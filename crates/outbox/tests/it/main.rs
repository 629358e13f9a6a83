//! The crate from outside: every rule against each store, and what only one of them does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod child;
mod conformance;
mod damage;
mod dispatch;
mod kill;
mod postgres;
mod readonly;
mod sqlite;
mod transfer;
