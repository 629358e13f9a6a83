//! Projects and the contacts made with them: what comes back, what is refused, and the e-mail that exists.

use leadsink_sandbox::{Keep, Sandbox};
use serde_json::{Value, json};

use super::{CONTACTS, PROJECTS, call, create, get, post, project, sandbox};
use crate::client::with;

#[tokio::test]
async fn documents_sample_is_created_and_comes_back_as_it_is_printed() {
    let sandbox = sandbox().await;
    let created = create(&sandbox, &project()).await;
    for (name, value) in [
        ("id", json!(6624)),
        ("url", json!("https://api.opensolar.com/api/orgs/1/projects/6624/")),
        ("org", json!("https://api.opensolar.com/api/orgs/1/")),
        ("org_id", json!(1)),
        ("identifier", json!("123456")),
        ("is_residential", json!(true)),
        ("lat", json!(35.12364)),
        ("lon", json!(128.23216)),
        ("number_of_phases", json!(1)),
        ("zip", json!("2020")),
        ("roof_type", json!("https://api.opensolar.com/api/roof_types/6/")),
        ("assigned_role", json!("https://api.opensolar.com/api/orgs/1/roles/50/")),
        ("assigned_role_id", json!(50)),
        ("assigned_role_email", json!("bob@company.com")),
        ("assigned_installer_role_data", Value::Null),
        ("contacts", json!(["https://api.opensolar.com/api/orgs/1/contacts/60/"])),
    ] {
        assert_eq!(created[name], value, "{name}");
    }
    assert_eq!(created["assigned_role_data"]["email"], "bob@company.com.au");
    let contact = &created["contacts_data"][0];
    assert_eq!(
        (&contact["id"], &contact["gender"], &contact["family_name"]),
        (&json!(60), &json!(2), &json!("Costanza"))
    );
    assert_eq!(
        contact["projects"],
        json!(["https://api.opensolar.com/api/orgs/1/projects/6624/"])
    );
    let shown = get(&sandbox, &format!("{PROJECTS}6624/")).await.json();
    assert_eq!(shown, created);
    let received = sandbox.received();
    assert!(received[0].accepted && received[0].unknown_fields.is_empty() && !received[1].accepted);
}

#[tokio::test]
async fn nothing_is_demanded_and_an_identifier_is_made() {
    let sandbox = sandbox().await;
    let [first, second] = [
        create(&sandbox, &json!({})).await,
        create(&sandbox, &json!({"identifier": ""})).await,
    ];
    let identifiers = [&first, &second].map(|project| project["identifier"].as_str().unwrap().to_owned());
    assert_eq!(identifiers[0].len(), 36);
    assert_ne!(identifiers[0], identifiers[1]);
    let again = json!({"identifier": identifiers[0]});
    assert_eq!(
        create(&sandbox, &again).await["id"],
        6626,
        "an identifier that is known makes another project"
    );
}

#[tokio::test]
async fn unknown_fields_are_ignored_and_recorded() {
    let sandbox = sandbox().await;
    let contact = json!({"name": "G C", "last_name": "C", "first_name": "G"});
    let created = create(&sandbox, &json!({"color": "red", "contacts_new": [contact]})).await;
    assert!(created.get("color").is_none() && created["contacts_data"][0].get("last_name").is_none());
    let unknown = sandbox.received().pop().unwrap().unknown_fields;
    assert_eq!(unknown, ["color", "contacts_new.last_name", "contacts_new.name"]);
}

#[tokio::test]
async fn email_that_exists_is_refused_where_it_stands_and_nothing_is_made() {
    let sandbox = sandbox().await;
    create(&sandbox, &project()).await;
    let taken = json!({"first_name": "New", "email": "GConstanza@vanderlayindustries.com"});
    let free = json!({"first_name": "Free", "email": "free@example.com"});
    let again = json!({"identifier": "2", "contacts_new": [free, taken]});
    let answer = post(&sandbox, PROJECTS, &again).await;
    let errors = answer.json();
    assert_eq!(answer.status, 400);
    assert_eq!(errors["contacts_new"][0], json!({}));
    let text = errors["contacts_new"][1]["email"][0].as_str().unwrap();
    assert!(text.contains("already in use"));
    assert_eq!(get(&sandbox, PROJECTS).await.json().as_array().unwrap().len(), 1);
    assert_eq!(
        get(&sandbox, CONTACTS).await.json().as_array().unwrap().len(),
        1,
        "nor is the other contact made"
    );

    let linked = json!({"identifier": "2", "contacts": ["https://api.opensolar.com/api/orgs/1/contacts/60/"]});
    assert_eq!(create(&sandbox, &linked).await["contacts_data"][0]["id"], 60);
    let twice = json!({"contacts_new": [{"email": "two@example.com"}, {"email": "Two@example.com"}]});
    let errors = post(&sandbox, PROJECTS, &twice).await.json();
    assert_eq!(errors["contacts_new"][0], json!({}));
    assert!(errors["contacts_new"][1]["email"].is_array());
    let synthetic = json!({"contacts_new": [{"email": "12@os.code"}, {"email": "12@os.code"}]});
    create(&sandbox, &synthetic).await;
    assert_eq!(sandbox.counts().accepted, 3);
}

#[tokio::test]
async fn contacts_that_are_not_there_are_refused() {
    let sandbox = sandbox().await;
    let link = |url: &str| json!([format!("Invalid hyperlink - {url}")]);
    for (contacts, told) in [
        (
            json!(["https://api.opensolar.com/api/orgs/1/contacts/60/"]),
            link("Object does not exist."),
        ),
        (
            json!(["https://api.opensolar.com/api/orgs/2/contacts/60/"]),
            link("No URL match."),
        ),
        (json!(["60"]), link("No URL match.")),
        (
            json!([60]),
            json!(["Incorrect type. Expected URL string, received int."]),
        ),
        (json!("60"), json!(["Expected a list of items but got type \"str\"."])),
    ] {
        let answer = post(&sandbox, PROJECTS, &json!({"contacts": contacts})).await;
        assert_eq!((answer.status, &answer.json()["contacts"]), (400, &told), "{contacts}");
    }
    for (contacts, told) in [
        (
            json!({}),
            json!({"non_field_errors": ["Expected a list of items but got type \"dict\"."]}),
        ),
        (
            json!(["G"]),
            json!([{"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}]),
        ),
    ] {
        let answer = post(&sandbox, PROJECTS, &json!({"contacts_new": contacts})).await;
        assert_eq!((answer.status, &answer.json()["contacts_new"]), (400, &told));
    }
}

#[tokio::test]
async fn patch_changes_what_is_sent_and_answers_in_part() {
    let sandbox = sandbox().await;
    create(&sandbox, &project()).await;
    let patch = format!("PATCH {PROJECTS}6624/");
    let news = json!({"address": "1 New St", "contacts_new": [{"first_name": "Second"}], "lat": null});
    let answer = call(&sandbox, &patch, &news).await;
    assert_eq!(answer.status, 200);
    let told = answer.json();
    assert_eq!(
        (&told["id"], &told["identifier"], told.get("address")),
        (&json!(6624), &json!("123456"), None)
    );
    let shown = get(&sandbox, &format!("{PROJECTS}6624/")).await.json();
    assert_eq!(
        (&shown["address"], &shown["zip"], &shown["lat"]),
        (&json!("1 New St"), &json!("2020"), &Value::Null)
    );
    assert_eq!(shown["contacts_data"].as_array().unwrap().len(), 2);
    assert!(shown["modified_date"].as_str().unwrap() > shown["created_date"].as_str().unwrap());

    let replaced = json!({"contacts": ["https://api.opensolar.com/api/orgs/1/contacts/61/"]});
    call(&sandbox, &patch, &replaced).await;
    let shown = get(&sandbox, &format!("{PROJECTS}6624/")).await.json();
    assert_eq!(shown["contacts_data"][0]["first_name"], "Second");
    assert_eq!(shown["contacts"].as_array().unwrap().len(), 1);

    let answer = call(&sandbox, &patch, &json!({"is_residential": "maybe"})).await;
    assert_eq!(
        (answer.status, answer.json()),
        (400, json!({"is_residential": ["Must be a valid boolean."]}))
    );
    assert_eq!(
        call(&sandbox, &format!("PATCH {PROJECTS}9/"), &json!({})).await.status,
        404
    );
    assert_eq!(sandbox.counts().accepted, 3);
}

#[tokio::test]
async fn deleted_project_is_gone() {
    let sandbox = sandbox().await;
    create(&sandbox, &project()).await;
    let delete = format!("DELETE {PROJECTS}6624/");
    assert_eq!(call(&sandbox, &delete, &Value::Null).await.status, 204);
    assert_eq!(call(&sandbox, &delete, &Value::Null).await.status, 404);
    assert_eq!(get(&sandbox, &format!("{PROJECTS}6624/")).await.status, 404);
    assert_eq!(create(&sandbox, &json!({})).await["id"], 6625, "no id is given twice");
}

#[tokio::test]
async fn phone_told_to_be_refused_is_none() {
    let sandbox = Sandbox::builder().refuse_phone("4155550123").start().await.unwrap();
    let body = json!({"contacts_new": [{"phone": "+1 (415) 555-0123"}]});
    let answer = post(&sandbox, PROJECTS, &body).await;
    let told = json!({"contacts_new": [{"phone": ["Enter a valid phone number."]}]});
    assert_eq!((answer.status, answer.json()), (400, told));
}

#[tokio::test]
async fn long_run_remembers_which_projects_there_are_and_not_what_was_in_them() {
    let sandbox = Sandbox::builder().keep(Keep::Counts).start().await.unwrap();
    assert_eq!(create(&sandbox, &project()).await["address"], "123 Fake st");
    let shown = get(&sandbox, &format!("{PROJECTS}6624/")).await.json();
    assert_eq!((&shown["id"], &shown["address"]), (&json!(6624), &Value::Null));
    let again = with(project(), json!({"identifier": "2"}));
    assert_eq!(
        post(&sandbox, PROJECTS, &again).await.status,
        400,
        "the e-mail is still known"
    );
    sandbox.reset();
    assert_eq!(create(&sandbox, &project()).await["id"], 6624);
}
