//! Opens the outbox to work on, or to file in where somebody else works on it.

use std::path::Path;
use std::sync::Arc;

use leadsink::Timestamp;
use leadsink::outbox::sqlite::Role;
use leadsink::outbox::{SqliteStore, StoreErrorKind, WorkerId};

use crate::exit::CliError;
use crate::ledger::trouble;

/// An open outbox.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) store: Arc<SqliteStore>,
    /// Whether this process delivers.
    pub(super) is_worker: bool,
}

/// Opens an outbox, which is made where there is none.
pub(super) fn open(path: &Path) -> Result<Open, CliError> {
    match worker(path) {
        Ok(store) => Ok(Open { store, is_worker: true }),
        Err(error) if error.kind() == StoreErrorKind::HeldByWorker => {
            let store = SqliteStore::open(path, Role::Visitor).map_err(|error| trouble(&error, path))?;
            Ok(Open {
                store: Arc::new(store),
                is_worker: false,
            })
        }
        Err(error) => Err(trouble(&error, path)),
    }
}

/// Opens an outbox to work on it.
pub(super) fn open_to_work(path: &Path) -> Result<Arc<SqliteStore>, CliError> {
    worker(path).map_err(|error| trouble(&error, path))
}

fn worker(path: &Path) -> Result<Arc<SqliteStore>, leadsink::outbox::StoreError> {
    let worker = WorkerId::new(Timestamp::now(), super::random());
    SqliteStore::open(path, Role::Worker(worker)).map(Arc::new)
}
