//! What becomes of each field: the rows of LeadConduit's standard fields, of the document's variables, and of the direct way.

use leadsink_core::{Field, FieldMapping};

/// A row of the direct way.
const UNVERIFIED: &str = "with `direct`; unverified";
const SERVICE: &str = "in the service of its energy; a range in its notes";
const ABROAD: &str = "where it lies outside the United States and the lead names no country";
const NATIONAL: &str = "with `direct`; ten digits for a number with country code 1";

const fn row(field: Field, wire: &'static str) -> FieldMapping {
    FieldMapping::new(field, wire)
}

const fn unverified(field: Field, wire: &'static str) -> FieldMapping {
    FieldMapping::new(field, wire).with_note(UNVERIFIED)
}

/// The standard fields, as LeadConduit has them, but for the unit: SolarNexus has one line for a street.
const STANDARD: &[FieldMapping] = leadsink_leadconduit::DESCRIPTOR.mapping;

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
    row(Field::State, "project.site.location.country").with_note(ABROAD),
    row(Field::PostalCode, "project.site.location.country").with_note(ABROAD),
];

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
                all[to] = rows[at];
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
}
