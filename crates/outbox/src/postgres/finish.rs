//! Ends claims, all of a call at once, or records what came too late.

use std::collections::{BTreeMap, BTreeSet};

use leadsink_core::Timestamp;

use super::column::{At, get, number, progress, text};
use super::error::Failed;
use super::event::KEEP;
use super::put::{Move, put};
use super::server::Db;
use crate::attempt::{Ending, Finish, Finished};
use crate::ids::{DeliveryNo, Fence, WorkerId};
use crate::late::{cleared_late, is_settled_late, kept_late, leaves_old_doubt, without_old_doubt};
use crate::rules::{Next, Progress, finished};
use crate::word::{AttemptOutcome, State};

/// The deliveries as they stand, locked; and whether an attempt of the last claim was begun. No EXISTS: that may read every attempt
/// there is, once, for many deliveries.
pub(super) const CURRENT: &str = "
    SELECT d.id, d.state, d.claims, d.lease_owner, d.attempts, d.doubt, d.first_failed_at, d.early, d.lost,
        (SELECT count(*) > 0 FROM attempt a WHERE a.delivery = d.id AND a.claim = d.claims)
    FROM delivery d WHERE d.id = ANY ($1) ORDER BY d.id FOR UPDATE";

/// An attempt that was begun, or a claim that came to none and of which something stays to be said all the same.
pub(super) const END_ATTEMPT: &str = "
    INSERT INTO attempt (delivery, claim, started_at, ended_at, outcome, status, error, message, detail, next_due)
    SELECT delivery, claim, $9, $9, outcome, status, error, message, detail, next_due
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
        AS g (delivery, claim, outcome, status, error, message, detail, next_due)
    ON CONFLICT (delivery, claim) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
        status = excluded.status, error = excluded.error, message = excluded.message, detail = excluded.detail,
        next_due = excluded.next_due";

const LATE: &str = "
    UPDATE attempt SET late = $3, status = coalesce(status, $4), error = coalesce(error, $5),
        message = coalesce(message, $6), detail = coalesce(detail, $7)
    WHERE delivery = $1 AND claim = $2 AND late IS NULL";

/// Of those since the doubt was last settled. One that the vendor took for now, as was said too late, may be there still. Neither
/// EXISTS nor a join: that may read every attempt there is, once, for many deliveries.
pub(super) const OTHERS_IN_DOUBT: &str = "
    SELECT g.delivery FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS g (delivery, claim, doubt)
    WHERE (
        SELECT count(*) > 0 FROM attempt a
        WHERE a.delivery = g.delivery AND a.claim >= g.doubt AND a.claim <> g.claim AND a.outcome = 'unknown'
            AND (a.late IS NULL OR a.late IN ('unknown', 'pending')))";

/// How many of the last two attempts that are over were lost with their workers, the latest first. One of which somebody said
/// something was not.
const LOST: &str = "
    SELECT outcome IN ('not_sent', 'unknown') AND error IS NULL AND late IS NULL
    FROM attempt WHERE delivery = $1 AND outcome IS NOT NULL ORDER BY claim DESC LIMIT 2";

const COUNT_LOST: &str = "UPDATE delivery SET lost = $2 WHERE id = $1 AND lost <> $2";

/// A delivery as far as its next state depends on it.
struct Current {
    state: State,
    claims: u32,
    owner: Option<WorkerId>,
    progress: Progress,
    lost: i64,
    begun: bool,
}

/// What an ending says, column by column.
#[derive(Clone, Default)]
struct Said<'a> {
    status: Option<i32>,
    error: Option<&'a str>,
    message: Option<String>,
    detail: Option<String>,
    vendor_ref: Option<String>,
}

/// Ends claims, in the order in which they are given.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn finish(
    db: &Db,
    worker: WorkerId,
    finishes: &[Finish],
    now: Timestamp,
) -> Result<Vec<Finished>, Failed> {
    let mut answers = Vec::with_capacity(finishes.len());
    let mut rest = finishes;
    while !rest.is_empty() {
        // What is said about one delivery twice is said one after the other.
        let mut seen = BTreeSet::new();
        let together = rest
            .iter()
            .take_while(|finish| seen.insert(finish.fence.delivery))
            .count();
        let (round, later) = rest.split_at(together);
        answers.extend(finish_round(db, worker, round, now).await?);
        rest = later;
    }
    Ok(answers)
}

async fn finish_round(db: &Db, worker: WorkerId, finishes: &[Finish], now: Timestamp) -> Result<Vec<Finished>, Failed> {
    let current = current(db, finishes).await?;
    let (mut ended, mut moves, mut late_ones) = (Vec::new(), Vec::new(), Vec::new());
    let mut answers = Vec::with_capacity(finishes.len());
    let nexts = nexts(db, worker, finishes, &current, now).await?;
    for (index, (Finish { fence, ending }, next)) in finishes.iter().zip(nexts).enumerate() {
        let found = current.get(&fence.delivery);
        let (Some(found), Some(next)) = (found, next) else {
            late_ones.push((index, found));
            // Until it is known whether it settles something.
            answers.push(Finished::Stale { settled: false });
            continue;
        };
        answers.push(Finished::Recorded(next.standing()));
        let outcome = match AttemptOutcome::from(ending) {
            // Nothing was sent.
            AttemptOutcome::Unknown if !found.begun => AttemptOutcome::Failed,
            outcome => outcome,
        };
        let is_silent = !found.begun && matches!(ending, Ending::Postponed { failure: None, .. });
        let said = Said::of(ending);
        moves.push(Move {
            delivery: fence.delivery,
            next,
            lost: if is_silent { found.lost } else { 0 },
            vendor_ref: said.vendor_ref.clone(),
        });
        if !is_silent {
            ended.push((*fence, outcome, said, next.due_at));
        }
    }
    end_attempts(db, &ended, now).await?;
    put(db, &moves, now).await?;
    for (index, found) in late_ones {
        let Finish { fence, ending } = &finishes[index];
        let settled = match found {
            Some(found) => late(db, *fence, ending, found, now).await?,
            None => false,
        };
        answers[index] = Finished::Stale { settled };
    }
    Ok(answers)
}

/// Where each delivery goes whose claim is this worker's.
async fn nexts(
    db: &Db,
    worker: WorkerId,
    finishes: &[Finish],
    current: &BTreeMap<DeliveryNo, Current>,
    now: Timestamp,
) -> Result<Vec<Option<Next>>, Failed> {
    let mut doubted = Vec::new();
    let mut next = |Finish { fence, ending }: &Finish| {
        let found = current.get(&fence.delivery)?;
        if found.state != State::Leased || found.claims != fence.claim || found.owner != Some(worker) {
            return None;
        }
        let next = finished(found.progress, fence.claim, found.begun, ending, now);
        if leaves_old_doubt(&next, found.begun, ending) {
            doubted.push((*fence, next.progress.doubt));
        }
        Some(next)
    };
    let mut nexts: Vec<_> = finishes.iter().map(&mut next).collect();
    if doubted.is_empty() {
        return Ok(nexts);
    }
    let others = others_in_doubt(db, &doubted).await?;
    for (Finish { fence, ending }, next) in finishes.iter().zip(&mut nexts) {
        if let (Some(found), Some(next)) = (current.get(&fence.delivery), next)
            && leaves_old_doubt(next, found.begun, ending)
            && !others.contains(&fence.delivery)
        {
            *next = without_old_doubt(*next, found.progress, fence.claim, found.begun, ending, now);
        }
    }
    Ok(nexts)
}

/// Those of which another attempt than this one is in doubt, each in doubt since a claim.
pub(super) async fn others_in_doubt(db: &Db, of: &[(Fence, Option<u32>)]) -> Result<BTreeSet<DeliveryNo>, Failed> {
    let (mut deliveries, mut claims, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    for (fence, since) in of {
        let Some(since) = since else {
            continue;
        };
        deliveries.push(fence.delivery);
        claims.push(i64::from(fence.claim));
        doubts.push(i64::from(*since));
    }
    if deliveries.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = db.query(OTHERS_IN_DOUBT, &[&deliveries, &claims, &doubts]).await?;
    rows.iter().map(|row| get(row, 0)).collect()
}

async fn current(db: &Db, finishes: &[Finish]) -> Result<BTreeMap<DeliveryNo, Current>, Failed> {
    let deliveries: Vec<_> = finishes.iter().map(|finish| finish.fence.delivery).collect();
    let mut current = BTreeMap::new();
    for row in db.query(CURRENT, &[&deliveries]).await? {
        let found = Current {
            state: get(&row, 1)?,
            claims: number(&row, 2)?,
            owner: get(&row, 3)?,
            progress: progress(&row, 4)?,
            lost: get(&row, 8)?,
            begun: get(&row, 9)?,
        };
        current.insert(get(&row, 0)?, found);
    }
    Ok(current)
}

type Ended<'a> = (Fence, AttemptOutcome, Said<'a>, Option<Timestamp>);

async fn end_attempts(db: &Db, ended: &[Ended<'_>], now: Timestamp) -> Result<(), Failed> {
    if ended.is_empty() {
        return Ok(());
    }
    let deliveries: Vec<_> = ended.iter().map(|(fence, ..)| fence.delivery).collect();
    let claims: Vec<_> = ended.iter().map(|(fence, ..)| i64::from(fence.claim)).collect();
    let outcomes: Vec<_> = ended.iter().map(|(_, outcome, ..)| *outcome).collect();
    let statuses: Vec<_> = ended.iter().map(|(_, _, said, _)| said.status).collect();
    let errors: Vec<_> = ended.iter().map(|(_, _, said, _)| said.error).collect();
    let messages: Vec<_> = ended.iter().map(|(_, _, said, _)| said.message.as_deref()).collect();
    let details: Vec<_> = ended.iter().map(|(_, _, said, _)| said.detail.as_deref()).collect();
    let next: Vec<_> = ended.iter().map(|(.., due_at)| due_at.map(At)).collect();
    db.execute(
        END_ATTEMPT,
        &[
            &deliveries,
            &claims,
            &outcomes,
            &statuses,
            &errors,
            &messages,
            &details,
            &next,
            &At(now),
        ],
    )
    .await
    .map(drop)
}

/// What a worker says whose lease had ended, and whether that settled the delivery.
async fn late(db: &Db, fence: Fence, ending: &Ending, current: &Current, now: Timestamp) -> Result<bool, Failed> {
    let said = Said::of(ending);
    let (delivery, claim) = (fence.delivery, i64::from(fence.claim));
    let recorded = db
        .execute(
            LATE,
            &[
                &delivery,
                &claim,
                &AttemptOutcome::from(ending),
                &said.status,
                &said.error,
                &said.message,
                &said.detail,
            ],
        )
        .await?;
    if recorded == 0 {
        return Ok(false);
    }
    let others = others_in_doubt(db, &[(fence, current.progress.doubt)]).await?;
    let others = others.contains(&delivery);
    let lost = lost_in_a_row(db, delivery).await?;
    if let Some(verdict) = kept_late(current.state, ending) {
        db.execute(KEEP, &[&delivery, &verdict, &said.vendor_ref]).await?;
    }
    let settled = is_settled_late(current.state, ending, others);
    // The attempt was counted when its lease ended.
    let next = match settled {
        true => Some(finished(current.progress, fence.claim, false, ending, now)),
        false => cleared_late(current.state, current.progress, ending, others, now),
    };
    match next {
        Some(next) => {
            let moved = Move {
                delivery,
                next,
                lost,
                vendor_ref: said.vendor_ref,
            };
            put(db, &[moved], now).await?;
        }
        None => drop(db.execute(COUNT_LOST, &[&delivery, &lost]).await?),
    }
    Ok(settled)
}

async fn lost_in_a_row(db: &Db, delivery: DeliveryNo) -> Result<i64, Failed> {
    let mut lost = 0;
    for row in db.query(LOST, &[&delivery]).await? {
        if get::<Option<bool>>(&row, 0)? != Some(true) {
            break;
        }
        lost += 1;
    }
    Ok(lost)
}

impl<'a> Said<'a> {
    fn of(ending: &'a Ending) -> Self {
        let kept = |said: &Option<String>| said.as_deref().map(|said| text(said).into_owned());
        let failure = match ending {
            Ending::Answered(answer) => {
                return Self {
                    status: answer.status.map(i32::from),
                    detail: kept(&answer.detail),
                    vendor_ref: kept(&answer.vendor_ref),
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
            status: failure.status.map(i32::from),
            error: Some(&failure.kind),
            message: Some(text(&failure.message).into_owned()),
            detail: kept(&failure.detail),
            vendor_ref: None,
        }
    }
}
