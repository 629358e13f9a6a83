//! The only place where a password is exposed: the address of a database server is read here, once.

use std::path::PathBuf;

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

/// An address in its parts.
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) mode: Mode,
    /// The file with the only authorities that a certificate may be of; else those that this machine trusts.
    pub(crate) roots: Option<PathBuf>,
}

/// The address without what it says of TLS, of which the driver knows not every word. Those modes that leave the certificate
/// unchecked elsewhere mean a checked one here. Who names an authority wants TLS.
fn without_tls(url: &str) -> Result<(String, Mode, Option<PathBuf>), StoreError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(unreadable());
    }
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), Mode::OffLoopback, None));
    };
    let (mut mode, mut roots) = (None, None);
    let mut rest = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", word)) => mode = Some(mode_of(word)?),
            Some(("sslrootcert", "system")) => roots = None,
            Some(("sslrootcert", file)) => roots = Some(PathBuf::from(decoded(file)?)),
            _ => rest.push(pair),
        }
    }
    let without = if roots.is_some() { Mode::On } else { Mode::OffLoopback };
    Ok((format!("{base}?{}", rest.join("&")), mode.unwrap_or(without), roots))
}

fn mode_of(word: &str) -> Result<Mode, StoreError> {
    match word {
        "disable" => Ok(Mode::Off),
        "allow" | "prefer" => Ok(Mode::OffLoopback),
        "require" | "verify-ca" | "verify-full" => Ok(Mode::On),
        _ => Err(unreadable()),
    }
}

/// A value without its `%2F` and the like, as the driver reads those that it knows.
fn decoded(value: &str) -> Result<String, StoreError> {
    let config: Config = format!("postgres://?application_name={value}")
        .parse()
        .map_err(|_| unreadable())?;
    let decoded = config.get_application_name().filter(|name| !name.is_empty());
    decoded.map(str::to_owned).ok_or_else(unreadable)
}

/// Reads an address.
///
/// # Errors
/// When it is none.
pub(crate) fn read(url: &Secret) -> Result<Parts, StoreError> {
    let (url, mode, roots) = without_tls(url.expose_secret())?;
    let config = url.parse().map_err(|_| unreadable())?;
    Ok(Parts { config, mode, roots })
}

/// An error that quotes nothing.
pub(crate) fn unreadable() -> StoreError {
    StoreError::new(
        StoreErrorKind::Denied,
        "the address of the outbox cannot be read; write it as `postgres://USER:PASSWORD@HOST/DATABASE`, with `%40` for an `@` \
         in the password",
    )
}
