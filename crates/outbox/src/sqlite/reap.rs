//! Ends the claims of a worker that was lost. The lock file says that there is no other, so whatever another one leased is an
//! orphan.

use leadsink_core::Timestamp;
use rusqlite::{Connection, Result, params};

use super::column::{At, progress};
use super::finish::{Mover, others_in_doubt};
use crate::ids::{DeliveryNo, Fence, WorkerId};
use crate::rules::{Progress, ReapLimits, Reaped, reaped};
use crate::word::AttemptOutcome;

const ORPHANS: &str = "
    SELECT id, claims, sink, changed_at, attempts, doubt, first_failed_at, early
    FROM delivery INDEXED BY delivery_open
    WHERE state = 'leased' AND state <> 'done' AND lease_owner <> ?1";

const LOSE_ATTEMPT: &str = "
    UPDATE attempt SET ended_at = ?3, outcome = ?4, next_due = ?5 WHERE delivery = ?1 AND claim = ?2";

const ADD_ATTEMPT: &str = "
    INSERT INTO attempt (delivery, claim, started_at, ended_at, outcome, next_due) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

struct Orphan {
    delivery: DeliveryNo,
    claim: u32,
    sink: String,
    claimed_at: At,
    progress: Progress,
}

pub(super) fn reap(db: &Connection, worker: WorkerId, limits: &ReapLimits, now: Timestamp) -> Result<Reaped> {
    let orphans = db
        .prepare_cached(ORPHANS)?
        .query_map([worker], |row| {
            Ok(Orphan {
                delivery: row.get(0)?,
                claim: row.get(1)?,
                sink: row.get(2)?,
                claimed_at: row.get(3)?,
                progress: progress(row, 4)?,
            })
        })?
        .collect::<Result<Vec<_>>>()?;
    let mut counts = Reaped::default();
    let mut mover = Mover::new(db)?;
    for orphan in orphans {
        let limit = limits.of(&orphan.sink);
        let (delivery, claim) = (orphan.delivery, orphan.claim);
        let mut next = reaped(orphan.progress, claim, true, limit, now);
        let due_at = next.due_at.map(At);
        let begun = db.prepare_cached(LOSE_ATTEMPT)?.execute(params![
            delivery,
            claim,
            At(now),
            AttemptOutcome::Unknown,
            due_at
        ])?;
        if begun == 0 {
            let mut progress = orphan.progress;
            // Those whose doubt it was may have said meanwhile that they did nothing.
            if !others_in_doubt(db, Fence { delivery, claim }, progress.doubt)? {
                progress.doubt = None;
            }
            next = reaped(progress, claim, false, limit, now);
            db.prepare_cached(ADD_ATTEMPT)?.execute(params![
                delivery,
                claim,
                orphan.claimed_at,
                At(now),
                AttemptOutcome::NotSent,
                next.due_at.map(At),
            ])?;
        }
        mover.put(delivery, &next, None, now)?;
        counts.count(next.state);
    }
    Ok(counts)
}
