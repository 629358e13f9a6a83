//! What Acme publishes.

use leadsink_core::{ConfigKey, Descriptor, Field, FieldMapping, Rule};

use super::*;

const RULES: &[Rule] = &[
    Rule::Required(Field::Phone1),
    Rule::AnyOf(&[Field::LastName, Field::FullName]),
];

const ROWS: &[FieldMapping] = &[
    FieldMapping::new(Field::FirstName, "person.name"),
    FieldMapping::new(Field::MiddleName, "person.name"),
    FieldMapping::new(Field::LastName, "person.name"),
    FieldMapping::new(Field::NameSuffix, "person.name"),
    FieldMapping::new(Field::FullName, "person.name"),
    FieldMapping::new(Field::Organization, "person.company").with_note("of a business only"),
    FieldMapping::new(Field::ParticipantKind, "person.kind"),
    FieldMapping::new(Field::ParticipantKind, "person.company").with_note("a business only"),
    FieldMapping::new(Field::Phone1, "phones[].number"),
    FieldMapping::new(Field::Phone1, "phone").with_note("in the question"),
    FieldMapping::new(Field::Phone2, "phones[].number"),
    FieldMapping::new(Field::Email, "?email"),
    FieldMapping::new(Field::Campaign, "x-campaign:").with_note("with `campaign_from_lead`"),
    FieldMapping::new(Field::Country, "country"),
    FieldMapping::new(Field::ElectricBill, "bill"),
    FieldMapping::new(Field::Notes, "comments"),
    FieldMapping::new(Field::TimeToContact, "best_time"),
];

const MORE_ROWS: &[FieldMapping] = &{
    let mut rows = [FieldMapping::new(Field::RoofType, "roof"); ROWS.len() + 1];
    let mut index = 0;
    while index < ROWS.len() {
        rows[index] = ROWS[index];
        index += 1;
    }
    rows
};

const KEYS: &[ConfigKey] = &[
    ConfigKey::credential("key", "\"k-123\"", "the key of the account"),
    ConfigKey::optional(
        "base_url",
        "\"https://api.acme.example/v1/\"",
        "where the interface lies",
    ),
    ConfigKey::optional("campaign_from_lead", "false", "sends the campaign of the lead"),
    ConfigKey::optional("ghost", "1", "what the configuration does not have"),
];

/// The address in place of the key, which no configuration shows.
const KEYS_STANDING_IN: &[ConfigKey] = &[KEYS[0].unless("base_url"), KEYS[1], KEYS[2]];

pub(super) const fn of(fault: u8) -> Descriptor {
    let id = if fault == BAD_ID { "Acme Inc." } else { "acme" };
    let rows = match fault {
        ROW_MISSING => ROWS.split_at(ROWS.len() - 1).0,
        ROW_WITHOUT_EFFECT => MORE_ROWS,
        _ => ROWS,
    };
    let keys = match fault {
        KEY_THAT_IS_NONE => KEYS,
        STAND_IN_NOT_SHOWN => KEYS_STANDING_IN,
        _ => KEYS.split_at(3).0,
    };
    Descriptor::new(id, "Acme", "https://acme.example/docs")
        .with_rules(RULES)
        .with_mapping(rows)
        .with_note("comments")
        .with_config(keys)
}
