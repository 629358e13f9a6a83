//! The names of the `project.*` variables. Their words are documented and their dots are not, so each can be renamed.

use std::collections::BTreeMap;

use leadsink_core::ConfigError;
use leadsink_leadconduit::{Client, FieldId, Fields};

use crate::config::SolarNexusConfig;

pub(crate) const JOB_PROCESS_ID: &str = "project.job_process_id";
pub(crate) const LEAD_SOURCE_ID: &str = "project.lead_source_id";
pub(crate) const NAME: &str = "project.name";
pub(crate) const DESCRIPTION: &str = "project.description";
pub(crate) const REFERENCES: &str = "project.application_reference_ids";
pub(crate) const OWNER_ID: &str = "project.sales_owner_id";
pub(crate) const OWNER_TYPE: &str = "project.sales_owner_type";
pub(crate) const PARTICIPANT_TYPE: &str = "project.participant.type";
pub(crate) const TAX_ENTITY: &str = "project.participant.tax_entity";
pub(crate) const ROLES: &str = "project.participant.roles";
pub(crate) const SECONDARY_EMAIL: &str = "project.participant.contact.secondary_email";
pub(crate) const MAILING_STREET: &str = "project.participant.mailing_address.street1";
pub(crate) const MAILING_CITY: &str = "project.participant.mailing_address.city";
pub(crate) const MAILING_STATE: &str = "project.participant.mailing_address.state";
pub(crate) const MAILING_ZIP: &str = "project.participant.mailing_address.zip";
pub(crate) const MAILING_COUNTRY: &str = "project.participant.mailing_address.country";
pub(crate) const REFERRER_ID: &str = "project.referrer_id";
pub(crate) const SECTOR: &str = "project.site.sector";
pub(crate) const CONSTRUCTION_TYPE: &str = "project.site.construction_type";
/// Stands before the id of each attribute.
pub(crate) const ATTRIBUTES: &str = "project.attributes";
pub(crate) const RELATED_JOB_ID: &str = "project.related_job_id";
pub(crate) const UTILITY_SERVICES: &str = "project.utility_services";

/// Every variable.
const ALL: [&str; 22] = [
    JOB_PROCESS_ID,
    LEAD_SOURCE_ID,
    NAME,
    DESCRIPTION,
    REFERENCES,
    OWNER_ID,
    OWNER_TYPE,
    PARTICIPANT_TYPE,
    TAX_ENTITY,
    ROLES,
    SECONDARY_EMAIL,
    MAILING_STREET,
    MAILING_CITY,
    MAILING_STATE,
    MAILING_ZIP,
    MAILING_COUNTRY,
    REFERRER_ID,
    SECTOR,
    CONSTRUCTION_TYPE,
    ATTRIBUTES,
    RELATED_JOB_ID,
    UTILITY_SERVICES,
];

/// The names that an account gives to variables, by their own.
pub(crate) type Names = BTreeMap<String, FieldId>;

/// The name under which a variable is sent.
pub(crate) fn name<'a>(names: &'a Names, variable: &'static str) -> &'a str {
    names.get(variable).map_or(variable, FieldId::as_str)
}

/// Checks that only variables are renamed, and that all names and the attributes get along.
pub(crate) fn check(config: &SolarNexusConfig, client: &Client) -> Result<(), ConfigError> {
    let names = &config.names;
    for given in names.keys() {
        if !ALL.contains(&given.as_str()) {
            let near = leadsink_core::suggest(given, ALL);
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let message = format!("it is no variable that is sent{near}");
            return Err(ConfigError::invalid(format!("names.{given}"), message));
        }
    }
    let mut fields = Fields::new();
    let own = ALL.iter().map(|variable| name(names, variable));
    own.chain(client.field_ids()).for_each(|id| fields.push(id, "x"));
    get_along("names", &fields, client)?;
    // No other name lies above or below theirs, so they are at odds with each other only.
    let mut fields = Fields::new();
    let attributes = config.attributes.keys();
    attributes.for_each(|id| fields.push(format!("{}.{id}", name(names, ATTRIBUTES)), "x"));
    get_along("attributes", &fields, client)
}

fn get_along(key: &str, fields: &Fields<'_>, client: &Client) -> Result<(), ConfigError> {
    match client.draft(fields) {
        Ok(_) => Ok(()),
        Err(problem) => Err(ConfigError::invalid(key, problem.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_leadconduit::LeadConduitConfig;

    fn checked(from: &str, to: &str) -> Result<(), ConfigError> {
        let config = LeadConduitConfig::for_source("0f9a4c7e0f9a4c7e0f9a4c7e", "58c6f0b1a2b3c4d5e6f70819");
        let client = Client::new(config, None).unwrap();
        let config = SolarNexusConfig::default().with_name(from, FieldId::new(to).unwrap());
        check(&config, &client)
    }

    #[test]
    fn a_variable_may_have_another_name_that_gets_along_with_the_others() {
        assert_eq!(checked(OWNER_ID, "project.sales_owner.id"), Ok(()));
        assert_eq!(
            checked("project.sales_owner", "x").unwrap_err().to_string(),
            "`names.project.sales_owner` cannot be used: it is no variable that is sent; did you mean `project.sales_owner_id`?"
        );
        for clash in [
            "project",
            "project.name",
            "project.participant",
            "first_name",
            "company",
            "reference",
        ] {
            assert_eq!(checked(OWNER_ID, clash).unwrap_err().key(), "names", "{clash}");
        }
    }

    #[test]
    fn a_name_is_the_accounts_or_the_variables() {
        let names = [(NAME.to_owned(), FieldId::new("job_name").unwrap())].into();
        assert_eq!((name(&names, NAME), name(&names, ROLES)), ("job_name", ROLES));
    }
}
