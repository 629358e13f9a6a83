//! LeadConduit's rules: what becomes of a lead, how each source tells it, whom it lets in, and each fault.

mod events;
mod submission;

use std::time::Duration;

use leadsink_sandbox::{
    Fault, Handle, Keep, Sandbox, TEST_CLASSIC_SOURCE, TEST_FLOW, TEST_GUARDED_SOURCE, TEST_SOURCE, TEST_VERBOSE_SOURCE,
};
use serde_json::{Value, json};

use crate::client::{AUTHORIZATION, Answer, once, request, with};

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

/// Returns the path of a source of the vendor, which is LeadConduit or stands behind it.
pub(crate) fn path(vendor: &str, source: &str, verb: &str) -> String {
    format!("/{vendor}/flows/{TEST_FLOW}/sources/{source}/{verb}")
}

fn submit_path() -> String {
    path("leadconduit", TEST_SOURCE, "submit")
}

async fn send(sandbox: &Handle, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    once(sandbox, &request(line, headers, body)).await.unwrap()
}

async fn to(sandbox: &Handle, source: &str, verb: &str, lead: &Value) -> Answer {
    let line = format!("POST {}", path("leadconduit", source, verb));
    send(sandbox, &line, &[JSON], &lead.to_string()).await
}

async fn submit(sandbox: &Handle, lead: &Value) -> Answer {
    to(sandbox, TEST_SOURCE, "submit", lead).await
}

fn lead() -> Value {
    json!({
        "first_name": "Ada", "last_name": "Winters", "email": "ada@example.com", "phone_1": "+14155550123",
        "state": "CA", "reference": "A-1", "utility.electric.company.name": "PG&E",
    })
}

#[tokio::test]
async fn lead_in_order_is_taken_with_an_id_and_a_price() {
    let sandbox = sandbox().await;
    let answer = submit(&sandbox, &lead()).await;
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.body,
        r#"{"outcome":"success","lead":{"id":"65b0c0de0000000000000001"},"price":12.5}"#
    );
    let received = sandbox.received();
    assert!(received[0].accepted && received[0].unknown_fields.is_empty());
    let more = json!({"reference": "A-2", "email": "b@example.com", "project": {"name": "x"}, "roof colour": "red"});
    submit(&sandbox, &more).await;
    assert_eq!(sandbox.received()[1].unknown_fields, ["project.name", "roof colour"]);
}

#[tokio::test]
async fn lead_that_was_taken_before_is_a_duplicate() {
    let sandbox = sandbox().await;
    submit(&sandbox, &lead()).await;
    let other = json!({"email": "ADA@example.com ", "phone_1": "(415) 555-0123", "reference": "A-2"});
    for (news, is_known) in [
        (json!({"email": "b@example.com", "phone_1": "4155550199"}), true),
        (with(other.clone(), json!({})), true),
        (with(other.clone(), json!({"phone_1": "4155550198"})), false),
        (json!({"reference": "", "email": "", "phone_1": "4155550123"}), false),
    ] {
        let answer = submit(&sandbox, &with(lead(), news)).await;
        assert_eq!(answer.status, 201);
        let told = answer.json();
        if is_known {
            assert_eq!(
                (&told["outcome"], &told["reason"], &told["price"]),
                (&json!("failure"), &json!("duplicate"), &json!(0))
            );
            assert!(told["lead"]["id"].is_string());
        } else {
            assert_eq!(told["outcome"], "success");
        }
    }
    assert_eq!(sandbox.counts().accepted, 3);
    sandbox.reset();
    assert_eq!(submit(&sandbox, &lead()).await.json()["outcome"], "success");
}

#[tokio::test]
async fn long_run_still_knows_duplicates() {
    let sandbox = Sandbox::builder().keep(Keep::Counts).start().await.unwrap();
    submit(&sandbox, &lead()).await;
    assert_eq!(submit(&sandbox, &lead()).await.json()["reason"], "duplicate");
}

#[tokio::test]
async fn rules_refuse_whom_they_are_told_to() {
    let sandbox = Sandbox::builder().refuse_phone("4155550177").start().await.unwrap();
    for (start, outcome, reason) in [
        ("sandbox-cap", "failure", "Cap reached"),
        (
            "sandbox-hours",
            "failure",
            "Submission Timestamp must be within hours of operation",
        ),
        ("sandbox-rule", "failure", "lead.state must not be equal to FL"),
        ("sandbox-no-bid", "failure", "no bid"),
        ("sandbox-error", "error", "Unrecognized response"),
    ] {
        let news = json!({"email": format!("{start}.ada@example.com")});
        let answer = submit(&sandbox, &with(lead(), news)).await;
        let told = answer.json();
        assert_eq!(
            (answer.status, &told["outcome"], &told["reason"]),
            (201, &json!(outcome), &json!(reason))
        );
    }
    let refused = submit(&sandbox, &with(lead(), json!({"phone_1": "+1 415-555-0177"})))
        .await
        .json();
    assert_eq!(refused["outcome"], "failure");
    assert_eq!(sandbox.counts().accepted, 0);
    assert_eq!(
        submit(&sandbox, &lead()).await.json()["outcome"],
        "success",
        "what was refused is no duplicate"
    );
}

#[tokio::test]
async fn ping_is_a_bid_without_a_lead() {
    let sandbox = sandbox().await;
    let ping = async |lead: &Value| to(&sandbox, TEST_SOURCE, "ping", lead).await;
    let answer = ping(&lead()).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"outcome":"success","price":12.5}"#)
    );
    let answer = ping(&with(lead(), json!({"email": "sandbox-no-bid@example.com"}))).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"outcome":"failure","reason":"no bid","price":0}"#)
    );
    assert_eq!(sandbox.counts().accepted, 0);
    assert_eq!(
        submit(&sandbox, &lead()).await.json()["outcome"],
        "success",
        "a ping is no lead"
    );
    assert_eq!(ping(&lead()).await.json()["reason"], "duplicate");
}

#[tokio::test]
async fn classic_source_answers_in_the_older_form() {
    let sandbox = sandbox().await;
    let answer = to(&sandbox, TEST_CLASSIC_SOURCE, "submit", &lead()).await;
    assert!(answer.head.contains("content-type: text/xml") && answer.status == 201);
    assert!(
        answer
            .body
            .contains("<response><result>success</result><leadId>65b0c0de0000000000000001</leadId><url>")
    );
    assert!(answer.body.ends_with("<price>12.5</price></response>"));
    let answer = to(&sandbox, TEST_CLASSIC_SOURCE, "submit", &lead()).await;
    assert!(
        answer
            .body
            .contains("<result>failure</result><reason>duplicate</reason>")
    );
}

#[tokio::test]
async fn verbose_source_has_nothing_to_append_where_no_step_does() {
    let sandbox = sandbox().await;
    let answer = to(&sandbox, TEST_VERBOSE_SOURCE, "submit", &lead()).await.json();
    assert_eq!((&answer["outcome"], answer.get("appended")), (&json!("success"), None));
}

#[tokio::test]
async fn guarded_source_asks_for_its_key_and_files_nothing_without() {
    let sandbox = sandbox().await;
    let line = format!("POST {}", path("leadconduit", TEST_GUARDED_SOURCE, "submit"));
    // The user name is ignored: the second pair is `X:sandbox-password`, the third `sandbox:wrong`.
    for (authorization, status) in [
        (None, 401),
        (Some("Basic c2FuZGJveDp3cm9uZw=="), 401),
        (Some("Bearer sandbox-password"), 401),
        (Some("Basic WDpzYW5kYm94LXBhc3N3b3Jk"), 201),
    ] {
        let mut headers = vec![JSON];
        headers.extend(authorization.map(|value| ("authorization", value)));
        let answer = send(&sandbox, &line, &headers, &lead().to_string()).await;
        assert_eq!(answer.status, status, "{authorization:?}");
        if status == 401 {
            assert_eq!(answer.body, "Unauthorized source");
            assert!(answer.head.contains("content-type: text/plain"));
        }
    }
    let events = send(
        &sandbox,
        "GET /leadconduit/events",
        &[("authorization", AUTHORIZATION)],
        "",
    )
    .await;
    assert_eq!(events.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn other_flows_sources_and_methods_are_refused() {
    let sandbox = sandbox().await;
    let known = submit_path();
    for path in [
        known.replace(TEST_FLOW, "65a1b2c3d4e5f60718293a00"),
        known.replace(TEST_SOURCE, "65a1b2c3d4e5f60718293a00"),
        known.replace("submit", "post"),
        format!("{known}/"),
        "/leadconduit".to_owned(),
    ] {
        let answer = send(&sandbox, &format!("POST {path}"), &[JSON], "{}").await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.head.contains("content-type: text/plain"));
    }
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = send(&sandbox, &format!("{method} {known}"), &[JSON], "{}").await;
        assert_eq!(answer.status, 405);
        assert!(answer.head.contains("allow: get, post\r\n"));
    }
}

#[tokio::test]
async fn neither_flow_nor_source_is_recorded() {
    let sandbox = sandbox().await;
    submit(&sandbox, &lead()).await;
    send(&sandbox, &format!("GET {}?reference=A-2", submit_path()), &[], "").await;
    let received = sandbox.received();
    assert_eq!(received[0].path, "/flows/***/sources/***/submit");
    assert_eq!(received[1].path, "/flows/***/sources/***/submit?reference=A-2");
    let recorded = serde_json::to_string(&received).unwrap();
    assert!(!recorded.contains(TEST_FLOW) && !recorded.contains(TEST_SOURCE));
}

#[tokio::test]
async fn faults_are_told_in_plain_text_and_lost_answers_leave_a_lead() {
    let sandbox = sandbox().await;
    for (fault, status) in [
        (Fault::BadRequest, 400),
        (Fault::Unauthorized, 401),
        (Fault::TooManyRequests { retry_after: 1 }, 429),
        (Fault::ServerError, 500),
    ] {
        sandbox.script("leadconduit", [fault]).unwrap();
        let answer = submit(&sandbox, &lead()).await;
        assert_eq!(answer.status, status);
        assert!(answer.head.contains("content-type: text/plain"), "{fault}");
    }
    sandbox.script("leadconduit", [Fault::GatewayTimeoutAfter]).unwrap();
    assert_eq!(submit(&sandbox, &lead()).await.status, 504);
    assert_eq!(submit(&sandbox, &lead()).await.json()["reason"], "duplicate");
}

#[tokio::test]
async fn each_source_is_limited_by_itself() {
    let builder = Sandbox::builder().rate_limit("leadconduit", 1, Duration::from_secs(60));
    let sandbox = builder.start().await.unwrap();
    assert_eq!(submit(&sandbox, &lead()).await.status, 201);
    assert_eq!(submit(&sandbox, &lead()).await.status, 429);
    assert_eq!(to(&sandbox, TEST_CLASSIC_SOURCE, "submit", &lead()).await.status, 201);
}
