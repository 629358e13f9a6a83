//! One attempt: what is written before it, and what is said after it.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use leadsink_core::{Repeat, Timestamp};

use crate::ids::Fence;
use crate::word::{Conclusion, State, Verdict};

/// An attempt about to be made. It is durable before anything is sent: what was begun and never finished is in doubt.
#[derive(Clone)]
pub struct Begin {
    /// The claim.
    pub fence: Fence,
    /// The request as it will be sent, encoded, without secrets.
    pub prepared: Bytes,
    /// Whether it may be sent again blindly.
    pub repeat: Repeat,
}

impl fmt::Debug for Begin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begin")
            .field("fence", &self.fence)
            .field("prepared_bytes", &self.prepared.len())
            .field("repeat", &self.repeat)
            .finish()
    }
}

/// A claim that is over.
#[derive(Clone, Debug)]
pub struct Finish {
    /// The claim.
    pub fence: Fence,
    /// How it ended.
    pub ending: Ending,
}

/// How a claim ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The vendor answered, or was asked later and has the lead. It settles every doubt.
    Answered(Answer),
    /// It failed, and nothing happened at the vendor. Spends an attempt.
    Failed {
        /// Why.
        failure: Failure,
        /// What is next.
        then: Then,
    },
    /// Nobody saw the answer. Spends an attempt, and the delivery is in doubt, unless its attempt was never begun.
    Unknown {
        /// Why.
        failure: Failure,
        /// What is next.
        then: Then,
    },
    /// The vendor asked to wait (429), the breaker is open, the account is at fault, the run was stopped, or a look at the
    /// vendor told nothing. Spends no attempt.
    Postponed {
        /// Why, where something was sent or there is something to say.
        failure: Option<Failure>,
        /// What is next.
        then: Then,
    },
    /// The vendor was asked and does not have the lead. Settles every doubt and spends nothing.
    Absent {
        /// When it is due again.
        due_at: Timestamp,
    },
}

/// What is next for a delivery that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It is due again at this time.
    Retry(Timestamp),
    /// No more of it: a dead letter, or held for a person where an attempt is in doubt.
    Stop,
}

/// What the vendor said.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// In a word.
    pub verdict: Verdict,
    /// The vendor's own id of the lead.
    pub vendor_ref: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// What else is kept, as JSON: reasons, price, address. It may quote the lead.
    pub detail: Option<String>,
}

impl Answer {
    /// An answer of one word.
    #[must_use]
    pub const fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            vendor_ref: None,
            status: None,
            detail: None,
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("verdict", &self.verdict)
            .field("vendor_ref", &self.vendor_ref)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    /// The stable word of the error.
    pub kind: Cow<'static, str>,
    /// One line without personal data.
    pub message: Cow<'static, str>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// What else is kept, as JSON, such as the beginning of the answer. It may quote the lead.
    pub detail: Option<String>,
}

impl Failure {
    /// A failure with its word and its line.
    #[must_use]
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: kind.into(),
            message: message.into(),
            status: None,
            detail: None,
        }
    }
}

impl From<&leadsink_core::Error> for Failure {
    fn from(error: &leadsink_core::Error) -> Self {
        Self {
            status: error.status().map(|status| status.as_u16()),
            ..Self::new(error.kind().as_str(), error.to_string())
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("kind", &self.kind)
            .field("message", &self.message)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Where a delivery stands once a claim of it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: State,
    /// How it ended, where it is done.
    pub conclusion: Option<Conclusion>,
    /// Whether the vendor may have the lead although nobody saw its answer.
    pub in_doubt: bool,
}

/// What the store made of a claim that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// It is recorded, and this is where the delivery stands now.
    Recorded(Standing),
    /// The fence is stale: the lease had ended and the attempt stood as unknown or not sent. What was said is recorded with
    /// the attempt.
    Stale {
        /// Whether it settled the delivery: nobody else worked on it, and it is the answer that was missing.
        settled: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DeliveryNo;

    #[test]
    fn debug_holds_neither_request_nor_answer() {
        let fence = Fence {
            delivery: DeliveryNo(7),
            claim: 1,
        };
        let begin = Begin {
            fence,
            prepared: Bytes::from_static(b"Jane Doe"),
            repeat: Repeat::Safe,
        };
        let answer = Answer {
            detail: Some("Jane Doe".to_owned()),
            ..Answer::new(Verdict::Rejected)
        };
        let failure = Failure {
            detail: Some("Jane Doe".to_owned()),
            ..Failure::new("timeout", "the time ran out")
        };
        let text = format!("{begin:?} {answer:?} {failure:?}");
        assert!(!text.contains("Jane"), "{text}");
    }
}
