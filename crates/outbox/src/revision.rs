//! Where a changed record may go: a pure rule, which every store applies in the transaction that files it. A caller that looked
//! before could be overtaken by a worker.

use crate::word::{Conclusion, State};

/// A delivery of an earlier revision to the same sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its state.
    pub state: State,
    /// How it ended, where it is done.
    pub conclusion: Option<Conclusion>,
    /// Whether an attempt is in doubt.
    pub in_doubt: bool,
    /// Whether the vendor may have acted on any of its attempts, as their rows tell: one is in flight, unknown, accepted,
    /// pending, updated or duplicate. So it is too where the rows were purged.
    pub may_have_arrived: bool,
}

/// How a revision is filed for a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filing {
    /// Not at all: the vendor may have an earlier one, and would take this one for a second lead.
    Not,
    /// Due at once.
    AtOnce,
    /// In place of the latest earlier delivery, of which nothing is at the vendor, and behind what that one waits for.
    InPlace,
    /// Due once the latest earlier delivery is over.
    After,
}

/// How a revision is filed for a sink, by the deliveries of earlier ones, the latest first. `merges` says whether the vendor
/// merges a further request into what it has.
#[must_use]
pub fn filing(merges: bool, earlier: &[Earlier]) -> Filing {
    let Some((latest, before)) = earlier.split_first() else {
        return Filing::AtOnce;
    };
    // What was superseded was due without doubt when it was.
    let was_replaced = |earlier: &Earlier| earlier.conclusion == Some(Conclusion::Superseded);
    let is_safe = latest.is_surely_not_there()
        && before
            .iter()
            .all(|earlier| was_replaced(earlier) || earlier.is_surely_not_there());
    if !merges && !is_safe {
        return Filing::Not;
    }
    match latest.state {
        State::Due if !latest.in_doubt => Filing::InPlace,
        State::Due | State::Leased | State::Held => Filing::After,
        State::AwaitingCallback | State::Done | State::Dead => Filing::AtOnce,
    }
}

impl Earlier {
    fn is_surely_not_there(&self) -> bool {
        match (self.state, self.conclusion) {
            (State::Due | State::Dead, _) => !self.in_doubt,
            (State::Done, Some(Conclusion::Rejected)) => true,
            // A person who took it back proves nothing.
            (State::Done, Some(Conclusion::Cancelled | Conclusion::Superseded)) => !self.may_have_arrived,
            (State::Leased | State::AwaitingCallback | State::Held | State::Done, _) => false,
        }
    }
}

/// Where a delivery of a revision goes, by the numbers of the earlier ones.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// The delivery whose place it takes.
    pub(crate) supersedes: Option<i64>,
    /// The delivery that has to be over first.
    pub(crate) waits_for: Option<i64>,
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl Place {
    /// The place for a sink, if there is one. Of the latest earlier delivery: its number, and what that one waits for.
    pub(crate) fn find(merges: bool, latest: Option<(i64, Option<i64>)>, earlier: &[Earlier]) -> Option<Self> {
        let (supersedes, waits_for) = match filing(merges, earlier) {
            Filing::Not => return None,
            Filing::AtOnce => (None, None),
            Filing::InPlace => (
                latest.map(|(latest, _)| latest),
                latest.and_then(|(_, waits_for)| waits_for),
            ),
            Filing::After => (None, latest.map(|(latest, _)| latest)),
        };
        Some(Self { supersedes, waits_for })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn earlier(state: State, conclusion: Option<Conclusion>) -> Earlier {
        Earlier {
            state,
            conclusion,
            in_doubt: false,
            may_have_arrived: false,
        }
    }

    #[test]
    fn a_vendor_that_merges_gets_every_change_in_its_order() {
        let filed = |state| filing(true, &[earlier(state, None)]);
        assert_eq!(filing(true, &[]), Filing::AtOnce);
        assert_eq!(filed(State::Due), Filing::InPlace);
        let in_doubt = Earlier {
            in_doubt: true,
            ..earlier(State::Due, None)
        };
        assert_eq!(filing(true, &[in_doubt]), Filing::After);
        assert_eq!(filed(State::Leased), Filing::After);
        assert_eq!(filed(State::Held), Filing::After);
        assert_eq!(filed(State::Dead), Filing::AtOnce);
        assert_eq!(filed(State::AwaitingCallback), Filing::AtOnce);
    }

    #[test]
    fn one_that_does_not_gets_a_change_of_what_is_surely_not_there() {
        let done = |conclusion| earlier(State::Done, Some(conclusion));
        for conclusion in Conclusion::ALL {
            let expected = match conclusion {
                Conclusion::Rejected | Conclusion::Cancelled | Conclusion::Superseded => Filing::AtOnce,
                _ => Filing::Not,
            };
            assert_eq!(filing(false, &[done(*conclusion)]), expected, "{conclusion:?}");
            let arrived = Earlier {
                may_have_arrived: true,
                ..done(*conclusion)
            };
            let expected = match conclusion {
                Conclusion::Rejected => Filing::AtOnce,
                _ => Filing::Not,
            };
            assert_eq!(filing(false, &[arrived]), expected, "{conclusion:?}");
        }
        assert_eq!(filing(false, &[earlier(State::Leased, None)]), Filing::Not);
    }

    #[test]
    fn every_earlier_revision_counts() {
        let due = earlier(State::Due, None);
        let replaced = Earlier {
            may_have_arrived: true,
            ..earlier(State::Done, Some(Conclusion::Superseded))
        };
        // The vendor was asked about its attempt and did not have it, or it would not have been replaced.
        assert_eq!(filing(false, &[due, replaced]), Filing::InPlace);
        let accepted = earlier(State::Done, Some(Conclusion::Accepted));
        assert_eq!(filing(false, &[due, accepted]), Filing::Not);
    }
}
