//! The only place where a password is exposed: the address of a database server is read here, once.

use leadsink_core::Secret;
use tokio_postgres::Config;

use crate::error::{StoreError, StoreErrorKind};

/// What `sslmode` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// No TLS, wherever the server is.
    Off,
    /// TLS, wherever it is.
    On,
    /// TLS unless it is on this machine.
    OffLoopback,
}

/// The address without its `sslmode`, of which the driver knows not every word. Those that leave the certificate unchecked
/// elsewhere mean a checked one here.
fn without_mode(url: &str) -> Result<(String, Mode), StoreError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(unreadable());
    }
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), Mode::OffLoopback));
    };
    let mut mode = Mode::OffLoopback;
    let mut rest = Vec::new();
    for pair in query.split('&') {
        match pair.strip_prefix("sslmode=") {
            None => rest.push(pair),
            Some("disable") => mode = Mode::Off,
            Some("allow" | "prefer") => mode = Mode::OffLoopback,
            Some("require" | "verify-ca" | "verify-full") => mode = Mode::On,
            Some(_) => return Err(unreadable()),
        }
    }
    Ok((format!("{base}?{}", rest.join("&")), mode))
}

/// Reads an address.
///
/// # Errors
/// When it is none.
pub(crate) fn read(url: &Secret) -> Result<(Config, Mode), StoreError> {
    let (url, mode) = without_mode(url.expose_secret())?;
    let config = url.parse().map_err(|_| unreadable())?;
    Ok((config, mode))
}

/// An error that quotes nothing.
pub(crate) fn unreadable() -> StoreError {
    StoreError::new(
        StoreErrorKind::Denied,
        "the address of the outbox cannot be read; write it as `postgres://USER:PASSWORD@HOST/DATABASE`, with `%40` for an `@` \
         in the password",
    )
}
