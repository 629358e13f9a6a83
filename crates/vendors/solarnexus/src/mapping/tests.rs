//! Tests of the way through a flow.

use std::collections::BTreeMap;

use leadsink_core::{LeadBuilder, LeadSink, Vendor};
use leadsink_testkit::fixtures::context;
use serde_json::{Value, json};

use super::*;
use crate::SolarNexus;

type Sent = BTreeMap<String, String>;

/// What is sent for a lead, or the codes of its problems.
fn mapped(config: Value, lead: LeadBuilder) -> Result<Sent, Vec<String>> {
    let mut all = json!({ "leadconduit": { "url": "***" } });
    for (key, value) in config.as_object().unwrap() {
        all[key] = value.clone();
    }
    let sink = SolarNexus::from_config(serde_json::from_value(all).unwrap()).unwrap();
    let lead = lead.id("crm-42").build().unwrap();
    let prepared = sink.prepare(&lead, &context(&lead)).map_err(|unfit| {
        let problems = unfit.problems.iter();
        problems.map(|problem| problem.code.to_string()).collect::<Vec<_>>()
    })?;
    let url = format!(
        "https://form.example/?{}",
        String::from_utf8_lossy(&prepared.request.body)
    );
    let form: url::Url = url.parse().unwrap();
    Ok(form.query_pairs().into_owned().collect())
}

fn jane() -> LeadBuilder {
    Lead::builder()
        .first_name("Jane")
        .last_name("Doe")
        .email("jane@example.com")
}

#[test]
fn the_id_of_the_lead_is_its_reference_under_our_name_or_the_accounts() {
    let sent = mapped(json!({}), jane()).unwrap();
    assert_eq!(sent["reference"], "crm-42");
    assert_eq!(
        sent["project.application_reference_ids"],
        r#"[{"application_reference_id":{"id":"crm-42","source":"Leadsink"}}]"#
    );
    let sent = mapped(json!({ "source_name": "MyCRM" }), jane()).unwrap();
    assert!(sent["project.application_reference_ids"].contains(r#""source":"MyCRM""#));
    let own = json!({ "application_reference_ids": [{ "id": 7, "source": "A" }, { "id": "b", "source": "B" }] });
    let sent = mapped(json!({}), jane().extension("solarnexus", own)).unwrap();
    assert_eq!(
        sent["project.application_reference_ids"],
        r#"[{"application_reference_id":{"id":"7","source":"A"}},{"application_reference_id":{"id":"b","source":"B"}}]"#
    );
}

#[test]
fn each_variable_goes_under_its_name() {
    let config =
        json!({ "lead_source_id": 2, "sales_owner_id": 3, "sales_owner_type": "workgroup", "attributes": { "a": 1 } });
    let options = json!({
        "job_process_id": "1", "name": "Doe Project", "description": "d", "roles": ["Host Customer", "Occupant"],
        "referrer_id": 4, "related_job_id": 5, "tax_entity": "partnership", "attributes": { "b.c": true },
        "utility_services": [{ "energy": "propane", "energy_use": { "monthly_avg": 21 } }],
    });
    let lead = jane()
        .organization("Zilker Dental")
        .participant_kind("business")
        .email_2("office@example.com")
        .mailing_street("1 Elm St")
        .mailing_unit("B")
        .mailing_state("CA-ON")
        .sector("commercial")
        .construction_type("new construction");
    let sent = mapped(config, lead.extension("solarnexus", options)).unwrap();
    let expected = [
        ("company.name", "Zilker Dental"),
        ("project.attributes.a", "1"),
        ("project.attributes.b.c", "true"),
        ("project.description", "d"),
        ("project.job_process_id", "1"),
        ("project.lead_source_id", "2"),
        ("project.name", "Doe Project"),
        ("project.participant.contact.secondary_email", "office@example.com"),
        ("project.participant.mailing_address.country", "CA"),
        ("project.participant.mailing_address.state", "ON"),
        ("project.participant.mailing_address.street1", "1 Elm St B"),
        ("project.participant.roles", r#"["Host Customer","Occupant"]"#),
        ("project.participant.tax_entity", "partnership"),
        ("project.participant.type", "business"),
        ("project.referrer_id", "4"),
        ("project.related_job_id", "5"),
        ("project.sales_owner_id", "3"),
        ("project.sales_owner_type", "workgroup"),
        ("project.site.construction_type", "new construction"),
        ("project.site.sector", "commercial"),
        (
            "project.utility_services",
            r#"[{"utility_service":{"energy":"propane","energy_use":{"monthly_avg":21}}}]"#,
        ),
    ];
    for (name, text) in expected {
        assert_eq!(sent.get(name).map(String::as_str), Some(text), "{name}");
    }
    assert_eq!(
        sent.len(),
        expected.len() + 5,
        "and names, e-mail, two references: {sent:?}"
    );
}

#[test]
fn a_variable_may_have_another_name() {
    let names = json!({ "project.attributes": "solarnexus_attributes", "project.application_reference_ids": "refs" });
    let options = json!({ "attributes": { "hoa": "yes" } });
    let sent = mapped(json!({ "names": names }), jane().extension("solarnexus", options)).unwrap();
    assert_eq!(sent["solarnexus_attributes.hoa"], "yes");
    assert!(sent.contains_key("refs") && !sent.keys().any(|name| name.starts_with("project.")));
}

#[test]
fn electricity_goes_one_way_only() {
    let lead = || jane().electric_provider("SCE").electric_bill("150");
    let sent = mapped(json!({}), lead()).unwrap();
    assert_eq!(sent["utility.electric.company.name"], "SCE");
    assert_eq!(sent["utility.electric.monthly_amount"], "150");
    assert!(!sent.contains_key("project.utility_services"));

    let given = json!({ "utility_services": [{ "energy": "electricity", "utility_name": "LADWP" }] });
    for (lead, told) in [
        (lead().electric_usage("900"), r#""utility_name":"SCE""#),
        (lead().extension("solarnexus", given), r#""utility_name":"LADWP""#),
    ] {
        let sent = mapped(json!({}), lead).unwrap();
        assert!(sent["project.utility_services"].contains(told), "{sent:?}");
        assert!(
            !sent.keys().any(|name| name.starts_with("utility.electric.")),
            "{sent:?}"
        );
    }
}

#[test]
fn a_street_has_its_unit_behind_it() {
    let sent = mapped(json!({}), jane().street("1 Elm St").unit("Apt 2")).unwrap();
    assert_eq!(sent["address_1"], "1 Elm St Apt 2");
    assert!(!sent.contains_key("address_2") && !sent.contains_key("comments"));
    let sent = mapped(json!({}), jane().unit("Apt 2")).unwrap();
    assert_eq!(sent["comments"], "Unit: Apt 2");
}

#[test]
fn what_solarnexus_does_not_read_stands_in_the_comments_as_well() {
    let lead = jane().roof_type("slate").gender("female").date_of_birth("1979-04");
    let sent = mapped(json!({}), lead.consent_ip("203.0.113.77")).unwrap();
    assert_eq!((&*sent["property.roof_type"], &*sent["gender"]), ("slate", "female"));
    assert_eq!(
        sent["comments"],
        "Date of birth: 1979-04\nGender: female\nRoof type: slate"
    );
    assert_eq!(sent["ip_address"], "203.0.113.77");
}

#[test]
fn any_telephone_or_an_e_mail_address_will_do() {
    let names = || Lead::builder().first_name("Jane").last_name("Doe");
    for lead in [names().phone_2("+15125550102"), names().phone_3("+15125550103")] {
        assert!(mapped(json!({}), lead).is_ok());
    }
    assert_eq!(mapped(json!({}), names()).unwrap_err(), ["required"]);
}

#[test]
fn what_every_contact_needs_is_missed_at_once() {
    let kind = Lead::builder().participant_kind("business");
    assert_eq!(
        mapped(json!({}), kind).unwrap_err(),
        [
            "required",
            "required",
            "required",
            "organization_missing",
            "tax_entity_missing"
        ]
    );
    let options = json!({ "attributes": { "1234": "x" } });
    assert_eq!(
        mapped(json!({}), jane().extension("solarnexus", options)).unwrap_err(),
        ["attribute"]
    );
}

#[test]
fn attributes_that_exclude_each_other_are_refused() {
    let options = json!({ "attributes": { "hoa": "x", "hoa.name": "y" } });
    assert_eq!(
        mapped(json!({}), jane().extension("solarnexus", options)).unwrap_err(),
        ["field_conflict"]
    );
}
