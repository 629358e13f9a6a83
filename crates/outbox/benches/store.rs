//! How fast the embedded store is: accepting, and delivering to a sink that does nothing, with and without a history.
//!
//! `cargo bench -p leadsink-outbox -- --rows 1000000` takes a longer history than the 100,000 rows by default; `--folder` names
//! another disk. Beside every figure stands the time that one sync of the disk took just before.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use leadsink_core::{LeadId, Repeat, Timestamp};
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{
    Answer, Begin, Claim, ClaimRequest, Ending, Finish, LeadStore, LeadUid, NewDelivery, NewLead, RawHash, SqliteStore,
    StoreError, Verdict, Wanted, WorkerId,
};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// As large as a lead with a certificate and a note, and as the request that it becomes.
const BODY: usize = 1200;
const PREPARED: usize = 900;

const LEASE: Duration = Duration::from_secs(30);

fn main() -> Result<()> {
    let args = std::env::args().collect::<Vec<_>>();
    // Run by `cargo test`, it only shows that it runs.
    let is_bench = args.iter().any(|arg| arg == "--bench");
    let value = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
    let rows = value("--rows").map_or(Ok(100_000), |rows| rows.parse::<usize>())?;
    let (rows, scale) = if is_bench { (rows, 1) } else { (1000, 100) };

    let folder = tempfile::Builder::new()
        .prefix("bench")
        .tempdir_in(value("--folder").map_or(env!("CARGO_TARGET_TMPDIR"), String::as_str))?;
    let (folder, runtime) = (folder.path(), Builder::new_current_thread().build()?);
    let report = |what: &str, rate: &dyn Fn() -> Result<f64>| -> Result<()> {
        let sync = sync(folder)?.as_secs_f64() * 1e6;
        println!("{what:<35} {:>7.0} /s  (sync {sync:>5.0} µs)", rate()?);
        Ok(())
    };

    let store = open(&folder.join("accept.db"))?;
    for (what, clients, batch, leads) in [
        ("accept, one client", 1, 1, 5_000),
        ("accept, 64 clients", 64, 1, 60_000),
        ("accept, batches of 500", 1, 500, 100_000),
        ("accept, 4 clients, batches of 500", 4, 500, 100_000),
    ] {
        report(what, &|| accept(&runtime, &store, clients, batch, leads / scale))?;
    }
    drop(store);

    let path = folder.join("deliver.db");
    for has_history in [false, true] {
        if has_history {
            // Closed again, so that what it left to be written does not slow down what is measured.
            history(&runtime, &*open(&path)?, rows)?;
            File::open(&path)?.sync_all()?;
        }
        let store = open(&path)?;
        for slots in [32, 256] {
            let after = if has_history { rows } else { 0 };
            let what = format!("deliver, {slots} slots, after {after}");
            report(&what, &|| deliver(&runtime, &store, slots, 40_000 / scale))?;
        }
    }
    Ok(())
}

/// The median time of a write of a page that reaches the disk.
fn sync(folder: &Path) -> Result<Duration> {
    let mut file = File::create(folder.join("sync"))?;
    let mut times = Vec::new();
    for _ in 0..100 {
        let start = Instant::now();
        file.write_all(&[1; 8192])?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}

fn open(path: &Path) -> Result<Arc<SqliteStore>> {
    let worker = WorkerId::new(Timestamp::now(), [1; 10]);
    Ok(Arc::new(SqliteStore::open(path, Role::Worker(worker))?))
}

fn lead(key: &str) -> NewLead {
    NewLead {
        uid: LeadUid::new(Timestamp::now(), [3; 10]),
        source: "file".into(),
        key: LeadId::new(key).expect("a key"),
        raw_hash: RawHash([7; 32]),
        body: Bytes::from(vec![b'x'; BODY]),
        update: false,
        deliveries: vec![NewDelivery {
            sink: "main".into(),
            callback_token: None,
            merges: false,
        }],
    }
}

/// So many clients, each with one call at a time. Leads a second.
fn accept(runtime: &Runtime, store: &Arc<SqliteStore>, clients: usize, batch: usize, leads: usize) -> Result<f64> {
    let calls = (leads / clients / batch).max(1);
    let start = Instant::now();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for client in 0..clients {
            let store = Arc::clone(store);
            tasks.spawn(async move {
                for call in 0..calls {
                    let leads = (0..batch).map(|n| lead(&format!("{clients}-{batch}-{client}-{call}-{n}")));
                    store.accept(leads.collect(), Timestamp::now()).await?;
                }
                Ok::<_, StoreError>(())
            });
        }
        tasks.join_all().await.into_iter().collect::<Result<(), _>>()
    })?;
    Ok((calls * clients * batch) as f64 / start.elapsed().as_secs_f64())
}

fn request(slots: usize) -> ClaimRequest {
    ClaimRequest {
        sink: "main".into(),
        slots: u32::try_from(slots).unwrap_or(u32::MAX),
        lease: LEASE,
        trial: LEASE,
        quotas: Vec::new(),
        max_attempts: u32::MAX,
        wanted: Wanted::Ordinary,
    }
}

fn begin(claim: &Claim) -> Begin {
    Begin {
        fence: claim.fence,
        prepared: Bytes::from(vec![b'y'; PREPARED]),
        repeat: Repeat::Safe,
    }
}

fn finish(claim: &Claim) -> Finish {
    let answer = Answer {
        vendor_ref: Some("12345678".to_owned()),
        status: Some(200),
        ..Answer::new(Verdict::Accepted)
    };
    Finish {
        fence: claim.fence,
        ending: Ending::Answered(answer),
    }
}

async fn fill(store: &SqliteStore, leads: usize) -> Result<(), StoreError> {
    let now = Timestamp::now();
    for batch in 0..leads.div_ceil(500) {
        let keys = (0..500.min(leads)).map(|n| format!("{}-{batch}-{n}", now.as_nanosecond()));
        store.accept(keys.map(|key| lead(&key)).collect(), now).await?;
    }
    Ok(())
}

/// Finished deliveries, made in large batches.
fn history(runtime: &Runtime, store: &SqliteStore, rows: usize) -> Result<(), StoreError> {
    runtime.block_on(async {
        for _ in 0..rows.div_ceil(500) {
            fill(store, 500).await?;
            let now = Timestamp::now();
            let claims = store.claim(request(500), now).await?.claims;
            store.begin(claims.iter().map(begin).collect(), LEASE, now).await?;
            store.finish(claims.iter().map(finish).collect(), now).await?;
        }
        Ok(())
    })
}

/// One task a delivery, as a worker does it: claims for free slots, an attempt written down, its end. Deliveries a second.
fn deliver(runtime: &Runtime, store: &Arc<SqliteStore>, slots: usize, leads: usize) -> Result<f64> {
    runtime.block_on(fill(store, leads))?;
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
