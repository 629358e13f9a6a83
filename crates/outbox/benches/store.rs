//! How fast the embedded store is: accepting, and delivering to a sink that does nothing, with and without a history.
//!
//! `cargo bench -p leadsink-outbox -- --rows 1000000` takes a longer history than the 100,000 rows by default; `--folder` names
//! another disk. Beside every figure stands the time that one sync of the disk took just before.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use leadsink_core::Timestamp;
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{LeadStore, SqliteStore, StoreError, WorkerId};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use self::support::{
    Given, LEASE, ROUNDS, Result, accept, begin, compare, fill, finish, history, median, padding, report, request,
};

fn main() -> Result<()> {
    let given = Given::read()?;
    let (rows, scale) = (given.rows, given.scale);
    let folder = tempfile::Builder::new()
        .prefix("bench")
        .tempdir_in(given.value("--folder").unwrap_or(env!("CARGO_TARGET_TMPDIR")))?;
    let (folder, runtime) = (folder.path(), Builder::new_current_thread().build()?);

    let store = open(&folder.join("accept.db"))?;
    for (what, clients, batch, leads) in [
        ("accept, one client", 1, 1, 5_000),
        ("accept, 64 clients", 64, 1, 60_000),
        ("accept, batches of 500", 1, 500, 100_000),
        ("accept, 4 clients, batches of 500", 4, 500, 100_000),
    ] {
        report(folder, what, || accept(&runtime, &store, clients, batch, leads / scale))?;
    }
    drop(store);

    let long = folder.join("long.db");
    // Closed again, and on the disk, so that what it left to be written does not slow down what is measured.
    history(&runtime, &*open(&long)?, rows)?;
    File::open(&long)?.sync_all()?;
    for slots in [32, 256] {
        // In turn, so that a machine's bad moment does not fall on one side only.
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let empty = folder.join(format!("{slots}-{round}.db"));
            for (path, rates) in [(&empty, &mut without), (&long, &mut with)] {
                rates.push(deliver(&runtime, &open(path)?, slots, 40_000 / scale)?);
            }
            std::fs::remove_file(empty)?;
        }
        let (without, with) = (median(&mut without), median(&mut with));
        report(folder, &format!("deliver, {slots} slots"), || Ok(without))?;
        report(folder, &format!("deliver, {slots} slots, after {rows}"), || Ok(with))?;
        compare("  beside none", with / without);
    }
    Ok(())
}

fn open(path: &Path) -> Result<Arc<dyn LeadStore>> {
    let worker = WorkerId::new(Timestamp::now(), [1; 10]);
    Ok(Arc::new(SqliteStore::open(path, Role::Worker(worker))?))
}

/// One task a delivery, as a worker does it: claims for free slots, an attempt written down, its end. Deliveries a second.
fn deliver(runtime: &Runtime, store: &Arc<dyn LeadStore>, slots: usize, leads: usize) -> Result<f64> {
    runtime.block_on(fill(&**store, leads, &padding()))?;
    let start = Instant::now();
    let delivered = runtime.block_on(async {
        let mut tasks = JoinSet::new();
        let mut delivered = 0;
        loop {
            let claims = store
                .claim(request(slots - tasks.len()), Timestamp::now())
                .await?
                .claims;
            for claim in claims {
                let store = Arc::clone(store);
                tasks.spawn(async move {
                    store.begin(vec![begin(&claim)], LEASE, Timestamp::now()).await?;
                    store.finish(vec![finish(&claim)], Timestamp::now()).await
                });
            }
            let Some(done) = tasks.join_next().await else {
                return Ok::<_, StoreError>(delivered);
            };
            done.unwrap_or_else(|_| unreachable!("no task panics"))?;
            delivered += 1;
            while let Some(done) = tasks.try_join_next() {
                done.unwrap_or_else(|_| unreachable!("no task panics"))?;
                delivered += 1;
            }
        }
    })?;
    Ok(f64::from(delivered) / start.elapsed().as_secs_f64())
}
