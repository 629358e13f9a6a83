#![doc = include_str!("../README.md")]

mod backoff;
mod breaker;
mod deadline;
mod failures;
mod halt;
mod limit;
mod limiter;
mod metrics;
mod retry;
mod schedule;
mod stack;
#[cfg(feature = "trace")]
mod trace;

pub use backoff::{Backoff, Randomness};
pub use breaker::Breaker;
pub use deadline::Deadline;
pub use failures::{Failures, Sign};
pub use halt::Halt;
pub use limit::Limit;
pub use limiter::Limiter;
pub use metrics::Metrics;
pub use retry::Retry;
pub use stack::{Stack, Stacked};
#[cfg(feature = "trace")]
pub use trace::Trace;
