//! Tests of the mapping as a whole.

use leadsink_core::{
    CallbackToken, DeliveryId, Field, FieldRef, Lead, LeadBuilder, LeadSink, PrepareContext, Prepared, Timestamp,
    Unfit, Vendor,
};
use serde_json::{Value, json};

use crate::{CallbackTemplate, Ntherm, NthermConfig};

const TOKEN: &str = "0000000000000000000000000000feed";

fn config() -> NthermConfig {
    NthermConfig::new("partner", "s3cret").with_campaign("OHIO_GENERAL_RESIDENTIAL")
}

fn lead() -> LeadBuilder {
    Lead::builder()
        .id("1")
        .phone_1("+17275550123")
        .full_name("John Doe")
        .state("CA")
        .city("Los Angeles")
        .postal_code("90001")
        .street("123 Main St")
        .email("john.doe@example.com")
        .certificate_url("https://example.com/certificate.pdf")
}

fn prepared(config: NthermConfig, lead: LeadBuilder) -> Result<Prepared, Unfit> {
    let lead = lead.build().unwrap();
    let cx = PrepareContext::new(DeliveryId::new(&lead.id, "ntherm"), Timestamp::UNIX_EPOCH)
        .with_callback_token(CallbackToken::parse(TOKEN).unwrap());
    Ntherm::from_config(config).unwrap().prepare(&lead, &cx)
}

fn body(config: NthermConfig, lead: LeadBuilder) -> Value {
    serde_json::from_slice(&prepared(config, lead).unwrap().request.body).unwrap()
}

fn problems(config: NthermConfig, lead: LeadBuilder) -> Vec<String> {
    let problem = |problem: leadsink_core::Problem| match problem.field {
        Some(field) => format!("{} {field}", problem.code),
        None => problem.code.into_owned(),
    };
    prepared(config, lead)
        .unwrap_err()
        .problems
        .into_iter()
        .map(problem)
        .collect()
}

#[test]
fn fields_stand_in_the_order_of_the_document() {
    let template = CallbackTemplate::parse("https://example.com/callback/{token}").unwrap();
    let config = config().with_call_back_url(template).with_customer_address(true);
    let lead = lead()
        .decision_maker("Jane Doe")
        .electric_provider("Utility Provider")
        .mailing_street("456 Secondary St")
        .mailing_city("San Francisco")
        .mailing_postal_code("94101")
        .mailing_state("CA")
        .answer("Do you consent to be contacted?", "Yes");
    let prepared = prepared(config, lead).unwrap();
    assert_eq!(prepared.request.url.as_str(), "https://api.ntherm.com/v1/postLead");
    assert_eq!(
        std::str::from_utf8(&prepared.request.body).unwrap(),
        r#"{"phone_number":"7275550123","customer_name":"John Doe","state":"CA","city":"Los Angeles","zip":"90001","certificate_url":"https://example.com/certificate.pdf","street":"123 Main St","customer_address":"123 Main St","dm_name":"Jane Doe","utility":"Utility Provider","call_back_url":"https://example.com/callback/0000000000000000000000000000feed","mailing_street":"456 Secondary St","mailing_city":"San Francisco","mailing_zip":"94101","mailing_state":"CA","vendor_campaign_name":"OHIO_GENERAL_RESIDENTIAL","email":"john.doe@example.com","extra_data":[{"questions":["Do you consent to be contacted?"]},{"answers":["Yes"]}]}"#
    );
}

#[test]
fn what_the_lead_lacks_is_left_out() {
    let body = body(config(), lead());
    let keys: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "certificate_url",
            "city",
            "customer_name",
            "email",
            "phone_number",
            "state",
            "street",
            "vendor_campaign_name",
            "zip"
        ]
    );
}

#[test]
fn every_problem_is_reported_at_once() {
    let lead = Lead::builder()
        .id("1")
        .phone_1("+442079460000")
        .state("CA-ON")
        .address("1 King St, Toronto");
    assert_eq!(
        problems(NthermConfig::new("partner", "s3cret"), lead),
        [
            "required full_name",
            "required city",
            "required postal_code",
            "required street",
            "required email",
            "state_country state",
            "address_unparsed address",
            "phone_country phone_1",
            "campaign_missing",
            "consent_missing certificate_url",
        ]
    );
}

#[test]
fn a_strict_account_demands_the_rest() {
    assert_eq!(
        problems(config().with_strict_required(true), lead()),
        [
            "required decision_maker",
            "required electric_provider",
            "required mailing_street",
            "required mailing_city",
            "required mailing_postal_code",
            "required mailing_state",
            "required answers",
            "call_back_url_missing",
        ]
    );
    let template = CallbackTemplate::parse("https://example.com/callback/{token}").unwrap();
    let strict = config()
        .with_strict_required(true)
        .with_mailing_same_as_site(true)
        .with_call_back_url(template);
    let lead = lead()
        .decision_maker("Jane Doe")
        .gas_provider("Columbia Gas")
        .source("web");
    assert!(prepared(strict, lead).is_ok());
}

#[test]
fn a_mailing_address_equals_the_site_only_where_config_says_so() {
    let mailing = |same_as_site, lead| {
        let body = body(config().with_mailing_same_as_site(same_as_site), lead);
        ["street", "city", "zip", "state"].map(|part| body[format!("mailing_{part}")].clone())
    };
    assert_eq!(mailing(false, lead()), [const { Value::Null }; 4]);
    assert_eq!(mailing(true, lead()), ["123 Main St", "Los Angeles", "90001", "CA"]);
    // What is known of the real one is never mixed with the site, and one abroad is no reason to send the site.
    let partial = mailing(true, lead().mailing_city("Waco"));
    assert_eq!(partial, [json!(null), json!("Waco"), json!(null), json!(null)]);
    let abroad = mailing(true, lead().mailing_street("5 King St").mailing_state("CA-ON"));
    assert_eq!(abroad, [const { Value::Null }; 4]);
}

#[test]
fn a_name_is_the_persons_else_the_organisations() {
    let nameless = || {
        Lead::builder()
            .phone_1("+17275550123")
            .state("CA")
            .city("Los Angeles")
            .postal_code("90001")
            .street("123 Main St")
            .email("john.doe@example.com")
            .certificate_url("https://example.com/certificate.pdf")
            .id("1")
    };
    let table = [
        (nameless().first_name("John").last_name("Doe"), "John Doe", json!(null)),
        (nameless().organization("Acme"), "Acme", json!(null)),
        (
            nameless().name_suffix("Jr.").organization("Acme"),
            "Acme",
            json!([{"name_suffix": "Jr."}]),
        ),
        (
            nameless().last_name("Doe").organization("Acme"),
            "Doe",
            json!([{"organization": "Acme"}]),
        ),
        // The given name is in the full one, the middle name is not.
        (
            nameless()
                .full_name("John Doe")
                .first_name("John")
                .middle_name("Quincy"),
            "John Doe",
            json!([{"middle_name": "Quincy"}]),
        ),
    ];
    for (lead, name, extra) in table {
        let body = body(config(), lead);
        assert_eq!((&body["customer_name"], &body["extra_data"]), (&json!(name), &extra));
    }
}

#[test]
fn a_campaign_is_the_accounts_unless_config_says_otherwise() {
    let own = || lead().campaign("TEXAS");
    let prepared_own = prepared(config(), own()).unwrap();
    assert_eq!(prepared_own.unmapped, [FieldRef::from(Field::Campaign)]);
    let account = body(config(), own());
    assert_eq!(account["vendor_campaign_name"], "OHIO_GENERAL_RESIDENTIAL");
    assert_eq!(account["extra_data"], json!([{"campaign": "TEXAS"}]));

    let from_lead = || config().with_campaign_from_lead(true);
    assert_eq!(body(from_lead(), own())["vendor_campaign_name"], "TEXAS");
    assert_eq!(body(from_lead(), own())["extra_data"], json!(null));
    assert_eq!(
        body(from_lead(), lead())["vendor_campaign_name"],
        "OHIO_GENERAL_RESIDENTIAL"
    );
    let neither = NthermConfig::new("partner", "s3cret").with_campaign_from_lead(true);
    assert_eq!(problems(neither, lead()), ["campaign_missing campaign"]);
}

#[test]
fn one_utility_is_sent_and_the_other_kept() {
    assert_eq!(
        body(config(), lead().gas_provider("Columbia Gas"))["utility"],
        "Columbia Gas"
    );
    let both = body(config(), lead().gas_provider("Columbia Gas").electric_provider("AEP"));
    assert_eq!(both["utility"], "AEP");
    assert_eq!(both["extra_data"], json!([{"gas_provider": "Columbia Gas"}]));
}

#[test]
fn what_has_no_field_goes_to_extra_data() {
    let lead = lead()
        .source("facebook")
        .phone_1_extension("204")
        .unit("Apt 3B")
        .postal_code("90001-1234")
        .extra("roof colour", "slate")
        .extension("ntherm", json!({"extra_data": {"page": 7}}));
    let body = body(config(), lead);
    assert_eq!(body["street"], "123 Main St Apt 3B");
    assert_eq!(
        body["extra_data"],
        json!([
            {"phone_1_extension": "204", "postal_code": "90001-1234", "source": "facebook", "roof colour": "slate"},
            {"page": 7},
        ])
    );
}

#[test]
fn a_call_back_url_needs_a_token() {
    let template = CallbackTemplate::parse("https://example.com/callback/{token}").unwrap();
    let sink = Ntherm::from_config(config().with_call_back_url(template)).unwrap();
    let lead = lead().build().unwrap();
    let cx = PrepareContext::new(DeliveryId::new(&lead.id, "ntherm"), Timestamp::UNIX_EPOCH);
    let unfit = sink.prepare(&lead, &cx).unwrap_err();
    assert_eq!(unfit.problems[0].code, "callback_token_missing");
}

#[test]
fn the_question_asks_for_the_phone_alone() {
    let prepared = prepared(config().with_pre_ping(true), lead()).unwrap();
    let [step] = &prepared.before[..] else {
        unreachable!("it asks one question");
    };
    assert_eq!(
        (&*step.owner, step.draft.url.as_str()),
        ("ntherm", "https://api.ntherm.com/v1/prePing")
    );
    assert_eq!(&step.draft.body[..], br#"{"phone_number":"7275550123"}"#);
}
