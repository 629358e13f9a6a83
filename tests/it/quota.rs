//! "300 requests a minute": a file of any length gets through without a single 429. The documented quota is proved on a paused
//! clock through the library, the way from the configuration to the socket in a window of one second through the binary.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use leadsink::enerflo::{Enerflo, EnerfloConfig};
use leadsink::intake::{self, ReadOptions, RowOutcome};
use leadsink::layers::Stack;
use leadsink::{HttpRequest, HttpResponse, Lead, Outcome, Sender, Submission, Transport, TransportError, Vendor as _};
use leadsink_sandbox::Sandbox;
use tokio::time::Instant;

use crate::run::{Stage, csv, outcomes};

const QUOTA: usize = 300;
const MINUTE: Duration = Duration::from_secs(60);

/// Enerflo behind its limit, as strict as any reading of it: a window that begins with a request and one that slides.
#[derive(Debug, Default)]
struct Limited(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    arrived: VecDeque<Instant>,
    window: Option<Instant>,
    used: usize,
    requests: u64,
    refused: u64,
}

impl Counted {
    /// Counts a request that arrives. Tells for how long the vendor takes none, where it refuses this one.
    fn count(&mut self, now: Instant) -> Option<Duration> {
        self.requests += 1;
        while self.arrived.front().is_some_and(|arrived| *arrived + MINUTE <= now) {
            self.arrived.pop_front();
        }
        let window = *self.window.get_or_insert(now);
        if window + MINUTE <= now {
            self.window = Some(now);
            self.used = 0;
        }
        let first = *self.arrived.front().unwrap_or(&now);
        if self.arrived.len() >= QUOTA || self.used >= QUOTA {
            self.refused += 1;
            return Some(MINUTE - now.duration_since(first.min(window)).min(MINUTE));
        }
        self.arrived.push_back(now);
        self.used += 1;
        None
    }
}

#[async_trait::async_trait]
impl Transport for Limited {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        // Requests overtake each other on their way.
        let way = Duration::from_millis(request.body.iter().map(|byte| u64::from(*byte)).sum::<u64>() % 500);
        tokio::time::sleep(way).await;
        let held = self.0.lock().unwrap().count(Instant::now());
        tokio::time::sleep(Duration::from_millis(200)).await;
        let Some(held) = held else {
            let body = r#"{"result":"success","data":{"msg":"Lead Created","lead":{"id":55555}}}"#;
            return Ok(HttpResponse::new(StatusCode::OK, body));
        };
        let mut page = HttpResponse::new(
            StatusCode::TOO_MANY_REQUESTS,
            "<!DOCTYPE html><title>Error</title>Too many requests.",
        );
        page.headers.insert(RETRY_AFTER, HeaderValue::from(held.as_secs() + 1));
        Ok(page)
    }
}

/// The leads of a file, as it is read.
fn leads(rows: usize) -> impl Iterator<Item = Lead> {
    let reader = intake::read(std::io::Cursor::new(csv(0..rows)), "leads.csv", &ReadOptions::new()).unwrap();
    reader.map(|row| match row.unwrap().outcome {
        RowOutcome::Lead { lead, .. } => *lead,
        other => panic!("{other:?}"),
    })
}

async fn send(rows: usize, stack: Stack) -> (Vec<Submission>, Arc<Limited>) {
    let vendor = Arc::<Limited>::default();
    let sink = Arc::new(Enerflo::from_config(EnerfloConfig::new("key")).unwrap());
    let sender = Sender::stacked(sink, vendor.clone(), &stack.with_seed(1));
    let all = sender.send_all(stream::iter(leads(rows)), 32).collect().await;
    (all, vendor)
}

#[tokio::test(start_paused = true)]
async fn five_thousand_leads_get_through_300_a_minute_without_a_429_and_without_waste() {
    let begin = Instant::now();
    let (all, vendor) = send(5000, Stack::new()).await;
    let counted = vendor.0.lock().unwrap();
    assert_eq!((counted.requests, counted.refused), (5000, 0));
    for submission in &all {
        assert!(matches!(submission.result, Ok(Outcome::Accepted(_))), "{submission:?}");
        assert_eq!(submission.attempts, 1);
    }
    let least = MINUTE * 5000 / QUOTA as u32 - MINUTE;
    let took = begin.elapsed();
    assert!(took >= least && took < least.mul_f64(1.1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn without_the_quota_the_vendor_refuses_and_every_lead_arrives_all_the_same() {
    let (all, vendor) = send(1000, Stack::new().without_quotas()).await;
    assert!(vendor.0.lock().unwrap().refused > 0, "the fake enforces nothing");
    assert!(all.iter().any(|submission| submission.attempts > 1));
    for submission in &all {
        assert!(matches!(submission.result, Ok(Outcome::Accepted(_))), "{submission:?}");
    }
}

/// A limit that the binary passes without a quota, and a pace a little below it, so that a busy machine that lets requests
/// stand does not break it.
#[test]
fn the_quota_of_the_configuration_keeps_the_binary_below_the_limit_of_the_sandbox() {
    const ROWS: usize = 120;
    let mut stage = Stage::with(Sandbox::builder().rate_limit("enerflo", 60, Duration::from_secs(1)));
    let quota = "\n[sinks.enerflo.quotas]\nleads = \"50/s\"\n";
    stage.config = stage.sandbox.leadsink_toml() + quota;
    let (ended, report) = stage.deliver(&stage.leads(ROWS), &["--to", "enerflo"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(outcomes(&report), ["accepted"; ROWS]);
    assert!(report.iter().all(|line| line["attempts"] == 1), "{ended:?}");
    let received = stage.sandbox.received();
    assert_eq!(received.len(), ROWS);
    assert!(received.iter().all(|got| got.status == 200), "a request was refused");
}

/// Without a word in the configuration it is the quota that Enerflo documents: 30 at once, and then five a second.
#[test]
fn the_documented_quota_holds_unless_it_is_changed() {
    let mut stage = Stage::new();
    stage.config = stage.sandbox.leadsink_toml();
    let (ended, report) = stage.deliver(&stage.leads(35), &["--to", "enerflo"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(outcomes(&report), ["accepted"; 35]);
    let received = stage.sandbox.received();
    let time = |n: usize| received[n].at.duration_since(received[0].at).as_secs_f64();
    assert!(time(34) >= 0.9, "{}", time(34));
}

/// The sandbox does refuse what is over, and the vendor's `Retry-After` is waited for.
#[test]
fn a_pace_above_the_limit_is_refused_and_waits_as_it_is_told() {
    const ROWS: usize = 100;
    let mut stage = Stage::with(Sandbox::builder().rate_limit("enerflo", 60, Duration::from_secs(1)));
    stage.config = stage.sandbox.leadsink_toml() + crate::run::UNPACED;
    let (ended, report) = stage.deliver(&stage.leads(ROWS), &["--to", "enerflo"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(outcomes(&report), ["accepted"; ROWS]);
    let received = stage.sandbox.received();
    assert!(received.iter().any(|got| got.status == 429));
    assert!(report.iter().any(|line| line["attempts"] == 2));
}
