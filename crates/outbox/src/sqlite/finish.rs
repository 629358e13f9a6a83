//! Ends a claim, or records what came too late.

use leadsink_core::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Result, params};

use super::column::{At, progress};
use super::event::KEEP;
use crate::attempt::{Ending, Finish, Finished};
use crate::ids::{DeliveryNo, Fence, WorkerId};
use crate::late::{cleared_late, is_settled_late, kept_late, leaves_old_doubt, without_old_doubt};
use crate::rules::{Next, Progress, finished};
use crate::word::{AttemptOutcome, State};

const CURRENT: &str = "
    SELECT state, claims, lease_owner, attempts, doubt, first_failed_at, early FROM delivery WHERE id = ?1";

const MOVE: &str = "
    UPDATE delivery SET state = ?2, due_at = coalesce(?3, due_at), conclusion = ?4, attempts = ?5, doubt = ?6,
        first_failed_at = ?7, early = ?8, vendor_ref = coalesce(?9, vendor_ref), changed_at = ?10, lease_owner = NULL
    WHERE id = ?1";

const END_ATTEMPT: &str = "
    UPDATE attempt SET ended_at = ?3, outcome = ?4, status = ?5, error = ?6, message = ?7, detail = ?8, next_due = ?9
    WHERE delivery = ?1 AND claim = ?2";

const ADD_ATTEMPT: &str = "
    INSERT INTO attempt (delivery, claim, started_at, ended_at, outcome, status, error, message, detail, next_due)
    VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const LATE: &str = "
    UPDATE attempt SET late = ?3, status = coalesce(status, ?4), error = coalesce(error, ?5),
        message = coalesce(message, ?6), detail = coalesce(detail, ?7)
    WHERE delivery = ?1 AND claim = ?2 AND late IS NULL";

/// Of those since the doubt was last settled. One that the vendor took for now, as was said too late, may be there still.
const OTHERS_IN_DOUBT: &str = "
    SELECT 1 FROM attempt WHERE delivery = ?1 AND claim >= ?3 AND claim <> ?2 AND outcome = 'unknown'
        AND (late IS NULL OR late IN ('unknown', 'pending'))";

/// A delivery as far as its next state depends on it.
struct Current {
    state: State,
    claims: u32,
    owner: Option<WorkerId>,
    progress: Progress,
}

/// What an ending says, column by column.
#[derive(Clone, Copy, Default)]
struct Said<'a> {
    status: Option<u16>,
    error: Option<&'a str>,
    message: Option<&'a str>,
    detail: Option<&'a str>,
    vendor_ref: Option<&'a str>,
}

/// What every claim that ends needs, looked up once for all that end together.
struct Statements<'db> {
    db: &'db Connection,
    current: CachedStatement<'db>,
    end_attempt: CachedStatement<'db>,
    mover: Mover<'db>,
}

/// Moves deliveries that nobody works on any more.
pub(super) struct Mover<'db>(CachedStatement<'db>);

pub(super) fn finish(db: &Connection, worker: WorkerId, claims: &[Finish], now: Timestamp) -> Result<Vec<Finished>> {
    let mut with = Statements {
        db,
        current: db.prepare_cached(CURRENT)?,
        end_attempt: db.prepare_cached(END_ATTEMPT)?,
        mover: Mover::new(db)?,
    };
    claims.iter().map(|claim| with.finish(worker, claim, now)).collect()
}
impl Statements<'_> {
    fn finish(&mut self, worker: WorkerId, finish: &Finish, now: Timestamp) -> Result<Finished> {
        let Finish { fence, ending } = finish;
        let Some(current) = self.current(fence.delivery)? else {
            return Ok(Finished::Stale { settled: false });
        };
        let mine = current.state == State::Leased && current.claims == fence.claim && current.owner == Some(worker);
        if !mine {
            return self.late(*fence, ending, &current, now);
        }
        let (outcome, said) = (AttemptOutcome::from(ending), Said::of(ending));
        let mut next = self.next(*fence, true, ending, &current, now)?;
        let ended = self.end_attempt.execute(params![
            fence.delivery,
            fence.claim,
            At(now),
            outcome,
            said.status,
            said.error,
            said.message,
            said.detail,
            next.due_at.map(At),
        ])?;
        if ended == 0 {
            next = self.next(*fence, false, ending, &current, now)?;
            // Nothing was sent. What stays to be said is said all the same.
            if !matches!(ending, Ending::Postponed { failure: None, .. }) {
                self.db.prepare_cached(ADD_ATTEMPT)?.execute(params![
                    fence.delivery,
                    fence.claim,
                    At(now),
                    if outcome == AttemptOutcome::Unknown {
                        AttemptOutcome::Failed
                    } else {
                        outcome
                    },
                    said.status,
                    said.error,
                    said.message,
                    said.detail,
                    next.due_at.map(At),
                ])?;
            }
        }
        self.mover.put(fence.delivery, &next, said.vendor_ref, now)?;
        Ok(Finished::Recorded(next.standing()))
    }

    /// Where a delivery goes whose claim is over.
    fn next(&self, fence: Fence, begun: bool, ending: &Ending, current: &Current, now: Timestamp) -> Result<Next> {
        let next = finished(current.progress, fence.claim, begun, ending, now);
        if leaves_old_doubt(&next, begun, ending) && !others_in_doubt(self.db, fence, next.progress.doubt)? {
            return Ok(without_old_doubt(
                next,
                current.progress,
                fence.claim,
                begun,
                ending,
                now,
            ));
        }
        Ok(next)
    }

    /// What a worker says whose lease had ended.
    fn late(&mut self, fence: Fence, ending: &Ending, current: &Current, now: Timestamp) -> Result<Finished> {
        let said = Said::of(ending);
        let recorded = self.db.prepare_cached(LATE)?.execute(params![
            fence.delivery,
            fence.claim,
            AttemptOutcome::from(ending),
            said.status,
            said.error,
            said.message,
            said.detail,
        ])?;
        if recorded == 0 {
            return Ok(Finished::Stale { settled: false });
        }
        let others = others_in_doubt(self.db, fence, current.progress.doubt)?;
        if let Some(verdict) = kept_late(current.state, ending) {
            self.db
                .prepare_cached(KEEP)?
                .execute(params![fence.delivery, verdict, said.vendor_ref])?;
        }
        let settled = is_settled_late(current.state, ending, others);
        if settled {
            // The attempt was counted when its lease ended.
            let next = finished(current.progress, fence.claim, false, ending, now);
            self.mover.put(fence.delivery, &next, said.vendor_ref, now)?;
        } else if let Some(next) = cleared_late(current.state, current.progress, ending, others, now) {
            self.mover.put(fence.delivery, &next, None, now)?;
        }
        Ok(Finished::Stale { settled })
    }

    fn current(&mut self, delivery: DeliveryNo) -> Result<Option<Current>> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Current {
                state: row.get(0)?,
                claims: row.get(1)?,
                owner: row.get(2)?,
                progress: progress(row, 3)?,
            })
        };
        self.current.query_row([delivery], read).optional()
    }
}

/// Whether another attempt is in doubt, of a delivery that is since this claim.
pub(super) fn others_in_doubt(db: &Connection, fence: Fence, since: Option<u32>) -> Result<bool> {
    let Some(since) = since else {
        return Ok(false);
    };
    db.prepare_cached(OTHERS_IN_DOUBT)?
        .exists(params![fence.delivery, fence.claim, since])
}

impl<'db> Mover<'db> {
    pub(super) fn new(db: &'db Connection) -> Result<Self> {
        db.prepare_cached(MOVE).map(Self)
    }

    /// Moves one.
    pub(super) fn put(
        &mut self,
        delivery: DeliveryNo,
        next: &Next,
        vendor_ref: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        let Progress {
            attempts,
            doubt,
            first_failed_at,
            early,
        } = next.progress;
        self.0.execute(params![
            delivery,
            next.state,
            next.due_at.map(At),
            next.conclusion,
            attempts,
            doubt,
            first_failed_at.map(At),
            early,
            vendor_ref,
            At(now),
        ])?;
        Ok(())
    }
}

impl<'a> Said<'a> {
    fn of(ending: &'a Ending) -> Self {
        let failure = match ending {
            Ending::Answered(answer) => {
                return Self {
                    status: answer.status,
                    detail: answer.detail.as_deref(),
                    vendor_ref: answer.vendor_ref.as_deref(),
                    ..Self::default()
                };
            }
            Ending::Failed { failure, .. } | Ending::Unknown { failure, .. } => failure,
            Ending::Postponed {
                failure: Some(failure), ..
            } => failure,
            Ending::Postponed { failure: None, .. } | Ending::Absent { .. } => return Self::default(),
        };
        Self {
            status: failure.status,
            error: Some(&failure.kind),
            message: Some(&failure.message),
            detail: failure.detail.as_deref(),
            vendor_ref: None,
        }
    }
}
