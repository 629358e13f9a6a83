//! From the lead to the body of `postLead`.

use std::borrow::Cow;

use http::Method;
use leadsink_core::{Draft, Field, FieldSet, Lead, PrepareContext, Prepared, Problem, Repeat, Unfit, Warning};

use crate::address::{self, WireAddress};
use crate::config::NthermConfig;
use crate::descriptor::ID;
use crate::extra::ExtraData;
use crate::sink::Ntherm;
use crate::wire::{PostLead, PrePing, encode};
use crate::{consent, strict};

/// What the mapping found beside the values.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Warning>,
    /// Fields of the mapping table that this lead cannot send in their own place.
    pub(crate) unmapped: FieldSet,
    /// Fields of the mapping table that go to `extra_data` for this lead.
    pub(crate) extra: FieldSet,
}

impl Findings {
    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// Puts a field into `extra_data` in place of its own wire field.
    pub(crate) fn left_over(&mut self, field: Field) {
        self.unmapped = self.unmapped.with(field);
        self.carry_too(field);
    }

    /// Puts a field into `extra_data` beside its own wire field.
    pub(crate) fn carry_too(&mut self, field: Field) {
        self.extra = self.extra.with(field);
    }
}

/// Maps a lead; every problem that the rules of the descriptor do not state is collected.
pub(crate) fn map(sink: &Ntherm, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
    let config = &sink.config;
    let mut found = Findings::default();
    let free = consent::free_json(lead, &mut found);
    let site = address::site(lead, &mut found);
    let mailing = address::mailing(lead, config.mailing_same_as_site, &site, &mut found);
    let WireAddress {
        street,
        city,
        state,
        zip,
    } = site;
    let mut body = PostLead {
        phone_number: phone(lead, &mut found),
        customer_name: customer_name(lead, &mut found),
        state,
        city,
        zip,
        certificate_url: consent::certificate(lead, &mut found),
        customer_address: street.clone().filter(|_| config.customer_address),
        street,
        dm_name: lead.decision_maker.as_ref().map(|name| name.as_str()),
        utility: utility(lead, &mut found),
        call_back_url: call_back_url(config, cx, &mut found),
        mailing_street: mailing.street,
        mailing_city: mailing.city,
        mailing_zip: mailing.zip,
        mailing_state: mailing.state,
        vendor_campaign_name: campaign(config, lead, &mut found),
        email: lead.contact.email.as_ref().map(|email| email.as_str()),
        extra_data: None,
    };
    if !lead.attachments.is_empty() {
        let message = "NTherm takes no files; their names stand in `extra_data`, their content is not sent";
        found.warn(Warning::new("attachment_not_sent", message).at(Field::Attachments));
    }
    let pairs = found
        .extra
        .iter()
        .fold(lead.fields().minus(sink.mapped), FieldSet::with);
    body.extra_data = ExtraData::new(lead, pairs, &free);

    let is_proven = consent::is_proven(lead, &free);
    if !is_proven {
        found.problem(consent::missing());
    }
    if config.strict_required {
        strict::demand(&body, config, is_proven, &mut found);
    }
    prepare(sink, &body, found)
}

fn prepare(sink: &Ntherm, body: &PostLead<'_>, found: Findings) -> Result<Prepared, Unfit> {
    if !found.problems.is_empty() {
        return Err(Unfit {
            problems: found.problems,
        });
    }
    let draft = |url: &url::Url, bytes: Result<Vec<u8>, serde_json::Error>| {
        let bytes = bytes.map_err(|_| Problem::new("encoding", "the lead cannot be written as JSON"))?;
        Ok::<_, Unfit>(Draft::new(Method::POST, url.clone(), sink.headers.clone(), bytes))
    };
    let mut prepared = Prepared::new(draft(&sink.post_lead, encode(body))?, Repeat::NeverBlindly);
    if let (Some(url), Some(phone_number)) = (&sink.pre_ping, body.phone_number) {
        prepared = prepared.with_before(ID, draft(url, encode(&PrePing { phone_number }))?);
    }
    prepared.unmapped = found.unmapped.iter().map(Into::into).collect();
    prepared.warnings = found.warnings;
    Ok(prepared)
}

fn phone<'a>(lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    let phone = lead.contact.phones[0].number.as_ref()?;
    let national = phone.nanp();
    if national.is_none() {
        let message = "NTherm takes ten-digit numbers of country code 1 only; give such a number as `phone_1`";
        found.problem(Problem::new("phone_country", message).at(Field::Phone1));
    }
    national
}

/// The person's name; the organisation where no person is named. What finds no place in it is left over.
fn customer_name<'a>(lead: &'a Lead, found: &mut Findings) -> Option<Cow<'a, str>> {
    let contact = &lead.contact;
    let parts = [
        (Field::FirstName, &contact.first_name),
        (Field::MiddleName, &contact.middle_name),
        (Field::LastName, &contact.last_name),
        (Field::NameSuffix, &contact.name_suffix),
    ];
    let mut leave = |unsaid: &dyn Fn(&str) -> bool| {
        for (field, part) in parts {
            if part.as_ref().is_some_and(|part| unsaid(part.as_str())) {
                found.left_over(field);
            }
        }
    };
    let is_person = contact.full_name.is_some() || contact.first_name.is_some() || contact.last_name.is_some();
    if !is_person {
        leave(&|_| true);
        return contact.organization.as_ref().map(|name| Cow::Borrowed(name.as_str()));
    }
    if let Some(full) = &contact.full_name {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let said = words(full.as_str());
        leave(&|part| !said.windows(words(part).len()).any(|run| run == words(part)));
    }
    if contact.organization.is_some() {
        found.left_over(Field::Organization);
    }
    lead.full_name()
}

fn utility<'a>(lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    let (electric, gas) = (&lead.electric.provider, &lead.gas.provider);
    if electric.is_some() && gas.is_some() {
        found.left_over(Field::GasProvider);
    }
    electric.as_ref().or(gas.as_ref()).map(|name| name.as_str())
}

fn call_back_url(config: &NthermConfig, cx: &PrepareContext, found: &mut Findings) -> Option<String> {
    let template = config.call_back_url.as_ref()?;
    let Some(token) = &cx.callback_token else {
        let message = "`call_back_url` is set and the delivery has no call-back token; mint one when it is filed";
        found.problem(Problem::new("callback_token_missing", message));
        return None;
    };
    Some(template.url(token))
}

/// The account's campaign; the lead's own before it where config says so.
fn campaign<'a>(config: &'a NthermConfig, lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    let own = lead.source.campaign.as_ref().map(|campaign| campaign.as_str());
    if config.campaign_from_lead {
        let campaign = own.or(config.campaign.as_deref());
        if campaign.is_none() {
            let message = "NTherm needs a campaign, and the lead has none; set `campaign` in the config for such leads";
            found.problem(Problem::new("campaign_missing", message).at(Field::Campaign));
        }
        return campaign;
    }
    if own.is_some() {
        found.left_over(Field::Campaign);
    }
    if config.campaign.is_none() {
        let message = "NTherm needs a campaign; set `campaign` in the config, or `campaign_from_lead = true`";
        found.problem(Problem::new("campaign_missing", message));
    }
    config.campaign.as_deref()
}

#[cfg(test)]
mod tests;
