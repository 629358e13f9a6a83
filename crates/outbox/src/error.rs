//! Why a store did not do what it was asked to, and what to do about it.

use std::borrow::Cow;

/// What went wrong, for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// There is no room left.
    Full,
    /// It cannot be written to.
    ReadOnly,
    /// Somebody else held it locked for too long.
    Busy,
    /// What is stored cannot be read.
    Corrupt,
    /// A newer version wrote it.
    NewerSchema,
    /// An older version wrote it, and this role may not change it.
    OlderSchema,
    /// It belongs to another program.
    Foreign,
    /// There is none, and this role makes none.
    Missing,
    /// It was moved elsewhere, or is being filled from elsewhere.
    Moved,
    /// It holds leads, and was to be empty.
    NotEmpty,
    /// Another worker has it.
    HeldByWorker,
    /// Only a worker may do that.
    NotAWorker,
    /// The operating system, the database server or the way to it failed.
    Io,
    /// It has been closed, or its connection is lost.
    Closed,
    /// The database library or server is too old to be trusted.
    Library,
    /// The server does not let it in, or cannot be checked.
    Denied,
    /// The clock of this machine is not that of the others.
    Clock,
    /// Something that should not happen.
    Internal,
}

/// Why a store did not do what it was asked to. Nothing of the call is stored. `Display` is one line and holds no lead value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    kind: StoreErrorKind,
    message: Cow<'static, str>,
}

impl StoreError {
    /// An error with its line: a lower-case fragment that says what to do.
    #[must_use]
    pub fn new(kind: StoreErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}
