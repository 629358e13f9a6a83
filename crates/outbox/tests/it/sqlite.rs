//! What only the embedded store does: its file, its roles, its failures.

use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use leadsink_core::{LeadId, Timestamp};
use leadsink_outbox::sqlite::{Role, worker_process};
use leadsink_outbox::{
    Accepted, ClaimRequest, Control, LeadStore, LeadUid, NewDelivery, NewLead, Query, RawHash, SqliteStore, StoreError,
    StoreErrorKind, Wanted, WorkerId,
};
use tempfile::TempDir;

use crate::child::{self, Child};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn worker(start: u8) -> Role {
    Role::Worker(WorkerId::new(now(), [start; 10]))
}

fn lead(key: &str) -> NewLead {
    NewLead {
        uid: LeadUid::new(now(), [0; 10]),
        source: "file".into(),
        key: LeadId::new(key).unwrap(),
        raw_hash: RawHash([7; 32]),
        body: Bytes::from_static(b"{}"),
        update: false,
        deliveries: vec![NewDelivery {
            sink: "main".into(),
            callback_token: None,
            merges: false,
        }],
    }
}

fn request(slots: u32) -> ClaimRequest {
    ClaimRequest {
        sink: "main".into(),
        slots,
        lease: std::time::Duration::from_secs(30),
        trial: std::time::Duration::from_secs(30),
        quotas: Vec::new(),
        max_attempts: u32::MAX,
        wanted: Wanted::Ordinary,
    }
}

struct Outbox {
    _folder: TempDir,
    path: PathBuf,
}

impl Outbox {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("outbox.db");
        Self { _folder: folder, path }
    }

    fn open(&self, role: Role) -> Result<SqliteStore, StoreError> {
        SqliteStore::open(&self.path, role)
    }

    fn error(&self, role: Role) -> StoreError {
        self.open(role).unwrap_err()
    }
}

#[test]
fn a_second_worker_is_told_who_has_the_file() {
    let outbox = Outbox::new();
    let first = outbox.open(worker(1)).unwrap();
    let error = outbox.error(worker(2));
    assert_eq!(error.kind(), StoreErrorKind::HeldByWorker);
    let pid = format!("process {}", std::process::id());
    assert!(error.to_string().contains(&pid), "{error}");
    drop(first);
    outbox.open(worker(2)).unwrap();
}

#[test]
fn a_link_to_the_file_lets_no_second_worker_in() {
    let outbox = Outbox::new();
    let folder = outbox.path.parent().unwrap();
    let link = folder.join("link.db");
    // It is made by its link, of which the file is not there yet.
    std::os::unix::fs::symlink(&outbox.path, &link).unwrap();
    let first = SqliteStore::open(&link, worker(1)).unwrap();
    assert_eq!(outbox.error(worker(2)).kind(), StoreErrorKind::HeldByWorker);
    assert_eq!(worker_process(&outbox.path), Some(std::process::id()));
    drop(first);
    let linked = folder.join("linked");
    std::os::unix::fs::symlink(folder, &linked).unwrap();
    let _first = outbox.open(worker(1)).unwrap();
    for path in [link, linked.join("outbox.db")] {
        let error = SqliteStore::open(&path, worker(2)).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::HeldByWorker);
        assert_eq!(worker_process(&path), Some(std::process::id()));
    }
}

/// In a process of its own, since all the threads of one work in the same folder.
#[test]
fn whatever_its_name_is_it_is_a_file() {
    let Some(folder) = child::outbox() else {
        let folder = TempDir::new().unwrap();
        let child = Child::start("sqlite::whatever_its_name_is_it_is_a_file", folder.path(), &[]);
        assert!(child.end(), "the child says why");
        return;
    };
    std::env::set_current_dir(&folder).unwrap();
    for name in [":memory:", "file:a.db", "file:b.db?mode=memory"] {
        let first = SqliteStore::open(name, worker(1)).unwrap();
        let error = SqliteStore::open(folder.join(name), worker(2)).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::HeldByWorker, "{name}");
        drop(first);
        for path in [folder.join(name), name.into()] {
            SqliteStore::open(path, Role::Reader).unwrap();
        }
    }
    assert!(!folder.join("a.db").exists());
}

#[test]
fn who_works_on_it_is_known_while_it_does() {
    let outbox = Outbox::new();
    assert_eq!(worker_process(&outbox.path), None, "there is no file");
    let store = outbox.open(worker(1)).unwrap();
    assert_eq!(worker_process(&outbox.path), Some(std::process::id()));
    drop(store);
    assert_eq!(worker_process(&outbox.path), None);
    let _visitor = outbox.open(Role::Visitor).unwrap();
    assert_eq!(worker_process(&outbox.path), None, "a visitor is no worker");
}

#[test]
fn a_look_who_works_on_it_keeps_no_worker_from_starting() {
    let outbox = Outbox::new();
    let path = outbox.path.clone();
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let looks = std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            let _ = worker_process(&path);
        }
    });
    for start in 0..50 {
        drop(outbox.open(worker(start)).unwrap());
    }
    is_over.store(true, Ordering::Relaxed);
    looks.join().unwrap();
}

#[tokio::test]
async fn others_read_and_command_while_a_worker_runs() {
    let outbox = Outbox::new();
    let first = outbox.open(worker(1)).unwrap();
    let visitor = outbox.open(Role::Visitor).unwrap();
    let reader = outbox.open(Role::Reader).unwrap();
    visitor.accept(vec![lead("a")], now()).await.unwrap();
    assert_eq!(reader.counts().await.unwrap()[0].deliveries, 1);
    visitor.control(Control::Pause("main".into()), now()).await.unwrap();
    assert!(first.claim(request(9), now()).await.unwrap().claims.is_empty());
    visitor.control(Control::Resume("main".into()), now()).await.unwrap();
    assert_eq!(first.claim(request(9), now()).await.unwrap().claims.len(), 1);
}

#[tokio::test]
async fn only_a_worker_delivers_and_a_reader_changes_nothing() {
    let outbox = Outbox::new();
    assert_eq!(
        outbox.error(Role::Reader).kind(),
        StoreErrorKind::Io,
        "there is no file"
    );
    let visitor = outbox.open(Role::Visitor).unwrap();
    let reader = outbox.open(Role::Reader).unwrap();
    let kind = |error: StoreError| error.kind();
    let claimed = visitor.claim(request(1), now()).await;
    assert_eq!(claimed.map_err(kind).unwrap_err(), StoreErrorKind::NotAWorker);
    let accepted = reader.accept(vec![lead("a")], now()).await;
    assert_eq!(accepted.map_err(kind).unwrap_err(), StoreErrorKind::ReadOnly);
}

#[test]
fn its_files_are_private() {
    let outbox = Outbox::new();
    let _store = outbox.open(worker(1)).unwrap();
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let path = format!("{}{suffix}", outbox.path.display());
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}

#[tokio::test]
async fn a_closed_outbox_is_one_file() {
    let outbox = Outbox::new();
    let store = outbox.open(worker(1)).unwrap();
    store.accept(vec![lead("a")], now()).await.unwrap();
    assert_eq!(store.counts().await.unwrap().len(), 1);
    drop(store);
    let mut names = std::fs::read_dir(outbox.path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect::<Vec<_>>();
    names.sort();
    assert_eq!(names, ["outbox.db", "outbox.db.lock"]);
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_alone() {
    let outbox = Outbox::new();
    let text = "name,phone\n".repeat(1000);
    std::fs::write(&outbox.path, &text).unwrap();
    assert_eq!(outbox.error(worker(1)).kind(), StoreErrorKind::Foreign);
    assert_eq!(std::fs::read_to_string(&outbox.path).unwrap(), text);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let outbox = Outbox::new();
    let error = SqliteStore::open(outbox.path.join("outbox.db"), worker(1)).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Io);
}

#[tokio::test]
async fn a_damaged_page_is_an_error_and_no_panic() {
    let outbox = Outbox::new();
    let store = outbox.open(worker(1)).unwrap();
    let leads = (0..500).map(|n| lead(&format!("lead-{n}"))).collect();
    store.accept(leads, now()).await.unwrap();
    drop(store);
    let file = std::fs::OpenOptions::new().write(true).open(&outbox.path).unwrap();
    let length = file.metadata().unwrap().len();
    // All but the first page, which says that it is a database of ours.
    for page in 1..length / 8192 {
        file.write_all_at(&[0xff; 8192], page * 8192).unwrap();
    }
    drop(file);
    let kind = match outbox.open(worker(2)) {
        Err(error) => error.kind(),
        Ok(store) => store.claim(request(500), now()).await.unwrap_err().kind(),
    };
    assert_eq!(kind, StoreErrorKind::Corrupt);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_at_once_each_get_their_own_answer() {
    let outbox = Outbox::new();
    let store = Arc::new(outbox.open(worker(1)).unwrap());
    let calls = (0..64_u32).map(|caller| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut new = 0;
            for n in 0..20 {
                // Half of the keys are each caller's own, half are everybody's.
                let own = [format!("{caller}-{n}"), format!("all-{n}")];
                let leads = own.iter().map(|key| lead(key)).collect();
                let answers = store.accept(leads, now()).await.unwrap();
                assert!(matches!(answers[0], Accepted::New { .. }));
                new += usize::from(matches!(answers[1], Accepted::New { .. }));
            }
            new
        })
    });
    let mut new = 0;
    for call in calls.collect::<Vec<_>>() {
        new += call.await.unwrap();
    }
    assert_eq!(new, 20, "each shared key is new once");
    let query = Query {
        limit: 10_000,
        ..Query::default()
    };
    assert_eq!(store.list(query).await.unwrap().deliveries.len(), 64 * 20 + 20);
}
