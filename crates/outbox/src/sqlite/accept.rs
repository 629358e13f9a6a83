//! Keeps a lead and files its deliveries.

use leadsink_core::Timestamp;
use rusqlite::{CachedStatement, Connection, Result, params};

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

/// What every lead needs, looked up once for all that come together.
struct Filing<'db> {
    db: &'db Connection,
    add_lead: CachedStatement<'db>,
    add_delivery: CachedStatement<'db>,
    now: Timestamp,
}

pub(super) fn accept(db: &Connection, leads: &[NewLead], now: Timestamp) -> Result<Vec<Accepted>> {
    let mut filing = Filing {
        db,
        add_lead: db.prepare_cached(ADD_LEAD)?,
        add_delivery: db.prepare_cached(ADD_DELIVERY)?,
        now,
    };
    leads.iter().map(|lead| filing.accept(lead)).collect()
}

impl Filing<'_> {
    fn accept(&mut self, lead: &NewLead) -> Result<Accepted> {
        if let Some(row) = self.add(lead, 1)? {
            for delivery in &lead.deliveries {
                self.file(row, delivery, Place::default())?;
            }
            return Ok(Accepted::New { lead: lead.uid });
        }
        let kept = revisions(self.db, lead)?;
        let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
            // The key was there a moment ago, in this transaction.
            return Err(rusqlite::Error::QueryReturnedNoRows);
        };
        let first_uid = first.uid;
        let is_last = last.hash == lead.raw_hash.0;
        if lead.update && !is_last {
            let revised = self.revise(lead, last.revision + 1)?;
            return Ok(revised.unwrap_or(Accepted::Duplicate {
                first: first_uid,
                same_body: false,
                filed: 0,
            }));
        }
        // Without a wish to update, a record that was replaced since is a known one as well.
        let same_body = is_last || kept.iter().any(|kept| kept.hash == lead.raw_hash.0);
        let filed = if is_last { self.file_missing(lead, last)? } else { 0 };
        Ok(Accepted::Duplicate {
            first: first_uid,
            same_body,
            filed,
        })
    }

    fn add(&mut self, lead: &NewLead, revision: u32) -> Result<Option<i64>> {
        let added = self.add_lead.execute(params![
            lead.uid,
            lead.source,
            lead.key.as_str(),
            revision,
            lead.raw_hash.0,
            At(self.now),
            &lead.body[..],
        ])?;
        Ok((added == 1).then(|| self.db.last_insert_rowid()))
    }

    fn file(&mut self, lead: i64, delivery: &NewDelivery, place: Place) -> Result<usize> {
        let token = delivery.callback_token.as_ref().map(|token| token.as_str());
        if let Some(superseded) = place.supersedes {
            self.db
                .prepare_cached(SUPERSEDE)?
                .execute(params![superseded, Conclusion::Superseded, At(self.now)])?;
        }
        self.add_delivery
            .execute(params![lead, delivery.sink, At(self.now), token, place.waits_for])
    }

    /// Files a new revision for those of its sinks that may get it; where there is none, nothing of it is kept.
    fn revise(&mut self, lead: &NewLead, revision: u32) -> Result<Option<Accepted>> {
        let mut placed = Vec::new();
        for delivery in &lead.deliveries {
            if let Some(place) = place(delivery, &known(self.db, lead, &delivery.sink)?) {
                placed.push((delivery, place));
            }
        }
        if placed.is_empty() {
            return Ok(None);
        }
        let Some(row) = self.add(lead, revision)? else {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        };
        for (delivery, place) in placed {
            self.file(row, delivery, place)?;
        }
        Ok(Some(Accepted::Revised {
            lead: lead.uid,
            revision,
        }))
    }

    /// Files deliveries of a known lead to sinks that it was not meant for before: in this revision where it is to update them, in
    /// any where it is not.
    fn file_missing(&mut self, lead: &NewLead, last: &Kept) -> Result<u32> {
        let mut filed = 0;
        for delivery in &lead.deliveries {
            let known = known(self.db, lead, &delivery.sink)?;
            let has_it = known.iter().any(|known| known.lead == last.row || !lead.update);
            if let Some(place) = place(delivery, &known).filter(|_| !has_it)
                && self.file(last.row, delivery, place)? == 1
            {
                filed += 1;
            }
        }
        if filed > 0 {
            // It may have been purged since.
            self.db
                .prepare_cached(REFILL)?
                .execute(params![last.row, &lead.body[..]])?;
        }
        Ok(filed)
    }
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
