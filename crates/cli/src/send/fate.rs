//! What became of one row at one sink: the words of the report.

use leadsink::{Disposition, Outcome, SendError, Submission};
use serde::{Deserialize, Serialize};

/// What became of one row at one sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// The vendor has the lead.
    Accepted,
    /// The vendor took it for now; its last word comes later.
    Pending,
    /// The vendor merged it into a lead it had.
    Updated,
    /// The vendor had it already.
    Duplicate,
    /// The vendor refused it.
    Rejected,
    /// Nobody saw the answer: the vendor may have it. Never sent again by itself.
    Ambiguous,
    /// The vendor does not have it; it may be sent again.
    Failed,
    /// The row has problems, or this vendor cannot take it as it is. Nothing was sent.
    BadRow,
    /// The row repeats an earlier one. Nothing was sent.
    DuplicateRow,
    /// The sink or the run had been stopped, its turn would have come too late, or the lead is in doubt. Nothing was sent.
    NotAttempted,
}

impl Fate {
    /// Every word, in the order of the summary.
    pub(crate) const ALL: [Self; 10] = [
        Self::Accepted,
        Self::Pending,
        Self::Updated,
        Self::Duplicate,
        Self::Rejected,
        Self::Ambiguous,
        Self::Failed,
        Self::BadRow,
        Self::DuplicateRow,
        Self::NotAttempted,
    ];

    /// The word itself.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
            Self::Ambiguous => "ambiguous",
            Self::Failed => "failed",
            Self::BadRow => "bad_row",
            Self::DuplicateRow => "duplicate_row",
            Self::NotAttempted => "not_attempted",
        }
    }

    /// What a submission came to.
    pub(crate) fn of(submission: &Submission) -> Self {
        match &submission.result {
            Ok(Outcome::Pending(_)) => Self::Pending,
            Ok(Outcome::Updated(_)) => Self::Updated,
            Ok(Outcome::Duplicate(_)) => Self::Duplicate,
            Ok(outcome) if outcome.is_delivered() => Self::Accepted,
            Ok(_) => Self::Rejected,
            Err(SendError::Unfit(_)) => Self::BadRow,
            Err(SendError::Failed(error)) if error.disposition() == Disposition::Ambiguous => Self::Ambiguous,
            // The run was stopped, or its time was up, while it waited for its turn.
            Err(SendError::Failed(_)) if submission.attempts == 0 => Self::NotAttempted,
            Err(SendError::Failed(_)) => Self::Failed,
            // Of what is not known yet nobody can say that nothing arrived.
            Err(_) => Self::Ambiguous,
        }
    }

    /// Whether the vendor has the lead, for all that is known.
    pub(crate) const fn is_delivered(self) -> bool {
        matches!(self, Self::Accepted | Self::Pending | Self::Updated | Self::Duplicate)
    }

    /// Whether `--resume` sends the row again.
    pub(crate) const fn is_unfinished(self) -> bool {
        matches!(self, Self::Failed | Self::NotAttempted)
    }

    /// Whether a person mends the row and sends it again.
    pub(crate) const fn is_to_mend(self) -> bool {
        matches!(self, Self::BadRow | Self::Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_read_back() {
        for fate in Fate::ALL {
            assert_eq!(serde_json::to_string(&fate).unwrap(), format!("\"{}\"", fate.as_str()));
            assert_eq!(
                serde_json::from_str::<Fate>(&format!("\"{}\"", fate.as_str())).unwrap(),
                fate
            );
        }
    }
}
