//! A sandbox in a thread of its own, for callers without a runtime: tests of a binary, say.

use std::io;
use std::ops::Deref;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime;
use tokio::sync::oneshot;

use crate::builder::Builder;
use crate::error::SandboxError;
use crate::handle::Handle;
use crate::record::Counts;

/// Plays the vendors from a thread with its own runtime until it is dropped, which waits for the thread.
///
/// What can be asked of it stands at [`Handle`], to which it derefs.
#[derive(Debug)]
pub struct Background {
    handle: Handle,
    runtime: runtime::Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts a sandbox, and returns once it listens.
    ///
    /// # Errors
    ///
    /// Fails as [`Builder::start`] does, or if there is no thread to be had.
    pub fn start(builder: Builder) -> Result<Self, SandboxError> {
        let (ready, is_ready) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || {
                // A caller that does not wait for the outcome has no use for it.
                let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => runtime,
                    Err(error) => return drop(ready.send(Err(SandboxError::Thread(error)))),
                };
                runtime.block_on(async {
                    match builder.start().await {
                        Err(error) => drop(ready.send(Err(error))),
                        Ok(sandbox) => {
                            let ends = (sandbox.handle(), runtime::Handle::current());
                            drop(ready.send(Ok(ends)));
                            let _ = stopped.await;
                            sandbox.stop().await;
                        }
                    }
                });
            })
            .map_err(SandboxError::Thread)?;
        let died = || SandboxError::Thread(io::Error::other("it ended before it listened"));
        let (handle, runtime) = is_ready.recv().map_err(|_| died())??;
        Ok(Self {
            handle,
            runtime,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns a handle that outlives the sandbox.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Waits, blocking, until the counts are as wanted; `None` if that takes longer than `limit`.
    ///
    /// Not for async code, where it panics: there, await [`Handle::wait_until`].
    pub fn wait_until(&self, limit: Duration, wanted: impl FnMut(&Counts) -> bool) -> Option<Counts> {
        self.runtime
            .block_on(async { tokio::time::timeout(limit, self.handle.wait_until(wanted)).await.ok() })
    }
}

impl Deref for Background {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
