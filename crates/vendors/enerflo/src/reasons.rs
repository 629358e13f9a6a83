//! From a wire name in an answer to the field of the lead that went there.

use leadsink_core::Field;
use serde_json::Value;

use crate::config::EnerfloConfig;
use crate::descriptor::DESCRIPTOR;

/// The field of the lead behind a wire name such as `lead.zip`, `zip` or `survey_data.files.0.type`. None where the value
/// is the account's.
pub(crate) fn field_of(name: &str, sent: &[u8], config: &EnerfloConfig) -> Option<Field> {
    let name: Vec<_> = name.split('.').filter(|part| part.parse::<u32>().is_err()).collect();
    let name = name.join(".");
    let below = |wire: &str| {
        name.strip_prefix(wire)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let is_named = |wire: &str| below(wire) || wire.strip_prefix("lead.") == Some(&*name);
    let row = DESCRIPTOR.mapping.iter().find(|row| is_named(row.wire))?;
    let account = match row.wire {
        "lead.creator" => config.creator.as_deref(),
        "lead.assign_to_email" => config.assign_to_email.as_deref(),
        "lead.setter_email" => config.setter_email.as_deref(),
        "lead.lead_status" => config.lead_status.as_deref(),
        "lead.office_name" => config.office_name.as_deref(),
        "lead.lead_source" => config.lead_source.as_deref(),
        "appointment.name" => config.appointment_name.as_deref(),
        "appointment.timezone" => config.timezone.as_deref(),
        _ => None,
    };
    let is_the_accounts = account.is_some_and(|account| {
        let sent: Value = serde_json::from_slice(sent).unwrap_or_default();
        let value = sent.pointer(&format!("/{}", row.wire.replace('.', "/")));
        value.and_then(Value::as_str) == Some(account)
    });
    (!is_the_accounts).then_some(row.field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wire_name_leads_to_the_field() {
        let config = EnerfloConfig::new("k")
            .with_office_name("Utah")
            .with_creator("api@installer.example");
        let sent = br#"{"lead":{"office_name":"Utah","creator":"desk@installer.example"}}"#;
        let table = [
            ("lead.zip", Some(Field::PostalCode)),
            ("zip", Some(Field::PostalCode)),
            ("mobile", Some(Field::Phone1)),
            ("fullAddress", Some(Field::UnparsedAddress)),
            ("full_name", Some(Field::FullName)),
            ("survey_data.files.0.type", Some(Field::Attachments)),
            ("appointment.date_time", Some(Field::AppointmentStart)),
            ("appointment.apt_type_id", Some(Field::AppointmentType)),
            ("lead.creator", Some(Field::Creator)),
            // The account's.
            ("office_name", None),
            ("integration_record_id", None),
            ("lead", None),
            ("", None),
        ];
        for (name, field) in table {
            assert_eq!(field_of(name, sent, &config), field, "{name}");
        }
    }
}
