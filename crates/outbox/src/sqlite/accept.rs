//! Keeps a lead and files its deliveries.

use leadsink_core::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::column::At;
use crate::accept::{Accepted, NewDelivery, NewLead};
use crate::ids::LeadUid;
use crate::word::{Conclusion, State};

const ADD_LEAD: &str = "
    INSERT INTO lead (uid, source, idem_key, revision, raw_hash, accepted_at, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (idem_key, source, revision) DO NOTHING";

const ADD_DELIVERY: &str = "
    INSERT INTO delivery (lead, sink, state, due_at, accepted_at, changed_at, callback_token, waits_for)
    VALUES (?1, ?2, 'due', ?3, ?3, ?3, ?4, ?5)
    ON CONFLICT (lead, sink) DO NOTHING";

const REVISIONS: &str = "
    SELECT id, uid, revision, raw_hash FROM lead WHERE idem_key = ?1 AND source = ?2 ORDER BY revision";

/// The delivery of the latest revision to a sink.
const LATEST_TO: &str = "
    SELECT d.id, d.state, d.doubt, d.waits_for
    FROM lead l JOIN delivery d ON d.lead = l.id
    WHERE l.idem_key = ?1 AND l.source = ?2 AND d.sink = ?3
    ORDER BY l.revision DESC LIMIT 1";

const SUPERSEDE: &str = "
    UPDATE delivery SET state = 'done', conclusion = ?2, changed_at = ?3, early = NULL WHERE id = ?1";

const REFILL: &str = "UPDATE lead SET body = ?2 WHERE id = ?1 AND body IS NULL";

/// A revision that is kept already.
struct Kept {
    row: i64,
    uid: LeadUid,
    revision: u32,
    hash: [u8; 32],
}

pub(super) fn accept(db: &Connection, lead: &NewLead, now: Timestamp) -> Result<Accepted> {
    if let Some(row) = add(db, lead, 1, now)? {
        for delivery in &lead.deliveries {
            file(db, row, delivery, None, now)?;
        }
        return Ok(Accepted::New { lead: lead.uid });
    }
    let kept = revisions(db, lead)?;
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        // The key was there a moment ago, in this transaction.
        return Err(rusqlite::Error::QueryReturnedNoRows);
    };
    let first_uid = first.uid;
    let is_last = last.hash == lead.raw_hash.0;
    if lead.update && !is_last {
        return revise(db, lead, last.revision + 1, now);
    }
    // Without a wish to update, a record that was replaced since is a known one as well.
    let same_body = is_last || kept.iter().any(|kept| kept.hash == lead.raw_hash.0);
    let filed = if is_last { file_missing(db, lead, last, now)? } else { 0 };
    Ok(Accepted::Duplicate {
        first: first_uid,
        same_body,
        filed,
    })
}

fn add(db: &Connection, lead: &NewLead, revision: u32, now: Timestamp) -> Result<Option<i64>> {
    let added = db.prepare_cached(ADD_LEAD)?.execute(params![
        lead.uid,
        lead.source,
        lead.key.as_str(),
        revision,
        lead.raw_hash.0,
        At(now),
        &lead.body[..],
    ])?;
    Ok((added == 1).then(|| db.last_insert_rowid()))
}

fn file(db: &Connection, lead: i64, delivery: &NewDelivery, waits_for: Option<i64>, now: Timestamp) -> Result<usize> {
    let token = delivery.callback_token.as_ref().map(|token| token.as_str());
    db.prepare_cached(ADD_DELIVERY)?
        .execute(params![lead, delivery.sink, At(now), token, waits_for])
}

fn revisions(db: &Connection, lead: &NewLead) -> Result<Vec<Kept>> {
    db.prepare_cached(REVISIONS)?
        .query_map(params![lead.key.as_str(), lead.source], |row| {
            Ok(Kept {
                row: row.get(0)?,
                uid: row.get(1)?,
                revision: row.get(2)?,
                hash: row.get(3)?,
            })
        })?
        .collect()
}

/// Files a new revision. It goes out after the one before; where nothing of that has reached the vendor, in its place.
fn revise(db: &Connection, lead: &NewLead, revision: u32, now: Timestamp) -> Result<Accepted> {
    let Some(row) = add(db, lead, revision, now)? else {
        return Err(rusqlite::Error::QueryReturnedNoRows);
    };
    for delivery in &lead.deliveries {
        let before = db
            .prepare_cached(LATEST_TO)?
            .query_row(params![lead.key.as_str(), lead.source, delivery.sink], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, State>(1)?,
                    row.get::<_, Option<u32>>(2)?,
                    row.get::<_, Option<i64>>(3)?,
                ))
            })
            .optional()?;
        let waits_for = match before {
            Some((id, State::Due, None, waits_for)) => {
                db.prepare_cached(SUPERSEDE)?
                    .execute(params![id, Conclusion::Superseded, At(now)])?;
                waits_for
            }
            Some((id, State::Due | State::Leased | State::Held, ..)) => Some(id),
            Some((_, State::AwaitingCallback | State::Done | State::Dead, ..)) | None => None,
        };
        file(db, row, delivery, waits_for, now)?;
    }
    Ok(Accepted::Revised {
        lead: lead.uid,
        revision,
    })
}

/// Files deliveries of a known lead to sinks that it was not meant for before: in this revision where it is to update them, in
/// any where it is not.
fn file_missing(db: &Connection, lead: &NewLead, last: &Kept, now: Timestamp) -> Result<u32> {
    let mut filed = 0;
    for delivery in &lead.deliveries {
        let known = !lead.update
            && db
                .prepare_cached(LATEST_TO)?
                .exists(params![lead.key.as_str(), lead.source, delivery.sink])?;
        if !known && file(db, last.row, delivery, None, now)? == 1 {
            filed += 1;
        }
    }
    if filed > 0 {
        // It may have been purged since.
        db.prepare_cached(REFILL)?.execute(params![last.row, &lead.body[..]])?;
    }
    Ok(filed)
}
