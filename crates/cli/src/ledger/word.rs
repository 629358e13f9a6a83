//! Where a delivery stands, in a word for people; and the words by which deliveries are asked for.

use leadsink::outbox::{Conclusion, State};
use leadsink::suggest;

use crate::output::Paint;

/// Where a delivery stands: its state, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It waits for its time or for a free slot.
    Due,
    /// A worker has it.
    InFlight,
    /// The vendor has yet to say its last word.
    Awaiting,
    /// The vendor has it.
    Delivered,
    /// The vendor did not want it.
    Refused,
    /// Nobody knows whether the vendor has it.
    Unknown,
    /// No further attempt is made, and the vendor does not have it.
    Dead,
    /// A person, or a newer revision, ended it.
    Cancelled,
}

impl Standing {
    pub(super) const ALL: [Self; 8] = [
        Self::Due,
        Self::InFlight,
        Self::Awaiting,
        Self::Delivered,
        Self::Refused,
        Self::Unknown,
        Self::Dead,
        Self::Cancelled,
    ];

    pub(super) const fn of(state: State, conclusion: Option<Conclusion>) -> Self {
        match (state, conclusion) {
            (State::Due, _) => Self::Due,
            (State::Leased, _) => Self::InFlight,
            (State::AwaitingCallback, _) => Self::Awaiting,
            (State::Dead, _) => Self::Dead,
            (State::Held, _) => Self::Unknown,
            (State::Done, Some(Conclusion::Rejected)) => Self::Refused,
            (State::Done, Some(Conclusion::Cancelled | Conclusion::Superseded)) => Self::Cancelled,
            (State::Done, _) => Self::Delivered,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::InFlight => "in flight",
            Self::Awaiting => "awaiting",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// In a few words.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Due => "it waits for its time, or for a worker",
            Self::InFlight => "a worker has it",
            Self::Awaiting => "taken for now; the vendor's last word comes later",
            Self::Delivered => "the vendor has the lead",
            Self::Refused => "the vendor refused the lead",
            Self::Unknown => "the vendor may have the lead or not; not sent again",
            Self::Dead => "not tried any more; the vendor does not have it",
            Self::Cancelled => "ended by a person or a newer revision",
        }
    }

    pub(super) const fn paint(self) -> Paint {
        match self {
            Self::Due | Self::InFlight | Self::Awaiting => Paint::Cyan,
            Self::Delivered => Paint::Green,
            Self::Refused | Self::Dead => Paint::Red,
            Self::Unknown => Paint::Yellow,
            Self::Cancelled => Paint::Dim,
        }
    }
}

/// The deliveries that a word of `--state` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(super) states: Vec<State>,
    pub(super) conclusions: Vec<Conclusion>,
}

impl Wanted {
    /// Reads a word of ours, or of the store.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let word = text.trim().to_lowercase().replace([' ', '-'], "_");
        let is_it = |standing: &Standing| standing.as_str().replace(' ', "_") == word;
        if let Some(standing) = Standing::ALL.into_iter().find(is_it) {
            return Ok(Self::standing(standing));
        }
        if let Ok(state) = State::parse(&word) {
            return Ok(Self::of(&[state], &[]));
        }
        if let Ok(conclusion) = Conclusion::parse(&word) {
            return Ok(Self::of(&[], &[conclusion]));
        }
        let known = Standing::ALL.map(|standing| standing.as_str().replace(' ', "-"));
        let near = suggest(text, known.iter().map(String::as_str));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Err(format!("available: `{}`{near}", known.join("`, `")))
    }

    fn of(states: &[State], conclusions: &[Conclusion]) -> Self {
        Self {
            states: states.to_vec(),
            conclusions: conclusions.to_vec(),
        }
    }

    fn standing(standing: Standing) -> Self {
        let is_it = |state, conclusion| Standing::of(state, conclusion) == standing;
        let open = State::ALL.iter().filter(|state| **state != State::Done);
        let ended = Conclusion::ALL.iter();
        Self {
            states: open.copied().filter(|state| is_it(*state, None)).collect(),
            conclusions: ended.copied().filter(|end| is_it(State::Done, Some(*end))).collect(),
        }
    }

    /// What any of several words asks for; all there is where there is none.
    pub(super) fn any(words: &[Self]) -> Self {
        Self {
            states: words.iter().flat_map(|word| word.states.clone()).collect(),
            conclusions: words.iter().flat_map(|word| word.conclusions.clone()).collect(),
        }
    }

    /// Whether a delivery is among those.
    pub(super) fn has(&self, state: State, conclusion: Option<Conclusion>) -> bool {
        (self.states.is_empty() && self.conclusions.is_empty())
            || self.states.contains(&state)
            || conclusion.is_some_and(|end| self.conclusions.contains(&end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_end_has_one_word_that_asks_for_it() {
        let open = State::ALL.iter().filter(|state| **state != State::Done);
        let open = open.map(|state| (*state, None));
        let ends = Conclusion::ALL.iter().map(|end| (State::Done, Some(*end)));
        for (state, conclusion) in open.chain(ends) {
            let has = |standing: &Standing| Wanted::parse(standing.as_str()).unwrap().has(state, conclusion);
            let words: Vec<_> = Standing::ALL.into_iter().filter(has).collect();
            assert_eq!(words, [Standing::of(state, conclusion)], "{state:?} {conclusion:?}");
        }
    }

    #[test]
    fn the_words_of_the_store_are_known_too() {
        assert_eq!(Wanted::parse("held"), Wanted::parse("unknown"));
        assert_eq!(Wanted::parse("in-flight"), Wanted::parse("Leased"));
        assert_eq!(Wanted::parse("awaiting"), Wanted::parse("awaiting_callback"));
        assert_eq!(Wanted::parse("done"), Ok(Wanted::of(&[State::Done], &[])));
        assert_eq!(Wanted::parse("updated"), Ok(Wanted::of(&[], &[Conclusion::Updated])));
        let delivered = Wanted::parse("delivered").unwrap();
        assert!(delivered.has(State::Done, Some(Conclusion::Released)));
        assert!(!delivered.has(State::Done, Some(Conclusion::Rejected)));
    }

    #[test]
    fn a_misspelt_word_gets_the_others_and_the_nearest() {
        let error = Wanted::parse("delivred").unwrap_err();
        assert!(error.starts_with("available: `due`, `in-flight`, "), "{error}");
        assert!(error.ends_with("did you mean `delivered`?"), "{error}");
        assert!(Wanted::parse("").is_err());
    }

    #[test]
    fn no_word_asks_for_everything() {
        assert!(Wanted::any(&[]).has(State::Dead, None));
        let words = ["dead", "refused"].map(|word| Wanted::parse(word).unwrap());
        let any = Wanted::any(&words);
        assert!(any.has(State::Dead, None) && any.has(State::Done, Some(Conclusion::Rejected)));
        assert!(!any.has(State::Due, None));
    }
}
