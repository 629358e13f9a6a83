//! The published facts of NTherm: what a lead needs, what becomes of each field, how an account is configured.

use leadsink_core::{ConfigKey, Descriptor, Field, FieldMapping, Rule};

/// The facts of NTherm.
pub const DESCRIPTOR: Descriptor = Descriptor::new(ID, "NTherm", "https://docs.ntherm.com/postLead")
    .with_late_answers()
    .with_rules(RULES)
    .with_mapping(MAPPING)
    .with_note("extra_data")
    .with_config(CONFIG);

/// The id: folder, feature, `extensions.ntherm`, and the owner of the prePing.
pub(crate) const ID: &str = "ntherm";

/// The fields of which each alone is a name to send.
const NAMES: &[Field] = &[Field::FullName, Field::FirstName, Field::LastName, Field::Organization];

/// What the document labels "Required" with a capital, `vendor_campaign_name` excepted: that is the account's. Consent
/// is checked by the mapping, since it may lie in the lead's options too.
const RULES: &[Rule] = &[
    Rule::Required(Field::Phone1),
    Rule::AnyOf(NAMES),
    Rule::Required(Field::State),
    Rule::Required(Field::City),
    Rule::Required(Field::PostalCode),
    Rule::Required(Field::Street),
    Rule::Required(Field::Email),
];

const NAME_PART: &str = "joined, where there is no full name";
const BEHIND_STREET: &str = "behind the street";
const SAMPLE_NAME: &str = "with `customer_address = true`";
const SAME_AS_SITE: &str = "with `mailing_same_as_site = true`, where the lead has no mailing address";

/// In the document's order.
const MAPPING: &[FieldMapping] = &[
    FieldMapping::new(Field::Phone1, "phone_number").with_note("the ten national digits; `+1` only"),
    FieldMapping::new(Field::FullName, "customer_name").with_note("as it was given"),
    FieldMapping::new(Field::FirstName, "customer_name").with_note(NAME_PART),
    FieldMapping::new(Field::MiddleName, "customer_name").with_note(NAME_PART),
    FieldMapping::new(Field::LastName, "customer_name").with_note(NAME_PART),
    FieldMapping::new(Field::NameSuffix, "customer_name").with_note(NAME_PART),
    FieldMapping::new(Field::Organization, "customer_name").with_note("where no person is named; else in `extra_data`"),
    FieldMapping::new(Field::State, "state").with_note("two letters; United States only"),
    FieldMapping::new(Field::City, "city"),
    FieldMapping::new(Field::PostalCode, "zip")
        .with_note("the first five digits; the whole code in `extra_data` where it is longer"),
    FieldMapping::new(Field::CertificateUrl, "certificate_url").with_note(
        "500 characters at most; needed unless `answers`, `consent_text` or `extensions.ntherm.extra_data` prove consent",
    ),
    FieldMapping::new(Field::Street, "street"),
    FieldMapping::new(Field::Unit, "street").with_note(BEHIND_STREET),
    FieldMapping::new(Field::Street, "customer_address").with_note(SAMPLE_NAME),
    FieldMapping::new(Field::Unit, "customer_address").with_note(SAMPLE_NAME),
    FieldMapping::new(Field::DecisionMaker, "dm_name"),
    FieldMapping::new(Field::ElectricProvider, "utility"),
    FieldMapping::new(Field::GasProvider, "utility")
        .with_note("where there is no electric provider; else in `extra_data`"),
    FieldMapping::new(Field::MailingStreet, "mailing_street"),
    FieldMapping::new(Field::MailingUnit, "mailing_street").with_note(BEHIND_STREET),
    FieldMapping::new(Field::MailingCity, "mailing_city"),
    FieldMapping::new(Field::MailingPostalCode, "mailing_zip")
        .with_note("the first five digits; the whole code in `extra_data` where it is longer"),
    FieldMapping::new(Field::MailingState, "mailing_state")
        .with_note("an address abroad goes to `extra_data` as a whole"),
    FieldMapping::new(Field::Street, "mailing_street").with_note(SAME_AS_SITE),
    FieldMapping::new(Field::Unit, "mailing_street").with_note(SAME_AS_SITE),
    FieldMapping::new(Field::City, "mailing_city").with_note(SAME_AS_SITE),
    FieldMapping::new(Field::PostalCode, "mailing_zip").with_note(SAME_AS_SITE),
    FieldMapping::new(Field::State, "mailing_state").with_note(SAME_AS_SITE),
    FieldMapping::new(Field::Campaign, "vendor_campaign_name")
        .with_note("with `campaign_from_lead = true`; else in `extra_data`"),
    FieldMapping::new(Field::Email, "email"),
    FieldMapping::new(Field::Answers, "extra_data").with_note("as `questions` and `answers`; proof of consent"),
];

const CONFIG: &[ConfigKey] = &[
    ConfigKey::credential(
        "username",
        "\"partner\"",
        "The user name that NTherm gave you; it holds no colon.",
    ),
    ConfigKey::credential(
        "password",
        "{ env = \"NTHERM_PASSWORD\" }",
        "The password that NTherm gave you.",
    ),
    ConfigKey::required(
        "campaign",
        "\"OHIO_GENERAL_RESIDENTIAL\"",
        "The campaign agreed with NTherm, sent as `vendor_campaign_name`.",
    )
    .unless("campaign_from_lead"),
    ConfigKey::optional(
        "campaign_from_lead",
        "false",
        "Sends the lead's own campaign as `vendor_campaign_name`; `campaign` stands in where a lead has none.",
    ),
    ConfigKey::optional(
        "call_back_url",
        "\"https://leads.example.com/callbacks/ntherm/{token}\"",
        "Where NTherm sends its final word; `{token}`, in its path or in a value of its query, becomes that of the delivery.",
    ),
    ConfigKey::optional(
        "pre_ping",
        "false",
        "Asks by prePing whether NTherm takes the phone before a lead is posted.",
    ),
    ConfigKey::optional(
        "strict_required",
        "false",
        "Demands every field of the document's table, also those labelled \"required\" in lower case.",
    ),
    ConfigKey::optional(
        "customer_address",
        "false",
        "Sends the street also as `customer_address`, as the document's sample does.",
    ),
    ConfigKey::optional(
        "mailing_same_as_site",
        "false",
        "Sends the site address as the mailing address where a lead has none.",
    ),
    ConfigKey::optional(
        "base_url",
        "\"https://api.ntherm.com/v1\"",
        "The address of the interface, such as that of the sandbox.",
    ),
];
