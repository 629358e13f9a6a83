//! A file that cannot be written, for who it is who runs. The system lets its administrator write everything, so what opens the
//! file is a process of its own, as nobody in particular where the tests run as root.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use leadsink_core::{LeadId, Timestamp};
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{LeadStore, LeadUid, NewLead, RawHash, SqliteStore, StoreErrorKind, WorkerId};
use tempfile::TempDir;

use crate::child::{self, Child, outbox, say};

const AS_NOBODY: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

fn worker() -> Role {
    Role::Worker(WorkerId::new(Timestamp::UNIX_EPOCH, [1; 10]))
}

fn lead(key: &str) -> NewLead {
    NewLead {
        uid: LeadUid::new(Timestamp::UNIX_EPOCH, [0; 10]),
        source: "file".into(),
        key: LeadId::new(key).unwrap(),
        raw_hash: RawHash([7; 32]),
        body: Bytes::from_static(b"{}"),
        update: false,
        deliveries: Vec::new(),
    }
}

/// Opens the outbox in each role and says what came of it.
#[tokio::test]
async fn visitor() {
    let Some(path) = outbox() else { return };
    for (name, role) in [
        ("worker", worker()),
        ("visitor", Role::Visitor),
        ("reader", Role::Reader),
    ] {
        let kind = match SqliteStore::open(&path, role) {
            Ok(store) => {
                let key = LeadId::new("a").unwrap();
                let read = store.lead(&key, None).await.map(|found| found.len());
                let written = store.accept(vec![lead("b")], Timestamp::UNIX_EPOCH).await;
                say(&format!("{name} reads {:?}", read.map_err(|error| error.kind())));
                written.map(drop)
            }
            Err(error) => Err(error),
        };
        say(&format!("{name} writes {:?}", kind.map_err(|error| error.kind())));
    }
}

/// How a child becomes somebody whom permissions bind; none where that cannot be done here.
fn bound_by_permissions(folder: &Path) -> Option<&'static [&'static str]> {
    if folder.metadata().unwrap().uid() != 0 {
        return Some(&[]);
    }
    let exe = std::env::current_exe().unwrap();
    let [program, args @ ..] = AS_NOBODY;
    let can_run = Command::new(program).args(args).args(["test", "-x"]).arg(exe).status();
    can_run.is_ok_and(|status| status.success()).then_some(&AS_NOBODY)
}

#[tokio::test]
async fn who_may_not_write_is_told_so_and_nothing_is_changed() {
    let folder = TempDir::new().unwrap();
    let Some(through) = bound_by_permissions(folder.path()) else {
        child::skipped("no program here gives up the rights of root");
        return;
    };
    let path = folder.path().join("outbox.db");
    let store = SqliteStore::open(&path, worker()).unwrap();
    store.accept(vec![lead("a")], Timestamp::UNIX_EPOCH).await.unwrap();
    drop(store);
    let before = std::fs::read(&path).unwrap();
    let mode = |path: &Path, mode| set_permissions(path, Permissions::from_mode(mode)).unwrap();
    // A file, and a folder that may hold nothing more: the files that SQLite needs beside it cannot be made.
    for (of_file, of_folder) in [(0o444, 0o777), (0o444, 0o555), (0o666, 0o555)] {
        mode(&path, of_file);
        mode(folder.path(), of_folder);
        let mut child = Child::start("readonly::visitor", &path, through);
        for role in ["worker", "visitor", "reader"] {
            if role == "reader" {
                assert_eq!(child.wait_for("reader reads"), "reader reads Ok(1)");
            }
            let told = child.wait_for(&format!("{role} writes"));
            assert_eq!(
                told,
                format!("{role} writes Err(ReadOnly)"),
                "{of_file:o} {of_folder:o}"
            );
        }
        assert!(child.end());
        assert!(std::fs::read(&path).unwrap() == before);
    }
    mode(folder.path(), 0o700);
    mode(&path, 0o600);
    let _ = std::fs::remove_file(folder.path().join("outbox.db.lock"));
    let store = SqliteStore::open(&path, worker()).unwrap();
    assert_eq!(store.lead(&LeadId::new("a").unwrap(), None).await.unwrap().len(), 1);
}

#[test]
fn a_folder_in_which_nobody_can_make_a_file_is_an_error() {
    // Not even root.
    let error = SqliteStore::open("/proc/outbox.db", worker()).unwrap_err();
    assert!(
        matches!(error.kind(), StoreErrorKind::Io | StoreErrorKind::ReadOnly),
        "{error}"
    );
}
