//! From the lead to the body of `postLead`.

use leadsink_core::{Field, Findings, Lead, PrepareContext, Prepared, Problem, Repeat, Unfit, Warning};

use crate::config::NthermConfig;
use crate::descriptor::{DESCRIPTOR, ID};
use crate::extra::ExtraData;
use crate::sink::Ntherm;
use crate::wire::{PostLead, PrePing, SIZE};
use crate::{address, consent, person, strict};

/// Maps a lead; every problem that the rules of the descriptor do not state is collected.
pub(crate) fn map(sink: &Ntherm, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
    let config = &sink.config;
    let mut found = Findings::default();
    let free = consent::free_json(lead, &mut found);
    let site = address::site(lead, &mut found);
    let own_mailing = address::mailing(lead, &mut found);
    let mailing = own_mailing.as_ref().or(config.mailing_same_as_site.then_some(&site));
    let street = site.street.as_deref();
    let mut body = PostLead {
        phone_number: person::phone(lead, &mut found),
        customer_name: person::name(lead, &mut found),
        state: site.state,
        city: site.city,
        zip: site.zip,
        certificate_url: consent::certificate(lead, &mut found),
        street,
        customer_address: street.filter(|_| config.customer_address),
        dm_name: lead.decision_maker.as_ref().map(|name| name.as_str()),
        utility: utility(lead, &mut found),
        call_back_url: call_back_url(config, cx, &mut found),
        mailing_street: mailing.and_then(|mailing| mailing.street.as_deref()),
        mailing_city: mailing.and_then(|mailing| mailing.city),
        mailing_zip: mailing.and_then(|mailing| mailing.zip),
        mailing_state: mailing.and_then(|mailing| mailing.state),
        vendor_campaign_name: campaign(config, lead, &mut found),
        email: lead.contact.email.as_ref().map(|email| email.as_str()),
        extra_data: None,
    };
    if !lead.attachments.is_empty() {
        let message = "NTherm takes no files; their names stand in `extra_data`, their content is not sent";
        found.warn(Warning::new("attachment_not_sent", message).at(Field::Attachments));
    }
    body.extra_data = ExtraData::new(lead, found.note(lead, DESCRIPTOR.mapped()), &free);

    let is_proven = consent::is_proven(lead, &free);
    if !is_proven {
        found.problem(consent::missing());
    }
    if config.strict_required {
        strict::demand(&body, config, is_proven, &mut found);
    }
    found.prepare(|| {
        let prepared = Prepared::new(sink.post_lead.draft(&body, SIZE)?, Repeat::NeverBlindly);
        Ok(match (&sink.pre_ping, body.phone_number) {
            (Some(pre_ping), Some(phone_number)) => {
                prepared.with_before(ID, pre_ping.draft(&PrePing { phone_number }, SIZE)?)
            }
            _ => prepared,
        })
    })
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
