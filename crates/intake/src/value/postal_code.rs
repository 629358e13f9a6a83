//! Postal codes of the US, Canada, Australia and the United Kingdom, and plain ones of other countries.

#[cfg(test)]
mod tests;

use leadsink_core::value::{Country, PostalCode, State};

use super::absent::is_absent;
use super::clean::plain;
use super::state::postal_country;
use super::{BadValue, Hints, Parsed, country, state};

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
    if let Some(code) = simple_zip(text, hints) {
        return Ok(Some(code));
    }
    let text = plain(text);
    let text = without_label(&text);
    let text = text.strip_suffix(".0").filter(|whole| is_digits(whole)).unwrap_or(text);
    if text.is_empty() {
        return Ok(None);
    }
    let state = hints.state.as_ref();
    let code = match hints.known_country().map(postal_country) {
        Some(Country::US) => us(text, state),
        Some(Country::CA) => canadian(text).or_else(|| northern_territory(text, hints)).ok_or(OTHER),
        Some(Country::AU) => australian(text, state).ok_or(OTHER),
        Some(Country::GB) => british(text).ok_or(OTHER),
        Some(country) => PostalCode::new(country, text.to_uppercase()).map_err(|_| OTHER),
        None => canadian(text)
            .or_else(|| british(text))
            .map_or_else(|| us(text, None), Ok),
    };
    code.map(Some)
}

/// A whole ZIP code with nothing around it, where the address is or may be in the United States.
fn simple_zip(text: &str, hints: &Hints) -> Option<PostalCode> {
    let country = hints.known_country().map_or(Country::US, postal_country);
    let is_whole = is_digits(text.get(..5)?)
        && match text.as_bytes().get(5) {
            None => true,
            Some(mark) => *mark == b'-' && text.len() == 10 && is_digits(&text[6..]),
        };
    if country != Country::US || !is_whole || text.starts_with("000") {
        return None;
    }
    PostalCode::new(Country::US, text).ok()
}

/// Takes `ZIP`, `Postal code:` and the `z:` of Facebook away.
fn without_label(text: &str) -> &str {
    const LABELS: &[&str] = &[
        "zip code",
        "zipcode",
        "zip",
        "postal code",
        "postcode",
        "post code",
        "plz",
        "z",
    ];
    for label in LABELS {
        if let Some((start, behind)) = text.split_at_checked(label.len())
            && start.eq_ignore_ascii_case(label)
            && behind.starts_with([':', ' ', '#'])
        {
            return behind.trim_start_matches([':', ' ', '#', '.']);
        }
    }
    text
}

/// The code without the state or the country beside it: `78704` of `TX 78704` and `78704 USA`.
fn without_place(text: &str, country: Country) -> &str {
    let hints = Hints::default().with_country(country);
    let is_place = |words: &str, mark: char| {
        let words = words.trim_matches([' ', ',', '-']);
        // `DE-10115` is in Germany, not in Delaware.
        let is_state = || mark != '-' && matches!(state::parse(words, &hints), Ok(Some(_)));
        let is_country = matches!(country::parse(words), Ok(Some(found)) if found == country);
        words.chars().all(|c| !c.is_ascii_digit()) && (is_country || is_state())
    };
    let marks = |text: &str| -> Vec<(usize, char)> {
        let marks = text.char_indices().filter(|(_, c)| matches!(c, ' ' | ',' | '-'));
        marks.collect()
    };
    let start = marks(text)
        .into_iter()
        .rev()
        .find(|&(at, mark)| is_place(&text[..at], mark));
    let text = start.map_or(text, |(at, _)| &text[at + 1..]);
    let end = marks(text).into_iter().find(|&(at, mark)| is_place(&text[at..], mark));
    end.map_or(text, |(at, _)| &text[..at]).trim_matches([' ', ','])
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn us(text: &str, state: Option<&State>) -> Result<PostalCode, BadValue> {
    let text = if text.contains(char::is_alphabetic) {
        without_place(text, Country::US)
    } else {
        text
    };
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
    let code = packed(if text.len() > 7 {
        without_place(text, Country::CA)
    } else {
        text
    });
    let (area, unit) = code.split_at_checked(3).filter(|(_, unit)| unit.len() == 3)?;
    PostalCode::new(Country::CA, format!("{area} {unit}")).ok()
}

/// Codes of the Northern Territory lose their zero too.
fn australian(text: &str, state: Option<&State>) -> Option<PostalCode> {
    let code = packed(without_place(text, Country::AU));
    let lost_zero = code.len() == 3 && state.is_some_and(|state| matches!(state.code(), "NT" | "ACT"));
    PostalCode::new(Country::AU, if lost_zero { format!("0{code}") } else { code }).ok()
}

/// `NT` alone is read as a territory of Canada; where the code has digits only it is the one of Australia.
fn northern_territory(text: &str, hints: &Hints) -> Option<PostalCode> {
    let state = hints.state.as_ref().filter(|state| state.code() == "NT")?;
    let code = australian(text, Some(state)).filter(|_| hints.country.is_none())?;
    code.code().starts_with('0').then_some(code)
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
