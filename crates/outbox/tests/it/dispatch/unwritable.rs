//! A store that cannot be written for a while: no room, or another program that holds the file. Real files and real time. The
//! worker is a process of its own, whose files the system lets grow no further.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread::spawn;

use bytes::Bytes;
use leadsink_core::{HttpRequest, HttpResponse, LeadId, Repeat, Timestamp, Transport, TransportError};
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{
    Accepted, DeliveryView, Dispatcher, Event, Handle, LaneSetup, LeadStore, NewLead, Observer, Query, SqliteStore,
    State, StoreErrorKind, WorkerId,
};
use tempfile::TempDir;
use tokio::sync::{Semaphore, mpsc};

use super::lab::lead;
use super::vendor::{Acme, Say, Vendor};
use crate::child::{self, Child, outbox, say};

const WORKER: &str = "dispatch::unwritable::worker";

/// How many leads are handed in, and how large they are.
const LEADS: usize = 40;
const SIZE: usize = 20_000;

/// A file that may not grow ends the process unless it asks for an error instead.
const ERROR_INSTEAD: [&str; 3] = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""];

fn open(path: &Path) -> Arc<SqliteStore> {
    let mut random = [0; 10];
    random[..4].copy_from_slice(&std::process::id().to_be_bytes());
    let worker = WorkerId::new(Timestamp::now(), random);
    Arc::new(SqliteStore::open(path, Role::Worker(worker)).unwrap())
}

/// A vendor that answers when it is told to, and says what came.
#[derive(Debug)]
struct Slow {
    vendor: Vendor,
    answers: Semaphore,
    says: fn(&str),
}

impl Slow {
    fn new(says: fn(&str)) -> Arc<Self> {
        Arc::new(Self {
            vendor: Vendor::new(|_| Say::Accepted),
            answers: Semaphore::new(0),
            says,
        })
    }
}

#[async_trait::async_trait]
impl Transport for Slow {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (self.says)("sent");
        self.answers.acquire().await.unwrap().forget();
        self.vendor.send(request).await
    }
}

/// Says what went wrong and what is done.
#[derive(Debug)]
struct Loud(fn(&str));

impl Observer for Loud {
    fn observe(&self, event: &Event<'_>) {
        match event {
            Event::StoreFailed(error) => self.0(&format!("failed {:?}", error.kind())),
            Event::Ended { standing, .. } => self.0(&format!("ended {}", standing.state.as_str())),
            _ => {}
        }
    }
}

fn dispatcher(store: &Arc<SqliteStore>, handle: &Handle, vendor: &Arc<Slow>, says: fn(&str)) -> Dispatcher {
    let lane = LaneSetup::new("main", Arc::new(Acme::new(Repeat::NeverBlindly)), vendor.clone());
    Dispatcher::new(store.clone(), handle)
        .with_observer(Arc::new(Loud(says)))
        .with_lane(lane)
}

fn large(n: usize) -> NewLead {
    NewLead {
        body: Bytes::from(vec![b'x'; SIZE]),
        ..lead(&n.to_string(), &["elsewhere"], Timestamp::now())
    }
}

/// Hands leads in one by one, and says what came of each.
async fn hand_in(store: &SqliteStore) {
    for n in 0..LEADS {
        let answer = store.accept(vec![large(n)], Timestamp::now()).await;
        let word = match answer.as_deref() {
            Ok([Accepted::New { .. }]) => "new".to_owned(),
            Ok([Accepted::Duplicate { same_body: true, .. }]) => "known".to_owned(),
            Ok(other) => panic!("{other:?}"),
            Err(error) => format!("{:?}", error.kind()),
        };
        say(&format!("lead {n} {word}"));
    }
}

/// Delivers, and does what its parent says.
#[tokio::test]
async fn worker() {
    let Some(path) = outbox() else { return };
    let (store, handle, vendor) = (open(&path), Handle::new(), Slow::new(say));
    let mut run = tokio::spawn(dispatcher(&store, &handle, &vendor, say).run());
    let (orders, mut ordered) = mpsc::unbounded_channel();
    spawn(move || std::io::stdin().lines().try_for_each(|line| orders.send(line.unwrap())));
    say("ready");
    loop {
        let order = tokio::select! {
            order = ordered.recv() => order,
            ended = &mut run => panic!("the run ended by itself: {ended:?}"),
        };
        match order.as_deref() {
            Some("answer") => vendor.answers.add_permits(1),
            Some("take leads") => hand_in(&store).await,
            _ => break,
        }
    }
    handle.stop();
    run.await.unwrap().unwrap();
}

/// Whether the limit of another process can be set here.
fn can_limit() -> bool {
    let has_program = Command::new("prlimit").arg("--version").output().is_ok();
    if !has_program {
        child::skipped("there is no `prlimit` here");
    }
    has_program
}

/// Lets the files of the child grow to this length and no further, or without limit.
fn limit(child: &Child, bytes: Option<u64>) {
    let length = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
    let (pid, size) = (child.id().to_string(), format!("--fsize={length}:"));
    let done = Command::new("prlimit").args(["--pid", &pid, &size]).status();
    assert!(done.unwrap().success());
}

/// The numbers of the leads of which the child says this.
fn answers(child: &mut Child) -> Vec<String> {
    child.tell("take leads");
    (0..LEADS)
        .map(|n| {
            let line = child.wait_for(&format!("lead {n} "));
            line.rsplit(' ').next().unwrap().to_owned()
        })
        .collect()
}

async fn deliveries(path: &Path) -> Vec<DeliveryView> {
    let query = Query {
        limit: 1000,
        ..Query::default()
    };
    let store = SqliteStore::open(path, Role::Visitor).unwrap();
    store.list(query).await.unwrap().deliveries
}

#[tokio::test]
async fn where_there_is_no_room_what_was_accepted_is_kept_and_what_was_not_left_no_trace() {
    if !can_limit() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("leads.db");
    let mut child = Child::start(WORKER, &path, &ERROR_INSTEAD);
    child.wait_for("ready");
    limit(&child, Some(500_000));
    let first = answers(&mut child);
    let kept = first.iter().filter(|word| *word == "new").count();
    assert!((5..LEADS - 5).contains(&kept), "{first:?}");
    // SQLite knows `Full` of a disk alone; of a limit it is told that the file cannot be written.
    assert!(first.iter().all(|word| word == "new" || word == "Io"), "{first:?}");
    child.kill();

    let keys: Vec<_> = (0..LEADS)
        .filter(|n| first[*n] == "new")
        .map(|n| n.to_string())
        .collect();
    let found = deliveries(&path).await;
    assert_eq!(found.iter().map(|view| view.key.as_str()).collect::<Vec<_>>(), keys);

    // Once there is room the same process takes the rest.
    let mut child = Child::start(WORKER, &path, &ERROR_INSTEAD);
    child.wait_for("ready");
    limit(&child, Some(1));
    let none = answers(&mut child);
    let known = |word: &String| word == "known" || word == "Io";
    assert!(none.iter().all(known), "{none:?}");
    limit(&child, None);
    let second = answers(&mut child);
    let expected: Vec<_> = first
        .iter()
        .map(|word| if word == "new" { "known" } else { "new" })
        .collect();
    assert_eq!(second, expected);
    child.tell("end");
    assert!(child.end());
    assert_eq!(deliveries(&path).await.len(), LEADS);
}

/// A worker that has sent a lead, and whose files cannot be written when the answer comes.
async fn without_room_for_the_answer(path: &Path) -> Child {
    open(path)
        .accept(vec![lead("1", &["main"], Timestamp::now())], Timestamp::now())
        .await
        .unwrap();
    let mut child = Child::start(WORKER, path, &ERROR_INSTEAD);
    child.wait_for("sent");
    limit(&child, Some(1));
    child.tell("answer");
    // It is tried again, a second later.
    child.wait_for("failed Io");
    child.wait_for("failed Io");
    child
}

#[tokio::test]
async fn an_answer_for_which_there_is_no_room_is_kept_until_there_is() {
    if !can_limit() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("leads.db");
    let mut child = without_room_for_the_answer(&path).await;
    limit(&child, None);
    assert_eq!(child.wait_for("ended"), "ended done");
    child.tell("end");
    assert!(child.end());
    let view = &deliveries(&path).await[0];
    assert_eq!((view.state, view.attempts, view.in_doubt), (State::Done, 1, false));
}

#[tokio::test]
async fn an_answer_that_dies_with_the_process_leaves_doubt_and_is_not_sent_again() {
    if !can_limit() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("leads.db");
    without_room_for_the_answer(&path).await.kill();
    let mut child = Child::start(WORKER, &path, &ERROR_INSTEAD);
    // It would say `sent` first.
    let line = child.wait_for("");
    assert_ne!(line, "sent");
    assert_eq!(child.wait_for("ended"), "ended held");
    child.tell("end");
    assert!(child.end());
    let view = &deliveries(&path).await[0];
    assert_eq!((view.state, view.attempts, view.in_doubt), (State::Held, 1, true));
}

#[tokio::test]
async fn an_answer_waits_for_a_program_that_holds_the_file_for_longer_than_the_store_is_patient() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("leads.db");
    let (store, handle, vendor) = (open(&path), Handle::new(), Slow::new(|_| {}));
    store
        .accept(vec![lead("1", &["main"], Timestamp::now())], Timestamp::now())
        .await
        .unwrap();
    let (failed, mut failures) = mpsc::unbounded_channel();
    let observer = Arc::new(Failures(failed));
    let run = tokio::spawn(
        dispatcher(&store, &handle, &vendor, |_| {})
            .with_observer(observer)
            .run(),
    );
    let reader = SqliteStore::open(&path, Role::Reader).unwrap();
    let key = LeadId::new("1").unwrap();
    while reader.lead(&key, None).await.unwrap()[0].deliveries[0].1.is_empty() {
        tokio::task::yield_now().await;
    }
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    vendor.answers.add_permits(1);
    assert_eq!(failures.recv().await, Some(StoreErrorKind::Busy));
    other.execute_batch("ROLLBACK").unwrap();
    handle.drain();
    run.await.unwrap().unwrap();
    let view = &deliveries(&path).await[0];
    assert_eq!((view.state, view.attempts), (State::Done, 1));
}

/// Hands on why the store failed.
#[derive(Debug)]
struct Failures(mpsc::UnboundedSender<StoreErrorKind>);

impl Observer for Failures {
    fn observe(&self, event: &Event<'_>) {
        if let Event::StoreFailed(error) = event {
            let _ = self.0.send(error.kind());
        }
    }
}
