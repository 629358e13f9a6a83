//! The words of a written date: numbers, and the names of months in English, Spanish, French and German.

use super::TEXT;
use crate::value::BadValue;
use crate::value::clean::key;

/// A piece of a written date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Number(&'a str),
    Month(i8),
}

/// A number, the name of a month, or nothing for the name of a weekday.
pub(super) fn piece(word: &str) -> Result<Option<Piece<'_>>, BadValue> {
    // The apostrophe of `'24` stands for the century.
    let number = word.strip_prefix('\'').unwrap_or(word);
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let ordinal = number[digits..].to_ascii_lowercase();
        return match ordinal.as_str() {
            "" | "st" | "nd" | "rd" | "th" | "er" | "º" => Ok(Some(Piece::Number(&number[..digits]))),
            _ => Err(TEXT),
        };
    }
    let word = key(word);
    let begins = |full: &str| word.len() >= 3 && full.starts_with(&word);
    let index = MONTHS.iter().position(|month| month.split('|').any(begins));
    if let Some(month) = index.and_then(|index| i8::try_from(index + 1).ok()) {
        return Ok(Some(Piece::Month(month)));
    }
    let ignored = WEEKDAYS.iter().any(|day| begins(day))
        || matches!(
            word.as_str(),
            "" | "the" | "of" | "at" | "on" | "de" | "del" | "el" | "le" | "den" | "der"
        );
    if ignored { Ok(None) } else { Err(TEXT) }
}

/// The names of each month, apart by `|`, without accents. A month may be shortened to three letters; `sept` is one of
/// them, and no two months share their letters in different languages.
const MONTHS: [&str; 12] = [
    "january|enero|janvier|januar",
    "february|febrero|fevrier|februar",
    "march|marzo|mars|marz|maerz",
    "april|abril|avril",
    "may|mayo|mai",
    "june|junio|juin|juni",
    "july|julio|juillet|juli",
    "august|agosto|aout",
    "september|septiembre|setiembre|septembre",
    "october|octubre|octobre|oktober",
    "november|noviembre|novembre",
    "december|diciembre|decembre|dezember",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_letters_are_enough_for_a_month() {
        for (word, month) in [
            ("sept", 9),
            ("Ene", 1),
            ("févr", 2),
            ("Mär", 3),
            ("juil", 7),
            ("AGO", 8),
            ("Okt", 10),
            ("déc", 12),
        ] {
            assert_eq!(piece(word), Ok(Some(Piece::Month(month))), "{word}");
        }
        assert_eq!(piece("de"), Ok(None));
        assert_eq!(piece("ma"), Err(TEXT));
    }
}
