//! The only place where a password is exposed: the address of a database server is read here, and written for people.

use std::fmt::Write as _;

use std::path::PathBuf;

use leadsink_core::Secret;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

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
    let whole = url.expose_secret();
    // The driver takes all before the first `@` for a user and a password, also where that lies behind the `?`: of one that stands
    // there, or has a `?` in it, a part would be shown as something else.
    if let (Some(query), Some(at)) = (whole.find('?'), whole.find('@'))
        && query < at
    {
        return Err(unreadable());
    }
    let (url, mode, roots) = without_tls(whole)?;
    // An unquoted `@` in a password would end it, and the rest of it would be shown as a host or a database.
    if url.contains("://") && url.split('?').next().is_some_and(|url| url.matches('@').count() > 1) {
        return Err(unreadable());
    }
    let config = url.parse().map_err(|_| unreadable())?;
    Ok(Parts { config, mode, roots })
}

/// Gives a password to an address that has none.
pub(crate) fn supply(config: &mut Config, password: &Secret) {
    config.password(password.expose_secret());
}

/// An error that quotes nothing.
pub(crate) fn unreadable() -> StoreError {
    StoreError::new(
        StoreErrorKind::Denied,
        "the address of the outbox cannot be read; write it as `postgres://USER:PASSWORD@HOST/DATABASE`, with `%40` for an `@` \
         and `%3F` for a `?` in the password",
    )
}

/// What of the words behind the `?` is shown. The others stand in front of it already, may be a password, or do nothing.
const SHOWN: [&str; 8] = [
    "application_name",
    "channel_binding",
    "hostaddr",
    "load_balance_hosts",
    "options",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
];

/// Where a server listens unless told.
const USUAL_PORT: u16 = 5432;

/// The address for people, with `***` for the password: put together from what was understood, so that a password in an odd place
/// is not taken for something else.
pub(crate) fn shown(url: &Secret, config: &Config) -> String {
    let mut text = "postgres://".to_owned();
    if let Some(user) = config.get_user() {
        encode(&mut text, user);
        if config.get_password().is_some() {
            text.push_str(":***");
        }
        text.push('@');
    }
    for (index, host) in config.get_hosts().iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        match host {
            Host::Tcp(host) if host.contains(':') && !host.starts_with('[') => {
                let _ = write!(text, "[{host}]");
            }
            Host::Tcp(host) => text.push_str(host),
            #[cfg(unix)]
            Host::Unix(path) => encode(&mut text, &path.to_string_lossy()),
        }
        let port = config.get_ports().get(index).or(config.get_ports().first());
        if let Some(port) = port.filter(|port| **port != USUAL_PORT) {
            let _ = write!(text, ":{port}");
        }
    }
    if let Some(database) = config.get_dbname() {
        text.push('/');
        encode(&mut text, database);
    }
    let pairs = url
        .expose_secret()
        .split_once('?')
        .map_or("", |(_, query)| query)
        .split('&');
    let is_shown = |pair: &&str| pair.split_once('=').is_some_and(|(key, _)| SHOWN.contains(&key));
    for (index, pair) in pairs.filter(is_shown).enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(pair);
    }
    text
}

/// Writes a part of an address as it may stand there.
fn encode(text: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
}
