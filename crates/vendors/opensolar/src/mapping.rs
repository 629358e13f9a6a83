//! From the lead to the body of the request: a `POST` of a project, or a `PATCH` of one that is there.

use std::borrow::Cow;

use http::Method;
use leadsink_core::value::{Sector, Text};
use leadsink_core::{Draft, Field, Findings, Lead, Note, Prepared, Problem, Repeat, Result, Unfit, Warning};

use crate::config::OpenSolarConfig;
use crate::descriptor::{DESCRIPTOR, ID, counts_for};
use crate::options::{OpenSolarOptions, said};
use crate::role::RoleRef;
use crate::sink::OpenSolar;
use crate::wire::{ContactBody, ProjectBody, SIZE};
use crate::{address, person, roof, usage};

/// Maps a lead; every problem that the rules of the descriptor do not state is collected.
pub(crate) fn map(sink: &OpenSolar, lead: &Lead, options: &OpenSolarOptions) -> Result<Prepared, Unfit> {
    let mut found = Findings::default();
    if options.project_id.is_none() && address::is_half_a_place(&lead.site) {
        let message =
            "OpenSolar needs `longitude` beside `latitude` where nothing else tells the place, and the lead has none";
        found.problem(Problem::new("required", message).at(Field::Longitude));
    }
    let mut body = body(sink, lead, options, &mut found);
    let note = found.note(lead, DESCRIPTOR.mapped()).with(Field::Notes);
    body.notes = Note::new(lead, note);
    let prepared = match options.project_id {
        None => found.prepare(|| Ok(Prepared::new(sink.projects.draft(&body, SIZE)?, Repeat::NeverBlindly))),
        Some(project) => {
            body.identifier = None;
            let contact = body.contacts_new.take();
            found.prepare(|| change(sink, &body, contact, project))
        }
    };
    prepared.map(|mut prepared| {
        prepared.request.counts_for = counts_for(&prepared.request.method, prepared.request.url.path());
        prepared
    })
}

/// A change of a project. It may be repeated: the same values are set again.
fn change(
    sink: &OpenSolar,
    body: &ProjectBody<'_>,
    contact: Option<[ContactBody<'_>; 1]>,
    project: u64,
) -> Result<Prepared, Unfit> {
    let bad = |_| Problem::new("project_id", "the address of the project cannot be formed");
    let mut draft = sink.projects.draft(body, SIZE)?;
    draft.method = Method::PATCH;
    draft.url = draft.url.join(&format!("{project}/")).map_err(bad)?;
    let prepared = Prepared::new(draft, Repeat::Safe);
    let Some([contact]) = contact else {
        return Ok(prepared);
    };
    // Which contact the project has is asked first; setting the same values again does no harm.
    let mut draft: Draft = sink.contacts.draft(&contact, SIZE)?;
    draft.method = Method::PUT;
    draft.url = draft.url.join("***/").map_err(bad)?;
    Ok(prepared.with_before(ID, draft))
}

/// The body, but for the note.
fn body<'a>(
    sink: &'a OpenSolar,
    lead: &'a Lead,
    options: &'a OpenSolarOptions,
    found: &mut Findings,
) -> ProjectBody<'a> {
    // What stands in for a lead that says nothing is for new projects: it must not change one that is there.
    let account = options.project_id.is_none().then_some(&sink.config);
    let site = address::site(lead, found);
    let info = |index: usize| options.custom_project_info.get(index).and_then(said);
    if !lead.attachments.is_empty() {
        let message =
            "OpenSolar takes files by another way only; their names stand in the note, their content is not sent";
        found.warn(Warning::new("attachment_not_sent", message).at(Field::Attachments));
    }
    ProjectBody {
        identifier: Some(lead.id.as_str()),
        is_residential: lead.property.sector.map(|sector| match sector {
            Sector::Residential => "1",
            _ => "0",
        }),
        lead_source: lead_source(account, lead, found),
        notes: None,
        lat: site.lat,
        lon: site.lon,
        address: site.address,
        locality: site.locality,
        state: site.state,
        country_iso2: site.country_iso2,
        zip: site.zip,
        number_of_phases: lead.property.phases.map(|phases| phases.to_string()),
        roof_type: roof_type(sink, lead, options, found),
        assigned_role: owner(sink, account, lead, options, found),
        assigned_installer_role: role(
            sink,
            said(&options.assigned_installer_role),
            "assigned_installer_role",
            account.and_then(|account| account.assigned_installer_role.as_deref()),
            found,
        ),
        assigned_site_inspector_role: role(
            sink,
            said(&options.assigned_site_inspector_role),
            "assigned_site_inspector_role",
            account.and_then(|account| account.assigned_site_inspector_role.as_deref()),
            found,
        ),
        title: said(&options.title),
        site_notes: said(&options.site_notes),
        usage: usage::usage(lead, found),
        custom_project_info_1: info(0),
        custom_project_info_2: info(1),
        custom_project_info_3: info(2),
        custom_project_info_4: info(3),
        custom_project_info_5: info(4),
        contacts_new: person::contact(lead, options, found).map(|contact| [contact]),
    }
}

/// The source as OpenSolar shall name it: the lead's, else the account's, else where the lead came from.
fn lead_source<'a>(account: Option<&'a OpenSolarConfig>, lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    let of_account = account.and_then(|account| account.lead_source.as_deref());
    let named = text(&lead.source.vendor_lead_source).or(of_account);
    if named.is_some() && lead.source.name.is_some() {
        found.left_over(Field::Source);
    }
    named.or(text(&lead.source.name))
}

/// The roof type by the id of the options, else by its name.
fn roof_type(sink: &OpenSolar, lead: &Lead, options: &OpenSolarOptions, found: &mut Findings) -> Option<String> {
    let named = text(&lead.property.roof_type);
    let known = named.and_then(roof::id);
    if named.is_some() && (known.is_none() || options.roof_type.is_some_and(|id| Some(id) != known)) {
        found.left_over(Field::RoofType);
    }
    if named.is_some() && known.is_none() && options.roof_type.is_none() {
        let message = "OpenSolar has no roof type of that name; it stands in the note";
        found.warn(Warning::new("roof_type_unknown", message).at(Field::RoofType));
    }
    let id = options.roof_type.or(known)?;
    Some(format!("{}api/roof_types/{id}/", sink.base.as_url()))
}

/// The team member: as the options say, else the lead's owner, else the account's.
fn owner<'a>(
    sink: &'a OpenSolar,
    account: Option<&'a OpenSolarConfig>,
    lead: &'a Lead,
    options: &'a OpenSolarOptions,
    found: &mut Findings,
) -> Option<Cow<'a, str>> {
    let own = text(&lead.assignment.owner);
    let account = account.and_then(|account| account.assigned_role.as_deref());
    let named = said(&options.assigned_role);
    if named.is_some() && own.is_some() {
        found.left_over(Field::Owner);
    }
    if named.is_none()
        && let Some(own) = own
    {
        if let Some(role) = RoleRef::read(own) {
            return Some(address_of(sink, role));
        }
        let message =
            "OpenSolar's team members are named by URL, id or e-mail address, and this is none; it stands in the note";
        found.warn(Warning::new("role", message).at(Field::Owner));
        found.left_over(Field::Owner);
    }
    role(sink, named, "assigned_role", account, found)
}

/// A role of the options, else the account's.
fn role<'a>(
    sink: &OpenSolar,
    named: Option<&'a str>,
    member: &'static str,
    account: Option<&'a str>,
    found: &mut Findings,
) -> Option<Cow<'a, str>> {
    let text = named.or(account)?;
    let role = RoleRef::read(text);
    if role.is_none() {
        let message = format!("`{member}` of `extensions.opensolar` is no URL of a role, no id and no e-mail address");
        found.problem(Problem::new("extension", message));
    }
    role.map(|role| address_of(sink, role))
}

/// The URL of a role below the own address; an e-mail address as it is, since only OpenSolar knows whose it is.
pub(crate) fn address_of<'a>(sink: &OpenSolar, role: RoleRef<'a>) -> Cow<'a, str> {
    match role {
        RoleRef::Email(email) => Cow::Borrowed(email),
        RoleRef::Id { org, id } => {
            let org = org.map_or_else(|| sink.org.clone(), |org| org.to_string());
            Cow::Owned(format!("{}api/orgs/{org}/roles/{id}/", sink.base.as_url()))
        }
    }
}

fn text(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(Text::as_str)
}

#[cfg(test)]
mod tests;
