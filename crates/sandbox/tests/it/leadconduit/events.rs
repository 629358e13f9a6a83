//! `GET /events`: whom it lets in, what it filters by, and that a lead whose answer was lost is found there.

use leadsink_sandbox::{Fault, Handle};
use serde_json::{Value, json};

use super::{lead, sandbox, send, submit};
use crate::client::{AUTHORIZATION, Answer, with};

async fn get(sandbox: &Handle, query: &str) -> Answer {
    let line = format!("GET /leadconduit/events?{query}");
    send(sandbox, &line, &[("authorization", AUTHORIZATION)], "").await
}

async fn references(sandbox: &Handle, query: &str) -> Vec<String> {
    let answer = get(sandbox, query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let events = answer.json();
    let reference = |event: &Value| event["vars"]["lead"]["reference"].as_str().unwrap().to_owned();
    events.as_array().unwrap().iter().map(reference).collect()
}

#[tokio::test]
async fn events_come_by_time_and_by_id() {
    let sandbox = sandbox().await;
    for n in 0..4 {
        let news = json!({"reference": n.to_string(), "email": format!("a{n}@example.com")});
        submit(&sandbox, &with(lead(), news)).await;
    }
    assert_eq!(references(&sandbox, "").await, ["3", "2", "1", "0"]);
    assert_eq!(references(&sandbox, "sort=asc&limit=2").await, ["0", "1"]);
    let second = get(&sandbox, "sort=asc&limit=2").await.json()[1]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        references(&sandbox, &format!("sort=asc&after_id={second}")).await,
        ["2", "3"]
    );
    assert_eq!(references(&sandbox, &format!("before_id={second}")).await, ["0"]);
    assert_eq!(
        references(&sandbox, "start=2000-01-01T00:00:00Z&end=2999-01-01T00:00:00Z")
            .await
            .len(),
        4
    );
    assert!(references(&sandbox, "start=2999-01-01T00:00:00Z").await.is_empty());
    assert!(references(&sandbox, "end=2000-01-01T00:00:00Z").await.is_empty());
}

#[tokio::test]
async fn lead_whose_answer_was_lost_is_among_the_events() {
    let sandbox = sandbox().await;
    sandbox.script("leadconduit", [Fault::GatewayTimeoutAfter]).unwrap();
    assert_eq!(submit(&sandbox, &lead()).await.status, 504);
    submit(&sandbox, &lead()).await;
    let events = get(&sandbox, "sort=asc").await.json();
    assert_eq!(events[0]["outcome"], "success");
    assert_eq!(events[0]["vars"]["lead"]["reference"], "A-1");
    assert_eq!(
        (&events[1]["outcome"], &events[1]["reason"]),
        (&json!("failure"), &json!("duplicate"))
    );
    sandbox.reset();
    assert_eq!(get(&sandbox, "").await.json(), json!([]));
}

#[tokio::test]
async fn key_is_asked_for_and_parameters_are_checked() {
    let sandbox = sandbox().await;
    let answer = send(&sandbox, "GET /leadconduit/events", &[], "").await;
    assert_eq!(answer.status, 401);
    let answer = send(
        &sandbox,
        "POST /leadconduit/events",
        &[("authorization", AUTHORIZATION)],
        "",
    )
    .await;
    assert_eq!(answer.status, 405);
    for query in [
        "limit=0",
        "limit=1001",
        "sort=up",
        "after_id=1",
        "start=yesterday",
        "rules=x",
        "include=x",
        "exclude=x",
        "reference=A-1",
    ] {
        assert_eq!(get(&sandbox, query).await.status, 400, "{query}");
    }
}
