//! SolarNexus behind its flow: the fields and variables of the integration page, and what is appended to a lead.

mod direct;

use leadsink_sandbox::{Handle, Sandbox, TEST_SOURCE, TEST_VERBOSE_SOURCE};
use serde_json::{Value, json};

use crate::client::{once, request, with, without};
use crate::leadconduit::{JSON, path};

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

async fn submit_to(sandbox: &Handle, source: &str, lead: &Value) -> Value {
    let line = format!("POST {}", path("solarnexus", source, "submit"));
    let answer = once(sandbox, &request(&line, &[JSON], &lead.to_string()))
        .await
        .unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

async fn submit(sandbox: &Handle, lead: &Value) -> Value {
    submit_to(sandbox, TEST_VERBOSE_SOURCE, lead).await
}

fn lead() -> Value {
    json!({"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com"})
}

fn services() -> Value {
    json!([{"utility_service": {
        "energy": "electricity", "utility_name": "PG&E", "notes": "n",
        "energy_use": {"jan": 400, "feb": 380.5}, "energy_costs": {"monthly_avg": 150},
    }}])
}

/// A lead with every field and variable of the page.
fn full_lead() -> Value {
    let references = json!([{"application_reference_id": {"id": "A-1", "source": "Leadsink"}}]);
    with(
        lead(),
        json!({
            "phone_1": "+14155550123", "phone_2": "4155550124", "phone_3": "4155550125", "company.name": "Acme",
            "salutation": "Dr.", "time_to_contact": "evenings", "comments": "A little shade.", "city": "San Diego",
            "address_1": "7848 Hillandale Dr", "postal_code": "92120", "country": "US", "state": "CA",
            "utility.electric.company.name": "SDG&E", "utility.electric.monthly_amount": "100-150",
            "project.job_process_id": "1", "project.lead_source_id": 2, "project.name": "Doe Roof",
            "project.description": "d", "project.application_reference_ids": references.to_string(),
            "project.sales_owner_id": "3", "project.sales_owner_type": "workgroup",
            "project.participant.type": "business", "project.participant.tax_entity": "llc (corporation)",
            "project.participant.roles": r#"["Host Customer","PV System Owner"]"#,
            "project.participant.contact.secondary_email": "second@example.com",
            "project.participant.mailing_address.city": "San Diego",
            "project.participant.mailing_address.street1": "1 Main St",
            "project.participant.mailing_address.zip": "92120",
            "project.participant.mailing_address.country": "US",
            "project.participant.mailing_address.state": "CA",
            "project.referrer_id": "4", "project.site.sector": "commercial",
            "project.site.construction_type": "new construction", "project.attributes.roof_pitch": "20",
            "project.related_job_id": "5", "project.utility_services": services().to_string(),
        }),
    )
}

#[tokio::test]
async fn lead_with_everything_is_inserted_and_its_data_appended() {
    let sandbox = sandbox().await;
    let told = submit(&sandbox, &full_lead()).await;
    assert_eq!((&told["outcome"], &told["price"]), (&json!("success"), &json!(0)));
    let appended = json!({"outcome": "success", "name": "Doe Roof", "attributes": {"roof_pitch": "20"}});
    assert_eq!(told["appended"], appended);
    let received = sandbox.received();
    assert_eq!((received[0].vendor, received[0].accepted), ("solarnexus", true));
    assert!(
        received[0].unknown_fields.is_empty(),
        "{:?}",
        received[0].unknown_fields
    );
    assert_eq!(received[0].path, "/flows/***/sources/***/submit");
}

#[tokio::test]
async fn name_is_made_up_as_documented() {
    let sandbox = sandbox().await;
    assert_eq!(submit(&sandbox, &lead()).await["appended"]["name"], "Doe, Jane Project");
    let business = json!({
        "email": "b@example.com", "company.name": "Acme", "project.participant.type": "business",
        "project.participant.tax_entity": "corporation",
    });
    assert_eq!(
        submit(&sandbox, &with(lead(), business)).await["appended"]["name"],
        "Acme Project"
    );
}

#[tokio::test]
async fn only_a_verbose_source_tells_what_was_appended() {
    let sandbox = sandbox().await;
    let told = submit_to(&sandbox, TEST_SOURCE, &lead()).await;
    assert_eq!((&told["outcome"], told.get("appended")), (&json!("success"), None));
}

/// Submits the least lead with some fields set, and returns why it was refused.
async fn reason(sandbox: &Handle, news: Value) -> String {
    let told = submit(sandbox, &with(lead(), news.clone())).await;
    assert_eq!(told["outcome"], "failure", "{news}");
    assert_eq!(
        told["appended"],
        json!({"outcome": "failure", "reason": told["reason"]})
    );
    told["reason"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn names_and_a_way_to_reach_the_person_are_required() {
    let sandbox = sandbox().await;
    for field in ["first_name", "last_name"] {
        let told = submit(&sandbox, &without(lead(), field)).await;
        assert_eq!(told["reason"], format!("{field} is required"));
        assert_eq!(
            reason(&sandbox, json!({field: " "})).await,
            format!("{field} is required")
        );
    }
    assert_eq!(
        reason(&sandbox, json!({"email": ""})).await,
        "phone or email is required"
    );
    let told = submit(
        &sandbox,
        &with(without(lead(), "email"), json!({"phone_1": "4155550123"})),
    )
    .await;
    assert_eq!(told["outcome"], "success");
    assert_eq!(sandbox.counts().accepted, 1);
    let both = submit(&sandbox, &json!({})).await["reason"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(both.split("; ").count(), 3, "all problems at once");
}

#[tokio::test]
async fn closed_lists_are_closed() {
    let sandbox = sandbox().await;
    for (field, value) in [
        ("project.site.sector", "Residential"),
        ("project.site.construction_type", "new"),
        ("project.participant.type", "company"),
        ("project.participant.tax_entity", "corporation"),
        ("country", "USA"),
        ("country", "us"),
        ("country", "XX"),
        ("project.participant.mailing_address.country", "United States"),
        ("email", "jane"),
        ("project.participant.contact.secondary_email", "jane@"),
    ] {
        reason(&sandbox, json!({field: value})).await;
    }
    assert_eq!(sandbox.counts().accepted, 0);
}

#[tokio::test]
async fn business_and_government_need_a_company_and_their_own_tax_entity() {
    let sandbox = sandbox().await;
    let party = |kind: &str, entity: &str, company: &str| {
        json!({
            "project.participant.type": kind, "project.participant.tax_entity": entity, "company.name": company,
        })
    };
    for (news, wanted) in [
        (party("business", "", "Acme"), "tax entity is required"),
        (party("business", "corporation", ""), "company name is required"),
        (
            party("business", "tax exempt", "Acme"),
            "tax entity must be one of: corporation, ",
        ),
        (
            party("government", "partnership", "City"),
            "tax entity must be one of: tax exempt",
        ),
    ] {
        let told = reason(&sandbox, news).await;
        assert!(told.starts_with(wanted), "{told}");
    }
    let told = submit(&sandbox, &with(lead(), party("government", "tax exempt", "City"))).await;
    assert_eq!(told["outcome"], "success");
}

#[tokio::test]
async fn half_of_an_owner_is_refused() {
    let sandbox = sandbox().await;
    for news in [
        json!({"project.sales_owner_id": "3"}),
        json!({"project.sales_owner_type": "user"}),
    ] {
        assert_eq!(
            reason(&sandbox, news).await,
            "sales owner id and type are required together"
        );
    }
    let team = json!({"project.sales_owner_id": 3, "project.sales_owner_type": "team"});
    assert_eq!(
        reason(&sandbox, team).await,
        "sales owner type must be one of: user, workgroup"
    );
}

#[tokio::test]
async fn arrays_are_json_text_of_wrapped_items() {
    let sandbox = sandbox().await;
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut services = services();
        change(&mut services);
        services.to_string()
    };
    let references = "project.application_reference_ids";
    for (field, value) in [
        ("project.utility_services", services()),
        ("project.utility_services", json!("electricity")),
        ("project.utility_services", json!(services()[0].to_string())),
        (
            "project.utility_services",
            json!(json!([services()[0]["utility_service"]]).to_string()),
        ),
        (
            "project.utility_services",
            json!(changed(&|all| all[0]["utility_service"]["energy"] = json!("gas"))),
        ),
        (
            "project.utility_services",
            json!(changed(&|all| all[0]["utility_service"]["rate"] = json!("E1"))),
        ),
        (
            "project.utility_services",
            json!(changed(&|all| all[0]["utility_service"]["energy_use"] = json!(400))),
        ),
        (
            "project.utility_services",
            json!(changed(&|all| all[0]["utility_service"]["notes"] = json!(1))),
        ),
        (
            "project.utility_services",
            json!(changed(&|all| all[0]["more"] = json!(1))),
        ),
        (references, json!(r#"[{"id":"1","source":"x"}]"#)),
        (
            references,
            json!(r#"[{"application_reference_id":{"id":1,"source":"x"}}]"#),
        ),
        (references, json!(r#"[{"application_reference_id":{"id":"1"}}]"#)),
        ("project.participant.roles", json!("Host Customer")),
        ("project.participant.roles", json!(r#"["Customer"]"#)),
        ("project.participant.roles", json!("[1]")),
        ("project.participant.roles", json!(["Occupant"])),
    ] {
        let told = reason(&sandbox, json!({field: value})).await;
        assert!(told.starts_with(field), "{told}");
    }
}

#[tokio::test]
async fn variables_by_another_name_pass_and_are_recorded() {
    let sandbox = sandbox().await;
    let told = submit(
        &sandbox,
        &with(lead(), json!({"project.sales.owner.id": "3", "roof": "x"})),
    )
    .await;
    assert_eq!(told["outcome"], "success");
    assert_eq!(sandbox.received()[0].unknown_fields, ["project.sales.owner.id", "roof"]);
}

#[tokio::test]
async fn flow_before_it_has_its_rules_and_offers_nothing() {
    let sandbox = sandbox().await;
    submit(&sandbox, &lead()).await;
    let again = with(lead(), json!({"phone_1": "4155550123", "reference": "A-1"}));
    assert_eq!(submit(&sandbox, &again).await["outcome"], "success");
    let told = submit(&sandbox, &again).await;
    assert_eq!((&told["reason"], told.get("appended")), (&json!("duplicate"), None));
    let line = format!("POST {}", path("solarnexus", TEST_SOURCE, "ping"));
    let ping = once(&sandbox, &request(&line, &[JSON], "{}")).await.unwrap();
    assert_eq!(ping.body, r#"{"outcome":"failure","reason":"no bid","price":0}"#);
}
