//! Tokens: how one is got, which of them count, how they end, and that no secret is recorded.

use leadsink_sandbox::{Handle, Sandbox, TEST_PASSWORD, TEST_TOKEN, TEST_USERNAME};
use serde_json::{Value, json};

use super::{JSON, PROJECTS, get, sandbox, with_token};
use crate::client::{Answer, once, request};

const LOGIN: &str = "/opensolar/api-token-auth/";
const USER: &str = "/opensolar/auth/users/10/";

async fn try_log_in(sandbox: &Handle, body: &Value) -> Answer {
    let login = request(&format!("POST {LOGIN}"), &[JSON], &body.to_string());
    once(sandbox, &login).await.unwrap()
}

/// Logs in with the test credentials and returns the token.
pub(super) async fn log_in(sandbox: &Handle) -> String {
    let answer = try_log_in(sandbox, &json!({"username": TEST_USERNAME, "password": TEST_PASSWORD})).await;
    assert_eq!(answer.status, 200);
    answer.json()["token"].as_str().unwrap().to_owned()
}

async fn status_with(sandbox: &Handle, token: &str) -> u16 {
    let line = format!("GET {PROJECTS}");
    with_token(sandbox, token, &line, &Value::Null).await.status
}

#[tokio::test]
async fn password_is_exchanged_for_a_token_and_told_with_user_and_organization() {
    let sandbox = sandbox().await;
    let answer = try_log_in(&sandbox, &json!({"username": TEST_USERNAME, "password": TEST_PASSWORD})).await;
    let session = answer.json();
    assert_eq!((&session["org_id"], &session["orgs"][0]["id"]), (&json!(1), &json!(1)));
    assert_eq!(session["user"]["url"], "https://api.opensolar.com/auth/users/10/");
    let token = session["token"].as_str().unwrap();
    assert!(token.starts_with("s_") && token.len() == 34);
    assert_eq!(status_with(&sandbox, token).await, 200);
    assert_ne!(token, log_in(&sandbox).await);
    assert_eq!((sandbox.counts().logins, sandbox.counts().accepted), (2, 0));
    let counts = once(&sandbox, &request("GET /_sandbox/counts", &[], "")).await.unwrap();
    assert_eq!(counts.json()["logins"], 2);
}

#[tokio::test]
async fn wrong_or_missing_credentials_are_refused_in_the_frameworks_words() {
    let sandbox = sandbox().await;
    let wrong = json!({"non_field_errors": ["Unable to log in with provided credentials."]});
    let missing = json!(["This field is required."]);
    for (body, told) in [
        (json!({"username": TEST_USERNAME, "password": "x"}), wrong.clone()),
        (json!({"username": "x", "password": TEST_PASSWORD}), wrong),
        (json!({"username": TEST_USERNAME}), json!({"password": missing})),
        (
            json!({"password": ""}),
            json!({"password": missing, "username": missing}),
        ),
    ] {
        let answer = try_log_in(&sandbox, &body).await;
        assert_eq!((answer.status, answer.json()), (400, told));
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let login = request(
        &format!("POST {LOGIN}"),
        &form,
        "username=sandbox&password=sandbox-password",
    );
    assert_eq!(once(&sandbox, &login).await.unwrap().status, 415);
    assert_eq!(sandbox.counts().logins, 0);
}

#[tokio::test]
async fn code_is_demanded_where_the_account_has_one() {
    let sandbox = Sandbox::builder().mfa_code("123456").start().await.unwrap();
    let mut body = json!({"username": TEST_USERNAME, "password": TEST_PASSWORD});
    assert_eq!(try_log_in(&sandbox, &body).await.status, 400);
    body["token"] = json!("654321");
    assert_eq!(try_log_in(&sandbox, &body).await.status, 400);
    body["token"] = json!("123456");
    assert_eq!(try_log_in(&sandbox, &body).await.status, 200);
}

#[tokio::test]
async fn only_a_known_bearer_token_is_let_in() {
    let sandbox = sandbox().await;
    let line = format!("GET {PROJECTS}");
    let none = json!({"detail": "Authentication credentials were not provided."});
    let invalid = json!({"detail": "Invalid token."});
    let token = format!("Token {TEST_TOKEN}");
    for (authorization, told) in [
        (None, &none),
        (Some(token.as_str()), &none),
        (Some("Bearer sandbox-password"), &invalid),
        (Some("Bearer"), &none),
    ] {
        let headers: Vec<_> = authorization
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        let answer = once(&sandbox, &request(&line, &headers, "")).await.unwrap();
        assert_eq!((answer.status, &answer.json()), (401, told), "{authorization:?}");
        assert!(answer.head.contains("www-authenticate: bearer\r\n"));
    }
    assert_eq!(status_with(&sandbox, TEST_TOKEN).await, 200);
}

#[tokio::test]
async fn tokens_end_on_demand_and_a_new_one_is_let_in() {
    let sandbox = sandbox().await;
    let old = log_in(&sandbox).await;
    sandbox.expire_tokens("opensolar").unwrap();
    assert_eq!(status_with(&sandbox, &old).await, 401);
    assert_eq!(
        status_with(&sandbox, TEST_TOKEN).await,
        200,
        "a machine user's token does not end"
    );
    let new = log_in(&sandbox).await;
    assert_eq!(
        (status_with(&sandbox, &new).await, status_with(&sandbox, &old).await),
        (200, 401)
    );

    let expire = |body: &str| request("POST /_sandbox/expire", &[], body);
    let answer = once(&sandbox, &expire(r#"{"vendor":"opensolar"}"#)).await.unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(status_with(&sandbox, &new).await, 401);
    assert_eq!(
        once(&sandbox, &expire(r#"{"vendor":"nobody"}"#)).await.unwrap().status,
        400
    );
    assert!(sandbox.expire_tokens("ntherm").is_ok() && sandbox.expire_tokens("nobody").is_err());

    let kept = log_in(&sandbox).await;
    sandbox.reset();
    assert_eq!((status_with(&sandbox, &kept).await, sandbox.counts().logins), (200, 0));
}

#[tokio::test]
async fn tokens_of_a_machine_user_do_not_end() {
    let sandbox = sandbox().await;
    let token = log_in(&sandbox).await;
    let set = async |line: &str, body: Value| with_token(&sandbox, &token, line, &body).await;
    let patch = format!("PATCH {USER}");
    let answer = set(&patch, json!({"is_machine_user": true})).await;
    assert_eq!((answer.status, &answer.json()["is_machine_user"]), (200, &json!(true)));
    sandbox.expire_tokens("opensolar").unwrap();
    assert_eq!(status_with(&sandbox, &token).await, 200);
    assert_eq!(set(&patch, json!({"is_machine_user": "yes"})).await.status, 400);
    assert_eq!(
        set("PATCH /opensolar/auth/users/11/", json!({"is_machine_user": true}))
            .await
            .status,
        404
    );
    set(&patch, json!({"is_machine_user": false})).await;
    sandbox.expire_tokens("opensolar").unwrap();
    assert_eq!(status_with(&sandbox, &token).await, 401);
}

#[tokio::test]
async fn token_is_fetched_anew_while_it_is_valid() {
    let sandbox = sandbox().await;
    let answer = get(&sandbox, "/opensolar/api/fetch_token/?org_id=1").await;
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(status_with(&sandbox, &token).await, 200);
    assert_eq!(get(&sandbox, "/opensolar/api/fetch_token/?org_id=2").await.status, 403);
    let line = "GET /opensolar/api/fetch_token/?org_id=1";
    assert_eq!(with_token(&sandbox, "x", line, &Value::Null).await.status, 401);
    assert_eq!(sandbox.counts().logins, 0);
    let org = get(&sandbox, "/opensolar/api/orgs/1/").await.json();
    assert_eq!(org["projects"], "https://api.opensolar.com/api/orgs/1/projects/");
}

#[tokio::test]
async fn neither_password_code_nor_token_is_recorded() {
    let sandbox = Sandbox::builder().mfa_code("123456").start().await.unwrap();
    let body = json!({"username": TEST_USERNAME, "password": TEST_PASSWORD, "token": "123456"});
    let token = try_log_in(&sandbox, &body).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    status_with(&sandbox, &token).await;
    let broken = request(&format!("POST {LOGIN}"), &[JSON], r#"{"password":"sandbox-password""#);
    once(&sandbox, &broken).await.unwrap();
    let received = sandbox.received();
    assert_eq!(
        received[0].body,
        json!({"username": "sandbox", "password": "***", "token": "***"})
    );
    assert_eq!(received[2].body, "***");
    let recorded = serde_json::to_string(&received).unwrap();
    for secret in [TEST_PASSWORD, "123456", &token] {
        assert!(!recorded.contains(secret));
    }
}
