//! Moves deliveries that nobody works on any more, all of a call at once.

use leadsink_core::Timestamp;

use super::column::At;
use super::error::Failed;
use super::server::Db;
use crate::ids::DeliveryNo;
use crate::rules::Next;

pub(super) const MOVE: &str = "
    UPDATE delivery d SET state = g.state, due_at = coalesce(g.due_at, d.due_at), conclusion = g.conclusion,
        attempts = g.attempts, doubt = g.doubt, first_failed_at = g.first_failed_at, early = g.early, lost = g.lost,
        vendor_ref = coalesce(g.vendor_ref, d.vendor_ref), changed_at = $11, lease_owner = NULL, lease_until = NULL
    FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[], $7::timestamptz[],
            $8::text[], $9::bigint[], $10::text[])
        AS g (id, state, due_at, conclusion, attempts, doubt, first_failed_at, early, lost, vendor_ref)
    WHERE d.id = g.id";

/// Where a delivery goes that nobody works on any more.
pub(super) struct Move {
    pub(super) delivery: DeliveryNo,
    pub(super) next: Next,
    pub(super) lost: i64,
    pub(super) vendor_ref: Option<String>,
}

/// Moves deliveries that nobody works on any more.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn put(db: &Db, moves: &[Move], now: Timestamp) -> Result<(), Failed> {
    if moves.is_empty() {
        return Ok(());
    }
    let progress = || moves.iter().map(|to| to.next.progress);
    let deliveries: Vec<_> = moves.iter().map(|to| to.delivery).collect();
    let states: Vec<_> = moves.iter().map(|to| to.next.state).collect();
    let due: Vec<_> = moves.iter().map(|to| to.next.due_at.map(At)).collect();
    let conclusions: Vec<_> = moves.iter().map(|to| to.next.conclusion).collect();
    let attempts: Vec<_> = progress().map(|progress| i64::from(progress.attempts)).collect();
    let doubts: Vec<_> = progress().map(|progress| progress.doubt.map(i64::from)).collect();
    let failed: Vec<_> = progress().map(|progress| progress.first_failed_at.map(At)).collect();
    let early: Vec<_> = progress().map(|progress| progress.early).collect();
    let lost: Vec<_> = moves.iter().map(|to| to.lost).collect();
    let refs: Vec<_> = moves.iter().map(|to| to.vendor_ref.as_deref()).collect();
    db.execute(
        MOVE,
        &[
            &deliveries,
            &states,
            &due,
            &conclusions,
            &attempts,
            &doubts,
            &failed,
            &early,
            &lost,
            &refs,
            &At(now),
        ],
    )
    .await
    .map(drop)
}
