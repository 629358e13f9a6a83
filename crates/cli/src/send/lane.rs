//! One sink of a run: how many deliveries are under way, and why it takes no more.

use std::time::Instant;

use leadsink::{Disposition, ErrorKind, SendError, Sender, Submission};

use super::line::{Line, Reason};

/// A sink of a run.
#[derive(Debug)]
pub(crate) struct Lane {
    /// The configured name.
    pub(crate) name: String,
    /// The vendor.
    pub(crate) vendor: &'static str,
    /// What delivers to it.
    pub(crate) sender: Sender,
    under_way: usize,
    /// Whether it ever answered so that the account seems to work.
    proven: bool,
    stopped: Option<Reason>,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Lane {
    /// A sink that has not been tried.
    pub(crate) fn new(name: String, vendor: &'static str, sender: Sender) -> Self {
        Self {
            name,
            vendor,
            sender,
            under_way: 0,
            proven: false,
            stopped: None,
            first: None,
            last: None,
        }
    }

    /// Whether it can take one more, or takes none at all and so need not be waited for.
    ///
    /// The first delivery goes alone: wrong credentials, or a login page that answers 200, then cost one lead and not as
    /// many as may be under way.
    pub(crate) const fn has_room(&self, concurrency: usize) -> bool {
        let most = if self.proven { concurrency } else { 1 };
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

    /// A delivery has ended. Tells why the sink stops here, where it does.
    pub(crate) fn end(&mut self, submission: &Submission) -> Option<&Reason> {
        self.under_way -= 1;
        self.last = Some(Instant::now());
        if let Err(SendError::Failed(error)) = &submission.result
            && (error.disposition() == Disposition::Account || error.kind() == ErrorKind::HtmlPage)
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
        self.proven |= submission.attempts > 0;
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
    pub(crate) fn not_attempted(&self, row: u64, lead: leadsink::LeadId) -> Option<Line> {
        let reason = self.stopped.clone()?;
        Some(Line::unsent(
            row,
            Some(lead),
            &self.name,
            super::fate::Fate::NotAttempted,
            vec![reason],
        ))
    }
}
