//! Ends claims whose lease has ended. No lock proves here that a worker is lost: it may be frozen, or cut off, and come back;
//! then its fences are stale.

use std::collections::BTreeSet;

use leadsink_core::Timestamp;

use super::column::{At, get, number, progress};
use super::error::Failed;
use super::finish::others_in_doubt;
use super::put::{Move, put};
use super::server::Db;
use crate::ids::{DeliveryNo, Fence, WorkerId};
use crate::rules::{ReapLimits, Reaped, reaped};
use crate::word::AttemptOutcome;

/// A worker takes back what is its own only after some minutes: it has woken up by then, and renews what it still works on.
/// What it still does not renew it has forgotten, as after an answer of the server that never came.
pub(super) const ORPHANS: &str = "
    SELECT id, claims, sink, changed_at, attempts, doubt, first_failed_at, early, lost
    FROM delivery
    WHERE state = 'leased' AND state <> 'done' AND lease_until < clock_timestamp()
        AND (lease_owner <> $1 OR lease_until < clock_timestamp() - interval '5 min')
    ORDER BY id FOR UPDATE SKIP LOCKED";

/// Asked once the deliveries are locked, since an attempt may have begun a moment before.
pub(super) const BEGUN: &str = "
    SELECT a.delivery FROM unnest($1::bigint[], $2::bigint[]) AS g (delivery, claim)
    JOIN attempt a ON a.delivery = g.delivery AND a.claim = g.claim";

pub(super) const LOSE_ATTEMPT: &str = "
    INSERT INTO attempt (delivery, claim, started_at, ended_at, outcome, next_due)
    SELECT delivery, claim, claimed_at, $6, outcome, next_due
    FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::timestamptz[])
        AS g (delivery, claim, claimed_at, outcome, next_due)
    ON CONFLICT (delivery, claim) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
        next_due = excluded.next_due";

/// Ends the claims whose lease has ended.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn reap(db: &Db, worker: WorkerId, limits: &ReapLimits, now: Timestamp) -> Result<Reaped, Failed> {
    let orphans = db.query(ORPHANS, &[&worker]).await?;
    if orphans.is_empty() {
        return Ok(Reaped::default());
    }
    let (mut deliveries, mut claims, mut claimed) = (Vec::new(), Vec::new(), Vec::new());
    for row in &orphans {
        deliveries.push(get::<DeliveryNo>(row, 0)?);
        claims.push(get::<i64>(row, 1)?);
        claimed.push(get::<At>(row, 3)?);
    }
    let mut begun = BTreeSet::new();
    for row in db.query(BEGUN, &[&deliveries, &claims]).await? {
        begun.insert(get::<DeliveryNo>(&row, 0)?);
    }
    let (mut found, mut doubted) = (Vec::with_capacity(orphans.len()), Vec::new());
    for (row, delivery) in orphans.iter().zip(&deliveries) {
        let (progress, claim) = (progress(row, 4)?, number(row, 1)?);
        let fence = Fence {
            delivery: *delivery,
            claim,
        };
        if progress.doubt.is_some() && !begun.contains(delivery) {
            doubted.push((fence, progress.doubt));
        }
        found.push((fence, progress));
    }
    let in_doubt = others_in_doubt(db, &doubted).await?;
    let (mut counts, mut moves) = (Reaped::default(), Vec::new());
    let (mut outcomes, mut due) = (Vec::new(), Vec::new());
    for (row, (Fence { delivery, claim }, mut progress)) in orphans.iter().zip(found) {
        let begun = begun.contains(&delivery);
        let limit = limits.of(get(row, 2)?);
        // Those whose doubt it was may have said meanwhile that they did nothing.
        if !begun && !in_doubt.contains(&delivery) {
            progress.doubt = None;
        }
        let next = reaped(progress, claim, begun, limit, now);
        outcomes.push(if begun {
            AttemptOutcome::Unknown
        } else {
            AttemptOutcome::NotSent
        });
        due.push(next.due_at.map(At));
        moves.push(Move {
            delivery,
            next,
            lost: get::<i64>(row, 8)?.saturating_add(1),
            vendor_ref: None,
        });
        counts.count(next.state);
    }
    db.execute(
        LOSE_ATTEMPT,
        &[&deliveries, &claims, &claimed, &outcomes, &due, &At(now)],
    )
    .await?;
    put(db, &moves, now).await?;
    Ok(counts)
}
