//! The connection over TLS, to a server that speaks it: whom it trusts.

use std::path::{Path, PathBuf};

use leadsink_core::Secret;
use leadsink_outbox::postgres::{Address, Role};
use leadsink_outbox::{LeadStore as _, PostgresStore, StoreErrorKind};
use tokio_postgres::Config;

use super::bed::{Schema, server};
use super::lab::{lead, now};
use crate::child::skipped;

/// Where `cargo xtask test` says that the authorities are.
const AUTHORITIES: &str = "LEADSINK_TEST_POSTGRES_TLS";

struct Bed {
    schema: Schema,
    user: String,
    port: u16,
    folder: PathBuf,
}

impl Bed {
    async fn new() -> Option<Self> {
        let schema = Schema::new().await?;
        let Some(folder) = std::env::var_os(AUTHORITIES).map(PathBuf::from) else {
            assert!(std::env::var_os("CI").is_none(), "`{AUTHORITIES}` names no folder");
            skipped("no PostgreSQL with TLS; `cargo xtask test` starts one");
            return None;
        };
        let config: Config = server().unwrap().parse().unwrap();
        Some(Self {
            user: schema.with_user("secret").await,
            port: config.get_ports()[0],
            schema,
            folder,
        })
    }

    /// What opening comes to at a host of this machine, with what the address says of TLS.
    async fn open(&self, host: &str, tls: &str) -> Result<PostgresStore, (StoreErrorKind, String)> {
        let (user, port, name) = (&self.user, self.port, self.schema.name());
        let url = format!(
            "postgres://{user}:secret@{host}:{port}/postgres?hostaddr=127.0.0.1&{tls}\
             &options=-csearch_path%3D{name}&application_name={name}"
        );
        let address = Address::parse(&Secret::new(url)).unwrap();
        let opened = PostgresStore::open(&address, Role::Visitor).await;
        opened.map_err(|error| (error.kind(), error.to_string()))
    }

    fn root(&self, file: &str) -> String {
        root(&self.folder.join(file))
    }
}

fn root(file: &Path) -> String {
    format!("sslrootcert={}", file.display().to_string().replace('/', "%2F"))
}

/// Asserts that the server was not trusted, for a reason.
#[track_caller]
fn refused(opened: Result<PostgresStore, (StoreErrorKind, String)>, why: &str) {
    let (kind, text) = opened.unwrap_err();
    assert_eq!(kind, StoreErrorKind::Denied, "{text}");
    assert!(text.contains("cannot be trusted") && text.contains(why), "{text}");
}

#[tokio::test]
async fn a_server_of_a_named_authority_is_spoken_to_in_secret() {
    let Some(bed) = Bed::new().await else {
        return;
    };
    let modes = ["", "&sslmode=require", "&sslmode=verify-ca", "&sslmode=verify-full"];
    for mode in modes {
        let store = bed.open("localhost", &(bed.root("ca.pem") + mode)).await.unwrap();
        store.accept(vec![lead("a")], now()).await.unwrap();
        let ways = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = $1";
        let rows = bed.schema.client().await.query(ways, &[&bed.user]).await.unwrap();
        assert!(!rows.is_empty());
        assert!(rows.iter().all(|row| row.get(0)), "{mode}");
    }
}

#[tokio::test]
async fn a_server_of_another_authority_is_refused() {
    let Some(bed) = Bed::new().await else {
        return;
    };
    for mode in ["", "&sslmode=require", "&sslmode=verify-full"] {
        let tls = bed.root("other.pem") + mode;
        refused(bed.open("localhost", &tls).await, "invalid peer certificate");
    }
    // Those that the machine trusts do not know it either.
    for mode in [
        "sslmode=require",
        "sslmode=verify-full",
        "sslmode=require&sslrootcert=system",
    ] {
        refused(bed.open("localhost", mode).await, "invalid peer certificate");
    }
}

#[tokio::test]
async fn a_server_of_another_name_is_refused() {
    let Some(bed) = Bed::new().await else {
        return;
    };
    for host in ["127.0.0.1", "db.example.com"] {
        for mode in ["", "&sslmode=require", "&sslmode=verify-ca"] {
            let tls = bed.root("ca.pem") + mode;
            refused(bed.open(host, &tls).await, "not valid for name");
        }
    }
}

#[tokio::test]
async fn a_server_that_wants_tls_lets_nobody_in_without() {
    let Some(bed) = Bed::new().await else {
        return;
    };
    let opened = bed.open("localhost", "sslmode=disable").await.map(drop);
    assert_eq!(opened.unwrap_err().0, StoreErrorKind::Denied);
}
