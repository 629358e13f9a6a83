//! The schema and its versions.

use rusqlite::Connection;
use rusqlite_migration::{Error as MigrationError, M, MigrationDefinitionError, Migrations, SchemaVersion};

use super::error::store_error;
use crate::error::{StoreError, StoreErrorKind};

/// Marks a file as an outbox: `lead` in ASCII.
const APPLICATION_ID: i32 = 0x6c65_6164;

/// Every version, the oldest first. None is ever changed once it was released.
const VERSIONS: &[M<'static>] = &[M::up(include_str!("0001.sql"))];

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Empty: not an outbox yet.
    Nothing,
    /// An outbox of an older version.
    Older,
    /// An outbox of this version.
    Current,
}

/// Looks what a file is.
///
/// # Errors
/// When it is no outbox, or one of a newer version.
pub(super) fn look(db: &Connection) -> Result<Found, StoreError> {
    let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let application = number("application_id").map_err(|error| store_error(&error))?;
    if application != APPLICATION_ID {
        let tables = db
            .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))
            .map_err(|error| store_error(&error))?;
        if tables > 0 || application != 0 {
            return Err(StoreError::new(
                StoreErrorKind::Foreign,
                "the file is a database of another program; name another file",
            ));
        }
        return Ok(Found::Nothing);
    }
    let migrations = Migrations::from_slice(VERSIONS);
    match migrations.current_version(db).map_err(|error| of(&error))? {
        SchemaVersion::NoneSet => Ok(Found::Nothing),
        SchemaVersion::Inside(version) if version.get() < VERSIONS.len() => Ok(Found::Older),
        SchemaVersion::Inside(_) => Ok(Found::Current),
        SchemaVersion::Outside(_) => Err(too_new()),
    }
}

/// Brings a file to this version, in transactions: one that fails leaves the version before.
///
/// # Errors
/// When a migration fails, or the file is of a newer version.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    db.pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(|error| store_error(&error))?;
    Migrations::from_slice(VERSIONS)
        .to_latest(db)
        .map_err(|error| of(&error))
}

fn too_new() -> StoreError {
    StoreError::new(
        StoreErrorKind::NewerSchema,
        "a newer version of Leadsink wrote the outbox; use that version, or a newer one",
    )
}

fn of(error: &MigrationError) -> StoreError {
    match error {
        MigrationError::RusqliteError { err, .. } => store_error(err),
        MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => too_new(),
        _ => StoreError::new(StoreErrorKind::Corrupt, "the version of the outbox cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_sound() {
        assert_eq!(Migrations::from_slice(VERSIONS).validate(), Ok(()));
    }

    #[test]
    fn a_file_is_empty_then_current() {
        let mut db = Connection::open_in_memory().unwrap();
        assert_eq!(look(&db), Ok(Found::Nothing));
        migrate(&mut db).unwrap();
        assert_eq!(look(&db), Ok(Found::Current));
        migrate(&mut db).unwrap();
    }

    #[test]
    fn a_newer_version_is_refused_and_left_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db).unwrap();
        let newer = VERSIONS.len() + 1;
        db.pragma_update(None, "user_version", newer.to_string()).unwrap();
        assert_eq!(look(&db).unwrap_err().kind(), StoreErrorKind::NewerSchema);
        assert_eq!(migrate(&mut db).unwrap_err().kind(), StoreErrorKind::NewerSchema);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_version_before() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db).unwrap();
        let mut versions = VERSIONS.to_vec();
        versions.push(M::up("CREATE TABLE more (a); INSERT INTO nowhere VALUES (1);"));
        let error = Migrations::from_slice(&versions).to_latest(&mut db).unwrap_err();
        assert!(matches!(error, MigrationError::RusqliteError { .. }));
        assert_eq!(look(&db), Ok(Found::Current));
        let more = "SELECT count(*) FROM sqlite_master WHERE name = 'more'";
        assert_eq!(db.query_row(more, [], |row| row.get::<_, i64>(0)), Ok(0));
    }

    #[test]
    fn a_database_of_another_program_is_refused() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE song (title TEXT)").unwrap();
        assert_eq!(look(&db).unwrap_err().kind(), StoreErrorKind::Foreign);
    }
}
