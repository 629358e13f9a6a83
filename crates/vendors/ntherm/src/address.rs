//! The two addresses of a lead. NTherm reads two-letter states and five-digit ZIP codes, so both lie in the United States.

use std::borrow::Cow;

use leadsink_core::value::{Country, State};
use leadsink_core::{Address, Field, Findings, Lead, Problem, Warning};

/// What is said of a code that is longer than the five digits of `zip`.
const SHORTENED: &str = "NTherm takes five digits; the whole ZIP code stands in `extra_data`";

/// An address as NTherm takes it.
#[derive(Default)]
pub(crate) struct WireAddress<'a> {
    pub(crate) street: Option<Cow<'a, str>>,
    pub(crate) city: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) zip: Option<&'a str>,
}

impl<'a> WireAddress<'a> {
    fn of(address: &'a Address, postal_code: Field, found: &mut Findings) -> Self {
        Self {
            street: address.street_line(),
            city: address.city.as_ref().map(|city| city.as_str()),
            state: address.state.as_ref().map(State::code),
            zip: found.zip5(address, postal_code, SHORTENED),
        }
    }
}

/// Maps the site address; one outside the United States is a problem.
pub(crate) fn site<'a>(lead: &'a Lead, found: &mut Findings) -> WireAddress<'a> {
    let site = &lead.site;
    if site.state.as_ref().is_some_and(|state| state.country() != Country::US) {
        let message = "NTherm takes states of the United States only; do not send it leads of other countries";
        found.problem(Problem::new("state_country", message).at(Field::State));
    }
    if site
        .postal_code
        .as_ref()
        .is_some_and(|code| code.country() != Country::US)
    {
        let message = "NTherm takes ZIP codes of the United States only; do not send it leads of other countries";
        found.problem(Problem::new("postal_code_country", message).at(Field::PostalCode));
    }
    if site.country.is_some_and(|country| country != Country::US) {
        let message = "NTherm takes sites in the United States only; do not send it leads of other countries";
        found.problem(Problem::new("country", message).at(Field::Country));
    }
    let parts = [Field::Street, Field::City, Field::State, Field::PostalCode];
    if site.unparsed.is_some() && parts.iter().any(|part| !part.has(lead)) {
        let message = "NTherm takes street, city, state and ZIP code apart; split the one-line `address` into them";
        found.problem(Problem::new("address_unparsed", message).at(Field::UnparsedAddress));
    }
    if site.street.is_none() && site.unit.is_some() {
        found.left_over(Field::Unit);
    }
    WireAddress::of(site, Field::PostalCode, found)
}

/// Maps the mailing address; none where the lead has none. One outside the United States goes to `extra_data` as a whole.
pub(crate) fn mailing<'a>(lead: &'a Lead, found: &mut Findings) -> Option<WireAddress<'a>> {
    let mailing = &lead.mailing;
    if *mailing == Address::default() {
        return None;
    }
    if mailing.country() != Country::US || !mailing.is_consistent() {
        let message = "the mailing address lies outside the United States; it stands in `extra_data` only";
        found.warn(Warning::new("mailing_country", message).at(Field::MailingCountry));
        let parts = [
            Field::MailingStreet,
            Field::MailingUnit,
            Field::MailingCity,
            Field::MailingState,
            Field::MailingPostalCode,
        ];
        for part in parts.into_iter().filter(|part| part.has(lead)) {
            found.left_over(part);
        }
        return Some(WireAddress::default());
    }
    if mailing.street.is_none() && mailing.unit.is_some() {
        found.left_over(Field::MailingUnit);
    }
    Some(WireAddress::of(mailing, Field::MailingPostalCode, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::LeadBuilder;

    /// The mailing address, if there is one, and what was found.
    fn mapped(lead: LeadBuilder) -> (Option<[Option<String>; 4]>, Findings) {
        let lead = lead.id("1").build().unwrap();
        let mut found = Findings::default();
        site(&lead, &mut found);
        let mailing = mailing(&lead, &mut found);
        let parts = mailing.map(|mailing| {
            let parts = [mailing.street.as_deref(), mailing.city, mailing.state, mailing.zip];
            parts.map(|part| part.map(str::to_owned))
        });
        (parts, found)
    }

    /// The fields of the mapping table that go to `extra_data`.
    fn extra(found: &Findings) -> Vec<Field> {
        let lead = Lead::builder().id("1").build().unwrap();
        found.note(&lead, lead.fields()).iter().collect()
    }

    fn texan() -> LeadBuilder {
        Lead::builder()
            .street("1 Elm St")
            .city("Austin")
            .state("TX")
            .postal_code("78704")
    }

    fn codes(found: &Findings) -> Vec<&str> {
        let problems = found.problems().iter().map(|problem| &*problem.code);
        problems
            .chain(found.warnings().iter().map(|warning| &*warning.code))
            .collect()
    }

    #[test]
    fn of_a_mailing_address_only_what_is_known_is_sent() {
        assert_eq!(mapped(texan()).0, None);
        let partial = mapped(texan().mailing_city("Waco")).0;
        assert_eq!(partial, Some([None, Some("Waco".into()), None, None]));
    }

    #[test]
    fn a_mailing_address_abroad_is_carried_in_extra_data() {
        let (parts, found) = mapped(texan().mailing_street("5 King St").mailing_state("CA-ON"));
        assert_eq!(parts, Some([const { None }; 4]));
        assert_eq!(codes(&found), ["mailing_country"]);
        assert_eq!(extra(&found), [Field::MailingStreet, Field::MailingState]);
    }

    #[test]
    fn a_plus_four_is_kept_beside_the_five_digits() {
        let lead = texan().postal_code("78704-6789").mailing_postal_code("78705-0001");
        let (parts, found) = mapped(lead);
        assert_eq!(parts.unwrap()[3].as_deref(), Some("78705"));
        assert_eq!(codes(&found), ["postal_code_shortened", "postal_code_shortened"]);
        assert_eq!(extra(&found), [Field::PostalCode, Field::MailingPostalCode]);
    }

    #[test]
    fn what_is_wrong_with_the_site_is_named() {
        let canadian = Lead::builder().state("CA-ON").postal_code("CA-K1A 0B1").country("CA");
        assert_eq!(
            codes(&mapped(canadian).1),
            ["state_country", "postal_code_country", "country"]
        );
        assert_eq!(
            codes(&mapped(Lead::builder().address("1 Elm St, Austin")).1),
            ["address_unparsed"]
        );
        assert!(codes(&mapped(texan().address("1 Elm St, Austin")).1).is_empty());
    }
}
