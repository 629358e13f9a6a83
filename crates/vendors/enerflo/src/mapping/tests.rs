//! Tests of the mapping as a whole.

use std::collections::BTreeMap;

use leadsink_core::{
    DeliveryId, Lead, LeadBuilder, LeadSink, PrepareContext, Prepared, Repeat, Timestamp, Unfit, Vendor,
};
use serde_json::{Value, json};

use crate::{Enerflo, EnerfloConfig};

fn config() -> EnerfloConfig {
    EnerfloConfig::new("s3cret")
}

/// The lead of the document.
fn ferris() -> LeadBuilder {
    Lead::builder()
        .id("yj3Shbi2")
        .full_name("Ferris Bueller")
        .street("2214 N Honeydew Dr")
        .city("Saratoga Springs")
        .state("UT")
        .postal_code("92646")
        .email("custy@enerflo.io")
        .phone_1("+18015554444")
}

fn prepared(config: EnerfloConfig, lead: LeadBuilder) -> Result<Prepared, Unfit> {
    let lead = lead.build().unwrap();
    let cx = PrepareContext::new(DeliveryId::new(&lead.id, "enerflo"), Timestamp::UNIX_EPOCH);
    Enerflo::from_config(config).unwrap().prepare(&lead, &cx)
}

fn body(config: EnerfloConfig, lead: LeadBuilder) -> Value {
    serde_json::from_slice(&prepared(config, lead).unwrap().request.body).unwrap()
}

fn problems(config: EnerfloConfig, lead: LeadBuilder) -> Vec<String> {
    let unfit = prepared(config, lead).unwrap_err();
    unfit
        .problems
        .into_iter()
        .map(|problem| problem.code.into_owned())
        .collect()
}

#[test]
fn the_documents_example_is_sent_as_it_stands_there() {
    let config = config()
        .with_create_deal(5686)
        .with_appointment_type_id(101)
        .with_appointment_name("Solar Consultation");
    let survey = json!({"files": [{"name": "image_name.jpg", "data": "QUJD", "type": "img_exterior_house"}]});
    let lead = ferris()
        .office("Utah Office")
        .creator("api@enerflo.io")
        .owner("api@enerflo.io")
        .lead_status("Needs Contact")
        .appointment_start("2020-03-12T21:59:14Z")
        .appointment_minutes("60")
        .extension("enerflo", json!({"survey_data": survey}));
    let prepared = prepared(config, lead).unwrap();
    assert_eq!(prepared.repeat, Repeat::NeverBlindly);
    assert_eq!(
        prepared.request.url.as_str(),
        "https://enerflo.io/api/v1/partner/action/lead/add"
    );
    assert_eq!(
        std::str::from_utf8(&prepared.request.body).unwrap(),
        r#"{"lead":{"integration_record_id":"yj3Shbi2","full_name":"Ferris Bueller","address":"2214 N Honeydew Dr","city":"Saratoga Springs","state":"UT","zip":"92646","email":"custy@enerflo.io","mobile":"8015554444","creator":"api@enerflo.io","assign_to_email":"api@enerflo.io","lead_status":"Needs Contact","createDeal":5686,"office_name":"Utah Office"},"survey_data":{"files":[{"name":"image_name.jpg","data":"QUJD","type":"img_exterior_house"}]},"appointment":{"apt_type_id":101,"date_time":"2020-03-12 21:59:14","timezone":"utc","name":"Solar Consultation","minutes":60}}"#
    );
}

#[test]
fn what_the_lead_lacks_is_left_out_so_that_an_update_blanks_nothing() {
    let body = body(config(), Lead::builder().id("1").address("1 Elm St, Austin"));
    assert_eq!(
        body,
        json!({"lead": {"integration_record_id": "1", "fullAddress": "1 Elm St, Austin"}})
    );
}

#[test]
fn the_account_stands_in_for_what_the_lead_does_not_say() {
    let account = || {
        config()
            .with_creator("api@installer.example")
            .with_assign_to_email("rep@installer.example")
            .with_setter_email("setter@installer.example")
            .with_office_name("Utah Office")
            .with_office_match("manual")
            .with_lead_status("New")
            .with_lead_source("Web")
            .with_extra(BTreeMap::from([
                ("campaign".into(), json!("spring")),
                ("priority".into(), json!(1)),
            ]))
    };
    let defaults = body(account(), Lead::builder().id("1").address("1 Elm St"));
    assert_eq!(
        defaults["lead"],
        json!({
            "integration_record_id": "1", "fullAddress": "1 Elm St", "creator": "api@installer.example",
            "assign_to_email": "rep@installer.example", "setter_email": "setter@installer.example",
            "office_name": "Utah Office", "office_match": "manual", "lead_status": "New", "lead_source": "Web",
            "campaign": "spring", "priority": 1,
        })
    );
    let lead = Lead::builder()
        .id("1")
        .address("1 Elm St")
        .owner("own@installer.example")
        .office("Austin")
        .lead_status("Hot")
        .vendor_lead_source("Door")
        .extension("enerflo", json!({"office_match": "zip"}));
    let own = &body(account(), lead)["lead"];
    assert_eq!(own["assign_to_email"], "own@installer.example");
    assert_eq!(own["office_name"], "Austin");
    assert_eq!(
        (&own["lead_status"], &own["lead_source"]),
        (&json!("Hot"), &json!("Door"))
    );
    assert_eq!(own["office_match"], "zip");
}

#[test]
fn a_source_is_sent_where_nobody_names_one_for_enerflo() {
    let lead = || ferris().source("facebook");
    assert_eq!(body(config(), lead())["lead"]["lead_source"], "facebook");
    let named = body(config().with_lead_source("Web"), lead());
    assert_eq!(named["lead"]["lead_source"], "Web");
    assert_eq!(named["lead"]["add_note"], "Source: facebook");
}

#[test]
fn the_note_has_the_remarks_and_what_has_no_field() {
    let lead = ferris()
        .notes("Ring twice.")
        .roof_type("slate")
        .phone_2("+18015550102")
        .postal_code("92646-0001")
        .answer("Own?", "yes")
        .extra("hoa", "Kinney");
    let prepared = prepared(config(), lead).unwrap();
    let body: Value = serde_json::from_slice(&prepared.request.body).unwrap();
    assert_eq!(
        body["lead"]["add_note"],
        "Ring twice.\n\nPhone 2: +18015550102\nPostal code: 92646-0001\nRoof type: slate\nOwn? yes\nhoa: Kinney"
    );
    let unmapped: Vec<_> = prepared.unmapped.iter().map(ToString::to_string).collect();
    assert_eq!(unmapped, ["phone_2", "roof_type", "answers", "extra.hoa"]);
}

#[test]
fn validation_is_ignored_by_account_or_lead_and_needs_no_address_then() {
    let bare = || Lead::builder().id("1");
    let on = json!({"lead": {"integration_record_id": "1", "ignore_validation": 1}});
    assert_eq!(problems(config(), bare()), ["required"]);
    assert_eq!(problems(config(), bare().state("UT")), ["required"]);
    assert_eq!(body(config().with_ignore_validation(true), bare()), on);
    let lead = |ignore: bool| bare().extension("enerflo", json!({"ignore_validation": ignore}));
    assert_eq!(body(config(), lead(true)), on);
    assert_eq!(
        problems(config().with_ignore_validation(true), lead(false)),
        ["required"]
    );
    let checked = body(config().with_ignore_validation(true), lead(false).city("Provo"));
    assert_eq!(checked["lead"].get("ignore_validation"), None);
}

#[test]
fn options_of_the_lead_are_sent_and_never_a_redirect() {
    let options = json!({"create_deal": 9, "calendar": "solar_consultation", "calendar_id": 3});
    let body = body(config().with_create_deal(5), ferris().extension("enerflo", options));
    let lead = &body["lead"];
    assert_eq!((&lead["createDeal"], &lead["calendar_id"]), (&json!(9), &json!(3)));
    assert_eq!(lead["calendar"], "solar_consultation");
    assert_eq!(lead.get("browser_redirect"), None);
    let redirect = json!({"browser_redirect": "profile"});
    assert_eq!(
        problems(config(), ferris().extension("enerflo", redirect)),
        ["extension"]
    );
}

#[test]
fn a_lead_alone_is_safe_to_repeat_and_a_deal_or_an_appointment_is_not() {
    use Repeat::{NeverBlindly, Safe};
    let typed = || config().with_appointment_type_id(101);
    let titled = || typed().with_appointment_name("Solar Consultation");
    let appointed = || ferris().appointment_start("2020-03-12T21:59:14Z");
    let deal = || ferris().extension("enerflo", json!({"create_deal": 9}));
    let table = [
        (titled(), ferris(), Safe),
        (config().with_create_deal(5), ferris(), NeverBlindly),
        (config(), deal(), NeverBlindly),
        (titled(), appointed(), NeverBlindly),
        // Without a title the appointment stands in the note only.
        (typed(), appointed(), Safe),
        (config().with_always_repeat(true), deal(), Safe),
        (titled().with_always_repeat(true), appointed(), Safe),
    ];
    for (row, (config, lead, repeat)) in table.into_iter().enumerate() {
        assert_eq!(prepared(config, lead).unwrap().repeat, repeat, "row {row}");
    }
}

#[test]
fn a_blank_option_leaves_the_accounts_in_place() {
    let blank = json!({"calendar": "", "office_match": " ", "appointment": {"name": " ", "timezone": ""}});
    let config = || config().with_office_match("manual").with_appointment_type_id(101);
    let body = body(
        config()
            .with_appointment_name("Solar Consultation")
            .with_timezone("America/Denver"),
        ferris()
            .appointment_start("2020-03-12T14:59:14")
            .extension("enerflo", blank),
    );
    assert_eq!(body["lead"]["office_match"], "manual");
    assert_eq!(body["lead"].get("calendar"), None);
    assert_eq!(
        (&body["appointment"]["name"], &body["appointment"]["timezone"]),
        (&json!("Solar Consultation"), &json!("America/Denver"))
    );
}

#[test]
fn every_problem_is_reported_at_once() {
    let survey = json!({"survey_data": {"files": [{"name": "a", "data": "?", "type": "t"}]}});
    let lead = Lead::builder().id("1").extension("enerflo", survey);
    assert_eq!(problems(config(), lead.clone()), ["required", "create_deal_missing"]);
    assert_eq!(
        problems(config().with_create_deal(5), lead),
        ["required", "attachment_base64"]
    );
}
