//! The builder: how strict the fakes are, whom they let in, what they keep, and what goes wrong.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::callback::CallbackStyle;
use crate::error::SandboxError;
use crate::handle::{Handle, Shared};
use crate::plan::FaultPlan;
use crate::record::{Keep, Store};
use crate::sandbox::Sandbox;
use crate::settings::{Credentials, Mode, Settings};

/// Builds a [`Sandbox`]. Without settings it listens on a free port, is as strict as the documents, lets in the
/// test credentials, calls back at once, and makes no fault.
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    port: u16,
    settings: Settings,
    plan: FaultPlan,
    keep: Keep,
    log: Option<PathBuf>,
}

impl Builder {
    /// Sets the port on 127.0.0.1; 0 takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets how the documents are read where they can be read two ways.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// Sets the credentials that are let in.
    pub fn credentials(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.settings.credentials = Credentials::new(username, password);
        self
    }

    /// Refuses leads with this phone (ten digits) at once, as one on a do-not-call list.
    pub fn refuse_phone(mut self, phone: impl Into<String>) -> Self {
        self.settings.refused_phones.insert(phone.into());
        self
    }

    /// Takes leads with this phone (ten digits) and refuses them in the call back.
    pub fn refuse_phone_later(mut self, phone: impl Into<String>) -> Self {
        self.settings.late_refused_phones.insert(phone.into());
        self
    }

    /// Sets the time between taking a lead and calling back.
    pub fn callback_delay(mut self, delay: Duration) -> Self {
        self.settings.callback_delay = delay;
        self
    }

    /// Sets how call backs are made.
    pub fn callback_style(mut self, style: CallbackStyle) -> Self {
        self.settings.callback_style = style;
        self
    }

    /// Sets the faults that every vendor makes by rate.
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.plan = plan;
        self
    }

    /// Sets what is kept in memory.
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Appends every request received to this file, as NDJSON. A new file is readable by its owner alone.
    pub fn log(mut self, file: impl Into<PathBuf>) -> Self {
        self.log = Some(file.into());
        self
    }

    /// Starts the sandbox on the current runtime, which needs I/O and time and may be of one thread.
    ///
    /// # Errors
    ///
    /// Fails if the port is taken or the log cannot be opened.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let log = self.log.as_deref().map(open_log).transpose()?;
        let listen = |source| SandboxError::Listen {
            port: self.port,
            source,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .map_err(listen)?;
        let port = listener.local_addr().map_err(listen)?.port();
        let (callbacks, wanted) = mpsc::unbounded_channel();
        let store = Store::new(self.keep, log);
        let shared = Shared::new(port, self.settings, &self.plan, self.keep, store, callbacks);
        Ok(Sandbox::spawn(
            Handle {
                shared: Arc::new(shared),
            },
            listener,
            wanted,
        ))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("port", &self.port)
            .field("mode", &self.settings.mode)
            .field("credentials", &self.settings.credentials)
            .field("faults", &self.plan)
            .field("keep", &self.keep)
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}

fn open_log(path: &Path) -> Result<File, SandboxError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| SandboxError::Log {
        path: path.to_owned(),
        source,
    })
}
