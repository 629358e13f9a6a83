//! States, provinces and territories of the US, Canada and Australia.

mod table;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use leadsink_core::value::{Country, PostalCode, State};

use super::absent::is_absent;
use super::clean::{key, tidy};
use super::{BadValue, Hints, Parsed, country};

const UNKNOWN: BadValue = BadValue::new(
    "state_unknown",
    "there is no such state, province or territory; use its postal code, such as `CA`, or its full name",
);

/// Countries of their own by ISO 3166 whose people write a US state and ZIP code.
const US_BY_POST: &[&str] = &["AS", "FM", "GU", "MH", "MP", "PR", "PW", "UM", "VI"];

/// The country by whose rules an address is read: the United States for its territories.
pub(super) fn postal_country(country: Country) -> Country {
    if US_BY_POST.contains(&country.as_str()) {
        Country::US
    } else {
        country
    }
}

/// Reads a code, a name or a common abbreviation. What several countries have (`WA`) goes to the hinted country, else
/// to the US, Canada and Australia in this order. Of countries other than these three any text is a state.
///
/// # Errors
/// When the country has no such state.
pub fn parse(text: &str, hints: &Hints) -> Parsed<State> {
    if is_absent(text) {
        return Ok(None);
    }
    let tidied = tidy(text);
    let found = match hints.country.map(postal_country) {
        Some(country @ (Country::US | Country::CA | Country::AU)) => find(&tidied, &[country]),
        Some(country) => State::new(country, &*tidied).ok(),
        None => find(&tidied, &[Country::US, Country::CA, Country::AU]),
    };
    found.map(Some).ok_or(UNKNOWN)
}

fn find(text: &str, countries: &[Country]) -> Option<State> {
    if let Some(state) = by_words(text, countries) {
        return Some(state);
    }
    if let Some(bare) = without_postal_code(text) {
        return find(bare, countries);
    }
    // `TX Texas`, `New York NY`.
    let twice = |(left, right)| same(left, right, countries);
    if let Some(state) = text
        .split_once(' ')
        .and_then(twice)
        .or_else(|| text.rsplit_once(' ').and_then(twice))
    {
        return Some(state);
    }
    // `CA - California`, `California (CA)`, `US-CA`, `Texas, USA`.
    let (left, right) = text.split_once(['-', '–', '—', '(', ',', '/', ':'])?;
    let right = right.trim_end_matches(')');
    if let Some(state) = same(left, right, countries) {
        return Some(state);
    }
    let within = |place: &str, text: &str| {
        let country = country::parse(place).ok()??;
        countries.contains(&country).then(|| by_words(text, &[country]))?
    };
    within(left, right)
        .or_else(|| within(right, left))
        .or_else(|| behind_city(text, countries))
}

/// The state that both texts name.
fn same(left: &str, right: &str, countries: &[Country]) -> Option<State> {
    by_words(left, countries).filter(|state| by_words(right, countries).as_ref() == Some(state))
}

/// The state behind a city: `Austin, TX`.
fn behind_city(text: &str, countries: &[Country]) -> Option<State> {
    let (city, code) = text.rsplit_once(',')?;
    let code = code.trim();
    let is_city = city
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '\'' | '-'))
        && by_words(city, countries).is_none();
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    (is_city && is_code).then(|| by_words(code, countries))?
}

/// What stands before a postal code: `TX` of `TX 78704` or `TX, 78704-1234`, `ON` of `ON K1A 0B1`.
fn without_postal_code(text: &str) -> Option<&str> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (before, code) = text.split_at(at);
    let is_zip = code.len() == 5 || matches!(code.as_bytes().get(5), Some(b'-')) && code.len() == 10;
    let bare = if is_zip && code.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        before.strip_suffix([' ', ',', '-'])?
    } else {
        let start = text
            .rfind([' ', ','])
            .and_then(|inward| text[..inward].rfind([' ', ',']))?;
        PostalCode::new(Country::CA, text[start + 1..].to_ascii_uppercase()).ok()?;
        &text[..start]
    };
    let bare = bare.trim_end_matches([' ', ',', '-']);
    (!bare.is_empty()).then_some(bare)
}

fn by_words(text: &str, countries: &[Country]) -> Option<State> {
    let text = text.trim();
    if let [b'A'..=b'Z', b'A'..=b'Z'] = text.as_bytes()
        && let Some(state) = countries.iter().find_map(|country| State::new(*country, text).ok())
    {
        return Some(state);
    }
    let key = key(text);
    let by_code = |code: &str| countries.iter().find_map(|country| State::new(*country, code).ok());
    // Of these countries no code is longer.
    let code = Some(&key).filter(|key| key.len() <= 3);
    code.and_then(|code| by_code(&code.to_ascii_uppercase()))
        .or_else(|| countries.iter().find_map(|country| by_name(&key, *country)))
        .or_else(|| {
            let bare = without_country(&key);
            (bare != key).then(|| by_words(&bare, countries))?
        })
}

fn by_name(key: &str, country: Country) -> Option<State> {
    static CODES: LazyLock<HashMap<(Country, &str), &str>> = LazyLock::new(|| {
        let mut codes = HashMap::new();
        for (country, table) in [
            (Country::US, table::US),
            (Country::CA, table::CANADA),
            (Country::AU, table::AUSTRALIA),
        ] {
            for (code, names) in table {
                for name in names.split('|') {
                    codes.entry((country, name)).or_insert(*code);
                }
            }
        }
        codes
    });
    State::new(country, *CODES.get(&(country, key))?).ok()
}

/// Takes `state of` and a trailing country away.
fn without_country(key: &str) -> Cow<'_, str> {
    let bare = key
        .strip_prefix("state of ")
        .or_else(|| key.strip_prefix("province of "))
        .unwrap_or(key);
    let bare = [" usa", " us", " united states", " canada", " australia", " state"]
        .iter()
        .find_map(|country| bare.strip_suffix(country))
        .unwrap_or(bare);
    Cow::Borrowed(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::value::Leaf as _;

    fn read(text: &str, country: Option<Country>) -> String {
        match parse(text, &Hints::default().with_country(country)) {
            Ok(Some(state)) => state.text().into_owned(),
            Ok(None) => "absent".to_owned(),
            Err(bad) => bad.code.to_owned(),
        }
    }

    #[test]
    fn codes_names_and_abbreviations_are_known() {
        for (input, wanted) in [
            (" California ", "CA"),
            ("california", "CA"),
            ("ca", "CA"),
            ("Calif.", "CA"),
            ("NEW  YORK", "NY"),
            ("N.Y.", "NY"),
            ("n. y.", "NY"),
            ("New York State", "NY"),
            ("Mass", "MA"),
            ("Wash.", "WA"),
            ("Washington", "WA"),
            ("Washington, D.C.", "DC"),
            ("District of Columbia", "DC"),
            ("D.C.", "DC"),
            ("Puerto Rico", "PR"),
            ("U.S. Virgin Islands", "VI"),
            ("US Virgin Islands", "VI"),
            ("Virgin Islands, U.S.", "VI"),
            ("Guam", "GU"),
            ("American Samoa", "AS"),
            ("Northern Mariana Islands", "MP"),
            ("AE", "AE"),
            ("AP", "AP"),
            ("AA", "AA"),
            ("Armed Forces Pacific", "AP"),
            ("N. Carolina", "NC"),
            ("W. Va.", "WV"),
            ("CA - California", "CA"),
            ("California (CA)", "CA"),
            ("US-CA", "CA"),
            ("TX, USA", "TX"),
            ("Texas United States", "TX"),
            ("State of Texas", "TX"),
            ("Yukon", "CA-YT"),
            ("Ontario", "CA-ON"),
            ("ON", "CA-ON"),
            ("PQ", "CA-QC"),
            ("pq", "CA-QC"),
            ("NF", "CA-NL"),
            ("TX 78704", "TX"),
            ("TX, 78704-1234", "TX"),
            ("Texas 78704", "TX"),
            ("TX-78704", "TX"),
            ("ON K1A 0B1", "CA-ON"),
            ("TX Texas", "TX"),
            ("Texas TX", "TX"),
            ("New York NY", "NY"),
            ("New York, NY", "NY"),
            ("Austin, TX", "TX"),
            ("Austin, TX 78704", "TX"),
            ("\"TX\"", "TX"),
            ("CA-ON", "CA-ON"),
            ("Québec", "CA-QC"),
            ("Colombie-Britannique", "CA-BC"),
            ("Newfoundland & Labrador", "CA-NL"),
            ("P.E.I.", "CA-PE"),
            ("New South Wales", "AU-NSW"),
            ("nsw", "AU-NSW"),
            ("Vic.", "AU-VIC"),
            ("n/a", "absent"),
            ("", "absent"),
        ] {
            assert_eq!(read(input, None), wanted, "{input}");
        }
    }

    #[test]
    fn the_country_decides_what_several_have() {
        assert_eq!(read("WA", None), "WA");
        assert_eq!(read("WA", Some(Country::AU)), "AU-WA");
        assert_eq!(read("NT", Some(Country::CA)), "CA-NT");
        assert_eq!(read("NT", Some(Country::AU)), "AU-NT");
        assert_eq!(read("Northern Territory", None), "AU-NT");
        assert_eq!(read("PR", Some(Country::new("PR").unwrap())), "PR");
        assert_eq!(read("Bayern", Some(Country::new("DE").unwrap())), "DE-Bayern");
        assert_eq!(read("Ontario", Some(Country::US)), "state_unknown");
    }

    #[test]
    fn what_no_country_has_is_refused() {
        for bad in [
            "XX",
            "ZZ",
            "12",
            "Californication",
            "Paris",
            "CA - Texas",
            "CA Texas",
            "Austin TX 1",
            "Paris, France",
            "78704",
            "Winston-Salem",
            "USA",
        ] {
            assert_eq!(read(bad, None), "state_unknown", "{bad}");
        }
    }
}
