//! The two addresses of a lead. NTherm reads two-letter states and five-digit ZIP codes, so both lie in the United States.

use std::borrow::Cow;

use leadsink_core::value::{Country, PostalCode, State};
use leadsink_core::{Address, Field, Lead, Problem, Warning};

use crate::mapping::Findings;

/// An address as NTherm takes it.
#[derive(Clone, Default)]
pub(crate) struct WireAddress<'a> {
    pub(crate) street: Option<Cow<'a, str>>,
    pub(crate) city: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) zip: Option<&'a str>,
}

impl<'a> WireAddress<'a> {
    fn of(address: &'a Address) -> Self {
        Self {
            street: address.street_line(),
            city: address.city.as_ref().map(|city| city.as_str()),
            state: address.state.as_ref().map(State::code),
            zip: address.postal_code.as_ref().and_then(PostalCode::zip5),
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
    keep_plus_four(site, Field::PostalCode, found);
    WireAddress::of(site)
}

/// Maps the mailing address. One outside the United States goes to `extra_data` as a whole. The site address stands in
/// for one that is missing altogether, if the account says so.
pub(crate) fn mailing<'a>(
    lead: &'a Lead,
    same_as_site: bool,
    site: &WireAddress<'a>,
    found: &mut Findings,
) -> WireAddress<'a> {
    let mailing = &lead.mailing;
    if *mailing == Address::default() {
        return if same_as_site {
            site.clone()
        } else {
            WireAddress::default()
        };
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
        return WireAddress::default();
    }
    if mailing.street.is_none() && mailing.unit.is_some() {
        found.left_over(Field::MailingUnit);
    }
    keep_plus_four(mailing, Field::MailingPostalCode, found);
    WireAddress::of(mailing)
}

/// Puts a code that is longer than the five digits of `zip` into `extra_data` as well.
fn keep_plus_four(address: &Address, field: Field, found: &mut Findings) {
    if let Some(code) = &address.postal_code
        && code.zip5().is_some_and(|zip| zip.len() < code.code().len())
    {
        let message = "NTherm takes five digits; the whole ZIP code stands in `extra_data`";
        found.warn(Warning::new("postal_code_shortened", message).at(field));
        found.carry_too(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::{FieldSet, LeadBuilder};

    fn mapped(lead: LeadBuilder, same_as_site: bool) -> ([Option<String>; 4], Findings) {
        let lead = lead.id("1").build().unwrap();
        let mut found = Findings::default();
        let site = site(&lead, &mut found);
        let mailing = mailing(&lead, same_as_site, &site, &mut found);
        let text = |text: Option<&str>| text.map(str::to_owned);
        let parts = [
            text(mailing.street.as_deref()),
            text(mailing.city),
            text(mailing.state),
            text(mailing.zip),
        ];
        (parts, found)
    }

    fn texan() -> LeadBuilder {
        Lead::builder()
            .street("1 Elm St")
            .city("Austin")
            .state("TX")
            .postal_code("78704")
    }

    fn codes(found: &Findings) -> Vec<&str> {
        let problems = found.problems.iter().map(|problem| &*problem.code);
        problems
            .chain(found.warnings.iter().map(|warning| &*warning.code))
            .collect()
    }

    #[test]
    fn a_mailing_address_equals_the_site_only_where_config_says_so() {
        assert_eq!(mapped(texan(), false).0, [const { None }; 4]);
        let site = ["1 Elm St", "Austin", "TX", "78704"].map(|part| Some(part.to_owned()));
        assert_eq!(mapped(texan(), true).0, site);
        // What is known of the real one is never mixed with the site.
        let partial = mapped(texan().mailing_city("Waco"), true).0;
        assert_eq!(partial, [None, Some("Waco".into()), None, None]);
    }

    #[test]
    fn a_mailing_address_abroad_is_carried_in_extra_data() {
        let (parts, found) = mapped(texan().mailing_street("5 King St").mailing_state("CA-ON"), true);
        assert_eq!(parts, [const { None }; 4]);
        assert_eq!(codes(&found), ["mailing_country"]);
        assert_eq!(
            found.extra,
            FieldSet::EMPTY.with(Field::MailingStreet).with(Field::MailingState)
        );
    }

    #[test]
    fn a_plus_four_is_kept_beside_the_five_digits() {
        let lead = texan().postal_code("78704-6789").mailing_postal_code("78705-0001");
        let (parts, found) = mapped(lead, false);
        assert_eq!(parts[3].as_deref(), Some("78705"));
        assert_eq!(codes(&found), ["postal_code_shortened", "postal_code_shortened"]);
        assert!(found.extra.contains(Field::PostalCode) && found.extra.contains(Field::MailingPostalCode));
        assert!(found.unmapped.is_empty());
    }

    #[test]
    fn what_is_wrong_with_the_site_is_named() {
        let canadian = Lead::builder().state("CA-ON").postal_code("CA-K1A 0B1").country("CA");
        assert_eq!(
            codes(&mapped(canadian, false).1),
            ["state_country", "postal_code_country", "country"]
        );
        assert_eq!(
            codes(&mapped(Lead::builder().address("1 Elm St, Austin"), false).1),
            ["address_unparsed"]
        );
        assert!(codes(&mapped(texan().address("1 Elm St, Austin"), false).1).is_empty());
    }
}
