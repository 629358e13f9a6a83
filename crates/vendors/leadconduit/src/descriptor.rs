//! The published facts of LeadConduit: what becomes of each field, how a source is configured. What a lead must have is the
//! affair of each flow.

use leadsink_core::{ConfigKey, Descriptor, Field, FieldMapping};

/// The facts of LeadConduit.
pub const DESCRIPTOR: Descriptor = Descriptor::new(
    ID,
    "LeadConduit",
    "https://developers.activeprospect.com/api-reference/flows/submit-data-to-a-source-within-a-flow",
)
.with_mapping(MAPPING)
.with_note(COMMENTS)
.with_config(CONFIG)
.with_test_mark("is_test")
.with_test_caveat(TEST_CAVEAT);

/// The id: folder, feature, `extensions.leadconduit`.
pub(crate) const ID: &str = "leadconduit";

/// There is no test mode.
const TEST_CAVEAT: &str = "a flow without a rule for `is_test` takes and sells the lead like any other";

/// The field for what has none of its own.
pub(crate) const COMMENTS: &str = "comments";

const NATIONAL: &str = "ten digits for a number with country code 1, else with `+` and the country code";
const ABROAD: &str = "where it lies outside the United States and the lead names no country";
const UTM: &str = "as it was given";

const fn row(field: Field, wire: &'static str) -> FieldMapping {
    FieldMapping::new(field, wire)
}

/// In the order of the lead.
const MAPPING: &[FieldMapping] = &[
    row(Field::Salutation, "salutation"),
    row(Field::FirstName, "first_name"),
    row(Field::MiddleName, "middle_name"),
    row(Field::LastName, "last_name"),
    row(Field::NameSuffix, "name_suffix"),
    row(Field::FullName, COMMENTS).with_note("where its parts do not say all of it"),
    row(Field::Organization, "company.name"),
    row(Field::Email, "email"),
    row(Field::Phone1, "phone_1").with_note(NATIONAL),
    row(Field::Phone2, "phone_2").with_note(NATIONAL),
    row(Field::Phone3, "phone_3").with_note(NATIONAL),
    row(Field::TimeToContact, "time_to_contact"),
    row(Field::DateOfBirth, "dob").with_note("a whole date; a partial one in `comments`"),
    row(Field::Gender, "gender").with_note("`female` or `male`; else in `comments`"),
    row(Field::Street, "address_1"),
    row(Field::Unit, "address_2"),
    row(Field::City, "city"),
    row(Field::County, "county"),
    row(Field::State, "state").with_note("the code without its country"),
    row(Field::PostalCode, "postal_code").with_note("the code without its country"),
    row(Field::Country, "country").with_note("two letters"),
    row(Field::State, "country").with_note(ABROAD),
    row(Field::PostalCode, "country").with_note(ABROAD),
    row(Field::Latitude, "latitude"),
    row(Field::Longitude, "longitude"),
    row(Field::ElectricProvider, "utility.electric.company.name"),
    row(Field::ElectricBill, "utility.electric.monthly_amount")
        .with_note("`150`, `100-150`, `0-100` for up to 100, `200+`; by month in `comments`"),
    row(Field::Ownership, "currently_rent_or_own").with_note("`own` or `rent`; else in `comments`"),
    row(Field::RoofType, "property.roof_type"),
    row(Field::YearBuilt, "property.year_built"),
    row(Field::SquareFeet, "property.square_feet"),
    row(Field::SunExposure, "property.sun_exposure"),
    row(Field::CertificateUrl, "trustedform_cert_url")
        .with_note("of `https://cert.trustedform.com` only; others in `comments`"),
    row(Field::JornayaId, "leadid_id"),
    row(Field::ConsentIp, "ip_address"),
    row(Field::UserAgent, "user_agent"),
    row(Field::Source, "original_source"),
    row(Field::Campaign, "campaign_name"),
    row(Field::Referrer, "referral_url"),
    row(Field::LandingPage, "landing_page"),
    row(Field::UtmSource, "utm_source").with_note(UTM),
    row(Field::UtmMedium, "utm_medium").with_note(UTM),
    row(Field::UtmCampaign, "utm_campaign").with_note(UTM),
    row(Field::UtmTerm, "utm_term").with_note(UTM),
    row(Field::UtmContent, "utm_content").with_note(UTM),
    row(Field::SubmittedAt, "source_timestamp").with_note("in UTC"),
    row(Field::AppointmentStart, "appointment").with_note("a point in time, in UTC; a local time in `comments`"),
    row(Field::Notes, COMMENTS).with_note("before what has no field of its own"),
    row(Field::Extra, COMMENTS).with_note("members that `extra_fields` names go to the field that it says"),
];

const CONFIG: &[ConfigKey] = &[
    ConfigKey::credential(
        "url",
        "{ env = \"LEADCONDUIT_URL\" }",
        "The address to which leads are submitted, whole: it is the source's password.",
    )
    .unless("flow_id"),
    ConfigKey::optional(
        "flow_id",
        "{ env = \"LEADCONDUIT_FLOW_ID\" }",
        "In place of `url`: the id of the flow in it, 24 hexadecimal digits.",
    )
    .secret(),
    ConfigKey::optional(
        "source_id",
        "{ env = \"LEADCONDUIT_SOURCE_ID\" }",
        "In place of `url`: the id of the source in it, 24 hexadecimal digits.",
    )
    .secret(),
    ConfigKey::optional(
        "source_api_key",
        "{ env = \"LEADCONDUIT_SOURCE_API_KEY\" }",
        "The partner's API key, for a source that demands authentication.",
    )
    .secret(),
    ConfigKey::optional(
        "events_api_key",
        "{ env = \"LEADCONDUIT_EVENTS_API_KEY\" }",
        "The account's API key, with which a lead in doubt is looked up among the events.",
    )
    .secret(),
    ConfigKey::optional(
        "format",
        "\"form\"",
        "How a lead is written: `form`, or `json` with objects within objects.",
    ),
    ConfigKey::optional(
        "flow_deduplicates",
        "false",
        "Says that the flow refuses duplicates, so that a lead is sent again when nobody saw the answer.",
    ),
    ConfigKey::optional(
        "is_test",
        "false",
        "Marks every lead as a test; it stays a lead like any other unless a rule of the flow looks at the mark.",
    ),
    ConfigKey::optional(
        "extra",
        "{ vendor_name = \"Acme\" }",
        "Further fields that are the same for every lead, by field id.",
    ),
    ConfigKey::optional(
        "extra_fields",
        "{ \"roof pitch\" = \"roof_pitch\" }",
        "The field ids for members of the lead's `extra`, by their names there; others stand in `comments`.",
    ),
    ConfigKey::optional(
        "base_url",
        "\"https://app.leadconduit.com\"",
        "The address that stands in for that of LeadConduit, such as that of the sandbox.",
    ),
];
