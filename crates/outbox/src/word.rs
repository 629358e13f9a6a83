//! The states and outcomes, with the words by which stores, reports and people know them.

use leadsink_core::Outcome;

use crate::attempt::Ending;

/// A stored word that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored word for `{kind}` is not known to this version")]
pub struct UnknownWord {
    kind: &'static str,
}

/// An enum without fields whose variants have stable words.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $kind:literal { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every one, in the order of its declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the stable word.
            ///
            /// # Errors
            /// When no variant has it.
            pub fn parse(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { kind: $kind }),
                }
            }
        }
    };
}

words! {
    /// Where a delivery stands.
    State, "state" {
        /// It waits for its time or for a free slot.
        Due = "due",
        /// A worker has it.
        Leased = "leased",
        /// The vendor took it for now and has yet to say the final word.
        AwaitingCallback = "awaiting_callback",
        /// It is over: the vendor answered, or a person ended it. [`Conclusion`] says how.
        Done = "done",
        /// It failed as often or as long as it may; nothing of it is at the vendor.
        Dead = "dead",
        /// Nobody knows whether the vendor has it: a person decides.
        Held = "held",
    }
}

words! {
    /// What the vendor said, at once or later.
    Verdict, "verdict" {
        /// It has the lead.
        Accepted = "accepted",
        /// It took the lead for now; the final word comes by call-back.
        Pending = "pending",
        /// It had the lead and merged this one into it.
        Updated = "updated",
        /// It had the lead and did not take this one.
        Duplicate = "duplicate",
        /// It refused the lead.
        Rejected = "rejected",
    }
}

impl From<&Outcome> for Verdict {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Pending(_) => Self::Pending,
            Outcome::Updated(_) => Self::Updated,
            Outcome::Duplicate(_) => Self::Duplicate,
            Outcome::Rejected(_) => Self::Rejected,
            _ => Self::Accepted,
        }
    }
}

words! {
    /// How a delivery that is done ended.
    Conclusion, "conclusion" {
        /// The vendor has the lead.
        Accepted = "accepted",
        /// The vendor merged it.
        Updated = "updated",
        /// The vendor had it before.
        Duplicate = "duplicate",
        /// The vendor refused it.
        Rejected = "rejected",
        /// A person says that the vendor has it.
        Released = "released",
        /// A person took it back.
        Cancelled = "cancelled",
        /// A newer revision took its place before anything of it reached the vendor.
        Superseded = "superseded",
    }
}

impl Verdict {
    /// The end that this verdict is; none for one that is not final.
    #[must_use]
    pub const fn conclusion(self) -> Option<Conclusion> {
        match self {
            Self::Accepted => Some(Conclusion::Accepted),
            Self::Pending => None,
            Self::Updated => Some(Conclusion::Updated),
            Self::Duplicate => Some(Conclusion::Duplicate),
            Self::Rejected => Some(Conclusion::Rejected),
        }
    }
}

words! {
    /// What is known of an attempt that is over. One in flight has none.
    AttemptOutcome, "attempt outcome" {
        /// The vendor has the lead.
        Accepted = "accepted",
        /// The vendor took it for now.
        Pending = "pending",
        /// The vendor merged it.
        Updated = "updated",
        /// The vendor had it before.
        Duplicate = "duplicate",
        /// The vendor refused it.
        Rejected = "rejected",
        /// It failed, and nothing happened at the vendor.
        Failed = "failed",
        /// Nobody saw the answer: the vendor may have the lead.
        Unknown = "unknown",
        /// It spent no attempt: the vendor asked to wait, the account is at fault, or the run was stopped.
        Postponed = "postponed",
        /// The vendor was asked and does not have the lead: the earlier doubt is settled.
        Absent = "absent",
        /// The worker was lost before anything was sent.
        NotSent = "not_sent",
    }
}

impl From<Verdict> for AttemptOutcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::Accepted,
            Verdict::Pending => Self::Pending,
            Verdict::Updated => Self::Updated,
            Verdict::Duplicate => Self::Duplicate,
            Verdict::Rejected => Self::Rejected,
        }
    }
}

impl From<&Ending> for AttemptOutcome {
    fn from(ending: &Ending) -> Self {
        match ending {
            Ending::Answered(answer) => answer.verdict.into(),
            Ending::Failed { .. } => Self::Failed,
            Ending::Unknown { .. } => Self::Unknown,
            Ending::Postponed { .. } => Self::Postponed,
            Ending::Absent { .. } => Self::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Ok(*state));
        }
        for outcome in AttemptOutcome::ALL {
            assert_eq!(AttemptOutcome::parse(outcome.as_str()), Ok(*outcome));
        }
        assert_eq!(
            Conclusion::parse("pending").unwrap_err().to_string(),
            "a stored word for `conclusion` is not known to this version"
        );
    }

    #[test]
    fn a_verdict_is_the_word_of_its_outcome() {
        let receipt = leadsink_core::Receipt::new;
        for outcome in [
            Outcome::Accepted(receipt()),
            Outcome::Pending(receipt()),
            Outcome::Updated(receipt()),
            Outcome::Duplicate(receipt()),
        ] {
            assert_eq!(Verdict::from(&outcome).as_str(), outcome.as_str());
        }
    }
}
