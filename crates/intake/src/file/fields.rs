//! Reads the text of a cell as one field, by the value parsers.

use leadsink_core::Field;
use leadsink_core::value::{Amount, Leaf, Moment, Text};

use crate::value::{
    BadValue, Hints, Parsed, boolean, city, country, date, email, ip, name, number, postal_code, range, state, text,
    url, words,
};

/// A value that cannot be read in one of these makes the row bad; elsewhere it is kept in `extra`.
pub(super) const fn is_critical(field: Field) -> bool {
    use Field::*;
    matches!(
        field,
        Phone1
            | Phone2
            | Phone3
            | Email
            | Email2
            | FirstName
            | MiddleName
            | LastName
            | FullName
            | State
            | PostalCode
            | MailingState
            | MailingPostalCode
    )
}

/// Reads a field that has one value and returns its canonical text. Telephones, full names and streets have parts, and
/// are read by the assembler.
pub(super) fn canonical(field: Field, cell: &str, hints: &Hints) -> Parsed<String> {
    use Field::*;
    match field {
        Email | Email2 => leaf(email::parse(cell)),
        FirstName | MiddleName | LastName => given(cell),
        City | MailingCity => leaf(city::parse(cell)),
        State | MailingState => leaf(state::parse(cell, hints)),
        PostalCode | MailingPostalCode => leaf(postal_code::parse(cell, hints)),
        Country | MailingCountry => leaf(country::parse(cell)),
        Latitude | Longitude | MailingLatitude | MailingLongitude => leaf(number::decimal(cell, hints)),
        ElectricBill | ElectricUsage | GasBill | GasUsage | OilBill | OilUsage | PropaneBill | PropaneUsage => {
            leaf(range::parse(cell, hints).map(|range| range.map(Amount::Monthly)))
        }
        ParticipantKind => leaf(words::participant_kind(cell)),
        Gender => leaf(words::gender(cell)),
        Phone1Type | Phone2Type | Phone3Type => leaf(words::phone_type(cell)),
        Sector => leaf(words::sector(cell)),
        ConstructionType => leaf(words::construction_type(cell)),
        Ownership => leaf(boolean::ownership(cell)),
        Storeys | Phases => whole::<u8>(cell),
        YearBuilt | AppointmentMinutes => whole::<u16>(cell),
        SquareFeet => whole::<u32>(cell),
        CertificateUrl if cell.to_ascii_lowercase().contains("trustedform") => leaf(url::trustedform(cell)),
        CertificateUrl | Referrer | LandingPage => leaf(url::parse(cell)),
        ConsentIp => leaf(ip::parse(cell)),
        ConsentAt | SubmittedAt => instant(cell),
        AppointmentStart => leaf(date::date_time(cell)),
        DateOfBirth => leaf(date::parse(cell, hints)),
        _ => leaf(text::parse(cell)),
    }
}

fn leaf<T: Leaf>(parsed: Parsed<T>) -> Parsed<String> {
    Ok(parsed?.map(|value| value.text().into_owned()))
}

/// A part of a name must look like a name; it stays as it was given.
fn given(cell: &str) -> Parsed<String> {
    match name::parse(cell)? {
        Some(_) => leaf(text::parse(cell)),
        None => Ok(None),
    }
}

fn whole<T: TryFrom<u32> + Leaf>(cell: &str) -> Parsed<String> {
    let Some(number) = number::integer(cell)? else {
        return Ok(None);
    };
    let too_large = BadValue::new("number_too_large", "the number is too large; check the column");
    T::try_from(number)
        .map(|number| Some(number.text().into_owned()))
        .map_err(|_| too_large)
}

/// A time of which the zone is not known is no point in time.
fn instant(cell: &str) -> Parsed<String> {
    match date::date_time(cell)? {
        Some(Moment::Instant(instant)) => Ok(Some(instant.to_string())),
        Some(_) => Err(BadValue::new(
            "no_time_zone",
            "the time does not say its offset; write it as `2026-01-31T10:00:00-05:00`",
        )),
        None => Ok(None),
    }
}

/// What stands in a cell without the prefix that Facebook puts before telephones, postal codes and ids.
pub(super) fn without_prefix(field: Option<Field>, cell: &str) -> &str {
    let prefixes: &[&str] = match field {
        Some(Field::Phone1 | Field::Phone2 | Field::Phone3) => &["p:"],
        Some(Field::PostalCode | Field::MailingPostalCode) => &["z:"],
        Some(_) => &[],
        None => &["l:", "f:", "ag:", "as:", "c:"],
    };
    let cell = cell.trim();
    prefixes
        .iter()
        .find_map(|prefix| cell.strip_prefix(prefix))
        .unwrap_or(cell)
}

/// The name of the place where an ad platform showed an ad.
pub(super) fn platform(cell: &str) -> Option<Text> {
    let name = match cell.trim().to_ascii_lowercase().as_str() {
        "fb" => "facebook",
        "ig" => "instagram",
        _ => return text::parse(cell).ok().flatten(),
    };
    Text::new(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_taken_off_where_they_belong() {
        assert_eq!(without_prefix(Some(Field::Phone1), "p:+15125550100"), "+15125550100");
        assert_eq!(without_prefix(Some(Field::PostalCode), " z:6040"), "6040");
        assert_eq!(without_prefix(None, "ag:1"), "1");
        assert_eq!(without_prefix(Some(Field::City), "p:x"), "p:x");
        assert_eq!(platform("ig").unwrap().as_str(), "instagram");
    }
}
