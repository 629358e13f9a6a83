//! How Acme's request is made.

use std::sync::atomic::{AtomicU32, Ordering};

use http::{HeaderValue, header::HeaderName};
use leadsink_core::value::{Amount, Leaf as _, ParticipantKind};
use leadsink_core::{Draft, Problem, Repeat};
use serde::Serialize;

use super::*;

#[derive(Serialize)]
struct Wire<'a> {
    person: Person<'a>,
    phones: Vec<Phone<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bill: Option<Bill>,
    #[serde(skip_serializing_if = "Option::is_none")]
    best_time: Option<&'a str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    comments: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u8>,
}

#[derive(Serialize)]
struct Person<'a> {
    name: String,
    kind: &'a str,
    company: Option<&'a str>,
}

#[derive(Serialize)]
struct Phone<'a> {
    number: &'a str,
}

#[derive(Serialize)]
struct Bill {
    text: String,
}

static REQUESTS: AtomicU32 = AtomicU32::new(0);

pub(super) fn map<const FAULT: u8>(acme: &Acme<FAULT>, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
    let contact = &lead.contact;
    if FAULT == HIDDEN_RULE && contact.email.is_none() {
        return Err(Problem::new("required", "an e-mail is needed").at(Field::Email).into());
    }
    let kind = contact.kind.unwrap_or(ParticipantKind::Individual);
    let business = kind == ParticipantKind::Business;
    let name = lead.full_name().unwrap_or_default();
    let comments = comments::<FAULT>(lead, business, acme.campaign_from_lead);
    let numbers = [0, 1]
        .into_iter()
        .filter_map(|index| contact.phones[index].number.as_ref());
    let body = Wire {
        person: Person {
            name: if FAULT == CUTS_BYTES {
                String::from_utf8_lossy(&name.as_bytes()[..name.len().min(12)]).into_owned()
            } else {
                name.into_owned()
            },
            kind: kind.as_str(),
            company: contact
                .organization
                .as_ref()
                .filter(|_| business)
                .map(|text| text.as_str()),
        },
        phones: numbers.map(|phone| Phone { number: phone.as_str() }).collect(),
        country: lead.site.country.as_ref().map(|country| country.as_str()),
        bill: lead.electric.bill.as_ref().map(|bill: &Amount| Bill {
            text: bill.text().into_owned(),
        }),
        best_time: contact
            .time_to_contact
            .as_ref()
            .filter(|_| FAULT != MAPPED_AND_DROPPED)
            .map(|text| text.as_str()),
        comments,
        version: (FAULT == OTHER_REQUEST).then_some(2),
    };
    let mut url = acme.base_url.join("leads").expect("the base is an address");
    if let Some(email) = &contact.email {
        url.query_pairs_mut().append_pair("email", email.as_str());
    }
    let mut draft = Draft::post_json(url, serde_json::to_vec(&body).expect("it is plain data"));
    let mut header = |name: &'static str, value: &str| {
        draft.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("it is a header"),
        );
    };
    if let Some(campaign) = lead.source.campaign.as_ref().filter(|_| acme.campaign_from_lead) {
        header("x-campaign", campaign.as_str());
    }
    if FAULT == SECRET_IN_REQUEST {
        header("x-account", acme.key.expose_secret());
    }
    if FAULT == NOT_DETERMINISTIC {
        header("x-request-id", &REQUESTS.fetch_add(1, Ordering::Relaxed).to_string());
    }
    let phone = contact.phones[0].number.as_ref().map_or("", |phone| phone.as_str());
    if FAULT == ROW_OF_OTHER_FIELD && contact.phones[1].number.is_some() {
        header("x-phones", "2");
    }
    let question = Draft::post_json(
        acme.base_url.join("check").expect("the base is an address"),
        json!({ "phone": phone }).to_string(),
    );
    let mut prepared = Prepared::new(draft, Repeat::NeverBlindly).with_before(Acme::<FAULT>::DESCRIPTOR.id, question);
    prepared.unmapped = beside::<FAULT>(lead, business, acme.campaign_from_lead)
        .map(Into::into)
        .collect();
    Ok(prepared)
}

/// Fields that have a row and no effect in this lead.
fn beside<const FAULT: u8>(lead: &Lead, business: bool, with_campaign: bool) -> impl Iterator<Item = Field> {
    let company = (!business && lead.contact.organization.is_some()).then_some(Field::Organization);
    let campaign = (!with_campaign && lead.source.campaign.is_some()).then_some(Field::Campaign);
    company.into_iter().chain(campaign)
}

/// The remarks, and a line for every field that has no place of its own.
fn comments<const FAULT: u8>(lead: &Lead, business: bool, with_campaign: bool) -> String {
    let mut lines: Vec<_> = Field::Notes
        .get(lead)
        .map(|notes| notes.into_owned())
        .into_iter()
        .collect();
    let unmapped = lead.fields().minus(Acme::<FAULT>::DESCRIPTOR.mapped());
    for field in unmapped.iter().chain(beside::<FAULT>(lead, business, with_campaign)) {
        if FAULT == FIELD_DROPPED && field == Field::GasProvider {
            continue;
        }
        lines.push(format!("{field}: {}", field.get(lead).unwrap_or_default()));
    }
    lines.join("\n")
}
