//! One sink of a run: how many deliveries are under way, and why it takes no more.

use std::rc::Rc;
use std::time::Instant;

use leadsink::layers::Limiter;
use leadsink::{Outcome, SendError, Sender, Submission};

use super::line::{Line, Reason};

/// So many leads without an answer that proves the account are enough to wait for one.
const ENOUGH: u32 = 3;

/// A sink of a run.
#[derive(Debug)]
pub(crate) struct Lane {
    /// The configured name.
    pub(crate) name: Rc<str>,
    /// The vendor.
    pub(crate) vendor: &'static str,
    /// What delivers to it.
    pub(crate) sender: Rc<Sender>,
    under_way: usize,
    /// Whether it ever answered so that the account seems to work.
    proven: bool,
    /// The leads that were tried before it did.
    tried: u32,
    stopped: Option<Reason>,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Lane {
    /// A sink that has not been tried.
    pub(crate) fn new(name: Rc<str>, vendor: &'static str, sender: Sender) -> Self {
        Self {
            name,
            vendor,
            sender: Rc::new(sender),
            under_way: 0,
            proven: false,
            tried: 0,
            stopped: None,
            first: None,
            last: None,
        }
    }

    /// Its name, and what its requests wait for.
    pub(crate) fn limited(&self) -> (Rc<str>, Option<Limiter>) {
        (Rc::clone(&self.name), self.sender.limiter().cloned())
    }

    /// Whether it can take one more, or takes none at all and so need not be waited for.
    ///
    /// Until the account is known to work deliveries go one by one: wrong credentials, or a login page that answers 200,
    /// then cost one lead and not as many as may be under way. A few that time out or find nobody prove nothing, and
    /// many in single file would take for ever, so that ends the wait too.
    pub(crate) const fn has_room(&self, concurrency: usize) -> bool {
        let most = if self.proven || self.tried >= ENOUGH {
            concurrency
        } else {
            1
        };
        self.stopped.is_some() || self.under_way < most
    }

    /// Why it takes no more rows.
    pub(crate) const fn stopped(&self) -> Option<&Reason> {
        self.stopped.as_ref()
    }

    /// A delivery begins.
    pub(crate) fn begin(&mut self) {
        self.under_way += 1;
        self.first.get_or_insert_with(Instant::now);
    }

    /// A delivery that had its place does not begin.
    pub(crate) const fn give_back(&mut self) {
        self.under_way -= 1;
    }

    /// A delivery has ended. Tells why the sink stops here, where it does.
    pub(crate) fn end(&mut self, submission: &Submission) -> Option<&Reason> {
        self.under_way -= 1;
        self.last = Some(Instant::now());
        if let Err(SendError::Failed(error)) = &submission.result
            && error.stops_sink()
        {
            if self.stopped.is_some() {
                return None;
            }
            self.stopped = Some(Reason {
                column: None,
                field: None,
                code: error.kind().as_str().into(),
                text: format!("the sink was stopped: {error}"),
            });
            return self.stopped.as_ref();
        }
        if submission.attempts > 0 {
            self.tried += 1;
            self.proven |= is_proof(&submission.result);
        }
        None
    }

    /// From the first delivery's begin to the last one's end.
    pub(crate) fn time(&self) -> std::time::Duration {
        match (self.first, self.last) {
            (Some(first), Some(last)) => last.saturating_duration_since(first),
            _ => std::time::Duration::ZERO,
        }
    }

    /// A line about a row that came after the sink had stopped.
    pub(crate) fn not_attempted(&self, row: u64, lead: &leadsink::LeadId) -> Option<Line> {
        let reason = self.stopped.clone()?;
        Some(Line::unsent(
            row,
            Some(lead.clone()),
            &self.name,
            super::fate::Fate::NotAttempted,
            vec![reason],
        ))
    }
}

/// Whether a result shows that the vendor takes requests of this account. A time-out, a refused connection or a server that
/// fails does not.
fn is_proof(result: &Result<Outcome, SendError>) -> bool {
    match result {
        Ok(_) => true,
        Err(SendError::Failed(error)) => error.status().is_some_and(|status| status.as_u16() < 500),
        Err(_) => false,
    }
}
