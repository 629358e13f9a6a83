//! The conformance suite of the house, run over OpenSolar.

use leadsink_core::{Field, Lead};
use leadsink_opensolar::OpenSolar;
use leadsink_testkit::{SECRET_SENTINEL, Value, fixtures, json};

fn config() -> Value {
    json!({ "token": SECRET_SENTINEL, "org_id": 1 })
}

fn minimal_lead() -> Lead {
    fixtures::minimal_with(&[Field::Street])
}

/// A log-in in place of the token; it names the organisation.
fn log_in() -> Value {
    json!({
        "token": null,
        "org_id": null,
        "username": SECRET_SENTINEL,
        "password": SECRET_SENTINEL,
        "mfa_code": SECRET_SENTINEL,
    })
}

/// An account that says everything which a lead may leave out.
fn all_defaults() -> Value {
    json!({
        "lead_source": "Web",
        "assigned_role": "50",
        "assigned_installer_role": "https://api.opensolar.com/api/orgs/1/roles/77/",
        "assigned_site_inspector_role": "78",
    })
}

leadsink_testkit::conformance! {
    vendor: OpenSolar,
    config: config,
    minimal: minimal_lead,
    contract: "contract",
    configs: [log_in, all_defaults],
}
