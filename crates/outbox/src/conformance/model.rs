//! The rules once more, as plainly as they can be said: deliveries in a map, no store, nothing shared with the code under test.

use std::collections::BTreeMap;

use crate::word::{State, Verdict};

/// What a claim came to.
#[derive(Clone, Copy, Debug, Default)]
struct Attempt {
    in_doubt: bool,
    late: bool,
    lost: bool,
}

/// A delivery as the model has it. Times are seconds.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) state: State,
    pub(super) due: i64,
    pub(super) spent: u32,
    pub(super) doubt: bool,
    pub(super) ended: Option<Verdict>,
    claims: u32,
    early: Option<Verdict>,
    attempts: BTreeMap<u32, Attempt>,
}

/// What a worker or a person says at the end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    Answered(Verdict),
    /// Whether nobody saw the answer, and when to try again.
    Failed {
        unseen: bool,
        again: Option<i64>,
    },
    Postponed(i64),
    Absent(i64),
}

pub(super) const MAX_ATTEMPTS: u32 = 3;

impl Delivery {
    pub(super) fn new(now: i64) -> Self {
        Self {
            state: State::Due,
            due: now,
            spent: 0,
            doubt: false,
            ended: None,
            claims: 0,
            early: None,
            attempts: BTreeMap::new(),
        }
    }

    /// Whether it may be what ended its workers.
    pub(super) fn is_suspect(&self) -> bool {
        let latest = self.attempts.values().rev();
        let lost = latest.take_while(|attempt| attempt.lost && !attempt.late).count();
        lost >= 2 || (lost == 1 && self.spent + 1 >= MAX_ATTEMPTS)
    }

    pub(super) fn claim(&mut self) -> u32 {
        self.state = State::Leased;
        self.claims += 1;
        self.claims
    }

    pub(super) fn begin(&mut self, claim: u32) -> bool {
        let may = self.state == State::Leased && self.claims == claim && !self.attempts.contains_key(&claim);
        if may {
            self.attempts.insert(claim, Attempt::default());
        }
        may
    }

    /// Says whether the claim was the current one; where not, whether it settled the delivery.
    pub(super) fn finish(&mut self, claim: u32, word: Word, now: i64) -> Result<(), bool> {
        if self.state == State::Leased && self.claims == claim {
            let begun = self.attempts.contains_key(&claim);
            if begun || !matches!(word, Word::Postponed(_)) {
                let attempt = self.attempts.entry(claim).or_default();
                attempt.in_doubt = attempt_in_doubt(begun, word);
            }
            let own = attempt_in_doubt(begun, word);
            let has_failed = matches!(word, Word::Failed { unseen: false, .. });
            self.doubt &= !has_failed || self.has_doubt_beside(claim);
            self.spend(word, begun);
            self.go(word);
            // Those whose doubt it was may have said meanwhile that they did nothing.
            if !own && !self.has_doubt_beside(claim) {
                self.clear(now);
            }
            return Ok(());
        }
        let Some(attempt) = self.attempts.get_mut(&claim).filter(|attempt| !attempt.late) else {
            return Err(false);
        };
        attempt.late = true;
        attempt.in_doubt &= matches!(
            word,
            Word::Failed { unseen: true, .. } | Word::Answered(Verdict::Pending)
        );
        let others = self.has_doubt_beside(claim);
        let Word::Answered(verdict) = word else {
            let did_nothing = matches!(word, Word::Failed { unseen: false, .. } | Word::Postponed(_));
            if did_nothing && !others {
                self.clear(now);
            }
            return Err(false);
        };
        if self.state == State::Leased && verdict != Verdict::Rejected {
            self.keep(verdict);
        }
        let has_it = !matches!(verdict, Verdict::Rejected | Verdict::Pending);
        let settles = match self.state {
            State::Due | State::Held | State::Dead => verdict != Verdict::Rejected || !others,
            State::AwaitingCallback => has_it,
            State::Leased | State::Done => false,
        };
        if settles {
            self.go(word);
        }
        Err(settles)
    }

    pub(super) fn lose(&mut self, now: i64) {
        if self.state != State::Leased {
            return;
        }
        let begun = self.attempts.contains_key(&self.claims);
        let attempt = self.attempts.entry(self.claims).or_default();
        attempt.in_doubt = begun;
        attempt.lost = true;
        self.doubt &= begun || self.has_doubt_beside(self.claims);
        let lost = Word::Failed {
            unseen: begun,
            again: None,
        };
        self.spend(lost, begun);
        // What is in doubt is asked about first, which two workers may not survive.
        let most = MAX_ATTEMPTS + if self.doubt { 2 } else { 0 };
        let again = (self.spent < most).then_some(now);
        self.go(Word::Failed { unseen: begun, again });
    }

    pub(super) fn call_back(&mut self, verdict: Verdict) {
        let sent = self.claims > 0;
        match self.state {
            _ if verdict == Verdict::Pending => {}
            State::Leased => self.keep(verdict),
            State::AwaitingCallback => self.end(verdict),
            State::Due | State::Held | State::Dead if sent => self.end(verdict),
            _ => {}
        }
    }

    pub(super) fn retry(&mut self, now: i64) {
        match self.state {
            State::Dead => self.again(now),
            State::Due if self.due > now => self.due = now,
            _ => {}
        }
    }

    pub(super) fn not_delivered(&mut self, now: i64) {
        if self.doubt && matches!(self.state, State::Due | State::Held) {
            self.settle();
            self.again(now);
        }
    }

    /// Keeps a late word for the worker that has it: the first final one.
    fn keep(&mut self, verdict: Verdict) {
        if matches!(self.early, None | Some(Verdict::Pending)) {
            self.early = Some(verdict);
        }
    }

    fn has_doubt_beside(&self, claim: u32) -> bool {
        self.attempts
            .iter()
            .any(|(number, other)| *number != claim && other.in_doubt)
    }

    /// No attempt is in doubt any more, by what was said of each.
    fn clear(&mut self, now: i64) {
        if self.doubt && matches!(self.state, State::Due | State::Held) {
            self.doubt = false;
            if self.state == State::Held {
                (self.state, self.due) = (State::Due, now);
            }
        }
    }

    /// Whatever was in doubt so far is not any more.
    fn settle(&mut self) {
        self.doubt = false;
        self.attempts.values_mut().for_each(|attempt| attempt.in_doubt = false);
    }

    fn again(&mut self, now: i64) {
        self.state = State::Due;
        self.due = now;
        self.spent = 0;
    }

    fn spend(&mut self, word: Word, begun: bool) {
        match word {
            Word::Answered(_) => self.spent += u32::from(begun),
            Word::Failed { unseen, .. } => {
                self.spent += 1;
                self.doubt |= unseen && begun;
            }
            Word::Postponed(_) | Word::Absent(_) => {}
        }
    }

    /// Moves on after a claim.
    fn go(&mut self, word: Word) {
        let again = match word {
            // It may refuse as a duplicate what it has.
            Word::Answered(verdict @ (Verdict::Pending | Verdict::Rejected)) => {
                return self.end(self.early.unwrap_or(verdict));
            }
            Word::Answered(verdict) => return self.end(verdict),
            Word::Failed { again, .. } => again,
            Word::Postponed(at) => Some(at),
            Word::Absent(at) => {
                self.settle();
                Some(at)
            }
        };
        match (self.early, again) {
            (Some(early), _) => self.end(early),
            (None, Some(at)) => {
                self.state = State::Due;
                self.due = at;
            }
            (None, None) => self.state = if self.doubt { State::Held } else { State::Dead },
        }
    }

    fn end(&mut self, verdict: Verdict) {
        if verdict == Verdict::Pending {
            self.state = State::AwaitingCallback;
        } else {
            self.state = State::Done;
            self.ended = Some(verdict);
        }
        self.settle();
        self.early = None;
    }
}

fn attempt_in_doubt(begun: bool, word: Word) -> bool {
    begun && matches!(word, Word::Failed { unseen: true, .. })
}
