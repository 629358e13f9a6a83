//! What the benches of the stores have in common.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use leadsink_core::{LeadId, Repeat, Timestamp};
use leadsink_outbox::{
    Answer, Begin, Claim, ClaimRequest, Ending, Finish, LeadStore, LeadUid, NewDelivery, NewLead, RawHash, StoreError,
    Verdict, Wanted,
};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

pub(crate) type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// So often with and without a history, of which the median is shown.
pub(crate) const ROUNDS: usize = 5;

/// What was given on the command line. Run by `cargo test`, a bench only shows that it runs.
pub(crate) struct Given {
    args: Vec<String>,
    pub(crate) rows: usize,
    /// By what the counts are divided.
    pub(crate) scale: usize,
}

impl Given {
    pub(crate) fn read() -> Result<Self> {
        let args = std::env::args().collect::<Vec<_>>();
        let is_bench = args.iter().any(|arg| arg == "--bench");
        let mut given = Self {
            args,
            rows: 1000,
            scale: 100,
        };
        if is_bench {
            given.rows = given.value("--rows").map_or(Ok(100_000), str::parse)?;
            given.scale = 1;
        }
        Ok(given)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let at = self.args.iter().position(|arg| arg == name)?;
        self.args.get(at + 1).map(String::as_str)
    }
}

/// Prints a rate, and beside it what one sync of the disk took just before.
pub(crate) fn report(folder: &Path, what: &str, rate: impl FnOnce() -> Result<f64>) -> Result<()> {
    let sync = sync(folder)?.as_secs_f64() * 1e6;
    println!("{what:<40} {:>7.0} /s  (sync {sync:>5.0} µs)", rate()?);
    Ok(())
}

/// Prints how two rates compare.
pub(crate) fn compare(what: &str, ratio: f64) {
    println!("{what:<40} {ratio:>7.2}");
}

pub(crate) fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The median time of a write of a page that reaches the disk.
pub(crate) fn sync(folder: &Path) -> Result<Duration> {
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

/// A body as large as a lead with a certificate and a note.
pub(crate) fn padding() -> Bytes {
    Bytes::from(vec![b'x'; 1200])
}

pub(crate) fn lead(key: &str, body: &Bytes) -> NewLead {
    NewLead {
        uid: LeadUid::new(Timestamp::now(), [3; 10]),
        source: "file".into(),
        key: LeadId::new(key).expect("a key"),
        raw_hash: RawHash([7; 32]),
        body: body.clone(),
        update: false,
        deliveries: vec![NewDelivery {
            sink: "main".into(),
            callback_token: None,
            merges: false,
        }],
    }
}

/// So many clients, each with one call at a time. Leads a second.
pub(crate) fn accept(
    runtime: &Runtime,
    store: &Arc<dyn LeadStore>,
    clients: usize,
    batch: usize,
    leads: usize,
) -> Result<f64> {
    let calls = (leads / clients / batch).max(1);
    let (body, start) = (padding(), Instant::now());
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for client in 0..clients {
            let (store, body) = (Arc::clone(store), body.clone());
            tasks.spawn(async move {
                for call in 0..calls {
                    let leads = (0..batch).map(|n| lead(&format!("{clients}-{batch}-{client}-{call}-{n}"), &body));
                    store.accept(leads.collect(), Timestamp::now()).await?;
                }
                Ok::<_, StoreError>(())
            });
        }
        tasks.join_all().await.into_iter().collect::<Result<(), _>>()
    })?;
    Ok((calls * clients * batch) as f64 / start.elapsed().as_secs_f64())
}

pub(crate) async fn fill(store: &dyn LeadStore, leads: usize, body: &Bytes) -> Result<(), StoreError> {
    let now = Timestamp::now();
    for batch in 0..leads.div_ceil(500) {
        let keys = (0..500.min(leads)).map(|n| format!("{}-{batch}-{n}", now.as_nanosecond()));
        store.accept(keys.map(|key| lead(&key, body)).collect(), now).await?;
    }
    Ok(())
}

/// As large as the request that a lead becomes.
const PREPARED: usize = 900;

/// For how long a claim holds.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

pub(crate) fn request(slots: usize) -> ClaimRequest {
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

pub(crate) fn begin(claim: &Claim) -> Begin {
    Begin {
        fence: claim.fence,
        prepared: Bytes::from(vec![b'y'; PREPARED]),
        repeat: Repeat::Safe,
    }
}

pub(crate) fn finish(claim: &Claim) -> Finish {
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

/// Finished deliveries, made in large batches.
pub(crate) fn history(runtime: &Runtime, store: &dyn LeadStore, rows: usize) -> Result<(), StoreError> {
    let body = padding();
    runtime.block_on(async {
        for _ in 0..rows.div_ceil(500) {
            fill(store, 500, &body).await?;
            let now = Timestamp::now();
            let claims = store.claim(request(500), now).await?.claims;
            store.begin(claims.iter().map(begin).collect(), LEASE, now).await?;
            store.finish(claims.iter().map(finish).collect(), now).await?;
        }
        Ok(())
    })
}
