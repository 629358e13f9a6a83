//! Postal codes of the US, Canada, Australia and the United Kingdom, and plain ones of other countries.

use leadsink_core::value::{Country, PostalCode, State};

use super::clean::{is_absent, plain};
use super::state::postal_country;
use super::{BadValue, Hints, Parsed};

const LETTERS: BadValue = BadValue::new("zip_letters", "the ZIP code holds letters; give five digits");
const LENGTH: BadValue = BadValue::new(
    "zip_length",
    "the ZIP code has not five digits, nor nine with its extension",
);
const LOST_ZERO: BadValue = BadValue::new(
    "zip_length",
    "the ZIP code is too short: a spreadsheet took its leading zero; format the column as text, or give the state",
);
const MISMATCH: BadValue = BadValue::new(
    "zip_state_mismatch",
    "the ZIP code is too short, and with its leading zero restored it is not in the state; check both",
);
const INVALID: BadValue = BadValue::new("zip_invalid", "there is no such ZIP code; check it");
const OTHER: BadValue = BadValue::new(
    "postal_code_invalid",
    "the postal code has not the form of its country; check it and the country",
);

/// Reads a postal code. A ZIP code that a spreadsheet took the leading zero from is restored where the state agrees.
///
/// # Errors
/// When it has not the form of its country, or lost a zero that cannot be restored.
pub fn parse(text: &str, hints: &Hints) -> Parsed<PostalCode> {
    if is_absent(text) {
        return Ok(None);
    }
    let text = plain(text);
    let text = text
        .strip_prefix("z:")
        .or_else(|| text.strip_prefix("Z:"))
        .unwrap_or(&text)
        .trim();
    let text = text.strip_suffix(".0").filter(|whole| is_digits(whole)).unwrap_or(text);
    if text.is_empty() {
        return Ok(None);
    }
    let code = match hints.known_country().map(postal_country) {
        Some(Country::US) => us(text, hints.state.as_ref()),
        Some(Country::CA) => canadian(text).ok_or(OTHER),
        Some(Country::AU) => australian(text, hints.state.as_ref()).ok_or(OTHER),
        Some(Country::GB) => british(text).ok_or(OTHER),
        Some(country) => PostalCode::new(country, text.to_uppercase()).map_err(|_| OTHER),
        None => canadian(text)
            .or_else(|| british(text))
            .map_or_else(|| us(text, None), Ok),
    };
    code.map(Some)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn us(text: &str, state: Option<&State>) -> Result<PostalCode, BadValue> {
    if text.contains(char::is_alphabetic) {
        return Err(LETTERS);
    }
    let (zip, plus_four) = match text.split_once(['-', ' ']) {
        Some((zip, plus_four)) => (zip, plus_four.trim_matches(['-', ' '])),
        None if text.len() > 5 && is_digits(text) => text.split_at(text.len() - 4),
        None => (text, ""),
    };
    if !is_digits(zip) || !(plus_four.is_empty() || (is_digits(plus_four) && plus_four.len() == 4)) {
        return Err(LENGTH);
    }
    let zip = match zip.len() {
        5 => zip.to_owned(),
        3 | 4 => restore(zip, state)?,
        _ => return Err(LENGTH),
    };
    if zip.starts_with("000") {
        return Err(INVALID);
    }
    let code = if plus_four.is_empty() {
        zip
    } else {
        format!("{zip}-{plus_four}")
    };
    PostalCode::new(Country::US, code).map_err(|_| LENGTH)
}

/// Puts back the zeros that a spreadsheet took, where the state has ZIP codes that begin so.
fn restore(short: &str, state: Option<&State>) -> Result<String, BadValue> {
    let state = state.filter(|state| state.country() == Country::US).ok_or(LOST_ZERO)?;
    let zip = format!("{short:0>5}");
    let prefix = zip[..3].parse().unwrap_or(0);
    let agrees = zero_prefixes(state.code())
        .iter()
        .any(|&(low, high)| (low..=high).contains(&prefix));
    if agrees { Ok(zip) } else { Err(MISMATCH) }
}

/// The ranges of three-digit prefixes below 100 of a state, by USPS labelling list L002. Holtsville and Fishers Island
/// are in New York, two offices of the tax authority in Massachusetts.
fn zero_prefixes(state: &str) -> &'static [(u8, u8)] {
    match state {
        "AE" => &[(90, 99)],
        "CT" => &[(60, 69)],
        "MA" => &[(10, 27), (55, 55)],
        "ME" => &[(39, 49)],
        "NH" => &[(30, 38)],
        "NJ" => &[(70, 89)],
        "NY" => &[(5, 5), (63, 63)],
        "PR" => &[(6, 7), (9, 9)],
        "RI" => &[(28, 29)],
        "VI" => &[(8, 8)],
        "VT" => &[(50, 54), (56, 59)],
        _ => &[],
    }
}

/// The capital letters and digits, without spaces and hyphens.
fn packed(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, ' ' | '-'));
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

fn canadian(text: &str) -> Option<PostalCode> {
    let code = packed(text);
    let (area, unit) = code.split_at_checked(3).filter(|(_, unit)| unit.len() == 3)?;
    PostalCode::new(Country::CA, format!("{area} {unit}")).ok()
}

/// Codes of the Northern Territory lose their zero too.
fn australian(text: &str, state: Option<&State>) -> Option<PostalCode> {
    let code = packed(text);
    let lost_zero = code.len() == 3 && state.is_some_and(|state| matches!(state.code(), "NT" | "ACT"));
    PostalCode::new(Country::AU, if lost_zero { format!("0{code}") } else { code }).ok()
}

fn british(text: &str) -> Option<PostalCode> {
    let code = packed(text);
    let (outward, inward) = code.split_at_checked(code.len().checked_sub(3)?)?;
    let shape = |text: &str| -> String {
        let shape = text.bytes().map(|b| {
            if b.is_ascii_digit() {
                '9'
            } else if b.is_ascii_uppercase() {
                'A'
            } else {
                '?'
            }
        });
        shape.collect()
    };
    let good_outward = matches!(shape(outward).as_str(), "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A");
    if shape(inward) != "9AA" || !(good_outward || outward == "GIR") {
        return None;
    }
    PostalCode::new(Country::GB, format!("{outward} {inward}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::value::Leaf as _;

    fn read(text: &str, state: &str, country: &str) -> String {
        let hints = Hints::default()
            .with_state(State::from_text(state).ok())
            .with_country(Country::new(country).ok());
        match parse(text, &hints) {
            Ok(Some(code)) => code.text().into_owned(),
            Ok(None) => "absent".to_owned(),
            Err(bad) => bad.code.to_owned(),
        }
    }

    #[test]
    fn zip_codes_are_read_with_and_without_extension() {
        for (input, wanted) in [
            ("78704", "78704"),
            ("78704-6789", "78704-6789"),
            ("787046789", "78704-6789"),
            ("78704 6789", "78704-6789"),
            ("78704 - 6789", "78704-6789"),
            ("78704–6789", "78704-6789"),
            ("78704-", "78704"),
            ("78704.0", "78704"),
            ("z:32413-1234", "32413-1234"),
            ("=\"02134\"", "02134"),
            ("'02134", "02134"),
            ("  ", "absent"),
            ("", "absent"),
            ("z:", "absent"),
            ("n/a", "absent"),
            ("ABCDE", "zip_letters"),
            ("z:ABCDE", "zip_letters"),
            ("7870", "zip_length"),
            ("787041", "zip_length"),
            ("78704-67", "zip_length"),
            ("7", "zip_length"),
            ("-78704", "zip_length"),
            ("00000", "zip_invalid"),
        ] {
            assert_eq!(read(input, "", ""), wanted, "{input}");
        }
    }

    #[test]
    fn a_lost_zero_is_restored_where_the_state_agrees() {
        for (input, state, wanted) in [
            ("2134", "MA", "02134"),
            ("2134.0", "MA", "02134"),
            ("z:6040", "CT", "06040"),
            ("2703-1234", "MA", "02703-1234"),
            ("21341234", "MA", "02134-1234"),
            ("5866", "VT", "05866"),
            ("501", "NY", "00501"),
            ("6390", "NY", "06390"),
            ("926", "PR", "00926"),
            ("802", "VI", "00802"),
            ("9012", "AE", "09012"),
            ("2134", "CA", "zip_state_mismatch"),
            ("2134", "NY", "zip_state_mismatch"),
            ("5501", "VT", "zip_state_mismatch"),
            ("2134", "", "zip_length"),
            ("78704", "MA", "78704"),
        ] {
            assert_eq!(read(input, state, ""), wanted, "{input} {state}");
        }
    }

    #[test]
    fn other_countries_have_their_own_forms() {
        for (input, country, wanted) in [
            ("k1a-0b1", "", "CA-K1A 0B1"),
            ("k1a0b1", "CA", "CA-K1A 0B1"),
            ("D1A 0B1", "CA", "postal_code_invalid"),
            ("78704", "CA", "postal_code_invalid"),
            ("K1A 0B1", "US", "zip_letters"),
            ("2000", "AU", "AU-2000"),
            ("sw1a1aa", "", "GB-SW1A 1AA"),
            ("m1 1ae", "GB", "GB-M1 1AE"),
            ("SW1A", "GB", "postal_code_invalid"),
            ("10115", "DE", "DE-10115"),
            ("00926", "PR", "00926"),
        ] {
            assert_eq!(read(input, "", country), wanted, "{input}");
        }
        assert_eq!(read("800", "AU-NT", ""), "AU-0800");
        assert_eq!(read("2000", "AU-NSW", ""), "AU-2000");
        assert_eq!(read("K1A 0B1", "CA-ON", ""), "CA-K1A 0B1");
    }
}
