//! Who opens an outbox.

use crate::ids::WorkerId;

/// Who opens an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// One that delivers. The id is new with each start. An embedded store has one at a time, which holds its lock file.
    Worker(WorkerId),
    /// One that accepts leads, takes call-backs and carries out commands, also while a worker runs.
    Visitor,
    /// One that looks, and changes nothing.
    Reader,
}
