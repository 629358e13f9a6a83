//! Who the lead is, and the number to call.

use std::borrow::Cow;

use leadsink_core::{Field, FieldSet, Findings, Lead, Problem};

/// The ten digits of the first number; one of another country code is a problem.
pub(crate) fn phone<'a>(lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    let phone = lead.contact.phones[0].number.as_ref()?;
    let national = phone.nanp();
    if national.is_none() {
        let message = "NTherm takes ten-digit numbers of country code 1 only; give such a number as `phone_1`";
        found.problem(Problem::new("phone_country", message).at(Field::Phone1));
    }
    national
}

/// The person's name; the organisation where no person is named. What finds no place in it is left over.
pub(crate) fn name<'a>(lead: &'a Lead, found: &mut Findings) -> Option<Cow<'a, str>> {
    let contact = &lead.contact;
    let is_person = contact.full_name.is_some() || contact.first_name.is_some() || contact.last_name.is_some();
    if !is_person {
        found.name_parts(lead, "", FieldSet::EMPTY);
        return contact.organization.as_ref().map(|name| name.as_str().into());
    }
    if let Some(full) = &contact.full_name {
        found.name_parts(lead, full.as_str(), FieldSet::EMPTY);
    }
    if contact.organization.is_some() {
        found.left_over(Field::Organization);
    }
    lead.full_name()
}
