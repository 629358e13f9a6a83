//! Which servers and which users are taken, and what is said of the others.

use std::time::Duration;

use leadsink_core::Secret;
use leadsink_outbox::postgres::{Address, Role};
use leadsink_outbox::{LeadStore as _, PostgresStore, StoreErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

use super::bed::Schema;
use super::broken::way_at;
use super::lab::{lead, now, request};

/// What opening comes to.
async fn open(address: &Address, role: Role) -> Result<PostgresStore, StoreErrorKind> {
    PostgresStore::open(address, role).await.map_err(|error| error.kind())
}

#[tokio::test]
async fn each_role_does_what_it_may() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let address = schema.address();
    let early = open(&address, Role::Reader).await.map(drop);
    assert_eq!(early, Err(StoreErrorKind::Missing), "there is nothing to read");
    let visitor = open(&address, Role::Visitor).await.unwrap();
    visitor.accept(vec![lead("a")], now()).await.unwrap();
    let claim = request(1, Duration::ZERO, Vec::new());
    let claimed = visitor.claim(claim, now()).await;
    assert_eq!(claimed.unwrap_err().kind(), StoreErrorKind::NotAWorker);
    let reader = open(&address, Role::Reader).await.unwrap();
    assert_eq!(reader.counts().await.unwrap().len(), 1);
    let refused = reader.accept(vec![lead("b")], now()).await;
    assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::ReadOnly);
}

#[tokio::test]
async fn a_newer_version_is_refused_and_left_alone() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    drop(schema.worker().await);
    let newer = "UPDATE outbox_version SET version = 1000";
    schema.client().await.batch_execute(newer).await.unwrap();
    for role in [Role::Visitor, Role::Reader] {
        let opened = open(&schema.address(), role).await.map(drop);
        assert_eq!(opened, Err(StoreErrorKind::NewerSchema));
    }
}

#[tokio::test]
async fn tables_of_another_program_are_left_alone() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let other = "CREATE TABLE lead (name text)";
    schema.client().await.batch_execute(other).await.unwrap();
    let opened = open(&schema.address(), Role::Visitor).await.map(drop);
    assert_eq!(opened, Err(StoreErrorKind::Foreign));
}

#[tokio::test]
async fn a_password_is_checked_and_never_told() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let user = schema.with_user("the right one").await;
    let wrong = schema.address_for(&user, "another one");
    let error = PostgresStore::open(&wrong, Role::Visitor).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    assert!(!format!("{error} {error:?} {wrong:?}").contains("another"), "{error:?}");
    let right = schema.address_for(&user, "the right one");
    let store = open(&right, Role::Visitor).await.unwrap();
    assert!(!format!("{store:?}").contains("right"));
    store.accept(vec![lead("a")], now()).await.unwrap();
}

#[tokio::test]
async fn a_user_that_may_make_no_tables_is_told() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let user = schema.with_user("secret").await;
    let revoke = format!("REVOKE CREATE ON SCHEMA {} FROM {user}", schema.name());
    schema.client().await.batch_execute(&revoke).await.unwrap();
    let opened = open(&schema.address_for(&user, "secret"), Role::Visitor)
        .await
        .map(drop);
    assert_eq!(opened, Err(StoreErrorKind::ReadOnly));
}

#[tokio::test]
async fn a_server_without_tls_learns_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // A request for TLS is eight bytes long, and `N` is no.
        stream.read_exact(&mut [0; 8]).await.unwrap();
        stream.write_all(b"N").await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        rest
    });
    let url = format!("postgres://user:secret@127.0.0.1:{port}/outbox?sslmode=require");
    let address = Address::parse(&Secret::new(url)).unwrap();
    let error = PostgresStore::open(&address, Role::Visitor).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied, "{error}");
    assert_eq!(server.await.unwrap(), b"", "nothing more is said");
}

#[tokio::test]
async fn a_server_that_takes_a_connection_and_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 8]).await.unwrap();
        // From here on nothing happens but that time passes.
        tokio::time::pause();
        std::future::pending::<()>().await;
        drop(stream);
    });
    let url = format!("postgres://user:secret@127.0.0.1:{port}/outbox");
    let address = Address::parse(&Secret::new(url)).unwrap();
    let began = Instant::now();
    let opened = timeout(Duration::from_secs(60), PostgresStore::open(&address, Role::Visitor)).await;
    let error = opened.expect("it does not wait for ever").unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Io, "{error}");
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn a_server_that_is_not_there_may_come_back() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = schema.address_by(port);
    let gone = open(&address, Role::Visitor).await.map(drop);
    assert_eq!(gone, Err(StoreErrorKind::Io));
    way_at(port).await;
    open(&address, Role::Visitor).await.unwrap();
}
