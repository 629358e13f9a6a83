//! From the lead to a submission of a flow: the standard fields and the document's variables. Lists go as JSON text.

use leadsink_core::{Field, FieldSet, Findings, Lead, Prepared, Problem, Unfit};
use leadsink_leadconduit::{Client, Fields, Mapping};

use crate::config::{SolarNexusConfig, attribute_text};
use crate::descriptor::DESCRIPTOR;
use crate::kinds::{Energy, Id};
use crate::names::{self, Names, name};
use crate::options::SolarNexusOptions;
use crate::project::Project;
use crate::table::UNREAD;
use crate::wire::{json_text, references, services};

/// The options of a lead; what cannot be read is a problem.
pub(crate) fn options(lead: &Lead, found: &mut Findings) -> SolarNexusOptions {
    lead.options().unwrap_or_else(|error| {
        let message = format!("{error}; the README of the vendor lists the keys and their values");
        found.problem(Problem::new("extension", message));
        SolarNexusOptions::default()
    })
}

/// Maps a lead for a flow.
pub(crate) fn through(client: &Client, config: &SolarNexusConfig, lead: &Lead) -> Result<Prepared, Unfit> {
    let mut found = Findings::default();
    let options = options(lead, &mut found);
    let project = Project::of(lead, &options, config, true, &mut found);
    let mut own: FieldSet = [Field::Street, Field::Unit].into_iter().collect();
    if project
        .services
        .iter()
        .any(|service| service.energy == Energy::Electricity)
    {
        own = own.with(Field::ElectricProvider).with(Field::ElectricBill);
    }
    let mut mapping = Mapping::new(lead, own, found);
    // SolarNexus has one line for a street, and none for a unit.
    mapping.fields.push_some("address_1", lead.site.street_line());
    if lead.site.street.is_none() && lead.site.unit.is_some() {
        mapping.found.left_over(Field::Unit);
    }
    UNREAD.iter().for_each(|field| mapping.found.carry_too(field));
    push(&project, &config.names, &mut mapping.fields)?;
    mapping.finish(client, DESCRIPTOR.mapped(), options.is_test)
}

/// Adds the variables, each under its name.
fn push<'a>(project: &Project<'a>, names: &'a Names, fields: &mut Fields<'a>) -> Result<(), Problem> {
    let id = |id: Option<&Id>| id.map(ToString::to_string);
    let mut put = |variable, text: Option<String>| fields.push_some(name(names, variable), text);
    put(names::JOB_PROCESS_ID, id(project.job_process_id));
    put(names::LEAD_SOURCE_ID, id(project.lead_source_id));
    put(names::REFERRER_ID, id(project.referrer_id));
    put(names::RELATED_JOB_ID, id(project.related_job_id));
    put(names::OWNER_ID, id(project.owner.map(|(id, _)| id)));
    if !project.references.is_empty() {
        put(names::REFERENCES, Some(json_text(&references(&project.references))?));
    }
    if !project.roles.is_empty() {
        put(names::ROLES, Some(json_text(&project.roles)?));
    }
    if !project.services.is_empty() {
        put(names::UTILITY_SERVICES, Some(json_text(&services(&project.services))?));
    }
    for (id, value) in &project.attributes {
        if let Some(text) = attribute_text(value) {
            fields.push(format!("{}.{id}", name(names, names::ATTRIBUTES)), text);
        }
    }
    let mailing = &project.mailing;
    let texts = [
        (names::NAME, project.name),
        (names::DESCRIPTION, project.description),
        (names::OWNER_TYPE, project.owner.map(|(_, kind)| kind.as_str())),
        (names::PARTICIPANT_TYPE, project.kind.map(|kind| kind.as_str())),
        (names::TAX_ENTITY, project.tax_entity.map(|entity| entity.as_str())),
        (names::SECONDARY_EMAIL, project.secondary_email),
        (names::MAILING_CITY, mailing.city),
        (names::MAILING_STATE, mailing.state),
        (names::MAILING_ZIP, mailing.zip),
        (names::SECTOR, project.sector.map(|sector| sector.as_str())),
        (
            names::CONSTRUCTION_TYPE,
            project.construction_type.map(|kind| kind.as_str()),
        ),
    ];
    for (variable, text) in texts {
        fields.push_some(name(names, variable), text);
    }
    fields.push_some(name(names, names::MAILING_STREET), mailing.street1.clone());
    fields.push_some(name(names, names::MAILING_COUNTRY), mailing.country.clone());
    Ok(())
}

#[cfg(test)]
mod tests;
