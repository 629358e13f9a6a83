//! Moves an outbox from one store to another, whole or not at all.
//!
//! Three commits make a move, and after each of them at most one of the two outboxes can be worked on:
//!
//! 1. The new one holds everything, with a mark that it is not open yet.
//! 2. The old one is marked as moved, in the transaction in which it was read: nothing was written to it since.
//! 3. The new one is open.
//!
//! Before the first one the old outbox notes which move it begins, so that a copy that was left behind is known as its own. The
//! marks are heeded by whoever opens an outbox, and by the database: nothing is written to one that is marked, whoever has it
//! open. A move that broke off is repeated, and goes on from what the marks say.

mod form;
mod mark;

pub(crate) use mark::shut;
pub use mark::{Mark, MarkKind};

#[cfg(feature = "postgres")]
pub(crate) use form::Kind;
pub(crate) use form::{CHUNK, Row, TABLES, Table, Value};

use std::fmt;
use std::ops::ControlFlow;
#[cfg(feature = "sqlite")]
use std::path::Path;

use leadsink_core::Timestamp;
use uuid::Uuid;

use crate::error::{StoreError, StoreErrorKind};
use form::Digest;

/// What a store does for a move. Between `begin` and `commit` nobody else writes to it.
#[async_trait::async_trait]
pub(crate) trait End: fmt::Debug + Send {
    async fn mark(&mut self) -> Result<Option<Mark>, StoreError>;
    /// Begins a transaction. No worker is at it, and nobody writes until it ends.
    async fn begin(&mut self) -> Result<(), StoreError>;
    async fn commit(&mut self) -> Result<(), StoreError>;
    /// Sets the mark, and keeps everybody from writing where it says so.
    async fn set_mark(&mut self, mark: &Mark) -> Result<(), StoreError>;
    /// Deletes every row.
    async fn clear(&mut self) -> Result<(), StoreError>;
    async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError>;
    /// The next rows by their key.
    async fn read(&mut self, table: &'static Table, after: Option<&Row>) -> Result<Vec<Row>, StoreError>;
    async fn write(&mut self, table: &'static Table, rows: &[Row]) -> Result<(), StoreError>;
    /// Sets what follows from the rows, once all of them are there.
    async fn complete(&mut self) -> Result<(), StoreError>;
    /// Shows that it is still wanted, while the other end is worked on.
    async fn touch(&mut self) -> Result<(), StoreError>;
}

/// An outbox that is held for a move.
#[derive(Debug)]
pub struct Side {
    end: Box<dyn End>,
    name: String,
}

impl Side {
    /// Holds the outbox in a file, which is made where there is none. Blocks.
    ///
    /// # Errors
    /// When it cannot be opened, or a worker has it.
    #[cfg(feature = "sqlite")]
    pub fn file(path: &Path) -> Result<Self, StoreError> {
        let end = crate::sqlite::side::open(path)?;
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Ok(Self {
            end: Box::new(end),
            name: path.display().to_string(),
        })
    }

    /// Holds the outbox on a server; its tables are made where there are none.
    ///
    /// # Errors
    /// When it cannot be reached or opened, or a worker is at it.
    #[cfg(feature = "postgres")]
    pub async fn server(address: &crate::postgres::Address) -> Result<Self, StoreError> {
        Ok(Self {
            end: Box::new(crate::postgres::side::open(address).await?),
            name: address.to_string(),
        })
    }
}

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// So many rows of so many are copied.
    Copied(u64, u64),
    /// So many of them are read back and compared.
    Compared(u64, u64),
    /// The new outbox holds everything, and is not open yet.
    Arrived,
    /// The old outbox is marked as moved.
    Left,
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// Leads, each revision for itself.
    pub leads: u64,
    /// Their deliveries.
    pub deliveries: u64,
    /// Every attempt that is kept.
    pub attempts: u64,
    /// The vendors' late words.
    pub events: u64,
    /// The lanes.
    pub lanes: u64,
    /// A digest over every value of every row, the same on both sides.
    pub digest: String,
    /// Whether an earlier call had copied everything, so that this one had to open the new outbox at most.
    pub was_there: bool,
}

/// Moves everything from one outbox to another, and opens that one. It may be repeated, whatever became of the call before, also
/// with another id: where both outboxes know of the move already, it keeps the one that it has.
///
/// # Errors
/// When a store fails, the new outbox is not empty, either one was moved elsewhere, or `watch` breaks it off. The old outbox is
/// as it was then, unless it is marked as moved already.
pub async fn transfer(
    mut from: Side,
    mut to: Side,
    id: Uuid,
    now: Timestamp,
    watch: &mut (dyn FnMut(Step) -> ControlFlow<()> + Send),
) -> Result<Moved, StoreError> {
    let (source, target) = (from.end.mark().await?, to.end.mark().await?);
    let is_kind = |mark: &Option<Mark>, kind| mark.as_ref().is_some_and(|mark| mark.kind == kind);
    if is_kind(&source, MarkKind::Arriving) || is_kind(&target, MarkKind::Moved) {
        let mark = if is_kind(&source, MarkKind::Arriving) {
            &source
        } else {
            &target
        };
        return Err(mark.as_ref().map_or_else(mark::unreadable, Mark::refusal));
    }
    let is_same = source.as_ref().map(|mark| mark.id) == target.as_ref().map(|mark| mark.id);
    if let Some(moved) = source.as_ref().filter(|mark| mark.kind == MarkKind::Moved) {
        let is_there = is_kind(&target, MarkKind::Arriving) || is_kind(&target, MarkKind::Arrived);
        if !(is_same && is_there) {
            return Err(moved.refusal());
        }
        return open(&mut from, &mut to, target, now).await;
    }
    // What another outbox left here may be all that there is of it.
    let left = target.filter(|mark| mark.kind == MarkKind::Arriving);
    let is_ours = is_same && is_kind(&source, MarkKind::Moving);
    if let Some(mark) = left.as_ref().filter(|_| !is_ours) {
        return Err(mark.refusal());
    }
    // Under another id that copy would be a stranger's, where this call breaks off as well.
    let id = left.as_ref().map_or(id, |mark| mark.id);
    let mark = |kind, place: &Side| Mark {
        kind,
        place: place.name.clone(),
        id,
        at: now,
    };
    to.end.begin().await?;
    if left.is_some() {
        to.end.clear().await?;
    }
    for table in TABLES {
        if to.end.count(table).await? > 0 {
            let message = "the outbox to move to is not empty; name a new file, or a database or schema without one";
            return Err(StoreError::new(StoreErrorKind::NotEmpty, message));
        }
    }
    // Before a copy can be committed: by this note one that is left behind is known as its own.
    from.end.begin().await?;
    from.end.set_mark(&mark(MarkKind::Moving, &to)).await?;
    from.end.commit().await?;
    from.end.begin().await?;
    let copied = copy(&mut from, &mut to, watch).await?;
    to.end.complete().await?;
    let compared = digest(&mut to, Some(&mut from), &copied, watch).await?;
    if compared != copied {
        let message = "what was copied is not what was there; nothing was moved, report this";
        return Err(StoreError::new(StoreErrorKind::Internal, message));
    }
    to.end.set_mark(&mark(MarkKind::Arriving, &from)).await?;
    to.end.commit().await?;
    go_on(watch(Step::Arrived))?;
    from.end.set_mark(&mark(MarkKind::Moved, &to)).await?;
    from.end.commit().await?;
    go_on(watch(Step::Left))?;
    to.end.begin().await?;
    to.end.set_mark(&mark(MarkKind::Arrived, &from)).await?;
    to.end.commit().await?;
    Ok(copied.moved(false))
}

/// Opens an outbox that holds everything of one that is marked as moved to it.
async fn open(from: &mut Side, to: &mut Side, target: Option<Mark>, now: Timestamp) -> Result<Moved, StoreError> {
    from.end.begin().await?;
    // Nothing was written to the old one since, so it tells what was moved.
    let moved = digest(from, None, &Digest::default(), &mut |_| ControlFlow::Continue(())).await?;
    if let Some(mark) = target.filter(|mark| mark.kind == MarkKind::Arriving) {
        let mark = Mark {
            kind: MarkKind::Arrived,
            at: now,
            ..mark
        };
        to.end.begin().await?;
        to.end.set_mark(&mark).await?;
        to.end.commit().await?;
    }
    Ok(moved.moved(true))
}

async fn copy(
    from: &mut Side,
    to: &mut Side,
    watch: &mut (dyn FnMut(Step) -> ControlFlow<()> + Send),
) -> Result<Digest, StoreError> {
    let mut all = 0;
    for table in TABLES {
        all += from.end.count(table).await?;
    }
    let mut digest = Digest::default();
    for table in TABLES {
        let mut last = None;
        loop {
            let rows = from.end.read(table, last.as_ref()).await?;
            if rows.is_empty() {
                break;
            }
            digest.add(table, &rows);
            to.end.write(table, &rows).await?;
            go_on(watch(Step::Copied(digest.rows(), all)))?;
            last = rows.into_iter().next_back();
        }
    }
    Ok(digest)
}

/// The digest of what is there, while another side waits.
async fn digest(
    side: &mut Side,
    mut waits: Option<&mut Side>,
    wanted: &Digest,
    watch: &mut (dyn FnMut(Step) -> ControlFlow<()> + Send),
) -> Result<Digest, StoreError> {
    let mut digest = Digest::default();
    for table in TABLES {
        let mut last = None;
        loop {
            let rows = side.end.read(table, last.as_ref()).await?;
            if rows.is_empty() {
                break;
            }
            digest.add(table, &rows);
            if let Some(other) = &mut waits {
                other.end.touch().await?;
            }
            go_on(watch(Step::Compared(digest.rows(), wanted.rows())))?;
            last = rows.into_iter().next_back();
        }
    }
    Ok(digest)
}

fn go_on(said: ControlFlow<()>) -> Result<(), StoreError> {
    match said {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(StoreError::new(
            StoreErrorKind::Closed,
            "the move was broken off; repeat it",
        )),
    }
}
