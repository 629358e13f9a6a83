//! The published facts of SolarNexus: what a lead needs, how an account is configured.

use std::time::Duration;

use leadsink_core::{ConfigKey, Descriptor, Field, Rule};

use crate::table::MAPPING;

/// The facts of SolarNexus.
pub const DESCRIPTOR: Descriptor = Descriptor::new(
    ID,
    "SolarNexus",
    "https://activeprospect.com/leadconduit/integrations/solarnexus",
)
.with_rules(RULES)
.with_mapping(&MAPPING)
.with_note("comments")
.with_note_elsewhere("project.site.description")
.with_config(CONFIG)
.with_timeout(TIMEOUT)
.with_test_mark("is_test")
.with_test_caveat(TEST_CAVEAT);

/// The id: folder, feature, `extensions.solarnexus`.
pub(crate) const ID: &str = "solarnexus";

/// The mark is none of the fields that SolarNexus reads.
const TEST_CAVEAT: &str = "a flow without a rule for `is_test` hands the lead to SolarNexus like any other, and with `direct` no test is sent";

/// Above the 360 seconds for which a flow waits for SolarNexus, unless its owner set another time.
const TIMEOUT: Duration = Duration::from_secs(370);

/// The document: names always, "each contact must have a phone number OR email".
const RULES: &[Rule] = &[
    Rule::Required(Field::FirstName),
    Rule::Required(Field::LastName),
    Rule::AnyOf(&[Field::Email, Field::Phone1, Field::Phone2, Field::Phone3]),
];

const CONFIG: &[ConfigKey] = &[
    ConfigKey::credential(
        "leadconduit",
        "{ url = { env = \"SOLARNEXUS_LEADCONDUIT_URL\" } }",
        "The flow through which SolarNexus is reached, the documented way: a table with the keys of the vendor `leadconduit`, first of all its `url`.",
    )
    .unless("direct"),
    ConfigKey::optional(
        "direct",
        "{ url = \"https://solarnexus.example/projects\", value = { env = \"SOLARNEXUS_AUTHORIZATION\" } }",
        "In place of `leadconduit`, and unverified in address, authentication and envelope: a table with `url`, `header` (`authorization` unless set) and its `value`.",
    )
    .secret(),
    ConfigKey::optional(
        "job_process_id",
        "1",
        "The job process of leads that name none: the account's Standard Project Process.",
    ),
    ConfigKey::optional(
        "lead_source_id",
        "2",
        "The lead source of leads that name none, from Lead and Project Data administration.",
    ),
    ConfigKey::optional("description", "\"Web lead\"", "The description of projects whose lead has none."),
    ConfigKey::optional(
        "source_name",
        "\"Leadsink\"",
        "The name of the system that the leads' ids are of, in the application reference.",
    ),
    ConfigKey::optional(
        "sales_owner_id",
        "3",
        "The user or workgroup that leads are assigned to which name none; needs `sales_owner_type`.",
    ),
    ConfigKey::optional(
        "sales_owner_type",
        "\"workgroup\"",
        "What the sales owner is: `user` or `workgroup`.",
    ),
    ConfigKey::optional(
        "business_tax_entity",
        "\"corporation\"",
        "The tax entity of businesses that name none: `corporation`, `sole proprietor`, `llc (corporation)`, `llc (non-corporation)` or `partnership`.",
    ),
    ConfigKey::optional(
        "roles",
        "[\"Occupant\"]",
        "The roles of participants beside `Customer`, which SolarNexus adds.",
    ),
    ConfigKey::optional(
        "attributes",
        "{ hoa_name = \"Kinney Commons\" }",
        "Attributes of the job that are the same for every lead, by field id: texts, numbers, `true` or `false`.",
    ),
    ConfigKey::optional(
        "names",
        "{ \"project.sales_owner_id\" = \"project.sales_owner.id\" }",
        "Other names for the `project.*` variables in the flow, by their own: where their dots stand is inferred. Not with `direct`.",
    ),
    ConfigKey::optional(
        "base_url",
        "\"https://app.leadconduit.com\"",
        "The address that stands in for that of LeadConduit or of `direct`, such as that of the sandbox.",
    ),
];
