//! A run that is told to stop, once or twice, while it waits for a vendor.

use std::sync::atomic::AtomicU64;

use leadsink::layers::{Limit, Stack};

use super::*;
use crate::send::inflight;
use crate::send::resume::Standing;

/// A vendor that answers every request so.
#[derive(Debug)]
struct Answers {
    status: u16,
    requests: AtomicU64,
}

#[async_trait::async_trait]
impl Transport for Answers {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.requests.fetch_add(1, SeqCst);
        let mut answer = HttpResponse::new(self.status.try_into().unwrap(), "");
        answer.headers.insert("retry-after", "3600".parse().unwrap());
        Ok(answer)
    }
}

/// A run of ten leads to a vendor with this quota an hour, that is told to stop after a second.
async fn stopped(status: u16, quota: u32, report: &Path, signals: u32) -> (Finished, Arc<Answers>) {
    let vendor = Arc::new(Answers {
        status,
        requests: AtomicU64::new(0),
    });
    let mut run = run(&[("main", Arc::default())], 4, report);
    let stack =
        Stack::new()
            .with_halt(run.halt.clone())
            .with_limit(Limit::new("leads", quota, Duration::from_secs(3600)));
    let sender = Sender::stacked(Arc::new(Asks), vendor.clone(), &stack).with_name("main");
    run.lanes = vec![Lane::new("main".into(), "slow", sender)];
    let (stop, told) = mpsc::channel(2);
    let begin = tokio::time::Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for _ in 0..signals {
            stop.send(()).await.unwrap();
        }
    };
    let (finished, ()) = tokio::join!(run.drive(feed(10), told), stopping);
    assert!(begin.elapsed() < Duration::from_secs(2));
    assert!(finished.interrupted);
    (finished, vendor)
}

#[tokio::test(start_paused = true)]
async fn a_run_that_waits_for_a_vendor_ends_when_it_is_stopped_and_leaves_nothing_in_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let (finished, vendor) = stopped(429, 300, &folder.path().join("r"), 1).await;
    let tally = &finished.journal.tallies[0];
    assert_eq!((tally.of(Fate::Failed), tally.rows(), tally.attempts), (1, 1, 1));
    assert_eq!(vendor.requests.load(SeqCst), 1);
}

/// What an earlier run says of the first five leads.
fn standings(report: &Path) -> [Standing; 5] {
    let done = Done::read(report, &["main"], &mut std::io::sink()).unwrap();
    [1, 2, 3, 4, 5].map(|row: u64| {
        let lead = leadsink::LeadId::new(row.to_string()).unwrap();
        done.standing(row, &lead, "main")
    })
}

/// Two signals at once are one: what only waits is not in doubt.
#[tokio::test(start_paused = true)]
async fn a_lead_that_waits_for_its_turn_when_the_run_is_stopped_was_never_sent() {
    use Standing::{Open, Settled};
    for signals in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        let (mut finished, vendor) = stopped(200, 1, &report, signals).await;
        assert_eq!(vendor.requests.load(SeqCst), 1);
        let tally = &finished.journal.tallies[0];
        assert_eq!((tally.of(Fate::Accepted), tally.of(Fate::NotAttempted)), (1, 4));
        assert_eq!((tally.rows(), tally.attempts), (5, 1));
        let text = std::fs::read_to_string(&report).unwrap();
        assert_eq!(text.matches("\"attempts\":0").count(), 4, "{text}");
        assert_eq!(standings(&report), [Settled, Open, Open, Open, Open]);
        // The file beside the report says so too, where the report could not.
        let killed = folder.path().join("killed");
        std::fs::write(&killed, &text[..=text.find('\n').unwrap()]).unwrap();
        std::fs::copy(inflight::path_of(&report), inflight::path_of(&killed)).unwrap();
        assert_eq!(standings(&killed), [Settled, Open, Open, Open, Open]);
        finished.journal.close();
        assert!(!inflight::path_of(&report).exists());
    }
}

#[tokio::test(start_paused = true)]
async fn signals_within_a_moment_let_what_was_sent_end() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let sink = Arc::new(Slow {
        more: Duration::from_secs(60),
        ..Slow::default()
    });
    let (stop, told) = mpsc::channel(3);
    let begun = Arc::clone(&sink);
    let stopping = async {
        begun.begun.notified().await;
        for pause in [0, 0, 900] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            stop.send(()).await.unwrap();
        }
    };
    let (finished, ()) = tokio::join!(run(&[("main", sink)], 4, &report).drive(feed(10), told), stopping);
    assert!(finished.interrupted);
    assert_eq!(lines(&report), [("main".to_owned(), 1, "accepted".to_owned())]);
}
