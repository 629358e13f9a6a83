//! Names of cities.

use leadsink_core::value::Text;

use super::absent::is_absent;
use super::clean::tidy;
use super::{BadValue, Hints, Parsed, state};

/// Reads the name of a city, without the comma or the state left behind it: `Austin, TX` is Austin.
///
/// # Errors
/// When it holds no letter.
pub fn parse(text: &str) -> Parsed<Text> {
    if is_absent(text) {
        return Ok(None);
    }
    let tidied = tidy(text);
    // Of letters and spaces nothing is taken off.
    if !tidied.is_empty() && tidied.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ') {
        return Ok(Text::new(&*tidied).ok());
    }
    let mut city = tidied.trim_matches([',', ';', ' ']);
    if let Some((before, behind)) = city.rsplit_once(',')
        && matches!(state::parse(behind, &Hints::default()), Ok(Some(_)))
    {
        city = before.trim_end();
    }
    if !city.chars().any(char::is_alphabetic) {
        return Err(BadValue::new("city_invalid", "the city holds no letter; give its name"));
    }
    Ok(Text::new(city).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities_are_tidied() {
        for (input, wanted) in [
            (" Panama  City Beach ", "Panama City Beach"),
            ("Austin, TX", "Austin"),
            ("Austin,", "Austin"),
            ("Washington D.C.", "Washington D.C."),
            ("St. Louis", "St. Louis"),
        ] {
            assert_eq!(parse(input).unwrap().unwrap().as_str(), wanted);
        }
        assert_eq!(parse("null"), Ok(None));
        assert_eq!(parse("12345").unwrap_err().code, "city_invalid");
    }
}
