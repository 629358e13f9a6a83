//! The conformance suite of the house, run over SolarNexus: the way through a flow first, the direct one beside it.

use leadsink_core::{Field, Lead};
use leadsink_solarnexus::SolarNexus;
use leadsink_testkit::{SECRET_HEX_SENTINEL, SECRET_SENTINEL, Suite, Value, checks, fixtures, json};

fn config() -> Value {
    json!({ "leadconduit": { "flow_id": SECRET_HEX_SENTINEL, "source_id": SECRET_HEX_SENTINEL } })
}

fn minimal_lead() -> Lead {
    fixtures::minimal_with(&[Field::FirstName, Field::LastName, Field::Email])
}

/// The undocumented way.
fn direct() -> Value {
    json!({
        "leadconduit": null,
        "direct": { "url": "https://solarnexus.example/projects", "value": format!("Bearer {SECRET_SENTINEL}") },
    })
}

/// An account that says everything which a lead may leave out.
fn all_settings() -> Value {
    json!({
        "leadconduit": {
            "url": format!("https://app.leadconduit.com/flows/{SECRET_SENTINEL}/sources/{SECRET_SENTINEL}/submit"),
            "source_api_key": SECRET_SENTINEL,
            "events_api_key": SECRET_SENTINEL,
            "format": "json",
            "flow_deduplicates": true,
            "is_test": true,
        },
        "job_process_id": 1,
        "lead_source_id": "2",
        "description": "Web lead",
        "source_name": "MyCRM",
        "sales_owner_id": 3,
        "sales_owner_type": "workgroup",
        "business_tax_entity": "llc (corporation)",
        "roles": ["Occupant"],
        "attributes": { "hoa_fee": 12.5 },
        "names": { "project.sales_owner_id": "project.sales_owner.id" },
    })
}

leadsink_testkit::conformance! {
    vendor: SolarNexus,
    config: config,
    minimal: minimal_lead,
    contract: "contract",
    configs: [direct, all_settings],
}

/// The plain configuration of the direct way.
fn only_direct() -> Value {
    let mut config = direct();
    config.as_object_mut().map(|keys| keys.remove("leadconduit"));
    config
}

#[test]
fn direct_requests_look_like_their_snapshots() {
    let suite = Suite::new::<SolarNexus>(env!("CARGO_MANIFEST_DIR"), "contract", only_direct, minimal_lead);
    checks::requests_look_like_their_snapshots(&suite.with_snapshot_prefix("direct_"));
}
