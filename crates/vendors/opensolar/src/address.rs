//! The site: the place that a project is about. Addresses of any country are normal.

use std::borrow::Cow;

use leadsink_core::value::{Leaf as _, PostalCode, State, Text};
use leadsink_core::{Address, Field, Findings, Lead};

/// The site as OpenSolar takes it.
#[derive(Default)]
pub(crate) struct Site<'a> {
    pub(crate) lat: Option<Cow<'a, str>>,
    pub(crate) lon: Option<Cow<'a, str>>,
    pub(crate) address: Option<Cow<'a, str>>,
    pub(crate) locality: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) country_iso2: Option<Cow<'a, str>>,
    pub(crate) zip: Option<&'a str>,
}

/// Maps the site; what has no place goes to the note.
pub(crate) fn site<'a>(lead: &'a Lead, found: &mut Findings) -> Site<'a> {
    let site = &lead.site;
    let coordinates = match (&site.latitude, &site.longitude) {
        (Some(lat), Some(lon)) => (Some(lat.text()), Some(lon.text())),
        // One alone is no place.
        (lat, lon) => {
            for (field, is_there) in [(Field::Latitude, lat.is_some()), (Field::Longitude, lon.is_some())] {
                if is_there {
                    found.left_over(field);
                }
            }
            (None, None)
        }
    };
    Site {
        lat: coordinates.0,
        lon: coordinates.1,
        address: line(site, found),
        locality: site.city.as_ref().map(Text::as_str),
        state: site.state.as_ref().map(State::code),
        // A country that nobody named is not made up: the organisation has one of its own.
        country_iso2: site
            .country
            .or_else(|| site.state.as_ref().map(State::country))
            .or_else(|| site.postal_code.as_ref().map(PostalCode::country))
            .map(|country| country.as_str().to_owned().into()),
        zip: site.postal_code.as_ref().map(PostalCode::code),
    }
}

/// Whether one coordinate is all that there is.
pub(crate) fn is_half_a_place(site: &Address) -> bool {
    let has_place =
        site.street.is_some() || site.unparsed.is_some() || site.city.is_some() || site.postal_code.is_some();
    !has_place && site.latitude.is_some() && site.longitude.is_none()
}

/// Street and unit, else the line as it was given.
fn line<'a>(site: &'a Address, found: &mut Findings) -> Option<Cow<'a, str>> {
    let Some(street) = site.street_line() else {
        if site.unit.is_some() {
            found.left_over(Field::Unit);
        }
        return site.unparsed.as_ref().map(|line| line.as_str().into());
    };
    if site
        .unparsed
        .as_ref()
        .is_some_and(|line| !says_the_same(line, &street, site))
    {
        found.left_over(Field::UnparsedAddress);
    }
    Some(street)
}

/// Whether a line says no more than the parts, whatever the punctuation.
fn says_the_same(line: &Text, street: &str, site: &Address) -> bool {
    let parts = [
        Some(street),
        site.city.as_ref().map(Text::as_str),
        site.state.as_ref().map(State::code),
        site.postal_code.as_ref().map(PostalCode::code),
    ];
    letters(line.as_str()) == parts.into_iter().flatten().map(letters).collect::<String>()
}

/// The letters and digits of a text, in lower case: what is compared of an address.
pub(crate) fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::LeadBuilder;

    /// What is sent, in the order lat, lon, address, locality, state, country, zip, and the fields in the note.
    fn mapped(build: fn(LeadBuilder) -> LeadBuilder) -> (String, Vec<Field>) {
        let lead = build(Lead::builder().id("1")).build().unwrap();
        let mut found = Findings::default();
        let site = site(&lead, &mut found);
        let parts = [
            site.lat.as_deref(),
            site.lon.as_deref(),
            site.address.as_deref(),
            site.locality,
            site.state,
            site.country_iso2.as_deref(),
            site.zip,
        ];
        let sent = parts.map(|part| part.unwrap_or("-")).join("|");
        (sent, found.note(&lead, lead.fields()).iter().collect())
    }

    #[test]
    fn addresses_of_any_country_go_in_parts() {
        use Field::{Latitude, Unit, UnparsedAddress};
        type Row = (fn(LeadBuilder) -> LeadBuilder, &'static str, &'static [Field]);
        let table: [Row; 10] = [
            (|lead| lead, "-|-|-|-|-|-|-", &[]),
            (
                |lead| {
                    lead.street("123 Fake st")
                        .city("Fakesville")
                        .state("AU-NSW")
                        .postal_code("AU-2020")
                },
                "-|-|123 Fake st|Fakesville|NSW|AU|2020",
                &[],
            ),
            (
                |lead| {
                    lead.street("1 High St")
                        .city("Leeds")
                        .postal_code("GB-LS1 1UR")
                        .country("GB")
                },
                "-|-|1 High St|Leeds|-|GB|LS1 1UR",
                &[],
            ),
            (
                |lead| {
                    lead.street("1 Elm St")
                        .unit("Apt 3")
                        .state("TX")
                        .postal_code("78704-6789")
                },
                "-|-|1 Elm St Apt 3|-|TX|US|78704-6789",
                &[],
            ),
            // Nobody said which country.
            (
                |lead| lead.street("1 Elm St").city("Perth"),
                "-|-|1 Elm St|Perth|-|-|-",
                &[],
            ),
            (
                |lead| lead.latitude("35.12364").longitude("128.23216"),
                "35.12364|128.23216|-|-|-|-|-",
                &[],
            ),
            (|lead| lead.latitude("35.12364"), "-|-|-|-|-|-|-", &[Latitude]),
            (
                |lead| lead.address("1 Elm St, Austin").unit("Apt 3"),
                "-|-|1 Elm St, Austin|-|-|-|-",
                &[Unit],
            ),
            (
                |lead| {
                    lead.street("1 Elm St")
                        .city("Austin")
                        .state("TX")
                        .address("1 ELM ST, Austin TX")
                },
                "-|-|1 Elm St|Austin|TX|US|-",
                &[],
            ),
            (
                |lead| lead.street("1 Elm St").address("9 Oak St"),
                "-|-|1 Elm St|-|-|-|-",
                &[UnparsedAddress],
            ),
        ];
        for (row, (build, sent, note)) in table.into_iter().enumerate() {
            assert_eq!(mapped(build), (sent.to_owned(), note.to_vec()), "{row}");
        }
    }
}
