//! Outboxes, in files and on servers: how one is named, opened and told of.

mod astray;
mod open;
mod place;
mod trouble;

pub(crate) use astray::is_astray;
pub(crate) use open::{Store, Workers, find, open};
#[cfg(test)]
pub(crate) use place::tests;
pub(crate) use place::{At, OutboxPlace};
pub(crate) use trouble::{command, trouble};
