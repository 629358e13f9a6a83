//! What a worker does with the claims that it has: writes attempts down before they are made, and keeps its leases.

use std::collections::BTreeSet;
use std::time::Duration;

use leadsink_core::{Repeat, Timestamp};
use tokio_postgres::Row;

use super::claim::micros;
use super::column::{At, get, number};
use super::error::Failed;
use super::pool::{Pool, transact};
use super::server::Db;
use crate::attempt::Begin;
use crate::error::StoreError;
use crate::ids::{DeliveryNo, Fence, WorkerId};

/// How often those are tried again that another transaction has locked, after pauses that double: 0.6 s in all.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(10);

/// Those of the given claims that are the worker's. Only what is leased has an owner. Were its state named, the server would, as
/// soon as it knows of little that is leased, look at all of that for each claim.
macro_rules! mine {
    ($given:literal, $columns:literal) => {
        concat!(
            "SELECT g.* FROM unnest(",
            $given,
            ") AS g (",
            $columns,
            ") JOIN delivery d ON d.id = g.delivery AND d.claims = g.claim
             WHERE d.lease_owner = $3 "
        )
    };
}

/// The same, locked. One at a time by its number, which takes no longer with more of them.
macro_rules! locked {
    ($given:literal, $columns:literal, $lock:literal, $after:literal) => {
        concat!(
            "WITH mine AS MATERIALIZED (",
            mine!($given, $columns),
            "ORDER BY d.id ",
            $lock,
            ") ",
            $after
        )
    };
}

pub(super) const MINE: &str = mine!("$1::bigint[], $2::bigint[]", "delivery, claim");

/// What another transaction has locked is passed over, so that it does not keep the other leases from being renewed.
pub(super) const RENEW: &str = locked!(
    "$1::bigint[], $2::bigint[]",
    "delivery, claim",
    "FOR UPDATE OF d SKIP LOCKED",
    "UPDATE delivery d SET lease_until = clock_timestamp() + $4 * interval '1 microsecond'
     FROM mine WHERE d.id = mine.delivery RETURNING d.id, d.claims"
);

/// A lease that is about to end, or has ended and nobody has taken: the renewal may be late, and what is begun must not be
/// given to another before it had a chance.
pub(super) const PROLONG: &str = locked!(
    "$1::bigint[], $2::bigint[]",
    "delivery, claim",
    "FOR UPDATE OF d",
    "UPDATE delivery d SET lease_until = clock_timestamp() + $4 * interval '1 microsecond'
     FROM mine WHERE d.id = mine.delivery AND d.lease_until < clock_timestamp() + $4 * interval '1 microsecond' / 2"
);

pub(super) const BEGIN: &str = locked!(
    "$1::bigint[], $2::bigint[], $5::boolean[], $6::bytea[]",
    "delivery, claim, repeat_safe, prepared",
    "FOR UPDATE OF d",
    "INSERT INTO attempt (delivery, claim, started_at, repeat_safe, prepared)
     SELECT delivery, claim, $4, repeat_safe, prepared FROM mine
     ON CONFLICT (delivery, claim) DO NOTHING
     RETURNING delivery, claim"
);

/// Fences as two columns.
fn columns(fences: impl Iterator<Item = Fence>) -> (Vec<DeliveryNo>, Vec<i64>) {
    fences.map(|fence| (fence.delivery, i64::from(fence.claim))).unzip()
}

fn fences(rows: &[Row]) -> Result<BTreeSet<Fence>, Failed> {
    let fence = |row| {
        Ok(Fence {
            delivery: get(row, 0)?,
            claim: number(row, 1)?,
        })
    };
    rows.iter().map(fence).collect()
}

/// Writes attempts down, and says of which claims: only those that are the worker's, each once.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn begin(
    db: &Db,
    worker: WorkerId,
    begins: &[Begin],
    lease: Duration,
    now: Timestamp,
) -> Result<Vec<bool>, Failed> {
    let (deliveries, claims) = columns(begins.iter().map(|begin| begin.fence));
    let safe: Vec<_> = begins.iter().map(|begin| begin.repeat == Repeat::Safe).collect();
    let prepared: Vec<_> = begins.iter().map(|begin| &begin.prepared[..]).collect();
    db.execute(PROLONG, &[&deliveries, &claims, &worker, &micros(lease)])
        .await?;
    let rows = db
        .query(BEGIN, &[&deliveries, &claims, &worker, &At(now), &safe, &prepared])
        .await?;
    let mut begun = fences(&rows)?;
    // One that was named twice has begun once.
    Ok(begins.iter().map(|begin| begun.remove(&begin.fence)).collect())
}

/// Lets claims hold on, and gives those that do not: those that are no longer the worker's, and those that stay locked by
/// another transaction.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn renew(
    pool: &Pool,
    worker: WorkerId,
    claims: &[Fence],
    lease: Duration,
) -> Result<Vec<Fence>, StoreError> {
    let mut kept = BTreeSet::new();
    let (mut rest, mut pause) = (claims.to_vec(), PAUSE);
    for tried in 0..=TRIES {
        let (renewed, locked) = transact!(pool, write, |db| renew_free(&db, worker, &rest, lease))?;
        kept.extend(renewed);
        rest = locked;
        if rest.is_empty() || tried == TRIES {
            break;
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Ok(claims.iter().filter(|fence| !kept.contains(fence)).copied().collect())
}

/// Renews those claims that nobody has locked; gives them, and those that are the worker's all the same.
async fn renew_free(
    db: &Db,
    worker: WorkerId,
    claims: &[Fence],
    lease: Duration,
) -> Result<(BTreeSet<Fence>, Vec<Fence>), Failed> {
    let (deliveries, numbers) = columns(claims.iter().copied());
    let rows = db
        .query(RENEW, &[&deliveries, &numbers, &worker, &micros(lease)])
        .await?;
    let renewed = fences(&rows)?;
    if renewed.len() == claims.len() {
        return Ok((renewed, Vec::new()));
    }
    let mine = fences(&db.query(MINE, &[&deliveries, &numbers, &worker]).await?)?;
    let locked = mine.difference(&renewed).copied().collect();
    Ok((renewed, locked))
}
