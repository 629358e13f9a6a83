#![doc = include_str!("../README.md")]

mod backoff;
mod deadline;
mod halt;
mod limit;
mod limiter;
mod retry;
mod schedule;
mod stack;

pub use backoff::{Backoff, Randomness};
pub use deadline::Deadline;
pub use halt::Halt;
pub use limit::Limit;
pub use limiter::Limiter;
pub use retry::Retry;
pub use stack::{Stack, Stacked};
