//! From the lead to the body of the request.

use leadsink_core::value::Text;
use leadsink_core::{Field, Findings, Lead, Note, Prepared, Problem, Repeat, Unfit, Warning};

use crate::descriptor::DESCRIPTOR;
use crate::options::EnerfloOptions;
use crate::person::{self, Names};
use crate::sink::Enerflo;
use crate::wire::{Body, LeadBody};
use crate::{address, appointment, survey};

/// How a lead travels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// In the body of a `POST`.
    Body,
    /// In the query of an address for a browser, which carries `lead` alone.
    Address,
}

/// Maps a lead to the `POST`; every problem that the rules of the descriptor do not state is collected.
pub(crate) fn map(sink: &Enerflo, lead: &Lead) -> Result<Prepared, Unfit> {
    let mut found = Findings::default();
    let options = options(lead, &mut found);
    let body = body(sink, lead, &options, Way::Body, &mut found);
    let repeat = repeat(sink, &body);
    found.prepare(|| Ok(Prepared::new(sink.lead_add.draft(&body, body.size())?, repeat)))
}

/// The lead is merged with an earlier one of its id. That a deal or an appointment is not made a second time nobody says.
fn repeat(sink: &Enerflo, body: &Body<'_>) -> Repeat {
    let makes_more = body.lead.create_deal.is_some() || body.appointment.is_some();
    if makes_more && !sink.config.always_repeat {
        Repeat::NeverBlindly
    } else {
        Repeat::Safe
    }
}

/// The options of a lead; a problem and none where they cannot be read.
pub(crate) fn options(lead: &Lead, found: &mut Findings) -> EnerfloOptions {
    lead.options().unwrap_or_else(|error| {
        found.problem(Problem::new("extension", error.to_string()));
        EnerfloOptions::default()
    })
}

/// Whether Enerflo is told to check nothing for this lead.
pub(crate) fn ignores_validation(sink: &Enerflo, options: &EnerfloOptions) -> bool {
    options.ignore_validation.unwrap_or(sink.config.ignore_validation)
}

/// The body, the note last: it takes what found no place before.
pub(crate) fn body<'a>(
    sink: &'a Enerflo,
    lead: &'a Lead,
    options: &'a EnerfloOptions,
    way: Way,
    found: &mut Findings,
) -> Body<'a> {
    let config = &sink.config;
    let assignment = &lead.assignment;
    let create_deal = options.create_deal.or(config.create_deal);
    let Names { first, last, full } = person::names(lead, found);
    let site = address::site(lead, found);
    let mut body = Body {
        lead: LeadBody {
            integration_record_id: lead.id.as_str(),
            first_name: first,
            last_name: last,
            full_name: full,
            full_address: site.line,
            address: site.street,
            city: site.city,
            state: site.state,
            zip: site.zip,
            email: lead.contact.email.as_ref().map(|email| email.as_str()),
            mobile: person::mobile(lead, found),
            creator: person::user(&assignment.creator, Field::Creator, config.creator.as_ref(), found),
            assign_to_email: person::user(&assignment.owner, Field::Owner, config.assign_to_email.as_ref(), found),
            setter_email: person::user(&assignment.setter, Field::Setter, config.setter_email.as_ref(), found),
            lead_status: text(&lead.status).or(config.lead_status.as_deref()),
            calendar: options.calendar.as_deref(),
            calendar_id: options.calendar_id,
            create_deal,
            office_name: text(&assignment.office).or(config.office_name.as_deref()),
            office_match: options.office_match.as_deref().or(config.office_match.as_deref()),
            lead_source: lead_source(sink, lead, found),
            add_note: None,
            ignore_validation: ignores_validation(sink, options).then_some(1),
            extra: &config.extra,
        },
        survey_data: None,
        appointment: None,
    };
    match way {
        Way::Body => {
            body.survey_data = survey::survey(lead, options, create_deal.is_some(), found);
            body.appointment = appointment::appointment(config, lead, options, found);
        }
        Way::Address => lead_alone(lead, options, found),
    }
    let note = found.note(lead, DESCRIPTOR.mapped()).with(Field::Notes);
    body.lead.add_note = Note::new(lead, note);
    body
}

/// Leaves to the note what stands beside `lead` in a body and has no place in an address. The note is written from the
/// lead, so what the options have of it is only told.
fn lead_alone(lead: &Lead, options: &EnerfloOptions, found: &mut Findings) {
    if !lead.attachments.is_empty() {
        let message = "an address for a browser carries no files; their names stand in the note";
        survey::not_sent(message, found);
    }
    if options.survey_data.is_some() {
        let message = "an address for a browser carries no survey; `survey_data` of `extensions.enerflo` is not sent";
        found.warn(Warning::new("survey_not_sent", message));
    }
    if lead.appointment != Default::default() {
        let message = "an address for a browser carries no appointment; it stands in the note only";
        appointment::not_sent(lead, Field::AppointmentStart, message, found);
    }
    if options.appointment().is_some() {
        let message =
            "an address for a browser carries no appointment; `appointment` of `extensions.enerflo` is not sent";
        found.warn(Warning::new("appointment_not_sent", message));
    }
}

/// The source as Enerflo names it: the lead's, else the account's, else where the lead came from.
fn lead_source<'a>(sink: &'a Enerflo, lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    let named = text(&lead.source.vendor_lead_source).or(sink.config.lead_source.as_deref());
    if named.is_some() && lead.source.name.is_some() {
        found.left_over(Field::Source);
    }
    named.or(text(&lead.source.name))
}

fn text(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(Text::as_str)
}

#[cfg(test)]
mod tests;
