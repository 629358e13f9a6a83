//! What a lead becomes: settings before it, options, changes, and what is left for the note.

use leadsink_core::{Field, Lead, LeadBuilder, LeadSink as _, Prepared, Repeat, Unfit, Vendor as _};
use leadsink_testkit::{Value, fixtures, json};

use crate::{OpenSolar, OpenSolarConfig};

fn config() -> OpenSolarConfig {
    OpenSolarConfig::token("s_1", 1)
}

fn prepare(config: OpenSolarConfig, lead: LeadBuilder) -> Result<Prepared, Unfit> {
    let lead: Lead = lead.id("crm-42").build().unwrap();
    let sink = OpenSolar::from_config(config).unwrap();
    sink.prepare(&lead, &fixtures::context(&lead))
}

fn body(prepared: &Prepared) -> Value {
    serde_json::from_slice(&prepared.request.body).unwrap()
}

fn mapped(config: OpenSolarConfig, lead: LeadBuilder) -> Value {
    body(&prepare(config, lead).unwrap())
}

fn home() -> LeadBuilder {
    Lead::builder().street("123 Fake st")
}

#[test]
fn a_lead_without_a_place_is_unfit_unless_it_changes_a_project() {
    let unfit = prepare(config(), Lead::builder().email("a@b.example")).unwrap_err();
    assert_eq!(unfit.problems[0].code, "required");
    let change = Lead::builder().extension("opensolar", json!({ "project_id": 7 }));
    assert!(prepare(config(), change).is_ok());
    assert!(prepare(config(), Lead::builder().latitude("1").longitude("2")).is_ok());
    let half = prepare(config(), Lead::builder().latitude("1").state("AU-NSW")).unwrap_err();
    assert_eq!(
        (&*half.problems[0].code, half.problems[0].field.clone()),
        ("required", Some(Field::Longitude.into()))
    );
    assert!(prepare(config(), Lead::builder().latitude("1").city("Perth")).is_ok());
}

#[test]
fn what_the_lead_says_goes_before_the_account_and_the_options_before_both() {
    let account = || {
        config()
            .with_lead_source("Web")
            .with_assigned_role("desk@installer.example")
            .with_assigned_installer_role("8")
    };
    let plain = mapped(account(), home().source("Facebook"));
    assert_eq!(plain["lead_source"], "Web");
    assert_eq!(plain["notes"], "Source: Facebook");
    assert_eq!(plain["assigned_role"], "desk@installer.example");
    assert_eq!(
        plain["assigned_installer_role"],
        "https://api.opensolar.com/api/orgs/1/roles/8/"
    );
    let own = mapped(
        account(),
        home().vendor_lead_source("Door").owner("rep@installer.example"),
    );
    assert_eq!(
        (&own["lead_source"], &own["assigned_role"]),
        (&json!("Door"), &json!("rep@installer.example"))
    );
    let options = json!({ "assigned_role": "77", "assigned_installer_role": "/api/orgs/3/roles/9/" });
    let told = mapped(
        account(),
        home().owner("rep@installer.example").extension("opensolar", options),
    );
    assert_eq!(told["assigned_role"], "https://api.opensolar.com/api/orgs/1/roles/77/");
    assert_eq!(
        told["assigned_installer_role"],
        "https://api.opensolar.com/api/orgs/3/roles/9/"
    );
    assert_eq!(told["notes"], "Owner: rep@installer.example");
}

#[test]
fn an_owner_that_is_only_a_name_is_noted_and_the_accounts_is_sent() {
    let prepared = prepare(config().with_assigned_role("77"), home().owner("Jane Rep")).unwrap();
    let body = body(&prepared);
    assert_eq!(body["assigned_role"], "https://api.opensolar.com/api/orgs/1/roles/77/");
    assert_eq!(body["notes"], "Owner: Jane Rep");
    assert_eq!(prepared.warnings[0].code, "role");
    assert_eq!(prepared.unmapped, [Field::Owner.into()]);
}

#[test]
fn an_organisation_that_only_the_log_in_knows_is_left_open() {
    let config = OpenSolarConfig::log_in("a@b.example", "p").with_assigned_role("77");
    let prepared = prepare(config, home()).unwrap();
    assert_eq!(
        prepared.request.url.as_str(),
        "https://api.opensolar.com/api/orgs/***/projects/"
    );
    assert_eq!(
        body(&prepared)["assigned_role"],
        "https://api.opensolar.com/api/orgs/***/roles/77/"
    );
}

#[test]
fn every_option_has_its_place_and_a_blank_one_none() {
    let options = json!({
        "title": "Pool house",
        "site_notes": "Ring twice.",
        "roof_type": 26,
        "custom_project_info": ["a", null, " ", "d", null],
        "contact": { "custom_contact_info_1": "x" },
    });
    let body = mapped(config(), home().roof_type("slate").extension("opensolar", options));
    assert_eq!(
        body,
        json!({
            "identifier": "crm-42",
            "notes": "Roof type: slate",
            "address": "123 Fake st",
            "roof_type": "https://api.opensolar.com/api/roof_types/26/",
            "title": "Pool house",
            "site_notes": "Ring twice.",
            "custom_project_info_1": "a",
            "custom_project_info_4": "d",
            "contacts_new": [{ "custom_contact_info_1": "x" }],
        })
    );
}

#[test]
fn options_that_cannot_be_read_or_used_are_a_problem() {
    for options in [json!({ "projekt_id": 7 }), json!({ "assigned_role": "Jane" })] {
        let unfit = prepare(config(), home().extension("opensolar", options)).unwrap_err();
        assert_eq!(unfit.problems[0].code, "extension");
    }
}

#[test]
fn a_change_sends_no_contacts_and_no_identifier_and_may_be_repeated() {
    let lead = home()
        .first_name("George")
        .email("g@example.com")
        .extension("opensolar", json!({ "project_id": 6624 }));
    let prepared = prepare(config(), lead).unwrap();
    assert_eq!(
        (&prepared.request.method, prepared.repeat),
        (&http::Method::PATCH, Repeat::Safe)
    );
    assert_eq!(
        prepared.request.url.as_str(),
        "https://api.opensolar.com/api/orgs/1/projects/6624/"
    );
    assert_eq!(body(&prepared), json!({ "address": "123 Fake st" }));
    let [contact] = &prepared.before[..] else {
        unreachable!("the contact is changed by itself");
    };
    assert_eq!(contact.draft.method, http::Method::PUT);
    assert_eq!(
        contact.draft.url.as_str(),
        "https://api.opensolar.com/api/orgs/1/contacts/***/"
    );
    let change: Value = serde_json::from_slice(&contact.draft.body).unwrap();
    assert_eq!(change, json!({ "first_name": "George", "email": "g@example.com" }));
}

#[test]
fn what_the_account_has_for_silent_leads_changes_no_project() {
    let account = config()
        .with_lead_source("Web")
        .with_assigned_role("77")
        .with_assigned_installer_role("78")
        .with_assigned_site_inspector_role("79");
    let change = |lead: LeadBuilder| lead.extension("opensolar", json!({ "project_id": 6624 }));
    assert_eq!(
        mapped(account.clone(), change(home())),
        json!({ "address": "123 Fake st" })
    );
    let said = mapped(account, change(home().source("Facebook").owner("50")));
    assert_eq!(
        (&said["lead_source"], &said["assigned_role"]),
        (
            &json!("Facebook"),
            &json!("https://api.opensolar.com/api/orgs/1/roles/50/")
        )
    );
}

#[test]
fn a_roof_of_another_name_is_noted() {
    let prepared = prepare(config(), home().roof_type("tuiles canal")).unwrap();
    assert_eq!(body(&prepared)["notes"], "Roof type: tuiles canal");
    assert_eq!(prepared.warnings[0].code, "roof_type_unknown");
}
