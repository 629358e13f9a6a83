//! What a load test relies on: rate limits, slow answers, the count of connections, and the checksum of bodies.

use std::time::Duration;

use leadsink_sandbox::{Checksum, Counts, Keep, Sandbox, SandboxError, vendor_ids};
use serde_json::json;
use tokio::time::{self, Instant};

use crate::client::{Answer, Client, lead as ntherm_lead, ntherm, once, post_lead, request, with};
use crate::enerflo::{ADD, JSON, KEY, lead};

const MINUTE: Duration = Duration::from_secs(60);

fn enerflo(key: (&str, &str), n: usize) -> String {
    let lead = with(lead(), json!({"integration_record_id": n.to_string()}));
    request(
        &format!("POST {ADD}"),
        &[key, JSON],
        &json!({ "lead": lead }).to_string(),
    )
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let line = answer.head.split("\r\n").find_map(|line| line.strip_prefix(name))?;
    line.strip_prefix(": ")
}

async fn limited(requests: u32) -> Sandbox {
    let builder = Sandbox::builder().rate_limit("enerflo", requests, MINUTE);
    builder.start().await.unwrap()
}

#[tokio::test]
async fn answers_tell_the_limit_and_what_remains_of_it() {
    let sandbox = limited(300).await;
    let mut client = Client::connect(&sandbox).await;
    for remaining in ["299", "298"] {
        let answer = client.send(&enerflo(KEY, 1)).await.unwrap();
        assert_eq!(header(&answer, "x-ratelimit-limit"), Some("300"));
        assert_eq!(header(&answer, "x-ratelimit-remaining"), Some(remaining));
        assert_eq!(header(&answer, "x-ratelimit-reset"), None);
    }
    let refused = request(&format!("POST {ADD}"), &[KEY, JSON], "{}");
    let answer = client.send(&refused).await.unwrap();
    assert_eq!(header(&answer, "x-ratelimit-remaining"), Some("297"));
    sandbox.reset();
    let answer = client.send(&enerflo(KEY, 1)).await.unwrap();
    assert_eq!(header(&answer, "x-ratelimit-remaining"), Some("299"));
}

#[tokio::test]
async fn request_over_the_limit_is_sent_away_with_a_page() {
    let sandbox = limited(2).await;
    let mut client = Client::connect(&sandbox).await;
    for _ in 0..2 {
        assert_eq!(client.send(&enerflo(KEY, 1)).await.unwrap().status, 200);
    }
    let now = jiff::Timestamp::now().as_second();
    let answer = client.send(&enerflo(KEY, 2)).await.unwrap();
    assert_eq!(
        (answer.status, header(&answer, "content-type")),
        (429, Some("text/html"))
    );
    assert!(answer.body.contains("<title>Error</title>") && answer.body.contains("Too many requests."));
    assert_eq!(header(&answer, "x-ratelimit-limit"), Some("2"));
    assert_eq!(header(&answer, "x-ratelimit-remaining"), Some("0"));
    let number = |name| header(&answer, name).unwrap().parse::<i64>().unwrap();
    assert!((1..=60).contains(&number("retry-after")));
    assert!((now + 1..=now + 62).contains(&number("x-ratelimit-reset")));
    assert_eq!(sandbox.counts().accepted, 2);
    // Another key is another account, and so is another vendor.
    let other = client.send(&enerflo(("api-key", "other"), 1)).await.unwrap();
    assert_eq!(
        (other.status, header(&other, "x-ratelimit-remaining")),
        (401, Some("1"))
    );
    let elsewhere = post_lead(&sandbox, &ntherm_lead()).await;
    assert_eq!((elsewhere.status, header(&elsewhere, "x-ratelimit-limit")), (200, None));
}

#[tokio::test]
async fn any_vendor_can_be_limited_and_none_is_unless_told() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    assert_eq!(
        header(&once(&sandbox, &enerflo(KEY, 1)).await.unwrap(), "x-ratelimit-limit"),
        None
    );
    let builder = Sandbox::builder().rate_limit("ntherm", 0, MINUTE);
    let sandbox = builder.start().await.unwrap();
    let answer = post_lead(&sandbox, &ntherm_lead()).await;
    assert_eq!(
        (answer.status, answer.errors()),
        (429, vec!["Too Many Requests".to_owned()])
    );
    assert_eq!(sandbox.counts().accepted, 0);
    let error = Sandbox::builder()
        .rate_limit("nobody", 1, MINUTE)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, SandboxError::UnknownVendor { vendor, .. } if vendor == "nobody"));
}

#[tokio::test(start_paused = true)]
async fn file_of_minutes_passes_at_once_on_a_paused_clock() {
    let sandbox = limited(100).await;
    let mut client = Client::connect(&sandbox).await;
    let started = Instant::now();
    for n in 0..350 {
        let mut answer = client.send(&enerflo(KEY, n)).await.unwrap();
        if answer.status == 429 {
            let seconds = header(&answer, "retry-after").unwrap().parse().unwrap();
            time::sleep(Duration::from_secs(seconds)).await;
            answer = client.send(&enerflo(KEY, n)).await.unwrap();
        }
        assert_eq!(answer.status, 200, "whoever waits as told is not sent away again");
    }
    assert_eq!(sandbox.counts().accepted, 350);
    assert!((3 * MINUTE..4 * MINUTE).contains(&started.elapsed()));
}

#[tokio::test]
async fn window_can_be_shorter_than_the_vendors() {
    let window = Duration::from_millis(60);
    let builder = Sandbox::builder().rate_limit("enerflo", 1, window);
    let sandbox = builder.start().await.unwrap();
    let mut client = Client::connect(&sandbox).await;
    let started = Instant::now();
    let mut sent_away = 0;
    for n in 0..5 {
        while client.send(&enerflo(KEY, n)).await.unwrap().status == 429 {
            sent_away += 1;
            time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert!(sent_away > 0 && started.elapsed() >= 4 * window);
}

#[tokio::test(start_paused = true)]
async fn every_answer_of_a_slow_vendor_is_late() {
    let delay = Duration::from_millis(50);
    let sandbox = Sandbox::builder().delay(delay).start().await.unwrap();
    let mut client = Client::connect(&sandbox).await;
    let started = Instant::now();
    for n in 0..10 {
        assert_eq!(client.send(&enerflo(KEY, n)).await.unwrap().status, 200);
    }
    let elapsed = started.elapsed();
    assert!((10 * delay..12 * delay).contains(&elapsed), "{elapsed:?}");
    assert_eq!((sandbox.counts().faults, &sandbox.received()[0].fault), (0, &None));

    let started = Instant::now();
    let headers = [("x-sandbox-fault", "latency=100ms,503")];
    assert_eq!(
        client
            .send(&ntherm("postLead", &headers, &ntherm_lead()))
            .await
            .unwrap()
            .status,
        503
    );
    assert!(started.elapsed() >= 3 * delay, "a latency by fault adds to it");
    let started = Instant::now();
    client.send(&request("GET /_sandbox/health", &[], "")).await.unwrap();
    assert!(started.elapsed() < delay, "the sandbox itself is not slow");
}

#[tokio::test]
async fn connections_are_counted_ever_now_and_at_most() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let seen = |counts: Counts| {
        (
            counts.connections,
            counts.open_connections,
            counts.most_open_connections,
        )
    };
    let mut clients = Vec::new();
    for n in 0..3 {
        let mut client = Client::connect(&sandbox).await;
        client.send(&enerflo(KEY, n)).await.unwrap();
        clients.push(client);
    }
    assert_eq!(seen(sandbox.counts()), (3, 3, 3));
    clients.truncate(1);
    sandbox.wait_until(|counts| counts.open_connections == 1).await;
    once(&sandbox, &enerflo(KEY, 4)).await.unwrap();
    sandbox.wait_until(|counts| counts.open_connections == 1).await;
    assert_eq!(seen(sandbox.counts()), (4, 1, 3));
    sandbox.reset();
    assert_eq!(seen(sandbox.counts()), (0, 1, 1));
    drop(clients);
    sandbox.wait_until(|counts| counts.open_connections == 0).await;

    let headers = [KEY, JSON, ("x-sandbox-fault", "reset-after")];
    let reset = request(&format!("POST {ADD}"), &headers, &json!({"lead": lead()}).to_string());
    once(&sandbox, &reset).await.unwrap_err();
    sandbox.wait_until(|counts| counts.open_connections == 0).await;
    let handle = sandbox.handle();
    let _client = Client::connect(&handle).await;
    sandbox.wait_until(|counts| counts.open_connections == 1).await;
    drop(sandbox);
    handle.wait_until(|counts| counts.open_connections == 0).await;
}

#[tokio::test]
async fn checksum_proves_that_all_bodies_arrived_in_whatever_order() {
    let sandbox = Sandbox::builder().keep(Keep::Counts).start().await.unwrap();
    let mut sent = Checksum::default();
    for n in [3, 1, 2] {
        once(&sandbox, &enerflo(KEY, n)).await.unwrap();
    }
    for n in 1..=3 {
        sent.add(enerflo(KEY, n).split("\r\n\r\n").nth(1).unwrap().as_bytes());
    }
    assert_eq!(sandbox.checksum("enerflo").unwrap(), sent);
    assert_eq!(sandbox.checksum("ntherm").unwrap(), Checksum::default());
    assert!(matches!(
        sandbox.checksum("nobody"),
        Err(SandboxError::UnknownVendor { .. })
    ));

    let told = once(&sandbox, &request("GET /_sandbox/checksums", &[], ""))
        .await
        .unwrap();
    let sum = format!("{:016x}", sent.sum);
    let enerflo_told = json!({"requests": 3, "bytes": sent.bytes, "sum": sum});
    assert_eq!(told.json()["enerflo"], enerflo_told);
    assert_eq!(told.json()["ntherm"]["requests"], 0);

    // A request that is refused, by the vendor or by a fault, was received as well; one that was not read was not.
    for (fault, requests) in [("400", 4), ("reset-before", 4)] {
        let headers = [("x-sandbox-fault", fault), KEY, JSON];
        let _ = once(&sandbox, &request(&format!("POST {ADD}"), &headers, "{}")).await;
        assert_eq!(sandbox.checksum("enerflo").unwrap().requests, requests);
    }
    sandbox.reset();
    assert_eq!(sandbox.checksum("enerflo").unwrap(), Checksum::default());
}

#[tokio::test(start_paused = true)]
async fn every_vendor_is_slow_limited_and_summed_alike() {
    for vendor in vendor_ids() {
        let builder = Sandbox::builder()
            .delay(Duration::from_millis(50))
            .rate_limit(vendor, 1, MINUTE);
        let sandbox = builder.start().await.unwrap();
        let mut sent = Checksum::default();
        let base = sandbox.base_url(vendor).unwrap().replace(&sandbox.url(), "");
        let started = Instant::now();
        for status in [404, 429] {
            let answer = once(&sandbox, &request(&format!("POST {base}/nowhere"), &[JSON], "{}")).await;
            assert_eq!(answer.unwrap().status, status, "{vendor}");
            sent.add(b"{}");
        }
        assert!(started.elapsed() >= Duration::from_millis(100), "{vendor}");
        assert_eq!(sandbox.checksum(vendor).unwrap(), sent);
        let long = "x".repeat(9 * 1024 * 1024);
        let answer = once(&sandbox, &request(&format!("POST {base}/nowhere"), &[JSON], &long)).await;
        assert_eq!(answer.unwrap().status, 413, "{vendor}");
    }
}
