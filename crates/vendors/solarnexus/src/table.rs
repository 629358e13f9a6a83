//! What becomes of each field: the rows of LeadConduit's standard fields, of the document's variables, and of the direct way.

use leadsink_core::{Field, FieldMapping, FieldSet};

/// A row of the direct way.
const UNVERIFIED: &str = "with `direct`; unverified";
const UNVERIFIED_ABROAD: &str =
    "with `direct`; unverified; where it lies outside the United States and the lead names no country";
const SERVICE: &str = "in the service of its energy; a range in its notes";
const ABROAD: &str = "where it lies outside the United States and the lead names no country";
const NATIONAL: &str = "with `direct`; unverified; ten digits for a number with country code 1";
const TOO: &str = "in `comments` too";
const TOO_UTM: &str = "as it was given; in `comments` too";

const fn row(field: Field, wire: &'static str) -> FieldMapping {
    FieldMapping::new(field, wire)
}

const fn unverified(field: Field, wire: &'static str) -> FieldMapping {
    FieldMapping::new(field, wire).with_note(UNVERIFIED)
}

/// The standard fields, as LeadConduit has them, but for the unit: SolarNexus has one line for a street.
const STANDARD: &[FieldMapping] = leadsink_leadconduit::DESCRIPTOR.mapping;

/// The rows of those of which SolarNexus makes something else than a flow does.
const OVERRIDDEN: &[FieldMapping] = &[
    row(Field::ElectricBill, "utility.electric.monthly_amount")
        .with_note("`150`, `100-150`, `0-100` for up to 100, `200+`; not where it goes as a service"),
    row(Field::DateOfBirth, "dob").with_note("a whole date; in `comments` too"),
    row(Field::Gender, "gender").with_note("`female` or `male`; in `comments` too"),
    row(Field::Ownership, "currently_rent_or_own").with_note("`own` or `rent`; in `comments` too"),
    row(Field::UtmSource, "utm_source").with_note(TOO_UTM),
    row(Field::UtmMedium, "utm_medium").with_note(TOO_UTM),
    row(Field::UtmCampaign, "utm_campaign").with_note(TOO_UTM),
    row(Field::UtmTerm, "utm_term").with_note(TOO_UTM),
    row(Field::UtmContent, "utm_content").with_note(TOO_UTM),
    row(Field::SubmittedAt, "source_timestamp").with_note("in UTC; in `comments` too"),
    row(Field::AppointmentStart, "appointment").with_note("a point in time, in UTC; in `comments` too"),
];

/// The fields whose standard field is none of the 17 that SolarNexus reads. They are sent for the rules of the flow, and for
/// people stand in `comments` as well. What only proves consent does not: certificate, Jornaya id, IP address, user agent.
pub(crate) const UNREAD: FieldSet = FieldSet::EMPTY
    .with(Field::MiddleName)
    .with(Field::NameSuffix)
    .with(Field::DateOfBirth)
    .with(Field::Gender)
    .with(Field::County)
    .with(Field::Latitude)
    .with(Field::Longitude)
    .with(Field::Ownership)
    .with(Field::RoofType)
    .with(Field::YearBuilt)
    .with(Field::SquareFeet)
    .with(Field::SunExposure)
    .with(Field::Source)
    .with(Field::Campaign)
    .with(Field::Referrer)
    .with(Field::LandingPage)
    .with(Field::UtmSource)
    .with(Field::UtmMedium)
    .with(Field::UtmCampaign)
    .with(Field::UtmTerm)
    .with(Field::UtmContent)
    .with(Field::SubmittedAt)
    .with(Field::AppointmentStart);

/// Fields that either way carries, under these names.
const VARIABLES: &[FieldMapping] = &[
    row(Field::Unit, "address_1").with_note("behind the street"),
    row(Field::ParticipantKind, "project.participant.type"),
    row(Field::ParticipantKind, "project.participant.tax_entity")
        .with_note("`tax exempt` for a public body; of a business that of the options or the config"),
    row(Field::Email2, "project.participant.contact.secondary_email"),
    row(Field::MailingStreet, "project.participant.mailing_address.street1"),
    row(Field::MailingUnit, "project.participant.mailing_address.street1").with_note("behind the street"),
    row(Field::MailingCity, "project.participant.mailing_address.city"),
    row(Field::MailingState, "project.participant.mailing_address.state").with_note("the code without its country"),
    row(Field::MailingPostalCode, "project.participant.mailing_address.zip").with_note("the code without its country"),
    row(Field::MailingCountry, "project.participant.mailing_address.country").with_note("two letters"),
    row(Field::MailingState, "project.participant.mailing_address.country").with_note(ABROAD),
    row(Field::MailingPostalCode, "project.participant.mailing_address.country").with_note(ABROAD),
    row(Field::Sector, "project.site.sector"),
    row(Field::ConstructionType, "project.site.construction_type"),
    row(Field::ElectricProvider, "project.utility_services")
        .with_note("in place of `utility.electric.*`, where use or monthly bills are known too, and with `direct`"),
    row(Field::ElectricBill, "project.utility_services")
        .with_note("in place of `utility.electric.*`, where use or monthly bills are known too, and with `direct`"),
    row(Field::ElectricUsage, "project.utility_services").with_note(SERVICE),
    row(Field::GasProvider, "project.utility_services").with_note(SERVICE),
    row(Field::GasBill, "project.utility_services").with_note(SERVICE),
    row(Field::GasUsage, "project.utility_services").with_note(SERVICE),
    row(Field::OilProvider, "project.utility_services").with_note(SERVICE),
    row(Field::OilBill, "project.utility_services").with_note(SERVICE),
    row(Field::OilUsage, "project.utility_services").with_note(SERVICE),
    row(Field::PropaneProvider, "project.utility_services").with_note(SERVICE),
    row(Field::PropaneBill, "project.utility_services").with_note(SERVICE),
    row(Field::PropaneUsage, "project.utility_services").with_note(SERVICE),
];

/// Fields that have another place in the envelope of the direct way than in a flow.
const ENVELOPE: &[FieldMapping] = &[
    unverified(Field::Salutation, "project.participant.contact.title"),
    unverified(Field::FirstName, "project.participant.contact.first_name"),
    unverified(Field::LastName, "project.participant.contact.last_name"),
    unverified(Field::Organization, "project.participant.organization"),
    unverified(Field::Email, "project.participant.contact.email"),
    row(Field::Phone1, "project.participant.contact.phone1").with_note(NATIONAL),
    row(Field::Phone2, "project.participant.contact.phone2").with_note(NATIONAL),
    row(Field::Phone3, "project.participant.contact.phone3").with_note(NATIONAL),
    unverified(Field::TimeToContact, "project.participant.contact.best_time"),
    unverified(Field::Street, "project.site.location.street1"),
    unverified(Field::Unit, "project.site.location.street1"),
    unverified(Field::City, "project.site.location.city"),
    unverified(Field::State, "project.site.location.state"),
    unverified(Field::PostalCode, "project.site.location.zip"),
    unverified(Field::Country, "project.site.location.country"),
    row(Field::State, "project.site.location.country").with_note(UNVERIFIED_ABROAD),
    row(Field::PostalCode, "project.site.location.country").with_note(UNVERIFIED_ABROAD),
];

/// A standard row in the light of what SolarNexus makes of it.
const fn standard(row: FieldMapping) -> FieldMapping {
    let mut at = 0;
    while at < OVERRIDDEN.len() {
        if OVERRIDDEN[at].field as u8 == row.field as u8 {
            return OVERRIDDEN[at];
        }
        at += 1;
    }
    if UNREAD.contains(row.field) {
        row.with_note(TOO)
    } else {
        row
    }
}

/// How many of the standard rows are taken.
const TAKEN: usize = {
    let (mut count, mut at) = (0, 0);
    while at < STANDARD.len() {
        count += if matches!(STANDARD[at].field, Field::Unit) {
            0
        } else {
            1
        };
        at += 1;
    }
    count
};

/// Every row.
pub(crate) const MAPPING: [FieldMapping; TAKEN + VARIABLES.len() + ENVELOPE.len()] = {
    let mut all = [VARIABLES[0]; TAKEN + VARIABLES.len() + ENVELOPE.len()];
    let (mut to, mut list) = (0, 0);
    while list < 3 {
        let rows = [STANDARD, VARIABLES, ENVELOPE][list];
        let mut at = 0;
        while at < rows.len() {
            if !(list == 0 && matches!(rows[at].field, Field::Unit)) {
                all[to] = if list == 0 { standard(rows[at]) } else { rows[at] };
                to += 1;
            }
            at += 1;
        }
        list += 1;
    }
    all
};

/// The rows of the direct way.
pub(crate) const DIRECT: [FieldMapping; VARIABLES.len() + ENVELOPE.len()] = {
    let mut all = [VARIABLES[0]; VARIABLES.len() + ENVELOPE.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = MAPPING[TAKEN + at];
        at += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_taken_but_that_of_the_unit() {
        assert_eq!(MAPPING.len(), STANDARD.len() - 1 + VARIABLES.len() + ENVELOPE.len());
        assert!(MAPPING.iter().all(|row| row.wire != "address_2"));
        assert_eq!(MAPPING[0].wire, STANDARD[0].wire);
        assert_eq!(DIRECT[0].wire, "address_1");
        assert_eq!(DIRECT[DIRECT.len() - 1], ENVELOPE[ENVELOPE.len() - 1]);
    }

    #[test]
    fn every_standard_field_is_read_by_solarnexus_or_told_to_people_or_a_proof() {
        let read = [
            "first_name",
            "last_name",
            "email",
            "phone_1",
            "phone_2",
            "phone_3",
            "company.name",
            "salutation",
            "time_to_contact",
            "comments",
            "city",
            "address_1",
            "postal_code",
            "country",
            "state",
            "utility.electric.company.name",
            "utility.electric.monthly_amount",
        ];
        let proofs = [
            Field::CertificateUrl,
            Field::JornayaId,
            Field::ConsentIp,
            Field::UserAgent,
        ];
        for row in &MAPPING[..TAKEN] {
            let ways = [
                read.contains(&row.wire),
                UNREAD.contains(row.field),
                proofs.contains(&row.field),
            ];
            assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{}", row.field);
            assert_eq!(row.note.ends_with(TOO), UNREAD.contains(row.field), "{}", row.field);
        }
    }

    #[test]
    fn a_row_takes_the_place_of_the_one_for_the_same_field() {
        for own in OVERRIDDEN {
            let rows: Vec<_> = STANDARD.iter().filter(|row| row.field == own.field).collect();
            assert_eq!(rows.len(), 1, "{}", own.field);
            assert_eq!(rows[0].wire, own.wire);
        }
        assert!(MAPPING.iter().all(|row| !row.note.contains("by month in `comments`")));
    }

    #[test]
    fn every_row_of_the_envelope_says_that_it_is_unverified() {
        assert!(ENVELOPE.iter().all(|row| row.note.starts_with(UNVERIFIED)));
    }
}
