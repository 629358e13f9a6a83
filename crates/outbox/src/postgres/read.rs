//! Answers questions, in a transaction that only reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use leadsink_core::LeadId;
use tokio_postgres::Row;

use super::column::{self, At, at, get, number, time};
use super::error::Failed;
use super::server::Db;
use crate::ids::DeliveryNo;
use crate::view::{AttemptView, Count, DeliveryView, LeadView, Page, Query};
use crate::word::{Conclusion, State};

const LEADS: &str = "
    SELECT id, uid, source, idem_key, revision, accepted_at, body IS NULL
    FROM lead WHERE idem_key = $1 AND ($2::text IS NULL OR source = $2) ORDER BY source, revision";

macro_rules! deliveries {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT d.id, l.uid, l.source, l.idem_key, l.revision, d.sink, d.state, d.doubt IS NOT NULL, d.accepted_at,
                d.due_at, d.changed_at, d.attempts, d.conclusion, d.vendor_ref
             FROM ",
            $from,
            " JOIN lead l ON l.id = d.lead ",
            $rest
        )
    };
}

pub(super) const OF_LEAD: &str = deliveries!("delivery d", "WHERE d.lead = $1 ORDER BY d.id");

pub(super) const LIST: &str = deliveries!(
    "delivery d",
    "WHERE d.id > $1 AND ((cardinality($2::text[]) = 0 AND cardinality($6::text[]) = 0)
        OR d.state = ANY ($2) OR d.conclusion = ANY ($6))
     AND ($3::text IS NULL OR d.sink = $3) AND ($4::timestamptz IS NULL OR d.accepted_at >= $4) ORDER BY d.id LIMIT $5"
);

/// The first page of states of which there are few, without a look at a long history. What is open has to be sorted for it: not
/// what is due, of which there may be much, nor for each further page.
pub(super) const LIST_OPEN: &str = concat!(
    "WITH d AS MATERIALIZED (SELECT * FROM delivery WHERE state <> 'done' AND state = ANY ($2)) ",
    deliveries!(
        "d",
        "WHERE d.id > $1 AND ($3::text IS NULL OR d.sink = $3) AND ($4::timestamptz IS NULL OR d.accepted_at >= $4)
         ORDER BY d.id LIMIT $5"
    )
);

const ATTEMPTS: &str = "
    SELECT claim, started_at, ended_at, outcome, status, error, message, detail, next_due, late
    FROM attempt WHERE delivery = $1 ORDER BY claim";

/// The few that are open, and those with an end that is not the usual one, by their partial indices; all of them by the
/// smallest. What the vendor accepted is the rest, so that no row of a long history is read.
pub(super) const COUNT_OPEN: &str = "
    SELECT sink, state, count(*), count(doubt) FROM delivery WHERE state <> 'done' GROUP BY sink, state";
pub(super) const COUNT_ENDED: &str = "
    SELECT sink, conclusion, count(*) FROM delivery WHERE conclusion <> 'accepted' GROUP BY sink, conclusion";
const COUNT_ALL: &str = "SELECT sink, count(*) FROM delivery GROUP BY sink";

/// Every revision of a lead with all that was done about it.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn lead(db: &Db, key: &LeadId, source: Option<&str>) -> Result<Vec<LeadView>, Failed> {
    let mut views = Vec::new();
    for row in db.query(LEADS, &[&key.as_str(), &source]).await? {
        let mut view = LeadView {
            uid: get(&row, 1)?,
            source: get::<&str>(&row, 2)?.into(),
            key: column::key(&row, 3)?,
            revision: number(&row, 4)?,
            accepted_at: at(&row, 5)?,
            is_purged: get(&row, 6)?,
            deliveries: Vec::new(),
        };
        for row in db.query(OF_LEAD, &[&get::<i64>(&row, 0)?]).await? {
            let delivery = delivery(&row)?;
            let attempts = db.query(ATTEMPTS, &[&delivery.no]).await?;
            let attempts = attempts.iter().map(attempt).collect::<Result<_, _>>()?;
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

/// Lists deliveries.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn list(db: &Db, query: &Query) -> Result<Page, Failed> {
    let after = query.after.unwrap_or(DeliveryNo(0));
    let (sink, since, limit) = (query.sink.as_deref(), query.since.map(At), i64::from(query.limit));
    let rows = if list_sql(query) == LIST_OPEN {
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 5] = [&after, &query.states, &sink, &since, &limit];
        db.query(LIST_OPEN, &params).await?
    } else {
        db.query(
            LIST,
            &[&after, &query.states, &sink, &since, &limit, &query.conclusions],
        )
        .await?
    };
    let deliveries = rows.iter().map(delivery).collect::<Result<Vec<_>, _>>()?;
    let is_full = u32::try_from(deliveries.len()).is_ok_and(|found| found == query.limit);
    Ok(Page {
        next: deliveries.last().filter(|_| is_full).map(|last| last.no),
        deliveries,
    })
}

/// Counts deliveries by sink, state and conclusion.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn counts(db: &Db) -> Result<Vec<Count>, Failed> {
    let mut counts = Vec::new();
    for row in db.query(COUNT_OPEN, &[]).await? {
        counts.push(Count {
            sink: get::<&str>(&row, 0)?.into(),
            state: get(&row, 1)?,
            conclusion: None,
            deliveries: number(&row, 2)?,
            in_doubt: number(&row, 3)?,
        });
    }
    for row in db.query(COUNT_ENDED, &[]).await? {
        counts.push(done(get::<&str>(&row, 0)?.into(), get(&row, 1)?, number(&row, 2)?));
    }
    let mut rest = BTreeMap::<Arc<str>, u64>::new();
    for row in db.query(COUNT_ALL, &[]).await? {
        rest.insert(get::<&str>(&row, 0)?.into(), number(&row, 1)?);
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

fn delivery(row: &Row) -> Result<DeliveryView, Failed> {
    Ok(DeliveryView {
        no: get(row, 0)?,
        lead: get(row, 1)?,
        source: get::<&str>(row, 2)?.into(),
        key: column::key(row, 3)?,
        revision: number(row, 4)?,
        sink: get::<&str>(row, 5)?.into(),
        state: get(row, 6)?,
        in_doubt: get(row, 7)?,
        accepted_at: at(row, 8)?,
        due_at: at(row, 9)?,
        changed_at: at(row, 10)?,
        attempts: number(row, 11)?,
        conclusion: get(row, 12)?,
        vendor_ref: get(row, 13)?,
    })
}

fn attempt(row: &Row) -> Result<AttemptView, Failed> {
    let status: Option<i32> = get(row, 4)?;
    let status = status.map(u16::try_from).transpose();
    Ok(AttemptView {
        claim: number(row, 0)?,
        started_at: at(row, 1)?,
        ended_at: time(row, 2)?,
        outcome: get(row, 3)?,
        status: status.map_err(|_| Failed::unreadable())?,
        error: get(row, 5)?,
        message: get(row, 6)?,
        detail: get(row, 7)?,
        next_due: time(row, 8)?,
        late: get(row, 9)?,
    })
}
