//! Countries by code and by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use leadsink_core::value::Country;

use super::absent::is_absent;
use super::clean::key;
use super::{BadValue, Parsed};

/// A line for each country of ISO 3166-1: the codes of two and three letters, then names apart by `|`, as `clean::key`
/// writes them.
const TABLE: &str = include_str!("country/table.tsv");

/// Reads an ISO 3166-1 code of two or three letters, or the English name or a common abbreviation.
///
/// # Errors
/// When there is no such country.
pub fn parse(text: &str) -> Parsed<Country> {
    if is_absent(text) {
        return Ok(None);
    }
    let found = one(text).or_else(|| twice(text));
    found.map(Some).ok_or(BadValue::new(
        "country_unknown",
        "there is no such country; use its code of two letters, such as `US`, or its English name",
    ))
}

fn one(text: &str) -> Option<Country> {
    let key = key(text);
    match key.as_bytes() {
        b"us" | b"usa" | b"united states" => Some(Country::US),
        [_, _] => Country::new(&key.to_ascii_uppercase()).ok().or_else(|| by_name(&key)),
        _ => by_name(&key),
    }
}

/// The country that two texts name: `United States (US)`, `US - United States`.
fn twice(text: &str) -> Option<Country> {
    let (left, right) = text
        .split_once(" - ")
        .or_else(|| text.split_once(['(', ',', '/', ':', '–']))?;
    let country = one(left)?;
    (one(right) == Some(country)).then_some(country)
}

fn by_name(key: &str) -> Option<Country> {
    static BY_NAME: LazyLock<HashMap<&str, Country>> = LazyLock::new(|| {
        let mut countries = HashMap::new();
        for line in TABLE.lines() {
            let mut columns = line.split('\t');
            let code = columns.next().and_then(|code| Country::new(code).ok());
            let names = columns.flat_map(|column| column.split('|'));
            countries.extend(
                code.into_iter()
                    .flat_map(|code| names.clone().map(move |name| (name, code))),
            );
        }
        countries
    });
    BY_NAME.get(key).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_code_and_name() {
        for (input, wanted) in [
            ("US", "US"),
            ("us", "US"),
            ("U.S.", "US"),
            ("USA", "US"),
            ("U.S.A.", "US"),
            ("United States", "US"),
            (" united  states of america ", "US"),
            ("The United States", "US"),
            ("UK", "GB"),
            ("GBR", "GB"),
            ("Great Britain", "GB"),
            ("CAN", "CA"),
            ("Canada", "CA"),
            ("AUS", "AU"),
            ("Australia", "AU"),
            ("México", "MX"),
            ("Puerto Rico", "PR"),
            ("Côte d'Ivoire", "CI"),
            ("South Korea", "KR"),
            ("Viet Nam", "VN"),
            ("Vietnam", "VN"),
            ("U.S. Virgin Islands", "VI"),
            ("United States (US)", "US"),
            ("US - United States", "US"),
            ("Canada (CA)", "CA"),
            ("États-Unis", "US"),
            ("EE. UU.", "US"),
            ("EE.UU.", "US"),
            ("Estados Unidos", "US"),
            ("Estados Unidos de América", "US"),
            ("Vereinigte Staaten", "US"),
            ("\"US\"", "US"),
            ("United States of America (USA)", "US"),
            ("Turkey", "TR"),
        ] {
            assert_eq!(parse(input).unwrap().unwrap().as_str(), wanted, "{input}");
        }
        assert_eq!(parse("N/A"), Ok(None));
        for bad in ["XX", "Atlantis", "XYZ", "1", "US - Canada", "Canada (US)"] {
            assert_eq!(parse(bad).unwrap_err().code, "country_unknown", "{bad}");
        }
    }

    #[test]
    fn every_line_has_known_codes_and_names_are_keys_of_one_country() {
        let names: Vec<_> = TABLE
            .lines()
            .flat_map(|line| line.split('\t').nth(2).unwrap().split('|'))
            .collect();
        for name in &names {
            assert_eq!(key(name), *name);
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
        assert_eq!(TABLE.lines().count(), 249);
        for line in TABLE.lines() {
            let code = line.split('\t').next().unwrap();
            assert!(Country::new(code).is_ok(), "{code}");
            assert_eq!(parse(line.split('\t').nth(1).unwrap()).unwrap().unwrap().as_str(), code);
        }
    }
}
