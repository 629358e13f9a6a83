//! Reads the text of a cell as one field, by the value parsers.

use jiff::Timestamp;
use leadsink_core::value::{Amount, Leaf, Moment, Text};
use leadsink_core::{Field, Lead};

use crate::value::clean::trimmed;
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

/// Reads a field that has one value into its place in the lead, and says whether its canonical text is another than the
/// raw one, where it knows; not where the cell holds no value. Telephones, full names and streets have parts, and are read by the
/// assembler.
pub(super) fn read(lead: &mut Lead, field: Field, cell: &str, raw: &str, hints: &Hints) -> Parsed<bool> {
    use Field::*;
    let Lead {
        contact,
        site,
        mailing,
        electric,
        consent,
        source,
        ..
    } = lead;
    // Most fields of most files go to their places straight away; the others by their canonical text.
    match field {
        FirstName => put(&mut contact.first_name, given(cell), raw),
        MiddleName => put(&mut contact.middle_name, given(cell), raw),
        LastName => put(&mut contact.last_name, given(cell), raw),
        Email => put(&mut contact.email, email::parse(cell), raw),
        TimeToContact => put(&mut contact.time_to_contact, text::parse(cell), raw),
        Unit => put(&mut site.unit, text::parse(cell), raw),
        City => put(&mut site.city, city::parse(cell), raw),
        State => put(&mut site.state, state::parse(cell, hints), raw),
        PostalCode => put(&mut site.postal_code, postal_code::parse(cell, hints), raw),
        MailingCity => put(&mut mailing.city, city::parse(cell), raw),
        MailingState => put(&mut mailing.state, state::parse(cell, hints), raw),
        MailingPostalCode => put(&mut mailing.postal_code, postal_code::parse(cell, hints), raw),
        ElectricProvider => put(&mut electric.provider, text::parse(cell), raw),
        ElectricBill => put(&mut electric.bill, amount(cell, hints), raw),
        ElectricUsage => put(&mut electric.usage, amount(cell, hints), raw),
        Ownership => put(&mut lead.property.ownership, boolean::ownership(cell), raw),
        CertificateUrl if url::names_trustedform(cell) => {
            put(&mut consent.certificate_url, url::trustedform(cell), raw)
        }
        CertificateUrl => put(&mut consent.certificate_url, url::parse(cell), raw),
        ConsentIp => put(&mut consent.ip, ip::parse(cell), raw),
        ConsentAt => put(&mut consent.at, instant(cell), raw),
        Source => put(&mut source.name, text::parse(cell), raw),
        Campaign => put(&mut source.campaign, text::parse(cell), raw),
        Referrer => put(&mut source.referrer, url::parse(cell), raw),
        LandingPage => put(&mut source.landing_page, url::parse(cell), raw),
        SubmittedAt => put(&mut source.submitted_at, instant(cell), raw),
        Status => put(&mut lead.status, text::parse(cell), raw),
        Owner => put(&mut lead.assignment.owner, text::parse(cell), raw),
        Office => put(&mut lead.assignment.office, text::parse(cell), raw),
        VendorLeadSource => put(&mut source.vendor_lead_source, text::parse(cell), raw),
        Notes => put(&mut lead.notes, text::parse(cell), raw),
        _ => {
            let refused = BadValue::new("not_canonical", "the value has no canonical form; check the column");
            if let Some(text) = canonical(field, cell, hints)? {
                field.set(lead, &text).map_err(|_| refused)?;
            }
            Ok(None)
        }
    }
}

fn put<T: Leaf>(place: &mut Option<T>, parsed: Parsed<T>, raw: &str) -> Parsed<bool> {
    Ok(parsed?.map(|value| {
        let differs = value.text() != raw;
        *place = Some(value);
        differs
    }))
}

/// The canonical text of a field that [`read`] does not know.
fn canonical(field: Field, cell: &str, hints: &Hints) -> Parsed<String> {
    use Field::*;
    match field {
        Email2 => leaf(email::parse(cell)),
        Country | MailingCountry => leaf(country::parse(cell)),
        Latitude | Longitude | MailingLatitude | MailingLongitude => leaf(number::decimal(cell, hints)),
        GasBill | GasUsage | OilBill | OilUsage | PropaneBill | PropaneUsage => leaf(amount(cell, hints)),
        ParticipantKind => leaf(words::participant_kind(cell)),
        Gender => leaf(words::gender(cell)),
        Phone1Type | Phone2Type | Phone3Type => leaf(words::phone_type(cell)),
        Sector => leaf(words::sector(cell)),
        ConstructionType => leaf(words::construction_type(cell)),
        Storeys | Phases => whole::<u8>(cell),
        YearBuilt | AppointmentMinutes => whole::<u16>(cell),
        SquareFeet => whole::<u32>(cell),
        AppointmentStart => leaf(date::date_time(cell)),
        DateOfBirth => leaf(date::parse(cell, hints)),
        _ => leaf(text::parse(cell)),
    }
}

fn leaf<T: Leaf>(parsed: Parsed<T>) -> Parsed<String> {
    Ok(parsed?.map(|value| value.text().into_owned()))
}

fn amount(cell: &str, hints: &Hints) -> Parsed<Amount> {
    range::parse(cell, hints).map(|range| range.map(Amount::Monthly))
}

/// A part of a name must look like a name; it stays as it was given.
fn given(cell: &str) -> Parsed<Text> {
    // What is plain letters is a name, whatever its parts.
    let is_letter = |c: char| c.is_ascii_alphabetic() || (c < '\u{2000}' && c.is_alphabetic());
    let is_of_ascii = |byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b' ' | b'.' | b'\'' | b'-');
    let is_plain = || cell.bytes().all(is_of_ascii) || cell.chars().all(|c| is_letter(c) || " .'-".contains(c));
    if !(cell.starts_with(is_letter) && is_plain()) && name::parse(cell)?.is_none() {
        return Ok(None);
    }
    text::parse(cell)
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
fn instant(cell: &str) -> Parsed<Timestamp> {
    match date::date_time(cell)? {
        Some(Moment::Instant(instant)) => Ok(Some(instant)),
        Some(_) => Err(BadValue::new(
            "no_time_zone",
            "the time does not say its offset; write it as `2026-01-31T10:00:00-05:00`",
        )),
        None => Ok(None),
    }
}

/// What stands in a cell without the prefix that Facebook puts before telephones, postal codes and ids.
#[inline]
pub(super) fn without_prefix(field: Option<Field>, cell: &str) -> &str {
    let cell = trimmed(cell);
    let prefixes: &[&str] = match field {
        Some(Field::Phone1 | Field::Phone2 | Field::Phone3) => &["p:"],
        Some(Field::PostalCode | Field::MailingPostalCode) => &["z:"],
        Some(_) => return cell,
        None => &["l:", "f:", "ag:", "as:", "c:"],
    };
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
