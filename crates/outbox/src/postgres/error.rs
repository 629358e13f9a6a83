//! What an error of the server or of its connection means for the caller. No text of the server goes on: it could quote a value.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::error::{StoreError, StoreErrorKind};
use crate::transfer::shut;

/// What a transaction failed with, until it is known whether it is tried again.
#[derive(Clone, Debug)]
pub(super) struct Failed {
    pub(super) error: StoreError,
    /// Another transaction was in the way, and may not be the next time.
    pub(super) may_pass_at_once: bool,
    /// The connection is of no more use.
    pub(super) is_lost: bool,
}

impl Failed {
    /// Something is stored that this version cannot read.
    pub(super) fn unreadable() -> Self {
        let message = "the outbox holds a value that cannot be read; restore it from a copy";
        StoreError::new(StoreErrorKind::Corrupt, message).into()
    }

    /// The server does not answer.
    pub(super) fn lost(why: &str) -> Self {
        let message = format!("there is no connection to the database server of the outbox: {why}");
        Self {
            is_lost: true,
            ..StoreError::new(StoreErrorKind::Io, message).into()
        }
    }

    /// There was no connection to be had.
    pub(super) fn unreachable(error: &Error) -> Self {
        if let Some(code) = error.code() {
            return said(code);
        }
        let text = error.to_string();
        if text.starts_with("authentication") || text.starts_with("invalid configuration") {
            let message = format!("the database server cannot be logged in to: {}", cause(error));
            return StoreError::new(StoreErrorKind::Denied, message).into();
        }
        if text.starts_with("error performing TLS") && !is_network(error) {
            let message = format!(
                "the database server cannot be trusted: {}; mend its certificate, name its authority as `sslrootcert=FILE`, or \
                 say `sslmode=disable` where the network is safe",
                cause(error)
            );
            return StoreError::new(StoreErrorKind::Denied, message).into();
        }
        Self::lost(&cause(error))
    }

    /// Something that should not happen.
    pub(super) fn internal() -> Self {
        let message = "the outbox was asked for something wrong; report this";
        StoreError::new(StoreErrorKind::Internal, message).into()
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self {
            error,
            may_pass_at_once: false,
            is_lost: false,
        }
    }
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        match error.code() {
            Some(_) if is_moved(&error) => shut().into(),
            Some(code) => said(code),
            None if is_of_connection(&error) => Self::lost(&cause(&error)),
            None => Self::internal(),
        }
    }
}

/// Whether the constraint that keeps everybody from writing was in the way.
fn is_moved(error: &Error) -> bool {
    let constraint = error.as_db_error().and_then(tokio_postgres::error::DbError::constraint);
    constraint == Some("outbox_moved")
}

/// Whether the network broke, and not what goes over it.
fn is_network(error: &Error) -> bool {
    let io = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    io.is_some_and(|io| io.get_ref().is_none_or(|inner| !inner.is::<rustls::Error>()))
}

/// Whether it came from the way to the server and not from what was asked.
fn is_of_connection(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(current) = source {
        if current.is::<io::Error>() {
            return true;
        }
        source = current.source();
    }
    error.is_closed() || error.source().is_none()
}

/// The innermost cause in one line. It comes from the network stack and names no address of ours.
fn cause(error: &Error) -> String {
    let mut innermost = error.source();
    while let Some(next) = innermost.and_then(std::error::Error::source) {
        innermost = Some(next);
    }
    let cause = innermost.map_or_else(|| "it was closed".to_owned(), ToString::to_string);
    cause.replace('\n', " ")
}

/// An error that the server has a code for: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn said(code: &SqlState) -> Failed {
    use StoreErrorKind::{Busy, Corrupt, Denied, Full, Internal, Io, ReadOnly};
    let (kind, message) = match code.code() {
        "53100" => (
            Full,
            "the disk of the database server is full, nothing of this was stored; free some space",
        ),
        "40001" | "40P01" | "55P03" | "57014" => (Busy, "the database of the outbox is busy; try again"),
        code if code.starts_with("53") => (
            Busy,
            "the database server has no connection or memory left for the outbox; free some, or raise its limits",
        ),
        code if code.starts_with("57P") || code.starts_with("08") || code == "25P03" => {
            (Io, "the database server of the outbox is starting or going down")
        }
        "25006" => (
            Io,
            "the database server takes no writes: it is a standby, or was set to read only",
        ),
        "42501" => (
            ReadOnly,
            "the database user may not write to the outbox; grant it the tables, or CREATE on the schema to make them",
        ),
        code if code.starts_with("28") => (
            Denied,
            "the database server refuses the user or the password; check the address of the outbox",
        ),
        "3D000" => (
            Denied,
            "there is no database of that name; create it, or check the address of the outbox",
        ),
        "3F000" => (
            Denied,
            "there is no schema for the tables; create it, or check `search_path` in the address of the outbox",
        ),
        "XX001" | "XX002" => (
            Corrupt,
            "the database server says that its data is damaged; restore the outbox from a copy",
        ),
        code if code.starts_with("58") => (Io, "the database server cannot read or write; check its disk"),
        code => {
            let message = format!("the outbox failed with PostgreSQL error {code}; report this");
            return StoreError::new(Internal, message).into();
        }
    };
    Failed {
        error: StoreError::new(kind, message),
        may_pass_at_once: *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED,
        is_lost: kind == Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_server_has_its_kind() {
        for (code, kind) in [
            ("53100", StoreErrorKind::Full),
            ("53300", StoreErrorKind::Busy),
            ("55P03", StoreErrorKind::Busy),
            ("57P01", StoreErrorKind::Io),
            ("25006", StoreErrorKind::Io),
            ("42501", StoreErrorKind::ReadOnly),
            ("28P01", StoreErrorKind::Denied),
            ("3D000", StoreErrorKind::Denied),
            ("XX001", StoreErrorKind::Corrupt),
            ("23505", StoreErrorKind::Internal),
        ] {
            assert_eq!(said(&SqlState::from_code(code)).error.kind(), kind, "{code}");
        }
    }

    #[test]
    fn a_deadlock_is_tried_again_at_once_and_a_lock_that_took_too_long_is_not() {
        assert!(said(&SqlState::from_code("40P01")).may_pass_at_once);
        assert!(!said(&SqlState::from_code("55P03")).may_pass_at_once);
    }
}
