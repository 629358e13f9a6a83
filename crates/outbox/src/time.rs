//! Arithmetic on times that never overflows.

use std::time::Duration;

use leadsink_core::Timestamp;

/// A time so much later; the last there is where that is too late.
#[must_use]
pub(crate) fn later(at: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_microsecond(at.as_microsecond().saturating_add(by)).unwrap_or(Timestamp::MAX)
}
