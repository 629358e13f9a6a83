//! Runs the asynchronous parts of a check.

use std::future::Future;

/// Runs a future to its end on a runtime of its own, with paused time: a sink that waits does not slow its tests down.
///
/// # Panics
/// When the runtime cannot be made, as inside another one.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap_or_else(|error| panic!("no runtime for the test: {error}"))
        .block_on(future)
}
