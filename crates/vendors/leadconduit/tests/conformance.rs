//! The conformance suite of the house, run over LeadConduit.

use leadsink_core::Lead;
use leadsink_leadconduit::LeadConduit;
use leadsink_testkit::{SECRET_HEX_SENTINEL, SECRET_SENTINEL, Value, fixtures, json};

fn config() -> Value {
    json!({ "url": format!("https://app.leadconduit.com/flows/{SECRET_SENTINEL}/sources/{SECRET_SENTINEL}/submit") })
}

/// What a lead must have is the affair of the flow.
fn minimal_lead() -> Lead {
    fixtures::minimal_with(&[])
}

/// The ids stand in for the address.
fn by_ids() -> Value {
    json!({ "url": null, "flow_id": SECRET_HEX_SENTINEL, "source_id": SECRET_HEX_SENTINEL })
}

/// Objects within objects.
fn as_json() -> Value {
    json!({ "format": "json" })
}

/// An account with keys, whose flow deduplicates.
fn all_settings() -> Value {
    json!({
        "source_api_key": SECRET_SENTINEL,
        "events_api_key": SECRET_SENTINEL,
        "flow_deduplicates": true,
        "is_test": true,
        "extra": { "vendor_name": "Acme Leads" },
        "extra_fields": { "roof pitch": "roof_pitch" },
    })
}

leadsink_testkit::conformance! {
    vendor: LeadConduit,
    config: config,
    minimal: minimal_lead,
    contract: "contract",
    configs: [by_ids, as_json, all_settings],
}
