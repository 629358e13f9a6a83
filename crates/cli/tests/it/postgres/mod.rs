//! Outboxes on a PostgreSQL server: every command as on a file, several workers, and no password anywhere.

mod alike;
pub(crate) mod bed;
mod moved;
mod refused;
mod workers;
