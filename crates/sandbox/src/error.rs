//! What can go wrong when a sandbox is started or asked about a vendor it does not play.

use std::io;
use std::path::PathBuf;

/// Tells why the sandbox could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The port is taken, or the machine has no loopback interface.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port asked for; 0 stands for any free one.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file for the NDJSON log cannot be opened for appending.
    #[error("cannot open the log `{}`: {source}", path.display())]
    Log {
        /// The file as it was named to the builder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The thread or the runtime of a [`Background`](crate::Background) sandbox did not come up.
    #[error("cannot start the sandbox's thread: {0}")]
    Thread(io::Error),
    /// The vendor has no class of requests of this name that could be limited apart from the others.
    #[error("no requests `{quota}` to limit; available: {available}")]
    UnknownQuota {
        /// The name asked for: vendor, slash, class.
        quota: String,
        /// The classes of the vendor, separated by commas.
        available: String,
    },
    /// The sandbox plays no vendor of this name.
    #[error("no vendor `{vendor}` in the sandbox; available: {available}")]
    UnknownVendor {
        /// The name asked for.
        vendor: String,
        /// The names there are, separated by commas.
        available: String,
    },
}
