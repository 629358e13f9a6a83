//! What an error of the database means for the caller. No text of the database goes on: it could quote a value.

use rusqlite::{Error, ErrorCode};

use crate::error::{StoreError, StoreErrorKind};
use crate::transfer::shut;

/// The error with what to do about it.
pub(super) fn store_error(error: &Error) -> StoreError {
    use StoreErrorKind::{Busy, Closed, Corrupt, Foreign, Full, Internal, Io, ReadOnly};
    if let Error::FromSqlConversionFailure(..)
    | Error::InvalidColumnType(..)
    | Error::IntegralValueOutOfRange(..)
    | Error::Utf8Error(..) = error
    {
        return StoreError::new(
            Corrupt,
            "the outbox holds a value that cannot be read; restore it from a copy",
        );
    }
    let Some(failure) = error.sqlite_error() else {
        return StoreError::new(Internal, "the outbox was asked for something wrong; report this");
    };
    if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER {
        return shut();
    }
    let (kind, message) = match failure.code {
        ErrorCode::DiskFull => (
            Full,
            "the disk of the outbox is full, nothing of this was stored; free some space",
        ),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => (
            ReadOnly,
            "the outbox cannot be written to; check the permissions of the file and its folder",
        ),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            (Busy, "another program holds the outbox locked; end it or try again")
        }
        ErrorCode::DatabaseCorrupt => (
            Corrupt,
            "the file of the outbox is damaged; keep a copy of it, and restore it or mend it with `sqlite3 FILE .recover`",
        ),
        ErrorCode::NotADatabase => (Foreign, "the file is no outbox; name another file"),
        ErrorCode::CannotOpen => (
            Io,
            "the outbox cannot be opened; check that its folder exists and that the permissions allow it",
        ),
        ErrorCode::SystemIoFailure => (
            Io,
            "the outbox cannot be read or written; check the disk, and the limits on the size of files",
        ),
        ErrorCode::ApiMisuse => (Closed, "the outbox is closed"),
        _ => {
            let message = format!(
                "the outbox failed with SQLite error {}; report this",
                failure.extended_code
            );
            return StoreError::new(Internal, message);
        }
    };
    StoreError::new(kind, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn each_code_of_the_database_has_its_kind() {
        for (code, kind) in [
            (ffi::SQLITE_FULL, StoreErrorKind::Full),
            (ffi::SQLITE_IOERR_WRITE, StoreErrorKind::Io),
            (ffi::SQLITE_READONLY, StoreErrorKind::ReadOnly),
            (ffi::SQLITE_BUSY, StoreErrorKind::Busy),
            (ffi::SQLITE_LOCKED, StoreErrorKind::Busy),
            (ffi::SQLITE_CORRUPT, StoreErrorKind::Corrupt),
            (ffi::SQLITE_NOTADB, StoreErrorKind::Foreign),
            (ffi::SQLITE_CANTOPEN, StoreErrorKind::Io),
            (ffi::SQLITE_CONSTRAINT_UNIQUE, StoreErrorKind::Internal),
            (ffi::SQLITE_CONSTRAINT_TRIGGER, StoreErrorKind::Moved),
        ] {
            let error = Error::SqliteFailure(ffi::Error::new(code), Some("Jane Doe".to_owned()));
            let error = store_error(&error);
            assert_eq!(error.kind(), kind, "{code}");
            assert!(!format!("{error} {error:?}").contains("Jane"));
        }
    }
}
