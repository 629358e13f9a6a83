//! How fast the PostgreSQL store is: accepting, and delivering by dispatchers to a sink that does nothing, with and without a
//! history, and with several workers, also to one that takes 50 ms.
//!
//! `cargo xtask postgres cargo bench -p leadsink-outbox --bench postgres -- --rows 1000000` starts a server and takes a longer
//! history than the 100,000 rows by default. Beside every figure stands the time that one sync of the disk took just before.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use leadsink_core::{
    DeliverContext, Descriptor, Draft, HttpRequest, HttpResponse, Lead, LeadSink, Outcome, PrepareContext, Prepared,
    Receipt, Repeat, Secret, Timestamp, Transport, TransportError, Unfit,
};
use leadsink_outbox::postgres::{Address, Role};
use leadsink_outbox::{
    Dispatcher, Event, Handle, LaneSetup, LeadStore, Observer, PostgresStore, WorkerId, encode_lead,
};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::NoTls;

use self::support::{Given, ROUNDS, Result, accept, compare, fill, history, median, report};

/// Where `cargo xtask postgres` says that a server is.
const SERVER: &str = "LEADSINK_TEST_POSTGRES";

fn main() -> Result<()> {
    let given = Given::read()?;
    let (rows, scale) = (given.rows, given.scale);
    let Ok(server) = std::env::var(SERVER) else {
        println!("no PostgreSQL: run `cargo xtask postgres cargo bench -p leadsink-outbox --bench postgres`");
        return Ok(());
    };
    let folder = Path::new(given.value("--folder").unwrap_or(env!("CARGO_TARGET_TMPDIR")));
    let bench = Bench {
        server,
        runtime: runtime()?,
    };

    bench.clean("accept")?;
    let store = bench.runtime.block_on(bench.open("accept", 1))?;
    for (what, clients, batch, leads) in [
        ("accept, one client", 1, 1, 5_000),
        ("accept, 64 clients", 64, 1, 60_000),
        ("accept, batches of 500", 1, 500, 100_000),
    ] {
        report(folder, what, || {
            accept(&bench.runtime, &store, clients, batch, leads / scale)
        })?;
    }
    bench.runtime.block_on(async { drop(store) });

    bench.clean("long")?;
    let store = bench.runtime.block_on(bench.open("long", 1))?;
    history(&bench.runtime, &*store, rows)?;
    bench.runtime.block_on(async { drop(store) });
    for slots in [32, 256] {
        // In turn, so that a machine's bad moment does not fall on one side only.
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            bench.clean("short")?;
            for (schema, rates) in [("short", &mut without), ("long", &mut with)] {
                rates.push(bench.deliver(schema, 1, slots, Duration::ZERO, 20_000 / scale)?);
            }
        }
        let (without, with) = (median(&mut without), median(&mut with));
        report(folder, &format!("deliver, {slots} slots"), || Ok(without))?;
        report(folder, &format!("deliver, {slots} slots, after {rows}"), || Ok(with))?;
        compare("  beside none", with / without);
    }

    for (takes, leads) in [(Duration::ZERO, 20_000), (Duration::from_millis(50), 6_000)] {
        bench.compare_workers(folder, takes, leads / scale)?;
    }
    bench.drop_all()
}

struct Bench {
    server: String,
    runtime: Runtime,
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

impl Bench {
    fn execute(&self, sql: &str) -> Result<()> {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.server, NoTls).await?;
            let connection = tokio::spawn(connection);
            client.batch_execute(sql).await?;
            drop(client);
            connection.await??;
            Ok(())
        })
    }

    /// An empty schema.
    fn clean(&self, schema: &str) -> Result<()> {
        self.execute(&format!(
            "DROP SCHEMA IF EXISTS bench_{schema} CASCADE; CREATE SCHEMA bench_{schema}"
        ))
    }

    fn drop_all(&self) -> Result<()> {
        ["accept", "long", "short"]
            .iter()
            .try_for_each(|schema| self.execute(&format!("DROP SCHEMA IF EXISTS bench_{schema} CASCADE")))
    }

    async fn open(&self, schema: &str, worker: u8) -> Result<Arc<dyn LeadStore>> {
        let url = format!("{}?options=-csearch_path%3Dbench_{schema}", self.server);
        let worker = WorkerId::new(Timestamp::now(), [worker; 10]);
        let address = Address::parse(&Secret::new(url))?;
        Ok(Arc::new(PostgresStore::open(&address, Role::Worker(worker)).await?))
    }

    /// One, two and four workers in turn, to a vendor that takes so long.
    fn compare_workers(&self, folder: &Path, takes: Duration, leads: usize) -> Result<()> {
        let workers = [1, 2, 4];
        let mut rates = workers.map(|_| Vec::new());
        for _ in 0..ROUNDS {
            for (workers, rates) in workers.iter().zip(&mut rates) {
                self.clean("short")?;
                rates.push(self.deliver("short", *workers, 64, takes, leads)?);
            }
        }
        let rates = rates.each_mut().map(|rates| median(rates));
        for (workers, rate) in workers.iter().zip(rates) {
            let what = format!("{workers} workers of 64 slots, {} ms", takes.as_millis());
            report(folder, &what, || Ok(rate))?;
            compare("  beside one worker", rate / rates[0]);
        }
        Ok(())
    }

    /// So many workers, each with its own connections, on a thread of its own. Deliveries a second.
    fn deliver(&self, schema: &str, workers: u8, slots: u32, takes: Duration, leads: usize) -> Result<f64> {
        let lead = Lead::builder().id("bench").notes("x".repeat(1000)).build()?;
        let body = encode_lead(&lead)?;
        let store = self.runtime.block_on(async {
            let store = self.open(schema, 9).await?;
            fill(&*store, leads, &body).await?;
            Ok::<_, Box<dyn std::error::Error>>(store)
        })?;
        self.runtime.block_on(async { drop(store) });
        let ended = Arc::new(Ended {
            left: AtomicUsize::new(leads),
            handles: Mutex::default(),
        });
        let started = Instant::now();
        thread::scope(|scope| {
            let work = |worker| {
                let ended = Arc::clone(&ended);
                move || {
                    self.work(schema, worker, slots, takes, &ended)
                        .map_err(|error| error.to_string())
                }
            };
            let threads: Vec<_> = (1..=workers).map(|worker| scope.spawn(work(worker))).collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(done) => done,
                Err(_) => Err("a worker panicked".to_owned()),
            })
        })?;
        Ok(leads as f64 / started.elapsed().as_secs_f64())
    }

    fn work(&self, schema: &str, worker: u8, slots: u32, takes: Duration, ended: &Arc<Ended>) -> Result<()> {
        runtime()?.block_on(async {
            let store = self.open(schema, worker).await?;
            let handle = Handle::new();
            ended.handles().push(handle.clone());
            // The others may have been quick.
            if ended.left.load(Ordering::SeqCst) == 0 {
                handle.stop();
            }
            let lane = LaneSetup::new("main", Arc::new(Noop { takes }), Arc::new(Nowhere)).with_slots(slots);
            Dispatcher::new(store, &handle)
                .with_lane(lane)
                .with_observer(Arc::clone(ended) as Arc<dyn Observer>)
                .run()
                .await?;
            Ok(())
        })
    }
}

/// Stops all workers once everything is delivered.
#[derive(Debug)]
struct Ended {
    left: AtomicUsize,
    handles: Mutex<Vec<Handle>>,
}

impl Ended {
    fn handles(&self) -> MutexGuard<'_, Vec<Handle>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Ended {
    fn observe(&self, event: &Event<'_>) {
        if matches!(event, Event::Ended { .. }) && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.handles().iter().for_each(Handle::stop);
        }
    }
}

/// A vendor's crate without a vendor.
#[derive(Debug)]
struct Noop {
    /// How long an answer takes.
    takes: Duration,
}

#[async_trait::async_trait]
impl LeadSink for Noop {
    fn descriptor(&self) -> &Descriptor {
        const FACTS: &Descriptor = &Descriptor::new("noop", "No-op", "");
        FACTS
    }

    fn prepare(&self, _: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        let url = "https://noop.invalid/"
            .parse()
            .unwrap_or_else(|_| unreachable!("it is one"));
        Ok(Prepared::new(Draft::post_json(url, vec![b'y'; 900]), Repeat::Safe))
    }

    async fn deliver(&self, _: &Prepared, _: &DeliverContext) -> leadsink_core::Result<Outcome> {
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        Ok(Outcome::Accepted(Receipt::new()))
    }
}

/// The way to no vendor.
#[derive(Debug)]
struct Nowhere;

#[async_trait::async_trait]
impl Transport for Nowhere {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        unreachable!("nothing is sent")
    }
}
