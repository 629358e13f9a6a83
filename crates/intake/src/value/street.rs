//! Street addresses: house number, street and unit.

#[cfg(test)]
mod tests;

use leadsink_core::value::Text;

use super::absent::is_absent;
use super::clean::{tidy, unquoted};
use super::{BadValue, Parsed};

const INVALID: BadValue = BadValue::new(
    "street_invalid",
    "it is no street address: there is no letter or digit in it",
);

/// The parts of a street address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreetParts {
    /// House number and street, without the unit.
    pub street: Text,
    /// The house number; a post office box has none.
    pub house_number: Option<Text>,
    /// Apartment, suite, floor.
    pub unit: Option<Text>,
}

/// Reads one address; one of several lines becomes one line. Nothing is abbreviated or spelt out.
///
/// # Errors
/// When it holds neither letter nor digit.
pub fn parse(text: &str) -> Parsed<StreetParts> {
    if is_absent(text) {
        return Ok(None);
    }
    let line = one_line(text);
    if !line.contains(char::is_alphanumeric) {
        return Err(INVALID);
    }
    let (street, unit) = without_unit(&line);
    Ok(Some(StreetParts {
        house_number: house_number(street).and_then(|number| Text::new(number).ok()),
        unit: unit.and_then(|unit| Text::new(unit).ok()),
        street: Text::new(street).map_err(|_| INVALID)?,
    }))
}

/// Puts the lines behind each other, apart by a comma.
fn one_line(text: &str) -> String {
    let lines = unquoted(text)
        .split(['\n', '\r', '\u{2028}'])
        .map(|line| tidy(line).trim_matches([',', ' ']).to_owned());
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(", ")
}

/// Splits the unit off: `Apt 4`, `#11`, `Suite 200, Floor 2`, at the end or, before a comma, at the beginning.
fn without_unit(line: &str) -> (&str, Option<&str>) {
    if let Some((before, behind)) = line.split_once(',')
        && is_unit(before)
        && behind.trim_start().starts_with(|c: char| c.is_ascii_digit())
    {
        return (behind.trim_start(), Some(before));
    }
    // A street has a number and a name before its unit, or a comma.
    let starts = line
        .char_indices()
        .filter(|&(at, _)| at > 0 && matches!(line.as_bytes()[at - 1], b' ' | b','));
    for (at, c) in starts {
        let before = line[..at].trim_end_matches([' ', ',', '-']);
        let words = before.split(' ').count();
        if c != ' ' && is_unit(&line[at..]) && (words >= 2 || line[..at].contains(',')) && !ends_open(before) {
            return (before, Some(&line[at..]));
        }
    }
    // `9 Montello Street#11`.
    if let Some((street, number)) = line.rsplit_once('#')
        && street.contains(' ')
        && is_identifier(number)
    {
        return (street.trim_end_matches([' ', ',']), Some(&line[street.len()..]));
    }
    (line, None)
}

/// Whether what stands before a unit cannot be the end of a street, as in `House of the Rear`.
fn ends_open(before: &str) -> bool {
    let word = before.rsplit(' ').next().unwrap_or(before);
    matches!(word.to_ascii_lowercase().as_str(), "the" | "of" | "and" | "at" | "c/o")
}

/// Designators that a number or a letter must follow.
const NUMBERED: &[&str] = &[
    "apt",
    "apartment",
    "unit",
    "suite",
    "ste",
    "bldg",
    "building",
    "fl",
    "floor",
    "flr",
    "rm",
    "room",
    "lot",
    "trlr",
    "trailer",
    "spc",
    "space",
    "dept",
    "slip",
    "hngr",
    "hangar",
    "pmb",
    "flat",
    "level",
    "lvl",
];

/// Designators that may stand alone.
const ALONE: &[&str] = &[
    "ph",
    "penthouse",
    "bsmt",
    "basement",
    "rear",
    "lbby",
    "lobby",
    "upstairs",
    "downstairs",
];

/// Whether the whole text is one unit or several: `Apt 4B`, `Bldg 3, Apt 12`, `#11`, `2nd Floor`.
fn is_unit(text: &str) -> bool {
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty()).peekable();
    let mut any = false;
    while let Some(word) = words.next() {
        let bare = word.trim_end_matches('.').to_ascii_lowercase();
        let good = if let Some(number) = word.strip_prefix('#') {
            is_identifier(number) || (number.is_empty() && words.next().is_some_and(is_identifier))
        } else if ALONE.contains(&bare.as_str()) {
            words.next_if(|next| is_identifier(next));
            true
        } else if NUMBERED.contains(&bare.as_str()) {
            words.next_if(|next| *next == "#");
            words
                .next()
                .is_some_and(|number| is_identifier(number.trim_start_matches('#')))
        } else if is_ordinal(&bare) {
            words
                .next()
                .is_some_and(|next| matches!(next.to_ascii_lowercase().as_str(), "floor" | "fl" | "flr"))
        } else {
            // `Apt4B`, `Apt#4`.
            let number = bare.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let designator = &bare[..bare.len() - number.len()];
            NUMBERED[..8].contains(&designator) && is_identifier(number.trim_start_matches(['.', '#', '-']))
        };
        if !good {
            return false;
        }
        any = true;
    }
    any
}

/// Whether a word names a unit: it has a digit, or is one or two letters that are no kind of street.
fn is_identifier(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    let few_letters = matches!(word.len(), 1 | 2)
        && !matches!(
            word.to_ascii_lowercase().as_str(),
            "st" | "rd" | "dr" | "ln" | "ct" | "pl"
        );
    let good = word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'));
    good && !word.is_empty() && !is_ordinal(word) && (few_letters || word.bytes().any(|b| b.is_ascii_digit()))
}

fn is_ordinal(word: &str) -> bool {
    let suffix = word.trim_start_matches(|c: char| c.is_ascii_digit());
    suffix.len() < word.len() && matches!(suffix.to_ascii_lowercase().as_str(), "st" | "nd" | "rd" | "th")
}

/// The house number with its fraction: `12`, `123A`, `12-34`, `123 1/2`, and grid numbers such as `N6W23001`. Something
/// must stand behind it; `16th Street` has none.
fn house_number(street: &str) -> Option<&str> {
    let (first, rest) = street.split_once(' ')?;
    let first_bare = first.trim_end_matches(',');
    let begins_with_digit = first_bare.starts_with(|c: char| c.is_ascii_digit()) && !is_ordinal(first_bare);
    if !(begins_with_digit || is_grid(first_bare)) {
        return None;
    }
    let second = rest.split(' ').next().unwrap_or_default();
    let fraction =
        matches!(second, "1/2" | "1/4" | "3/4" | "1/3" | "2/3" | "½" | "¼" | "¾") && rest.len() > second.len();
    let end = if fraction {
        first.len() + 1 + second.len()
    } else {
        first_bare.len()
    };
    Some(&street[..end])
}

/// Whether a number is of the grid that counties of Wisconsin and Illinois use: `N6W23001`, `W180N8085`.
fn is_grid(word: &str) -> bool {
    let turns = word
        .bytes()
        .zip(word.bytes().skip(1))
        .filter(|(a, b)| a.is_ascii_digit() != b.is_ascii_digit());
    let directions = word
        .bytes()
        .filter(u8::is_ascii_alphabetic)
        .all(|b| b"NESWnesw".contains(&b));
    let alphanumeric = word.bytes().all(|b| b.is_ascii_alphanumeric());
    alphanumeric && directions && turns.count() == 3 && word.ends_with(|c: char| c.is_ascii_digit())
}
