//! Carries out commands.

use leadsink_core::Timestamp;
use rusqlite::{Connection, Result, params};

use super::column::At;
use super::lane;
use crate::control::{Control, Release, Selection};
use crate::lane::Lane;
use crate::word::Conclusion;

/// An update of the deliveries that a selection names: `?1` its lead, `?2` its sink, `?3` its source, `?4` the time. Of one
/// lead and of all: in one statement the plan would not depend on what is asked for, and go through every open delivery for a single lead.
pub(super) struct Update {
    of_lead: &'static str,
    of_all: &'static str,
}

macro_rules! update {
    ($set:literal, $of:literal) => {
        Update {
            of_lead: update!(
                "delivery INDEXED BY delivery_lead",
                $set,
                "lead IN (SELECT id FROM lead WHERE idem_key = ?1 AND (?3 IS NULL OR source = ?3))",
                $of
            ),
            of_all: update!(
                "delivery",
                $set,
                "?1 IS NULL AND (?3 IS NULL OR EXISTS (
                    SELECT 1 FROM lead l WHERE l.id = delivery.lead AND l.source = ?3))",
                $of
            ),
        }
    };
    ($table:literal, $set:literal, $which:literal, $of:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET changed_at = ?4, ",
            $set,
            " WHERE state <> 'done' AND ",
            $which,
            " AND (?2 IS NULL OR sink = ?2) AND ",
            $of
        )
    };
}

impl Update {
    pub(super) fn sql(&self, of: &Selection) -> &'static str {
        if of.key.is_some() { self.of_lead } else { self.of_all }
    }
}

/// Neither what was purged nor what a newer revision followed: that would undo it at the vendor.
const RETRY_DEAD: Update = update!(
    "state = 'due', due_at = ?4, attempts = 0, first_failed_at = NULL",
    "state = 'dead' AND NOT EXISTS (SELECT 1 FROM lead l WHERE l.id = delivery.lead AND l.body IS NULL)
     AND NOT EXISTS (
        SELECT 1 FROM lead l
        JOIN lead newer ON newer.idem_key = l.idem_key AND newer.source = l.source AND newer.revision > l.revision
        JOIN delivery n ON n.lead = newer.id AND n.sink = delivery.sink
        WHERE l.id = delivery.lead)"
);

const RETRY_NOW: Update = update!("due_at = ?4", "state = 'due' AND due_at > ?4");

const CANCEL: Update = update!(
    "state = 'done', conclusion = ?5, doubt = NULL",
    "state IN ('due', 'held', 'dead')"
);

const DELIVERED: Update = update!(
    "state = 'done', conclusion = ?5, doubt = NULL",
    "state IN ('due', 'held') AND doubt IS NOT NULL"
);

pub(super) const NOT_DELIVERED: Update = update!(
    "state = 'due', due_at = ?4, doubt = NULL, attempts = 0, first_failed_at = NULL",
    "state IN ('due', 'held') AND doubt IS NOT NULL"
);

pub(super) fn control(db: &Connection, command: &Control, now: Timestamp) -> Result<u64> {
    let changed = match command {
        Control::Pause(sink) => change(db, sink, |lane| lane.is_paused = true)?,
        Control::Resume(sink) => change(db, sink, |lane| {
            lane.is_paused = false;
            lane.hold = None;
        })?,
        Control::Hold { sink, reason } => change(db, sink, |lane| lane.hold = Some(reason.clone()))?,
        Control::EndHold(sink) => change(db, sink, |lane| lane.hold = None)?,
        Control::Defer { sink, until } => change(db, sink, |lane| lane.not_before = lane.not_before.max(Some(*until)))?,
        Control::Retry(of) => update(db, &RETRY_DEAD, of, now)? + update(db, &RETRY_NOW, of, now)?,
        Control::Cancel(of) => end(db, &CANCEL, of, Conclusion::Cancelled, now)?,
        Control::Release {
            of,
            to: Release::Delivered,
        } => end(db, &DELIVERED, of, Conclusion::Released, now)?,
        Control::Release {
            of,
            to: Release::NotDelivered,
        } => update(db, &NOT_DELIVERED, of, now)?,
        // Done in parts, by the store itself.
        Control::Purge { .. } => 0,
    };
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

fn change(db: &Connection, sink: &str, change: impl FnOnce(&mut Lane)) -> Result<usize> {
    let (mut lane, budget) = lane::load(db, sink)?;
    let before = lane.clone();
    change(&mut lane);
    if lane == before {
        return Ok(0);
    }
    lane::save(db, &lane, &budget)?;
    Ok(1)
}

fn update(db: &Connection, update: &Update, of: &Selection, now: Timestamp) -> Result<usize> {
    let key = of.key.as_ref().map(|key| key.as_str());
    db.prepare_cached(update.sql(of))?
        .execute(params![key, of.sink, of.source, At(now)])
}

fn end(db: &Connection, update: &Update, of: &Selection, how: Conclusion, now: Timestamp) -> Result<usize> {
    let key = of.key.as_ref().map(|key| key.as_str());
    db.prepare_cached(update.sql(of))?
        .execute(params![key, of.sink, of.source, At(now), how])
}
