//! The value types a lead is made of. Each holds one canonical form only and checks it strictly and cheaply;
//! reading messy text into them is the work of `leadsink-intake`.

mod amount;
mod date;
mod decimal;
mod email;
mod geo;
mod kinds;
mod lists;
mod phone;
mod region;
mod scalar;
mod text;
mod web;

pub use amount::{Amount, Range};
pub use date::{Moment, PartialDate};
pub use decimal::{Decimal, NotDecimal};
pub use email::Email;
pub use geo::{Latitude, Longitude};
pub use kinds::{ConstructionType, Gender, Ownership, ParticipantKind, PhoneType, Sector};
pub use lists::{Answer, Attachment};
pub use phone::Phone;
pub use region::{Country, PostalCode, State};
pub use text::Text;
pub use web::WebUrl;

use std::borrow::Cow;

/// A value is not in the canonical form of its type. Never holds the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a canonical {kind}: {why}")]
#[non_exhaustive]
pub struct NotCanonical {
    /// The kind of value that was expected, such as `e-mail`.
    pub kind: &'static str,
    /// What the canonical form demands and the value breaks.
    pub why: &'static str,
}

impl NotCanonical {
    /// Makes the error for a value type of one's own.
    #[must_use]
    pub const fn new(kind: &'static str, why: &'static str) -> Self {
        Self { kind, why }
    }
}

/// One value of a lead with a canonical text form that reads back to the same value.
pub trait Leaf: Sized {
    /// The kind of value, as shown in tables.
    const KIND: &'static str;

    /// The canonical text. It may be personal data.
    fn text(&self) -> Cow<'_, str>;

    /// Reads the canonical text.
    ///
    /// # Errors
    /// When the text is not in canonical form.
    fn from_text(text: &str) -> Result<Self, NotCanonical>;
}

/// Whether every byte is a space or a visible character of ASCII. It looks at all of them, so that the compiler can take
/// many at once.
pub(crate) fn is_printable_ascii(text: &str) -> bool {
    text.bytes().fold(0, |most, byte| byte.wrapping_sub(b' ').max(most)) <= b'~' - b' '
}

/// Serialises a [`Leaf`] as its canonical text and never echoes a value that it refuses.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$crate::value::Leaf::text(self))
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                <$type as $crate::value::Leaf>::from_text(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Keeps personal data out of `Debug`.
macro_rules! redacted_debug {
    ($type:ident) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(***)"))
            }
        }
    };
}

/// A boxed string with a canonical form, checked once in `new`.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and keeps a value in canonical form.
            ///
            /// # Errors
            /// When the value is not in canonical form; the error never holds the value.
            pub fn new(value: impl Into<Box<str>>) -> Result<Self, $crate::value::NotCanonical> {
                let value = value.into();
                match $check(&value) {
                    Ok(()) => Ok(Self(value)),
                    Err(why) => Err($crate::value::NotCanonical::new($kind, why)),
                }
            }

            /// The canonical text. It may be personal data.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::value::Leaf for $name {
            const KIND: &'static str = $kind;
            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(&self.0)
            }
            fn from_text(text: &str) -> Result<Self, $crate::value::NotCanonical> {
                Self::new(text)
            }
        }

        $crate::value::redacted_debug!($name);
        $crate::value::serde_as_text!($name);
    };
}

pub(crate) use {checked_text, redacted_debug, serde_as_text};
