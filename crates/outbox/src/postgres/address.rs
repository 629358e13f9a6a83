//! Where a server is, and whether the way to it is secured.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use leadsink_core::Secret;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::auth::{self, Mode, Parts};
use crate::error::{StoreError, StoreErrorKind};

/// A server that does not answer the first word is away.
const CONNECT: Duration = Duration::from_secs(5);

/// A network that was cut is noticed within half a minute, also where nothing is being sent.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);
const IDLE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;

/// Where an outbox is: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. `Debug` shows no password, and `Display` shows `***` for it.
///
/// Several hosts with commas between them are tried in turn. A schema is named as `?options=-csearch_path%3DSCHEMA`. The
/// connection is by TLS unless the server is on this machine or `?sslmode=disable` says otherwise. The server's certificate has
/// to be for its name and of an authority that this machine trusts, or of one in the PEM file that `?sslrootcert=FILE` names; so it
/// is also with `sslmode=require`.
#[derive(Clone)]
pub struct Address {
    config: Config,
    uses_tls: bool,
    shown: String,
    roots: Option<PathBuf>,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none. The error quotes nothing of it.
    pub fn parse(url: &Secret) -> Result<Self, StoreError> {
        let Parts {
            mut config,
            mode,
            roots,
        } = auth::read(url)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(auth::unreadable());
        }
        // Behind an `@` that a password has unquoted, its end is taken for a part of the host.
        let is_cut = |host: &Host| matches!(host, Host::Tcp(host) if host.contains('@'));
        if config.get_hosts().iter().any(is_cut) {
            return Err(auth::unreadable());
        }
        let uses_tls = match mode {
            Mode::Off => false,
            Mode::On => true,
            Mode::OffLoopback => !is_here(&config),
        };
        let shown = auth::shown(url, &config);
        if config.get_application_name().is_none() {
            config.application_name("leadsink");
        }
        config
            .ssl_mode(if uses_tls { SslMode::Require } else { SslMode::Disable })
            .connect_timeout(CONNECT)
            .tcp_user_timeout(UNACKNOWLEDGED)
            .keepalives_idle(IDLE)
            .keepalives_interval(INTERVAL)
            .keepalives_retries(PROBES);
        Ok(Self {
            config,
            uses_tls,
            shown,
            roots,
        })
    }

    /// Whether it names no password, as PostgreSQL's own tools see it.
    #[must_use]
    pub fn lacks_password(&self) -> bool {
        self.config.get_password().is_none_or(<[u8]>::is_empty)
    }

    /// The same with a password where it names none. `Display` shows the address as it was written.
    #[must_use]
    pub fn or_password(mut self, password: &Secret) -> Self {
        if self.lacks_password() {
            auth::supply(&mut self.config, password);
        }
        self
    }

    /// Whether the connection is encrypted, and the server's certificate checked.
    #[must_use]
    pub const fn uses_tls(&self) -> bool {
        self.uses_tls
    }

    /// The same, where only some of several hosts will do.
    pub(super) fn with_target(mut self, target: TargetSessionAttrs) -> Self {
        self.config.target_session_attrs(target);
        self
    }

    pub(super) const fn config(&self) -> &Config {
        &self.config
    }

    /// How many hosts are tried in turn.
    pub(super) fn hosts(&self) -> usize {
        let named = self.config.get_hosts().len();
        named.max(self.config.get_hostaddrs().len()).max(1)
    }

    /// What makes connections secure, where they are to be.
    ///
    /// # Errors
    /// When there are no certificates to trust: on this machine, or in the file that is named.
    pub(super) fn tls(&self) -> Result<Option<MakeRustlsConnect>, StoreError> {
        if !self.uses_tls {
            return Ok(None);
        }
        let none = |_| {
            let message = "this machine has no certificates to check the database server against; install the package \
                           `ca-certificates`, or name the server's authority as `sslrootcert=FILE`";
            StoreError::new(StoreErrorKind::Denied, message)
        };
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(none)?;
        let config = match &self.roots {
            Some(file) => config.with_root_certificates(authorities(file)?),
            None => config.with_platform_verifier().map_err(none)?,
        };
        Ok(Some(MakeRustlsConnect::new(config.with_no_client_auth())))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("hosts", &self.config.get_hosts())
            .field("ports", &self.config.get_ports())
            .field("database", &self.config.get_dbname())
            .field("user", &self.config.get_user())
            .field("uses_tls", &self.uses_tls)
            .finish_non_exhaustive()
    }
}

/// The certificates in a file.
fn authorities(file: &Path) -> Result<RootCertStore, StoreError> {
    let error = |what| {
        let message = format!("the file that `sslrootcert` names in the address of the outbox {what}");
        StoreError::new(StoreErrorKind::Denied, message)
    };
    let unreadable = |_| error("cannot be read; name a file with certificates in PEM");
    let mut authorities = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(unreadable)? {
        let added = authorities.add(certificate.map_err(unreadable)?);
        added.map_err(|_| error("holds a certificate that cannot be read"))?;
    }
    if authorities.is_empty() {
        return Err(error("holds no certificate"));
    }
    Ok(authorities)
}

/// Whether every way to the server stays on this machine.
fn is_here(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            let name = name.trim_start_matches('[').trim_end_matches(']');
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Address, StoreError> {
        Address::parse(&Secret::new(url))
    }

    #[test]
    fn tls_is_off_on_this_machine_only_or_where_it_is_said() {
        for (url, uses_tls) in [
            ("postgres://a:b@localhost/c", false),
            ("postgresql://a:b@127.0.0.1:5433/c", false),
            ("postgres://a:b@%2Frun%2Fpostgresql/c", false),
            ("postgres://a:b@localhost/c?sslmode=require", true),
            ("postgres://a:b@db.example.com/c", true),
            ("postgres://a:b@db.example.com/c?sslmode=prefer", true),
            (
                "postgres://a:b@db.example.com/c?sslmode=verify-full&connect_timeout=9",
                true,
            ),
            ("postgres://a:b@localhost,db.example.com/c", true),
            ("postgres://a:b@localhost/c?hostaddr=192.0.2.1", true),
            ("postgres://a:b@db.example.com/c?sslmode=disable", false),
            ("postgres://a:b@localhost/c?sslrootcert=ca.pem", true),
            ("postgres://a:b@localhost/c?sslrootcert=system", false),
            ("postgres://a:b@localhost/c?sslrootcert=ca.pem&sslmode=disable", false),
        ] {
            assert_eq!(parse(url).unwrap().uses_tls(), uses_tls, "{url}");
        }
    }

    #[test]
    fn it_is_shown_as_it_can_be_typed_but_for_the_password() {
        for (url, shown) in [
            ("postgres://a@localhost/c", "postgres://a@localhost/c"),
            ("postgresql://a:hunter2@db:5433/c", "postgres://a:***@db:5433/c"),
            ("postgres://a:hunter2@[::1]:5/c", "postgres://a:***@[::1]:5/c"),
            (
                "postgres://a%40b:hunter2@%2Frun%2Fpg/c?options=-csearch_path%3Ds&sslmode=disable",
                "postgres://a%40b:***@%2Frun%2Fpg/c?options=-csearch_path%3Ds&sslmode=disable",
            ),
            (
                "postgres://a@one:1,two:2/c?password=hunter2&application_name=x",
                "postgres://a:***@one:1,two:2/c?application_name=x",
            ),
            (
                "postgres://a@localhost/c?p%61ssword=hunter2",
                "postgres://a:***@localhost/c",
            ),
        ] {
            assert_eq!(parse(url).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn an_authority_is_named_by_its_file() {
        let address = parse("postgres://a:b@localhost/c?sslrootcert=%2Fsome+file%3F&application_name=d").unwrap();
        assert_eq!(address.roots.as_deref(), Some(Path::new("/some+file?")));
        assert_eq!(address.config.get_application_name(), Some("d"));
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "").unwrap();
        for (file, what) in [
            (folder.path().join("none.pem"), "cannot be read"),
            (empty, "holds no certificate"),
        ] {
            let address = parse(&format!("postgres://a:b@localhost/c?sslrootcert={}", file.display())).unwrap();
            let error = address.tls().map(drop).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Denied);
            assert!(error.to_string().contains(what), "{error}");
        }
    }

    #[test]
    fn a_password_is_supplied_to_what_names_none_and_is_not_shown() {
        for (url, password) in [
            ("postgres://a@localhost/c", "hunter2"),
            ("postgres://a:@localhost/c", "hunter2"),
            ("postgres://a:b@localhost/c", "b"),
            ("postgres://a@localhost/c?password=b", "b"),
        ] {
            let before = parse(url).unwrap();
            assert_eq!(before.lacks_password(), password != "b", "{url}");
            let shown = before.to_string();
            let address = before.or_password(&Secret::new("hunter2"));
            assert_eq!(address.config.get_password(), Some(password.as_bytes()), "{url}");
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?} {address}").contains("hunter2"), "{url}");
        }
    }

    #[test]
    fn the_password_is_in_no_debug_and_in_no_error() {
        let address = parse("postgres://a:hunter2@localhost/c").unwrap();
        assert!(!format!("{address:?} {address}").contains("hunter2"));
        for url in [
            "mysql://a:hunter2@localhost/c",
            "postgres://a:hunter2@localhost:port/c",
            "postgres://a:hunter2@localhost/c?sslmode=hunter2",
            "postgres://a:hunter2@localhost/c?hunter2=1",
            "postgres:///hunter2",
            "postgres://a:pass@hunter2@localhost/c",
            "postgres://a:pass@hunter2/word@localhost/c",
            "postgres://db.example.com/leads?user=leadsink&password=hunter2@er2",
            "postgres://db.example.com/leads?user=leadsink&password=hunt@er2",
            "postgres://u:a?b@c/d@host/db",
            "postgres://u:1?sslrootcert=hunter2@host/db",
        ] {
            let error = parse(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{url}");
        }
    }
}
