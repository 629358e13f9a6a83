//! Telephone numbers, by the tables of libphonenumber. The text is taken apart here first: the library would dial
//! trailing words as letters and take the first number of a list.

mod split;

use leadsink_core::value::{Country, Phone, PhoneType, Text};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region, ValidationError,
};

use super::clean::{has_inner_control, is_absent, plain};
use super::{BadValue, Hints, Parsed};

const CONTROL: BadValue = BadValue::new(
    "phone_control_character",
    "the phone number holds a line break or another control character; give one number only",
);
const LIST: BadValue = BadValue::new("phone_list", "there are several phone numbers; give one in each column");
const LETTERS: BadValue = BadValue::new("phone_letters", "the phone number is words; give its digits");
const SCIENTIFIC: BadValue = BadValue::new(
    "phone_scientific",
    "a spreadsheet rounded the phone number (2.17E+9) and its digits are lost; format the column as text and export again",
);
const TOO_SHORT: BadValue = BadValue::new(
    "phone_too_short",
    "the phone number has too few digits; add the area code",
);
const TOO_LONG: BadValue = BadValue::new("phone_too_long", "the phone number has too many digits; check it");
const INVALID: BadValue = BadValue::new(
    "phone_invalid",
    "there is no such phone number; check the area code, and begin with `+` and the country code if it is abroad",
);

/// A telephone number and what its digits tell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhoneParts {
    /// The number in E.164.
    pub number: Phone,
    /// The extension, apart.
    pub extension: Option<Text>,
    /// The kind, only where the digits leave no doubt.
    pub kind: Option<PhoneType>,
    /// The country of the area code: Canada for 416, Puerto Rico for 787. Nothing for toll-free numbers, which several
    /// countries share.
    pub region: Option<Country>,
}

impl PhoneParts {
    /// The country code and the national number: `44` and `2079460958`.
    #[must_use]
    pub fn country_code_and_national(&self) -> (&str, &str) {
        let digits = self.number.as_str().trim_start_matches('+');
        let length = (1..=3).find(|&length| {
            let code = digits.get(..length).and_then(|code| code.parse().ok());
            code.is_some_and(|code| PHONE_NUMBER_UTIL.get_region_for_country_code(code).is_some())
        });
        digits.split_at(length.unwrap_or(0))
    }
}

/// Reads one number. Without a country code it is one of the hinted country, else of the US.
///
/// # Errors
/// When it is no valid number, or several.
pub fn parse(text: &str, hints: &Hints) -> Parsed<PhoneParts> {
    if is_absent(text) {
        return Ok(None);
    }
    if has_inner_control(text) {
        return Err(CONTROL);
    }
    let text = plain(text);
    let region = hints
        .known_country()
        .and_then(|country| Region::from_code(country.as_str()).ok())
        .filter(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some())
        .unwrap_or(Region::US);
    let in_nanp = PHONE_NUMBER_UTIL.is_nanpa_country(region);
    let split = split::split(&text, in_nanp)?;
    let (number, region) = read(&split.digits, region, in_nanp)?;
    let phone = Phone::new(number.format_as(PhoneNumberFormat::E164)).map_err(|_| INVALID)?;
    let kind = match PHONE_NUMBER_UTIL.get_number_type(&number) {
        PhoneNumberType::TollFree => Some(PhoneType::TollFree),
        PhoneNumberType::Mobile => Some(PhoneType::Mobile),
        _ => None,
    };
    let shared = kind == Some(PhoneType::TollFree) && number.country_code == 1;
    Ok(Some(PhoneParts {
        number: phone,
        extension: split.extension.and_then(|digits| Text::new(digits).ok()),
        kind,
        region: Country::new(&region.as_region_str()).ok().filter(|_| !shared),
    }))
}

/// Reads a valid number, and the region that it is of.
fn read(digits: &str, region: Region, in_nanp: bool) -> Result<(PhoneNumber, Region), BadValue> {
    let count = digits.trim_start_matches('+').len();
    if in_nanp && !digits.starts_with(['+', '0']) {
        match (count, digits.starts_with('1')) {
            (0..10, _) => return Err(TOO_SHORT),
            (10, true) => return Err(INVALID),
            (10, false) | (11, true) => {}
            _ => return Err(TOO_LONG),
        }
    }
    let number = PHONE_NUMBER_UTIL
        .parse(digits, Some(region))
        .map_err(|error| match error {
            ParseError::TooShortNsn | ParseError::TooShortAfterIdd => TOO_SHORT,
            ParseError::TooLongNsn => TOO_LONG,
            _ if count < 7 => TOO_SHORT,
            _ => INVALID,
        })?;
    if let Some(region) = PHONE_NUMBER_UTIL.get_region_for_number(&number)
        && PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, region)
    {
        return Ok((number, region));
    }
    Err(match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Err(ValidationError::TooShort) => TOO_SHORT,
        Err(ValidationError::TooLong) => TOO_LONG,
        Err(_) if count < 7 => TOO_SHORT,
        _ => INVALID,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(text: &str) -> String {
        let parts = parse(text, &Hints::default());
        parts.map_or_else(
            |bad| bad.code.to_owned(),
            |parts| parts.map_or("absent".to_owned(), |parts| parts.number.as_str().to_owned()),
        )
    }

    #[test]
    fn messy_numbers_become_e164() {
        for (input, wanted) in [
            ("858-232-4411 cell", "+18582324411"),
            ("858-232-4411 (cell, call after 5)", "+18582324411"),
            ("001 619 555 0134", "+16195550134"),
            ("011 44 20 7946 0958", "+442079460958"),
            ("0044 20 7946 0958", "+442079460958"),
            ("+44 (0)20 7946 0958", "+442079460958"),
            ("p:305.555.0100", "+13055550100"),
            ("p:+1 (602) 555-0107", "+16025550107"),
            ("tel:+1-217-555-0123;ext=42", "+12175550123"),
            ("Cell: (415) 555-0101", "+14155550101"),
            ("1 404 555 0115", "+14045550115"),
            ("4055550133 ", "+14055550133"),
            ("217/555-0123", "+12175550123"),
            ("２１７５５５０１２３", "+12175550123"),
            ("217–555‑0123", "+12175550123"),
            ("\u{202a}+1\u{a0}(217)\u{a0}555-0123\u{202c}", "+12175550123"),
            ("\u{feff}2175550123\r\n", "+12175550123"),
            ("2175550123.0", "+12175550123"),
            ("2.175550123E+9", "+12175550123"),
            ("=\"2175550123\"", "+12175550123"),
            ("1-800-FLOWERS", "+18003569377"),
            ("n/a", "absent"),
            ("---", "absent"),
        ] {
            assert_eq!(e164(input), wanted, "{input}");
        }
    }

    #[test]
    fn what_is_no_single_number_says_why() {
        for (input, code) in [
            ("call me", "phone_letters"),
            ("call 911", "phone_letters"),
            ("see notes", "phone_letters"),
            ("555-0138", "phone_too_short"),
            ("p:555-0105", "phone_too_short"),
            ("555-0138 x42", "phone_too_short"),
            ("12345", "phone_too_short"),
            ("+", "phone_too_short"),
            ("+1 217 555", "phone_too_short"),
            ("217555012345", "phone_too_long"),
            ("+1 217 555 0123 99", "phone_too_long"),
            ("999-555-0123", "phone_invalid"),
            ("0000000000", "phone_invalid"),
            ("1234567890", "phone_invalid"),
            ("123-456-7890", "phone_invalid"),
            ("111-111-1111", "phone_invalid"),
            ("+999 555 0123 45", "phone_invalid"),
            ("2.17555E+9", "phone_scientific"),
            ("2,17555E+09", "phone_scientific"),
            ("2175550123;2175550124", "phone_list"),
            ("2175550123, 2175550124", "phone_list"),
            ("2175550123 or 2175550124", "phone_list"),
            ("2175550123/2175550124", "phone_list"),
            ("+12175550123 +12175550124", "phone_list"),
            ("217-555-0123 cell 217-555-0124 home", "phone_list"),
            ("2175550123\n2175550124", "phone_control_character"),
            ("217\u{0}5550123", "phone_control_character"),
        ] {
            assert_eq!(e164(input), code, "{input}");
        }
    }

    #[test]
    fn extensions_are_kept_apart() {
        for input in [
            "217-555-0123 x42",
            "217-555-0123 ext. 42",
            "217-555-0123, Extension 42",
            "217-555-0123 #42",
            "217-555-0123,,42",
            "+1 217 555 0123;ext=42",
        ] {
            let parts = parse(input, &Hints::default()).unwrap().unwrap();
            assert_eq!(parts.number.as_str(), "+12175550123", "{input}");
            assert_eq!(parts.extension.unwrap().as_str(), "42", "{input}");
        }
    }

    #[test]
    fn the_digits_tell_region_and_kind() {
        for (input, region, kind) in [
            ("416-555-0123", Some("CA"), None),
            ("787-555-0123", Some("PR"), None),
            ("671-555-0123", Some("GU"), None),
            ("340-555-0123", Some("VI"), None),
            ("217-555-0123", Some("US"), None),
            ("833-555-0123", None, Some(PhoneType::TollFree)),
            ("888-555-0123", None, Some(PhoneType::TollFree)),
            ("+44 7400 123456", Some("GB"), Some(PhoneType::Mobile)),
            ("+61 412 345 678", Some("AU"), Some(PhoneType::Mobile)),
        ] {
            let parts = parse(input, &Hints::default()).unwrap().unwrap();
            assert_eq!(
                parts.region.map(|region| region.as_str().to_owned()).as_deref(),
                region,
                "{input}"
            );
            assert_eq!(parts.kind, kind, "{input}");
        }
    }

    #[test]
    fn the_country_code_is_told_from_the_national_number() {
        for (input, wanted) in [
            ("217 555 0123", ("1", "2175550123")),
            ("+44 20 7946 0958", ("44", "2079460958")),
            ("+353 1 679 0000", ("353", "16790000")),
        ] {
            let parts = parse(input, &Hints::default()).unwrap().unwrap();
            assert_eq!(parts.country_code_and_national(), wanted, "{input}");
        }
    }

    #[test]
    fn fictional_numbers_of_every_area_are_valid() {
        for area in [
            "305", "415", "614", "202", "205", "602", "303", "907", "802", "404", "617", "212", "916",
        ] {
            for last in ["0100", "0150", "0199"] {
                assert!(e164(&format!("({area}) 555-{last}")).starts_with("+1"), "{area} {last}");
            }
        }
    }

    #[test]
    fn the_hinted_country_reads_national_numbers() {
        let read = |text, country| {
            let parts = parse(text, &Hints::default().with_country(country)).unwrap().unwrap();
            parts.number.as_str().to_owned()
        };
        assert_eq!(read("0412 345 678", Country::AU), "+61412345678");
        assert_eq!(read("020 7946 0958", Country::GB), "+442079460958");
        assert_eq!(read("0011 1 217 555 0123", Country::AU), "+12175550123");
        assert_eq!(read("416 555 0123", Country::CA), "+14165550123");
    }
}
