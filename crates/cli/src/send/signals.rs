//! Ctrl-C and a polite kill: once to take no new rows, twice to wait for nothing.

use tokio::sync::mpsc;

use crate::exit::CliError;

/// Listens from now on, for as long as the runtime lives. Each message is one signal.
pub(crate) fn listen() -> Result<mpsc::Receiver<()>, CliError> {
    let (to, from) = mpsc::channel(2);
    let mut signals = Signals::new().map_err(|error| CliError::new(format!("cannot listen for Ctrl-C: {error}")))?;
    tokio::spawn(async move {
        while signals.next().await.is_some() {
            if to.send(()).await.is_err() {
                break;
            }
        }
    });
    Ok(from)
}

/// The streams are opened once: a signal between two waits must not be missed.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Option<()> {
        tokio::select! {
            signal = self.interrupt.recv() => signal,
            signal = self.terminate.recv() => signal,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Option<()> {
        tokio::signal::ctrl_c().await.ok()
    }
}
