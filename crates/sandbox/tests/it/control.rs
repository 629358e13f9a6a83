//! The sandbox's own pages, and what it keeps.

use leadsink_sandbox::{Keep, Sandbox};
use serde_json::{Value, json};

use crate::client::{lead, ntherm, once, post_lead, request};

async fn get(sandbox: &Sandbox, path: &str) -> String {
    let answer = once(sandbox, &request(&format!("GET {path}"), &[], "")).await.unwrap();
    assert_eq!(answer.status, 200);
    answer.body
}

async fn post(sandbox: &Sandbox, path: &str, body: &str) -> u16 {
    once(sandbox, &request(&format!("POST {path}"), &[], body))
        .await
        .unwrap()
        .status
}

#[tokio::test]
async fn received_is_told_as_ndjson_without_credentials() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    post_lead(&sandbox, &lead()).await;
    once(
        &sandbox,
        &ntherm("prePing?x=1", &[("x-sandbox-fault", "503")], &json!("text")),
    )
    .await
    .unwrap();
    let told = get(&sandbox, "/_sandbox/received?vendor=ntherm").await;
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["body"], lead());
    assert_eq!(lines[0]["headers"]["authorization"], "***");
    assert_eq!(lines[0]["path"], "/postLead");
    assert!(lines[0].get("fault").is_none());
    assert_eq!((&lines[1]["seq"], &lines[1]["fault"]), (&json!(2), &json!("503")));
    assert_eq!(lines[1]["path"], "/prePing?x=1");
    assert!(!told.contains("c2FuZGJveD"));
    assert_eq!(get(&sandbox, "/_sandbox/received?vendor=other").await, "");

    let delete = request("DELETE /_sandbox/received", &[], "");
    assert_eq!(once(&sandbox, &delete).await.unwrap().status, 204);
    assert_eq!(get(&sandbox, "/_sandbox/received").await, "");
    assert_eq!(
        post_lead(&sandbox, &lead()).await.status,
        422,
        "the lead itself is remembered"
    );
}

#[tokio::test]
async fn log_file_has_every_request() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.ndjson");
    let sandbox = Sandbox::builder().log(&file).keep(Keep::Counts).start().await.unwrap();
    post_lead(&sandbox, &lead()).await;
    post_lead(&sandbox, &lead()).await;
    let log = std::fs::read_to_string(&file).unwrap();
    let statuses: Vec<_> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [200, 422]);
    assert_eq!((sandbox.received().len(), sandbox.counts().requests), (0, 2));
}

#[tokio::test]
async fn faults_can_be_set_over_http() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let wanted = r#"{"vendor":"ntherm","script":["503","429;retry-after=2"],"rates":"500"}"#;
    assert_eq!(post(&sandbox, "/_sandbox/faults", wanted).await, 204);
    for status in [503, 429, 500, 500] {
        assert_eq!(post_lead(&sandbox, &lead()).await.status, status);
    }
    for wrong in [
        "",
        r#"{"vendor":"nobody"}"#,
        r#"{"vendor":"ntherm","script":["418"]}"#,
        r#"{"vendor":"ntherm","rates":"503=2"}"#,
        r#"{"vendor":"ntherm","rate":"503"}"#,
    ] {
        assert_eq!(post(&sandbox, "/_sandbox/faults", wrong).await, 400, "{wrong}");
    }
}

#[tokio::test]
async fn reset_forgets_leads_scripts_and_counts() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    post_lead(&sandbox, &lead()).await;
    post(&sandbox, "/_sandbox/faults", r#"{"vendor":"ntherm","script":["503"]}"#).await;
    assert_eq!(post(&sandbox, "/_sandbox/reset", "").await, 204);
    assert_eq!((sandbox.counts().requests, sandbox.received().len()), (0, 0));
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 200);
}

#[tokio::test]
async fn counts_health_config_and_front_page_are_told() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    post_lead(&sandbox, &lead()).await;
    let counts: Value = serde_json::from_str(&get(&sandbox, "/_sandbox/counts").await).unwrap();
    assert_eq!((&counts["accepted"], &counts["connections"]), (&json!(1), &json!(2)));
    assert_eq!(get(&sandbox, "/_sandbox/health").await, r#"{"status":"ok"}"#);
    assert_eq!(get(&sandbox, "/_sandbox/config").await, sandbox.leadsink_toml());
    let page = get(&sandbox, "/").await;
    assert!(page.contains(&sandbox.base_url("ntherm").unwrap()) && page.contains("POST /prePing"));
}

#[tokio::test]
async fn pages_are_not_told_under_a_foreign_name() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let foreign = "GET /_sandbox/received HTTP/1.1\r\nhost: evil.example\r\n\r\n";
    assert_eq!(once(&sandbox, foreign).await.unwrap().status, 403);
}

#[tokio::test]
async fn body_longer_than_any_lead_is_refused() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let long = json!({"city": "x".repeat(1024 * 1024)});
    assert_eq!(post_lead(&sandbox, &long).await.status, 413);
}
