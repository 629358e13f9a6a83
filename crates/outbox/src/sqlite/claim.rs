//! Gives deliveries that are due to the worker, and writes attempts down before they are made.

use bytes::Bytes;
use leadsink_core::{Attempt, Repeat, Timestamp};
use rusqlite::{Connection, Result, Row, params};

use super::column::{At, Text, time};
use super::lane;
use crate::attempt::Begin;
use crate::claim::{Claim, ClaimRequest, Claims, Doubt, Wanted, is_suspect};
use crate::ids::{DeliveryNo, Fence, WorkerId};
use crate::lane::{Breaker, Gate};

/// What is due and waits for no earlier revision. The second word about the state is what lets the partial index serve.
macro_rules! due {
    ($columns:literal, $from:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM delivery d ",
            $from,
            " WHERE d.state = 'due' AND d.state <> 'done' AND d.sink = ?1
              AND (d.waits_for IS NULL OR NOT EXISTS (
                  SELECT 1 FROM delivery p WHERE p.id = d.waits_for AND p.state IN ('due', 'leased', 'held'))) ",
            $rest
        )
    };
}

/// When the next delivery of a lane is due.
pub(super) const NEXT_DUE: &str = due!("d.due_at", "INDEXED BY delivery_open", "ORDER BY d.due_at LIMIT 1");

/// Read as far as there are slots.
const DUE: &str = due!(
    "d.id, d.claims, d.attempts, d.doubt, d.first_failed_at, d.accepted_at, d.callback_token,
     l.uid, l.source, l.idem_key, l.revision, l.body",
    "INDEXED BY delivery_open CROSS JOIN lead l ON l.id = d.lead",
    "AND d.due_at <= ?2 ORDER BY d.due_at, d.id"
);

const DUE_ONE: &str = due!(
    "d.id, d.claims, d.attempts, d.doubt, d.first_failed_at, d.accepted_at, d.callback_token,
     l.uid, l.source, l.idem_key, l.revision, l.body",
    "CROSS JOIN lead l ON l.id = d.lead",
    "AND d.due_at <= ?2 AND d.id = ?3"
);

/// Whether the last attempts were lost with their workers, the latest first. One of which somebody said something was not.
const LOST: &str = "
    SELECT outcome IN ('not_sent', 'unknown') AND error IS NULL AND late IS NULL
    FROM attempt WHERE delivery = ?1 ORDER BY claim DESC LIMIT 2";

const LEASE: &str = "
    UPDATE delivery SET state = 'leased', claims = ?2, lease_owner = ?3, changed_at = ?4 WHERE id = ?1";

const DOUBT: &str = "
    SELECT prepared, repeat_safe, started_at,
        (SELECT max(ended_at) FROM attempt WHERE delivery = ?1 AND claim >= ?2 AND outcome = 'unknown')
    FROM attempt WHERE delivery = ?1 AND claim = ?2";

/// Not from a SELECT: SQLite would keep a copy of each page that it changes, in case the rows after the first failed.
const BEGIN: &str = "
    INSERT INTO attempt (delivery, claim, started_at, repeat_safe, prepared) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (delivery, claim) DO NOTHING";

const IS_MINE: &str = "
    SELECT 1 FROM delivery WHERE id = ?1 AND claims = ?2 AND state = 'leased' AND lease_owner = ?3";

pub(super) fn claim(db: &Connection, worker: WorkerId, request: &ClaimRequest, now: Timestamp) -> Result<Claims> {
    let (mut lane, mut budget) = lane::load(db, &request.sink)?;
    let mut claims = Claims {
        claims: Vec::new(),
        gate: lane.gate(now),
        suspects: Vec::new(),
        probe: None,
    };
    if claims.gate != Gate::Open {
        return Ok(claims);
    }
    let mut limit = request.slots.min(budget.free(&request.quotas, now).granted);
    if lane.is_probing() {
        limit = limit.min(1);
    }
    let mut due = match request.wanted {
        Wanted::Ordinary => due(db, request, limit, now, &mut claims.suspects)?,
        Wanted::Suspect(delivery) if limit > 0 => due_one(db, request, delivery, now)?,
        Wanted::Suspect(_) => Vec::new(),
    };
    lease(db, worker, &mut due, now)?;
    claims.claims = due.into_iter().map(|(claim, _)| claim).collect();
    let taken = u32::try_from(claims.claims.len()).unwrap_or(u32::MAX);
    budget.take(&request.quotas, taken, now);
    if taken == limit && limit < request.slots {
        let next = budget.free(&request.quotas, now).next_at;
        claims.gate = next.map_or(Gate::Open, Gate::NotBefore);
    }
    if taken == 0 {
        return Ok(claims);
    }
    if lane.is_probing() {
        claims.probe = Some(lane.probe(now, request.trial));
        if let Breaker::HalfOpen { until } = lane.breaker {
            claims.gate = Gate::NotBefore(until);
        }
    }
    if claims.probe.is_some() || !request.quotas.is_empty() {
        lane::save(db, &lane, &budget)?;
    }
    Ok(claims)
}

/// A delivery that is due, and the claim of its first attempt in doubt.
type Due = (Claim, Option<u32>);

/// What is due, the longest first, and which suspects were passed over on the way.
fn due(
    db: &Connection,
    request: &ClaimRequest,
    limit: u32,
    now: Timestamp,
    suspects: &mut Vec<DeliveryNo>,
) -> Result<Vec<Due>> {
    let mut found = Vec::new();
    let mut statement = db.prepare_cached(DUE)?;
    let mut rows = statement.query(params![request.sink, At(now)])?;
    while found.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        let due = read(row)?;
        let Fence { delivery, claim } = due.0.fence;
        // Nothing was lost of what was never claimed, and most was not.
        let lost = if claim == 1 { 0 } else { lost_in_a_row(db, delivery)? };
        if is_suspect(lost, due.0.attempt.n - 1, request.max_attempts) {
            suspects.push(delivery);
        } else {
            found.push(due);
        }
    }
    Ok(found)
}

fn due_one(db: &Connection, request: &ClaimRequest, delivery: DeliveryNo, now: Timestamp) -> Result<Vec<Due>> {
    db.prepare_cached(DUE_ONE)?
        .query_map(params![request.sink, At(now), delivery], read)?
        .collect()
}

fn lost_in_a_row(db: &Connection, delivery: DeliveryNo) -> Result<u32> {
    let mut count = 0;
    let mut statement = db.prepare_cached(LOST)?;
    let mut rows = statement.query([delivery])?;
    while let Some(row) = rows.next()?
        && row.get::<_, Option<bool>>(0)? == Some(true)
    {
        count += 1;
    }
    Ok(count)
}

fn lease(db: &Connection, worker: WorkerId, due: &mut [Due], now: Timestamp) -> Result<()> {
    let mut lease = db.prepare_cached(LEASE)?;
    for (claim, doubt) in due {
        let Fence {
            delivery,
            claim: number,
        } = claim.fence;
        lease.execute(params![delivery, number, worker, At(now)])?;
        if let Some(doubted) = doubt {
            claim.doubt = Some(read_doubt(db, delivery, *doubted)?);
        }
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Due> {
    let doubt = row.get::<_, Option<u32>>(3)?;
    let claim = Claim {
        fence: Fence {
            delivery: row.get(0)?,
            claim: row.get::<_, u32>(1)?.saturating_add(1),
        },
        attempt: Attempt {
            n: row.get::<_, u32>(2)?.saturating_add(1),
            earlier_ambiguous: doubt.is_some(),
        },
        first_failed_at: time(row.get(4)?),
        accepted_at: row.get::<_, At>(5)?.0,
        callback_token: row.get::<_, Option<Text<_>>>(6)?.map(|token| token.0),
        lead: row.get(7)?,
        source: row.get(8)?,
        key: row.get::<_, Text<_>>(9)?.0,
        revision: row.get(10)?,
        body: Bytes::from(row.get::<_, Vec<u8>>(11)?),
        doubt: None,
    };
    Ok((claim, doubt))
}

fn read_doubt(db: &Connection, delivery: DeliveryNo, claim: u32) -> Result<Doubt> {
    db.prepare_cached(DOUBT)?.query_row(params![delivery, claim], |row| {
        let started_at = row.get::<_, At>(2)?.0;
        Ok(Doubt {
            prepared: Bytes::from(row.get::<_, Vec<u8>>(0)?),
            repeat: if row.get(1)? {
                Repeat::Safe
            } else {
                Repeat::NeverBlindly
            },
            started_at,
            ended_at: time(row.get(3)?).unwrap_or(started_at),
        })
    })
}

pub(super) fn begin(db: &Connection, worker: WorkerId, attempts: &[Begin], now: Timestamp) -> Result<Vec<bool>> {
    let (mut mine, mut add) = (db.prepare_cached(IS_MINE)?, db.prepare_cached(BEGIN)?);
    let begin = |begin: &Begin| {
        let Fence { delivery, claim } = begin.fence;
        if !mine.exists(params![delivery, claim, worker])? {
            return Ok(false);
        }
        let is_safe = begin.repeat == Repeat::Safe;
        let begun = add.execute(params![delivery, claim, At(now), is_safe, &begin.prepared[..]])?;
        Ok(begun == 1)
    };
    attempts.iter().map(begin).collect()
}

/// Those of the claims that are no longer the worker's.
pub(super) fn lost(db: &Connection, worker: WorkerId, claims: &[Fence]) -> Result<Vec<Fence>> {
    let mut mine = db.prepare_cached(IS_MINE)?;
    let mut lost = Vec::new();
    for fence in claims {
        if !mine.exists(params![fence.delivery, fence.claim, worker])? {
            lost.push(*fence);
        }
    }
    Ok(lost)
}
