//! Enerflo's document, rule by rule: who is let in, what becomes of a lead, and each fault.

mod browser;
mod customers;
mod fields;

use leadsink_sandbox::{Handle, Keep, Sandbox};
use serde_json::{Value, json};

use crate::client::{Answer, Client, once, request, with};

pub(crate) const ADD: &str = "/enerflo/api/v1/partner/action/lead/add";
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
pub(crate) const KEY: (&str, &str) = ("api-key", "sandbox-password");

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

async fn send(sandbox: &Handle, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    once(sandbox, &request(line, headers, body)).await.unwrap()
}

async fn post(sandbox: &Handle, body: &Value) -> Answer {
    send(sandbox, &format!("POST {ADD}"), &[KEY, JSON], &body.to_string()).await
}

/// Posts a lead that is to be taken.
async fn take(sandbox: &Handle, lead: Value) -> Value {
    let answer = post(sandbox, &json!({ "lead": lead })).await;
    assert_eq!((answer.status, &answer.json()["result"]), (200, &json!("success")));
    answer.json()
}

/// Returns the words of a refusal that is answered as the document says: 200, and no success.
fn refusal(answer: &Answer) -> String {
    let json = answer.json();
    assert_eq!((answer.status, &json["result"]), (200, &json!("error")));
    json["data"]["msg"].as_str().unwrap().to_owned()
}

/// The document's example, without what is specific to a tenant.
pub(crate) fn lead() -> Value {
    json!({
        "integration_record_id": "yj3Shbi2",
        "full_name": "Ferris Bueller",
        "address": "2214 N Honeydew Dr",
        "city": "Saratoga Springs",
        "state": "UT",
        "zip": "84045",
        "email": "custy@enerflo.io",
        "mobile": "8015554444",
        "office_name": "Utah Office",
        "creator": "api@enerflo.io",
        "assign_to_email": "api@enerflo.io",
        "lead_status": "Needs Contact",
    })
}

#[tokio::test]
async fn lead_in_order_is_created_in_the_documents_words() {
    let sandbox = sandbox().await;
    let answer = post(&sandbox, &json!({"lead": lead()})).await;
    assert!(answer.head.contains("content-type: application/json\r\n"));
    assert!(answer.body.len() > 500);
    let body = answer.json();
    assert_eq!(
        (&body["result"], &body["data"]["msg"]),
        (&json!("success"), &json!("Lead Created"))
    );
    let shown = &body["data"]["lead"];
    let keys = "id company_id office_id creator_id agent_id first_name last_name email mobile address city state zip \
                lat lng timezone details external_id lead_source meta_data created_at updated_at";
    let mut places: Vec<_> = keys
        .split(' ')
        .map(|key| answer.body.find(&format!("\"{key}\":")).unwrap())
        .collect();
    assert_eq!(shown.as_object().unwrap().len(), places.len());
    let printed = places.clone();
    places.sort_unstable();
    assert_eq!(places, printed, "in the order of the document");
    assert!(shown["id"].is_u64() && shown["creator_id"].is_u64() && shown["agent_id"] == shown["creator_id"]);
    for (key, value) in [
        ("first_name", "Ferris"),
        ("last_name", "Bueller"),
        ("zip", "84045"),
        ("lat", "46.60165100"),
    ] {
        assert_eq!(shown[key], value);
    }
    for key in ["created_at", "updated_at"] {
        let time = shown[key].as_str().unwrap();
        assert_eq!((time.len(), &time[4..5], &time[10..11]), (19, "-", " "));
    }
    assert_eq!(shown["created_at"], shown["updated_at"]);
    assert_eq!(sandbox.counts().accepted, 1);
}

#[tokio::test]
async fn lead_with_a_known_id_is_updated_and_keeps_what_is_not_sent() {
    let sandbox = sandbox().await;
    let first = take(&sandbox, lead()).await;
    let news = json!({
        "integration_record_id": "yj3Shbi2", "fullAddress": "1 New St", "email": "", "last_name": "B.", "zip": 12345,
        "lead_source": "Web", "assign_to_email": "unknown.rep@enerflo.io", "creator": "",
    });
    let second = take(&sandbox, news).await;
    assert_eq!(second["data"]["msg"], "Lead Updated");
    let (before, after) = (&first["data"]["lead"], &second["data"]["lead"]);
    for key in ["id", "first_name", "mobile", "city", "created_at", "creator_id"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    let changed = ["email", "last_name", "address", "zip", "lead_source", "agent_id"].map(|key| &after[key]);
    assert_eq!(
        changed,
        [
            &Value::Null,
            &json!("B."),
            &json!("1 New St"),
            &json!("12345"),
            &json!("Web"),
            &Value::Null
        ]
    );
    let other = take(&sandbox, with(lead(), json!({"integration_record_id": "other"}))).await;
    assert_eq!(other["data"]["msg"], "Lead Created");
    assert_ne!(&other["data"]["lead"]["id"], &before["id"]);
}

#[tokio::test]
async fn long_run_remembers_which_leads_there_are_and_not_what_was_in_them() {
    let sandbox = Sandbox::builder().keep(Keep::Counts).start().await.unwrap();
    let first = take(&sandbox, lead()).await;
    let second = take(
        &sandbox,
        json!({"integration_record_id": "yj3Shbi2", "fullAddress": "1 New St"}),
    )
    .await;
    assert_eq!(second["data"]["msg"], "Lead Updated");
    assert_eq!(first["data"]["lead"]["id"], second["data"]["lead"]["id"]);
    assert_eq!(second["data"]["lead"]["mobile"], Value::Null);
    sandbox.reset();
    assert_eq!(take(&sandbox, lead()).await["data"]["msg"], "Lead Created");
}

#[tokio::test]
async fn unknown_user_is_assigned_to_nobody() {
    let strangers = json!({"creator": "Unknown@enerflo.io", "assign_to_email": "unknown2@enerflo.io"});
    let sandbox = sandbox().await;
    let shown = take(&sandbox, with(lead(), strangers)).await;
    let users = |shown: &Value| ["creator_id", "agent_id"].map(|key| shown["data"]["lead"][key].is_u64());
    assert_eq!(users(&shown), [false, false]);
    let named = Sandbox::builder()
        .known_users(["Rep@Enerflo.io"])
        .start()
        .await
        .unwrap();
    let shown = take(&named, with(lead(), json!({"assign_to_email": "rep@enerflo.io"}))).await;
    assert_eq!(users(&shown), [false, true]);
}

#[tokio::test]
async fn key_is_taken_from_the_header_or_the_query_and_never_recorded() {
    let sandbox = sandbox().await;
    let body = json!({"lead": lead()}).to_string();
    let other = ("api-key", "other");
    for (query, headers, status) in [
        ("", vec![JSON], 401),
        ("", vec![JSON, other], 401),
        ("?api_key=other", vec![JSON], 401),
        ("?api-key=sandbox-password", vec![JSON], 401),
        ("?api_key=sandbox-password", vec![JSON, other], 401),
        ("?api_key=sandbox-password", vec![JSON], 200),
        ("", vec![JSON, KEY], 200),
    ] {
        let answer = send(&sandbox, &format!("POST {ADD}{query}"), &headers, &body).await;
        assert_eq!(answer.status, status, "{query} {headers:?}");
        assert_eq!(answer.json()["result"] == "success", status == 200);
    }
    let received = serde_json::to_string(&sandbox.received()).unwrap();
    assert!(received.contains("add?api_key=***") && !received.contains("sandbox-password"));
}

#[tokio::test]
async fn other_paths_methods_and_content_types_are_refused() {
    let sandbox = sandbox().await;
    let body = json!({"lead": lead()}).to_string();
    for path in [
        "/enerflo/api/v1/acme/action/lead/add",
        "/enerflo/api/v1/partner/action/lead/add/",
        "/enerflo",
    ] {
        assert_eq!(
            send(&sandbox, &format!("POST {path}"), &[KEY, JSON], &body)
                .await
                .status,
            404
        );
    }
    let answer = send(&sandbox, &format!("PUT {ADD}"), &[KEY, JSON], &body).await;
    assert_eq!(answer.status, 405);
    assert!(answer.head.contains("allow: get, post\r\n"));
    let form = ("content-type", "application/x-www-form-urlencoded");
    for headers in [vec![KEY], vec![KEY, form]] {
        let answer = send(&sandbox, &format!("POST {ADD}"), &headers, &body).await;
        assert_eq!(refusal(&answer), "Content-Type: application/json expected");
    }
    for body in ["", "{", "[]", "lead=1"] {
        let answer = send(&sandbox, &format!("POST {ADD}"), &[KEY, JSON], body).await;
        assert_eq!(refusal(&answer), "Invalid JSON");
    }
    for body in [json!({}), json!({"lead": []}), lead()] {
        assert_eq!(refusal(&post(&sandbox, &body).await), "lead is required");
    }
}

#[tokio::test]
async fn phone_that_is_to_be_refused_is() {
    let sandbox = Sandbox::builder().refuse_phone("8015554444").start().await.unwrap();
    assert_eq!(
        refusal(&post(&sandbox, &json!({"lead": lead()})).await),
        "Lead could not be saved"
    );
    take(&sandbox, with(lead(), json!({"mobile": "8015554445"}))).await;
}

#[tokio::test]
async fn config_is_ready_to_use() {
    let sandbox = sandbox().await;
    let config = format!(
        "[sinks.enerflo]\nvendor = \"enerflo\"\n\n[sinks.enerflo.config]\nbase_url = \"http://127.0.0.1:{}/enerflo\"\n\
         api_key = \"sandbox-password\"\n",
        sandbox.port()
    );
    assert_eq!(sandbox.config_toml("enerflo").unwrap(), config);
}

#[tokio::test]
async fn every_fault_is_made_and_takes_the_lead_or_not() {
    let sandbox = sandbox().await;
    for (fault, status, content_type, is_taken) in [
        ("none", 200, "application/json", true),
        ("latency=1ms", 200, "application/json", true),
        ("400", 400, "application/json", false),
        ("400-doc", 400, "application/json", false),
        ("401", 401, "application/json", false),
        ("429;retry-after=2", 429, "text/html", false),
        ("500", 500, "application/json", false),
        ("502", 502, "text/html", false),
        ("503;retry-after=2", 503, "text/html", false),
        ("504", 504, "text/html", false),
        ("504-after", 504, "text/html", true),
        ("html", 200, "text/html", false),
        ("truncated", 200, "application/json", true),
        ("reset-before", 0, "", false),
        ("reset-after", 0, "", true),
        ("cut", 0, "", true),
        ("hang", 0, "", true),
    ] {
        sandbox.reset();
        let headers = [KEY, JSON, ("x-sandbox-fault", fault)];
        let mut client = Client::connect(&sandbox).await;
        let body = json!({"lead": lead()}).to_string();
        client.write(&request(&format!("POST {ADD}"), &headers, &body)).await;
        if fault == "hang" {
            sandbox.wait_until(|counts| counts.accepted == 1).await;
        } else if status == 0 {
            assert!(client.read().await.is_err(), "{fault}");
        } else {
            let answer = client.read().await.unwrap();
            assert_eq!(answer.status, status, "{fault}");
            assert!(
                answer.head.contains(&format!("content-type: {content_type}\r\n")),
                "{fault}"
            );
            assert_eq!(
                answer.head.contains("retry-after: 2\r\n"),
                fault.ends_with("=2"),
                "{fault}"
            );
            let is_json = content_type == "application/json" && fault != "truncated";
            assert_eq!(serde_json::from_str::<Value>(&answer.body).is_ok(), is_json, "{fault}");
            if status == 429 {
                assert!(answer.body.contains("<title>Error</title>") && answer.body.contains("Too many requests."));
            }
        }
        assert_eq!(sandbox.counts().accepted, u64::from(is_taken), "{fault}");
        let message = if is_taken { "Lead Updated" } else { "Lead Created" };
        assert_eq!(take(&sandbox, lead()).await["data"]["msg"], message, "{fault}");
    }
}
