//! Looks one header up in the table of names.

use std::collections::HashMap;
use std::sync::LazyLock;

use leadsink_core::Field;

use super::fold::{aside, squash, trim_marks, words};
use super::names::{FILLERS, Meaning, tables};
use super::places::{ADDRESS_PARTS, MAILING, SITE};
use super::questions::{is_metadata, is_monthly_amount, names_other_period};
use super::words::{OPT_OUT, is_in};

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
    let known = tables().flat_map(|(meaning, names)| names.split(' ').map(|name| (name.to_owned(), *meaning)));
    // Names of fields come first, so that the table has the last word.
    fields.chain(known).collect()
});

/// Whether a header is known, whatever it means.
pub(in crate::file) fn is_known(header: &str) -> bool {
    meaning(header).is_some()
}

/// What a header means, alone.
pub(super) fn meaning(header: &str) -> Option<Meaning> {
    let header = without_suffix(header.trim());
    let squashed = squash(header);
    if squashed.is_empty() || squashed.len() > 80 {
        return None;
    }
    if header == "LeadiD" {
        // So Jornaya spells its own id.
        return Some(Meaning::Field(Field::JornayaId));
    }
    if squashed == "owner" && header.ends_with('?') {
        return Some(Meaning::Field(Field::Ownership));
    }
    let found = by_name(header).or_else(|| by_parts(trim_marks(header)));
    let other_period = |meaning: &Meaning| {
        matches!(meaning, Meaning::Field(field) if is_monthly_amount(*field)) && names_other_period(header)
    };
    found
        .filter(|meaning| !other_period(meaning))
        .or_else(|| is_opt_out(&words(header)).then_some(Meaning::OptOut))
}

/// A header without what Salesforce puts behind the names of custom fields.
fn without_suffix(header: &str) -> &str {
    header
        .strip_suffix("__c")
        .or_else(|| header.strip_suffix("__C"))
        .unwrap_or(header)
}

/// Whether a header asks for whom not to contact: `Unsubscribed`, `Has Opted Out`, `Do Not Call`.
fn is_opt_out(words: &[String]) -> bool {
    let begins = |at: usize, wanted: &[&str]| {
        let found = words.get(at..).unwrap_or_default().iter().zip(wanted);
        found.filter(|(word, list)| is_in(word, list)).count() == wanted.len()
    };
    OPT_OUT
        .iter()
        .any(|wanted| (0..words.len()).any(|at| begins(at, wanted)))
}

/// Looks up a header that is not made of parts.
fn by_name(header: &str) -> Option<Meaning> {
    let look = |header: &str| {
        TABLE.get(&squash(header)).copied().or_else(|| {
            let words = words(trim_marks(header));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            by_words(&words)
        })
    };
    // `Lead #` is a number, and `Phone #` is a phone.
    look(header).or_else(|| header.contains('#').then(|| look(&header.replace('#', " number ")))?)
}

/// Looks up a header such as `Address (City)` or `Phone - Mobile`.
fn by_parts(header: &str) -> Option<Meaning> {
    let (outer, inner, brackets) = aside(header)?;
    let both = by_name(&format!("{outer} {inner}")).or_else(|| by_name(&format!("{inner} {outer}")));
    if both.is_some() {
        return both;
    }
    let alone = by_name(inner);
    let text = outer;
    match meaning(outer) {
        Some(Meaning::MailingAddress) => alone.map(Meaning::at_mailing),
        Some(Meaning::Name | Meaning::Address | Meaning::Field(Field::FullName)) => alone,
        // `Where do you live? (City)`, but not `Referred by (Email)`.
        None => part_of_address(&[&squash(inner)]),
        // A remark, such as `Email (we never share it)`; nothing that is a column of its own, as `Phone (verified)`.
        outer if brackets && (alone.is_none() || alone == outer) => {
            let repeats = squash(inner).contains(&squash(text));
            outer.filter(|_| repeats || !words(inner).last().is_some_and(|word| is_metadata(word)))
        }
        Some(_) => None,
    }
}

fn by_words(words: &[&str]) -> Option<Meaning> {
    if let Some(meaning) = TABLE.get(&words.concat()) {
        return Some(*meaning);
    }
    if let ["home" | "property" | "house", "owner" | "owners", rest @ ..] = words
        && !rest.is_empty()
    {
        // `Home Owner Phone` is a telephone, and `Home Owner Address` a home.
        return by_words(&[&["homeowner"], rest].concat());
    }
    let (first, rest) = words.split_first()?;
    let part = part_of_address(rest);
    if part.is_some() && MAILING.contains(first) {
        return part.map(Meaning::at_mailing);
    }
    if part.is_some() && SITE.contains(first) {
        return part;
    }
    if let Some((&"value", path)) = words.split_last() {
        return by_words(path);
    }
    if *first == "billing" {
        return by_words(rest).filter(|meaning| meaning.is_of_person());
    }
    let meaning = if FILLERS.contains(first) { by_words(rest) } else { None };
    // `Client ID` is the id of somebody else.
    meaning.filter(|meaning| !matches!(meaning, Meaning::LeadId(_)))
}

fn part_of_address(words: &[&str]) -> Option<Meaning> {
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
    /// The same part of the mailing address. What is in several fields has none there and is kept.
    fn at_mailing(self) -> Self {
        match self {
            Self::Address => Self::MailingAddress,
            Self::CityStateZip | Self::HouseNumber => Self::Ad,
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

    /// Whether shops ask for it with the bill, and mean the customer.
    const fn is_of_person(self) -> bool {
        use Field::{Email, FirstName, FullName, LastName, Organization, Phone1};
        matches!(
            self,
            Self::Name | Self::Phone(_) | Self::Field(Email | FirstName | FullName | LastName | Organization | Phone1)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_two_meanings() {
        let mut seen = HashMap::new();
        for (meaning, names) in tables() {
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
            ("Where do you live? (City)", Meaning::Field(Field::City)),
        ] {
            assert_eq!(meaning(header), Some(wanted), "{header}");
        }
        for unknown in [
            "Client ID",
            "Credit Score",
            "",
            "???",
            "user name",
            "Referred by (Email)",
            "Employer (City)",
        ] {
            assert_eq!(meaning(unknown), None, "{unknown}");
        }
    }
}
