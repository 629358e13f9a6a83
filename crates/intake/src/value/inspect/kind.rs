//! The kinds of value that the command `inspect` knows.

use std::str::FromStr;

/// A kind of value that can be inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A state, province or territory.
    State,
    /// A postal code.
    PostalCode,
    /// A person's full name.
    Name,
    /// A street address.
    Street,
    /// A yes or no.
    Boolean,
    /// A range of money or usage.
    Range,
    /// A date, which may be partial.
    Date,
    /// A moment.
    DateTime,
    /// A web address.
    Url,
    /// A TrustedForm certificate.
    TrustedFormUrl,
    /// An IP address.
    Ip,
    /// A country.
    Country,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Phone,
        Self::Email,
        Self::State,
        Self::PostalCode,
        Self::Name,
        Self::Street,
        Self::Boolean,
        Self::Range,
        Self::Date,
        Self::DateTime,
        Self::Url,
        Self::TrustedFormUrl,
        Self::Ip,
        Self::Country,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::State => "state",
            Self::PostalCode => "postal-code",
            Self::Name => "name",
            Self::Street => "street",
            Self::Boolean => "boolean",
            Self::Range => "range",
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Url => "url",
            Self::TrustedFormUrl => "trustedform-url",
            Self::Ip => "ip",
            Self::Country => "country",
        }
    }
}

/// No kind has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no kind is called `{name}`{}",
    suggestion.map_or_else(
        || format!("; available: {}", Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")),
        |near| format!("; did you mean `{near}`?"),
    )
)]
pub struct UnknownKind {
    /// The name that was asked for.
    pub name: String,
    /// The nearest name there is.
    pub suggestion: Option<&'static str>,
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        let found = Self::ALL.iter().copied().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| UnknownKind {
            name: name.to_owned(),
            suggestion: leadsink_core::suggest(name, Self::ALL.iter().map(|kind| kind.as_str())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_kind_gets_a_suggestion() {
        let error = "fone".parse::<Kind>().unwrap_err().to_string();
        assert_eq!(error, "no kind is called `fone`; did you mean `phone`?");
        let error = "quaternion".parse::<Kind>().unwrap_err().to_string();
        assert!(
            error.starts_with("no kind is called `quaternion`; available: phone, email,"),
            "{error}"
        );
    }

    #[test]
    fn names_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
    }
}
