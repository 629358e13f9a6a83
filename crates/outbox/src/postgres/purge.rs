//! Deletes what is known of leads that are over, a few hundred at a time, so that deliveries go on meanwhile. Keys stay.

use leadsink_core::Timestamp;

use super::PostgresStore;
use super::column::{At, get};
use super::error::Failed;
use super::pool::transact;
use super::server::Db;
use crate::error::StoreError;

/// So many leads in one transaction.
const CHUNK: i64 = 500;

/// Leads that may be over, locked, so that nothing more of them is filed.
pub(super) const CANDIDATES: &str = "
    SELECT l.id FROM lead l
    WHERE l.id > $1 AND l.body IS NOT NULL AND l.accepted_at < $2 AND NOT EXISTS (
        SELECT 1 FROM delivery d
        WHERE d.lead = l.id AND (d.state NOT IN ('done', 'dead') OR d.changed_at >= $2))
    ORDER BY l.id LIMIT $3 FOR UPDATE";

/// Those among them that are, now that nothing can come between.
pub(super) const OVER: &str = "
    SELECT l.id FROM lead l
    WHERE l.id = ANY ($1) AND l.body IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM delivery d
        WHERE d.lead = l.id AND (d.state NOT IN ('done', 'dead') OR d.changed_at >= $2))";

const OF_LEADS: [&str; 4] = [
    "DELETE FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE lead = ANY ($1))",
    "UPDATE vendor_event SET body = NULL WHERE delivery IN (SELECT id FROM delivery WHERE lead = ANY ($1))",
    "UPDATE delivery SET callback_token = NULL, vendor_ref = NULL WHERE lead = ANY ($1)",
    "UPDATE lead SET body = NULL WHERE id = ANY ($1)",
];

const UNMATCHED: &str = "
    UPDATE vendor_event SET body = NULL WHERE delivery IS NULL AND received_at < $1 AND body IS NOT NULL";

/// Purges all that is over.
///
/// # Errors
/// When the server or the connection fails. What was purged until then stays so.
pub(super) async fn purge(store: &PostgresStore, before: Timestamp) -> Result<u64, StoreError> {
    let (mut purged, mut last) = (0, 0);
    loop {
        let (through, some) = transact!(store.works(), write, |db| chunk(&db, last, before))?;
        let Some(through) = through else {
            return Ok(purged);
        };
        last = through;
        purged += some;
    }
}

/// The last that was looked at, and how many were purged.
async fn chunk(db: &Db, after: i64, before: Timestamp) -> Result<(Option<i64>, u64), Failed> {
    let candidates = numbers(db.query(CANDIDATES, &[&after, &At(before), &CHUNK]).await?)?;
    db.execute(UNMATCHED, &[&At(before)]).await?;
    let Some(last) = candidates.last() else {
        return Ok((None, 0));
    };
    let leads = numbers(db.query(OVER, &[&candidates, &At(before)]).await?)?;
    for sql in OF_LEADS {
        db.execute(sql, &[&leads]).await?;
    }
    Ok((Some(*last), u64::try_from(leads.len()).unwrap_or(0)))
}

fn numbers(rows: Vec<tokio_postgres::Row>) -> Result<Vec<i64>, Failed> {
    rows.iter().map(|row| get(row, 0)).collect()
}
