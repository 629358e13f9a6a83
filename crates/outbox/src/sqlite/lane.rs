//! The row of a lane: its gate, its breaker, its budget.

use leadsink_core::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension as _, Result, Row, params};

use super::claim::NEXT_DUE;
use super::column::{At, time};
use crate::budget::{Budget, Grant, QuotaRule};
use crate::lane::{Breaker, BreakerReport, Gate, Lane};

const LOAD: &str = "
    SELECT sink, is_paused, hold, not_before, breaker, breaker_until, generation, budget FROM lane WHERE sink = ?1";

const ALL: &str = "
    SELECT sink, is_paused, hold, not_before, breaker, breaker_until, generation, budget FROM lane ORDER BY sink";

const SAVE: &str = "
    INSERT OR REPLACE INTO lane (sink, is_paused, hold, not_before, breaker, breaker_until, generation, budget)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(super) fn load(db: &Connection, sink: &str) -> Result<(Lane, Budget)> {
    let found = db.prepare_cached(LOAD)?.query_row([sink], read).optional()?;
    Ok(found.unwrap_or_else(|| (Lane::new(sink.into()), Budget::default())))
}

pub(super) fn all(db: &Connection) -> Result<Vec<Lane>> {
    db.prepare_cached(ALL)?
        .query_map([], |row| read(row).map(|(lane, _)| lane))?
        .collect()
}

pub(super) fn save(db: &Connection, lane: &Lane, budget: &Budget) -> Result<()> {
    let (breaker, until) = match lane.breaker {
        Breaker::Closed => ("closed", None),
        Breaker::Open { until } => ("open", Some(until)),
        Breaker::HalfOpen { until } => ("half_open", Some(until)),
    };
    let budget = serde_json::to_string(budget).map_err(|error| Error::ToSqlConversionFailure(error.into()))?;
    db.prepare_cached(SAVE)?.execute(params![
        lane.sink,
        lane.is_paused,
        lane.hold,
        lane.not_before.map(At),
        breaker,
        until.map(At),
        lane.generation,
        budget,
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<(Lane, Budget)> {
    let until = time(row.get(5)?);
    let breaker = match (row.get_ref(4)?.as_str()?, until) {
        ("open", Some(until)) => Breaker::Open { until },
        ("half_open", Some(until)) => Breaker::HalfOpen { until },
        _ => Breaker::Closed,
    };
    let lane = Lane {
        sink: row.get(0)?,
        is_paused: row.get(1)?,
        hold: row.get(2)?,
        not_before: time(row.get(3)?),
        breaker,
        generation: row.get(6)?,
    };
    let budget = match row.get_ref(7)?.as_str_or_null()? {
        Some(text) => {
            serde_json::from_str(text).map_err(|error| Error::FromSqlConversionFailure(7, Type::Text, error.into()))?
        }
        None => Budget::default(),
    };
    Ok((lane, budget))
}

pub(super) fn take(db: &Connection, sink: &str, quotas: &[QuotaRule], want: u32, now: Timestamp) -> Result<Grant> {
    let (lane, mut budget) = load(db, sink)?;
    let grant = budget.take(quotas, want, now);
    if grant.granted > 0 {
        save(db, &lane, &budget)?;
    }
    Ok(grant)
}

pub(super) fn report(db: &Connection, sink: &str, report: BreakerReport) -> Result<bool> {
    let (mut lane, budget) = load(db, sink)?;
    let heeded = lane.report(report);
    if heeded {
        save(db, &lane, &budget)?;
    }
    Ok(heeded)
}

pub(super) fn next_due(db: &Connection, sink: &str) -> Result<Option<Timestamp>> {
    let (lane, _) = load(db, sink)?;
    // What is shut for good at the beginning of time is shut.
    let opens = match lane.gate(Timestamp::MIN) {
        Gate::Paused | Gate::Held => return Ok(None),
        Gate::NotBefore(until) => Some(until),
        Gate::Open => None,
    };
    let due = db
        .prepare_cached(NEXT_DUE)?
        .query_row([sink], |row| row.get::<_, At>(0))
        .optional()?;
    Ok(due.map(|due| opens.map_or(due.0, |opens| opens.max(due.0))))
}
