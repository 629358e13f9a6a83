//! Looks whether a server is one to trust with an outbox, and whether its tables are there.

use std::time::{Duration, SystemTime};

use leadsink_core::Timestamp;

use super::column::{at, get, number};
use super::error::Failed;
use super::pool::{Pool, transact};
use super::schema;
use super::server::Db;
use super::side;
use crate::error::{StoreError, StoreErrorKind};
use crate::role::Role;
use crate::transfer::Mark;

/// Versions before 15 are not tested.
const LEAST_SERVER: i64 = 150_000;

/// By so much the clock of this machine may be off. Quotas and due times go by the clocks of the workers, so those must agree;
/// leases go by that of the server.
const LARGEST_SKEW: Duration = Duration::from_secs(2);

const SERVER: &str = "
    SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding'), clock_timestamp()";

/// Looks at the server, and makes or migrates the tables where the role may.
///
/// # Errors
/// When the server cannot be reached, is too old, or holds no outbox and may get none, or when it was moved.
pub(super) async fn open(pool: &Pool, role: Role) -> Result<(), StoreError> {
    if role == Role::Reader {
        return transact!(pool, read, |db| check(&db, role, Heeds::Nothing));
    }
    transact!(pool, write, |db| check(&db, role, Heeds::Mark))
}

/// The same to move it, also where it was moved before.
///
/// # Errors
/// When the server cannot be reached, is too old, or holds no outbox and may get none.
pub(super) async fn open_marked(pool: &Pool) -> Result<(), StoreError> {
    transact!(pool, write, |db| check(&db, Role::Visitor, Heeds::Nothing))
}

/// Whether an outbox that was moved is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heeds {
    Mark,
    Nothing,
}

async fn check(db: &Db, role: Role, heeds: Heeds) -> Result<(), Failed> {
    let row = db.row(SERVER, &[]).await?.ok_or_else(Failed::internal)?;
    check_version(number(&row, 0)?)?;
    check_encoding(get(&row, 1)?)?;
    if let Role::Worker(_) = role {
        let here = Timestamp::try_from(SystemTime::now()).map_err(|_| Failed::internal())?;
        check_clock(here, at(&row, 2)?)?;
    }
    schema::ready(db, role).await?;
    if heeds == Heeds::Mark {
        Mark::check(side::mark(db).await?.as_ref())?;
    }
    Ok(())
}

fn check_version(version: i64) -> Result<(), StoreError> {
    if version >= LEAST_SERVER {
        return Ok(());
    }
    let message = "the database server is older than PostgreSQL 15; use a newer one";
    Err(StoreError::new(StoreErrorKind::Library, message))
}

fn check_encoding(encoding: &str) -> Result<(), StoreError> {
    if encoding == "UTF8" {
        return Ok(());
    }
    let message = "the database is not in UTF-8; create one with ENCODING 'UTF8'";
    Err(StoreError::new(StoreErrorKind::Foreign, message))
}

fn check_clock(here: Timestamp, there: Timestamp) -> Result<(), StoreError> {
    let off = here.duration_since(there).unsigned_abs();
    if off <= LARGEST_SKEW {
        return Ok(());
    }
    let message = format!(
        "the clock of this machine and that of the database server differ by {} s; set them by a time server",
        off.as_secs()
    );
    Err(StoreError::new(StoreErrorKind::Clock, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_server_is_refused() {
        assert_eq!(check_version(150_004), Ok(()));
        let error = check_version(140_011).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Library);
    }

    #[test]
    fn a_database_that_cannot_keep_every_letter_is_refused() {
        assert_eq!(check_encoding("UTF8"), Ok(()));
        assert_eq!(check_encoding("LATIN1").unwrap_err().kind(), StoreErrorKind::Foreign);
    }

    #[test]
    fn a_clock_that_is_off_is_refused_to_either_side() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(check_clock(at(100), at(98)), Ok(()));
        for (here, there) in [(100, 97), (97, 100)] {
            let error = check_clock(at(here), at(there)).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Clock);
            assert!(error.to_string().contains("differ by 3 s"), "{error}");
        }
    }
}
