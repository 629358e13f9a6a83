//! The rules that every store keeps, against each store.

use std::sync::Arc;

use leadsink_outbox::conformance::Bed;
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{LeadStore, SqliteStore, WorkerId};
use tempfile::TempDir;

struct SqliteBed {
    folder: TempDir,
    store: Option<Arc<SqliteStore>>,
    starts: u8,
}

impl SqliteBed {
    async fn new() -> Option<Self> {
        let mut bed = Self {
            folder: TempDir::new().unwrap(),
            store: None,
            starts: 0,
        };
        bed.start();
        Some(bed)
    }

    fn start(&mut self) {
        self.starts += 1;
        let worker = WorkerId::new(leadsink_core::Timestamp::UNIX_EPOCH, [self.starts; 10]);
        let store = SqliteStore::open(self.folder.path().join("outbox.db"), Role::Worker(worker));
        self.store = Some(Arc::new(store.unwrap()));
    }
}

#[async_trait::async_trait]
impl Bed for SqliteBed {
    fn store(&self) -> Arc<dyn LeadStore> {
        self.store.clone().unwrap()
    }

    async fn restart(&mut self) {
        self.store = None;
        self.start();
    }
}

mod sqlite {
    use super::SqliteBed;

    leadsink_outbox::conformance!(SqliteBed::new);
}

mod postgres {
    use crate::postgres::PostgresBed;

    leadsink_outbox::conformance!(PostgresBed::new);
}
