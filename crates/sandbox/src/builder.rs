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
use crate::limit::RateLimit;
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
    limits: Vec<(String, RateLimit)>,
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

    /// Sets the users the account has, by e-mail; a lead for anybody else is assigned to nobody. Unless told, a
    /// vendor with users knows every address but those that begin with `unknown`.
    pub fn known_users<S: Into<String>>(mut self, emails: impl IntoIterator<Item = S>) -> Self {
        let lower = |email: S| email.into().to_ascii_lowercase();
        self.settings.known_users = Some(emails.into_iter().map(lower).collect());
        self
    }

    /// Demands this code of multi-factor authentication with every log-in, at vendors that have one.
    pub fn mfa_code(mut self, code: impl Into<String>) -> Self {
        self.settings.mfa_code = Some(code.into());
        self
    }

    /// Empties the account's wallet: OpenSolar, which charges for each project, then creates none.
    pub fn empty_wallet(mut self) -> Self {
        self.settings.has_empty_wallet = true;
        self
    }

    /// Holds every answer of a vendor back for so long, as a slow vendor would; no fault, and not counted as one.
    /// A latency by fault adds to it.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.settings.delay = delay;
        self
    }

    /// Lets the vendor answer so many requests per window and key, and 429 to the rest. Enerflo's own limit is 300 in
    /// 60 seconds; a test may take a shorter window, or pause tokio's clock, by which the window runs. Where a vendor
    /// limits one class of requests apart from the others, `opensolar/post-project` names it.
    pub fn rate_limit(mut self, vendor: impl Into<String>, requests: u32, window: Duration) -> Self {
        self.limits.push((vendor.into(), RateLimit { requests, window }));
        self
    }

    /// Sets the faults that every vendor makes by rate.
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.plan = plan;
        self
    }

    /// Sets what is kept in memory.
    pub fn keep(mut self, keep: Keep) -> Self {
        self.settings.keep = keep;
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
    /// Fails if the port is taken, the log cannot be opened, or a rate limit is for what is not played.
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
        let store = Store::new(self.settings.keep, log);
        let mut shared = Shared::new(port, self.settings, &self.plan, store, callbacks);
        for (vendor, limit) in self.limits {
            shared.limit(&vendor, limit)?;
        }
        let shared = Arc::new(shared);
        Ok(Sandbox::spawn(Handle { shared }, listener, wanted))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("port", &self.port)
            .field("mode", &self.settings.mode)
            .field("credentials", &self.settings.credentials)
            .field("faults", &self.plan)
            .field("keep", &self.settings.keep)
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
