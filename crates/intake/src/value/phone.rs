//! Telephone numbers, by the tables of libphonenumber. The text is taken apart here first: the library would dial
//! trailing words as letters and take the first number of a list.

mod areas;
mod split;
#[cfg(test)]
mod tests;

use leadsink_core::value::{Country, Phone, PhoneType, Text};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region, ValidationError,
};

use super::absent::is_absent;
use super::clean::{has_inner_control, plain};
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
        if digits.starts_with('1') {
            return digits.split_at(1);
        }
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
    let country = hints.known_country();
    if let Some(parts) = areas::read(text, matches!(country, None | Some(Country::US | Country::CA))) {
        return Ok(Some(parts));
    }
    let text = plain(text);
    let region = country
        .and_then(|country| Region::from_code(country.as_str()).ok())
        .filter(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some())
        .unwrap_or(Region::US);
    let in_nanp = PHONE_NUMBER_UTIL.is_nanpa_country(region);
    let split = split::split(&text, in_nanp)?;
    let (number, region, number_type) = read(&split.digits, region, in_nanp)?;
    let phone = Phone::new(number.format_as(PhoneNumberFormat::E164)).map_err(|_| INVALID)?;
    let kind = match number_type {
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

/// Reads a valid number, the region that it is of and its type.
fn read(digits: &str, region: Region, in_nanp: bool) -> Result<(PhoneNumber, Region, PhoneNumberType), BadValue> {
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
    // A number is valid where its region knows its type; asking for that alone would match every pattern once more.
    if let Some(region) = PHONE_NUMBER_UTIL.get_region_for_number(&number) {
        let number_type = PHONE_NUMBER_UTIL.get_number_type(&number);
        if number_type != PhoneNumberType::Unknown {
            return Ok((number, region, number_type));
        }
    }
    Err(match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Err(ValidationError::TooShort) => TOO_SHORT,
        Err(ValidationError::TooLong) => TOO_LONG,
        Err(_) if count < 7 => TOO_SHORT,
        _ => INVALID,
    })
}
