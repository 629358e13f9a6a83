//! The project of a lead: what config, options and lead say of the variables of the document, put together once for both ways.

use std::borrow::Cow;
use std::collections::BTreeMap;

use leadsink_core::value::{ConstructionType, ParticipantKind, Sector};
use leadsink_core::{Findings, Lead, Problem};
use serde_json::Value;

use crate::config::{SOURCE_NAME, SolarNexusConfig, attribute_trouble, role_trouble};
use crate::kinds::{Id, OwnerType, TaxEntity};
use crate::options::{ApplicationReference, SolarNexusOptions, UtilityService};
use crate::participant::{self, Mailing};
use crate::utility;

/// The variables of the document.
pub(crate) struct Project<'a> {
    pub(crate) job_process_id: Option<&'a Id>,
    pub(crate) lead_source_id: Option<&'a Id>,
    pub(crate) name: Option<&'a str>,
    pub(crate) description: Option<&'a str>,
    pub(crate) references: Cow<'a, [ApplicationReference]>,
    pub(crate) owner: Option<(&'a Id, OwnerType)>,
    pub(crate) kind: Option<ParticipantKind>,
    pub(crate) tax_entity: Option<TaxEntity>,
    pub(crate) roles: &'a [String],
    pub(crate) secondary_email: Option<&'a str>,
    pub(crate) mailing: Mailing<'a>,
    pub(crate) referrer_id: Option<&'a Id>,
    pub(crate) sector: Option<Sector>,
    pub(crate) construction_type: Option<ConstructionType>,
    pub(crate) attributes: BTreeMap<&'a str, &'a Value>,
    pub(crate) related_job_id: Option<&'a Id>,
    pub(crate) services: Vec<UtilityService>,
}

impl<'a> Project<'a> {
    /// Puts a project together. `in_fields` says that it goes through a flow, which has fields for company and average bill of
    /// electricity.
    pub(crate) fn of(
        lead: &'a Lead,
        options: &'a SolarNexusOptions,
        config: &'a SolarNexusConfig,
        in_fields: bool,
        found: &mut Findings,
    ) -> Self {
        let roles = options.roles.as_deref().unwrap_or(&config.roles);
        if let Some(why) = role_trouble(roles) {
            let message = format!("{why}; mend `extensions.solarnexus.roles`");
            found.problem(Problem::new("roles", message));
        }
        Self {
            job_process_id: options.job_process_id.as_ref().or(config.job_process_id.as_ref()),
            lead_source_id: options.lead_source_id.as_ref().or(config.lead_source_id.as_ref()),
            name: text(&options.name, None),
            description: text(&options.description, config.description.as_deref()),
            references: references(lead, options, config, found),
            owner: owner(options, config, found),
            kind: lead.contact.kind,
            tax_entity: participant::tax_entity(lead, options, config, found),
            roles,
            secondary_email: lead.contact.email_2.as_ref().map(|email| email.as_str()),
            mailing: participant::mailing(lead, found),
            referrer_id: options.referrer_id.as_ref(),
            sector: lead.property.sector,
            construction_type: lead.property.construction_type,
            attributes: attributes(options, config, in_fields, found),
            related_job_id: options.related_job_id.as_ref(),
            services: utility::services(lead, &options.utility_services, in_fields, found),
        }
    }
}

/// A text of the options that is not blank, else that of the account.
fn text<'a>(own: &'a Option<String>, account: Option<&'a str>) -> Option<&'a str> {
    own.as_deref().filter(|text| !text.trim().is_empty()).or(account)
}

/// The ids that the options give, else the lead's own under the name of our system.
fn references<'a>(
    lead: &Lead,
    options: &'a SolarNexusOptions,
    config: &SolarNexusConfig,
    found: &mut Findings,
) -> Cow<'a, [ApplicationReference]> {
    if let Some(given) = &options.application_reference_ids {
        let is_blank = |text: &str| text.trim().is_empty();
        if given
            .iter()
            .any(|reference| is_blank(&reference.id) || is_blank(&reference.source))
        {
            let message = "an application reference has no `id` or names no `source`; mend `extensions.solarnexus.application_reference_ids`";
            found.problem(Problem::new("application_reference", message));
        }
        return Cow::Borrowed(given);
    }
    let source = config.source_name.as_deref().unwrap_or(SOURCE_NAME);
    Cow::Owned(vec![ApplicationReference {
        id: lead.id.as_str().to_owned(),
        source: source.to_owned(),
    }])
}

/// The owner of the options, else that of the account; half of one is a problem.
fn owner<'a>(
    options: &'a SolarNexusOptions,
    config: &'a SolarNexusConfig,
    found: &mut Findings,
) -> Option<(&'a Id, OwnerType)> {
    match (&options.sales_owner_id, options.sales_owner_type) {
        (Some(id), Some(kind)) => Some((id, kind)),
        (None, None) => config.sales_owner_id.as_ref().zip(config.sales_owner_type),
        _ => {
            let message =
                "a sales owner needs both `sales_owner_id` and `sales_owner_type` under `extensions.solarnexus`";
            found.problem(Problem::new("sales_owner", message));
            None
        }
    }
}

/// The attributes of the account and over them those of the options.
fn attributes<'a>(
    options: &'a SolarNexusOptions,
    config: &'a SolarNexusConfig,
    in_flow: bool,
    found: &mut Findings,
) -> BTreeMap<&'a str, &'a Value> {
    let all = config.attributes.iter().chain(&options.attributes);
    let attributes: BTreeMap<_, _> = all.map(|(id, value)| (id.as_str(), value)).collect();
    for (id, value) in &attributes {
        if let Some(why) = attribute_trouble(id, value, in_flow) {
            let message = format!("the attribute `{id}` cannot be sent: {why}");
            found.problem(Problem::new("attribute", message));
        }
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(options: Value) -> Vec<String> {
        let lead = Lead::builder().id("crm-42").build().unwrap();
        let options: SolarNexusOptions = serde_json::from_value(options).unwrap();
        let config = SolarNexusConfig::default().with_sales_owner(Id::Number(3), OwnerType::Workgroup);
        let mut found = Findings::default();
        Project::of(&lead, &options, &config, true, &mut found);
        found
            .problems()
            .iter()
            .map(|problem| problem.code.to_string())
            .collect()
    }

    #[test]
    fn what_the_options_leave_open_is_a_problem() {
        let table = [
            (json!({ "sales_owner_id": 7 }), "sales_owner"),
            (json!({ "sales_owner_type": "user" }), "sales_owner"),
            (json!({ "roles": ["Customer"] }), "roles"),
            (json!({ "attributes": { "hoa": null } }), "attribute"),
            (json!({ "attributes": { "1234": "x" } }), "attribute"),
            (
                json!({ "application_reference_ids": [{ "id": 1, "source": " " }] }),
                "application_reference",
            ),
        ];
        for (options, code) in table {
            assert_eq!(problems(options), [code]);
        }
        assert!(problems(json!({})).is_empty());
    }

    #[test]
    fn the_lead_goes_before_the_account() {
        let lead = Lead::builder().id("crm-42").build().unwrap();
        let config = SolarNexusConfig::default()
            .with_sales_owner(Id::Number(3), OwnerType::Workgroup)
            .with_job_process_id(Id::Number(1))
            .with_description("Web lead")
            .with_roles(["Occupant"])
            .with_attribute("hoa", true);
        let of = |options: Value| {
            let options: SolarNexusOptions = serde_json::from_value(options).unwrap();
            let mut found = Findings::default();
            let project = Project::of(&lead, &options, &config, true, &mut found);
            let owner = project.owner.map(|(id, kind)| format!("{id} {}", kind.as_str()));
            (
                project.job_process_id.map(ToString::to_string),
                project.description.map(str::to_owned),
                owner,
                project.roles.join(" "),
                project.attributes["hoa"].clone(),
            )
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            of(json!({ "description": " " })),
            (
                some("1"),
                some("Web lead"),
                some("3 workgroup"),
                "Occupant".to_owned(),
                json!(true)
            )
        );
        let own = json!({
            "job_process_id": "X", "description": "d", "sales_owner_id": 7, "sales_owner_type": "user", "roles": [],
            "attributes": { "hoa": "no" },
        });
        assert_eq!(
            of(own),
            (some("X"), some("d"), some("7 user"), String::new(), json!("no"))
        );
    }
}
