//! OpenSolar's quotas are of several classes, and each request counts for its own: proved on a paused clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt as _, future, stream};
use leadsink::layers::{Limit, Limiter, Stack};
use leadsink::opensolar::{OpenSolar, OpenSolarConfig};
use leadsink::{
    DeliverContext, ErrorKind, HttpRequest, HttpResponse, Outcome, SendError, Sender, Timestamp, Transport,
    TransportError, Vendor as _,
};
use tokio::time::Instant;

use crate::library::lead;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// OpenSolar, which takes everything at once and remembers when it was asked what.
#[derive(Debug)]
struct Quick {
    began: Instant,
    seen: Mutex<Vec<(String, u128)>>,
    /// What the deadlines of projects left them, in milliseconds.
    left: Mutex<Vec<u128>>,
}

impl Quick {
    fn new() -> Self {
        let (began, seen, left) = (Instant::now(), Mutex::default(), Mutex::default());
        Self { began, seen, left }
    }

    /// When the requests came whose line begins and ends so, in milliseconds.
    fn times(&self, begin: &str, end: &str) -> Vec<u128> {
        let seen = self.seen.lock().unwrap();
        let of = seen
            .iter()
            .filter(|(line, _)| line.starts_with(begin) && line.ends_with(end));
        of.map(|(_, at)| *at).collect()
    }
}

#[async_trait::async_trait]
impl Transport for Quick {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let line = format!("{} {}", request.method, request.url.path());
        let (status, body) = match &*line {
            "POST /api-token-auth/" => (200, r#"{"token":"s_1","org_id":1}"#),
            "GET /api/orgs/1/projects/" => (200, "[]"),
            "GET /api/orgs/1/roles/" => (200, r#"[{"id":7,"email":"rep@installer.example"}]"#),
            "POST /api/orgs/1/projects/" => (201, r#"{"id":1,"contacts":["/api/orgs/1/contacts/2/"]}"#),
            _ => (200, r#"{"id":1}"#),
        };
        if let (true, Some(deadline)) = (line.ends_with("projects/"), request.deadline) {
            let left = deadline - Instant::now().into_std();
            self.left.lock().unwrap().push(left.as_millis());
        }
        self.seen.lock().unwrap().push((line, self.began.elapsed().as_millis()));
        Ok(HttpResponse::new(http::StatusCode::from_u16(status).unwrap(), body))
    }
}

/// Seven leads at once, each of whose deliveries asks for a token and the team as well.
async fn seven_leads(stack: &Stack) -> Arc<Quick> {
    let vendor = Arc::new(Quick::new());
    let config = OpenSolarConfig::log_in("api@installer.example", "p").with_assigned_role("rep@installer.example");
    let sink = Arc::new(OpenSolar::from_config(config).unwrap());
    let sender = Sender::stacked(sink, vendor.clone(), stack);
    let all: Vec<_> = sender.send_all(stream::iter((0..7).map(lead)), 7).collect().await;
    for submission in &all {
        assert!(matches!(submission.result, Ok(Outcome::Accepted(_))), "{submission:?}");
    }
    vendor
}

#[tokio::test(start_paused = true)]
async fn log_ins_and_look_ups_take_nothing_of_the_quota_of_writes() {
    let vendor = seven_leads(&Stack::new()).await;
    assert_eq!(vendor.times("POST", "projects/"), [0, 0, 0, 0, 0, 6_120, 12_240]);
    assert_eq!(vendor.times("POST", "auth/"), [0]);
    assert!(vendor.times("GET", "roles/").iter().all(|time| *time == 0));
}

#[tokio::test(start_paused = true)]
async fn reads_and_writes_wait_for_their_own_quota_alone() {
    let vendor = Arc::new(Quick::new());
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap();
    let client = sink.client().clone();
    let stacked = Stack::new().build(Arc::new(sink), vendor.clone());
    let cx = DeliverContext::new(Arc::clone(&stacked.transport));
    let reads = future::try_join_all((0..12).map(|id| client.project(&cx, id)));
    let sender = Sender::stacked(
        stacked.sink.clone(),
        vendor.clone(),
        &Stack::new().with_limiter(stacked.limiter.clone()),
    );
    let writes = sender.send_all(stream::iter((0..6).map(lead)), 6).collect::<Vec<_>>();
    let (reads, _) = tokio::join!(reads, writes);
    reads.unwrap();
    // Ten of a hundred at once, then one each 612 ms; five of ten, then one each 6.12 s.
    assert_eq!(vendor.times("GET", "/")[9..], [0, 612, 1_224]);
    assert_eq!(vendor.times("POST", "projects/"), [0, 0, 0, 0, 0, 6_120]);
}

#[tokio::test(start_paused = true)]
async fn the_quota_of_writes_can_be_set_or_left_out() {
    let slow = Stack::new().with_limit(Limit::new("project_writes", 6, MINUTE));
    let vendor = seven_leads(&slow).await;
    assert_eq!(vendor.times("POST", "projects/")[4..], [0, 10_200, 61_200]);
    let vendor = seven_leads(&Stack::new().without_quota("project_writes")).await;
    assert_eq!(vendor.times("POST", "projects/"), [0; 7]);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_no_documented_class_counts_every_request() {
    let vendor = seven_leads(&Stack::new().with_limit(Limit::new("all", 5, MINUTE))).await;
    let all = vendor.times("", "/");
    assert_eq!(all[..6], [0, 0, 0, 0, 0, 61_200], "{all:?}");
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_no_documented_class_counts_every_request_also_where_it_is_shared() {
    let limiter = Limiter::new([Limit::new("all", 5, MINUTE)]);
    let stack = Stack::new().with_limiter(limiter);
    let (one, two) = tokio::join!(seven_leads(&stack), seven_leads(&stack));
    let mut all = [one.times("", "/"), two.times("", "/")].concat();
    all.sort_unstable();
    assert_eq!(all[..6], [0, 0, 0, 0, 0, 61_200], "{all:?}");
}

/// An account that may read projects once a day, and has; and its vendor.
async fn without_reads(stack: &Stack) -> (Sender, Arc<Quick>) {
    let vendor = Arc::new(Quick::new());
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap();
    let client = sink.client().clone();
    let stacked = stack
        .clone()
        .with_limit(Limit::new("project_reads", 1, DAY))
        .build(Arc::new(sink), vendor.clone());
    let cx = DeliverContext::new(Arc::clone(&stacked.transport));
    client.project(&cx, 1).await.unwrap();
    (Sender::new(stacked.sink, stacked.transport), vendor)
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_project_counts_from_its_own_turn_whatever_was_read() {
    let (sender, vendor) = without_reads(&Stack::new().with_deadline(MINUTE)).await;
    assert!(matches!(sender.submit(&lead(1)).await.result, Ok(Outcome::Accepted(_))));
    assert_eq!(*vendor.left.lock().unwrap(), [60_000]);
}

#[tokio::test(start_paused = true)]
async fn a_look_for_a_lead_does_not_wait_until_tomorrow() {
    let (sender, _) = without_reads(&Stack::new()).await;
    let (began, lead, now) = (Instant::now(), lead(1), Timestamp::now());
    let told = sender.reconcile(&lead, &sender.context(&lead), now..now).await;
    let Err(SendError::Failed(error)) = told else {
        unreachable!("there is no turn for it: {told:?}");
    };
    assert_eq!((error.kind(), error.stops_sink()), (ErrorKind::Deadline, false));
    assert_eq!(began.elapsed(), Duration::ZERO);
}
