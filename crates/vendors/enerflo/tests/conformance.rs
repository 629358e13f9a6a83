//! The conformance suite of the house, run over Enerflo.

use leadsink_core::{Field, Lead};
use leadsink_enerflo::Enerflo;
use leadsink_testkit::{SECRET_SENTINEL, Value, fixtures, json};

fn config() -> Value {
    json!({
        "api_key": SECRET_SENTINEL,
        "appointment_type_id": 101,
        "appointment_name": "Solar Consultation",
    })
}

fn minimal_lead() -> Lead {
    fixtures::minimal_with(&[Field::Street])
}

/// Files go with a deal.
fn create_deal() -> Value {
    json!({ "create_deal": 5686 })
}

/// The other name of the appointment type, and the other way to send a time, show.
fn other_appointment() -> Value {
    json!({ "appointment_type_key": "appointment_type_id", "appointment_time": "unix" })
}

/// An account that says everything which a lead may leave out.
fn all_defaults() -> Value {
    json!({
        "creator": "api@installer.example",
        "assign_to_email": "rep@installer.example",
        "setter_email": "phone.setter@installer.example",
        "office_name": "Utah Office",
        "office_match": "manual",
        "lead_status": "Needs Contact",
        "lead_source": "Web",
        "ignore_validation": true,
        "timezone": "America/Denver",
        "extra": { "priority": 1 },
    })
}

leadsink_testkit::conformance! {
    vendor: Enerflo,
    config: config,
    minimal: minimal_lead,
    contract: "contract",
    configs: [create_deal, other_appointment, all_defaults],
}
