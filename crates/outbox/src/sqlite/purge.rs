//! Deletes what is known of leads that are over, a few hundred at a time, so that deliveries go on meanwhile. Keys stay.

use leadsink_core::Timestamp;
use rusqlite::{Connection, Result, params};

use super::SqliteStore;
use super::column::At;
use crate::error::StoreError;

/// So many leads in one transaction.
const CHUNK: u32 = 500;

const OVER: &str = "
    SELECT id FROM lead
    WHERE id > ?1 AND body IS NOT NULL AND accepted_at < ?2 AND NOT EXISTS (
        SELECT 1 FROM delivery d
        WHERE d.lead = lead.id AND (d.state NOT IN ('done', 'dead') OR d.changed_at >= ?2))
    ORDER BY id LIMIT ?3";

const OF_LEAD: [&str; 4] = [
    "DELETE FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE lead = ?1)",
    "UPDATE vendor_event SET body = NULL WHERE delivery IN (SELECT id FROM delivery WHERE lead = ?1)",
    "UPDATE delivery SET callback_token = NULL, vendor_ref = NULL WHERE lead = ?1",
    "UPDATE lead SET body = NULL WHERE id = ?1",
];

const UNMATCHED: &str = "
    UPDATE vendor_event SET body = NULL WHERE delivery IS NULL AND received_at < ?1 AND body IS NOT NULL";

pub(super) async fn purge(store: &SqliteStore, before: Timestamp) -> Result<u64, StoreError> {
    let (mut purged, mut last) = (0, 0);
    loop {
        let leads = store.write(1, move |db| chunk(db, last, before)).await?;
        let Some(id) = leads.last() else {
            return Ok(purged);
        };
        last = *id;
        purged += u64::try_from(leads.len()).unwrap_or(0);
    }
}

fn chunk(db: &Connection, after: i64, before: Timestamp) -> Result<Vec<i64>> {
    let leads = db
        .prepare_cached(OVER)?
        .query_map(params![after, At(before), CHUNK], |row| row.get(0))?
        .collect::<Result<Vec<i64>>>()?;
    // What is deleted is overwritten, since it holds personal data.
    db.pragma_update(None, "secure_delete", "ON")?;
    let deleted = leads.iter().try_for_each(|lead| {
        OF_LEAD
            .iter()
            .try_for_each(|sql| db.prepare_cached(sql)?.execute([lead]).map(drop))
    });
    let deleted = deleted.and_then(|()| db.prepare_cached(UNMATCHED)?.execute([At(before)]));
    db.pragma_update(None, "secure_delete", "OFF")?;
    deleted?;
    Ok(leads)
}
