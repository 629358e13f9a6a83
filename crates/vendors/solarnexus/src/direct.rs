//! The direct way: the lead as a project in JSON, to an address that the caller supplies. Address, authentication and envelope
//! are not documented; this is the best reconstruction.

use http::{HeaderName, HeaderValue};
use leadsink_core::delivery::is_secure;
use leadsink_core::value::{Phone, Text};
use leadsink_core::{
    BaseUrl, ConfigError, Field, FieldRef, FieldSet, Findings, HttpRequest, JsonPost, Lead, Note, Prepared, Problem,
    Repeat, Unfit, Warning,
};
use url::Url;

use crate::auth;
use crate::config::{DirectConfig, SolarNexusConfig};
use crate::descriptor::DESCRIPTOR;
use crate::mapping::options;
use crate::participant::country;
use crate::project::Project;
use crate::table::DIRECT;
use crate::wire::{self, Contact, Envelope, Participant, Place, Site};

/// Room for most leads.
const SIZE: usize = 2048;

/// An address that takes projects. `Debug` holds no credential.
#[derive(Clone, Debug)]
pub(crate) struct Direct {
    post: JsonPost,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Direct {
    /// Reads address and credential. `stand_in` takes the place of the host.
    pub(crate) fn new(config: &DirectConfig, stand_in: Option<&BaseUrl>) -> Result<Self, ConfigError> {
        let error = |message: &str| ConfigError::invalid("direct.url", message);
        let url = Url::parse(&config.url).map_err(|_| error("it is no absolute address"))?;
        if !is_secure(&url) {
            return Err(error(
                "leads go to `https` only; plain `http` is for this machine (127.0.0.1)",
            ));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(error(
                "it holds a user name, a query or a fragment; a credential stands in `value`, for the header `header`",
            ));
        }
        let url = match stand_in {
            Some(base) => base.join(url.path().trim_start_matches('/'))?,
            None => url,
        };
        Ok(Self {
            post: JsonPost::new(url),
            header: auth::header(config)?,
        })
    }

    pub(crate) fn authorize(&self, request: &mut HttpRequest) {
        if let Some((name, value)) = &self.header {
            request.headers.insert(name.clone(), value.clone());
        }
    }

    /// Maps a lead.
    pub(crate) fn map(&self, config: &SolarNexusConfig, lead: &Lead) -> Result<Prepared, Unfit> {
        let mut found = Findings::default();
        let options = options(lead, &mut found);
        let project = Project::of(lead, &options, config, false, &mut found);
        if options.is_test == Some(true) {
            let message = "the direct way has no mark for a test; take `extensions.solarnexus.is_test` away";
            found.problem(Problem::new("is_test", message));
        }
        left_over(lead, &mut found);
        let body = envelope(lead, &project, &found);
        let draft = self.post.draft(&body, SIZE)?;
        let mut prepared = found.prepare(|| Ok(Prepared::new(draft, Repeat::NeverBlindly)))?;
        let extra = FieldRef::expand(Field::Extra, lead);
        prepared.unmapped.extend(extra);
        Ok(prepared)
    }
}

/// What a flow has fields for and the envelope has not goes to the note.
fn left_over(lead: &Lead, found: &mut Findings) {
    let direct: FieldSet = DIRECT.iter().map(|row| row.field).collect();
    let elsewhere = DESCRIPTOR.mapped().minus(direct);
    for field in lead.fields().iter().filter(|field| elsewhere.contains(*field)) {
        match field {
            // Of `extra` each member is named by itself.
            Field::Notes | Field::Extra => found.carry_too(field),
            _ => found.left_over(field),
        }
    }
    if lead.site.street.is_none() && lead.site.unit.is_some() {
        found.left_over(Field::Unit);
    }
    if !lead.attachments.is_empty() {
        let message =
            "a project takes no files here; their names stand in `project.site.description`, their content is not sent";
        found.warn(Warning::new("attachment_not_sent", message).at(Field::Attachments));
    }
}

fn envelope<'a>(lead: &'a Lead, project: &'a Project<'a>, found: &Findings) -> Envelope<'a> {
    let contact = &lead.contact;
    let phone = |n: usize| contact.phones[n].number.as_ref().map(national);
    let mailing = &project.mailing;
    Envelope {
        project: wire::Project {
            job_process_id: project.job_process_id,
            lead_source_id: project.lead_source_id,
            name: project.name,
            description: project.description,
            application_reference_ids: listed(&project.references).map(wire::references),
            sales_owner_id: project.owner.map(|(id, _)| id),
            sales_owner_type: project.owner.map(|(_, kind)| kind.as_str()),
            referrer_id: project.referrer_id,
            related_job_id: project.related_job_id,
            participant: Some(Participant {
                r#type: project.kind.map(|kind| kind.as_str()),
                tax_entity: project.tax_entity.map(|entity| entity.as_str()),
                organization: text(&contact.organization),
                roles: listed(project.roles),
                contact: Some(Contact {
                    title: text(&contact.salutation),
                    first_name: text(&contact.first_name),
                    last_name: text(&contact.last_name),
                    email: contact.email.as_ref().map(|email| email.as_str()),
                    secondary_email: project.secondary_email,
                    phone1: phone(0),
                    phone2: phone(1),
                    phone3: phone(2),
                    best_time: text(&contact.time_to_contact),
                }),
                mailing_address: Place {
                    street1: mailing.street1.clone(),
                    city: mailing.city,
                    state: mailing.state,
                    zip: mailing.zip,
                    country: mailing.country.clone(),
                }
                .known(),
            }),
            site: Site {
                sector: project.sector.map(|sector| sector.as_str()),
                construction_type: project.construction_type.map(|kind| kind.as_str()),
                description: Note::new(lead, found.note(lead, DESCRIPTOR.mapped())),
                location: location(lead).known(),
            }
            .known(),
            attributes: (!project.attributes.is_empty()).then_some(&project.attributes),
            utility_services: listed(&project.services).map(wire::services),
        },
    }
}

fn location(lead: &Lead) -> Place<'_> {
    let site = &lead.site;
    Place {
        street1: site.street_line(),
        city: text(&site.city),
        state: site.state.as_ref().map(|state| state.code()),
        zip: site.postal_code.as_ref().map(|code| code.code()),
        country: country(site),
    }
}

/// A list, unless it is empty.
fn listed<T>(items: &[T]) -> Option<&[T]> {
    (!items.is_empty()).then_some(items)
}

fn text(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(Text::as_str)
}

fn national(phone: &Phone) -> &str {
    phone.nanp().unwrap_or(phone.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(json: &str, stand_in: Option<&str>) -> Result<Direct, ConfigError> {
        let base = stand_in.map(|url| BaseUrl::parse(url).unwrap());
        Direct::new(&serde_json::from_str(json).unwrap(), base.as_ref())
    }

    #[test]
    fn the_address_is_the_callers_or_lies_below_a_stand_in() {
        let json = r#"{"url":"https://solar.example.com/api/projects"}"#;
        let plain = direct(json, None).unwrap();
        assert_eq!(plain.post.url().as_str(), "https://solar.example.com/api/projects");
        let local = direct(json, Some("http://127.0.0.1:8080/solarnexus")).unwrap();
        assert_eq!(
            local.post.url().as_str(),
            "http://127.0.0.1:8080/solarnexus/api/projects"
        );
    }

    #[test]
    fn an_address_that_is_not_secure_or_holds_more_is_refused() {
        for bad in [
            "http://solar.example.com/api",
            "solar.example.com",
            "https://u:p@solar.example.com/",
            "https://solar.example.com/?key=s3cret",
            "ftp://127.0.0.1/",
        ] {
            let error = direct(&format!(r#"{{"url":"{bad}"}}"#), None).unwrap_err();
            assert_eq!(error.key(), "direct.url", "{bad}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn debug_holds_no_credential() {
        let json = r#"{"url":"https://solar.example.com/","value":"s3cret"}"#;
        assert!(!format!("{:?}", direct(json, None).unwrap()).contains("s3cret"));
    }
}
