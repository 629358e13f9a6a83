//! Each fault: what the client sees, and whether the vendor has the lead afterwards.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use leadsink_sandbox::{Fault, FaultPlan, Sandbox};
use serde_json::json;

use crate::client::{Answer, Client, lead, ntherm, once, post_lead, with};

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

async fn struck(sandbox: &Sandbox, fault: &str) -> std::io::Result<Answer> {
    once(sandbox, &ntherm("postLead", &[("x-sandbox-fault", fault)], &lead())).await
}

#[tokio::test]
async fn status_faults_take_no_lead() {
    let sandbox = sandbox().await;
    for (fault, status) in [
        ("400", 400),
        ("400-doc", 400),
        ("401", 401),
        ("402", 402),
        ("429", 429),
        ("500", 500),
        ("502", 502),
        ("503", 503),
        ("504", 504),
        ("html", 200),
    ] {
        assert_eq!(struck(&sandbox, fault).await.unwrap().status, status, "{fault}");
        let received = sandbox.received();
        let last = received.last().unwrap();
        assert_eq!((last.status, last.accepted), (status, false));
        assert_eq!(
            last.fault.as_deref(),
            Some(fault).map(|f| if f == "429" { "429;retry-after=1" } else { f })
        );
    }
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 200, "the phone is still new");
    assert_eq!(sandbox.counts().faults, 10);
}

#[tokio::test]
async fn retry_after_is_sent_as_asked() {
    let sandbox = sandbox().await;
    let head = struck(&sandbox, "429;retry-after=7").await.unwrap().head;
    assert!(head.contains("retry-after: 7\r\n"));
    assert!(
        struck(&sandbox, "429")
            .await
            .unwrap()
            .head
            .contains("retry-after: 1\r\n")
    );
    assert!(
        struck(&sandbox, "503;retry-after=2")
            .await
            .unwrap()
            .head
            .contains("retry-after: 2\r\n")
    );
    assert!(!struck(&sandbox, "503").await.unwrap().head.contains("retry-after"));
}

#[tokio::test]
async fn gateways_answer_with_a_page_and_the_vendor_with_json() {
    let sandbox = sandbox().await;
    for fault in ["502", "503", "504", "html"] {
        let answer = struck(&sandbox, fault).await.unwrap();
        assert!(answer.head.contains("content-type: text/html\r\n"), "{fault}");
        assert!(answer.body.starts_with("<html>"), "{fault}");
    }
    for (fault, error) in [("401", "Unauthorized"), ("429", "Too Many Requests")] {
        assert_eq!(struck(&sandbox, fault).await.unwrap().errors(), [error]);
    }
    let ping = ntherm("prePing", &[("x-sandbox-fault", "500")], &json!({}));
    let answer = once(&sandbox, &ping).await.unwrap();
    assert_eq!(answer.json()["can_post_phone_bit"], json!(false));
}

#[tokio::test]
async fn printed_400_is_no_json() {
    let sandbox = sandbox().await;
    let body = struck(&sandbox, "400-doc").await.unwrap().body;
    assert!(body.contains(",\n,\"message\":[{\"error\":\"Invalid Characters: 7271234567x\"}]"));
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_err());
}

#[tokio::test]
async fn truncated_answer_is_whole_http_and_broken_json() {
    let sandbox = sandbox().await;
    let answer = struck(&sandbox, "truncated").await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_err());
    assert!(!answer.body.is_empty());
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 422, "the vendor has it");
}

#[tokio::test]
async fn cut_answer_ends_before_its_content_length() {
    let sandbox = sandbox().await;
    let mut client = Client::connect(&sandbox).await;
    client
        .write(&ntherm("postLead", &[("x-sandbox-fault", "cut")], &lead()))
        .await;
    let rest = client.read_to_close().await.unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 OK\r\n"), "{rest}");
    let (head, body) = rest.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 61"), "{rest}");
    assert_eq!(body, r#"{"success_bit":true,"message":"#);
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 422, "the vendor has it");
}

#[tokio::test]
async fn reset_before_is_neither_taken_nor_recorded() {
    let sandbox = sandbox().await;
    let error = struck(&sandbox, "reset-before").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(
        (
            sandbox.received().len(),
            sandbox.counts().requests,
            sandbox.counts().faults
        ),
        (0, 0, 1)
    );
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 200);
}

#[tokio::test]
async fn reset_before_needs_no_body() {
    let sandbox = sandbox().await;
    let mut client = Client::connect(&sandbox).await;
    let whole = ntherm("postLead", &[("x-sandbox-fault", "reset-before")], &lead());
    let head = whole.split_inclusive("\r\n\r\n").next().unwrap();
    assert_eq!(client.send(head).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn reset_after_is_taken_and_recorded() {
    let sandbox = sandbox().await;
    let error = struck(&sandbox, "reset-after").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let received = sandbox.received();
    assert_eq!(
        (received.len(), received[0].status, received[0].accepted),
        (1, 200, true)
    );
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 422);
}

#[tokio::test]
async fn gateway_timeout_after_is_taken() {
    let sandbox = sandbox().await;
    assert_eq!(struck(&sandbox, "504-after").await.unwrap().status, 504);
    assert_eq!(sandbox.received()[0].status, 200);
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 422);
}

#[tokio::test]
async fn hang_takes_the_lead_and_ends_with_the_sandbox() {
    let sandbox = sandbox().await;
    let mut client = Client::connect(&sandbox).await;
    client
        .write(&ntherm("postLead", &[("x-sandbox-fault", "hang")], &lead()))
        .await;
    sandbox.wait_until(|counts| counts.accepted == 1).await;
    sandbox.stop().await;
    assert_eq!(client.read_to_close().await.unwrap(), "");
}

#[tokio::test]
async fn late_answer_comes_after_the_lead_was_taken() {
    let sandbox = sandbox().await;
    let mut client = Client::connect(&sandbox).await;
    client
        .write(&ntherm("postLead", &[("x-sandbox-fault", "latency=1h")], &lead()))
        .await;
    assert_eq!(
        client.read().await.unwrap().status,
        400,
        "1h is no delay the sandbox knows"
    );

    let started = Instant::now();
    assert_eq!(struck(&sandbox, "latency=20ms,503").await.unwrap().status, 503);
    assert!(started.elapsed() >= Duration::from_millis(20));
    assert_eq!(sandbox.received()[0].fault.as_deref(), Some("latency=20ms,503"));

    client
        .write(&ntherm("postLead", &[("x-sandbox-fault", "latency=600s")], &lead()))
        .await;
    sandbox.wait_until(|counts| counts.accepted == 1).await;
    drop(client);
    assert_eq!(
        post_lead(&sandbox, &lead()).await.status,
        422,
        "the client left, the lead stayed"
    );
}

#[tokio::test]
async fn script_strikes_the_coming_requests_one_each() {
    let sandbox = sandbox().await;
    sandbox
        .script(
            "ntherm",
            [Fault::Unavailable { retry_after: None }, Fault::None, Fault::BadGateway],
        )
        .unwrap();
    let mut seen = Vec::new();
    for n in 0..4 {
        let lead = with(lead(), json!({"phone_number": format!("303555010{n}")}));
        seen.push(post_lead(&sandbox, &lead).await.status);
    }
    assert_eq!(seen, [503, 200, 502, 200]);
}

#[tokio::test]
async fn header_comes_before_script_and_rates() {
    let plan = FaultPlan::rate(Fault::ServerError, 1.0);
    let sandbox = Sandbox::builder().faults(plan).start().await.unwrap();
    sandbox.script("ntherm", [Fault::BadGateway]).unwrap();
    assert_eq!(struck(&sandbox, "none").await.unwrap().status, 200);
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 502);
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 500);
    sandbox.set_faults("ntherm", FaultPlan::default()).unwrap();
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 422);
}

#[tokio::test]
async fn connection_survives_faults_that_answer() {
    let sandbox = sandbox().await;
    let mut client = Client::connect(&sandbox).await;
    for fault in ["503", "429", "html", "truncated", "none"] {
        client
            .send(&ntherm("postLead", &[("x-sandbox-fault", fault)], &lead()))
            .await
            .unwrap();
    }
    assert_eq!((sandbox.counts().connections, sandbox.counts().requests), (1, 5));
}
