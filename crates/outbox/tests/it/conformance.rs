//! The rules that every store keeps, against the embedded one.

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
    async fn new() -> Self {
        let mut bed = Self {
            folder: TempDir::new().unwrap(),
            store: None,
            starts: 0,
        };
        bed.start();
        bed
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

leadsink_outbox::conformance!(SqliteBed::new);
