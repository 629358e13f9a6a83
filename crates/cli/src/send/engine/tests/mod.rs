//! Tests of a run against sinks without vendors; time is paused.

mod address;
mod apart;
mod context;
mod doubt;
mod pace;
mod quota;
mod stop;

use std::collections::HashMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use leadsink::intake::{self, ReadOptions};
use leadsink::{
    Attempt, DeliverContext, Descriptor, Disposition, Draft, Error, ErrorKind, HttpRequest, HttpResponse, HttpVendor,
    Lead, LeadSink, Outcome, PrepareContext, Prepared, Problem, Receipt, Repeat, Sender, Transport, TransportError,
    Unfit,
};
use tokio::sync::Notify;

use super::*;
use crate::send::fate::Fate;
use crate::send::feed::Fed;
use crate::send::inflight::Inflight;
use crate::send::rejects::Rejects;
use crate::send::report::Report;
use crate::source::Rows;

/// A sink that takes 10 ms and answers as it is told for a lead id.
#[derive(Debug, Default)]
struct Slow {
    answers: HashMap<&'static str, Error>,
    unfit: Option<&'static str>,
    under_way: AtomicUsize,
    most: AtomicUsize,
    order: Mutex<Vec<String>>,
    begun: Notify,
    hangs: bool,
    /// How long it takes more than 10 ms.
    more: Duration,
    last: Mutex<Option<tokio::time::Instant>>,
}

const FACTS: &Descriptor = &Descriptor::new("slow", "Slow", "");

#[async_trait::async_trait]
impl LeadSink for Slow {
    fn descriptor(&self) -> &Descriptor {
        FACTS
    }

    fn prepare(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        if self.unfit == Some(lead.id.as_str()) {
            return Err(Problem::new("required", "Slow needs `city`, and the lead has none").into());
        }
        let url = "https://slow.invalid/".parse().unwrap();
        Ok(Prepared::new(
            Draft::post_json(url, lead.id.as_str().to_owned()),
            Repeat::NeverBlindly,
        ))
    }

    async fn deliver(&self, prepared: &Prepared, _: &DeliverContext) -> leadsink::Result<Outcome> {
        let lead = String::from_utf8(prepared.request.body.to_vec()).unwrap();
        let under_way = self.under_way.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(under_way, SeqCst);
        self.order.lock().unwrap().push(format!("{lead} of {under_way}"));
        self.begun.notify_one();
        if self.hangs {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_millis(10) + self.more).await;
        *self.last.lock().unwrap() = Some(tokio::time::Instant::now());
        self.under_way.fetch_sub(1, SeqCst);
        match self.answers.get(&*lead) {
            Some(error) => Err(error.clone()),
            None => Ok(Outcome::Accepted(Receipt::new().with_vendor_ref(lead))),
        }
    }
}

#[derive(Debug)]
struct NoWay;

#[async_trait::async_trait]
impl Transport for NoWay {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        unreachable!("the sinks of these tests send nothing")
    }
}

/// A sink that sends each lead by its id, and takes what the status says.
#[derive(Debug)]
struct Asks;

impl HttpVendor for Asks {
    fn facts(&self) -> &Descriptor {
        FACTS
    }

    fn map(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        let url = "https://slow.invalid/".parse().unwrap();
        Ok(Prepared::new(
            Draft::post_json(url, lead.id.as_str().to_owned()),
            Repeat::NeverBlindly,
        ))
    }

    fn authorize(&self, _: &mut HttpRequest) -> leadsink::Result<()> {
        Ok(())
    }

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, _: Attempt) -> leadsink::Result<Outcome> {
        if response.status.is_success() {
            return Ok(Outcome::Accepted(Receipt::new()));
        }
        Err(Error::from_status(response, prepared.repeat))
    }
}

fn unauthorized() -> Error {
    Error::new(
        ErrorKind::Unauthorized,
        Disposition::Account,
        "the vendor does not accept the credentials (401)",
    )
}

fn run(sinks: &[(&str, Arc<Slow>)], concurrency: usize, report: &Path) -> Run {
    let lanes: Vec<_> = sinks
        .iter()
        .map(|(name, sink)| {
            let sender = Sender::new(Arc::clone(sink) as leadsink::SharedSink, Arc::new(NoWay)).with_name(name);
            Lane::new((*name).into(), "slow", sender)
        })
        .collect();
    let count = lanes.len();
    Run {
        lanes,
        concurrency,
        journal: journal(report, None, count),
        done: Done::default(),
        progress: Progress::silent(count),
        halt: Halt::new(),
        accepted_at: Timestamp::UNIX_EPOCH,
        test: false,
    }
}

fn journal(report: &Path, rejects: Option<Rejects>, sinks: usize) -> Journal {
    let report = Report::create(report, None).unwrap();
    let inflight = report.is_kept().then(|| Inflight::create(report.path()).unwrap());
    Journal::new(
        report,
        inflight,
        rejects,
        vec![crate::send::tally::Tally::default(); sinks],
    )
}

/// The rows of a file whose leads have the ids `1`, `2` and so on; enough for two sinks.
fn feed(rows: usize) -> Vec<Feed> {
    let lines: String = (1..=rows)
        .map(|n| format!("{n},lead{n}@example.com,Ada,614555{:04}\n", 100 + n))
        .collect();
    feed_of(&format!("id,email,first name,phone\n{lines}"))
}

fn feed_of(text: &str) -> Vec<Feed> {
    feed_with(text, &ReadOptions::new())
}

fn feed_with(text: &str, options: &ReadOptions) -> Vec<Feed> {
    feed_for(["a", "b"], text, options)
}

fn feed_for(sinks: [&str; 2], text: &str, options: &ReadOptions) -> Vec<Feed> {
    let feed = |sink| {
        let input = Cursor::new(text.to_owned().into_bytes());
        let reader = intake::read(input, "test.csv", options).unwrap();
        Feed::here(Rows::all(reader).for_sink(sink))
    };
    sinks.map(feed).into()
}

/// Sink, row and outcome of each line, in the order of the rows.
fn lines(report: &Path) -> Vec<(String, u64, String)> {
    let text = std::fs::read_to_string(report).unwrap();
    let mut lines: Vec<_> = text
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let word = |key: &str| line[key].as_str().unwrap().to_owned();
            (word("sink"), line["row"].as_u64().unwrap(), word("outcome"))
        })
        .collect();
    lines.sort();
    lines
}

/// Tells a run to wait for nothing.
async fn stop_at_once(stop: &mpsc::Sender<()>) {
    stop.send(()).await.unwrap();
    tokio::time::sleep(SAME_SIGNAL).await;
    stop.send(()).await.unwrap();
}

fn quiet() -> mpsc::Receiver<()> {
    mpsc::channel(1).1
}

#[tokio::test(start_paused = true)]
async fn the_first_goes_alone_and_then_as_many_as_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let sink = Arc::new(Slow::default());
    let finished = run(&[("main", Arc::clone(&sink))], 4, &report)
        .drive(feed(30), quiet())
        .await;
    assert_eq!(finished.journal.tallies[0].of(Fate::Accepted), 30);
    assert_eq!(sink.most.load(SeqCst), 4);
    assert_eq!(sink.order.lock().unwrap()[..2], ["1 of 1", "2 of 1"]);
    assert_eq!(lines(&report).len(), 30);
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_stop_one_sink_after_one_lead() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let bad = Arc::new(Slow {
        answers: HashMap::from([("1", unauthorized())]),
        ..Slow::default()
    });
    let sinks = [("bad", Arc::clone(&bad)), ("good", Arc::default())];
    let finished = run(&sinks, 8, &report).drive(feed(10), quiet()).await;
    let tallies = &finished.journal.tallies;
    assert_eq!((tallies[0].of(Fate::Failed), tallies[0].of(Fate::NotAttempted)), (1, 9));
    assert_eq!(tallies[1].of(Fate::Accepted), 10);
    assert_eq!(bad.order.lock().unwrap().len(), 1);
    assert_eq!(lines(&report).len(), 20);
    assert!(tallies[0].stopped.is_some() && tallies[1].stopped.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_when_a_sink_stops_ends_normally() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let page = Error::new(
        ErrorKind::HtmlPage,
        Disposition::Ambiguous,
        "the vendor answered with an HTML page",
    );
    let sink = Arc::new(Slow {
        answers: HashMap::from([("2", page)]),
        ..Slow::default()
    });
    let finished = run(&[("main", sink)], 4, &report).drive(feed(10), quiet()).await;
    let tally = &finished.journal.tallies[0];
    assert_eq!((tally.of(Fate::Ambiguous), tally.of(Fate::Failed)), (1, 0));
    assert_eq!((tally.of(Fate::Accepted), tally.of(Fate::NotAttempted)), (4, 5));
}

#[tokio::test(start_paused = true)]
async fn a_stop_takes_no_new_rows_and_lets_the_others_end() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let sink = Arc::new(Slow::default());
    let (stop, stopped) = mpsc::channel(1);
    let begun = Arc::clone(&sink);
    let stopping = async move {
        begun.begun.notified().await;
        stop.send(()).await.unwrap();
    };
    let (finished, ()) = tokio::join!(run(&[("main", sink)], 4, &report).drive(feed(10), stopped), stopping);
    assert!(finished.interrupted && finished.summary.is_none());
    assert_eq!(lines(&report), [("main".to_owned(), 1, "accepted".to_owned())]);
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_full_disk_takes_no_new_rows_and_loses_no_result() {
    let run = run(&[("main", Arc::default())], 8, Path::new("/dev/full"));
    let finished = run.drive(feed(10), quiet()).await;
    let journal = finished.journal;
    assert!(journal.broken.is_some());
    let lost: Vec<_> = journal.lost.iter().map(|line| (line.row, line.outcome)).collect();
    assert_eq!(lost, [(1, Fate::Accepted)]);
}

#[tokio::test(start_paused = true)]
async fn what_a_report_has_as_done_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let (old, report) = (folder.path().join("old"), folder.path().join("r"));
    let line = |row: u64, outcome: &str| {
        format!("{{\"row\":{row},\"lead\":\"{row}\",\"sink\":\"main\",\"outcome\":\"{outcome}\"}}\n")
    };
    let text = line(1, "accepted")
        + &line(2, "failed")
        + &line(3, "ambiguous")
        + &line(4, "not_attempted")
        + &line(5, "bad_row");
    std::fs::write(&old, text).unwrap();
    let sink = Arc::new(Slow {
        unfit: Some("5"),
        ..Slow::default()
    });
    let mut run = run(&[("main", Arc::clone(&sink))], 1, &report);
    run.done = Done::read(&old, &["main"], &mut std::io::sink()).unwrap();
    let finished = run.drive(feed(6), quiet()).await;
    let tally = &finished.journal.tallies[0];
    assert_eq!(*sink.order.lock().unwrap(), ["2 of 1", "4 of 1", "6 of 1"]);
    assert_eq!((tally.skipped, tally.skipped_ambiguous, tally.rows()), (3, 1, 3));
}

#[tokio::test(start_paused = true)]
async fn rows_that_are_sent_nowhere_have_their_lines_and_are_kept_to_mend() {
    let folder = tempfile::tempdir().unwrap();
    let (report, rejects) = (folder.path().join("r"), folder.path().join("rejects.csv"));
    let sink = Arc::new(Slow {
        unfit: Some("4"),
        ..Slow::default()
    });
    let mut run = run(&[("main", sink)], 4, &report);
    let header = ["id", "email", "first name"];
    let rejected = Rejects::create(&rejects, intake::Format::Csv, &header, false).unwrap();
    run.journal = journal(&folder.path().join("r2"), Some(rejected), 1);
    let text = "id,email,first name\n1,a@example.com,\"Ada, B.\"\n2,b@,Bea\n1,a@example.com,\"Ada, B.\"\n4,d@example.com,Dan\n";
    let mut finished = run.drive(feed_of(text), quiet()).await;
    let words: Vec<_> = lines(&folder.path().join("r2"))
        .into_iter()
        .map(|(_, row, word)| (row, word))
        .collect();
    let wanted = [(1, "accepted"), (2, "bad_row"), (3, "duplicate_row"), (4, "bad_row")];
    assert_eq!(words, wanted.map(|(row, word)| (row, word.to_owned())));
    assert_eq!(finished.journal.close().1.map(|(_, rows)| rows), Some(2));
    let text = std::fs::read_to_string(rejects).unwrap();
    let rows: Vec<_> = text.lines().collect();
    assert_eq!(rows[0], "id,email,first name,leadsink_code,leadsink_message");
    assert!(rows[1].starts_with("2,b@,Bea,email_no_domain,email: "), "{text}");
    assert_eq!(
        rows[2],
        "4,d@example.com,Dan,required,\"Slow needs `city`, and the lead has none\""
    );
}
