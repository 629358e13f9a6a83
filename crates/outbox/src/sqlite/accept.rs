//! Keeps a lead and files its deliveries.

use leadsink_core::Timestamp;
use rusqlite::{Connection, Result, params};

use super::column::At;
use crate::accept::{Accepted, NewDelivery, NewLead};
use crate::ids::LeadUid;
use crate::revision::{Earlier, Place};
use crate::word::Conclusion;

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

/// The deliveries of all revisions to a sink, the latest first, and whether the vendor may have acted on an attempt of each. What
/// was purged has no attempts any more.
const EARLIER: &str = "
    SELECT d.id, d.lead, d.waits_for, d.state, d.conclusion, d.doubt IS NOT NULL, l.body IS NULL OR EXISTS (
        SELECT 1 FROM attempt a WHERE a.delivery = d.id AND (a.outcome IS NULL
            OR a.outcome IN ('unknown', 'accepted', 'pending', 'updated', 'duplicate')))
    FROM lead l JOIN delivery d ON d.lead = l.id
    WHERE l.idem_key = ?1 AND l.source = ?2 AND d.sink = ?3
    ORDER BY l.revision DESC";

const SUPERSEDE: &str = "
    UPDATE delivery SET state = 'done', conclusion = ?2, changed_at = ?3, early = NULL WHERE id = ?1";

const REFILL: &str = "UPDATE lead SET body = ?2 WHERE id = ?1 AND body IS NULL";

/// A delivery of a revision that is kept already.
struct Known {
    delivery: i64,
    lead: i64,
    waits_for: Option<i64>,
    earlier: Earlier,
}

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
            file(db, row, delivery, Place::default(), now)?;
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
        let revised = revise(db, lead, last.revision + 1, now)?;
        return Ok(revised.unwrap_or(Accepted::Duplicate {
            first: first_uid,
            same_body: false,
            filed: 0,
        }));
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

fn file(db: &Connection, lead: i64, delivery: &NewDelivery, place: Place, now: Timestamp) -> Result<usize> {
    let token = delivery.callback_token.as_ref().map(|token| token.as_str());
    if let Some(superseded) = place.supersedes {
        db.prepare_cached(SUPERSEDE)?
            .execute(params![superseded, Conclusion::Superseded, At(now)])?;
    }
    db.prepare_cached(ADD_DELIVERY)?
        .execute(params![lead, delivery.sink, At(now), token, place.waits_for])
}

/// The deliveries of a lead to a sink, the latest first.
fn known(db: &Connection, lead: &NewLead, sink: &str) -> Result<Vec<Known>> {
    db.prepare_cached(EARLIER)?
        .query_map(params![lead.key.as_str(), lead.source, sink], |row| {
            Ok(Known {
                delivery: row.get(0)?,
                lead: row.get(1)?,
                waits_for: row.get(2)?,
                earlier: Earlier {
                    state: row.get(3)?,
                    conclusion: row.get(4)?,
                    in_doubt: row.get(5)?,
                    may_have_arrived: row.get(6)?,
                },
            })
        })?
        .collect()
}

/// Where a delivery of a revision goes, if it may be filed.
fn place(delivery: &NewDelivery, known: &[Known]) -> Option<Place> {
    let earlier: Vec<_> = known.iter().map(|known| known.earlier).collect();
    let latest = known.first();
    let latest = latest.map(|latest| (latest.delivery, latest.waits_for));
    Place::find(delivery.merges, latest, &earlier)
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

/// Files a new revision for those of its sinks that may get it; where there is none, nothing of it is kept.
fn revise(db: &Connection, lead: &NewLead, revision: u32, now: Timestamp) -> Result<Option<Accepted>> {
    let mut placed = Vec::new();
    for delivery in &lead.deliveries {
        if let Some(place) = place(delivery, &known(db, lead, &delivery.sink)?) {
            placed.push((delivery, place));
        }
    }
    if placed.is_empty() {
        return Ok(None);
    }
    let Some(row) = add(db, lead, revision, now)? else {
        return Err(rusqlite::Error::QueryReturnedNoRows);
    };
    for (delivery, place) in placed {
        file(db, row, delivery, place, now)?;
    }
    Ok(Some(Accepted::Revised {
        lead: lead.uid,
        revision,
    }))
}

/// Files deliveries of a known lead to sinks that it was not meant for before: in this revision where it is to update them, in
/// any where it is not.
fn file_missing(db: &Connection, lead: &NewLead, last: &Kept, now: Timestamp) -> Result<u32> {
    let mut filed = 0;
    for delivery in &lead.deliveries {
        let known = known(db, lead, &delivery.sink)?;
        let has_it = known.iter().any(|known| known.lead == last.row || !lead.update);
        if let Some(place) = place(delivery, &known).filter(|_| !has_it)
            && file(db, last.row, delivery, place, now)? == 1
        {
            filed += 1;
        }
    }
    if filed > 0 {
        // It may have been purged since.
        db.prepare_cached(REFILL)?.execute(params![last.row, &lead.body[..]])?;
    }
    Ok(filed)
}
