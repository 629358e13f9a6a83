//! The direct call, whose envelope is a reconstruction: that the fake holds clients to it, not that the vendor does.

use leadsink_sandbox::{Fault, Handle};
use serde_json::{Value, json};

use super::{sandbox, services};
use crate::client::{AUTHORIZATION, Answer, once, request};
use crate::leadconduit::{FORM, JSON};

const DIRECT: &str = "POST /solarnexus/direct";

async fn send(sandbox: &Handle, headers: &[(&str, &str)], body: &Value) -> Answer {
    once(sandbox, &request(DIRECT, headers, &body.to_string()))
        .await
        .unwrap()
}

async fn post(sandbox: &Handle, body: &Value) -> Answer {
    send(sandbox, &[("authorization", AUTHORIZATION), JSON], body).await
}

fn envelope() -> Value {
    json!({"project": {
        "job_process_id": 1, "lead_source_id": "2", "name": "Doe Roof", "description": "d",
        "application_reference_ids": [{"application_reference_id": {"id": "A-1", "source": "Leadsink"}}],
        "sales_owner_id": 3, "sales_owner_type": "user", "referrer_id": 4, "related_job_id": null,
        "participant": {
            "type": "individual", "tax_entity": "individual", "organization": null, "roles": ["Host Customer"],
            "contact": {
                "title": "Dr.", "first_name": "Jane", "last_name": "Doe", "email": "j@example.com",
                "secondary_email": null, "phone1": "4155550123", "phone2": "1", "phone3": "2", "best_time": "evenings",
            },
            "mailing_address": {"street1": "1 Main", "city": "San Diego", "state": "CA", "zip": "92120", "country": "US"},
        },
        "site": {
            "sector": "residential", "construction_type": "retrofit", "description": "A little shade.",
            "location": {"street1": "1 Main", "city": "San Diego", "state": "CA", "zip": "92120", "country": "US"},
        },
        "attributes": {"roof_pitch": "20"},
        "utility_services": services(),
    }})
}

/// Returns the envelope with one value changed, by its path.
fn changed(path: &str, value: Value) -> Value {
    let mut envelope = envelope();
    *envelope.pointer_mut(&format!("/project/{path}")).unwrap() = value;
    envelope
}

#[tokio::test]
async fn reconstructed_envelope_is_taken() {
    let sandbox = sandbox().await;
    let answer = post(&sandbox, &envelope()).await;
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!({"project": {"id": 1001, "name": "Doe Roof"}}))
    );
    let answer = post(&sandbox, &changed("name", Value::Null)).await;
    assert_eq!(
        answer.json()["project"],
        json!({"id": 1002, "name": "Doe, Jane Project"})
    );
    let received = sandbox.received();
    assert!(
        received[0].accepted && received[0].unknown_fields.is_empty(),
        "{:?}",
        received[0].unknown_fields
    );
    sandbox.reset();
    assert_eq!(post(&sandbox, &envelope()).await.json()["project"]["id"], 1001);
}

#[tokio::test]
async fn usual_ways_to_present_credentials_are_let_in() {
    let sandbox = sandbox().await;
    for (header, status) in [
        (("authorization", AUTHORIZATION), 201),
        (("authorization", "Bearer sandbox-password"), 201),
        (("api-key", "sandbox-password"), 201),
        (("x-api-key", "sandbox-password"), 201),
        (("x-api-key", "other"), 401),
        (("authorization", "Bearer other"), 401),
        (("x-token", "sandbox-password"), 401),
    ] {
        assert_eq!(
            send(&sandbox, &[header, JSON], &envelope()).await.status,
            status,
            "{header:?}"
        );
    }
    let recorded = serde_json::to_string(&sandbox.received()[..4]).unwrap();
    assert!(!recorded.contains("sandbox-password"));
}

#[tokio::test]
async fn other_methods_types_and_bodies_are_refused() {
    let sandbox = sandbox().await;
    let get = request("GET /solarnexus/direct", &[("authorization", AUTHORIZATION)], "");
    assert_eq!(once(&sandbox, &get).await.unwrap().status, 405);
    assert_eq!(
        send(&sandbox, &[("authorization", AUTHORIZATION), FORM], &json!({}))
            .await
            .status,
        415
    );
    let project = envelope()["project"].clone();
    for body in [
        json!([]),
        json!({}),
        project.clone(),
        json!({"project": []}),
        json!({"project": project, "more": 1}),
    ] {
        assert_eq!(post(&sandbox, &body).await.status, 400);
    }
}

#[tokio::test]
async fn envelope_out_of_order_is_refused() {
    let sandbox = sandbox().await;
    for (path, value) in [
        ("participant/contact/first_name", json!("")),
        ("participant/contact/last_name", Value::Null),
        ("participant/contact/email", json!("jane")),
        ("participant/type", json!("company")),
        ("participant/type", json!("business")),
        ("participant/roles", json!("Occupant")),
        ("participant/roles", json!(["Customer"])),
        ("participant", json!([])),
        ("participant/mailing_address/country", json!("USA")),
        ("site/location/country", json!("usa")),
        ("site/sector", json!("home")),
        ("site/construction_type", json!("old")),
        ("sales_owner_type", Value::Null),
        ("sales_owner_type", json!("team")),
        ("application_reference_ids", json!([{"id": "A-1", "source": "x"}])),
        ("utility_services", json!(services().to_string())),
    ] {
        let answer = post(&sandbox, &changed(path, value.clone())).await;
        assert_eq!(
            (answer.status, answer.json()["errors"].is_array()),
            (422, true),
            "{path}: {value}"
        );
    }
    assert_eq!(sandbox.counts().accepted, 0);
}

#[tokio::test]
async fn unknown_members_are_recorded() {
    let sandbox = sandbox().await;
    let mut body = envelope();
    body["project"]["color"] = json!("red");
    body["project"]["participant"]["contact"]["fax"] = json!("1");
    body["project"]["site"]["location"]["street2"] = json!("#1");
    assert_eq!(post(&sandbox, &body).await.status, 201);
    let unknown = sandbox.received()[0].unknown_fields.clone();
    assert_eq!(
        unknown,
        ["project.color", "participant.contact.fax", "site.location.street2"]
    );
}

#[tokio::test]
async fn faults_are_told_as_json() {
    let sandbox = sandbox().await;
    sandbox.script("solarnexus", [Fault::Unauthorized]).unwrap();
    let answer = post(&sandbox, &envelope()).await;
    assert_eq!(
        (answer.status, answer.json()),
        (401, json!({"errors": ["Unauthorized"]}))
    );
}
