//! Countries, states and postal codes. A state or postal code knows its country, so `CA` is never both California and
//! Canada: US codes are written plainly (`CA`, `78704-6789`), others with their country before them (`CA-ON`, `AU-2000`).

use std::borrow::Cow;

use super::{Leaf, NotCanonical, redacted_debug, serde_as_text};

/// ISO 3166-1 alpha-2 codes, sorted.
const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ\
DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZ\
LALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW\
SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// States, the District of Columbia, territories, freely associated states and military codes, as USPS writes them; sorted.
const US: &str = "AAAEAKALAPARASAZCACOCTDCDEFLFMGAGUHIIAIDILINKSKYLAMAMDMEMHMIMNMOMPMSMTNCNDNENHNJNMNVNYOHOKORPAPR\
PWRISCSDTNTXUTVAVIVTWAWIWVWY";
/// Sorted, as the others.
const CANADA: &str = "ABBCMBNBNLNSNTNUONPEQCSKYT";
const AUSTRALIA: &[&str] = &["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"];

/// Whether a sorted table of two-letter codes has one. They are compared as numbers, which calls nothing.
fn has(table: &str, code: [u8; 2]) -> bool {
    let (known, _) = table.as_bytes().as_chunks::<2>();
    let number = u16::from_be_bytes(code);
    known
        .binary_search_by_key(&number, |known| u16::from_be_bytes(*known))
        .is_ok()
}

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Australia.
    pub const AU: Self = Self(*b"AU");
    /// Canada.
    pub const CA: Self = Self(*b"CA");
    /// The United Kingdom.
    pub const GB: Self = Self(*b"GB");
    /// The United States of America, the default where a lead names no country.
    pub const US: Self = Self(*b"US");

    /// Reads an upper-case code.
    ///
    /// # Errors
    /// When there is no such country.
    pub fn new(code: &str) -> Result<Self, NotCanonical> {
        let error = NotCanonical::new(Self::KIND, "it is no upper-case ISO 3166-1 alpha-2 code");
        let code: [u8; 2] = code.as_bytes().try_into().map_err(|_| error)?;
        if has(COUNTRIES, code) {
            Ok(Self(code))
        } else {
            Err(error)
        }
    }

    /// The two-letter code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Leaf for Country {
    const KIND: &'static str = "country";
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
    fn from_text(text: &str) -> Result<Self, NotCanonical> {
        Self::new(text)
    }
}
serde_as_text!(Country);

/// Makes a code that knows its country; the text of US ones has no prefix.
macro_rules! regional {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name { country: Country, code: Box<str> }

        impl $name {
            /// Checks the code by the rules of its country.
            ///
            /// # Errors
            /// When the country has no such code.
            pub fn new(country: Country, code: impl Into<Box<str>>) -> Result<Self, NotCanonical> {
                let code = code.into();
                match $check(country, &code) {
                    Ok(()) => Ok(Self { country, code }),
                    Err(why) => Err(NotCanonical::new($kind, why)),
                }
            }

            /// The country it belongs to.
            #[must_use]
            pub const fn country(&self) -> Country {
                self.country
            }

            /// The code as the country writes it.
            #[must_use]
            pub fn code(&self) -> &str {
                &self.code
            }
        }

        impl Leaf for $name {
            const KIND: &'static str = $kind;
            fn text(&self) -> Cow<'_, str> {
                if self.country == Country::US {
                    Cow::Borrowed(&self.code)
                } else {
                    Cow::Owned(format!("{}-{}", self.country.as_str(), self.code))
                }
            }
            fn from_text(text: &str) -> Result<Self, NotCanonical> {
                match text.split_once('-').and_then(|(country, code)| Some((Country::new(country).ok()?, code))) {
                    Some((Country::US, _)) => Err(NotCanonical::new($kind, "a US code is written without its country")),
                    Some((country, code)) => Self::new(country, code),
                    None => Self::new(Country::US, text),
                }
            }
        }
        redacted_debug!($name);
        serde_as_text!($name);
    };
}

regional! {
    /// A state, province or territory of a country: a code for the US, Canada and Australia, free text elsewhere.
    State, "state", check_state
}

regional! {
    /// A postal code: `78704` or `78704-6789` for the US, `K1A 0B1` for Canada, four digits for Australia, free upper-case
    /// text elsewhere.
    PostalCode, "postal code", check_postal_code
}

impl PostalCode {
    /// The first five digits of a US ZIP code.
    #[must_use]
    pub fn zip5(&self) -> Option<&str> {
        if self.country == Country::US {
            self.code.get(..5)
        } else {
            None
        }
    }
}

fn check_state(country: Country, code: &str) -> Result<(), &'static str> {
    let is_one_of = |table| code.as_bytes().try_into().is_ok_and(|code| has(table, code));
    let is_known = match country {
        Country::US => is_one_of(US),
        Country::CA => is_one_of(CANADA),
        Country::AU => AUSTRALIA.contains(&code),
        _ => {
            return super::Text::new(code).map(|_| ()).map_err(|error| error.why);
        }
    };
    if is_known {
        Ok(())
    } else {
        Err("its country has no such code")
    }
}

fn check_postal_code(country: Country, code: &str) -> Result<(), &'static str> {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let good = match country {
        Country::US => match code.split_once('-') {
            Some((zip, plus_four)) => digits(zip, 5) && digits(plus_four, 4),
            None => digits(code, 5),
        },
        Country::CA => {
            let bytes = code.as_bytes();
            bytes.len() == 7
                && bytes[3] == b' '
                && [0, 2, 5]
                    .iter()
                    .all(|&i| bytes[i].is_ascii_uppercase() && !b"DFIOQU".contains(&bytes[i]))
                && !b"WZ".contains(&bytes[0])
                && [1, 4, 6].iter().all(|&i| bytes[i].is_ascii_digit())
        }
        Country::AU => digits(code, 4),
        _ => {
            (2..=12).contains(&code.len())
                && code.trim().len() == code.len()
                && code
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ' || b == b'-')
        }
    };
    if good {
        Ok(())
    } else {
        Err("it has not the form that its country uses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_binary_search() {
        for (table, codes) in [(COUNTRIES, 249), (US, 62), (CANADA, 13)] {
            assert!(table.as_bytes().as_chunks::<2>().0.is_sorted());
            assert_eq!(table.len(), codes * 2);
        }
    }

    #[test]
    fn text_reads_back_to_the_same_code() {
        for text in ["CA", "DC", "AP", "CA-ON", "AU-NSW", "DE-Bayern"] {
            assert_eq!(State::from_text(text).unwrap().text(), text);
        }
        for text in [
            "78704",
            "78704-6789",
            "CA-K1A 0B1",
            "AU-2000",
            "GB-SW1A 1AA",
            "DE-10115",
        ] {
            assert_eq!(PostalCode::from_text(text).unwrap().text(), text);
        }
    }

    #[test]
    fn codes_are_checked_by_country() {
        for bad in ["XX", "ca", "", "CA-CA", "AU-ON", "US-CA", "California"] {
            assert!(State::from_text(bad).is_err(), "{bad}");
        }
        for bad in ["7870", "78704-67", "K1A 0B1", "CA-K1A0B1", "CA-D1A 0B1", "AU-20000", ""] {
            assert!(PostalCode::from_text(bad).is_err(), "{bad}");
        }
        assert!(Country::new("UK").is_err());
        assert_eq!(PostalCode::from_text("78704-6789").unwrap().zip5(), Some("78704"));
        assert_eq!(PostalCode::from_text("DE-10115").unwrap().zip5(), None);
    }
}
