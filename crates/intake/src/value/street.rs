//! Street addresses: house number, street and unit.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use leadsink_core::value::Text;
use memchr::memchr;

use super::absent::is_absent;
use super::clean::{is_tidy, tidy, unquoted};
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
    Ok(split(text)?.map(|(street, unit)| StreetParts {
        house_number: house_number(street.as_str()).and_then(|number| Text::new(number).ok()),
        street,
        unit,
    }))
}

/// The street and the unit, for those who do not ask for the house number.
pub(crate) fn split(text: &str) -> Parsed<(Text, Option<Text>)> {
    if is_absent(text) {
        return Ok(None);
    }
    let line = one_line(text);
    if !line.contains(char::is_alphanumeric) {
        return Err(INVALID);
    }
    let (street, unit) = without_unit(&line);
    let unit = unit.and_then(|unit| Text::new(unit).ok());
    Ok(Some((Text::new(street).map_err(|_| INVALID)?, unit)))
}

/// Puts the lines behind each other, apart by a comma.
fn one_line(text: &str) -> Cow<'_, str> {
    if is_tidy(text) {
        return Cow::Borrowed(if text.starts_with(',') || text.ends_with(',') {
            text.trim_matches([',', ' '])
        } else {
            text
        });
    }
    let lines = unquoted(text)
        .split(['\n', '\r', '\u{2028}'])
        .map(|line| tidy(line).trim_matches([',', ' ']).to_owned());
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    Cow::Owned(lines.join(", "))
}

/// Splits the unit off: `Apt 4`, `#11`, `Suite 200, Floor 2`, at the end or, before a comma, at the beginning.
fn without_unit(line: &str) -> (&str, Option<&str>) {
    if let Some(comma) = memchr(b',', line.as_bytes())
        && let (before, behind) = (&line[..comma], &line[comma + 1..])
        && is_unit(before)
        && behind.trim_start().starts_with(|c: char| c.is_ascii_digit())
    {
        return (behind.trim_start(), Some(before));
    }
    // A street has a number and a name before its unit, or a comma.
    let bytes = line.as_bytes();
    let starts = (1..bytes.len()).filter(|&at| matches!(bytes[at - 1], b' ' | b',') && bytes[at] != b' ');
    for at in starts {
        if !is_unit(&line[at..]) {
            continue;
        }
        let before = line[..at].trim_end_matches([' ', ',', '-']);
        let words = before.split(' ').count();
        if (words >= 2 || line[..at].contains(',')) && !ends_open(before) {
            return (before, Some(&line[at..]));
        }
    }
    // `9 Montello Street#11`.
    if memchr(b'#', line.as_bytes()).is_some()
        && let Some((street, number)) = line.rsplit_once('#')
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
    ["the", "of", "and", "at", "c/o"]
        .iter()
        .any(|open| word.eq_ignore_ascii_case(open))
}

/// What a word says about a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Designator {
    /// A number or a letter must follow.
    Numbered,
    /// The same, and it may stand right behind without a space.
    Glued,
    /// It may stand alone.
    Alone,
}

/// What a word is; looked up in lower case.
fn designator(word: &str) -> Option<Designator> {
    let mut lower = [0; 10];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"apt" | b"apartment" | b"unit" | b"suite" | b"ste" | b"bldg" | b"building" | b"fl" => Designator::Glued,
        b"floor" | b"flr" | b"rm" | b"room" | b"lot" | b"trlr" | b"trailer" | b"spc" | b"space" | b"dept" | b"slip"
        | b"hngr" | b"hangar" | b"pmb" | b"flat" | b"level" | b"lvl" => Designator::Numbered,
        b"ph" | b"penthouse" | b"bsmt" | b"basement" | b"rear" | b"lbby" | b"lobby" | b"upstairs" | b"downstairs" => {
            Designator::Alone
        }
        _ => return None,
    })
}

/// Whether the whole text is one unit or several: `Apt 4B`, `Bldg 3, Apt 12`, `#11`, `2nd Floor`.
fn is_unit(text: &str) -> bool {
    if !may_begin_unit(text) {
        return false;
    }
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty()).peekable();
    let mut any = false;
    while let Some(word) = words.next() {
        let bare = word.trim_end_matches('.');
        // No designator begins with a digit.
        let known = if bare.starts_with(|c: char| c.is_ascii_digit()) {
            None
        } else {
            designator(bare)
        };
        let good = if let Some(number) = word.strip_prefix('#') {
            is_identifier(number) || (number.is_empty() && words.next().is_some_and(is_identifier))
        } else if known == Some(Designator::Alone) {
            words.next_if(|next| is_identifier(next));
            true
        } else if known.is_some() {
            words.next_if(|next| *next == "#");
            words
                .next()
                .is_some_and(|number| is_identifier(number.trim_start_matches('#')))
        } else if is_ordinal(bare) {
            let is_floor = |next: &str| {
                ["floor", "fl", "flr"]
                    .iter()
                    .any(|word| next.eq_ignore_ascii_case(word))
            };
            words.next().is_some_and(is_floor)
        } else {
            // `Apt4B`, `Apt#4`.
            let number = bare.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let glued = || designator(&bare[..bare.len() - number.len()]) == Some(Designator::Glued);
            !number.is_empty() && glued() && is_identifier(number.trim_start_matches(['.', '#', '-']))
        };
        if !good {
            return false;
        }
        any = true;
    }
    any
}

/// Whether a designator, a number sign or an ordinal stands at the beginning. Every word of every street is asked.
fn may_begin_unit(text: &str) -> bool {
    match text.as_bytes() {
        [b'#' | b',' | b'0'..=b'9', ..] => true,
        [b'A'..=b'Z' | b'a'..=b'z', ..] => {
            let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
            designator(&text[..letters]).is_some()
        }
        _ => false,
    }
}

/// Whether a word names a unit: it has a digit, or is one or two letters that are no kind of street.
fn is_identifier(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    let kinds = ["st", "rd", "dr", "ln", "ct", "pl"];
    let few_letters = matches!(word.len(), 1 | 2) && !kinds.iter().any(|kind| word.eq_ignore_ascii_case(kind));
    let good = word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'));
    good && !word.is_empty() && !is_ordinal(word) && (few_letters || word.bytes().any(|b| b.is_ascii_digit()))
}

fn is_ordinal(word: &str) -> bool {
    let suffix = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_one = |known: &&str| known.eq_ignore_ascii_case(suffix);
    suffix.len() < word.len() && ["st", "nd", "rd", "th"].iter().any(is_one)
}

/// The house number with its fraction: `12`, `123A`, `12-34`, `123 1/2`, and grid numbers such as `N6W23001`. Something
/// must stand behind it; `16th Street` has none.
pub(crate) fn house_number(street: &str) -> Option<&str> {
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
