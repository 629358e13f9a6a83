//! The sender as callers use it, over stubs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod asking;
mod sender;
#[cfg(feature = "layers")]
mod stacked;
