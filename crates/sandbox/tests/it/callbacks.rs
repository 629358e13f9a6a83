//! The call back: when it comes, what it says, and whom it never calls.

use std::time::Duration;

use leadsink_sandbox::{Builder, CallbackOutcome, CallbackStyle, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::client::{lead, ntherm, once, post_lead, with};

/// Listens for one call back, answers it 204, and returns the request.
async fn called(listener: TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = String::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        let Some((head, body)) = request.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        if body.len() == length {
            break;
        }
    }
    stream
        .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    request
}

/// Posts one lead and returns the call back it causes.
async fn call_back(builder: Builder) -> String {
    let sandbox = builder.start().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/back?token=t1", listener.local_addr().unwrap());
    let lead = with(lead(), json!({"call_back_url": url}));
    assert_eq!(post_lead(&sandbox, &lead).await.status, 200);
    let request = called(listener).await;
    sandbox.wait_until(|counts| counts.callbacks_sent == 1).await;
    let record = &sandbox.callbacks()[0];
    assert_eq!((&record.url, &record.outcome), (&url, &CallbackOutcome::Answered(204)));
    assert_eq!(
        format!("{record:?}"),
        r#"CallbackRecord { vendor: "ntherm", outcome: Answered(204), .. }"#
    );
    request
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn taken_lead_is_called_back() {
    let request = call_back(Sandbox::builder().callback_delay(Duration::from_millis(1))).await;
    assert!(request.starts_with("POST /back?token=t1 HTTP/1.1\r\n"));
    assert_eq!(
        body(&request),
        json!({"success_bit": true, "message": "Lead accepted."})
    );
}

#[tokio::test]
async fn late_refusal_comes_by_call_back() {
    let request = call_back(Sandbox::builder().refuse_phone_later("3035550123")).await;
    assert_eq!(
        body(&request),
        json!({"success_bit": false, "message": [{"error": "Lead rejected after it was posted."}]})
    );
}

#[tokio::test]
async fn call_back_can_be_a_form_or_a_query() {
    let form = call_back(Sandbox::builder().callback_style(CallbackStyle::PostForm)).await;
    assert!(
        form.ends_with("\r\n\r\nmessage=Lead+accepted.&success_bit=true"),
        "{form}"
    );
    let query = call_back(Sandbox::builder().callback_style(CallbackStyle::GetQuery)).await;
    assert!(query.starts_with("GET /back?token=t1&message=Lead+accepted.&success_bit=true HTTP/1.1"));
}

#[tokio::test]
async fn lead_whose_answer_was_lost_is_called_back() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/back", listener.local_addr().unwrap().port());
    let lead = with(lead(), json!({"call_back_url": url}));
    let lost = ntherm("postLead", &[("x-sandbox-fault", "reset-after")], &lead);
    once(&sandbox, &lost).await.unwrap_err();
    assert!(called(listener).await.starts_with("POST /back HTTP/1.1\r\n"));
}

#[tokio::test]
async fn other_hosts_are_never_called() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let urls = [
        "https://example.com/callback",
        "http://example.com/",
        "https://127.0.0.1:1/",
    ];
    for (n, url) in urls.into_iter().enumerate() {
        let fields = json!({"phone_number": format!("303555010{n}"), "call_back_url": url});
        assert_eq!(post_lead(&sandbox, &with(lead(), fields)).await.status, 200);
    }
    sandbox.wait_until(|counts| counts.callbacks_skipped == 3).await;
    assert!(
        sandbox
            .callbacks()
            .iter()
            .all(|record| record.outcome == CallbackOutcome::Skipped)
    );
}

#[tokio::test]
async fn refused_lead_is_not_called_back_and_a_silent_receiver_is_noted() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let lead = with(lead(), json!({"call_back_url": url}));
    assert_eq!(post_lead(&sandbox, &lead).await.status, 200);
    assert_eq!(post_lead(&sandbox, &lead).await.status, 422);
    sandbox.wait_until(|counts| counts.callbacks_failed == 1).await;
    assert_eq!(sandbox.callbacks().len(), 1);
}
