//! Carries out commands.

use leadsink_core::Timestamp;

use super::column::{At, text};
use super::error::Failed;
use super::server::Db;
use super::{lane, listen};
use crate::control::{Control, Release, Selection};
use crate::lane::Lane;
use crate::word::Conclusion;

/// An update of the deliveries that a selection names: `$1` its lead, `$2` its sink, `$3` its source, `$4` the time. Of one lead
/// and of all: in one statement the plan would not depend on what is asked for, and go through every open delivery for a single
/// lead.
pub(super) struct Update {
    pub(super) of_lead: &'static str,
    pub(super) of_all: &'static str,
}

/// No EXISTS: that may read every lead there is, once. Of one lead, the state stands in a CASE, where no index can serve it: the
/// one of all that is open would be taken where few are thought to be.
macro_rules! update {
    ($set:literal, $of:literal) => {
        Update {
            of_lead: concat!(
                "UPDATE delivery d SET changed_at = $4, ",
                $set,
                " WHERE d.lead = ANY (ARRAY(
                    SELECT id FROM lead WHERE idem_key = $1 AND ($3::text IS NULL OR source = $3)))
                  AND ($2::text IS NULL OR d.sink = $2) AND CASE WHEN $1 IS NOT NULL THEN ",
                $of,
                " END"
            ),
            of_all: concat!(
                "UPDATE delivery d SET changed_at = $4, ",
                $set,
                " WHERE $1::text IS NULL AND d.state <> 'done'
                  AND ($3::text IS NULL OR (SELECT l.source FROM lead l WHERE l.id = d.lead) = $3)
                  AND ($2::text IS NULL OR d.sink = $2) AND ",
                $of
            ),
        }
    };
}

impl Update {
    fn sql(&self, of: &Selection) -> &'static str {
        if of.key.is_some() { self.of_lead } else { self.of_all }
    }
}

/// The leads of dead letters, and those of one lead: nobody files a newer revision of them, or purges them, until they are due.
const LOCK_DEAD: &str = "
    SELECT l.id FROM lead l
    WHERE ($2::text IS NULL OR l.source = $2) AND l.id IN (
        SELECT d.lead FROM delivery d
        WHERE d.state = 'dead' AND d.state <> 'done' AND ($1::text IS NULL OR d.sink = $1))
    ORDER BY l.idem_key, l.source, l.revision FOR UPDATE";

pub(super) const LOCK_LEAD: &str = "
    SELECT id FROM lead WHERE idem_key = $1 AND ($2::text IS NULL OR source = $2)
    ORDER BY idem_key, source, revision FOR UPDATE";

/// Neither what was purged nor what a newer revision followed: that would undo it at the vendor.
pub(super) const RETRY_DEAD: Update = update!(
    "state = 'due', due_at = $4, attempts = 0, first_failed_at = NULL",
    "d.state = 'dead' AND (SELECT l.body IS NOT NULL FROM lead l WHERE l.id = d.lead)
     AND (
        SELECT count(*) = 0 FROM lead l
        JOIN lead newer ON newer.idem_key = l.idem_key AND newer.source = l.source AND newer.revision > l.revision
        JOIN delivery n ON n.lead = newer.id AND n.sink = d.sink
        WHERE l.id = d.lead)"
);

pub(super) const RETRY_NOW: Update = update!("due_at = $4", "d.state = 'due' AND d.due_at > $4");

pub(super) const CANCEL: Update = update!(
    "state = 'done', conclusion = $5, doubt = NULL",
    "d.state IN ('due', 'held', 'dead')"
);

pub(super) const DELIVERED: Update = update!(
    "state = 'done', conclusion = $5, doubt = NULL",
    "d.state IN ('due', 'held') AND d.doubt IS NOT NULL"
);

pub(super) const NOT_DELIVERED: Update = update!(
    "state = 'due', due_at = $4, doubt = NULL, attempts = 0, first_failed_at = NULL",
    "d.state IN ('due', 'held') AND d.doubt IS NOT NULL"
);

/// Carries out a command, and says how much it changed.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn control(db: &Db, command: &Control, now: Timestamp) -> Result<u64, Failed> {
    let changed = match command {
        Control::Pause(sink) => change(db, sink, |lane| lane.is_paused = true).await?,
        Control::Resume(sink) => {
            let resume = |lane: &mut Lane| {
                lane.is_paused = false;
                lane.hold = None;
            };
            change(db, sink, resume).await?
        }
        Control::Hold { sink, reason } => change(db, sink, |lane| lane.hold = Some(text(reason).into_owned())).await?,
        Control::EndHold(sink) => change(db, sink, |lane| lane.hold = None).await?,
        Control::Defer { sink, until } => {
            change(db, sink, |lane| lane.not_before = lane.not_before.max(Some(*until))).await?
        }
        Control::Retry(of) => {
            let (key, sink, source) = names(of);
            match key {
                Some(key) => db.query(LOCK_LEAD, &[&key, &source]).await?,
                None => db.query(LOCK_DEAD, &[&sink, &source]).await?,
            };
            update(db, &RETRY_DEAD, of, now).await? + update(db, &RETRY_NOW, of, now).await?
        }
        Control::Cancel(of) => end(db, &CANCEL, of, Conclusion::Cancelled, now).await?,
        Control::Release {
            of,
            to: Release::Delivered,
        } => end(db, &DELIVERED, of, Conclusion::Released, now).await?,
        Control::Release {
            of,
            to: Release::NotDelivered,
        } => update(db, &NOT_DELIVERED, of, now).await?,
        // Done in parts, by the store itself.
        Control::Purge { .. } => 0,
    };
    if changed > 0 {
        listen::tell(db).await?;
    }
    Ok(changed)
}

async fn change(db: &Db, sink: &str, change: impl FnOnce(&mut Lane) + Send) -> Result<u64, Failed> {
    let (mut lane, budget) = lane::lock(db, sink).await?;
    let before = lane.clone();
    change(&mut lane);
    if lane == before {
        return Ok(0);
    }
    lane::save(db, &lane, &budget).await?;
    Ok(1)
}

/// Lead, sink and source, as every statement takes them.
fn names(of: &Selection) -> (Option<&str>, Option<&str>, Option<&str>) {
    let key = of.key.as_ref().map(|key| key.as_str());
    (key, of.sink.as_deref(), of.source.as_deref())
}

async fn update(db: &Db, update: &Update, of: &Selection, now: Timestamp) -> Result<u64, Failed> {
    let (key, sink, source) = names(of);
    db.execute(update.sql(of), &[&key, &sink, &source, &At(now)]).await
}

async fn end(db: &Db, update: &Update, of: &Selection, how: Conclusion, now: Timestamp) -> Result<u64, Failed> {
    let (key, sink, source) = names(of);
    db.execute(update.sql(of), &[&key, &sink, &source, &At(now), &how])
        .await
}
