//! The schema and its versions. A migration library would be a dozen crates for these few lines, and take no lock against a
//! second process that migrates.

use super::column::get;
use super::error::Failed;
use super::server::Db;
use crate::error::{StoreError, StoreErrorKind};
use crate::role::Role;

/// Every version, the oldest first. None is ever changed once it was released.
const VERSIONS: &[&str] = &[include_str!("0001.sql")];

/// One migrates at a time: `leadsink` in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7810759530633490027)";

/// Whether the tables are there, and whether others of their names are that are none of ours. Asked of the catalogue, since a
/// name that was looked up in vain stays unknown within a transaction.
const LOOK: &str = "
    SELECT coalesce(bool_or(c.relname = 'outbox_version'), false), count(*) > 0
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema()
        AND c.relname IN ('outbox_version', 'lead', 'delivery', 'attempt', 'vendor_event', 'lane')";

const VERSION: &str = "SELECT version::bigint FROM outbox_version WHERE application = 'leadsink'";

const SET: &str = "UPDATE outbox_version SET version = $1 WHERE application = 'leadsink'";
const ADD: &str = "INSERT INTO outbox_version (application, version) VALUES ('leadsink', $1)";

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// No outbox yet.
    Nothing,
    /// An outbox of an older version; so many of its versions are there.
    Older(usize),
    /// An outbox of this version.
    Current,
}

/// Makes the tables or brings them to this version where the role may, and refuses what is no outbox or a newer one. All in one
/// transaction: one that fails leaves the version before.
///
/// # Errors
/// When the tables are of a newer version or another program's, or a migration fails.
pub(super) async fn ready(db: &Db, role: Role) -> Result<(), Failed> {
    migrate(db, role, VERSIONS).await
}

async fn migrate(db: &Db, role: Role, versions: &[&str]) -> Result<(), Failed> {
    match (look(db, versions.len()).await?, role) {
        (Found::Current, _) => return Ok(()),
        (Found::Nothing, Role::Reader) => {
            let message = "there is no outbox in this database; open it once for a worker";
            return Err(StoreError::new(StoreErrorKind::Missing, message).into());
        }
        (Found::Older(_), Role::Reader) => {
            let message = "the outbox is of an older version; open it once for a worker";
            return Err(StoreError::new(StoreErrorKind::OlderSchema, message).into());
        }
        (Found::Nothing | Found::Older(_), Role::Worker(_) | Role::Visitor) => {}
    }
    db.query(LOCK, &[]).await?;
    // Another one may have done it meanwhile.
    let there = match look(db, versions.len()).await? {
        Found::Current => return Ok(()),
        Found::Older(version) => version,
        Found::Nothing => 0,
    };
    for version in versions.iter().skip(there) {
        db.batch(version).await?;
    }
    let version = i32::try_from(versions.len()).unwrap_or(i32::MAX);
    if db.execute(SET, &[&version]).await? == 0 {
        db.execute(ADD, &[&version]).await?;
    }
    Ok(())
}

async fn look(db: &Db, newest: usize) -> Result<Found, Failed> {
    let row = db.row(LOOK, &[]).await?.ok_or_else(Failed::internal)?;
    let (is_there, is_taken): (bool, bool) = (get(&row, 0)?, get(&row, 1)?);
    let version: Option<i64> = if is_there {
        let row = db.row(VERSION, &[]).await?;
        row.as_ref().map(|row| get(row, 0)).transpose()?
    } else {
        None
    };
    match version.map(usize::try_from) {
        None if is_taken => Err(StoreError::new(
            StoreErrorKind::Foreign,
            "the schema holds tables of another program; give the outbox a schema or a database of its own",
        )
        .into()),
        None => Ok(Found::Nothing),
        Some(Ok(version)) if version < newest => Ok(Found::Older(version)),
        Some(Ok(version)) if version == newest => Ok(Found::Current),
        Some(_) => Err(StoreError::new(
            StoreErrorKind::NewerSchema,
            "a newer version of Leadsink wrote the outbox; use that version, or a newer one",
        )
        .into()),
    }
}
