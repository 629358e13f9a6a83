//! A schema of its own for each test, so that all run side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leadsink_core::{Secret, Timestamp};
use leadsink_outbox::conformance::Bed;
use leadsink_outbox::postgres::{Address, Role};
use leadsink_outbox::{LeadStore, PostgresStore, WorkerId};
use tokio_postgres::{Client, NoTls};

use crate::child::skipped;

/// Where `cargo xtask test` says that a server is.
const SERVER: &str = "LEADSINK_TEST_POSTGRES";

/// The address of the server, or none after a word about it. In CI there has to be one.
pub(crate) fn server() -> Option<String> {
    let server = std::env::var(SERVER).ok();
    if server.is_none() {
        assert!(std::env::var_os("CI").is_none(), "`{SERVER}` names no server");
        skipped("no PostgreSQL; `cargo xtask test` starts one");
    }
    server
}

/// A schema on the server.
pub(crate) struct Schema {
    server: String,
    name: String,
    starts: AtomicU32,
}

impl Schema {
    /// A new one, or none where there is no server.
    pub(crate) async fn new() -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let server = server()?;
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        let schema = Self {
            server,
            name,
            starts: AtomicU32::new(0),
        };
        let sql = format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema.name);
        schema.client().await.batch_execute(&sql).await.unwrap();
        Some(schema)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The schema behind a server of that address.
    fn url(&self, server: &str) -> String {
        format!("{server}?options=-csearch_path%3D{0}&application_name={0}", self.name)
    }

    pub(crate) fn address(&self) -> Address {
        Address::parse(&Secret::new(self.url(&self.server))).unwrap()
    }

    /// The same by another way, which ends at a port of this machine.
    pub(crate) fn address_by(&self, port: u16) -> Address {
        let (who, rest) = self.server.split_once('@').unwrap();
        let (_, database) = rest.split_once('/').unwrap();
        let url = self.url(&format!("{who}@127.0.0.1:{port}/{database}"));
        Address::parse(&Secret::new(url)).unwrap()
    }

    /// The same for another user.
    pub(crate) fn address_for(&self, user: &str, password: &str) -> Address {
        let (_, rest) = self.server.split_once('@').unwrap();
        let password = password.replace(' ', "%20");
        let url = self.url(&format!("postgres://{user}:{password}@{rest}"));
        Address::parse(&Secret::new(url)).unwrap()
    }

    /// A user that may do everything in the schema; gives its name.
    pub(crate) async fn with_user(&self, password: &str) -> String {
        let sql = format!(
            "CREATE ROLE user_{0} LOGIN PASSWORD '{password}'; GRANT ALL ON SCHEMA {0} TO user_{0}",
            self.name
        );
        self.client().await.batch_execute(&sql).await.unwrap();
        format!("user_{}", self.name)
    }

    /// Ends every connection of the store, and waits until they are gone.
    pub(crate) async fn end_all(&self) {
        let end = format!(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
             WHERE application_name = '{}' AND pid <> pg_backend_pid()",
            self.name
        );
        self.client().await.batch_execute(&end).await.unwrap();
    }

    /// A connection beside the store's.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(&self.server), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// A worker that just started.
    pub(crate) async fn worker(&self) -> Arc<PostgresStore> {
        let start = self.starts.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        let random = [0, 0, 0, 0, 0, 0, start[0], start[1], start[2], start[3]];
        let worker = WorkerId::new(Timestamp::UNIX_EPOCH, random);
        let store = PostgresStore::open(&self.address(), Role::Worker(worker)).await;
        Arc::new(store.unwrap())
    }
}

pub(crate) struct PostgresBed {
    schema: Schema,
    store: Arc<PostgresStore>,
}

impl PostgresBed {
    pub(crate) async fn new() -> Option<Self> {
        let schema = Schema::new().await?;
        let store = schema.worker().await;
        Some(Self { schema, store })
    }
}

#[async_trait::async_trait]
impl Bed for PostgresBed {
    fn store(&self) -> Arc<dyn LeadStore> {
        self.store.clone()
    }

    async fn restart(&mut self) {
        self.store = self.schema.worker().await;
        // So that no test waits for leases to end.
        let end = "UPDATE delivery SET lease_until = clock_timestamp() - interval '1 s' WHERE state = 'leased'";
        self.schema.client().await.batch_execute(end).await.unwrap();
    }
}
