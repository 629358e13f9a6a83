//! From a wire name in an answer to the field of the lead that went there.

use leadsink_core::{Field, FieldSet, Prepared};
use serde_json::Value;

use crate::config::EnerfloConfig;
use crate::descriptor::DESCRIPTOR;

/// The fields that are never sent themselves.
const KINDS: [Field; 3] = [Field::Phone1Type, Field::Phone2Type, Field::Phone3Type];

/// What was sent, as far as it tells which field of the lead an answer is about.
pub(crate) struct Sent {
    body: Value,
    /// The fields that the lead has; none where nobody kept them.
    fields: FieldSet,
    /// The fields that stand in the note in place of their wire field.
    left_over: FieldSet,
}

impl Sent {
    /// Reads the request that was sent.
    pub(crate) fn new(prepared: &Prepared) -> Self {
        Self {
            body: serde_json::from_slice(&prepared.request.body).unwrap_or_default(),
            fields: prepared.fields,
            left_over: prepared.unmapped.iter().map(|reference| reference.field).collect(),
        }
    }

    /// The field of the lead behind a wire name such as `lead.zip`, `zip` or `survey_data.files.0.type`. None where the value
    /// is the account's. Of several fields that were sent together it is the first of the mapping table.
    pub(crate) fn field_of(&self, name: &str, config: &EnerfloConfig) -> Option<Field> {
        let name: Vec<_> = name.split('.').filter(|part| part.parse::<u32>().is_err()).collect();
        let name = name.join(".");
        let below = |wire: &str| {
            name.strip_prefix(wire)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let is_named = |wire: &str| below(wire) || wire.strip_prefix("lead.") == Some(&*name);
        let wire = DESCRIPTOR.mapping.iter().find(|row| is_named(row.wire))?.wire;
        if self.is_the_accounts(wire, config) {
            return None;
        }
        // Those that gave way to another are left over. The kind of a phone only chooses among them.
        let is_sent = |field: &Field| !self.left_over.contains(*field) && !KINDS.contains(field);
        let rows = DESCRIPTOR.mapping.iter().filter(|row| row.wire == wire);
        let mut fields = rows.map(|row| row.field).filter(is_sent);
        match wire {
            // A source gives way to a lead source, so one that did not was sent itself.
            "lead.lead_source" => fields.next_back(),
            // Said of every point in time, whatever the zone of the place.
            "appointment.timezone" if self.sent(wire).and_then(Value::as_str) == Some("utc") => {
                Some(Field::AppointmentStart)
            }
            // What the lead lacks may be what is complained of.
            _ => {
                let known: Vec<_> = fields.collect();
                let there = known.iter().find(|field| self.fields.contains(**field));
                there.or(known.first()).copied()
            }
        }
    }

    fn sent(&self, wire: &str) -> Option<&Value> {
        self.body.pointer(&format!("/{}", wire.replace('.', "/")))
    }

    fn is_the_accounts(&self, wire: &str, config: &EnerfloConfig) -> bool {
        let sent = self.sent(wire);
        let account = match wire {
            "lead.creator" => &config.creator,
            "lead.assign_to_email" => &config.assign_to_email,
            "lead.setter_email" => &config.setter_email,
            "lead.lead_status" => &config.lead_status,
            "lead.office_name" => &config.office_name,
            "lead.lead_source" => &config.lead_source,
            "appointment.name" => &config.appointment_name,
            "appointment.timezone" => &config.timezone,
            "appointment.apt_type_id" | "appointment.appointment_type_id" => {
                return config.appointment_type_id.is_some()
                    && sent.and_then(Value::as_u64) == config.appointment_type_id;
            }
            _ => return false,
        };
        account.is_some() && sent.and_then(Value::as_str) == account.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::{DeliveryId, Lead, LeadBuilder, LeadSink, PrepareContext, Timestamp, Vendor};

    use crate::Enerflo;

    fn account() -> EnerfloConfig {
        EnerfloConfig::new("k")
            .with_office_name("Utah")
            .with_creator("api@installer.example")
            .with_appointment_type_id(101)
            .with_appointment_name("Solar Consultation")
    }

    /// What a complaint about a wire name is about, for a lead that was mapped.
    fn field_of(config: &EnerfloConfig, lead: LeadBuilder, name: &str) -> Option<Field> {
        let lead = lead.id("1").address("1 Elm St, Austin").build().unwrap();
        let cx = PrepareContext::new(DeliveryId::new(&lead.id, "enerflo"), Timestamp::UNIX_EPOCH);
        let prepared = Enerflo::from_config(config.clone())
            .unwrap()
            .prepare(&lead, &cx)
            .unwrap();
        Sent::new(&prepared).field_of(name, config)
    }

    #[test]
    fn a_wire_name_leads_to_the_field() {
        let lead = || Lead::builder().creator("desk@installer.example").lead_status("New");
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
            assert_eq!(field_of(&account(), lead(), name), field, "{name}");
        }
    }

    #[test]
    fn of_several_fields_for_one_wire_field_the_one_that_was_sent_is_named() {
        use Field::{Phone1, Phone2, Phone3, Source, VendorLeadSource};
        let both = || Lead::builder().phone_1("+12175550101").phone_2("+12175550102");
        let appointed = || Lead::builder().appointment_start("2020-03-12T21:59:14Z");
        let table: [(LeadBuilder, &str, Option<Field>); 13] = [
            (both(), "mobile", Some(Phone1)),
            (both().phone_2_type("mobile"), "mobile", Some(Phone2)),
            (Lead::builder().phone_2("+12175550102"), "mobile", Some(Phone2)),
            (Lead::builder().first_name("Jane"), "full_name", Some(Field::FirstName)),
            (
                both().phone_3("+12175550103").phone_3_type("mobile"),
                "lead.mobile",
                Some(Phone3),
            ),
            (Lead::builder().source("facebook"), "lead_source", Some(Source)),
            (
                Lead::builder().source("facebook").vendor_lead_source("Web"),
                "lead_source",
                Some(VendorLeadSource),
            ),
            (
                appointed().appointment_type("202"),
                "appointment.apt_type_id",
                Some(Field::AppointmentType),
            ),
            // The account's, in place of a type that is no number.
            (appointed().appointment_type("survey"), "appointment.apt_type_id", None),
            (appointed(), "appointment.apt_type_id", None),
            (appointed(), "appointment.name", None),
            // No user, so the note has it.
            (Lead::builder().owner("Jane"), "assign_to_email", None),
            // `utc`, since it is a point in time; the zone of the place is the note's.
            (
                appointed().appointment_time_zone("America/Denver"),
                "appointment.timezone",
                Some(Field::AppointmentStart),
            ),
        ];
        for (row, (lead, name, field)) in table.into_iter().enumerate() {
            assert_eq!(field_of(&account(), lead, name), field, "row {row}: {name}");
        }
        // The account's lead source stands in the way of a source.
        let account = account().with_lead_source("Web");
        assert_eq!(
            field_of(&account, Lead::builder().source("facebook"), "lead_source"),
            None
        );
    }
}
