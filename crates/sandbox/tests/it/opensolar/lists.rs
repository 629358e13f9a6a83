//! The lists and the contacts: pages, order, and what a row has.

use leadsink_sandbox::Handle;
use serde_json::{Value, json};

use super::{CONTACTS, PROJECTS, call, create, get, post, project, sandbox};

const ROLES: &str = "/opensolar/api/orgs/1/roles/";

/// Returns the ids in a list, and `None` where there is no such page.
async fn ids(sandbox: &Handle, path: &str) -> Option<Vec<u64>> {
    let answer = get(sandbox, path).await;
    if answer.status == 404 {
        assert_eq!(answer.json(), json!({"detail": "Invalid page."}));
        return None;
    }
    assert_eq!(answer.status, 200, "{}", answer.body);
    let rows = answer.json();
    Some(
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_u64().unwrap())
            .collect(),
    )
}

async fn add(sandbox: &Handle, contact: Value) -> u64 {
    let answer = post(sandbox, CONTACTS, &contact).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["id"].as_u64().unwrap()
}

#[tokio::test]
async fn list_comes_in_pages_and_ends_with_404() {
    let sandbox = sandbox().await;
    assert_eq!(ids(&sandbox, PROJECTS).await, Some(vec![]));
    for _ in 0..120 {
        create(&sandbox, &json!({})).await;
    }
    let page = async |query: &str| ids(&sandbox, &format!("{PROJECTS}?{query}")).await;
    let range = |from: u64, to: u64| Some((6624 + from..6624 + to).collect::<Vec<_>>());
    assert_eq!(page("").await, range(0, 20));
    assert_eq!(page("page=2").await, range(20, 40));
    assert_eq!(page("limit=50&page=3").await, range(100, 120));
    assert_eq!(page("limit=50&page=4").await, None);
    assert_eq!(page("limit=1000").await, range(0, 100), "the server clamps");
    assert_eq!(page("limit=0").await, range(0, 20));
    assert_eq!(page("page=0").await, None);
    assert_eq!(page("page=x").await, None);
    assert_eq!(page("range=%5B5,9%5D").await, range(5, 10));
    assert_eq!(page("range=%5B200,210%5D").await, Some(vec![]));
}

#[tokio::test]
async fn projects_are_ordered_by_what_is_known_and_searched_by_nothing() {
    let sandbox = sandbox().await;
    for n in 0..3 {
        create(&sandbox, &json!({"identifier": n.to_string(), "title": "T"})).await;
    }
    call(&sandbox, &format!("PATCH {PROJECTS}6624/"), &json!({"title": "Other"})).await;
    let list = async |query: &str| ids(&sandbox, &format!("{PROJECTS}?{query}")).await.unwrap();
    assert_eq!(list("").await, [6624, 6625, 6626]);
    assert_eq!(list("ordering=-id").await, [6626, 6625, 6624]);
    assert_eq!(list("ordering=-created_date").await, [6626, 6625, 6624]);
    assert_eq!(list("ordering=-modified_date").await, [6624, 6626, 6625]);
    assert_eq!(list("ordering=modified_date").await, [6625, 6626, 6624]);
    assert_eq!(
        list("ordering=-title").await,
        [6624, 6625, 6626],
        "what is not known is ignored"
    );
    assert_eq!(list("search=Other&identifier=1&email=x").await.len(), 3);
    assert_eq!(get(&sandbox, &format!("{PROJECTS}?fieldset=list")).await.status, 200);
    assert_eq!(get(&sandbox, &format!("{PROJECTS}?fieldset=all")).await.status, 400);
}

#[tokio::test]
async fn row_of_a_project_has_address_and_contacts_and_no_identifier() {
    let sandbox = sandbox().await;
    create(&sandbox, &project()).await;
    let row = get(&sandbox, PROJECTS).await.json()[0].clone();
    assert_eq!((&row["address"], row.get("identifier")), (&json!("123 Fake st"), None));
    assert_eq!(
        row["contacts"],
        json!(["https://api.opensolar.com/api/orgs/1/contacts/60/"])
    );
    assert!(row["created_date"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn contacts_are_created_read_changed_and_deleted() {
    let sandbox = sandbox().await;
    let id = add(
        &sandbox,
        json!({"first_name": "Edmond", "family_name": "Becquerel", "email": "e@example.com"}),
    )
    .await;
    let path = format!("{CONTACTS}{id}/");
    let answer = call(&sandbox, &format!("PUT {path}"), &json!({"phone": "0400000000"})).await;
    assert_eq!(
        (answer.status, &answer.json()["email"]),
        (200, &json!("e@example.com")),
        "what is not sent is kept"
    );
    let shown = get(&sandbox, &path).await.json();
    assert_eq!(
        (&shown["phone"], &shown["display"]),
        (&json!("0400000000"), &json!("Edmond Becquerel"))
    );
    assert_eq!(
        shown["url"],
        format!("https://api.opensolar.com/api/orgs/1/contacts/{id}/")
    );
    let same = call(&sandbox, &format!("PUT {path}"), &json!({"email": "E@example.com"})).await;
    assert_eq!(same.status, 200, "a contact may keep its own e-mail");
    let answer = call(&sandbox, &format!("PUT {path}"), &json!({"phone": "N/A"})).await;
    assert_eq!(
        (answer.status, answer.json()),
        (400, json!({"phone": ["Enter a valid phone number."]}))
    );
    assert_eq!(
        call(&sandbox, &format!("PUT {CONTACTS}9/"), &json!({})).await.status,
        404
    );

    let second = post(&sandbox, CONTACTS, &json!({"email": "e@example.com"})).await;
    assert_eq!((second.status, second.json()["email"].is_array()), (400, true));
    call(&sandbox, &format!("PUT {path}"), &json!({"email": "new@example.com"})).await;
    let freed = add(&sandbox, json!({"email": "e@example.com"})).await;
    call(&sandbox, &format!("DELETE {CONTACTS}{freed}/"), &Value::Null).await;
    assert_eq!(
        call(&sandbox, &format!("DELETE {path}"), &Value::Null).await.status,
        204
    );
    assert_eq!(
        call(&sandbox, &format!("DELETE {path}"), &Value::Null).await.status,
        404
    );
    add(&sandbox, json!({"email": "e@example.com"})).await;
    assert_eq!(sandbox.counts().accepted, 0, "a contact is no lead");
}

#[tokio::test]
async fn deleted_contact_leaves_its_projects() {
    let sandbox = sandbox().await;
    create(&sandbox, &project()).await;
    call(&sandbox, &format!("DELETE {CONTACTS}60/"), &Value::Null).await;
    let shown = get(&sandbox, &format!("{PROJECTS}6624/")).await.json();
    assert_eq!(shown["contacts"], json!([]));
}

#[tokio::test]
async fn contact_tells_its_projects() {
    let sandbox = sandbox().await;
    create(&sandbox, &project()).await;
    let linked = json!({"contacts": ["https://api.opensolar.com/api/orgs/1/contacts/60/"]});
    create(&sandbox, &linked).await;
    let projects = async || get(&sandbox, &format!("{CONTACTS}60/")).await.json()["projects"].clone();
    let url = |id: u64| format!("https://api.opensolar.com/api/orgs/1/projects/{id}/");
    assert_eq!(projects().await, json!([url(6624), url(6625)]));
    call(&sandbox, &format!("PATCH {PROJECTS}6624/"), &json!({"contacts": []})).await;
    assert_eq!(projects().await, json!([url(6625)]));
    call(&sandbox, &format!("DELETE {PROJECTS}6625/"), &Value::Null).await;
    assert_eq!(projects().await, json!([]));
}

#[tokio::test]
async fn contacts_are_ordered_and_never_filtered() {
    let sandbox = sandbox().await;
    let ann = add(&sandbox, json!({"first_name": "Ann", "email": "ann@example.com"})).await;
    let bob = add(&sandbox, json!({"first_name": "Bob", "email": "bob.ann@example.com"})).await;
    let list = async |query: &str| ids(&sandbox, &format!("{CONTACTS}?{query}")).await.unwrap();
    for query in ["email=ann@example.com", "search=bob"] {
        assert_eq!(list(query).await, [ann, bob], "{query}");
    }
    assert_eq!(list("ordering=-first_name").await, [bob, ann]);
    assert_eq!(list("ordering=email").await, [ann, bob]);
    assert_eq!(list("ordering=-id").await, [ann, bob], "which is ignored");
}

#[tokio::test]
async fn an_address_that_begins_so_can_be_shared() {
    let sandbox = sandbox().await;
    let shared = json!({"email": "shared.ann@example.com"});
    let both = vec![add(&sandbox, shared.clone()).await, add(&sandbox, shared.clone()).await];
    assert_eq!(
        ids(&sandbox, &format!("{CONTACTS}?email=shared.ann@example.com")).await,
        Some(both)
    );
    let answer = post(&sandbox, PROJECTS, &json!({"contacts_new": [shared]})).await;
    assert_eq!(
        (answer.status, answer.json()["contacts_new"][0]["email"].is_array()),
        (400, true)
    );
}

#[tokio::test]
async fn roles_are_listed_and_shown() {
    let sandbox = sandbox().await;
    assert_eq!(ids(&sandbox, ROLES).await, Some(vec![50, 77]));
    assert_eq!(
        ids(&sandbox, &format!("{ROLES}?ordering=-id&limit=1")).await,
        Some(vec![77])
    );
    assert_eq!(
        ids(&sandbox, &format!("{ROLES}?ordering=is_admin")).await,
        Some(vec![77, 50])
    );
    assert_eq!(get(&sandbox, &format!("{ROLES}?fieldset=studio")).await.status, 400);
    let role = get(&sandbox, &format!("{ROLES}50/")).await.json();
    assert_eq!(
        (&role["email"], &role["user_email"]),
        (&json!("bob@company.com.au"), &json!("bob@company.com"))
    );
    assert_eq!(role["url"], "https://api.opensolar.com/api/orgs/1/roles/50/");
}
