//! The row of a lane: its gate, its breaker, its budget. Whoever changes it has it locked, so that all workers keep one quota.

use leadsink_core::Timestamp;
use tokio_postgres::Row;

use super::claim::NEXT_DUE;
use super::column::{At, at, get, number, time};
use super::error::Failed;
use super::server::Db;
use crate::budget::{Budget, Grant, QuotaRule};
use crate::lane::{Breaker, BreakerReport, Gate, Lane};

macro_rules! lanes {
    ($rest:literal) => {
        concat!(
            "SELECT sink, is_paused, hold, not_before, breaker, breaker_until, generation, budget FROM lane ",
            $rest
        )
    };
}

const LOAD: &str = lanes!("WHERE sink = $1");
const LOCK: &str = lanes!("WHERE sink = $1 FOR UPDATE");
const ALL: &str = lanes!("ORDER BY sink");

const ADD: &str = "INSERT INTO lane (sink) VALUES ($1) ON CONFLICT (sink) DO NOTHING";

const SAVE: &str = "
    UPDATE lane SET is_paused = $2, hold = $3, not_before = $4, breaker = $5, breaker_until = $6, generation = $7, budget = $8
    WHERE sink = $1";

/// A lane as it stands. It may be another one a moment later.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn load(db: &Db, sink: &str) -> Result<(Lane, Budget), Failed> {
    match db.row(LOAD, &[&sink]).await? {
        Some(row) => read(&row),
        None => Ok((Lane::new(sink.into()), Budget::default())),
    }
}

/// A lane that stays as it is until the transaction ends.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn lock(db: &Db, sink: &str) -> Result<(Lane, Budget), Failed> {
    if let Some(row) = db.row(LOCK, &[&sink]).await? {
        return read(&row);
    }
    db.execute(ADD, &[&sink]).await?;
    match db.row(LOCK, &[&sink]).await? {
        Some(row) => read(&row),
        None => Err(Failed::internal()),
    }
}

/// The lanes of which there is something to say.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn all(db: &Db) -> Result<Vec<Lane>, Failed> {
    let rows = db.query(ALL, &[]).await?;
    rows.iter().map(|row| read(row).map(|(lane, _)| lane)).collect()
}

/// Writes a lane that is locked.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn save(db: &Db, lane: &Lane, budget: &Budget) -> Result<(), Failed> {
    let (breaker, until) = match lane.breaker {
        Breaker::Closed => ("closed", None),
        Breaker::Open { until } => ("open", Some(until)),
        Breaker::HalfOpen { until } => ("half_open", Some(until)),
    };
    let budget = serde_json::to_string(budget).map_err(|_| Failed::internal())?;
    db.execute(
        SAVE,
        &[
            &&*lane.sink,
            &lane.is_paused,
            &lane.hold,
            &lane.not_before.map(At),
            &breaker,
            &until.map(At),
            &i64::from(lane.generation),
            &budget,
        ],
    )
    .await
    .map(drop)
}

fn read(row: &Row) -> Result<(Lane, Budget), Failed> {
    let breaker = match (get(row, 4)?, time(row, 5)?) {
        ("open", Some(until)) => Breaker::Open { until },
        ("half_open", Some(until)) => Breaker::HalfOpen { until },
        _ => Breaker::Closed,
    };
    let lane = Lane {
        sink: get::<&str>(row, 0)?.into(),
        is_paused: get(row, 1)?,
        hold: get(row, 2)?,
        not_before: time(row, 3)?,
        breaker,
        generation: number(row, 6)?,
    };
    let budget = match get::<Option<&str>>(row, 7)? {
        Some(text) => serde_json::from_str(text).map_err(|_| Failed::unreadable())?,
        None => Budget::default(),
    };
    Ok((lane, budget))
}

/// Takes requests of a lane's quotas.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn take(
    db: &Db,
    sink: &str,
    quotas: &[QuotaRule],
    want: u32,
    now: Timestamp,
) -> Result<Grant, Failed> {
    let (lane, mut budget) = lock(db, sink).await?;
    let grant = budget.take(quotas, want, now);
    if grant.granted > 0 {
        save(db, &lane, &budget).await?;
    }
    Ok(grant)
}

/// Takes a report about the vendor, and says whether it was heeded.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn report(db: &Db, sink: &str, report: BreakerReport) -> Result<bool, Failed> {
    let (mut lane, budget) = lock(db, sink).await?;
    let heeded = lane.report(report);
    if heeded {
        save(db, &lane, &budget).await?;
    }
    Ok(heeded)
}

/// When the next delivery can be claimed.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn next_due(db: &Db, sink: &str) -> Result<Option<Timestamp>, Failed> {
    let (lane, _) = load(db, sink).await?;
    // What is shut for good at the beginning of time is shut.
    let opens = match lane.gate(Timestamp::MIN) {
        Gate::Paused | Gate::Held => return Ok(None),
        Gate::NotBefore(until) => Some(until),
        Gate::Open => None,
    };
    let Some(row) = db.row(NEXT_DUE, &[&sink]).await? else {
        return Ok(None);
    };
    let due = at(&row, 0)?;
    Ok(Some(opens.map_or(due, |opens| opens.max(due))))
}
