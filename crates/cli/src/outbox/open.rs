//! Opens outboxes. To be used within the runtime that asks them later.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leadsink::outbox::sqlite::{Role, worker_process};
use leadsink::outbox::transfer::Mark;
use leadsink::outbox::{LeadStore, PostgresStore, SqliteStore, StoreError, StoreErrorKind};

use super::place::{At, OutboxPlace};
use super::trouble::{missing, trouble};
use crate::exit::CliError;

/// An open outbox.
#[derive(Debug)]
pub(crate) enum Store {
    File(Arc<SqliteStore>, PathBuf),
    Server(Arc<PostgresStore>),
}

/// Who works on an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Workers {
    /// How many there are.
    pub(crate) count: u64,
    /// The process of the one that has a file.
    pub(crate) process: Option<u32>,
}

impl Store {
    /// What it keeps.
    pub(crate) fn leads(&self) -> Arc<dyn LeadStore> {
        match self {
            Self::File(store, _) => Arc::clone(store) as Arc<dyn LeadStore>,
            Self::Server(store) => Arc::clone(store) as Arc<dyn LeadStore>,
        }
    }

    /// What it says of a move that it has a part in.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) async fn mark(&self) -> Result<Option<Mark>, StoreError> {
        match self {
            Self::File(store, _) => store.mark().await,
            Self::Server(store) => store.mark().await,
        }
    }

    /// Who works on it.
    ///
    /// # Errors
    /// When a server does not say it.
    pub(crate) async fn workers(&self) -> Result<Workers, StoreError> {
        match self {
            Self::File(_, path) => {
                let process = worker_process(path);
                let count = u64::from(process.is_some());
                Ok(Workers { count, process })
            }
            Self::Server(store) => {
                let count = store.workers().await?;
                Ok(Workers { count, process: None })
            }
        }
    }
}

/// Opens an outbox in a role. Where there is none, a worker and a visitor make one.
///
/// # Errors
/// When it cannot be opened.
pub(crate) async fn open(place: &OutboxPlace, role: Role) -> Result<Store, StoreError> {
    match place.at() {
        At::File(path) => {
            let store = SqliteStore::open(path, role)?;
            Ok(Store::File(Arc::new(store), path.clone()))
        }
        At::Server(address) => {
            let store = PostgresStore::open(address, role).await?;
            Ok(Store::Server(Arc::new(store)))
        }
    }
}

/// Opens an outbox that is there, and makes none.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub(crate) async fn find(place: &OutboxPlace, role: Role) -> Result<Store, CliError> {
    let is_there = match place.at() {
        At::File(path) => is_file(path)?,
        // To open it for more than reading would make one.
        At::Server(_) if role != Role::Reader => is_served(place).await?,
        At::Server(_) => true,
    };
    if !is_there {
        return Err(missing(place));
    }
    open(place, role).await.map_err(|error| match error.kind() {
        StoreErrorKind::Missing => missing(place),
        _ => trouble(&error, place),
    })
}

fn is_file(path: &Path) -> Result<bool, CliError> {
    // To open an empty file for more than reading would make an outbox of it.
    match path.metadata() {
        Ok(file) if file.is_dir() => {
            let message = format!("`{}` is a folder; name the file of an outbox", path.display());
            Err(CliError::new(message))
        }
        Ok(file) => Ok(!file.is_file() || file.len() > 0),
        Err(error) => Ok(error.kind() != ErrorKind::NotFound),
    }
}

async fn is_served(place: &OutboxPlace) -> Result<bool, CliError> {
    match open(place, Role::Reader).await.map_err(|error| (error.kind(), error)) {
        Ok(_) | Err((StoreErrorKind::OlderSchema, _)) => Ok(true),
        Err((StoreErrorKind::Missing, _)) => Ok(false),
        Err((_, error)) => Err(trouble(&error, place)),
    }
}
