//! Looks one header up in the table of names.

use std::collections::HashMap;
use std::sync::LazyLock;

use leadsink_core::Field;

use super::fold::{squash, trim_marks, words};
use super::names::{FILLERS, Meaning, NAMES};
use super::places::{ADDRESS_PARTS, MAILING, SITE};

static TABLE: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    // The lists have no columns, and what an address is hangs on the other columns.
    let apart = [
        Field::Answers,
        Field::Attachments,
        Field::Extra,
        Field::UnparsedAddress,
        Field::MailingUnparsedAddress,
    ];
    let fields = Field::ALL.iter().filter(|field| !apart.contains(field));
    let fields = fields.map(|field| (squash(field.name()), Meaning::Field(*field)));
    let known = NAMES.iter().chain(ADDRESS_PARTS);
    let known = known.flat_map(|(meaning, names)| names.split(' ').map(|name| (name.to_owned(), *meaning)));
    // Names of fields come first, so that the table has the last word.
    fields.chain(known).collect()
});

/// Whether a header is known, whatever it means.
pub(in crate::file) fn is_known(header: &str) -> bool {
    meaning(header).is_some()
}

/// What a header means, alone.
pub(super) fn meaning(header: &str) -> Option<Meaning> {
    let squashed = squash(header);
    if squashed.is_empty() || squashed.len() > 80 {
        return None;
    }
    if let Some(meaning) = TABLE.get(&squashed) {
        return Some(*meaning);
    }
    let words = words(trim_marks(header));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    by_words(&words)
}

fn by_words(words: &[&str]) -> Option<Meaning> {
    if let Some(meaning) = TABLE.get(&words.concat()) {
        return Some(*meaning);
    }
    let (first, rest) = words.split_first()?;
    let part = rest_is_address(rest);
    if part.is_some() && MAILING.contains(first) {
        return part.map(Meaning::at_mailing);
    }
    if part.is_some() && SITE.contains(first) {
        return part;
    }
    if let Some((&"value", path)) = words.split_last() {
        return by_words(path);
    }
    let meaning = if FILLERS.contains(first) { by_words(rest) } else { None };
    // `Client ID` is the id of somebody else.
    meaning.filter(|meaning| !matches!(meaning, Meaning::LeadId(_)))
}

fn rest_is_address(words: &[&str]) -> Option<Meaning> {
    let name = words.concat();
    let known = ADDRESS_PARTS
        .iter()
        .find(|(_, names)| names.split(' ').any(|known| known == name));
    known.map(|(meaning, _)| *meaning)
}

/// The fields of the site and those for post.
const PAIRS: &[(Field, Field)] = &[
    (Field::Street, Field::MailingStreet),
    (Field::Unit, Field::MailingUnit),
    (Field::City, Field::MailingCity),
    (Field::County, Field::MailingCounty),
    (Field::State, Field::MailingState),
    (Field::PostalCode, Field::MailingPostalCode),
    (Field::Country, Field::MailingCountry),
    (Field::Latitude, Field::MailingLatitude),
    (Field::Longitude, Field::MailingLongitude),
    (Field::UnparsedAddress, Field::MailingUnparsedAddress),
];

impl Meaning {
    /// The same part of the mailing address.
    fn at_mailing(self) -> Self {
        match self {
            Self::Address => Self::MailingAddress,
            Self::Field(field) => {
                let pair = PAIRS.iter().find(|(site, _)| *site == field);
                Self::Field(pair.map_or(field, |(_, mailing)| *mailing))
            }
            other => other,
        }
    }

    /// The same part of the site.
    pub(super) fn at_site(self) -> Self {
        match self {
            Self::MailingAddress => Self::Address,
            Self::Field(field) => {
                let pair = PAIRS.iter().find(|(_, mailing)| *mailing == field);
                Self::Field(pair.map_or(field, |(site, _)| *site))
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_two_meanings() {
        let mut seen = HashMap::new();
        for (meaning, names) in NAMES.iter().chain(ADDRESS_PARTS) {
            for name in names.split(' ') {
                assert_eq!(squash(name), name, "a name of the table is folded");
                assert_eq!(seen.insert(name, meaning), None, "`{name}` stands twice");
            }
        }
    }

    #[test]
    fn words_before_a_name_are_understood() {
        for (header, wanted) in [
            ("Your Email*", Meaning::Field(Field::Email)),
            ("contact.phone_number", Meaning::Field(Field::Phone1)),
            ("properties.firstname.value", Meaning::Field(Field::FirstName)),
            ("Property State", Meaning::Field(Field::State)),
            ("contact.address.zip", Meaning::Field(Field::PostalCode)),
            ("Billing Street", Meaning::Field(Field::MailingStreet)),
            ("MailingPostalCode", Meaning::Field(Field::MailingPostalCode)),
            ("Mailing Address", Meaning::MailingAddress),
            ("utility.electric.company.name", Meaning::Field(Field::ElectricProvider)),
            ("Record ID - Contact", Meaning::LeadId(1)),
        ] {
            assert_eq!(meaning(header), Some(wanted), "{header}");
        }
        for unknown in ["Client ID", "Credit Score", "", "???", "user name"] {
            assert_eq!(meaning(unknown), None, "{unknown}");
        }
    }
}
