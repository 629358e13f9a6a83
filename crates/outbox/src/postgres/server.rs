//! The server: how a connection to it is made and set up, and with what pauses after it failed.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::column::get;
use super::error::Failed;
use crate::error::StoreError;
use crate::role::Role;

/// So long a connection may take until it is set up, for each host that is tried in turn.
const CONNECT: Duration = Duration::from_secs(10);

/// How long nobody tries to connect after a failure: the first time, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Plans are made once for each statement and go by the indices, whatever the statistics say: a table is empty at first and large
/// later. A worker that is frozen in the middle of a transaction keeps its locks for 5 s.
pub(super) const SETTINGS: &str = "
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET jit = off;
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '5s';
    SET default_transaction_isolation = 'read committed';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// Tells one run of a server from the next: when it was started, and when it last went through its log after a crash, since it
/// forgets its statistics then.
const RUN: &str = "SELECT concat_ws(' ', pg_postmaster_start_time(), stats_reset) FROM pg_stat_bgwriter";

/// A connection with the statements that it has prepared.
pub(super) struct Db {
    client: Client,
    /// The run of the server to which it was made.
    pub(super) run: String,
    statements: Mutex<HashMap<&'static str, Statement>>,
}

impl Db {
    async fn statement(&self, sql: &'static str) -> Result<Statement, Failed> {
        if let Some(statement) = self.statements().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.statements().insert(sql, statement.clone());
        Ok(statement)
    }

    fn statements(&self) -> MutexGuard<'_, HashMap<&'static str, Statement>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn query(&self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Failed> {
        let statement = self.statement(sql).await?;
        Ok(self.client.query(&statement, params).await?)
    }

    /// The one row of an answer, if there is one.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn row(&self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, Failed> {
        let statement = self.statement(sql).await?;
        Ok(self.client.query_opt(&statement, params).await?)
    }

    /// How many rows it changed.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn execute(&self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<u64, Failed> {
        let statement = self.statement(sql).await?;
        Ok(self.client.execute(&statement, params).await?)
    }

    /// All rows of an answer to a statement that is not kept.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn ask(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Failed> {
        Ok(self.client.query(sql, params).await?)
    }

    /// Statements without values.
    ///
    /// # Errors
    /// When the server or the connection fails.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), Failed> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Whether it is of no more use.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}

/// The server of an outbox.
pub(super) struct Server {
    address: Address,
    tls: Option<MakeRustlsConnect>,
    /// When the next connection may be tried, and the pause after that one.
    rest: Mutex<Option<(Instant, Duration)>>,
}

impl Server {
    /// A server that has not been spoken to. A role that writes looks for one that takes writes.
    ///
    /// # Errors
    /// When this machine has no certificates to check the server against.
    pub(super) fn new(address: &Address, role: Role) -> Result<Self, StoreError> {
        let address = match role {
            Role::Worker(_) | Role::Visitor => address.clone().with_target(TargetSessionAttrs::ReadWrite),
            Role::Reader => address.clone(),
        };
        Ok(Self {
            tls: address.tls()?,
            address,
            rest: Mutex::default(),
        })
    }

    /// A connection of its own, after a pause where the last one failed.
    ///
    /// # Errors
    /// When the server does not let it in, or does not answer.
    pub(super) async fn connect(&self) -> Result<Db, Failed> {
        Ok(self.connect_hearing(None).await?.0)
    }

    /// The same, for one that is told of notifications. The task ends with the connection.
    ///
    /// # Errors
    /// When the server does not let it in, or does not answer.
    pub(super) async fn connect_hearing(&self, heard: Option<Arc<Notify>>) -> Result<(Db, JoinHandle<()>), Failed> {
        let rest = *self.rest();
        if let Some((until, _)) = rest {
            sleep_until(until).await;
        }
        let hosts = u32::try_from(self.address.hosts()).unwrap_or(1);
        let connected = match timeout(CONNECT * hosts, self.try_to_connect(heard)).await {
            Ok(connected) => connected,
            Err(_) => Err(Failed::lost("it does not answer")),
        };
        *self.rest() = match &connected {
            Ok(_) => None,
            Err(_) => {
                let pause = rest.map_or(FIRST_PAUSE, |(_, pause)| pause);
                Some((Instant::now() + pause, (pause * 2).min(LONGEST_PAUSE)))
            }
        };
        connected
    }

    async fn try_to_connect(&self, heard: Option<Arc<Notify>>) -> Result<(Db, JoinHandle<()>), Failed> {
        let config = self.address.config();
        let (client, served) = match &self.tls {
            None => {
                let connected = config.connect(NoTls).await;
                let (client, connection) = connected.map_err(|error| Failed::unreachable(&error))?;
                (client, tokio::spawn(serve(connection, heard)))
            }
            Some(tls) => {
                let connected = config.connect(tls.clone()).await;
                let (client, connection) = connected.map_err(|error| Failed::unreachable(&error))?;
                (client, tokio::spawn(serve(connection, heard)))
            }
        };
        let mut db = Db {
            client,
            run: String::new(),
            statements: Mutex::default(),
        };
        db.batch(SETTINGS).await?;
        if let Some(row) = db.row(RUN, &[]).await? {
            db.run = get(&row, 0)?;
        }
        Ok((db, served))
    }

    fn rest(&self) -> MutexGuard<'_, Option<(Instant, Duration)>> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries what goes to and fro on a connection until it ends.
async fn serve<S, T>(mut connection: Connection<S, T>, heard: Option<Arc<Notify>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
        if let (AsyncMessage::Notification(_), Some(heard)) = (message, &heard) {
            heard.notify_one();
        }
    }
}
