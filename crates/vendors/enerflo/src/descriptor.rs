//! The published facts of Enerflo: what a lead needs, what becomes of each field, how an account is configured.

use std::time::Duration;

use leadsink_core::{ConfigKey, Descriptor, Field, FieldMapping, Quota, Repeat, Rule};

/// The facts of Enerflo. The usual request, a lead alone, is merged with an earlier one of its id; one that makes a deal or
/// an appointment says by itself that it is not repeated blindly.
pub const DESCRIPTOR: Descriptor = Descriptor::new(
    ID,
    "Enerflo",
    "https://docs.enerflo.io/docs/how-to-integration-enerflo-with-my-crm",
)
.with_rules(RULES)
.with_mapping(MAPPING)
.with_note("lead.add_note")
.with_config(CONFIG)
.with_repeat(Repeat::Safe)
.with_quotas(QUOTAS);

/// The id: folder, feature and `extensions.enerflo`.
pub(crate) const ID: &str = "enerflo";

/// The fields of which each alone is an address to send; a state alone is none. `ignore_validation` lets a lead off.
const RULES: &[Rule] = &[Rule::AnyOf(&[
    Field::UnparsedAddress,
    Field::Street,
    Field::City,
    Field::PostalCode,
])];

/// <https://docs.enerflo.io/docs/api-rate-limits>, for each key.
const QUOTAS: &[Quota] = &[Quota {
    class: "leads",
    requests: 300,
    per: Duration::from_secs(60),
}];

const BOTH_NAMES: &str = "where first and last name are known";
const IN_FULL_NAME: &str = "joined, where first or last name is missing and no full name is given; else in the note";
const IN_PARTS: &str = "where street, city and state are known and lie in the United States";
const IN_ONE_LINE: &str = "put together, where street, city or state is missing or lies abroad";
const BEHIND_LINE: &str = "put together, where street, city or state is missing or lies abroad; behind a one-line \
                           `address` that lacks it";
const MOBILE: &str = "ten digits; the first `+1` number that is a mobile one, else the first; the others in the note";
const MOBILE_FIRST: &str = "which number is sent: a mobile one goes first; in the note";
const USER: &str = "an e-mail address; else in the note";
const START: &str = "`YYYY-MM-DD HH:MM:SS`: a point in time in UTC with `timezone` `utc`, a local time as it stands; \
                     seconds with `appointment_time = \"unix\"`";
const WHOLE: &str = "none without start, type and name, or with a local time whose zone nobody knows: all of it in the \
                     note. A request with one is not repeated blindly";

/// In the document's order.
const MAPPING: &[FieldMapping] = &[
    FieldMapping::new(Field::FirstName, "lead.first_name").with_note(BOTH_NAMES),
    FieldMapping::new(Field::LastName, "lead.last_name").with_note(BOTH_NAMES),
    FieldMapping::new(Field::FullName, "lead.full_name")
        .with_note("where first or last name is missing; in the note where it says more than the two"),
    FieldMapping::new(Field::FirstName, "lead.full_name").with_note(IN_FULL_NAME),
    FieldMapping::new(Field::MiddleName, "lead.full_name").with_note(IN_FULL_NAME),
    FieldMapping::new(Field::LastName, "lead.full_name").with_note(IN_FULL_NAME),
    FieldMapping::new(Field::NameSuffix, "lead.full_name").with_note(IN_FULL_NAME),
    FieldMapping::new(Field::UnparsedAddress, "lead.fullAddress")
        .with_note("where street, city or state is missing; else in the note where it differs from the parts"),
    FieldMapping::new(Field::Street, "lead.fullAddress").with_note(IN_ONE_LINE),
    FieldMapping::new(Field::Unit, "lead.fullAddress").with_note(IN_ONE_LINE),
    FieldMapping::new(Field::City, "lead.fullAddress").with_note(BEHIND_LINE),
    FieldMapping::new(Field::State, "lead.fullAddress").with_note(BEHIND_LINE),
    FieldMapping::new(Field::PostalCode, "lead.fullAddress").with_note(BEHIND_LINE),
    FieldMapping::new(Field::Country, "lead.fullAddress")
        .with_note("the name of Australia, Canada, Mexico or the United Kingdom; others in the note"),
    FieldMapping::new(Field::Street, "lead.address").with_note(IN_PARTS),
    FieldMapping::new(Field::Unit, "lead.address").with_note("behind the street"),
    FieldMapping::new(Field::City, "lead.city").with_note(IN_PARTS),
    FieldMapping::new(Field::State, "lead.state").with_note(IN_PARTS),
    FieldMapping::new(Field::PostalCode, "lead.zip")
        .with_note("with street, city and state; five digits as text, a longer code in the note as well"),
    FieldMapping::new(Field::Email, "lead.email"),
    FieldMapping::new(Field::Phone1, "lead.mobile").with_note(MOBILE),
    FieldMapping::new(Field::Phone1Type, "lead.mobile").with_note(MOBILE_FIRST),
    FieldMapping::new(Field::Phone2, "lead.mobile").with_note(MOBILE),
    FieldMapping::new(Field::Phone2Type, "lead.mobile").with_note(MOBILE_FIRST),
    FieldMapping::new(Field::Phone3, "lead.mobile").with_note(MOBILE),
    FieldMapping::new(Field::Phone3Type, "lead.mobile").with_note(MOBILE_FIRST),
    FieldMapping::new(Field::Creator, "lead.creator").with_note(USER),
    FieldMapping::new(Field::Owner, "lead.assign_to_email").with_note(USER),
    FieldMapping::new(Field::Setter, "lead.setter_email").with_note(USER),
    FieldMapping::new(Field::Status, "lead.lead_status"),
    FieldMapping::new(Field::Office, "lead.office_name"),
    FieldMapping::new(Field::VendorLeadSource, "lead.lead_source"),
    FieldMapping::new(Field::Source, "lead.lead_source")
        .with_note("where neither the lead nor the config has a lead source for Enerflo; else in the note"),
    FieldMapping::new(Field::Notes, "lead.add_note").with_note("before what has no field of its own"),
    FieldMapping::new(Field::Attachments, "survey_data.files")
        .with_note("with `create_deal`; the kind as `type`. Else the names in the note"),
    FieldMapping::new(Field::AppointmentType, "appointment.apt_type_id")
        .with_note("a number; `appointment_type_id` of the config where there is none"),
    FieldMapping::new(Field::AppointmentType, "appointment.appointment_type_id")
        .with_note("with `appointment_type_key = \"appointment_type_id\"`"),
    FieldMapping::new(Field::AppointmentStart, "appointment.date_time").with_note(START),
    FieldMapping::new(Field::AppointmentTimeZone, "appointment.timezone")
        .with_note("for a local time; else in the note"),
    FieldMapping::new(Field::AppointmentAssignee, "appointment.assigned_user").with_note(USER),
    FieldMapping::new(Field::AppointmentName, "appointment.name")
        .with_note("`appointment_name` of the config where there is none"),
    FieldMapping::new(Field::AppointmentMinutes, "appointment.minutes")
        .with_note("Enerflo takes 60 where there are none"),
    FieldMapping::new(Field::AppointmentStart, "appointment").with_note(WHOLE),
];

const CONFIG: &[ConfigKey] = &[
    ConfigKey::credential(
        "api_key",
        "{ env = \"ENERFLO_API_KEY\" }",
        "The key that Enerflo granted the company.",
    ),
    ConfigKey::optional(
        "partner",
        "\"partner\"",
        "The integration partner in the path: letters, digits, `-` and `_`.",
    ),
    ConfigKey::optional(
        "creator",
        "\"api@installer.example\"",
        "The e-mail address of the user who counts as the creator of leads that name none.",
    ),
    ConfigKey::optional(
        "assign_to_email",
        "\"rep@installer.example\"",
        "The e-mail address of the sales rep for leads that name no owner.",
    ),
    ConfigKey::optional(
        "setter_email",
        "\"setter@installer.example\"",
        "The e-mail address of the setter for leads that name none.",
    ),
    ConfigKey::optional(
        "office_name",
        "\"Utah Office\"",
        "The sales territory for leads that name no office; without one Enerflo takes the closest.",
    ),
    ConfigKey::optional(
        "office_match",
        "\"manual\"",
        "How Enerflo finds the office; `manual` keeps it from giving a lead without a rep to the office's default one.",
    ),
    ConfigKey::optional(
        "lead_status",
        "\"Needs Contact\"",
        "The first status of leads that have none.",
    ),
    ConfigKey::optional(
        "lead_source",
        "\"Web\"",
        "The lead source of leads that name none for Enerflo.",
    ),
    ConfigKey::optional(
        "create_deal",
        "101",
        "The id of the deal template from which a deal is made for each lead; files are sent with it. Such a request is not \
         repeated blindly: see `always_repeat`.",
    ),
    ConfigKey::optional(
        "ignore_validation",
        "false",
        "Tells Enerflo to check nothing and to do without an address.",
    ),
    ConfigKey::optional(
        "always_repeat",
        "false",
        "Repeats a request that makes a deal or an appointment also after an answer that nobody saw; that Enerflo makes no \
         second one is not documented.",
    ),
    ConfigKey::optional(
        "appointment_type_id",
        "101",
        "The appointment type for leads whose appointment names none; `enerflo.io/company/settings/apt-types` lists them.",
    ),
    ConfigKey::optional(
        "appointment_name",
        "\"Solar Consultation\"",
        "The title of appointments that have none.",
    ),
    ConfigKey::optional(
        "appointment_type_key",
        "\"apt_type_id\"",
        "The name under which the type is sent: `apt_type_id` or `appointment_type_id`; the document has both.",
    ),
    ConfigKey::optional(
        "appointment_time",
        "\"utc\"",
        "How a point in time is sent: `utc` for `2020-03-12 21:59:14` with that time zone, `unix` for seconds.",
    ),
    ConfigKey::optional(
        "timezone",
        "\"America/Denver\"",
        "The time zone of local times whose lead names none; without one such an appointment goes to the note.",
    ),
    ConfigKey::optional(
        "extra",
        "{ campaign = \"spring\", priority = 1 }",
        "Further members of `lead`, the same for every lead: texts, numbers, `true` or `false`.",
    ),
    ConfigKey::optional(
        "base_url",
        "\"https://enerflo.io\"",
        "The address of Enerflo, such as that of the sandbox.",
    ),
];
