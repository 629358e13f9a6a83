//! Answers questions, on a connection that only reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use leadsink_core::LeadId;
use rusqlite::{Connection, Result, Row, params};

use super::column::{At, Text, time};
use crate::ids::DeliveryNo;
use crate::view::{AttemptView, Count, DeliveryView, LeadView, Page, Query};
use crate::word::{Conclusion, State};

const LEADS: &str = "
    SELECT id, uid, source, idem_key, revision, accepted_at, body IS NULL
    FROM lead WHERE idem_key = ?1 AND (?2 IS NULL OR source = ?2) ORDER BY source, revision";

macro_rules! deliveries {
    ($index:literal, $rest:literal) => {
        concat!(
            "SELECT d.id, l.uid, l.source, l.idem_key, l.revision, d.sink, d.state, d.doubt IS NOT NULL, d.accepted_at,
                d.due_at, d.changed_at, d.attempts, d.conclusion, d.vendor_ref
             FROM delivery d ",
            $index,
            " CROSS JOIN lead l ON l.id = d.lead ",
            $rest
        )
    };
}

const OF_LEAD: &str = deliveries!("", "WHERE d.lead = ?1 ORDER BY d.id");

const LIST: &str = deliveries!(
    "",
    "WHERE d.id > ?1 AND (?2 || ?6 = '' OR instr(?2, d.state) > 0 OR instr(?6, d.conclusion) > 0)
     AND (?3 IS NULL OR d.sink = ?3) AND (?4 IS NULL OR d.accepted_at >= ?4) ORDER BY d.id LIMIT ?5"
);

/// The first page of states of which there are few, without a look at a long history. What is open has to be sorted for it: not
/// what is due, of which there may be much, nor for each further page.
const LIST_OPEN: &str = deliveries!(
    "INDEXED BY delivery_open",
    "WHERE d.state <> 'done' AND d.id > ?1 AND instr(?2, d.state) > 0 AND ?6 = ''
     AND (?3 IS NULL OR d.sink = ?3) AND (?4 IS NULL OR d.accepted_at >= ?4) ORDER BY d.id LIMIT ?5"
);

const ATTEMPTS: &str = "
    SELECT claim, started_at, ended_at, outcome, status, error, message, detail, next_due, late
    FROM attempt WHERE delivery = ?1 ORDER BY claim";

/// The few that are open, and those with an end that is not the usual one, by their partial indices; all of them by the
/// smallest. What the vendor accepted is the rest, so that no row of a long history is read.
const COUNT_OPEN: &str = "
    SELECT sink, state, count(*), count(doubt) FROM delivery INDEXED BY delivery_open
    WHERE state <> 'done' GROUP BY sink, state";
const COUNT_ENDED: &str = "
    SELECT sink, conclusion, count(*) FROM delivery INDEXED BY delivery_ended
    WHERE conclusion <> 'accepted' GROUP BY sink, conclusion";
const COUNT_ALL: &str = "SELECT sink, count(*) FROM delivery INDEXED BY delivery_lead GROUP BY sink";

pub(super) fn lead(db: &Connection, key: &LeadId, source: Option<&str>) -> Result<Vec<LeadView>> {
    let mut rows = db.prepare_cached(LEADS)?;
    let leads = rows.query_map(params![key.as_str(), source], |row| {
        let view = LeadView {
            uid: row.get(1)?,
            source: row.get(2)?,
            key: row.get::<_, Text<_>>(3)?.0,
            revision: row.get(4)?,
            accepted_at: row.get::<_, At>(5)?.0,
            is_purged: row.get(6)?,
            deliveries: Vec::new(),
        };
        Ok((row.get::<_, i64>(0)?, view))
    })?;
    let mut views = Vec::new();
    for lead in leads {
        let (row, mut view) = lead?;
        let deliveries = db
            .prepare_cached(OF_LEAD)?
            .query_map([row], delivery)?
            .collect::<Result<Vec<_>>>()?;
        for delivery in deliveries {
            let attempts = db
                .prepare_cached(ATTEMPTS)?
                .query_map([delivery.no], attempt)?
                .collect::<Result<_>>()?;
            view.deliveries.push((delivery, attempts));
        }
        views.push(view);
    }
    Ok(views)
}

/// The statement of a page.
pub(super) fn list_sql(query: &Query) -> &'static str {
    let may_be_many = |state: &State| matches!(state, State::Due | State::Done);
    let is_open = !query.states.is_empty() && query.conclusions.is_empty() && !query.states.iter().any(may_be_many);
    if is_open && query.after.is_none() {
        LIST_OPEN
    } else {
        LIST
    }
}

pub(super) fn list(db: &Connection, query: &Query) -> Result<Page> {
    // No state's word stands in another's, and no conclusion's.
    let states = query.states.iter().map(|state| state.as_str()).collect::<Vec<_>>();
    let conclusions = query.conclusions.iter().map(|end| end.as_str()).collect::<Vec<_>>();
    let deliveries = db
        .prepare_cached(list_sql(query))?
        .query_map(
            params![
                query.after.unwrap_or(DeliveryNo(0)),
                states.join(","),
                query.sink,
                query.since.map(At),
                query.limit,
                conclusions.join(","),
            ],
            delivery,
        )?
        .collect::<Result<Vec<_>>>()?;
    let is_full = u32::try_from(deliveries.len()).is_ok_and(|found| found == query.limit);
    Ok(Page {
        next: deliveries.last().filter(|_| is_full).map(|last| last.no),
        deliveries,
    })
}

pub(super) fn counts(db: &Connection) -> Result<Vec<Count>> {
    let mut open = db.prepare_cached(COUNT_OPEN)?;
    let open = open.query_map([], |row| {
        Ok(Count {
            sink: row.get(0)?,
            state: row.get(1)?,
            conclusion: None,
            deliveries: number(row, 2)?,
            in_doubt: number(row, 3)?,
        })
    })?;
    let mut counts = open.collect::<Result<Vec<_>>>()?;
    let mut ended = db.prepare_cached(COUNT_ENDED)?;
    for row in ended.query_map([], |row| Ok(done(row.get(0)?, row.get(1)?, number(row, 2)?)))? {
        counts.push(row?);
    }
    let mut rest = BTreeMap::<Arc<str>, u64>::new();
    let mut all = db.prepare_cached(COUNT_ALL)?;
    for row in all.query_map([], |row| Ok((row.get(0)?, number(row, 1)?)))? {
        let (sink, count) = row?;
        rest.insert(sink, count);
    }
    for count in &counts {
        if let Some(rest) = rest.get_mut(&count.sink) {
            *rest = rest.saturating_sub(count.deliveries);
        }
    }
    let rest = rest.into_iter().filter(|(_, rest)| *rest > 0);
    counts.extend(rest.map(|(sink, rest)| done(sink, Conclusion::Accepted, rest)));
    counts.sort_by(|a, b| (&a.sink, a.state, a.conclusion).cmp(&(&b.sink, b.state, b.conclusion)));
    Ok(counts)
}

fn done(sink: Arc<str>, conclusion: Conclusion, deliveries: u64) -> Count {
    Count {
        sink,
        state: State::Done,
        conclusion: Some(conclusion),
        deliveries,
        in_doubt: 0,
    }
}

fn number(row: &Row<'_>, column: usize) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

fn delivery(row: &Row<'_>) -> Result<DeliveryView> {
    Ok(DeliveryView {
        no: row.get(0)?,
        lead: row.get(1)?,
        source: row.get(2)?,
        key: row.get::<_, Text<_>>(3)?.0,
        revision: row.get(4)?,
        sink: row.get(5)?,
        state: row.get(6)?,
        in_doubt: row.get(7)?,
        accepted_at: row.get::<_, At>(8)?.0,
        due_at: row.get::<_, At>(9)?.0,
        changed_at: row.get::<_, At>(10)?.0,
        attempts: row.get(11)?,
        conclusion: row.get(12)?,
        vendor_ref: row.get(13)?,
    })
}

fn attempt(row: &Row<'_>) -> Result<AttemptView> {
    Ok(AttemptView {
        claim: row.get(0)?,
        started_at: row.get::<_, At>(1)?.0,
        ended_at: time(row.get(2)?),
        outcome: row.get(3)?,
        status: row.get(4)?,
        error: row.get(5)?,
        message: row.get(6)?,
        detail: row.get(7)?,
        next_due: time(row.get(8)?),
        late: row.get(9)?,
    })
}
