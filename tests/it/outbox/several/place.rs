//! An outbox on a server: a schema of its own, which also keeps a record of who claimed what, and when by the server's clock.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use leadsink::Secret;
use leadsink::outbox::postgres::{Address, Role};
use leadsink::outbox::{DeliveryNo, DeliveryView, LeadStore as _, PostgresStore, Query};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};

use crate::run::wait_for;

/// Where `cargo xtask test` says that a server is.
const SERVER: &str = "LEADSINK_TEST_POSTGRES";

/// Each worker has its name for that of its connections.
const RECORD: &str = "
    CREATE TABLE claimed (
        delivery bigint, claim bigint, worker text, at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (delivery, claim));
    CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO claimed (delivery, claim, worker) VALUES (new.id, new.claims, current_setting('application_name'));
            RETURN NULL;
        END $$;
    CREATE TRIGGER record AFTER UPDATE ON delivery FOR EACH ROW
        WHEN (new.claims > old.claims) EXECUTE FUNCTION record()";

/// What is said of a claim: whether its worker was taken for lost, and whether another claim followed.
const CLAIMS: &str = "
    SELECT c.worker, extract(epoch FROM c.at)::float8,
        extract(epoch FROM CASE WHEN a.outcome IN ('unknown', 'not_sent') AND a.error IS NULL THEN a.ended_at END)::float8,
        a.late, n.worker, extract(epoch FROM n.at)::float8, d.sink
    FROM claimed c
    JOIN delivery d ON d.id = c.delivery
    LEFT JOIN attempt a ON a.delivery = c.delivery AND a.claim = c.claim
    LEFT JOIN claimed n ON n.delivery = c.delivery AND n.claim = c.claim + 1
    ORDER BY c.at";

const HISTORY: &str = "
    SELECT concat_ws(' ', 'claim', c.claim, 'by', c.worker, c.at::time, 'began', a.started_at::time, 'ended', a.ended_at::time,
        a.outcome, a.error, a.message, 'late', a.late, 'next', a.next_due::time)
    FROM claimed c LEFT JOIN attempt a ON a.delivery = c.delivery AND a.claim = c.claim WHERE c.delivery = $1 ORDER BY c.claim";

/// The address of the server, or none after a word about it. In CI there has to be one.
pub(super) fn server() -> Option<String> {
    let server = std::env::var(SERVER).ok();
    if server.is_none() {
        assert!(std::env::var_os("CI").is_none(), "`{SERVER}` names no server");
        let why = b"skipped: no PostgreSQL; `cargo xtask test` starts one\n";
        std::io::stderr().write_all(why).unwrap();
    }
    server
}

/// One claim, with times in seconds since 1970.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) worker: String,
    pub(super) sink: String,
    pub(super) at: f64,
    /// When somebody else found that its lease had ended.
    pub(super) lost_at: Option<f64>,
    /// What its worker said after that.
    pub(super) late: Option<String>,
    /// Who claimed the delivery next, and when.
    pub(super) next: Option<(String, f64)>,
}

/// An outbox on a server.
pub(super) struct Place {
    server: String,
    schema: String,
    runtime: Runtime,
    store: PostgresStore,
}

impl Place {
    /// A new one.
    pub(super) fn new(server: String) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let schema = format!("proof_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        runtime.block_on(carry_out(&server, &sql)).unwrap();
        let url = url(&server, &schema, "test");
        let address = Address::parse(&Secret::new(url.as_str())).unwrap();
        let store = runtime.block_on(PostgresStore::open(&address, Role::Visitor)).unwrap();
        runtime.block_on(carry_out(&url, RECORD)).unwrap();
        Self {
            server,
            schema,
            runtime,
            store,
        }
    }

    /// What `--outbox` is given for a worker of that name.
    pub(super) fn address(&self, worker: &str) -> String {
        url(&self.server, &self.schema, worker)
    }

    /// The same by another way, which ends at a port of this machine.
    pub(super) fn address_by(&self, port: u16, worker: &str) -> String {
        let (who, rest) = self.server.split_once('@').unwrap();
        let (_, database) = rest.split_once('/').unwrap();
        url(&format!("{who}@127.0.0.1:{port}/{database}"), &self.schema, worker)
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// Every delivery as it stands; none where the server does not say.
    pub(super) fn ledger(&self) -> Vec<DeliveryView> {
        let query = Query {
            limit: 100_000,
            ..Query::default()
        };
        self.runtime
            .block_on(self.store.list(query))
            .map_or_else(|_| Vec::new(), |page| page.deliveries)
    }

    /// Every claim there was, in the order of their times.
    pub(super) fn claims(&self) -> Vec<Claimed> {
        let read = |row: Row| Claimed {
            worker: row.get(0),
            sink: row.get(6),
            at: row.get(1),
            lost_at: row.get(2),
            late: row.get(3),
            next: row.get::<_, Option<String>>(4).map(|worker| (worker, row.get(5))),
        };
        self.rows(CLAIMS, &[]).into_iter().map(read).collect()
    }

    /// Who claimed a delivery, and what became of each attempt.
    pub(super) fn history(&self, delivery: DeliveryNo) -> Vec<String> {
        let text = |row: Row| row.get::<_, String>(0);
        self.rows(HISTORY, &[&delivery.0]).into_iter().map(text).collect()
    }

    /// How many deliveries each worker has claimed.
    pub(super) fn shares(&self) -> BTreeMap<String, usize> {
        let mut shares = BTreeMap::new();
        for claim in self.claims() {
            *shares.entry(claim.worker).or_default() += 1;
        }
        shares
    }

    /// Waits until a worker has claimed something after this time, and gives the time.
    pub(super) fn first_claim(&self, worker: &str, after: f64) -> f64 {
        let mut first = None;
        wait_for("a claim", || {
            let claims = self.claims();
            first = claims
                .iter()
                .find(|claim| claim.worker == worker && claim.at > after)
                .map(|claim| claim.at);
            first.is_some()
        });
        first.unwrap()
    }

    fn rows(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Vec<Row> {
        self.runtime.block_on(async {
            let url = url(&self.server, &self.schema, "test");
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let rows = client.query(sql, params).await.unwrap();
            drop(client);
            connection.await.unwrap().unwrap();
            rows
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // The server goes with the tests anyway.
        let sql = format!("DROP SCHEMA {} CASCADE", self.schema);
        let _ = self.runtime.block_on(carry_out(&self.server, &sql));
    }
}

/// The schema behind a server of that address.
fn url(server: &str, schema: &str, worker: &str) -> String {
    format!("{server}?options=-csearch_path%3D{schema}&application_name={worker}")
}

async fn carry_out(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute(sql).await
}
