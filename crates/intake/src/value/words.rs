//! Words of closed sets: what forms and systems write for the enums of the lead.

use leadsink_core::value::{ConstructionType, Gender, ParticipantKind, PhoneType, Sector};

use super::absent::is_absent;
use super::clean::key;
use super::{BadValue, Parsed};

/// Looks a text up in a table of words.
fn look_up<T: Copy>(text: &str, table: &[(T, &[&str])], bad: BadValue) -> Parsed<T> {
    if is_absent(text) {
        return Ok(None);
    }
    let key = key(text);
    let found = table.iter().find(|(_, words)| words.contains(&key.as_str()));
    found.map(|(value, _)| Some(*value)).ok_or(bad)
}

/// Reads whether a person, a company or a public body takes part.
///
/// # Errors
/// When the word is not known.
pub fn participant_kind(text: &str) -> Parsed<ParticipantKind> {
    const TABLE: &[(ParticipantKind, &[&str])] = &[
        (
            ParticipantKind::Individual,
            &[
                "individual",
                "person",
                "private",
                "private person",
                "consumer",
                "residential",
                "homeowner",
                "personal",
                "b2c",
            ],
        ),
        (
            ParticipantKind::Business,
            &[
                "business",
                "company",
                "commercial",
                "corporation",
                "corporate",
                "organization",
                "organisation",
                "firm",
                "llc",
                "b2b",
            ],
        ),
        (
            ParticipantKind::Government,
            &[
                "government",
                "public",
                "public body",
                "gov",
                "govt",
                "municipal",
                "municipality",
                "public sector",
            ],
        ),
    ];
    let bad = BadValue::new(
        "participant_kind_unknown",
        "it is none of `individual`, `business`, `government`",
    );
    look_up(text, TABLE, bad)
}

/// Reads a gender.
///
/// # Errors
/// When the word is not known.
pub fn gender(text: &str) -> Parsed<Gender> {
    const TABLE: &[(Gender, &[&str])] = &[
        (Gender::Female, &["female", "f", "w", "woman", "femenino", "mujer"]),
        (Gender::Male, &["male", "m", "man", "masculino", "hombre"]),
        (
            Gender::Other,
            &[
                "other",
                "o",
                "x",
                "nonbinary",
                "non binary",
                "nb",
                "diverse",
                "gender neutral",
                "genderqueer",
            ],
        ),
    ];
    look_up(
        text,
        TABLE,
        BadValue::new("gender_unknown", "it is none of `female`, `male`, `other`"),
    )
}

/// Reads the kind of a telephone.
///
/// # Errors
/// When the word is not known.
pub fn phone_type(text: &str) -> Parsed<PhoneType> {
    const TABLE: &[(PhoneType, &[&str])] = &[
        (
            PhoneType::Mobile,
            &[
                "mobile",
                "cell",
                "cellphone",
                "cell phone",
                "cellular",
                "mobile phone",
                "wireless",
                "m",
                "c",
            ],
        ),
        (
            PhoneType::Home,
            &[
                "home",
                "landline",
                "land line",
                "home phone",
                "residential",
                "fixed",
                "fixed line",
                "house",
                "h",
            ],
        ),
        (PhoneType::Work, &["work", "business", "office", "work phone", "w"]),
        (PhoneType::TollFree, &["toll free", "tollfree"]),
        (PhoneType::Other, &["other", "voip", "main", "pager", "fax"]),
    ];
    let bad = BadValue::new(
        "phone_type_unknown",
        "it is none of `mobile`, `home`, `work`, `toll_free`, `other`",
    );
    look_up(text, TABLE, bad)
}

/// Reads what a site is used for.
///
/// # Errors
/// When the word is not known.
pub fn sector(text: &str) -> Parsed<Sector> {
    const TABLE: &[(Sector, &[&str])] = &[
        (
            Sector::Residential,
            &[
                "residential",
                "res",
                "resi",
                "residence",
                "home",
                "house",
                "single family",
                "single family home",
                "multi family",
                "multifamily",
                "condo",
                "condominium",
                "townhouse",
                "townhome",
                "apartment",
                "duplex",
                "mobile home",
                "manufactured home",
            ],
        ),
        (
            Sector::Commercial,
            &[
                "commercial",
                "com",
                "comm",
                "business",
                "industrial",
                "office",
                "retail",
                "farm",
                "agricultural",
                "nonprofit",
            ],
        ),
    ];
    look_up(
        text,
        TABLE,
        BadValue::new("sector_unknown", "it is neither `residential` nor `commercial`"),
    )
}

/// Reads whether the building stands already.
///
/// # Errors
/// When the word is not known.
pub fn construction_type(text: &str) -> Parsed<ConstructionType> {
    const TABLE: &[(ConstructionType, &[&str])] = &[
        (
            ConstructionType::NewConstruction,
            &[
                "new construction",
                "new",
                "new build",
                "newbuild",
                "newconstruction",
                "under construction",
                "new home",
            ],
        ),
        (
            ConstructionType::Retrofit,
            &[
                "retrofit",
                "existing",
                "existing home",
                "existing building",
                "existing construction",
                "resale",
            ],
        ),
    ];
    let bad = BadValue::new(
        "construction_type_unknown",
        "it is neither `new construction` nor `retrofit`",
    );
    look_up(text, TABLE, bad)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::value::Leaf;

    #[test]
    fn every_canonical_word_reads_back() {
        fn check<T: Leaf + Copy + PartialEq + std::fmt::Debug>(all: &[T], read: fn(&str) -> Parsed<T>) {
            for value in all {
                assert_eq!(read(&value.text()), Ok(Some(*value)));
                assert_eq!(read(&value.text().to_uppercase()), Ok(Some(*value)));
            }
            assert_eq!(read("n/a"), Ok(None));
            assert!(read("purple").is_err());
        }
        check(ParticipantKind::ALL, participant_kind);
        check(Gender::ALL, gender);
        check(PhoneType::ALL, phone_type);
        check(Sector::ALL, sector);
        check(ConstructionType::ALL, construction_type);
    }

    #[test]
    fn common_words_are_known() {
        assert_eq!(phone_type("Cell Phone"), Ok(Some(PhoneType::Mobile)));
        assert_eq!(phone_type("land-line"), Ok(Some(PhoneType::Home)));
        assert_eq!(gender("F"), Ok(Some(Gender::Female)));
        assert_eq!(sector("Single-Family"), Ok(Some(Sector::Residential)));
        assert_eq!(
            construction_type("new_build"),
            Ok(Some(ConstructionType::NewConstruction))
        );
    }
}
