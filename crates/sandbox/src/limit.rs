//! A limit to the requests per window and key, as vendors set it in front of their API. The window runs on tokio's
//! clock, so that a test may pause it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::{self, HeaderName, HeaderValue};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::checksum::hash;
use crate::reply::Reply;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// So many requests in so long a time.
#[derive(Clone, Copy)]
pub(crate) struct RateLimit {
    pub(crate) requests: u32,
    pub(crate) window: Duration,
}

/// Counts requests per key. A window begins with the first request after the last one has ended.
pub(crate) struct Limiter {
    limit: RateLimit,
    /// By the key's hash, since a key is a secret.
    windows: Mutex<HashMap<u64, Window>>,
    /// Ties tokio's clock to the calendar, for `x-ratelimit-reset`.
    start: (Instant, Timestamp),
}

#[derive(Clone, Copy)]
struct Window {
    ends: Instant,
    used: u32,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            windows: Mutex::default(),
            start: (Instant::now(), Timestamp::now()),
        }
    }

    /// Counts one request of the key.
    pub(crate) fn count(&self, key: &str) -> Standing {
        let now = Instant::now();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let key = hash(key.as_bytes());
        if windows.get(&key).is_none_or(|window| window.ends <= now) {
            // Wrong keys would pile up otherwise.
            windows.retain(|_, window| window.ends > now);
            let ends = now + self.limit.window;
            windows.insert(key, Window { ends, used: 0 });
        }
        let mut standing = Standing {
            limit: self.limit.requests,
            remaining: 0,
            back: None,
        };
        if let Some(window) = windows.get_mut(&key) {
            if window.used < self.limit.requests {
                window.used += 1;
                standing.remaining = self.limit.requests - window.used;
            } else {
                standing.back = Some(self.back(now, window.ends));
            }
        }
        standing
    }

    pub(crate) fn reset(&self) {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Rounds up to whole seconds, so that whoever obeys is not sent away a second time.
    fn back(&self, now: Instant, ends: Instant) -> Back {
        let (instant, timestamp) = self.start;
        let after = ends - now;
        // A window that ends after the year 9999 ends with it.
        let at = timestamp.checked_add(ends - instant).unwrap_or(Timestamp::MAX);
        Back {
            after: after.as_secs() + u64::from(after.subsec_nanos() > 0),
            at: at.as_second() + i64::from(at.subsec_nanosecond() > 0),
        }
    }
}

/// When a client that was sent away may come back.
#[derive(Clone, Copy)]
struct Back {
    /// In so many seconds.
    after: u64,
    /// In seconds of Unix time.
    at: i64,
}

/// How a key stands after a request.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
    back: Option<Back>,
}

impl Standing {
    pub(crate) fn is_over(self) -> bool {
        self.back.is_some()
    }

    /// Adds what is said about the limit to an answer.
    pub(crate) fn sign(self, reply: &mut Reply) {
        reply.headers.push((LIMIT, HeaderValue::from(self.limit)));
        reply.headers.push((REMAINING, HeaderValue::from(self.remaining)));
        if let Some(back) = self.back {
            reply.headers.push((header::RETRY_AFTER, HeaderValue::from(back.after)));
            reply.headers.push((RESET, HeaderValue::from(back.at)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_a_minute() -> Limiter {
        Limiter::new(RateLimit {
            requests: 2,
            window: Duration::from_secs(60),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn window_begins_with_the_first_request_and_ends_by_the_clock() {
        let limiter = two_a_minute();
        let mut seen = Vec::new();
        for seconds in [100, 30, 29, 1, 0, 0] {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            let standing = limiter.count("key");
            seen.push((standing.remaining, standing.back.map(|back| back.after)));
        }
        assert_eq!(
            seen,
            [(1, None), (0, None), (0, Some(1)), (1, None), (0, None), (0, Some(60))]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_as_long_as_told_is_long_enough() {
        let limiter = two_a_minute();
        limiter.count("key");
        limiter.count("key");
        tokio::time::advance(Duration::from_millis(18_500)).await;
        let back = limiter.count("key").back.unwrap();
        assert_eq!(back.after, 42);
        assert!((60..=61).contains(&(back.at - limiter.start.1.as_second())));
        tokio::time::advance(Duration::from_secs(back.after)).await;
        assert!(!limiter.count("key").is_over());
    }

    #[tokio::test(start_paused = true)]
    async fn each_key_has_its_own_window() {
        let limiter = two_a_minute();
        for _ in 0..3 {
            limiter.count("one");
        }
        assert!(!limiter.count("other").is_over());
        limiter.reset();
        assert!(!limiter.count("one").is_over());
    }
}
