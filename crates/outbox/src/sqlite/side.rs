//! One end of a move: every row of a file, and the mark that keeps everybody from writing to it.

use std::path::Path;

use leadsink_core::Timestamp;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Result, ToSql, params, params_from_iter};
use uuid::Uuid;

use super::column::At;
use super::error::store_error;
use super::lock::Lock;
use super::open;
use crate::error::StoreError;
use crate::transfer::{CHUNK, End, Mark, MarkKind, Row, TABLES, Table, Value};

const IS_MARKED: &str = "SELECT count(*) > 0 FROM sqlite_master WHERE name = 'outbox_mark'";
const MARK: &str = "SELECT kind, place, id, at FROM outbox_mark";

const NO_MARK: &str = "
    CREATE TABLE IF NOT EXISTS outbox_mark (
        kind  TEXT NOT NULL,
        place TEXT NOT NULL,
        id    BLOB NOT NULL,
        at    INTEGER NOT NULL
    ) STRICT;
    DELETE FROM outbox_mark;";

/// A file that is held for a move.
#[derive(Debug)]
pub(crate) struct Side {
    db: Connection,
    #[expect(dead_code, reason = "holds the lock until it is dropped")]
    lock: Option<Lock>,
}

/// Holds a file as a worker does, also one that is marked.
///
/// # Errors
/// When it cannot be opened, or a worker has it.
pub(crate) fn open(path: &Path) -> std::result::Result<Side, StoreError> {
    let (db, lock) = open::hold(path)?;
    Ok(Side { db, lock: Some(lock) })
}

/// What a file says of a move, as it was read.
type Marked = (String, String, [u8; 16], At);

/// What a file says of a move.
///
/// # Errors
/// When it cannot be read.
pub(super) fn mark(db: &Connection) -> std::result::Result<Option<Mark>, StoreError> {
    let found = marked(db).map_err(|error| store_error(&error))?;
    let Some((kind, place, id, at)) = found else {
        return Ok(None);
    };
    Ok(Some(Mark {
        kind: MarkKind::parse(&kind)?,
        place,
        id: Uuid::from_bytes(id),
        at: at.0,
    }))
}

pub(super) fn marked(db: &Connection) -> Result<Option<Marked>> {
    if !db.query_row(IS_MARKED, [], |row| row.get(0))? {
        return Ok(None);
    }
    db.query_row(MARK, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()
}

impl Side {
    fn run<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> std::result::Result<T, StoreError> {
        work(&self.db).map_err(|error| store_error(&error))
    }
}

/// Keeps every connection from writing, or no longer.
fn shut(db: &Connection, is_shut: bool) -> Result<()> {
    for table in TABLES.iter().map(|table| table.name) {
        for verb in ["INSERT", "UPDATE", "DELETE"] {
            db.execute_batch(&format!("DROP TRIGGER IF EXISTS moved_{table}_{verb}"))?;
            if is_shut {
                db.execute_batch(&format!(
                    "CREATE TRIGGER moved_{table}_{verb} BEFORE {verb} ON {table}
                     BEGIN SELECT RAISE(ABORT, 'moved'); END"
                ))?;
            }
        }
    }
    Ok(())
}

fn read(db: &Connection, table: &Table, after: Option<&Row>) -> Result<Vec<Row>> {
    let (names, keys) = (table.names(), table.keys());
    let behind = match after {
        Some(_) => format!("WHERE ({keys}) > ({})", marks(table.key)),
        None => String::new(),
    };
    let sql = format!(
        "SELECT {names} FROM {} {behind} ORDER BY {keys} LIMIT {CHUNK}",
        table.name
    );
    let key = after.map_or(&[][..], |row| &row[..table.key]);
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(key), |row| {
        (0..table.columns.len())
            .map(|column| row.get::<_, Stored>(column).map(value))
            .collect()
    })?;
    rows.collect()
}

fn value(stored: Stored) -> Value {
    match stored {
        Stored::Integer(number) => Value::Int(number),
        // Not every store can keep this character, and the digest is that of what goes along.
        Stored::Text(text) if text.contains('\0') => Value::Text(text.replace('\0', "")),
        Stored::Text(text) => Value::Text(text),
        Stored::Blob(bytes) => Value::Bytes(bytes),
        // No column of a number is real.
        Stored::Null | Stored::Real(_) => Value::Null,
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// So many places for values.
fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

#[async_trait::async_trait]
impl End for Side {
    async fn mark(&mut self) -> std::result::Result<Option<Mark>, StoreError> {
        mark(&self.db)
    }

    async fn begin(&mut self) -> std::result::Result<(), StoreError> {
        self.run(|db| db.execute_batch("BEGIN IMMEDIATE"))
    }

    async fn commit(&mut self) -> std::result::Result<(), StoreError> {
        self.run(|db| db.execute_batch("COMMIT"))
    }

    async fn set_mark(&mut self, mark: &Mark) -> std::result::Result<(), StoreError> {
        self.run(|db| {
            db.execute_batch(NO_MARK)?;
            let at: Timestamp = mark.at;
            db.execute(
                "INSERT INTO outbox_mark (kind, place, id, at) VALUES (?1, ?2, ?3, ?4)",
                params![mark.kind.as_str(), mark.place, mark.id.into_bytes(), At(at)],
            )?;
            shut(db, mark.kind.is_shut())
        })
    }

    async fn clear(&mut self) -> std::result::Result<(), StoreError> {
        self.run(|db| {
            shut(db, false)?;
            TABLES
                .iter()
                .try_for_each(|table| db.execute_batch(&format!("DELETE FROM {}", table.name)))
        })
    }

    async fn count(&mut self, table: &'static Table) -> std::result::Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        let count: i64 = self.run(|db| db.query_row(&sql, [], |row| row.get(0)))?;
        Ok(count.unsigned_abs())
    }

    async fn read(&mut self, table: &'static Table, after: Option<&Row>) -> std::result::Result<Vec<Row>, StoreError> {
        self.run(|db| read(db, table, after))
    }

    async fn write(&mut self, table: &'static Table, rows: &[Row]) -> std::result::Result<(), StoreError> {
        let values = marks(table.columns.len());
        let sql = format!("INSERT INTO {} ({}) VALUES ({values})", table.name, table.names());
        self.run(|db| {
            let mut statement = db.prepare_cached(&sql)?;
            rows.iter()
                .try_for_each(|row| statement.execute(params_from_iter(row)).map(drop))
        })
    }

    async fn complete(&mut self) -> std::result::Result<(), StoreError> {
        Ok(())
    }

    async fn touch(&mut self) -> std::result::Result<(), StoreError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_goes_along() {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::schema::migrate(&mut db).unwrap();
        for table in TABLES {
            let mut found = db.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
            let found = found.query_map([table.name], |row| row.get(0)).unwrap();
            let mut found: Vec<String> = found.collect::<Result<_>>().unwrap();
            // The number of an attempt is this store's own.
            found.retain(|name| table.name != "attempt" || name != "id");
            let known: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(found, known, "{}", table.name);
        }
    }
}
