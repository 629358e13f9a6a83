//! What a preparation or delivery needs beside the lead: time, tokens, the transport, the history.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::error::{Disposition, Error, Result};
use super::ids::{CallbackToken, DeliveryId};
use super::transport::{
    HttpRequest, HttpResponse, Purpose, Sent, Transport, TransportError, TransportErrorKind, is_secure,
};

/// All that a preparation needs and the lead does not hold; filed with the delivery, so that every preparation gives the
/// same bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PrepareContext {
    /// The id of the delivery.
    pub delivery: DeliveryId,
    /// The token for a late answer, where one can come.
    pub callback_token: Option<CallbackToken>,
    /// When the lead was accepted for delivery.
    pub accepted_at: Timestamp,
}

impl PrepareContext {
    /// A context without a call-back token.
    #[must_use]
    pub const fn new(delivery: DeliveryId, accepted_at: Timestamp) -> Self {
        Self {
            delivery,
            callback_token: None,
            accepted_at,
        }
    }

    /// Sets the token for a late answer.
    #[must_use]
    pub fn with_callback_token(mut self, token: CallbackToken) -> Self {
        self.callback_token = Some(token);
        self
    }
}

/// Which attempt this is, and whether an earlier one is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first attempt.
    pub n: u32,
    /// Whether the vendor may have acted on an earlier attempt.
    pub earlier_ambiguous: bool,
}

impl Attempt {
    /// The first attempt.
    pub const FIRST: Self = Self {
        n: 1,
        earlier_ambiguous: false,
    };

    /// The attempt after this one, given how this one ended.
    #[must_use]
    pub fn after(self, error: &Error) -> Self {
        let doubt = self.earlier_ambiguous || error.disposition() == Disposition::Ambiguous;
        Self {
            n: self.n + 1,
            earlier_ambiguous: doubt,
        }
    }
}

/// What one attempt needs: the way out, its limits, its history.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeliverContext {
    transport: Arc<dyn Transport>,
    /// Which delivery it is, for logs; never needed to deliver.
    pub delivery: Option<DeliveryId>,
    /// The configured name of the sink, for logs and metrics.
    pub sink: Option<Arc<str>>,
    /// Which attempt this is.
    pub attempt: Attempt,
    /// The limit for each request; the descriptor's unless set.
    pub timeout: Option<Duration>,
    /// When the whole delivery must be over.
    pub deadline: Option<Instant>,
    /// When the attempt in doubt began and ended, for [`reconcile`](crate::LeadSink::reconcile).
    pub attempted: Option<Range<Timestamp>>,
    /// The time that a test wants it to be.
    set_now: Option<Timestamp>,
    /// Shared by all contexts of one delivery.
    count: Arc<Count>,
}

/// How far the attempts of a delivery have come.
#[derive(Debug)]
struct Count {
    /// The number of the last attempt that began.
    begun: AtomicU32,
    /// The number of the last attempt of which a request left; 0 before the first.
    left: AtomicU32,
}

impl DeliverContext {
    /// A first attempt with the vendor's own time-out and no deadline.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            delivery: None,
            sink: None,
            attempt: Attempt::FIRST,
            timeout: None,
            deadline: None,
            attempted: None,
            set_now: None,
            count: Arc::new(Count {
                begun: AtomicU32::new(Attempt::FIRST.n),
                left: AtomicU32::new(0),
            }),
        }
    }

    /// Changes the way out, for a layer that stands in between. The check of the address stays in front of it.
    #[must_use]
    pub fn map_transport(mut self, change: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>) -> Self {
        self.transport = change(self.transport);
        self
    }

    /// Says which delivery it is, and to which sink by its configured name.
    #[must_use]
    pub fn with_delivery(mut self, delivery: DeliveryId, sink: Arc<str>) -> Self {
        self.delivery = Some(delivery);
        self.sink = Some(sink);
        self
    }

    /// Sets which attempt it is. Every context made from this one knows of it by [`attempts`](Self::attempts).
    #[must_use]
    pub fn with_attempt(mut self, attempt: Attempt) -> Self {
        self.count.begun.store(attempt.n, Ordering::Relaxed);
        self.attempt = attempt;
        self
    }

    /// The number of the last attempt that began, a layer's repetitions included. One whose first request never left, since the
    /// run was stopped or the time was up while it waited for its turn, did not begin.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.count.begun.load(Ordering::Relaxed)
    }

    /// Takes the attempt back from the count, for a layer that does not let it begin. One of which a request has left stays.
    pub fn not_begun(&self) {
        if self.count.left.load(Ordering::Relaxed) != self.attempt.n {
            let before = self.attempt.n.saturating_sub(1);
            self.count.begun.store(before, Ordering::Relaxed);
        }
    }

    /// Sets the limit for each request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets when the whole delivery must be over, unless it must be over before.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
        self
    }

    /// Sets from when to when the attempt in doubt was made, by the clock of this machine. Its end is when it was given up, not
    /// when its request left: in between lie look-ups and waits for a turn. A vendor without a search looks at what it got in
    /// that time; where nobody says when, it may find the lead and never say that it is not there.
    #[must_use]
    pub const fn with_attempted(mut self, attempted: Range<Timestamp>) -> Self {
        self.attempted = Some(attempted);
        self
    }

    /// The time of this machine.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.set_now.unwrap_or_else(Timestamp::now)
    }

    /// Sets the time, for tests: it stands still then.
    #[must_use]
    pub const fn with_now(mut self, now: Timestamp) -> Self {
        self.set_now = Some(now);
        self
    }

    /// Asks a question that creates nothing: a log-in, a look-up, a check. An unseen answer is transient.
    ///
    /// # Errors
    /// When there is no answer, or the address is not secure.
    pub async fn ask(&self, mut request: HttpRequest) -> Result<HttpResponse> {
        request.purpose = Purpose::Question;
        self.exchange(request).await.map_err(Error::unanswered)
    }

    /// Sends the request that creates something. An unseen answer is ambiguous.
    ///
    /// # Errors
    /// When there is no answer, or the address is not secure.
    pub async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse> {
        request.purpose = Purpose::Creation;
        self.exchange(request).await.map_err(Error::unsent_or_unseen)
    }

    /// The result of an attempt in the light of the earlier ones. Doubt is sticky: an error after an attempt in doubt does
    /// not settle it.
    ///
    /// # Errors
    /// The same error, ambiguous where an earlier attempt was.
    pub fn settle<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| {
            if self.attempt.earlier_ambiguous {
                error.in_doubt()
            } else {
                error
            }
        })
    }

    /// The one way out: no sink gets round the check of the address.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if is_secure(&request.url) {
            let answer = self.transport.send(request).await;
            if matches!(&answer, Err(error) if never_left(error)) {
                self.not_begun();
            } else {
                self.count.left.store(self.attempt.n, Ordering::Relaxed);
            }
            return answer;
        }
        let message = "credentials go to `https` only (plain `http` to this machine excepted); mend `base_url`";
        Err(TransportError::new(
            TransportErrorKind::Insecure,
            Sent::Nothing,
            message,
        ))
    }
}

/// Whether a request waited in vain for its turn. One that was sent in vain is an attempt.
fn never_left(error: &TransportError) -> bool {
    let waited = matches!(error.kind, TransportErrorKind::Deadline | TransportErrorKind::Stopped);
    waited && error.sent == Sent::Nothing
}
