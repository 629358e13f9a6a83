//! The rate limit: a transport that lets each request wait for its turn. One delivery may make several requests, so it stands
//! in front of the transport and not around the sink.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leadsink_core::{
    CountsFor, Error, HttpRequest, HttpResponse, Quota, Repeat, Sent, Transport, TransportError, TransportErrorKind,
};
use tokio::time::Instant;

use crate::halt::Halt;
use crate::limit::Limit;
use crate::schedule::{Schedule, Turn};

/// Keeps the requests of a sink within its limits, first come, first served within a class. Clones share their state: give one
/// to each sink of an account.
///
/// There are never more requests than a limit allows in any time of its length, with 2 % to spare for different times on the
/// way. A limit for a minute or less is also paced: a tenth at once (five where that is more), the rest evenly; a longer one is
/// only counted.
///
/// A request counts for the limits of its class and for those of all requests; one that names no class counts for every limit
/// ([`CountsFor`]). It waits only behind requests that count for a limit of its own.
///
/// After a 429, or a 503 with `Retry-After`, nothing is sent for as long as the vendor asks; after a 429 without it for a
/// second, doubling up to a minute while they follow each other. After that the pace begins without a burst.
#[derive(Clone, Debug)]
pub struct Limiter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    schedule: Mutex<Schedule>,
    waiting: AtomicUsize,
    /// Whether 429s may follow each other: what an ordinary answer has to look at.
    refused: AtomicBool,
    /// Whether requests need no turn: there is no limit, and the vendor never asked to wait.
    is_free: AtomicBool,
}

impl Limiter {
    /// A limiter with these limits; without any it still holds after a 429.
    #[must_use]
    pub fn new(limits: impl IntoIterator<Item = Limit>) -> Self {
        let schedule = Schedule::new(limits);
        Self(Arc::new(Shared {
            is_free: AtomicBool::new(schedule.has_no_rules()),
            schedule: Mutex::new(schedule),
            waiting: AtomicUsize::new(0),
            refused: AtomicBool::new(false),
        }))
    }

    /// Puts the limiter in front of a transport. After the halt, what waits for its turn ends with
    /// [`TransportErrorKind::Stopped`], nothing sent.
    #[must_use]
    pub fn wrap(&self, inner: Arc<dyn Transport>, halt: &Halt) -> Arc<dyn Transport> {
        Arc::new(Limited {
            inner,
            limiter: self.clone(),
            halt: halt.clone(),
        })
    }

    /// How many requests wait for their turn.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// For how much longer nothing is sent because the vendor said so.
    #[must_use]
    pub fn held_for(&self) -> Option<Duration> {
        let now = Instant::now();
        self.lock().held_until(now).map(|until| until - now)
    }

    /// When a request that asked now would have its turn.
    pub(crate) fn next_turn(&self, counts_for: CountsFor) -> Instant {
        self.lock().turn(Instant::now(), counts_for)
    }

    /// Makes each limit of a class that is none of these count every request: it would count none.
    pub(crate) fn know(&self, quotas: &[Quota]) {
        self.lock().know(quotas);
    }

    /// Gives a request its place in the line.
    fn reserve(&self, now: Instant, deadline: Option<Instant>, counts_for: CountsFor) -> Result<Turn, TransportError> {
        self.lock().reserve(now, deadline, counts_for).map_err(late)
    }

    /// Waits for the turn of a request and says when that was.
    async fn wait(&self, turn: Turn, deadline: Option<Instant>, halt: &Halt) -> Result<Instant, TransportError> {
        let _waiting = Waiting::new(&self.0.waiting);
        let mut start = turn.start;
        loop {
            // A hold may have moved its turn. The place stays taken: to count one request too many is safe.
            if let Some(deadline) = deadline.filter(|deadline| *deadline <= start) {
                return Err(late(self.lock().why(deadline, turn.counts_for)));
            }
            if !halt.sleep_until(start).await {
                let message = "the run was stopped while the request waited for its turn";
                return Err(TransportError::new(TransportErrorKind::Stopped, Sent::Nothing, message));
            }
            let now = Instant::now();
            match self.lock().still_waits(turn.ticket, now) {
                Some(later) => start = later,
                None => return Ok(now),
            }
        }
    }

    /// Takes note of what an answer says about further requests.
    fn learn(&self, started: Instant, response: &HttpResponse) {
        let status = response.status.as_u16();
        if status == 429 || status == 503 {
            self.0.is_free.store(false, Ordering::Relaxed);
            let now = Instant::now();
            let asked = Error::from_status(response, Repeat::Safe)
                .retry_after()
                .filter(|asked| !asked.is_zero());
            let mut schedule = self.lock();
            if status == 429 {
                self.0.refused.store(true, Ordering::Relaxed);
                schedule.refused(started, now, asked);
            } else if let Some(asked) = asked {
                schedule.hold(now, now + asked);
            }
        } else if self.0.refused.load(Ordering::Relaxed) && self.lock().answered(started) {
            self.0.refused.store(false, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Schedule> {
        self.0.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn late(message: String) -> TransportError {
    TransportError::new(TransportErrorKind::Deadline, Sent::Nothing, message)
}

/// Counts a request that waits, also one whose future is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A transport behind a limiter. The wait spends nothing of the request's time-out: the inner transport counts that from its
/// own start.
#[derive(Debug)]
struct Limited {
    inner: Arc<dyn Transport>,
    limiter: Limiter,
    halt: Halt,
}

#[async_trait::async_trait]
#[deny(clippy::missing_trait_methods)]
impl Transport for Limited {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let deadline = request.deadline.map(Instant::from_std);
        let mut started = Instant::now();
        if !self.limiter.0.is_free.load(Ordering::Relaxed) {
            let turn = self.limiter.reserve(started, deadline, request.counts_for)?;
            if started < turn.start {
                // Boxed, so that a request that need not wait carries no timer with it.
                started = Box::pin(self.limiter.wait(turn, deadline, &self.halt)).await?;
            }
        }
        let answer = self.inner.send(request).await;
        if let Ok(response) = &answer {
            self.limiter.learn(started, response);
        }
        answer
    }
}
