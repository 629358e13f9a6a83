//! What an outbox says of a move that it has a part in.

use leadsink_core::Timestamp;
use uuid::Uuid;

use crate::error::{StoreError, StoreErrorKind};

/// What an outbox says of a move that it has a part in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which part.
    pub kind: MarkKind,
    /// The other outbox, for people, without a password.
    pub place: String,
    /// The same for both outboxes of a move.
    pub id: Uuid,
    /// When that was.
    pub at: Timestamp,
}

/// The part of an outbox in a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// It began to move there, and is worked on until it has.
    Moving,
    /// It was moved there, and is read only.
    Moved,
    /// It holds what came from there, and is not open yet.
    Arriving,
    /// It came from there, and is worked on.
    Arrived,
}

impl MarkKind {
    const ALL: [Self; 4] = [Self::Moving, Self::Moved, Self::Arriving, Self::Arrived];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Moved => "moved",
            Self::Arriving => "arriving",
            Self::Arrived => "arrived",
        }
    }

    /// # Errors
    /// When a newer version wrote it.
    pub(crate) fn parse(word: &str) -> Result<Self, StoreError> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == word);
        known.ok_or_else(unreadable)
    }

    /// Whether nothing may be written meanwhile.
    pub(crate) const fn is_shut(self) -> bool {
        matches!(self, Self::Moved | Self::Arriving)
    }
}

impl Mark {
    /// Why it cannot be written to, or moved.
    pub(crate) fn refusal(&self) -> StoreError {
        let place = &self.place;
        let message = match self.kind {
            MarkKind::Arriving => format!(
                "the outbox is being filled from `{place}` and not open yet; repeat that move; what is here may be deleted \
                 only where `leadsink status`, on the machine where `{place}` lies, shows that outbox and does not say that it was \
                 moved"
            ),
            _ => format!("the outbox was moved to `{place}`; name that one"),
        };
        StoreError::new(StoreErrorKind::Moved, message)
    }

    /// Refuses what is shut, as whoever opens it for more than reading is refused. What it holds may be out of date, so it is no
    /// ground for a decision either.
    ///
    /// # Errors
    /// When nothing may be written to it.
    pub fn check(mark: Option<&Self>) -> Result<(), StoreError> {
        match mark {
            Some(mark) if mark.kind.is_shut() => Err(mark.refusal()),
            _ => Ok(()),
        }
    }
}

/// A mark that this version does not know.
pub(crate) fn unreadable() -> StoreError {
    StoreError::new(
        StoreErrorKind::NewerSchema,
        "the outbox has a part in a move that this version does not know; use a newer one",
    )
}

/// What the database itself says when it lets nobody write.
pub(crate) fn shut() -> StoreError {
    StoreError::new(
        StoreErrorKind::Moved,
        "the outbox was moved meanwhile, and nothing of this was stored; open it again to learn where to",
    )
}
