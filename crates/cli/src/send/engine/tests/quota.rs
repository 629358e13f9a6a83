//! A long file to a vendor with a quota, and what the report says of it in the end.

use std::collections::VecDeque;

use leadsink::layers::{Limit, Stack};
use tokio::time::Instant;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts what arrives, and refuses what is more than 300 in any minute.
#[derive(Debug, Default)]
struct Strict {
    arrived: Mutex<VecDeque<Instant>>,
    refused: AtomicUsize,
}

#[async_trait::async_trait]
impl Transport for Strict {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        // Requests overtake each other on their way.
        let way = request.body.iter().map(|byte| u64::from(*byte)).sum::<u64>() % 500;
        tokio::time::sleep(Duration::from_millis(way)).await;
        let now = Instant::now();
        let mut arrived = self.arrived.lock().unwrap();
        while arrived.front().is_some_and(|first| *first + MINUTE <= now) {
            arrived.pop_front();
        }
        if arrived.len() < 300 {
            arrived.push_back(now);
            return Ok(HttpResponse::new(200.try_into().unwrap(), ""));
        }
        self.refused.fetch_add(1, SeqCst);
        Ok(HttpResponse::new(429.try_into().unwrap(), ""))
    }
}

fn limited() -> Stack {
    Stack::new().with_limit(Limit::new("leads", 300, MINUTE))
}

/// Sends 5,000 rows; what the vendor refused, the outcomes with the attempts, and the time.
async fn send(stack: Stack) -> (usize, HashMap<String, usize>, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r");
    let vendor = Arc::<Strict>::default();
    let sender = Sender::stacked(Arc::new(Asks), vendor.clone(), &stack.with_seed(1)).with_name("main");
    let run = Run {
        lanes: vec![Lane::new("main".into(), "slow", sender)],
        concurrency: 64,
        journal: journal(&path, None, 1),
        done: Done::default(),
        progress: Progress::silent(1),
        halt: Halt::new(),
        accepted_at: Timestamp::UNIX_EPOCH,
        test: false,
    };
    let begin = Instant::now();
    run.drive(feed(5000), quiet()).await;
    let took = begin.elapsed();
    let mut ends = HashMap::new();
    for line in std::fs::read_to_string(&path).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let end = format!("{} {}", line["outcome"].as_str().unwrap(), line["attempts"]);
        *ends.entry(end).or_default() += 1;
    }
    (vendor.refused.load(SeqCst), ends, took)
}

#[tokio::test(start_paused = true)]
async fn five_thousand_rows_end_without_a_429() {
    let (refused, ends, took) = send(limited()).await;
    assert_eq!(refused, 0);
    assert_eq!(ends, HashMap::from([("accepted 1".to_owned(), 5000)]));
    assert!(took > MINUTE * 15 && took < MINUTE * 18, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_is_shorter_than_the_line_lets_no_row_run_out_of_time() {
    let (refused, ends, _) = send(limited().with_deadline(Duration::from_secs(5))).await;
    assert_eq!((refused, ends), (0, HashMap::from([("accepted 1".to_owned(), 5000)])));
}

#[tokio::test(start_paused = true)]
async fn without_the_quota_the_vendor_refuses() {
    let (refused, ..) = send(Stack::new()).await;
    assert!(refused > 0);
}
