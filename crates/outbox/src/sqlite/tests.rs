//! What happens when the disk is full, seen from inside: the limit is a setting of the connection.

use std::sync::{Arc, Mutex, mpsc};

use bytes::Bytes;
use leadsink_core::{LeadId, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::thread::{Mode, Thread};
use super::{Role, SqliteStore, accept};
use crate::accept::{Accepted, NewLead, RawHash};
use crate::control::Selection;
use crate::error::StoreErrorKind;
use crate::ids::{DeliveryNo, LeadUid, WorkerId};
use crate::view::Query;
use crate::word::State;

fn lead(key: &str, bytes: usize) -> NewLead {
    NewLead {
        uid: LeadUid::new(Timestamp::UNIX_EPOCH, [0; 10]),
        source: "file".into(),
        key: LeadId::new(key).unwrap(),
        raw_hash: RawHash([7; 32]),
        body: Bytes::from(vec![b'x'; bytes]),
        update: false,
        deliveries: Vec::new(),
    }
}

fn open(folder: &TempDir) -> SqliteStore {
    let worker = Role::Worker(WorkerId::new(Timestamp::UNIX_EPOCH, [1; 10]));
    SqliteStore::open(folder.path().join("outbox.db"), worker).unwrap()
}

/// Lets the file grow by so many pages and no more.
async fn limit(store: &SqliteStore, more: i64) {
    let set = move |db: &Connection| {
        let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
        db.pragma_update_and_check(None, "max_page_count", pages + more, |row| row.get::<_, i64>(0))
    };
    store.write(1, set).await.unwrap();
}

async fn accept(store: &SqliteStore, lead: NewLead) -> Result<Accepted, StoreErrorKind> {
    let work = move |db: &Connection| accept::accept(db, std::slice::from_ref(&lead), Timestamp::UNIX_EPOCH);
    let answers = store.write(1, work).await.map_err(|error| error.kind())?;
    Ok(answers[0])
}

async fn count(store: &SqliteStore) -> i64 {
    let all = |db: &Connection| db.query_row("SELECT count(*) FROM lead", [], |row| row.get(0));
    store.read(all).await.unwrap()
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_ends_when_there_is_room() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    accept(&store, lead("before", 100)).await.unwrap();
    limit(&store, 4).await;
    assert_eq!(
        accept(&store, lead("large", 1_000_000)).await,
        Err(StoreErrorKind::Full)
    );
    assert_eq!(count(&store).await, 1, "nothing of it is stored");
    accept(&store, lead("small", 100)).await.unwrap();
    limit(&store, 1000).await;
    let again = accept(&store, lead("large", 1_000_000)).await;
    assert!(matches!(again, Ok(Accepted::New { .. })), "{again:?}");
    drop(store);
    assert_eq!(count(&open(&folder)).await, 3);
}

#[tokio::test]
async fn a_call_that_fails_takes_no_other_of_its_group_with_it() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    limit(&store, 4).await;
    let fails = |db: &Connection| {
        db.execute("INSERT INTO lane (sink) VALUES ('half')", [])?;
        db.execute("INSERT INTO lane (sink) VALUES ('half')", [])
    };
    let (first, large, wrong, last) = tokio::join!(
        accept(&store, lead("first", 100)),
        accept(&store, lead("large", 1_000_000)),
        store.write(1, fails),
        accept(&store, lead("last", 100)),
    );
    assert!(first.is_ok() && last.is_ok(), "{first:?} {last:?}");
    assert_eq!(large, Err(StoreErrorKind::Full));
    assert_eq!(wrong.unwrap_err().kind(), StoreErrorKind::Internal);
    assert_eq!(count(&store).await, 2);
    let lanes = |db: &Connection| db.query_row("SELECT count(*) FROM lane", [], |row| row.get::<_, i64>(0));
    assert_eq!(store.read(lanes).await, Ok(0), "nothing of the wrong call is stored");
}

#[tokio::test]
async fn a_thread_that_is_gone_is_an_error_and_no_wait_for_ever() {
    let db = Connection::open_in_memory().unwrap();
    let thread = Thread::start(db, Mode::Write, ()).unwrap();
    let panics = |_: &Connection| -> rusqlite::Result<()> { std::panic::resume_unwind(Box::new(())) };
    assert_eq!(thread.call(1, panics).await.unwrap_err().kind(), StoreErrorKind::Closed);
    let next = thread.call(1, |_| Ok(())).await;
    assert_eq!(next.unwrap_err().kind(), StoreErrorKind::Closed);
}

#[tokio::test]
async fn claims_and_the_next_due_use_the_index_of_what_is_open() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    let plan = |db: &Connection| {
        let sql = format!("EXPLAIN QUERY PLAN {}", super::claim::NEXT_DUE);
        let mut statement = db.prepare(&sql)?;
        let steps = statement.query_map(["main"], |row| row.get::<_, String>(3))?;
        steps.collect::<rusqlite::Result<Vec<_>>>()
    };
    let steps = store.read(plan).await.unwrap();
    assert!(
        steps[0].contains("INDEX delivery_open (state=? AND sink=?)"),
        "{steps:?}"
    );
    assert!(!steps.iter().any(|step| step.contains("B-TREE")), "{steps:?}");
}

#[tokio::test]
async fn no_page_of_a_long_list_sorts_all_that_is_open() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    let pages = [
        (vec![State::Due], None),
        (vec![State::Leased, State::Due], None),
        (vec![State::Held], Some(DeliveryNo(1000))),
    ];
    for (states, after) in pages {
        let query = Query {
            states,
            after,
            ..Query::default()
        };
        let plan = move |db: &Connection| {
            let sql = format!("EXPLAIN QUERY PLAN {}", super::read::list_sql(&query));
            let mut statement = db.prepare(&sql)?;
            let nothing: Option<i64> = None;
            let params = rusqlite::params![0, "", nothing, nothing, 1, ""];
            let steps = statement.query_map(params, |row| row.get::<_, String>(3))?;
            steps.collect::<rusqlite::Result<Vec<_>>>()
        };
        let steps = store.read(plan).await.unwrap();
        assert!(steps[0].contains("INTEGER PRIMARY KEY (rowid>?)"), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("B-TREE")), "{steps:?}");
    }
}

#[tokio::test]
async fn a_command_about_one_lead_looks_at_that_lead_alone() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    let plan = |db: &Connection| {
        let of = Selection {
            key: LeadId::new("1").ok(),
            ..Selection::default()
        };
        let sql = format!("EXPLAIN QUERY PLAN {}", super::control::NOT_DELIVERED.sql(&of));
        let mut statement = db.prepare(&sql)?;
        let nothing: Option<i64> = None;
        let steps = statement.query_map([nothing; 4], |row| row.get::<_, String>(3))?;
        steps.collect::<rusqlite::Result<Vec<_>>>()
    };
    let steps = store.read(plan).await.unwrap();
    assert!(steps[0].contains("INDEX delivery_lead (lead=?)"), "{steps:?}");
}

#[tokio::test]
async fn a_file_that_another_program_locks_is_an_error_until_it_ends() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    store
        .write(1, |db| db.busy_timeout(std::time::Duration::ZERO))
        .await
        .unwrap();
    let other = Connection::open(folder.path().join("outbox.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (first, second) = tokio::join!(accept(&store, lead("a", 1)), accept(&store, lead("b", 1)));
    assert_eq!((first, second), (Err(StoreErrorKind::Busy), Err(StoreErrorKind::Busy)));
    assert_eq!(count(&store).await, 0, "it can be read meanwhile");
    other.execute_batch("ROLLBACK").unwrap();
    accept(&store, lead("a", 1)).await.unwrap();
}

#[tokio::test]
async fn calls_that_come_while_it_writes_share_a_transaction() {
    let folder = TempDir::new().unwrap();
    let store = Arc::new(open(&folder));
    let (go_on, gate) = mpsc::channel::<()>();
    let mut calls = JoinSet::new();
    let (begun, mut is_begun) = tokio::sync::mpsc::channel(1);
    let writer = Arc::clone(&store);
    let first = move |_: &Connection| {
        // Nobody listens any more where it is run again.
        let _ = begun.try_send(());
        Ok(gate.recv().map_or(0, |()| 0))
    };
    calls.spawn(async move { writer.write(1, first).await });
    // What is there when it begins shares its transaction.
    is_begun.recv().await.unwrap();
    let other = Connection::open(folder.path().join("outbox.db")).unwrap();
    let other = Arc::new(Mutex::new(other));
    for n in 0..10 {
        let (store, other) = (Arc::clone(&store), Arc::clone(&other));
        let lead = lead(&n.to_string(), 1);
        calls.spawn(async move {
            let work = move |db: &Connection| {
                accept::accept(db, std::slice::from_ref(&lead), Timestamp::UNIX_EPOCH)?;
                // What others see is what was committed before.
                let all = "SELECT count(*) FROM lead";
                other.lock().unwrap().query_row(all, [], |row| row.get::<_, i64>(0))
            };
            store.write(1, work).await
        });
    }
    // Each call is handed over when its task first runs.
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    go_on.send(()).unwrap();
    for seen in calls.join_all().await {
        assert_eq!(seen, Ok(0));
    }
    assert_eq!(count(&store).await, 10);
}
