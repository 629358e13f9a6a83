//! When each request may start: pure arithmetic on times that the caller gives, so that it can be read and tested alone.
//!
//! Every request gets its time when it asks, and none gets an earlier one than the request before it. One list of those times
//! serves all limits: the n-th request before a new one must be a whole window away.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::limit::Limit;

/// Quotas for this long or less are also spread over their time; longer ones are only counted, since nobody wants the quota
/// of a day spread over the night.
const PACED: Duration = Duration::from_secs(60);

/// How long a 429 without `Retry-After` holds the sink, the first time and at most.
const FIRST_HOLD: Duration = Duration::from_secs(1);
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// After a hold, where no limit sets a pace: half of this lies between the first two requests, a quarter before the third.
const FIRST_GAP: Duration = Duration::from_secs(1);
const SMALLEST_GAP: Duration = Duration::from_millis(2);

/// When the requests of one sink may start.
#[derive(Debug)]
pub(crate) struct Schedule {
    rules: Vec<Rule>,
    /// When each of the last requests starts, in order; later than now for those that wait.
    starts: VecDeque<Instant>,
    /// The ticket of the first entry of `starts`.
    first: u64,
    /// How long a start matters to any rule.
    memory: Duration,
    held_until: Option<Instant>,
    /// How many 429 without `Retry-After` followed each other.
    streak: u32,
    gap: Duration,
}

#[derive(Debug)]
struct Rule {
    limit: Limit,
    /// The time of the limit and 2 % more: requests take different times on their way, and the vendor counts arrivals.
    window: Duration,
    pace: Option<Pace>,
}

/// A leaky bucket (GCRA): so many at once, the rest evenly.
#[derive(Debug)]
struct Pace {
    every: Duration,
    /// What may be drawn in advance.
    credit: Duration,
    /// When the next request is due if none is drawn in advance.
    due: Option<Instant>,
}

impl Rule {
    fn new(limit: Limit) -> Self {
        let window = limit.per + limit.per / 50;
        let every = window / limit.requests;
        let burst = (limit.requests / 10).max(limit.requests.min(5));
        let pace = (limit.per <= PACED).then_some(Pace {
            every,
            credit: every * (burst - 1),
            due: None,
        });
        Self { limit, window, pace }
    }

    /// The earliest start after these by this rule.
    fn earliest(&self, starts: &VecDeque<Instant>) -> Option<Instant> {
        let requests = usize::try_from(self.limit.requests).unwrap_or(usize::MAX);
        let back = starts.len().checked_sub(requests).and_then(|index| starts.get(index));
        let counted = back.map(|start| *start + self.window);
        let paced = self.pace.as_ref().and_then(|pace| pace.due?.checked_sub(pace.credit));
        counted.max(paced)
    }
}

/// A place in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) ticket: u64,
    pub(crate) start: Instant,
}

impl Schedule {
    pub(crate) fn new(limits: impl IntoIterator<Item = Limit>) -> Self {
        let rules: Vec<_> = limits.into_iter().map(Rule::new).collect();
        let memory = rules.iter().map(|rule| rule.window).max().unwrap_or_default();
        Self {
            rules,
            starts: VecDeque::new(),
            first: 0,
            memory,
            held_until: None,
            streak: 0,
            gap: Duration::ZERO,
        }
    }

    /// Whether nothing but a hold keeps a request from starting at once.
    pub(crate) const fn has_no_rules(&self) -> bool {
        self.rules.is_empty()
    }

    /// Gives the next request its place, unless its start would come too late; says why then.
    pub(crate) fn reserve(&mut self, now: Instant, deadline: Option<Instant>) -> Result<Turn, String> {
        self.forget(now);
        let start = self.next(now);
        if let Some(deadline) = deadline.filter(|deadline| *deadline <= start) {
            return Err(self.why(deadline));
        }
        self.push(start);
        let ticket = self.first + (self.starts.len() - 1) as u64;
        Ok(Turn { ticket, start })
    }

    /// When the holder of a ticket may start: a hold may have moved it, always to a later time.
    pub(crate) fn start(&self, ticket: u64) -> Option<Instant> {
        let index = usize::try_from(ticket.checked_sub(self.first)?).ok()?;
        self.starts.get(index).copied()
    }

    /// A 429, with what the vendor asks for. Those of requests that left before a hold say nothing new, unless they ask for
    /// more.
    pub(crate) fn refused(&mut self, started: Instant, now: Instant, asked: Option<Duration>) {
        if let Some(asked) = asked {
            self.hold(now, now + asked);
        } else if self.held_until.is_none_or(|until| until <= started) {
            let wait = FIRST_HOLD.saturating_mul(1 << self.streak.min(6)).min(LONGEST_HOLD);
            self.streak += 1;
            self.hold(now, now + wait);
        }
    }

    /// Any other answer: the vendor takes requests again. Whether anything was to be forgotten.
    pub(crate) fn answered(&mut self, started: Instant) -> bool {
        let after = self.held_until.is_none_or(|until| until <= started);
        if after {
            self.streak = 0;
        }
        after
    }

    /// Starts nothing before then, and nothing in a burst after it.
    pub(crate) fn hold(&mut self, now: Instant, until: Instant) {
        if self.held_until.is_some_and(|held| until <= held) {
            return;
        }
        self.held_until = Some(until);
        let gone = self.starts.partition_point(|start| *start <= now);
        let waiting = self.starts.len() - gone;
        self.starts.truncate(gone);
        let last = self.starts.back().copied();
        self.gap = FIRST_GAP;
        for pace in self.rules.iter_mut().filter_map(|rule| rule.pace.as_mut()) {
            let from = last.map_or(until, |last| until.max(last + pace.every));
            pace.due = Some(from + pace.credit);
            self.gap = Duration::ZERO;
        }
        // Those who wait keep their places and get later times.
        for _ in 0..waiting {
            let start = self.next(until);
            self.push(start);
        }
    }

    /// When a request that asked now would start.
    pub(crate) fn turn(&self, now: Instant) -> Instant {
        self.next(now)
    }

    /// When the hold ends, if there is one.
    pub(crate) fn held_until(&self, now: Instant) -> Option<Instant> {
        self.held_until.filter(|until| now < *until)
    }

    /// Why there is no turn before the deadline.
    pub(crate) fn why(&self, deadline: Instant) -> String {
        if self.held_until.is_some_and(|until| deadline <= until) {
            return "the vendor asked to wait for longer than this delivery may take".to_owned();
        }
        let slowest = self.rules.iter().max_by_key(|rule| rule.earliest(&self.starts));
        let who = slowest.map_or_else(
            || "the requests before it leave".to_owned(),
            |rule| format!("the quota ({}) leaves", rule.limit),
        );
        format!("{who} no turn within the time for this delivery")
    }

    /// The earliest start of one more request.
    fn next(&self, now: Instant) -> Instant {
        let line = self.starts.back().map(|last| *last + self.gap);
        let rules = self.rules.iter().filter_map(|rule| rule.earliest(&self.starts));
        let first = now.max(self.held_until.unwrap_or(now)).max(line.unwrap_or(now));
        rules.fold(first, Instant::max)
    }

    fn push(&mut self, start: Instant) {
        for pace in self.rules.iter_mut().filter_map(|rule| rule.pace.as_mut()) {
            pace.due = Some(pace.due.map_or(start, |due| due.max(start)) + pace.every);
        }
        self.gap /= 2;
        if self.gap < SMALLEST_GAP {
            self.gap = Duration::ZERO;
        }
        self.starts.push_back(start);
    }

    /// Drops the starts that no rule looks at any more. The last one stays: the next may have to keep a gap to it.
    fn forget(&mut self, now: Instant) {
        while self.starts.len() > 1 && self.starts.front().is_some_and(|start| *start + self.memory < now) {
            self.starts.pop_front();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests;
