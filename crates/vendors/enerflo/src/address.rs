//! The site address: its parts where they are complete and of the form that Enerflo takes, else one line, which it
//! geocodes itself.

use std::borrow::Cow;

use leadsink_core::value::{Country, PostalCode, State, Text};
use leadsink_core::{Address, Field, Findings, Lead, Warning};

use crate::tail::{Told, ends_with, holds, is_between};

/// What is said of a code that is longer than the five digits of `zip`.
const SHORTENED: &str = "Enerflo takes five digits; the whole ZIP code stands in the note";

/// The site as Enerflo takes it: the line, or the parts, never both.
#[derive(Default)]
pub(crate) struct WireAddress<'a> {
    pub(crate) line: Option<Cow<'a, str>>,
    pub(crate) street: Option<Cow<'a, str>>,
    pub(crate) city: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) zip: Option<&'a str>,
}

/// Maps the site. Two-letter states and five-digit codes are those of the United States, so another country's address goes
/// in one line, with the country's name.
pub(crate) fn site<'a>(lead: &'a Lead, found: &mut Findings) -> WireAddress<'a> {
    let site = &lead.site;
    let is_american = site.country() == Country::US && site.is_consistent();
    if site.street.is_none() && site.unit.is_some() {
        found.left_over(Field::Unit);
    }
    if let (true, Some(street), Some(city), Some(state)) = (is_american, site.street_line(), &site.city, &site.state) {
        if site
            .unparsed
            .as_ref()
            .is_some_and(|line| !says_the_same(line, &composed(site)))
        {
            found.left_over(Field::UnparsedAddress);
        }
        return WireAddress {
            line: None,
            street: Some(street),
            city: Some(city.as_str()),
            state: Some(state.code()),
            zip: found.zip5(site, Field::PostalCode, SHORTENED),
        };
    }
    let country = country_name(site, found);
    let mut line = match &site.unparsed {
        Some(line) => completed(line, site, found),
        None => Cow::Owned(composed(site)),
    };
    if let Some(country) = country.filter(|_| !line.is_empty())
        && !ends_with(&line, country)
    {
        line = format!("{line}, {country}").into();
    }
    WireAddress {
        line: Some(line).filter(|line| !line.is_empty()),
        ..WireAddress::default()
    }
}

/// Street and unit, city, state and postal code, as far as they are known.
fn composed(site: &Address) -> String {
    let region = region(site.state.as_ref(), site.postal_code.as_ref());
    let pieces = [
        site.street_line(),
        site.city.as_ref().map(|city| city.as_str().into()),
        region.map(Cow::Owned),
    ];
    pieces.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn region(state: Option<&State>, code: Option<&PostalCode>) -> Option<String> {
    let parts = [state.map(State::code), code.map(PostalCode::code)];
    let known: Vec<_> = parts.into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join(" "))
}

/// A line that was given, with city, state and postal code behind it where it lacks them. A street that it does not hold may
/// be the same in other words, so that goes to the note.
fn completed<'a>(line: &'a Text, site: &Address, found: &mut Findings) -> Cow<'a, str> {
    let line = line.as_str();
    let lacks = |part: &str| !holds(line, part);
    if site.street.as_ref().is_some_and(|street| lacks(street.as_str())) {
        found.left_over(Field::Street);
    }
    if site.street.is_some() && site.unit.as_ref().is_some_and(|unit| lacks(unit.as_str())) {
        found.left_over(Field::Unit);
    }
    let told = Told::by(line, site);
    let city = site.city.as_ref().filter(|_| !told.city);
    let state = site.state.as_ref().filter(|_| !told.state);
    let code = site.postal_code.as_ref().filter(|_| !told.code);
    if let (Some(code), true) = (&site.postal_code, told.code)
        && lacks(code.code())
    {
        found.carry_too(Field::PostalCode);
    }
    let region = region(state, code);
    let more = [city.map(Text::as_str), region.as_deref()];
    more.into_iter()
        .flatten()
        .fold(Cow::Borrowed(line), |line, part| format!("{line}, {part}").into())
}

/// The name of a country other than the United States. There is no field for it, and a code would be read as a state; one
/// without a name here goes to the note.
fn country_name(site: &Address, found: &mut Findings) -> Option<&'static str> {
    let country = site.country();
    let name = match spelt_out(country.as_str()) {
        Some(name) => name,
        None if country.as_str() == "US" => return None,
        None => {
            let message = "Enerflo has no field for a country, and looks for the address by its one line alone; the \
                           country stands in the note";
            // A state or postal code knows its country, and the note shows it: `DE-10115`.
            let fields = [
                (Field::Country, site.country.is_some()),
                (Field::State, site.state.is_some()),
                (Field::PostalCode, site.postal_code.is_some()),
            ];
            let mut at = Field::Country;
            for (field, _) in fields.into_iter().rev().filter(|(_, is_there)| *is_there) {
                found.carry_too(field);
                at = field;
            }
            found.warn(Warning::new("country", message).at(at));
            return None;
        }
    };
    Some(name)
}

/// The countries whose names are known here.
pub(crate) fn spelt_out(country: &str) -> Option<&'static str> {
    Some(match country {
        "AU" => "Australia",
        "CA" => "Canada",
        "GB" => "United Kingdom",
        "MX" => "Mexico",
        _ => return None,
    })
}

fn says_the_same(line: &Text, other: &str) -> bool {
    let letters = |text: &str| text.to_lowercase().split(is_between).collect::<String>();
    letters(line.as_str()) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::LeadBuilder;

    /// What is sent, in the order line, street, city, state, zip, and the fields in the note.
    fn mapped(build: fn(LeadBuilder) -> LeadBuilder) -> (String, Vec<Field>, usize) {
        let lead = build(Lead::builder().id("1")).build().unwrap();
        let mut found = Findings::default();
        let site = site(&lead, &mut found);
        let parts = [
            site.line.as_deref(),
            site.street.as_deref(),
            site.city,
            site.state,
            site.zip,
        ];
        let sent = parts.map(|part| part.unwrap_or("-")).join("|");
        let note = found.note(&lead, lead.fields()).iter().collect();
        (sent, note, found.warnings().len())
    }

    fn elm(lead: LeadBuilder) -> LeadBuilder {
        lead.street("1 Elm St").city("Austin").state("TX")
    }

    #[test]
    fn parts_go_apart_where_they_are_complete_else_in_one_line() {
        use Field::{Country, PostalCode, State, Street, Unit, UnparsedAddress};
        type Row = (fn(LeadBuilder) -> LeadBuilder, &'static str, &'static [Field], usize);
        let table: [Row; 20] = [
            (|lead| lead, "-|-|-|-|-", &[], 0),
            (elm, "-|1 Elm St|Austin|TX|-", &[], 0),
            (
                |lead| elm(lead).unit("Apt 3").postal_code("01234"),
                "-|1 Elm St Apt 3|Austin|TX|01234",
                &[],
                0,
            ),
            (
                |lead| elm(lead).postal_code("78704-6789"),
                "-|1 Elm St|Austin|TX|78704",
                &[PostalCode],
                1,
            ),
            (
                |lead| elm(lead).address("1 ELM ST, Austin TX"),
                "-|1 Elm St|Austin|TX|-",
                &[],
                0,
            ),
            (
                |lead| elm(lead).address("9 Oak St, Waco"),
                "-|1 Elm St|Austin|TX|-",
                &[UnparsedAddress],
                0,
            ),
            (
                |lead| lead.street("1 Elm St").state("TX"),
                "1 Elm St, TX|-|-|-|-",
                &[],
                0,
            ),
            (|lead| lead.postal_code("78704-6789"), "78704-6789|-|-|-|-", &[], 0),
            (
                |lead| lead.city("Austin").postal_code("78704"),
                "Austin, 78704|-|-|-|-",
                &[],
                0,
            ),
            (
                |lead| lead.city("Austin").state("TX").unit("Apt 3"),
                "Austin, TX|-|-|-|-",
                &[Unit],
                0,
            ),
            (
                |lead| lead.address("1 Elm St, Austin"),
                "1 Elm St, Austin|-|-|-|-",
                &[],
                0,
            ),
            (
                |lead| {
                    lead.address("1 Elm St, Austin")
                        .city("austin")
                        .state("TX")
                        .postal_code("78704")
                },
                "1 Elm St, Austin, TX 78704|-|-|-|-",
                &[],
                0,
            ),
            (
                |lead| {
                    lead.address("1 Elm St, Austin, TX 78704")
                        .state("TX")
                        .postal_code("78704-6789")
                },
                "1 Elm St, Austin, TX 78704|-|-|-|-",
                &[PostalCode],
                0,
            ),
            (
                |lead| lead.address("1 Elm Street, Austin").street("1 Elm St").unit("Apt 3"),
                "1 Elm Street, Austin|-|-|-|-",
                &[Street, Unit],
                0,
            ),
            (
                |lead| {
                    lead.street("5 King St")
                        .city("Toronto")
                        .state("CA-ON")
                        .postal_code("CA-K1A 0B1")
                },
                "5 King St, Toronto, ON K1A 0B1, Canada|-|-|-|-",
                &[],
                0,
            ),
            (
                |lead| lead.address("5 King St, Toronto, Canada").country("CA"),
                "5 King St, Toronto, Canada|-|-|-|-",
                &[],
                0,
            ),
            (
                |lead| lead.street("1 High St").country("GB"),
                "1 High St, United Kingdom|-|-|-|-",
                &[],
                0,
            ),
            (
                |lead| lead.city("Berlin").country("DE"),
                "Berlin|-|-|-|-",
                &[Country],
                1,
            ),
            (
                |lead| lead.city("Berlin").postal_code("DE-10115"),
                "Berlin, 10115|-|-|-|-",
                &[PostalCode],
                1,
            ),
            (|lead| lead.state("DE-Bayern"), "Bayern|-|-|-|-", &[State], 1),
        ];
        for (row, (build, sent, note, warnings)) in table.into_iter().enumerate() {
            assert_eq!(mapped(build), (sent.to_owned(), note.to_vec(), warnings), "{row}");
        }
    }

    #[test]
    fn a_word_in_the_street_is_no_city_state_or_zip() {
        let line = |text: &str, city: &str, state: &str, zip: &str| {
            let mut lead = Lead::builder().id("1").address(text).city(city).state(state);
            if !zip.is_empty() {
                lead = lead.postal_code(zip);
            }
            let lead = lead.build().unwrap();
            let mut found = Findings::default();
            site(&lead, &mut found).line.unwrap().into_owned()
        };
        for (text, city, state, zip, wanted) in [
            ("12 Oak Ct", "Hartford", "CT", "", "12 Oak Ct, Hartford, CT"),
            (
                "9 Austin Ave",
                "Austin",
                "TX",
                "78701",
                "9 Austin Ave, Austin, TX 78701",
            ),
            (
                "1 Elm St, Provo UT 84601",
                "Provo",
                "UT",
                "",
                "1 Elm St, Provo UT 84601",
            ),
            (
                "1 Elm St, Provo, UT 84601-1234, USA",
                "Provo",
                "UT",
                "84601",
                "1 Elm St, Provo, UT 84601-1234, USA",
            ),
        ] {
            assert_eq!(line(text, city, state, zip), wanted);
        }
    }
}
