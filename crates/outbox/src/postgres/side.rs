//! One end of a move: every row of a database, and the mark that keeps everybody from writing to it.

use std::sync::Arc;

use tokio_postgres::Row as Found;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::address::Address;
use super::column::{At, get};
use super::error::Failed;
use super::listen::{self, Alone};
use super::open;
use super::pool::Pool;
use super::server::{Db, Server};
use crate::error::{StoreError, StoreErrorKind};
use crate::role::Role;
use crate::transfer::{CHUNK, End, Kind, Mark, MarkKind, Row, TABLES, Table, Value};

/// A connection for a move waits 10 min at most for the other end, whose longest statement completes what was copied. Where this
/// program has vanished with its machine, the server notices by TCP after a minute, and its locks go.
const PATIENT: &str = "
    SET tcp_keepalives_idle = 30;
    SET tcp_keepalives_interval = 10;
    SET tcp_keepalives_count = 3;
    SET tcp_user_timeout = 60000;
    SET idle_in_transaction_session_timeout = '10min'";

const LOCK: &str = "LOCK TABLE lead, delivery, attempt, vendor_event, lane IN EXCLUSIVE MODE";

const IS_LEASED: &str = "
    SELECT count(*) FROM delivery WHERE state = 'leased' AND state <> 'done' AND lease_until > clock_timestamp()";

const IS_MARKED: &str = "
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relname = 'outbox_mark'";
const MARK: &str = "SELECT kind, place, id, at FROM outbox_mark";

const NO_MARK: &str = "
    CREATE TABLE IF NOT EXISTS outbox_mark (
        kind  text NOT NULL,
        place text NOT NULL,
        id    uuid NOT NULL,
        at    timestamptz NOT NULL
    );
    DELETE FROM outbox_mark";
const ADD_MARK: &str = "INSERT INTO outbox_mark (kind, place, id, at) VALUES ($1, $2, $3, $4)";

/// What other stores tell from the attempts: how often in a row a delivery was lost with its worker.
const LOST: &str = "
    UPDATE delivery d SET lost = (
        SELECT count(*) FROM attempt a
        WHERE a.delivery = d.id AND (d.state <> 'leased' OR a.claim < d.claims) AND a.claim > coalesce((
            SELECT max(b.claim) FROM attempt b
            WHERE b.delivery = d.id AND (d.state <> 'leased' OR b.claim < d.claims)
                AND NOT coalesce(b.outcome IN ('not_sent', 'unknown') AND b.error IS NULL AND b.late IS NULL, false)), 0))
    WHERE d.state <> 'done' AND d.claims > 0";

/// A database that is held for a move.
pub(crate) struct Side {
    db: Db,
}

impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Side").finish_non_exhaustive()
    }
}

/// Holds a database against workers, also one that is marked.
///
/// # Errors
/// When it cannot be reached or opened, or a worker is at it.
pub(crate) async fn open(address: &Address) -> Result<Side, StoreError> {
    let server = Arc::new(Server::new(address, Role::Visitor)?);
    open::open_marked(&Pool::new(&server, 1)).await?;
    let db = server.connect().await?;
    db.batch(PATIENT).await?;
    if listen::alone(&db).await? == Alone::No {
        let message = "workers are at the outbox; end them and try again";
        return Err(StoreError::new(StoreErrorKind::HeldByWorker, message));
    }
    Ok(Side { db })
}

/// What a database says of a move.
///
/// # Errors
/// When the server or the connection fails, or a newer version wrote it.
pub(super) async fn mark(db: &Db) -> Result<Option<Mark>, Failed> {
    let is_there = db.row(IS_MARKED, &[]).await?.ok_or_else(Failed::internal)?;
    if get::<i64>(&is_there, 0)? == 0 {
        return Ok(None);
    }
    let Some(row) = db.row(MARK, &[]).await? else {
        return Ok(None);
    };
    Ok(Some(Mark {
        kind: MarkKind::parse(get(&row, 0)?)?,
        place: get(&row, 1)?,
        id: get(&row, 2)?,
        at: get::<At>(&row, 3)?.0,
    }))
}

impl Side {
    async fn shut(&self, is_shut: bool) -> Result<(), Failed> {
        for table in TABLES.iter().map(|table| table.name) {
            // Asked of no row that is there, and of each that is written from now on.
            let then = if is_shut {
                ", ADD CONSTRAINT outbox_moved CHECK (false) NOT VALID"
            } else {
                ""
            };
            let sql = format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS outbox_moved{then}");
            self.db.batch(&sql).await?;
        }
        Ok(())
    }
}

fn value(row: &Found, column: usize, kind: Kind) -> Result<Value, Failed> {
    let int = |number: Option<i64>| number.map_or(Value::Null, Value::Int);
    Ok(match kind {
        Kind::Int => int(get(row, column)?),
        Kind::Small => int(get::<Option<i32>>(row, column)?.map(i64::from)),
        Kind::Bool => int(get::<Option<bool>>(row, column)?.map(i64::from)),
        Kind::Time => int(get::<Option<At>>(row, column)?.map(|at| at.0.as_microsecond())),
        Kind::Text => get::<Option<String>>(row, column)?.map_or(Value::Null, Value::Text),
        Kind::Bytes => get::<Option<Vec<u8>>>(row, column)?.map_or(Value::Null, Value::Bytes),
        Kind::Uuid => {
            let uuid = get::<Option<Uuid>>(row, column)?;
            uuid.map_or(Value::Null, |uuid| Value::Bytes(uuid.into_bytes().to_vec()))
        }
    })
}

type Param<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// The values of a column, as one array.
fn array(rows: &[Row], column: usize, kind: Kind) -> Result<Param<'_>, Failed> {
    let values = || rows.iter().map(move |row| &row[column]);
    Ok(match kind {
        Kind::Int => Box::new(all(values(), int)?),
        Kind::Small => Box::new(all(values(), |value| i32::try_from(int(value)?).ok())?),
        Kind::Bool => Box::new(all(values(), |value| Some(int(value)? != 0))?),
        Kind::Time => Box::new(all(values(), time)?),
        Kind::Text => Box::new(all(values(), text)?),
        Kind::Bytes => Box::new(all(values(), bytes)?),
        Kind::Uuid => Box::new(all(values(), |value| Uuid::from_slice(bytes(value)?).ok())?),
    })
}

/// One value of a row, as a key.
fn single(value: &Value) -> Param<'_> {
    match value {
        Value::Text(text) => Box::new(text),
        Value::Int(number) => Box::new(number),
        Value::Bytes(_) | Value::Null => Box::new(None::<i64>),
    }
}

/// Every value that is there, read so.
fn all<'a, T>(
    values: impl Iterator<Item = &'a Value>,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Result<Vec<Option<T>>, Failed> {
    let one = |value| match value {
        &Value::Null => Ok(None),
        value => read(value).map(Some).ok_or_else(Failed::unreadable),
    };
    values.map(one).collect()
}

const fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn time(value: &Value) -> Option<At> {
    leadsink_core::Timestamp::from_microsecond(int(value)?).ok().map(At)
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

const fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "bigint",
        Kind::Small => "integer",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
        Kind::Time => "timestamptz",
        Kind::Bool => "boolean",
        Kind::Uuid => "uuid",
    }
}

/// Inserts rows under the numbers that they have. A lease goes along as one that has just ended.
fn insert(table: &Table) -> String {
    let (name, names) = (table.name, table.names());
    let arrays: Vec<_> = (1..)
        .zip(table.columns)
        .map(|(n, (_, kind))| format!("${n}::{}[]", type_of(*kind)))
        .collect();
    let (more, ended) = match name {
        "delivery" => (
            ", lease_until",
            ", CASE WHEN lease_owner IS NOT NULL THEN clock_timestamp() END",
        ),
        _ => ("", ""),
    };
    format!(
        "INSERT INTO {name} ({names}{more}) OVERRIDING SYSTEM VALUE SELECT {names}{ended} FROM unnest({}) AS g ({names})",
        arrays.join(", ")
    )
}

#[async_trait::async_trait]
impl End for Side {
    async fn mark(&mut self) -> Result<Option<Mark>, StoreError> {
        Ok(mark(&self.db).await?)
    }

    async fn begin(&mut self) -> Result<(), StoreError> {
        self.db.batch("BEGIN").await?;
        self.db.batch(LOCK).await?;
        let leased = self.db.row(IS_LEASED, &[]).await?.ok_or_else(Failed::internal)?;
        if get::<i64>(&leased, 0)? > 0 {
            let message =
                "a worker has deliveries of the outbox in flight, or left some until its lease ends; try again then";
            return Err(StoreError::new(StoreErrorKind::HeldByWorker, message));
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.db.batch("COMMIT").await?)
    }

    async fn set_mark(&mut self, mark: &Mark) -> Result<(), StoreError> {
        self.db.batch(NO_MARK).await?;
        let kind = mark.kind.as_str();
        self.db
            .execute(ADD_MARK, &[&kind, &mark.place, &mark.id, &At(mark.at)])
            .await?;
        Ok(self.shut(mark.kind.is_shut()).await?)
    }

    async fn clear(&mut self) -> Result<(), StoreError> {
        self.shut(false).await?;
        let names: Vec<_> = TABLES.iter().map(|table| table.name).collect();
        Ok(self.db.batch(&format!("TRUNCATE {}", names.join(", "))).await?)
    }

    async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError> {
        let rows = self
            .db
            .ask(&format!("SELECT count(*) FROM {}", table.name), &[])
            .await?;
        let row = rows.first().ok_or_else(Failed::internal)?;
        Ok(super::column::number(row, 0)?)
    }

    async fn read(&mut self, table: &'static Table, after: Option<&Row>) -> Result<Vec<Row>, StoreError> {
        let (names, keys) = (table.names(), table.keys());
        let places: Vec<_> = (1..=table.key).map(|n| format!("${n}")).collect();
        let behind = match after {
            Some(_) => format!("WHERE ({keys}) > ({})", places.join(", ")),
            None => String::new(),
        };
        let sql = format!(
            "SELECT {names} FROM {} {behind} ORDER BY {keys} LIMIT {CHUNK}",
            table.name
        );
        let key: Vec<_> = after
            .map_or(&[][..], |row| &row[..table.key])
            .iter()
            .map(single)
            .collect();
        let rows = self.db.ask(&sql, &refs(&key)).await?;
        let columns = || table.columns.iter().enumerate();
        let read = |row: &Found| {
            let values = columns().map(|(column, (_, kind))| value(row, column, *kind));
            values.collect::<Result<Row, Failed>>()
        };
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    async fn write(&mut self, table: &'static Table, rows: &[Row]) -> Result<(), StoreError> {
        let columns = table.columns.iter().enumerate();
        let arrays: Vec<_> = columns
            .map(|(column, (_, kind))| array(rows, column, *kind))
            .collect::<Result<_, _>>()?;
        self.db.ask(&insert(table), &refs(&arrays)).await?;
        Ok(())
    }

    async fn complete(&mut self) -> Result<(), StoreError> {
        let is_numbered = |table: &&Table| table.columns.iter().any(|(column, _)| *column == "id");
        for name in TABLES.iter().filter(is_numbered).map(|table| table.name) {
            self.db
                .batch(&format!(
                    "SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL)
                     FROM {name}"
                ))
                .await?;
        }
        Ok(self.db.batch(LOST).await?)
    }

    async fn touch(&mut self) -> Result<(), StoreError> {
        Ok(self.db.batch("SELECT 1").await?)
    }
}

fn refs<'a>(params: &'a [Param<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| &**param as &(dyn ToSql + Sync)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_column_goes_along() {
        let schema = include_str!("0001.sql");
        for table in TABLES {
            let start = format!("CREATE TABLE {} (\n", table.name);
            let (_, rest) = schema.split_once(&start).unwrap();
            let (columns, _) = rest.split_once("\n)").unwrap();
            let names = columns.lines().filter_map(|line| line.split_whitespace().next());
            let mut found: BTreeSet<_> = names
                .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
                .collect();
            // These follow from others.
            found.remove("lost");
            found.remove("lease_until");
            let known: BTreeSet<_> = table.columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(found, known, "{}", table.name);
        }
    }
}
