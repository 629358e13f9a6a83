//! A schema of its own for each test, on the server that `cargo xtask test` starts.

use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::NoTls;

use crate::support::{Ran, Room};

/// Where `cargo xtask test` says that a server is.
const SERVER: &str = "LEADSINK_TEST_POSTGRES";

/// What no output may hold.
pub(crate) const PASSWORD: &str = "hunter2-of-the-server";

/// A schema with a user who has a password.
pub(crate) struct Schema {
    server: String,
    name: String,
    pub(crate) runtime: Runtime,
}

impl Schema {
    /// A new one, or none after a word about it where there is no server. In CI there has to be one.
    pub(crate) fn new() -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(SERVER) else {
            assert!(std::env::var_os("CI").is_none(), "`{SERVER}` names no server");
            let word = b"skipped: no PostgreSQL; `cargo xtask test` starts one\n";
            std::io::stderr().write_all(word).unwrap();
            return None;
        };
        let schema = Self {
            server,
            name: format!("cli_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst)),
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
        };
        schema.execute(&format!(
            "DROP SCHEMA IF EXISTS {0} CASCADE; DROP ROLE IF EXISTS {0}; CREATE ROLE {0} LOGIN PASSWORD '{PASSWORD}';
             CREATE SCHEMA {0} AUTHORIZATION {0}",
            schema.name
        ));
        Some(schema)
    }

    /// Its address, with the password.
    pub(crate) fn url(&self) -> String {
        self.with_password(PASSWORD)
    }

    pub(crate) fn with_password(&self, password: &str) -> String {
        let (_, server) = self.server.split_once('@').unwrap();
        format!(
            "postgres://{0}:{password}@{server}?options=-csearch_path%3D{0}",
            self.name
        )
    }

    /// Its address without a password.
    pub(crate) fn without_password(&self) -> String {
        self.url().replacen(&format!(":{PASSWORD}@"), "@", 1)
    }

    /// Its address as it is shown.
    pub(crate) fn shown(&self) -> String {
        self.with_password("***")
    }

    pub(crate) fn execute(&self, sql: &str) {
        self.ask(sql);
    }

    /// The first value of an answer in text.
    pub(crate) fn ask(&self, sql: &str) -> Option<String> {
        let url = format!("{}?options=-csearch_path%3D{}", self.server, self.name);
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            tokio::spawn(connection);
            let messages = client.simple_query(sql).await.unwrap();
            messages.into_iter().find_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
        })
    }

    /// Runs a command on it; what it says holds no password.
    pub(crate) fn run(&self, room: &Room, args: &[&str]) -> Ran {
        let url = self.url();
        harmless(room.run(&[args, &["--outbox", &url]].concat()))
    }
}

/// Looks that nothing that was said holds the password.
pub(crate) fn harmless(ran: Ran) -> Ran {
    for said in [&ran.out, &ran.err] {
        assert!(!said.contains(PASSWORD), "{said}");
    }
    ran
}
