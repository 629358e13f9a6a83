//! A thread with a connection of its own. The one that writes commits whatever came while it was busy in one transaction, so
//! that many callers share one wait for the disk. When a call of a group fails, the group is rolled back and each call is
//! carried out alone: none undoes another, and no savepoint is paid for by all the groups in which nothing fails.

use std::fmt;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::store_error;
use crate::error::{StoreError, StoreErrorKind};

/// How many calls may wait before their callers wait too.
const QUEUE: usize = 1024;

/// How much goes into one transaction: no call waits long for the others of its group.
const GROUP: usize = 4096;

/// A call to be carried out on the thread.
trait Job: Send {
    fn weight(&self) -> usize;

    /// Whether somebody still waits for it.
    fn is_wanted(&self) -> bool;

    /// Carries it out. It may be asked again, when its transaction was rolled back.
    ///
    /// # Errors
    /// As the database has them; the call keeps its own error.
    fn run(&mut self, db: &Connection) -> Result<(), StoreError>;

    /// Tells the caller, once it is durable or certain that it is not.
    fn reply(self: Box<Self>, group: Result<(), StoreError>);
}

struct Call<W, T> {
    work: W,
    weight: usize,
    result: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<W, T> Job for Call<W, T>
where
    W: FnMut(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn weight(&self) -> usize {
        self.weight
    }

    fn is_wanted(&self) -> bool {
        !self.caller.is_closed()
    }

    fn run(&mut self, db: &Connection) -> Result<(), StoreError> {
        let result = (self.work)(db).map_err(|error| store_error(&error));
        let told = result.as_ref().map(drop).map_err(StoreError::clone);
        self.result = Some(result);
        told
    }

    fn reply(self: Box<Self>, group: Result<(), StoreError>) {
        let result = match (group, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(closed()),
            (Err(error), _) => Err(error),
        };
        // Who asked may have gone.
        let _ = self.caller.send(result);
    }
}

/// What a thread may do with its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Write,
    Read,
}

/// A thread that owns a connection. Dropped, it carries out what was asked and closes the connection.
pub(super) struct Thread {
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    handle: Option<JoinHandle<()>>,
}

impl Thread {
    /// Starts it. What is `kept` is dropped after the connection.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub(super) fn start<K: Send + 'static>(db: Connection, mode: Mode, kept: K) -> Result<Self, StoreError> {
        let (queue, calls) = mpsc::channel(QUEUE);
        let name = match mode {
            Mode::Write => "outbox-write",
            Mode::Read => "outbox-read",
        };
        let handle = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                serve(&db, mode, calls);
                drop(db);
                drop(kept);
            })
            .map_err(|_| StoreError::new(StoreErrorKind::Io, "the system has no thread left for the outbox"))?;
        Ok(Self {
            queue: Some(queue),
            handle: Some(handle),
        })
    }

    /// Carries out a call and waits until it is durable. The work may be run more than once; what it did before is undone then.
    ///
    /// # Errors
    /// As the work has them, or when its transaction could not be committed.
    pub(super) async fn call<T, W>(&self, weight: usize, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Call {
            work,
            weight,
            result: None,
            caller,
        });
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(handle) = self.handle.take() {
            // A panic there was told to its callers already.
            let _ = handle.join();
        }
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").finish_non_exhaustive()
    }
}

fn closed() -> StoreError {
    StoreError::new(StoreErrorKind::Closed, "the outbox is closed")
}

fn serve(db: &Connection, mode: Mode, mut calls: mpsc::Receiver<Box<dyn Job>>) {
    let mut group = Vec::new();
    while let Some(first) = calls.blocking_recv() {
        let mut weight = first.weight();
        group.push(first);
        while mode == Mode::Write
            && weight < GROUP
            && let Ok(next) = calls.try_recv()
        {
            weight += next.weight();
            group.push(next);
        }
        group.retain(|job| job.is_wanted());
        carry_out(db, mode, &mut group);
    }
}

/// Carries out a group and answers. When one of it fails, or the whole cannot be committed, each call is tried alone: a small
/// one may find room where a large one did not.
fn carry_out(db: &Connection, mode: Mode, group: &mut Vec<Box<dyn Job>>) {
    let result = commit(db, mode, group);
    // One after the other would wait for the same lock, and in vain.
    let is_busy = matches!(&result, Err(error) if error.kind() == StoreErrorKind::Busy);
    if result.is_ok() || is_busy || group.len() == 1 {
        for job in group.drain(..) {
            job.reply(result.clone());
        }
        return;
    }
    for mut job in group.drain(..) {
        let result = commit(db, mode, std::slice::from_mut(&mut job));
        job.reply(result);
    }
}

fn commit(db: &Connection, mode: Mode, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    if group.is_empty() {
        return Ok(());
    }
    let result = run(db, mode, group);
    if result.is_err() && !db.is_autocommit() {
        // Where even this fails, the next group finds the transaction open and fails; nothing is lost.
        let _ = db.execute_batch("ROLLBACK");
    }
    result
}

fn run(db: &Connection, mode: Mode, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let execute = |sql: &str| {
        let done = db.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        done.map(drop).map_err(|error| store_error(&error))
    };
    execute(match mode {
        Mode::Write => "BEGIN IMMEDIATE",
        Mode::Read => "BEGIN",
    })?;
    for job in group.iter_mut() {
        job.run(db)?;
    }
    execute("COMMIT")
}
