//! Keeps what many callers hand in at the same time in one transaction, so that they share one wait for the disk. When a group
//! fails, each call is carried out alone: none undoes another.

use std::fmt;
use std::sync::Arc;

use leadsink_core::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::accept;
use super::pool::{Pool, transact};
use crate::accept::{Accepted, NewLead};
use crate::error::{StoreError, StoreErrorKind};

/// How many calls may wait before their callers wait too.
const QUEUE: usize = 1024;

/// So many leads go into one transaction: no call waits long for the others of its group. What may change a known lead counts for
/// several: it takes its own time, and workers wait for what it has locked.
const GROUP: usize = 2048;
const CHANGE: usize = 16;

struct Call {
    leads: Vec<NewLead>,
    now: Timestamp,
    caller: oneshot::Sender<Result<Vec<Accepted>, StoreError>>,
}

/// The entrance of the queue. Dropped, what was handed in is still carried out.
pub(super) struct Accepts(mpsc::Sender<Call>);

impl Accepts {
    /// Starts the task that serves it, with a connection of its own.
    pub(super) fn start(pool: Arc<Pool>) -> Self {
        let (sender, calls) = mpsc::channel(QUEUE);
        tokio::spawn(serve(pool, calls));
        Self(sender)
    }

    /// Hands leads in and waits until they are kept.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn accept(&self, leads: Vec<NewLead>, now: Timestamp) -> Result<Vec<Accepted>, StoreError> {
        let (caller, answer) = oneshot::channel();
        let call = Call { leads, now, caller };
        self.0.send(call).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

impl fmt::Debug for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accepts").finish_non_exhaustive()
    }
}

fn closed() -> StoreError {
    StoreError::new(StoreErrorKind::Closed, "the outbox is closed")
}

async fn serve(pool: Arc<Pool>, mut calls: mpsc::Receiver<Call>) {
    let mut group = Vec::new();
    while let Some(first) = calls.recv().await {
        let mut weight = weight_of(&first);
        group.push(first);
        while weight < GROUP
            && let Ok(next) = calls.try_recv()
        {
            weight += weight_of(&next);
            group.push(next);
        }
        group.retain(|call| !call.caller.is_closed());
        carry_out(&pool, &mut group).await;
    }
}

fn weight_of(call: &Call) -> usize {
    let weights = call.leads.iter().map(|lead| if lead.update { CHANGE } else { 1 });
    weights.sum()
}

/// Carries out a group and answers. When one of it fails, each call is tried alone.
async fn carry_out(pool: &Pool, group: &mut Vec<Call>) {
    let result = keep(pool, group).await;
    let alone = match &result {
        Ok(_) => false,
        // One after the other would wait for the same thing, and in vain.
        Err(error) => !matches!(error.kind(), StoreErrorKind::Busy | StoreErrorKind::Io) && group.len() > 1,
    };
    match result {
        Ok(answers) => {
            let mut answers = answers.into_iter();
            for call in group.drain(..) {
                let own = answers.by_ref().take(call.leads.len()).collect();
                // Who asked may have gone.
                let _ = call.caller.send(Ok(own));
            }
        }
        Err(_) if alone => {
            for call in group.drain(..) {
                let result = keep(pool, std::slice::from_ref(&call)).await;
                let _ = call.caller.send(result);
            }
        }
        Err(error) => {
            for call in group.drain(..) {
                let _ = call.caller.send(Err(error.clone()));
            }
        }
    }
}

async fn keep(pool: &Pool, group: &[Call]) -> Result<Vec<Accepted>, StoreError> {
    let given = group
        .iter()
        .flat_map(|call| call.leads.iter().map(|lead| (lead, call.now)));
    let given: Vec<accept::Given<'_>> = given.collect();
    if given.is_empty() {
        return Ok(Vec::new());
    }
    transact!(pool, write, |db| accept::accept(&db, &given))
}
