//! Ctrl-C, a polite kill, and a terminal that goes: once to take no new rows, twice to wait for nothing.

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
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hangup = (!ignores_hangup()).then(|| signal(SignalKind::hangup())).transpose()?;
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup,
        })
    }

    async fn next(&mut self) -> Option<()> {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            signal = self.interrupt.recv() => signal,
            signal = self.terminate.recv() => signal,
            signal = hangup => signal,
        }
    }
}

/// Whether whoever started the program wants it to outlive the terminal, as `nohup` does: to listen would undo that.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    // There is no other way to ask without unsafe code. Where there is no such file, a signal that is ignored counts too.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit is signal 1, which is SIGHUP.
    mask.is_some_and(|mask| mask & 1 == 1)
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
