//! The values that the document closes: kinds of owner, tax entity and energy, and amounts a month. And ids, of which it says
//! nothing.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// Makes an enum whose variants are the document's words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// The document's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// What a sales owner is.
    OwnerType {
        /// A user of SolarNexus.
        User = "user",
        /// A workgroup.
        Workgroup = "workgroup",
    }
}

words! {
    /// How a participant is taxed.
    TaxEntity {
        /// A private person.
        Individual = "individual",
        /// A public body.
        TaxExempt = "tax exempt",
        /// A corporation.
        Corporation = "corporation",
        /// A sole proprietor.
        SoleProprietor = "sole proprietor",
        /// A limited liability company that is taxed as a corporation.
        LlcCorporation = "llc (corporation)",
        /// A limited liability company that is not.
        LlcNonCorporation = "llc (non-corporation)",
        /// A partnership.
        Partnership = "partnership",
    }
}

words! {
    /// How a business is taxed: the five of the tax entities that a business may be.
    BusinessTaxEntity {
        /// A corporation.
        Corporation = "corporation",
        /// A sole proprietor.
        SoleProprietor = "sole proprietor",
        /// A limited liability company that is taxed as a corporation.
        LlcCorporation = "llc (corporation)",
        /// A limited liability company that is not.
        LlcNonCorporation = "llc (non-corporation)",
        /// A partnership.
        Partnership = "partnership",
    }
}

impl From<BusinessTaxEntity> for TaxEntity {
    fn from(entity: BusinessTaxEntity) -> Self {
        match entity {
            BusinessTaxEntity::Corporation => Self::Corporation,
            BusinessTaxEntity::SoleProprietor => Self::SoleProprietor,
            BusinessTaxEntity::LlcCorporation => Self::LlcCorporation,
            BusinessTaxEntity::LlcNonCorporation => Self::LlcNonCorporation,
            BusinessTaxEntity::Partnership => Self::Partnership,
        }
    }
}

words! {
    /// A kind of energy.
    Energy {
        /// Electricity.
        Electricity = "electricity",
        /// Natural gas.
        NaturalGas = "natural gas",
        /// Heating oil.
        HeatingOil = "heating oil",
        /// Propane.
        Propane = "propane",
    }
}

words! {
    /// What an amount is of: an average month, or one month.
    Period {
        /// The average month.
        MonthlyAvg = "monthly_avg",
        /// January.
        Jan = "jan",
        /// February.
        Feb = "feb",
        /// March.
        Mar = "mar",
        /// April.
        Apr = "apr",
        /// May.
        May = "may",
        /// June.
        Jun = "jun",
        /// July.
        Jul = "jul",
        /// August.
        Aug = "aug",
        /// September.
        Sep = "sep",
        /// October.
        Oct = "oct",
        /// November.
        Nov = "nov",
        /// December.
        Dec = "dec",
    }
}

impl Period {
    /// January to December.
    pub(crate) const MONTHS: [Self; 12] = [
        Self::Jan,
        Self::Feb,
        Self::Mar,
        Self::Apr,
        Self::May,
        Self::Jun,
        Self::Jul,
        Self::Aug,
        Self::Sep,
        Self::Oct,
        Self::Nov,
        Self::Dec,
    ];
}

/// What is used or paid: in an average month, or in single months, never both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<Period, Number>")]
pub struct Monthly(BTreeMap<Period, Number>);

impl TryFrom<BTreeMap<Period, Number>> for Monthly {
    type Error = &'static str;

    fn try_from(amounts: BTreeMap<Period, Number>) -> Result<Self, Self::Error> {
        match (amounts.contains_key(&Period::MonthlyAvg), amounts.len()) {
            (_, 0) | (true, 2..) => Err("it has either `monthly_avg` or months from `jan` to `dec`"),
            _ => Ok(Self(amounts)),
        }
    }
}

/// An id of SolarNexus. Whether ids are numbers or texts is not documented, so each is sent as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Id {
    /// A number.
    Number(u64),
    /// A text, not blank.
    Text(String),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl de::Visitor<'_> for Scalar {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id, as a number or a text")
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Id, E> {
                Ok(Id::Number(value))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Id, E> {
                let number = u64::try_from(value).map_err(|_| E::custom("an id is not negative"))?;
                Ok(Id::Number(number))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Id, E> {
                match value.trim() {
                    "" => Err(E::custom("the id is blank")),
                    text => Ok(Id::Text(text.to_owned())),
                }
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_what_it_was() {
        for (json, text) in [("42", "42"), (r#""0042""#, "0042")] {
            let id: Id = serde_json::from_str(json).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(serde_json::to_string(&id).unwrap(), json);
        }
        for bad in ["-1", "1.5", r#"" ""#, "true", "null", "[1]"] {
            assert!(serde_json::from_str::<Id>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_are_an_average_or_months() {
        for good in [r#"{"monthly_avg":150}"#, r#"{"jan":110,"feb":95.5,"dec":0}"#] {
            let amounts: Monthly = serde_json::from_str(good).unwrap();
            assert_eq!(serde_json::to_string(&amounts).unwrap(), good);
        }
        for bad in [
            "{}",
            r#"{"monthly_avg":1,"jan":1}"#,
            r#"{"january":1}"#,
            r#"{"jan":"1"}"#,
        ] {
            assert!(serde_json::from_str::<Monthly>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn words_are_the_documents() {
        let entity: TaxEntity = serde_json::from_str(r#""llc (non-corporation)""#).unwrap();
        assert_eq!(entity, TaxEntity::LlcNonCorporation);
        assert_eq!(TaxEntity::from(BusinessTaxEntity::LlcNonCorporation), entity);
        for entity in [
            BusinessTaxEntity::Corporation,
            BusinessTaxEntity::SoleProprietor,
            BusinessTaxEntity::LlcCorporation,
            BusinessTaxEntity::LlcNonCorporation,
            BusinessTaxEntity::Partnership,
        ] {
            assert_eq!(TaxEntity::from(entity).as_str(), entity.as_str());
        }
        assert!(serde_json::from_str::<BusinessTaxEntity>(r#""tax exempt""#).is_err());
        assert!(serde_json::from_str::<Energy>(r#""gas""#).is_err());
    }
}
