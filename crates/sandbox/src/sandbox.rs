//! A sandbox on the caller's own runtime.

use std::ops::Deref;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::builder::Builder;
use crate::callback::Callback;
use crate::handle::Handle;
use crate::server::serve;

/// Plays the vendors on 127.0.0.1 until it is stopped or dropped.
///
/// What can be asked of it stands at [`Handle`], to which it derefs.
#[derive(Debug)]
pub struct Sandbox {
    handle: Handle,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Sandbox {
    /// Begins a sandbox with the settings of [`Builder::default`].
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn spawn(handle: Handle, listener: TcpListener, callbacks: mpsc::UnboundedReceiver<Callback>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let shared = handle.shared.clone();
        let task = tokio::spawn(serve(listener, shared, callbacks, stopped));
        Self { handle, stop, task }
    }

    /// Returns a handle that outlives the sandbox.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Stops: answers under way are finished, hung ones are broken off, call backs still due are not made.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let _ = (&mut self.task).await;
    }
}

impl Deref for Sandbox {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}
