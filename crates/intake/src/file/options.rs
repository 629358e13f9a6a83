//! What a caller can set about a file instead of leaving it to detection.

use std::str::FromStr;

use leadsink_core::value::Country;
use leadsink_core::{Field, suggest};

use crate::value::DecimalStyle;

/// `ReadOptions` overrides what is otherwise detected. The default detects everything.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The format, where it is not to be detected.
    pub format: Option<Format>,
    /// The encoding, where it is not to be detected.
    pub encoding: Option<Encoding>,
    /// The delimiter, where it is not to be detected.
    pub delimiter: Option<Delimiter>,
    /// How decimal numbers are written, where it is not to be detected.
    pub decimal: Option<DecimalStyle>,
    /// What columns are, by header. A header is compared as it is written, then without case and punctuation.
    pub columns: Vec<(String, Target)>,
    /// The column that holds the lead id.
    pub id_column: Option<String>,
    /// Whether a value that cannot be read is left out instead of making its row bad.
    pub lenient: bool,
    /// What happens to a later duplicate.
    pub duplicates: Duplicates,
    /// The source of the leads, where a row names none.
    pub source: Option<String>,
    /// The country of the leads, where a row names none; the United States by default.
    pub country: Option<Country>,
}

impl ReadOptions {
    /// Options that detect everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what a column is.
    #[must_use]
    pub fn with_column(mut self, header: impl Into<String>, target: Target) -> Self {
        self.columns.push((header.into(), target));
        self
    }

    /// Names the column that holds the lead id.
    #[must_use]
    pub fn with_id_column(mut self, header: impl Into<String>) -> Self {
        self.id_column = Some(header.into());
        self
    }
}

/// What a column becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// A field of the lead.
    Field(Field),
    /// The lead's id.
    LeadId,
    /// An answer: the header is the question.
    Answer,
    /// City, state and postal code of the site, as in `Austin, TX 78704`.
    CityStateZip,
    /// The number of the house, where the street has none.
    HouseNumber,
    /// Options of vendors: a JSON object by vendor id.
    Extensions,
    /// Kept in `extra` under the header.
    Extra,
    /// Left out.
    Ignore,
}

impl Target {
    /// The name on the command line and in mapping files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Field(field) => field.name(),
            Self::LeadId => "id",
            Self::Answer => "answer",
            Self::CityStateZip => "city_state_zip",
            Self::HouseNumber => "house_number",
            Self::Extensions => "extensions",
            Self::Extra => "extra",
            Self::Ignore => "ignore",
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Target {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        match name {
            "id" | "lead_id" => Ok(Self::LeadId),
            "answer" | "answers" => Ok(Self::Answer),
            "city_state_zip" => Ok(Self::CityStateZip),
            "house_number" => Ok(Self::HouseNumber),
            "extensions" => Ok(Self::Extensions),
            "extra" => Ok(Self::Extra),
            "ignore" => Ok(Self::Ignore),
            // A file of rows has no way to write an attachment.
            _ => match name.parse() {
                Ok(field) if field != Field::Attachments => Ok(Self::Field(field)),
                _ => {
                    let fields = Field::ALL.iter().map(|field| field.name());
                    let others = [
                        "id",
                        "answer",
                        "city_state_zip",
                        "house_number",
                        "extensions",
                        "extra",
                        "ignore",
                    ];
                    Err(UnknownName {
                        what: "field",
                        name: name.to_owned(),
                        available: "a field name, `id`, `answer`, `extra` or `ignore`",
                        suggestion: suggest(name, fields.chain(others)),
                    })
                }
            },
        }
    }
}

/// Nothing has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {what} is called `{name}`; {}", suggestion.map_or_else(|| format!("available: {available}"), |near| format!("did you mean `{near}`?")))]
pub struct UnknownName {
    /// What was named.
    pub what: &'static str,
    /// The name that was asked for.
    pub name: String,
    /// The names there are.
    pub available: &'static str,
    /// The nearest name there is.
    pub suggestion: Option<&'static str>,
}

/// Makes an enum of which every value has a name.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $what:literal, $available:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the command line and in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                match name.to_ascii_lowercase().as_str() {
                    $($word $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err(UnknownName {
                        what: $what,
                        name: name.to_owned(),
                        available: $available,
                        suggestion: suggest(name, Self::ALL.iter().map(|value| value.as_str())),
                    }),
                }
            }
        }
    };
}

named! {
    /// How a file is built.
    Format, "format", "`csv`, `json`, `ndjson`" {
        /// Lines of delimited fields beneath a header; the delimiter is told apart.
        Csv = "csv" | "tsv",
        /// One array of objects, or objects one after another.
        Json = "json",
        /// One object a line.
        Ndjson = "ndjson" | "jsonl",
    }
}

named! {
    /// How text is written in bytes.
    Encoding, "encoding", "`utf-8`, `utf-16le`, `utf-16be`, `windows-1252`" {
        /// UTF-8, with or without byte order mark.
        Utf8 = "utf-8" | "utf8",
        /// UTF-16, low byte first; Excel's "Unicode text" and Facebook's export.
        Utf16Le = "utf-16le" | "utf16le" | "utf-16" | "utf16",
        /// UTF-16, high byte first.
        Utf16Be = "utf-16be" | "utf16be",
        /// The Western European encoding of Windows, of which Latin-1 is a part.
        Windows1252 = "windows-1252" | "cp1252" | "latin1" | "latin-1" | "iso-8859-1",
    }
}

named! {
    /// What stands between two fields of a line.
    Delimiter, "delimiter", "`comma`, `tab`, `semicolon`, `pipe`" {
        /// `,`
        Comma = "comma" | ",",
        /// A tab.
        Tab = "tab" | "\t" | "\\t",
        /// `;`
        Semicolon = "semicolon" | ";",
        /// `|`
        Pipe = "pipe" | "|",
    }
}

impl Delimiter {
    /// The character itself.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
            Self::Pipe => b'|',
        }
    }
}

/// What happens to a row that repeats an earlier good row of the file: the same lead id, or the same phone and e-mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Duplicates {
    /// It is reported and not sent.
    #[default]
    Skip,
    /// It is sent like the others, with a warning.
    Send,
    /// Nobody looks: no row is remembered.
    Off,
}

impl FromStr for Duplicates {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        match name {
            "skip" => Ok(Self::Skip),
            "send" => Ok(Self::Send),
            "off" => Ok(Self::Off),
            _ => Err(UnknownName {
                what: "way with duplicates",
                name: name.to_owned(),
                available: "`skip`, `send`, `off`",
                suggestion: suggest(name, ["skip", "send", "off"]),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for encoding in Encoding::ALL {
            assert_eq!(encoding.as_str().parse(), Ok(*encoding));
        }
        assert_eq!("TSV".parse(), Ok(Format::Csv));
        assert_eq!(";".parse(), Ok(Delimiter::Semicolon));
        assert_eq!("electric_bill".parse(), Ok(Target::Field(Field::ElectricBill)));
        assert_eq!("id".parse(), Ok(Target::LeadId));
        for target in [Target::CityStateZip, Target::HouseNumber, Target::Extensions] {
            assert_eq!(target.as_str().parse(), Ok(target));
        }
    }

    #[test]
    fn unknown_names_get_a_suggestion_or_the_list() {
        let error = "fist_name".parse::<Target>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "no field is called `fist_name`; did you mean `first_name`?"
        );
        let error = "ebcdic".parse::<Encoding>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "no encoding is called `ebcdic`; available: `utf-8`, `utf-16le`, `utf-16be`, `windows-1252`"
        );
    }
}
