//! OpenSolar's document, rule by rule: paths and their slashes, whom it lets in, what each resource takes, and each fault.

mod auth;
mod fields;
mod lists;
mod projects;

use std::io::ErrorKind;
use std::time::Duration;

use leadsink_sandbox::{Fault, Handle, Sandbox, SandboxError, TEST_TOKEN};
use serde_json::{Value, json};

use crate::client::{Answer, once, request};

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
pub(crate) const PROJECTS: &str = "/opensolar/api/orgs/1/projects/";
const CONTACTS: &str = "/opensolar/api/orgs/1/contacts/";

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

/// Sends a request with the token given, and JSON unless the body is `null`.
async fn with_token(sandbox: &Handle, token: &str, line: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let headers = [("authorization", bearer.as_str()), JSON];
    once(sandbox, &request(line, &headers, &body)).await.unwrap()
}

async fn call(sandbox: &Handle, line: &str, body: &Value) -> Answer {
    with_token(sandbox, TEST_TOKEN, line, body).await
}

async fn get(sandbox: &Handle, path: &str) -> Answer {
    call(sandbox, &format!("GET {path}"), &Value::Null).await
}

async fn post(sandbox: &Handle, path: &str, body: &Value) -> Answer {
    call(sandbox, &format!("POST {path}"), body).await
}

/// Creates a project that is to be taken, and returns it.
async fn create(sandbox: &Handle, project: &Value) -> Value {
    let answer = post(sandbox, PROJECTS, project).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

/// The document's sample, without the comments in its JSON; the role is one that there is.
fn project() -> Value {
    json!({
        "identifier": "123456", "is_residential": "1", "lead_source": "Door Knockers",
        "notes": "Has a pool, needs LG panel.", "lat": "35.12364", "lon": "128.23216", "address": "123 Fake st",
        "locality": "Fakesville", "state": "NSW", "country_iso2": "AU", "zip": "2020", "number_of_phases": "1",
        "roof_type": "https://api.opensolar.com/api/roof_types/6/",
        "assigned_role": "https://api.opensolar.com/api/orgs/1/roles/50/",
        "contacts_new": [{
            "first_name": "George", "family_name": "Costanza", "email": "gconstanza@vanderlayindustries.com",
            "phone": "0400000000", "date_of_birth": "1990-01-01", "gender": "2",
        }],
    })
}

#[tokio::test]
async fn writes_without_a_slash_are_redirected_and_make_nothing() {
    let sandbox = sandbox().await;
    for (line, place) in [
        ("POST /opensolar/api/orgs/1/projects", "/opensolar/api/orgs/1/projects/"),
        (
            "PATCH /opensolar/api/orgs/1/projects/1?a=b",
            "/opensolar/api/orgs/1/projects/1/?a=b",
        ),
        (
            "PUT /opensolar/api/orgs/1/contacts/60",
            "/opensolar/api/orgs/1/contacts/60/",
        ),
        ("POST /opensolar/api-token-auth", "/opensolar/api-token-auth/"),
    ] {
        let answer = call(&sandbox, line, &project()).await;
        assert_eq!(answer.status, 301, "{line}");
        assert!(answer.head.contains(&format!("location: {place}\r\n")), "{line}");
    }
    assert_eq!(sandbox.counts().accepted, 0);
    assert_eq!(get(&sandbox, "/opensolar/api/orgs/1/projects").await.status, 200);
}

#[tokio::test]
async fn unknown_paths_organizations_and_methods_are_refused() {
    let sandbox = sandbox().await;
    for path in [
        "/opensolar/",
        "/opensolar/api/orgs/x/projects/",
        "/opensolar/api/orgs/1/systems/",
        "/opensolar/api//orgs/1/",
    ] {
        let answer = get(&sandbox, path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.head.contains("content-type: text/html"), "{path}");
    }
    for path in [
        "/opensolar/api/orgs/2/projects/",
        "/opensolar/api/orgs/2/contacts/60/",
        "/opensolar/api/orgs/2/",
    ] {
        let answer = get(&sandbox, path).await;
        assert_eq!(
            (answer.status, answer.json()["detail"].is_string()),
            (403, true),
            "{path}"
        );
    }
    for path in ["projects/9/", "contacts/9/", "roles/9/"] {
        let answer = get(&sandbox, &format!("/opensolar/api/orgs/1/{path}")).await;
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({"detail": "Not found."})),
            "{path}"
        );
    }
    for (line, allowed) in [
        ("PUT /opensolar/api/orgs/1/projects/", "get, post"),
        ("POST /opensolar/api/orgs/1/projects/1/", "get, patch, delete"),
        ("PATCH /opensolar/api/orgs/1/contacts/1/", "get, put, delete"),
        ("POST /opensolar/api/orgs/1/roles/", "get"),
        ("GET /opensolar/api-token-auth/", "post"),
    ] {
        let answer = call(&sandbox, line, &json!({})).await;
        assert_eq!(answer.status, 405, "{line}");
        assert!(answer.head.contains(&format!("allow: {allowed}\r\n")), "{line}");
        assert!(answer.json()["detail"].as_str().unwrap().ends_with("not allowed."));
    }
}

#[tokio::test]
async fn body_must_be_json_and_an_object() {
    let sandbox = sandbox().await;
    let bearer = format!("Bearer {TEST_TOKEN}");
    let send = async |content_type: &str, body: &str| {
        let headers = [("authorization", bearer.as_str()), ("content-type", content_type)];
        once(&sandbox, &request(&format!("POST {PROJECTS}"), &headers, body))
            .await
            .unwrap()
    };
    let answer = send("text/plain", "{}").await;
    let detail = json!({"detail": "Unsupported media type \"text/plain\" in request."});
    assert_eq!((answer.status, answer.json()), (415, detail));
    assert_eq!(send("application/x-www-form-urlencoded", "a=b").await.status, 415);
    let answer = send("application/json", "{\"address\":").await;
    assert_eq!((answer.status, answer.json()["detail"].is_string()), (400, true));
    let answer = send("application/json", "[]").await;
    let text = "Invalid data. Expected a dictionary, but got list.";
    assert_eq!(
        (answer.status, answer.json()),
        (400, json!({"non_field_errors": [text]}))
    );
    assert_eq!(sandbox.counts().accepted, 0);
}

#[tokio::test]
async fn empty_wallet_creates_no_project_and_does_the_rest() {
    let sandbox = Sandbox::builder().empty_wallet().start().await.unwrap();
    let answer = post(&sandbox, PROJECTS, &project()).await;
    assert_eq!((answer.status, answer.json()["detail"].is_string()), (402, true));
    assert_eq!(sandbox.counts().accepted, 0);
    assert_eq!(get(&sandbox, PROJECTS).await.json(), json!([]));
    assert_eq!(post(&sandbox, CONTACTS, &json!({"first_name": "A"})).await.status, 201);
}

#[tokio::test]
async fn project_is_there_although_its_answer_was_lost() {
    let sandbox = sandbox().await;
    for fault in [
        Fault::ResetAfter,
        Fault::GatewayTimeoutAfter,
        Fault::Cut,
        Fault::Truncated,
    ] {
        sandbox.script("opensolar", [fault]).unwrap();
        let headers = [("authorization", &*format!("Bearer {TEST_TOKEN}")), JSON];
        let sent = once(
            &sandbox,
            &request(&format!("POST {PROJECTS}"), &headers, r#"{"identifier":"lost"}"#),
        )
        .await;
        match fault {
            Fault::ResetAfter => assert_eq!(sent.unwrap_err().kind(), ErrorKind::ConnectionReset),
            Fault::GatewayTimeoutAfter => assert_eq!(sent.unwrap().status, 504),
            Fault::Cut => assert!(sent.is_err()),
            _ => assert!(serde_json::from_str::<Value>(&sent.unwrap().body).is_err()),
        }
    }
    let listed = get(&sandbox, &format!("{PROJECTS}?ordering=-created_date"))
        .await
        .json();
    assert_eq!(
        listed.as_array().unwrap().len(),
        4,
        "nothing is told apart by its identifier"
    );
    let newest = listed[0]["id"].as_u64().unwrap();
    let found = get(&sandbox, &format!("{PROJECTS}{newest}/")).await.json();
    assert_eq!(found["identifier"], "lost");
    sandbox.script("opensolar", [Fault::ServerError]).unwrap();
    let answer = post(&sandbox, PROJECTS, &project()).await;
    assert_eq!(
        (answer.status, answer.body.contains("<h1>Server Error (500)</h1>")),
        (500, true)
    );
    assert_eq!(sandbox.counts().accepted, 4);
}

#[tokio::test]
async fn faults_are_told_in_the_frameworks_form() {
    let sandbox = sandbox().await;
    for (fault, status, key) in [
        (Fault::BadRequest, 400, "non_field_errors"),
        (Fault::Unauthorized, 401, "detail"),
        (Fault::PaymentRequired, 402, "detail"),
        (Fault::TooManyRequests { retry_after: 3 }, 429, "detail"),
    ] {
        sandbox.script("opensolar", [fault]).unwrap();
        let answer = post(&sandbox, PROJECTS, &project()).await;
        assert_eq!(
            (answer.status, answer.json().get(key).is_some()),
            (status, true),
            "{fault}"
        );
    }
    assert_eq!(sandbox.counts().accepted, 0);
}

#[tokio::test]
async fn each_class_of_requests_has_a_quota_of_its_own() {
    let minute = Duration::from_secs(60);
    let builder = Sandbox::builder()
        .rate_limit("opensolar/post-project", 1, minute)
        .rate_limit("opensolar/get-project", 2, minute);
    let sandbox = builder.start().await.unwrap();
    let id = create(&sandbox, &json!({})).await["id"].as_u64().unwrap();
    let answer = post(&sandbox, PROJECTS, &json!({})).await;
    assert_eq!(answer.status, 429);
    assert!(answer.head.contains("retry-after: 60\r\n") && answer.json()["detail"].is_string());
    for (path, status) in [
        (PROJECTS, 200),
        (&format!("{PROJECTS}{id}/"), 200),
        (PROJECTS, 429),
        (CONTACTS, 200),
    ] {
        assert_eq!(get(&sandbox, path).await.status, status);
    }
    let token = auth::log_in(&sandbox).await;
    let answer = with_token(&sandbox, &token, &format!("POST {PROJECTS}"), &json!({})).await;
    assert_eq!(answer.status, 429, "the quota is the user's, not the token's");
    assert_eq!(sandbox.counts().accepted, 1);
    let error = Sandbox::builder()
        .rate_limit("opensolar/x", 1, minute)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(&error, SandboxError::UnknownQuota { .. }));
    assert!(
        error
            .to_string()
            .ends_with("available: get-project, post-project, patch-project, login")
    );
}

#[tokio::test]
async fn all_limits_that_a_request_falls_under_count_it() {
    let minute = Duration::from_secs(60);
    let builder = Sandbox::builder()
        .rate_limit("opensolar", 2, minute)
        .rate_limit("opensolar/post-project", 1, minute);
    let sandbox = builder.start().await.unwrap();
    let mut seen = Vec::new();
    for path in [PROJECTS, PROJECTS, CONTACTS] {
        seen.push(post(&sandbox, path, &json!({})).await.status);
    }
    assert_eq!(seen, [201, 429, 429]);

    let builder = Sandbox::builder()
        .rate_limit("opensolar", 1, minute)
        .rate_limit("opensolar/post-project", 9, minute);
    let sandbox = builder.start().await.unwrap();
    create(&sandbox, &json!({})).await;
    assert_eq!(
        post(&sandbox, PROJECTS, &json!({})).await.status,
        429,
        "whichever is used up"
    );
}
