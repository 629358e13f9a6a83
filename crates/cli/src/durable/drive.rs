//! The run itself: rows are filed and deliveries made side by side, until all is done or somebody says stop.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, pending};
use leadsink::Timestamp;
use leadsink::outbox::{Control, Dispatcher, Handle, Lane, LaneSetup, LeadStore, QuotaRule, State, StoreError};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::books::{SharedBooks, Watch};
use super::filing::Filed;
use super::live::{Live, line, until_clock};
use crate::output::{self, count, plural};

/// The view is written anew so often, and the outbox asked about its lanes.
const TICK: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_secs(1);

/// A further signal so soon after the first is the same one, as for the plain send.
const SAME_SIGNAL: Duration = Duration::from_secs(1);

/// A run that is ready to begin.
#[derive(Debug)]
pub(super) struct Drive {
    pub(super) store: Arc<dyn LeadStore>,
    pub(super) lanes: Vec<LaneSetup>,
    pub(super) books: SharedBooks,
    pub(super) live: Live,
    pub(super) handle: Handle,
    /// For how long a claim waits for this worker, where it is told.
    pub(super) lease: Option<Duration>,
    /// Whether it goes on when nothing is due.
    pub(super) watches: bool,
}

/// How a run ended.
#[derive(Debug, Default)]
pub(super) struct Driven {
    pub(super) filed: Filed,
    /// Whether all rows that were asked for are in the outbox.
    pub(super) is_all_filed: bool,
    pub(super) interrupted: bool,
    /// Why the outbox failed.
    pub(super) failed: Option<StoreError>,
    /// Deliveries that were not waited for.
    pub(super) left: usize,
    pub(super) seconds: f64,
}

impl Drive {
    /// Runs to the end.
    pub(super) async fn run(
        mut self,
        filing: Option<impl Future<Output = Result<Filed, StoreError>>>,
        stop: &mut mpsc::Receiver<()>,
    ) -> Driven {
        let begin = Instant::now();
        let mut driven = Driven {
            is_all_filed: filing.is_none(),
            ..Driven::default()
        };
        if let Err(error) = self.prepare().await {
            driven.failed = Some(error);
            return driven;
        }
        let delivers = !self.lanes.is_empty();
        let quotas: Vec<_> = self.lanes.iter().map(LaneSetup::quotas).collect();
        let mut dispatcher =
            Dispatcher::new(Arc::clone(&self.store), &self.handle).with_observer(Arc::new(Watch(self.books.clone())));
        if let Some(lease) = self.lease {
            dispatcher = dispatcher.with_lease(lease);
        }
        for lane in std::mem::take(&mut self.lanes) {
            dispatcher = dispatcher.with_lane(lane);
        }
        let mut working = std::pin::pin!(dispatcher.run());
        let mut files = filing.is_some();
        if !files && !self.watches {
            self.handle.drain();
        }
        let mut filing = std::pin::pin!(filing.map_or_else(|| Either::Left(pending()), Either::Right));
        let mut works = delivers;
        let mut stopped: Option<Instant> = None;
        let mut tick = tokio::time::interval(TICK);
        let mut looked: Option<Instant> = None;
        let mut seen = Seen::default();
        while files || works {
            tokio::select! {
                biased;
                Some(()) = stop.recv() => {
                    let first = stopped.is_none();
                    let since = *stopped.get_or_insert_with(Instant::now);
                    if first || since.elapsed() >= SAME_SIGNAL {
                        self.handle.stop();
                        self.say_stop(first);
                    }
                }
                filed = &mut filing, if files => {
                    files = false;
                    match filed {
                        Ok(filed) => {
                            driven.is_all_filed = filed.summary.is_some() && filed.trouble.is_none();
                            driven.filed = filed;
                        }
                        Err(error) => driven.failed = Some(error),
                    }
                    if !self.watches {
                        self.handle.drain();
                    }
                }
                ended = &mut working, if works => {
                    works = false;
                    match ended {
                        Ok(stopped) => driven.left = stopped.left,
                        Err(error) => {
                            driven.failed = Some(error);
                            // What is not filed stays in the file.
                            break;
                        }
                    }
                }
                _ = tick.tick() => {
                    if delivers {
                        if looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
                            looked = Some(Instant::now());
                            seen = self.look(&quotas).await;
                        }
                        self.show(&seen, files);
                    }
                }
            }
        }
        self.say_all();
        self.live.clear();
        driven.interrupted = stopped.is_some();
        driven.seconds = begin.elapsed().as_secs_f64();
        driven
    }

    /// Counts what is due from before, and lets lanes go that were held: whoever starts anew has mended the account, or learns
    /// again what is wrong.
    async fn prepare(&self) -> Result<(), StoreError> {
        let names: Vec<_> = self
            .books
            .lock()
            .sinks
            .iter()
            .map(|book| Arc::clone(&book.name))
            .collect();
        if self.lanes.is_empty() {
            return Ok(());
        }
        for name in &names {
            self.store
                .control(Control::EndHold(Arc::clone(name)), Timestamp::now())
                .await?;
        }
        self.count_due().await
    }

    /// Counts what is due, also what others have filed.
    async fn count_due(&self) -> Result<(), StoreError> {
        let counts = self.store.counts().await?;
        let mut books = self.books.lock();
        for book in &mut books.sinks {
            let due = counts
                .iter()
                .filter(|count| count.sink == book.name && matches!(count.state, State::Due | State::Leased));
            book.due = due.map(|count| count.deliveries).sum();
        }
        Ok(())
    }

    /// What the outbox says of its lanes, and what is left of their quotas. A look that fails shows nothing; the work itself
    /// tells of it.
    async fn look(&self, quotas: &[Vec<QuotaRule>]) -> Seen {
        let now = Timestamp::now();
        // Others may file; whoever files here counts it.
        if self.watches && self.count_due().await.is_err() {
            return Seen::default();
        }
        let names: Vec<_> = self
            .books
            .lock()
            .sinks
            .iter()
            .map(|book| Arc::clone(&book.name))
            .collect();
        let mut seen = Seen {
            lanes: self.store.lanes().await.unwrap_or_default(),
            quotas: Vec::new(),
        };
        for (name, rules) in names.iter().zip(quotas) {
            let text = if rules.is_empty() {
                "-".to_owned()
            } else {
                match self.store.take(name, rules.clone(), 0, now).await {
                    Ok(grant) if grant.left > 0 => count(grant.left.into()),
                    Ok(grant) => grant
                        .next_at
                        .map_or("-".to_owned(), |at| format!("wait {}", until_clock(at, now))),
                    Err(_) => String::new(),
                }
            };
            seen.quotas.push(text);
        }
        seen
    }

    fn show(&mut self, seen: &Seen, files: bool) {
        self.say_all();
        if !self.live.is_due() {
            return;
        }
        let now = Timestamp::now();
        let numbers = self.handle.numbers();
        let books = self.books.lock();
        let lines: Vec<_> = (0..books.sinks.len())
            .map(|sink| {
                let book = &books.sinks[sink];
                let rates = self.live.rates(sink, book.tally.sent());
                let of_lane = |numbers: &&leadsink::outbox::LaneNumbers| numbers.sink == book.name;
                line(
                    &books,
                    sink,
                    numbers.iter().find(of_lane),
                    seen.lanes.iter().find(|lane| lane.sink == book.name),
                    seen.quotas.get(sink).cloned().unwrap_or_default(),
                    rates,
                    now,
                )
            })
            .collect();
        let rows = plural(books.rows, "row");
        drop(books);
        let head = match (self.handle.halt().is_halted(), files) {
            (true, _) => "stopping: what is under way may still end".to_owned(),
            (false, true) => format!("{rows} filed, reading on"),
            (false, false) if self.watches => "watching; Ctrl-C ends it".to_owned(),
            (false, false) => "all rows are filed; Ctrl-C is safe, `leadsink work` goes on".to_owned(),
        };
        self.live.show(&head, &lines);
    }

    fn say_all(&self) {
        let sayings = std::mem::take(&mut self.books.lock().sayings);
        for saying in sayings {
            self.live.say(output::warn, &saying);
        }
    }

    fn say_stop(&self, first: bool) {
        let in_flight: u32 = self.handle.numbers().iter().map(|numbers| numbers.in_flight).sum();
        let leads = plural(in_flight.into(), "lead");
        if first {
            let text = if in_flight == 0 {
                "stopping; nothing is under way, and what is due stays due".to_owned()
            } else {
                format!(
                    "stopping; {leads} under way may still end, and what is due stays due. Once more, in a second or later, stops at \
                     once and leaves what is under way in doubt"
                )
            };
            self.live.say(output::note, &text);
        } else {
            self.live.say(
                output::warn,
                &format!("stopped at once; {leads} may or may not have arrived"),
            );
        }
    }
}

/// What the outbox said of the lanes.
#[derive(Debug, Default)]
struct Seen {
    lanes: Vec<Lane>,
    quotas: Vec<String>,
}
