//! `GET /api/v1/customers`: whom it lets in, and what it lists.

use leadsink_sandbox::Handle;
use serde_json::json;

use super::{KEY, lead, sandbox, send, take};
use crate::client::{Answer, with};

const LIST: &str = "/enerflo/api/v1/customers";

async fn get(sandbox: &Handle, query: &str) -> Answer {
    send(sandbox, &format!("GET {LIST}{query}"), &[KEY], "").await
}

#[tokio::test]
async fn every_lead_is_a_customer_and_pages_have_their_size() {
    let sandbox = sandbox().await;
    let empty = get(&sandbox, "?pageSize=1").await;
    assert_eq!((empty.status, empty.json()), (200, json!({"dataCount": 0, "data": []})));
    let mut ids = Vec::new();
    for n in 0..3 {
        let news = json!({"integration_record_id": n.to_string()});
        ids.push(take(&sandbox, with(lead(), news)).await["data"]["lead"]["id"].clone());
    }
    for (query, wanted) in [
        ("", &ids[..]),
        ("?pageSize=2", &ids[..2]),
        ("?page=2&pageSize=2", &ids[2..]),
        ("?page=3", &[]),
    ] {
        let rows: Vec<_> = wanted.iter().map(|id| json!({"id": id})).collect();
        let answer = get(&sandbox, query).await.json();
        assert_eq!(answer, json!({"dataCount": 3, "data": rows}), "{query}");
    }
    assert_eq!(sandbox.counts().accepted, 3, "a list takes no lead");
}

#[tokio::test]
async fn nobody_gets_in_without_the_key_in_the_header() {
    let sandbox = sandbox().await;
    let list = format!("GET {LIST}");
    let with_query = format!("{list}?api_key=sandbox-password");
    for (line, headers) in [
        (&list, &[][..]),
        (&list, &[("api-key", "sandbox-passwort")]),
        (&with_query, &[]),
    ] {
        assert_eq!(send(&sandbox, line, headers, "").await.status, 401, "{line}");
    }
    assert_eq!(send(&sandbox, &format!("POST {LIST}"), &[KEY], "").await.status, 405);
    assert_eq!(send(&sandbox, &format!("GET {LIST}/"), &[KEY], "").await.status, 404);
}

#[tokio::test]
async fn what_is_not_played_is_not_answered() {
    let sandbox = sandbox().await;
    for query in [
        "?search=Ferris",
        "?page=0",
        "?pageSize=101",
        "?pageSize=all",
        "?per_page=1",
    ] {
        assert_eq!(get(&sandbox, query).await.status, 400, "{query}");
    }
}
