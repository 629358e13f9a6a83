//! Opens the file: who may do what with it, and the settings of its connections.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::store_error;
use super::lock::{Lock, private, unusable};
use super::schema::{Found, look, migrate};
use super::side;
use crate::error::{StoreError, StoreErrorKind};
use crate::role::Role;
use crate::transfer::Mark;

/// Versions before 3.51.3 can lose what they committed when a checkpoint meets a writer: <https://sqlite.org/wal.html>.
const LEAST_SQLITE: i32 = 3_051_003;

/// How long a connection waits for another program.
const PATIENCE: Duration = Duration::from_secs(5);

/// Room for every statement of the crate.
const STATEMENTS: usize = 64;

/// An opened file.
pub(super) struct Opened {
    pub(super) writer: Option<Connection>,
    pub(super) readers: [Connection; 2],
    pub(super) lock: Option<Lock>,
}

/// Opens a file and, where the role may, makes or migrates it.
///
/// # Errors
/// When it cannot be opened, is no outbox or one of a newer version, or another worker has it.
pub(super) fn open(path: &Path, role: Role) -> Result<Opened, StoreError> {
    check_library(rusqlite::version_number())?;
    let path = &whole(path)?;
    if role != Role::Reader {
        // The lock is named by where the file is. SQLite gives its other files the permissions of this one.
        drop(private().open(path).map_err(|error| unusable(&error))?);
    }
    let mut lock = match role {
        Role::Worker(_) => Some(Lock::take(path)?),
        Role::Visitor | Role::Reader => None,
    };
    let writer = if role == Role::Reader {
        None
    } else {
        let mut db = writer(path)?;
        if look(&db)? != Found::Current {
            // Two that migrate at once would do it twice.
            let held = match &lock {
                Some(_) => None,
                None => Some(Lock::take(path)?),
            };
            migrate(&mut db)?;
            drop(held);
        }
        Mark::check(side::mark(&db)?.as_ref())?;
        Some(db)
    };
    let readers = [reader(path)?, reader(path)?];
    if role == Role::Reader
        && let [first, _] = &readers
        && look(first)? != Found::Current
    {
        return Err(StoreError::new(
            StoreErrorKind::OlderSchema,
            "the outbox is of an older version or empty; open it once for a worker",
        ));
    }
    Ok(Opened {
        writer,
        readers,
        lock: lock.take(),
    })
}

/// Holds a file as a worker does, also one that was moved; it is made where there is none.
///
/// # Errors
/// When it cannot be opened, is no outbox or one of a newer version, or a worker has it.
pub(super) fn hold(path: &Path) -> Result<(Connection, Lock), StoreError> {
    check_library(rusqlite::version_number())?;
    let path = &whole(path)?;
    drop(private().open(path).map_err(|error| unusable(&error))?);
    let lock = Lock::take(path)?;
    let mut db = writer(path)?;
    if look(&db)? != Found::Current {
        migrate(&mut db)?;
    }
    Ok((db, lock))
}

/// By its whole path every name is that of a file: `:memory:` and `file:` are something else to SQLite.
fn whole(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|error| unusable(&error))
}

fn check_library(version: i32) -> Result<(), StoreError> {
    if version >= LEAST_SQLITE {
        return Ok(());
    }
    Err(StoreError::new(
        StoreErrorKind::Library,
        "this program was built with a SQLite older than 3.51.3, which can lose data; build it with the bundled one",
    ))
}

fn writer(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let set = || {
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(PATIENCE)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // A plan does not depend on what is bound, so no statement is compiled again for each value.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // Most leads fit into one page with their neighbours. Heeded by a new file only.
        db.pragma_update(None, "page_size", 8192)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        // In KiB where negative.
        db.pragma_update(None, "cache_size", -65_536)?;
        // 32 MiB: a page that many transactions change is copied into the file once.
        db.pragma_update(None, "wal_autocheckpoint", 4096)?;
        db.pragma_update(None, "journal_size_limit", 64 << 20)?;
        Ok(db)
    };
    set().map_err(|error| store_error(&error))
}

fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let set = || {
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(PATIENCE)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(db)
    };
    set().map_err(|error| store_error(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_library_is_new_enough_and_an_older_one_is_refused() {
        assert_eq!(check_library(rusqlite::version_number()), Ok(()));
        assert_eq!(
            check_library(3_051_002).map_err(|error| error.kind()),
            Err(StoreErrorKind::Library)
        );
    }
}
