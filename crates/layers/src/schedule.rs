//! When each request may start: pure arithmetic on times that the caller gives, so that it can be read and tested alone.
//!
//! Every request gets its time when it asks, and none gets an earlier one than the request before it that counts for the same
//! limit. Each limit keeps a list of those times: the n-th request before a new one must be a whole window away. Requests that
//! have no limit in common do not wait for each other.

use std::collections::VecDeque;
use std::time::Duration;

use leadsink_core::{CountsFor, Quota};
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
    /// Those that wait, in the order in which they asked.
    waiting: VecDeque<Waiting>,
    next_ticket: u64,
    held_until: Option<Instant>,
    /// How many 429 without `Retry-After` followed each other.
    streak: u32,
    /// When the last request starts that no limit paces, and how far from it the next one begins.
    unpaced: Option<Instant>,
    gap: Duration,
}

#[derive(Debug)]
struct Rule {
    limit: Limit,
    /// The time of the limit and 2 % more: requests take different times on their way, and the vendor counts arrivals.
    window: Duration,
    pace: Option<Pace>,
    /// When each of the last requests starts that it counts, in order; later than now for those that wait.
    starts: VecDeque<Instant>,
}

/// A request that waits.
#[derive(Debug)]
struct Waiting {
    ticket: u64,
    start: Instant,
    counts_for: CountsFor,
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
        Self {
            limit,
            window,
            pace,
            starts: VecDeque::new(),
        }
    }

    /// The earliest start of one more request by this rule.
    fn earliest(&self) -> Option<Instant> {
        let requests = usize::try_from(self.limit.requests).unwrap_or(usize::MAX);
        let back = self.starts.len().checked_sub(requests);
        let counted = back.and_then(|index| Some(*self.starts.get(index)? + self.window));
        let paced = self.pace.as_ref().and_then(|pace| pace.due?.checked_sub(pace.credit));
        counted.max(paced)
    }

    /// Counts a request that starts then, not before the last one.
    fn count(&mut self, start: Instant) {
        if let Some(pace) = &mut self.pace {
            pace.due = Some(pace.due.map_or(start, |due| due.max(start)) + pace.every);
        }
        self.starts.push_back(start);
    }

    /// Forgets those that wait, and begins after a hold without a burst.
    fn hold(&mut self, now: Instant, until: Instant) {
        let gone = self.starts.partition_point(|start| *start <= now);
        self.starts.truncate(gone);
        if let Some(pace) = &mut self.pace {
            let last = self.starts.back();
            let from = last.map_or(until, |last| until.max(*last + pace.every));
            pace.due = Some(from + pace.credit);
        }
    }

    /// Drops the starts that it does not look at any more. The last one stays: the next may have to keep its pace.
    fn forget(&mut self, now: Instant) {
        while self.starts.len() > 1 && self.starts.front().is_some_and(|start| *start + self.window < now) {
            self.starts.pop_front();
        }
    }
}

/// A place in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) ticket: u64,
    pub(crate) start: Instant,
    pub(crate) counts_for: CountsFor,
}

impl Schedule {
    pub(crate) fn new(limits: impl IntoIterator<Item = Limit>) -> Self {
        Self {
            rules: limits.into_iter().map(Rule::new).collect(),
            waiting: VecDeque::new(),
            next_ticket: 0,
            held_until: None,
            streak: 0,
            unpaced: None,
            gap: Duration::ZERO,
        }
    }

    /// Whether nothing but a hold keeps a request from starting at once.
    pub(crate) const fn has_no_rules(&self) -> bool {
        self.rules.is_empty()
    }

    /// Gives the next request its place, unless its start would come too late; says why then.
    pub(crate) fn reserve(
        &mut self,
        now: Instant,
        deadline: Option<Instant>,
        counts_for: CountsFor,
    ) -> Result<Turn, String> {
        self.forget(now);
        let start = self.next(now, counts_for);
        if let Some(deadline) = deadline.filter(|deadline| *deadline <= start) {
            return Err(self.why(deadline, counts_for));
        }
        self.count(now, start, counts_for);
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        if now < start {
            self.waiting.push_back(Waiting {
                ticket,
                start,
                counts_for,
            });
        }
        Ok(Turn {
            ticket,
            start,
            counts_for,
        })
    }

    /// Until when the holder of a ticket has to wait, and nothing once its time has come: a hold may have moved it, always to a
    /// later time.
    pub(crate) fn still_waits(&mut self, ticket: u64, now: Instant) -> Option<Instant> {
        let index = self.waiting.binary_search_by_key(&ticket, |waiting| waiting.ticket);
        let index = index.ok()?;
        let start = self.waiting.get(index)?.start;
        if start <= now {
            self.waiting.remove(index);
            return None;
        }
        Some(start)
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
        for rule in &mut self.rules {
            rule.hold(now, until);
        }
        self.unpaced = self.unpaced.map(|last| last.min(now));
        self.gap = FIRST_GAP;
        // Those who wait keep their places and get later times.
        let mut waiting = std::mem::take(&mut self.waiting);
        for waits in waiting.iter_mut().filter(|waits| now < waits.start) {
            waits.start = self.next(until, waits.counts_for);
            self.count(until, waits.start, waits.counts_for);
        }
        self.waiting = waiting;
    }

    /// When a request that asked now would start.
    pub(crate) fn turn(&self, now: Instant, counts_for: CountsFor) -> Instant {
        self.next(now, counts_for)
    }

    /// Makes each limit of a class that is none of these count every request.
    pub(crate) fn know(&mut self, quotas: &[Quota]) {
        for rule in &mut self.rules {
            rule.limit.for_all |= quotas.iter().all(|quota| quota.class != rule.limit.class);
        }
    }

    /// When the hold ends, if there is one.
    pub(crate) fn held_until(&self, now: Instant) -> Option<Instant> {
        self.held_until.filter(|until| now < *until)
    }

    /// Why there is no turn before the deadline.
    pub(crate) fn why(&self, deadline: Instant, counts_for: CountsFor) -> String {
        if self.held_until.is_some_and(|until| deadline <= until) {
            return "the vendor asked to wait for longer than this delivery may take".to_owned();
        }
        let rules = self.rules.iter().filter(|rule| rule.limit.counts(counts_for));
        let who = rules.max_by_key(|rule| rule.earliest()).map_or_else(
            || "the requests before it leave".to_owned(),
            |rule| format!("the quota ({}) leaves", rule.limit),
        );
        format!("{who} no turn within the time for this delivery")
    }

    /// The earliest start of one more request.
    fn next(&self, now: Instant, counts_for: CountsFor) -> Instant {
        let mut start = now.max(self.held_until.unwrap_or(now));
        let mut is_paced = false;
        for rule in self.rules.iter().filter(|rule| rule.limit.counts(counts_for)) {
            let by_rule = rule.earliest().max(rule.starts.back().copied());
            start = start.max(by_rule.unwrap_or(start));
            is_paced |= rule.pace.is_some();
        }
        if is_paced { start } else { start.max(self.slowly(now)) }
    }

    /// The earliest start where no limit says another.
    fn slowly(&self, now: Instant) -> Instant {
        let line = self.unpaced.map_or(now, |last| last + self.gap);
        now.max(self.held_until.unwrap_or(now)).max(line)
    }

    fn count(&mut self, now: Instant, start: Instant, counts_for: CountsFor) {
        // One that its limit holds up until tomorrow holds up nobody else.
        let is_held_up = self.slowly(now) < start;
        let mut is_paced = false;
        for rule in self.rules.iter_mut().filter(|rule| rule.limit.counts(counts_for)) {
            rule.count(start);
            is_paced |= rule.pace.is_some();
        }
        if is_paced || is_held_up {
            return;
        }
        self.unpaced = Some(start);
        self.gap /= 2;
        if self.gap < SMALLEST_GAP {
            self.gap = Duration::ZERO;
        }
    }

    /// Drops what nobody looks at any more. Who gave up kept its place until its time came.
    fn forget(&mut self, now: Instant) {
        for rule in &mut self.rules {
            rule.forget(now);
        }
        while self.waiting.front().is_some_and(|waits| waits.start <= now) {
            self.waiting.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
