//! Names of persons: a full name is split, and its parts stay as they were given.
//!
//! `human_name` was tried and is not used: it reads `Sandra St. John` as John with the degree `St.`, writes names in
//! other capitals and with other accents than it was given, and reads no single word.

mod noise;
mod split;
#[cfg(test)]
mod tests;
mod words;

use leadsink_core::value::Text;

use super::absent::is_absent;
use super::clean::tidy;
use super::{BadValue, Parsed};

const INVALID: BadValue = BadValue::new("name_invalid", "it is no name: there is no letter in it");
const ADDRESS: BadValue = BadValue::new("name_invalid", "it is no name but an e-mail or web address");

/// The parts of a person's name. `Debug` is redacted by [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameParts {
    /// `Dr.`, `Mrs.`
    pub salutation: Option<Text>,
    /// The given name.
    pub first: Option<Text>,
    /// Middle names or initials.
    pub middle: Option<Text>,
    /// The family name with its particles.
    pub last: Option<Text>,
    /// `Jr.`, `III`, `Esq.`
    pub suffix: Option<Text>,
    /// The whole name, in the order in which it is spoken; otherwise as it was given, tidied and without what is no name.
    pub full: Text,
}

/// Splits a full name. A single word is a first name, behind a title a last name. Of a couple the first person counts,
/// with the family name of both.
///
/// # Errors
/// When it holds no letter, or is an e-mail or web address.
pub fn parse(text: &str) -> Parsed<NameParts> {
    if is_absent(text) {
        return Ok(None);
    }
    let tidied = tidy(text);
    let full: String = tidied.chars().filter(|c| !is_pictogram(*c)).collect();
    let full = tidy(&full);
    let full = full.trim_matches([',', ';', ' ']);
    if full.contains('@') || full.contains("://") {
        return Err(ADDRESS);
    }
    if !full.contains(char::is_alphabetic) {
        return Err(INVALID);
    }
    let full = noise::without_noise(full);
    let split = split::split(&full);
    let text = |part: String| Text::new(part).ok();
    Ok(Some(NameParts {
        salutation: text(split.salutation),
        first: text(split.first),
        middle: text(split.middle),
        last: text(split.last),
        suffix: text(split.suffix),
        full: Text::new(split.reordered.unwrap_or(full)).map_err(|_| INVALID)?,
    }))
}

const fn is_pictogram(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{1f000}'..='\u{1faff}' | '™' | '®' | '©')
}
