//! Gives deliveries that are due to the worker. A lease ends by the clock of the server, which is the same for all workers.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::try_join;
use leadsink_core::{Attempt, CallbackToken, Repeat, Timestamp};
use tokio_postgres::Row;

use super::column::{At, at, get, key, maybe_number, number, time};
use super::error::Failed;
use super::lane;
use super::server::Db;
use crate::claim::{Claim, ClaimRequest, Claims, Doubt, Wanted};
use crate::ids::{DeliveryNo, Fence, WorkerId};
use crate::lane::{Breaker, Gate};

/// What is due and waits for no earlier revision. The second word about the state is what lets the partial index serve. The
/// earlier one is looked up by its number: of an `EXISTS` the server may make a list of all that is open.
macro_rules! due {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM delivery d WHERE d.state = 'due' AND d.state <> 'done' AND d.sink = $1
              AND (d.waits_for IS NULL OR coalesce(
                  (SELECT p.state FROM delivery p WHERE p.id = d.waits_for), 'done') NOT IN ('due', 'leased', 'held')) ",
            $rest
        )
    };
}

/// When the next delivery of a lane is due.
pub(super) const NEXT_DUE: &str = due!("d.due_at", "ORDER BY d.due_at, d.id LIMIT 1");

/// Leases what a query of numbers finds and locks. What another worker has locked it is just taking, so that is passed over.
macro_rules! lease {
    ($rest:literal) => {
        concat!(
            "UPDATE delivery SET state = 'leased', claims = claims + 1, changed_at = $2, lease_owner = $3,
                lease_until = clock_timestamp() + $4 * interval '1 microsecond'
             WHERE id = ANY (ARRAY(",
            due!("d.id", $rest),
            ")) RETURNING id, claims, attempts, doubt, first_failed_at, accepted_at, callback_token, lead, due_at"
        )
    };
}

/// As `is_suspect` has it.
pub(super) const LEASE: &str = lease!(
    "AND d.due_at <= $2 AND (d.lost = 0 OR (d.lost = 1 AND d.attempts + 1 < $5))
     ORDER BY d.due_at, d.id LIMIT $6 FOR UPDATE SKIP LOCKED"
);

const LEASE_ONE: &str = lease!("AND d.due_at <= $2 AND d.id = $5 FOR UPDATE SKIP LOCKED");

pub(super) const SUSPECTS: &str = due!(
    "d.id, d.due_at",
    "AND d.due_at <= $2 AND d.lost > 0 AND (d.lost >= 2 OR d.attempts + 1 >= $3) ORDER BY d.due_at, d.id"
);

pub(super) const LEADS: &str = "SELECT id, uid, source, idem_key, revision, body FROM lead WHERE id = ANY ($1)";

pub(super) const DOUBTS: &str = "
    SELECT a.delivery, a.prepared, a.repeat_safe, a.started_at,
        (SELECT max(o.ended_at) FROM attempt o
         WHERE o.delivery = a.delivery AND o.claim >= a.claim AND o.outcome = 'unknown')
    FROM unnest($1::bigint[], $2::bigint[]) AS g (delivery, claim)
    JOIN attempt a ON a.delivery = g.delivery AND a.claim = g.claim";

/// Claims deliveries of a lane. Its row is locked only where there is something in it to change.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn claim(db: &Db, worker: WorkerId, request: &ClaimRequest, now: Timestamp) -> Result<Claims, Failed> {
    let mut found = lane::load(db, &request.sink).await?;
    let mut claims = Claims {
        claims: Vec::new(),
        gate: found.0.gate(now),
        suspects: Vec::new(),
        probe: None,
    };
    if claims.gate == Gate::Open && (found.0.is_probing() || !request.quotas.is_empty()) {
        found = lane::lock(db, &request.sink).await?;
        claims.gate = found.0.gate(now);
    }
    if claims.gate != Gate::Open {
        return Ok(claims);
    }
    let (mut lane, mut budget) = found;
    let mut limit = request.slots.min(budget.free(&request.quotas, now).granted);
    if lane.is_probing() {
        limit = limit.min(1);
    }
    let leased = match request.wanted {
        _ if limit == 0 => Vec::new(),
        Wanted::Ordinary => lease(db, worker, request, limit, now).await?,
        Wanted::Suspect(delivery) => lease_one(db, worker, request, delivery, now).await?,
    };
    let taken = u32::try_from(leased.len()).unwrap_or(u32::MAX);
    let (found, suspects) = try_join(with_leads(db, leased), suspects(db, request, limit, now)).await?;
    // Where the slots were filled, those that were due before the last of what fills them.
    let last = found.last().map(|(due_at, _)| *due_at).filter(|_| taken == limit);
    let passed = suspects
        .into_iter()
        .filter(|(due_at, _)| last.is_none_or(|last| *due_at <= last));
    claims.suspects = passed.map(|(_, suspect)| suspect).collect();
    claims.claims = found.into_iter().map(|(_, claim)| claim).collect();
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
        lane::save(db, &lane, &budget).await?;
    }
    Ok(claims)
}

/// A time as the server is given it.
pub(super) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

async fn lease(
    db: &Db,
    worker: WorkerId,
    request: &ClaimRequest,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Row>, Failed> {
    db.query(
        LEASE,
        &[
            &&*request.sink,
            &At(now),
            &worker,
            &micros(request.lease),
            &i64::from(request.max_attempts),
            &i64::from(limit),
        ],
    )
    .await
}

async fn lease_one(
    db: &Db,
    worker: WorkerId,
    request: &ClaimRequest,
    delivery: DeliveryNo,
    now: Timestamp,
) -> Result<Vec<Row>, Failed> {
    db.query(
        LEASE_ONE,
        &[&&*request.sink, &At(now), &worker, &micros(request.lease), &delivery],
    )
    .await
}

/// Suspects that are due, where they are to be passed over.
async fn suspects(
    db: &Db,
    request: &ClaimRequest,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<(Timestamp, DeliveryNo)>, Failed> {
    if limit == 0 || request.wanted != Wanted::Ordinary {
        return Ok(Vec::new());
    }
    let rows = db
        .query(SUSPECTS, &[&&*request.sink, &At(now), &i64::from(request.max_attempts)])
        .await?;
    rows.iter().map(|row| Ok((at(row, 1)?, get(row, 0)?))).collect()
}

/// The claims with their leads and what is in doubt about them, and when they were due, the longest first.
async fn with_leads(db: &Db, mut leased: Vec<Row>) -> Result<Vec<(Timestamp, Claim)>, Failed> {
    if leased.is_empty() {
        return Ok(Vec::new());
    }
    let ids = leased
        .iter()
        .map(|row| get::<i64>(row, 7))
        .collect::<Result<Vec<_>, _>>()?;
    let mut leads = BTreeMap::new();
    for row in db.query(LEADS, &[&ids]).await? {
        leads.insert(get::<i64>(&row, 0)?, row);
    }
    let mut doubts = doubts(db, &leased).await?;
    let mut claims = Vec::with_capacity(leased.len());
    for row in leased.drain(..) {
        let lead = leads.get(&get::<i64>(&row, 7)?).ok_or_else(Failed::unreadable)?;
        let mut claim = read(&row, lead)?;
        claim.doubt = doubts.remove(&claim.fence.delivery);
        if claim.attempt.earlier_ambiguous != claim.doubt.is_some() {
            return Err(Failed::unreadable());
        }
        claims.push((at(&row, 8)?, claim));
    }
    claims.sort_by_key(|(due_at, claim)| (*due_at, claim.fence.delivery));
    Ok(claims)
}

fn read(row: &Row, lead: &Row) -> Result<Claim, Failed> {
    let doubt: Option<u32> = maybe_number(row, 3)?;
    let token: Option<&str> = get(row, 6)?;
    let token = token.map(CallbackToken::parse).transpose();
    Ok(Claim {
        fence: Fence {
            delivery: get(row, 0)?,
            claim: number(row, 1)?,
        },
        attempt: Attempt {
            n: number::<u32>(row, 2)?.saturating_add(1),
            earlier_ambiguous: doubt.is_some(),
        },
        first_failed_at: time(row, 4)?,
        accepted_at: at(row, 5)?,
        callback_token: token.map_err(|_| Failed::unreadable())?,
        lead: get(lead, 1)?,
        source: get::<&str>(lead, 2)?.into(),
        key: key(lead, 3)?,
        revision: number(lead, 4)?,
        body: Bytes::copy_from_slice(get(lead, 5)?),
        doubt: None,
    })
}

/// The first attempt in doubt of each claim that has one.
async fn doubts(db: &Db, leased: &[Row]) -> Result<BTreeMap<DeliveryNo, Doubt>, Failed> {
    let (mut deliveries, mut doubted) = (Vec::new(), Vec::new());
    for row in leased {
        if let Some(claim) = get::<Option<i64>>(row, 3)? {
            deliveries.push(get::<DeliveryNo>(row, 0)?);
            doubted.push(claim);
        }
    }
    let mut doubts = BTreeMap::new();
    if deliveries.is_empty() {
        return Ok(doubts);
    }
    for row in db.query(DOUBTS, &[&deliveries, &doubted]).await? {
        let started_at = at(&row, 3)?;
        let doubt = Doubt {
            prepared: Bytes::copy_from_slice(get(&row, 1)?),
            repeat: if get(&row, 2)? {
                Repeat::Safe
            } else {
                Repeat::NeverBlindly
            },
            started_at,
            ended_at: time(&row, 4)?.unwrap_or(started_at),
        };
        doubts.insert(get(&row, 0)?, doubt);
    }
    Ok(doubts)
}
