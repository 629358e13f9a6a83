//! The published facts of OpenSolar: what a lead needs, what becomes of each field, how an account is configured.

use std::time::Duration;

use http::Method;
use leadsink_core::{ConfigKey, CountsFor, Descriptor, Field, FieldMapping, Quota, Repeat, Rule};

/// The facts of OpenSolar.
pub const DESCRIPTOR: Descriptor = Descriptor::new(ID, "OpenSolar", "https://developers.opensolar.com/api")
    .with_rules(RULES)
    .with_mapping(MAPPING)
    .with_note("notes")
    .with_config(CONFIG)
    .with_repeat(Repeat::NeverBlindly)
    .with_quotas(QUOTAS)
    .with_timeout(Duration::from_secs(60));

/// The id: folder, feature and `extensions.opensolar`.
pub(crate) const ID: &str = "opensolar";

/// OpenSolar documents nothing that a project must have. A project is a place, and is billed: without a place it is refused
/// here. A change of a project is let off.
const RULES: &[Rule] = &[Rule::AnyOf(&[
    Field::Street,
    Field::UnparsedAddress,
    Field::City,
    Field::PostalCode,
    Field::Latitude,
])];

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The limits of a user a minute and of an organisation a day. Of log-ins, contacts and roles none is documented.
const QUOTAS: &[Quota] = &[
    quota(WRITES, 10, MINUTE),
    quota(WRITES, 10_000, DAY),
    quota(READS, 100, MINUTE),
    quota(READS, 10_000, DAY),
];

/// A project that is made or changed. OpenSolar counts the two apart; together they stay within either.
const WRITES: &str = "project_writes";

/// A project that is read, or a page of their list.
const READS: &str = "project_reads";

/// Which quota a request counts for, by its method and what stands behind the organisation in its path.
pub(crate) fn counts_for(method: &Method, path: &str) -> CountsFor {
    let mut segments = path.trim_end_matches('/').rsplit('/');
    let last = segments.next();
    let is_id = |segment: &str| !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    let resource = if last.is_some_and(is_id) { segments.next() } else { last };
    match resource {
        Some("projects") if *method == Method::GET => CountsFor::Class(READS),
        Some("projects") => CountsFor::Class(WRITES),
        _ => CountsFor::NoClass,
    }
}

const fn quota(class: &'static str, requests: u32, per: Duration) -> Quota {
    Quota { class, requests, per }
}

const BOTH: &str = "with the other of the two; else in the note";
const USAGE: &str = "`kwh_annual` (twelve times the month, a whole number) or `kwh_monthly` (all twelve months); a range or \
                     some months in the note";
const BILL: &str = "`bill_annual` or `bill_monthly`, where there is no such usage; else in the note";

/// In the document's order.
const MAPPING: &[FieldMapping] = &[
    FieldMapping::new(Field::Sector, "is_residential").with_note("`\"1\"` or `\"0\"`"),
    FieldMapping::new(Field::VendorLeadSource, "lead_source"),
    FieldMapping::new(Field::Source, "lead_source")
        .with_note("where neither the lead nor the config has a lead source for OpenSolar; else in the note"),
    FieldMapping::new(Field::Notes, "notes").with_note("before what has no field of its own"),
    FieldMapping::new(Field::Latitude, "lat").with_note(BOTH),
    FieldMapping::new(Field::Longitude, "lon").with_note(BOTH),
    FieldMapping::new(Field::Street, "address"),
    FieldMapping::new(Field::Unit, "address").with_note("behind the street; in the note where there is none"),
    FieldMapping::new(Field::UnparsedAddress, "address")
        .with_note("where no street is known; else in the note where it differs from the parts"),
    FieldMapping::new(Field::City, "locality"),
    FieldMapping::new(Field::State, "state").with_note("as its country writes it, such as `NSW`"),
    FieldMapping::new(Field::Country, "country_iso2"),
    FieldMapping::new(Field::State, "country_iso2").with_note("its country, where the lead names none"),
    FieldMapping::new(Field::PostalCode, "country_iso2").with_note("its country, where lead and state name none"),
    FieldMapping::new(Field::PostalCode, "zip").with_note("as its country writes it"),
    FieldMapping::new(Field::Phases, "number_of_phases").with_note("a text"),
    FieldMapping::new(Field::RoofType, "roof_type")
        .with_note("the URL of OpenSolar's roof type of that name; any other name in the note"),
    FieldMapping::new(Field::Owner, "assigned_role")
        .with_note("a URL, id or e-mail address of a team member; the address is looked up before the project is sent"),
    FieldMapping::new(Field::ElectricUsage, "usage").with_note(USAGE),
    FieldMapping::new(Field::ElectricBill, "usage").with_note(BILL),
    FieldMapping::new(Field::FirstName, "contacts_new.first_name"),
    FieldMapping::new(Field::FullName, "contacts_new.first_name")
        .with_note("whole, where neither first nor last name is known; in the note where it says more than the two"),
    FieldMapping::new(Field::LastName, "contacts_new.family_name"),
    FieldMapping::new(Field::Email, "contacts_new.email"),
    FieldMapping::new(Field::Phone1, "contacts_new.phone").with_note("`+` and digits; the others in the note"),
    FieldMapping::new(Field::DateOfBirth, "contacts_new.date_of_birth")
        .with_note("`YYYY-MM-DD`; a partial one in the note"),
    FieldMapping::new(Field::Gender, "contacts_new.gender")
        .with_note("`\"1\"` female, `\"2\"` male; anything else in the note"),
];

const CONFIG: &[ConfigKey] = &[
    ConfigKey::credential(
        "token",
        "{ env = \"OPENSOLAR_TOKEN\" }",
        "The bearer token. A user name and password beside it renew it.",
    )
    .unless("username"),
    ConfigKey::optional(
        "username",
        "{ env = \"OPENSOLAR_USERNAME\" }",
        "The e-mail address that logs in, for a token that is renewed by itself.",
    )
    .secret(),
    ConfigKey::optional(
        "password",
        "{ env = \"OPENSOLAR_PASSWORD\" }",
        "The password of that user.",
    )
    .secret(),
    ConfigKey::optional(
        "mfa_code",
        "{ env = \"OPENSOLAR_MFA_CODE\" }",
        "The current code of the second factor, where the user has one; good for one log-in.",
    )
    .secret(),
    ConfigKey::required(
        "org_id",
        "1",
        "The id of the organisation; without one, the one that the log-in names.",
    )
    .unless("username"),
    ConfigKey::optional(
        "lead_source",
        "\"Web\"",
        "The lead source of leads that name none for OpenSolar.",
    ),
    ConfigKey::optional(
        "assigned_role",
        "\"rep@installer.example\"",
        "The team member for leads that name no owner, by URL, id or e-mail address.",
    ),
    ConfigKey::optional(
        "assigned_installer_role",
        "\"77\"",
        "The installer for leads that name none, by URL, id or e-mail address.",
    ),
    ConfigKey::optional(
        "assigned_site_inspector_role",
        "\"https://api.opensolar.com/api/orgs/1/roles/78/\"",
        "The site inspector for leads that name none, by URL, id or e-mail address.",
    ),
    ConfigKey::optional(
        "base_url",
        "\"https://api.opensolar.com\"",
        "The address of OpenSolar, such as that of the sandbox.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_counts_for_the_quota_of_its_kind() {
        let (get, post, patch, put) = (Method::GET, Method::POST, Method::PATCH, Method::PUT);
        let (reads, writes) = (CountsFor::Class(READS), CountsFor::Class(WRITES));
        for (method, path, wanted) in [
            (&post, "/api/orgs/1/projects/", writes),
            (&patch, "/api/orgs/1/projects/6624/", writes),
            (&get, "/api/orgs/1/projects/6624/", reads),
            (&get, "/opensolar/api/orgs/1/projects/", reads),
            (&get, "/api/orgs/1/", CountsFor::NoClass),
            (&get, "/api/orgs/1/contacts/60/", CountsFor::NoClass),
            (&put, "/api/orgs/1/contacts/60/", CountsFor::NoClass),
            (&get, "/api/orgs/1/roles/", CountsFor::NoClass),
            (&patch, "/auth/users/10/", CountsFor::NoClass),
            (&post, "/api-token-auth/", CountsFor::NoClass),
        ] {
            assert_eq!(counts_for(method, path), wanted, "{method} {path}");
        }
    }
}
