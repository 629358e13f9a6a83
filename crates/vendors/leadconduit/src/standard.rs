//! The standard fields: most are the lead's canonical text under LeadConduit's id, the others are written here.

use std::borrow::Cow;

use leadsink_core::value::{Amount, Country, Gender, Leaf, Moment, Ownership, PartialDate, Phone, Range};
use leadsink_core::{Field, FieldSet, Findings, Lead};

use crate::wire::Fields;

/// The fields whose canonical text is sent as it is.
const PLAIN: &[(Field, &str)] = &[
    (Field::Salutation, "salutation"),
    (Field::FirstName, "first_name"),
    (Field::MiddleName, "middle_name"),
    (Field::LastName, "last_name"),
    (Field::NameSuffix, "name_suffix"),
    (Field::Organization, "company.name"),
    (Field::Email, "email"),
    (Field::TimeToContact, "time_to_contact"),
    (Field::Street, "address_1"),
    (Field::Unit, "address_2"),
    (Field::City, "city"),
    (Field::County, "county"),
    (Field::Latitude, "latitude"),
    (Field::Longitude, "longitude"),
    (Field::ElectricProvider, "utility.electric.company.name"),
    (Field::RoofType, "property.roof_type"),
    (Field::YearBuilt, "property.year_built"),
    (Field::SquareFeet, "property.square_feet"),
    (Field::SunExposure, "property.sun_exposure"),
    (Field::JornayaId, "leadid_id"),
    (Field::ConsentIp, "ip_address"),
    (Field::UserAgent, "user_agent"),
    (Field::Source, "original_source"),
    (Field::Campaign, "campaign_name"),
    (Field::Referrer, "referral_url"),
    (Field::LandingPage, "landing_page"),
    (Field::UtmSource, "utm_source"),
    (Field::UtmMedium, "utm_medium"),
    (Field::UtmCampaign, "utm_campaign"),
    (Field::UtmTerm, "utm_term"),
    (Field::UtmContent, "utm_content"),
    (Field::SubmittedAt, "source_timestamp"),
];

/// Adds the standard fields of a lead, but for those that the caller sends in its own way.
pub(crate) fn push<'a>(lead: &'a Lead, own: FieldSet, fields: &mut Fields<'a>, found: &mut Findings) {
    for (field, id) in PLAIN {
        if !own.contains(*field) {
            fields.push_some(*id, field.get(lead));
        }
    }
    full_name(lead, found);
    phones(lead, fields);
    place(lead, fields);
    let mut written = |field: Field, id: &'static str, text: Option<Cow<'a, str>>| {
        if own.contains(field) {
            return;
        }
        match text {
            Some(text) => fields.push(id, text),
            None if field.has(lead) => found.left_over(field),
            None => {}
        }
    };
    written(Field::DateOfBirth, "dob", date_of_birth(lead));
    written(Field::Gender, "gender", gender(lead));
    written(Field::Ownership, "currently_rent_or_own", ownership(lead));
    let bill = lead.electric.bill.as_ref().and_then(monthly);
    written(Field::ElectricBill, "utility.electric.monthly_amount", bill);
    written(Field::CertificateUrl, "trustedform_cert_url", certificate(lead));
    written(Field::AppointmentStart, "appointment", appointment(lead));
}

/// The words of the full name stand in its parts as a rule; where they do not, it is told in the comments.
fn full_name(lead: &Lead, found: &mut Findings) {
    let contact = &lead.contact;
    let Some(full) = &contact.full_name else { return };
    let parts = [
        &contact.salutation,
        &contact.first_name,
        &contact.middle_name,
        &contact.last_name,
        &contact.name_suffix,
    ];
    let told = |word: &str| {
        let mut words = parts.iter().filter_map(|part| part.as_ref());
        words.any(|part| part.as_str().split_whitespace().any(|known| known == word))
    };
    if !full.as_str().split_whitespace().all(told) {
        found.left_over(Field::FullName);
    }
}

fn phones<'a>(lead: &'a Lead, fields: &mut Fields<'a>) {
    for (id, phone) in ["phone_1", "phone_2", "phone_3"].into_iter().zip(&lead.contact.phones) {
        fields.push_some(id, phone.number.as_ref().map(national));
    }
}

fn national(phone: &Phone) -> &str {
    phone.nanp().unwrap_or(phone.as_str())
}

/// State and postal code without their country, and the country where it is given or not the United States.
fn place<'a>(lead: &'a Lead, fields: &mut Fields<'a>) {
    let site = &lead.site;
    fields.push_some("state", site.state.as_ref().map(|state| state.code()));
    fields.push_some("postal_code", site.postal_code.as_ref().map(|code| code.code()));
    let given = site.country.as_ref().map(|country| country.text());
    let abroad = || Some(site.country()).filter(|country| *country != Country::US);
    fields.push_some(
        "country",
        given.or_else(|| abroad().map(|country| country.as_str().to_owned().into())),
    );
}

fn date_of_birth(lead: &Lead) -> Option<Cow<'_, str>> {
    let date: &PartialDate = lead.contact.date_of_birth.as_ref()?;
    date.day().map(|_| date.text())
}

fn gender(lead: &Lead) -> Option<Cow<'_, str>> {
    let gender = lead.contact.gender?;
    (gender != Gender::Other).then(|| gender.as_str().into())
}

fn ownership(lead: &Lead) -> Option<Cow<'_, str>> {
    let ownership = lead.property.ownership?;
    (ownership != Ownership::Other).then(|| ownership.as_str().into())
}

/// An amount a month as LeadConduit's type `range` reads it; nothing where each month has its own.
fn monthly(amount: &Amount) -> Option<Cow<'_, str>> {
    match amount {
        Amount::Monthly(range) => Some(range_text(range)),
        _ => None,
    }
}

/// An amount is never negative, so one with an upper end alone begins at 0.
fn range_text(range: &Range) -> Cow<'_, str> {
    match (range.low(), range.high()) {
        (None, Some(high)) => format!("0-{high}").into(),
        (Some(low), None) => format!("{low}+").into(),
        _ => range.text(),
    }
}

/// A certificate of TrustedForm. The host is compared whole: to another one credentials might be sent.
fn certificate(lead: &Lead) -> Option<Cow<'_, str>> {
    const HOST: &str = "https://cert.trustedform.com/";
    let url = lead.consent.certificate_url.as_ref()?.as_str();
    let begin = url.get(..HOST.len())?;
    begin.eq_ignore_ascii_case(HOST).then_some(url.into())
}

fn appointment(lead: &Lead) -> Option<Cow<'_, str>> {
    let start = lead.appointment.start.as_ref()?;
    matches!(start, Moment::Instant(_)).then(|| start.text())
}

#[cfg(test)]
mod tests;
