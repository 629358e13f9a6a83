//! Carries out commands.

use leadsink_core::Timestamp;

use super::column::{At, text};
use super::error::Failed;
use super::server::Db;
use super::{lane, listen};
use crate::control::{Control, Release, Selection};
use crate::lane::Lane;
use crate::word::Conclusion;

/// An update of the deliveries that a selection names: `$1` its lead, `$2` its sink, `$3` the time.
macro_rules! update {
    ($set:literal, $of:literal) => {
        concat!(
            "UPDATE delivery d SET changed_at = $3, ",
            $set,
            " WHERE d.state <> 'done' AND ($1::text IS NULL OR d.lead IN (SELECT id FROM lead WHERE idem_key = $1))
              AND ($2::text IS NULL OR d.sink = $2) AND ",
            $of
        )
    };
}

/// The leads of dead letters: nobody files a newer revision of them, or purges them, until they are due.
const LOCK_DEAD: &str = "
    SELECT l.id FROM lead l WHERE l.id IN (
        SELECT d.lead FROM delivery d WHERE d.state = 'dead' AND d.state <> 'done' AND ($2::text IS NULL OR d.sink = $2))
    AND ($1::text IS NULL OR l.idem_key = $1) ORDER BY l.idem_key, l.source, l.revision FOR UPDATE";

/// Neither what was purged nor what a newer revision followed: that would undo it at the vendor.
const RETRY_DEAD: &str = update!(
    "state = 'due', due_at = $3, attempts = 0, first_failed_at = NULL",
    "d.state = 'dead' AND NOT EXISTS (SELECT 1 FROM lead l WHERE l.id = d.lead AND l.body IS NULL)
     AND NOT EXISTS (
        SELECT 1 FROM lead l
        JOIN lead newer ON newer.idem_key = l.idem_key AND newer.source = l.source AND newer.revision > l.revision
        JOIN delivery n ON n.lead = newer.id AND n.sink = d.sink
        WHERE l.id = d.lead)"
);

const RETRY_NOW: &str = update!("due_at = $3", "d.state = 'due' AND d.due_at > $3");

const CANCEL: &str = update!(
    "state = 'done', conclusion = $4, doubt = NULL",
    "d.state IN ('due', 'held', 'dead')"
);

const DELIVERED: &str = update!(
    "state = 'done', conclusion = $4, doubt = NULL",
    "d.state IN ('due', 'held') AND d.doubt IS NOT NULL"
);

const NOT_DELIVERED: &str = update!(
    "state = 'due', due_at = $3, doubt = NULL, attempts = 0, first_failed_at = NULL",
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
            let (key, sink) = names(of);
            db.query(LOCK_DEAD, &[&key, &sink]).await?;
            update(db, RETRY_DEAD, of, now).await? + update(db, RETRY_NOW, of, now).await?
        }
        Control::Cancel(of) => end(db, CANCEL, of, Conclusion::Cancelled, now).await?,
        Control::Release {
            of,
            to: Release::Delivered,
        } => end(db, DELIVERED, of, Conclusion::Released, now).await?,
        Control::Release {
            of,
            to: Release::NotDelivered,
        } => update(db, NOT_DELIVERED, of, now).await?,
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

fn names(of: &Selection) -> (Option<&str>, Option<&str>) {
    (of.key.as_ref().map(|key| key.as_str()), of.sink.as_deref())
}

async fn update(db: &Db, sql: &'static str, of: &Selection, now: Timestamp) -> Result<u64, Failed> {
    let (key, sink) = names(of);
    db.execute(sql, &[&key, &sink, &At(now)]).await
}

async fn end(db: &Db, sql: &'static str, of: &Selection, how: Conclusion, now: Timestamp) -> Result<u64, Failed> {
    let (key, sink) = names(of);
    db.execute(sql, &[&key, &sink, &At(now), &how]).await
}
