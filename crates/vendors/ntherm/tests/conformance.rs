//! The conformance suite of the house, run over NTherm.

use leadsink_core::{Field, Lead};
use leadsink_ntherm::Ntherm;
use leadsink_testkit::{SECRET_SENTINEL, Value, fixtures, json};

fn config() -> Value {
    json!({
        "username": SECRET_SENTINEL,
        "password": SECRET_SENTINEL,
        "campaign": "OHIO_GENERAL_RESIDENTIAL",
        "call_back_url": "https://leads.example.com/callbacks/ntherm/{token}",
    })
}

/// Consent may lie in a certificate, the answers, a text or the lead's options, so no rule of fields says it; here it lies
/// where no field is.
fn minimal_lead() -> Lead {
    let mut lead = fixtures::minimal_with(&[
        Field::Phone1,
        Field::FullName,
        Field::State,
        Field::City,
        Field::PostalCode,
        Field::Street,
        Field::Email,
    ]);
    let options = json!({ "extra_data": { "consent": "recorded call 7731" } });
    lead.extensions.insert("ntherm".to_owned(), options);
    lead
}

/// The lead's own campaign shows.
fn campaign_from_lead() -> Value {
    json!({ "campaign_from_lead": true })
}

/// The sample's second name for the street shows.
fn customer_address() -> Value {
    json!({ "customer_address": true })
}

/// The phone shows in the question too.
fn pre_ping() -> Value {
    json!({ "pre_ping": true })
}

/// The site address shows in the mailing address too.
fn mailing_same_as_site() -> Value {
    json!({ "mailing_same_as_site": true })
}

leadsink_testkit::conformance! {
    vendor: Ntherm,
    config: config,
    minimal: minimal_lead,
    contract: "contract",
    configs: [campaign_from_lead, customer_address, pre_ping, mailing_same_as_site],
}
