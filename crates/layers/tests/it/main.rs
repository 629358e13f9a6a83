//! The layers as a sender uses them, over a vendor that says what it is told, in paused time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod breaker;
mod halt;
mod limiter;
mod metrics;
mod once;
mod retry;
mod trace;
mod vendor;
