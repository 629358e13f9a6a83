//! Names of persons: a full name is split, and its parts stay as they were given.
//!
//! `human_name` was tried and is not used: it reads `Sandra St. John` as John with the degree `St.`, writes names in
//! other capitals and with other accents than it was given, and reads no single word.

mod split;
mod words;

use leadsink_core::value::Text;

use super::clean::{is_absent, tidy};
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
    /// The whole name as it was given, tidied.
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
    let split = split::split(full);
    let text = |part: String| Text::new(part).ok();
    Ok(Some(NameParts {
        salutation: text(split.salutation),
        first: text(split.first),
        middle: text(split.middle),
        last: text(split.last),
        suffix: text(split.suffix),
        full: Text::new(full).map_err(|_| INVALID)?,
    }))
}

const fn is_pictogram(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{1f000}'..='\u{1faff}' | '™' | '®' | '©')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Salutation, first, middle, last and suffix, apart by `|`.
    fn read(text: &str) -> String {
        match parse(text) {
            Ok(Some(name)) => [name.salutation, name.first, name.middle, name.last, name.suffix]
                .map(|part| part.map(|part| part.as_str().to_owned()).unwrap_or_default())
                .join("|"),
            Ok(None) => "absent".to_owned(),
            Err(bad) => bad.code.to_owned(),
        }
    }

    #[test]
    fn full_names_are_split() {
        for (input, wanted) in [
            ("John Smith", "|John||Smith|"),
            ("Sandra St. John", "|Sandra||St. John|"),
            ("Keith de la Cruz", "|Keith||de la Cruz|"),
            ("John Van Der Berg", "|John||Van Der Berg|"),
            ("Lisa  Steele", "|Lisa||Steele|"),
            ("Ashley  O'Brien", "|Ashley||O'Brien|"),
            ("Tamara Núñez", "|Tamara||Núñez|"),
            ("Kevin Smith-Jones", "|Kevin||Smith-Jones|"),
            ("Joe Mclaughlin", "|Joe||Mclaughlin|"),
            ("JOHN SMITH", "|JOHN||SMITH|"),
            ("Mary Ann Smith", "|Mary|Ann|Smith|"),
            ("J. R. R. Tolkien", "|J.|R. R.|Tolkien|"),
            ("Anna Maria van der Berg-Smith", "|Anna|Maria|van der Berg-Smith|"),
            ("Mary O' Brien", "|Mary||O' Brien|"),
            ("Linda Saint James", "|Linda||Saint James|"),
            ("José Ortega y Gasset", "|José||Ortega y Gasset|"),
            ("Van Morrison", "|Van||Morrison|"),
            ("Ben Ali", "|Ben||Ali|"),
            ("John Do", "|John||Do|"),
            ("Kevin", "|Kevin|||"),
            ("de la Cruz", "|||de la Cruz|"),
            ("St. John", "|||St. John|"),
            ("👋 Kevin Smith ☀️", "|Kevin||Smith|"),
            ("John \"Jack\" Smith", "|John||Smith|"),
            ("John (Jack) Smith", "|John||Smith|"),
            ("n/a", "absent"),
        ] {
            assert_eq!(read(input), wanted, "{input}");
        }
    }

    #[test]
    fn titles_and_suffixes_are_taken_apart() {
        for (input, wanted) in [
            ("Dr. John Q. Smith Jr.", "Dr.|John|Q.|Smith|Jr."),
            ("Mr. Smith", "Mr.|||Smith|"),
            ("Mrs Jane Smith", "Mrs|Jane||Smith|"),
            ("Rev. Dr. Martin King", "Rev. Dr.|Martin||King|"),
            ("Mr. and Mrs. John Smith", "Mr. and Mrs.|John||Smith|"),
            ("Mr. & Mrs. Smith", "Mr. & Mrs.|||Smith|"),
            ("Major Jones", "|Major||Jones|"),
            ("Major Tom Jones", "Major|Tom||Jones|"),
            ("John Smith III", "|John||Smith|III"),
            ("John Smith MD", "|John||Smith|MD"),
            ("John Smith, M.D., Ph.D.", "|John||Smith|M.D., Ph.D."),
            ("Martin Luther King, Jr.", "|Martin|Luther|King|Jr."),
            ("John Paul Smith V", "|John|Paul|Smith|V"),
            ("Anh Do", "|Anh||Do|"),
            ("Sr. Juan Lopez", "Sr.|Juan||Lopez|"),
        ] {
            assert_eq!(read(input), wanted, "{input}");
        }
    }

    #[test]
    fn a_comma_puts_the_family_name_first() {
        for (input, wanted) in [
            ("Smith, John", "|John||Smith|"),
            ("Smith,John", "|John||Smith|"),
            ("SMITH, JOHN Q", "|JOHN|Q|SMITH|"),
            ("Smith, John Q., Jr.", "|John|Q.|Smith|Jr."),
            ("Smith Jr., John", "|John||Smith|Jr."),
            ("Smith, Dr. John", "Dr.|John||Smith|"),
            ("De La Cruz, Maria", "|Maria||De La Cruz|"),
            ("Smith, John & Jane", "|John||Smith|"),
            ("Smith, V", "|V||Smith|"),
            ("Smith,", "|Smith|||"),
        ] {
            assert_eq!(read(input), wanted, "{input}");
        }
    }

    #[test]
    fn of_a_couple_the_first_person_counts() {
        for (input, wanted) in [
            ("John & Jane Smith", "|John||Smith|"),
            ("John and Jane Smith", "|John||Smith|"),
            ("John & Jane", "|John|||"),
            ("John/Jane Smith", "|John||Smith|"),
            ("John&Jane Smith", "|John||Smith|"),
            ("John Smith and Jane Doe", "|John||Smith|"),
            ("Mr. John and Mrs. Jane de la Cruz", "Mr.|John||de la Cruz|"),
        ] {
            assert_eq!(read(input), wanted, "{input}");
        }
        let couple = parse("John  & Jane Smith").unwrap().unwrap();
        assert_eq!(couple.full.as_str(), "John & Jane Smith");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in ["12345", "!!!", "joe@example.com", "https://example.com/x", "☀️"] {
            assert_eq!(read(bad), "name_invalid", "{bad}");
        }
    }
}
