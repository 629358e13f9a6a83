//! The outbox end to end: whatever happens to the process, no lead is lost and none is sent twice where that would cost money.

mod check;
mod killed;
#[cfg(unix)]
mod several;
