//! Value parsers, one module a kind: messy text in, a canonical value of `leadsink-core` out. A parser takes text and
//! says one of three things: nothing is there, here is the value, or why it cannot be read.

mod absent;
pub mod boolean;
pub mod city;
pub(crate) mod clean;
pub mod consent;
pub mod country;
pub mod date;
pub mod email;
pub mod inspect;
pub mod ip;
pub mod name;
pub mod number;
pub mod phone;
pub mod postal_code;
pub mod range;
pub mod state;
pub mod street;
pub mod text;
pub mod url;
pub mod words;

pub use absent::is_absent;

use leadsink_core::value::{Country, State};

/// What is known beside the value itself.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Hints {
    /// The country of the lead; the United States where it is not known.
    pub country: Option<Country>,
    /// The state of the lead, which tells whether a ZIP code lost its leading zero.
    pub state: Option<State>,
    /// How the source writes decimal numbers.
    pub decimal: DecimalStyle,
}

impl Hints {
    /// Sets the country.
    #[must_use]
    pub fn with_country(mut self, country: impl Into<Option<Country>>) -> Self {
        self.country = country.into();
        self
    }

    /// Sets the state.
    #[must_use]
    pub fn with_state(mut self, state: impl Into<Option<State>>) -> Self {
        self.state = state.into();
        self
    }

    /// Sets how decimal numbers are written.
    #[must_use]
    pub fn with_decimal(mut self, decimal: DecimalStyle) -> Self {
        self.decimal = decimal;
        self
    }

    /// The country: as given, else that of the state, else nothing.
    pub(crate) fn known_country(&self) -> Option<Country> {
        self.country.or_else(|| self.state.as_ref().map(State::country))
    }
}

/// Which mark stands before the decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalStyle {
    /// `1,234.56`.
    #[default]
    Point,
    /// `1.234,56`.
    Comma,
}

/// A value that is there and cannot be read. Never holds the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadValue {
    /// What is wrong, as a stable word such as `phone_too_short`.
    pub code: &'static str,
    /// What is wrong and what to do about it: a lower-case fragment.
    pub message: &'static str,
}

impl BadValue {
    /// Makes the error.
    #[must_use]
    pub const fn new(code: &'static str, message: &'static str) -> Self {
        Self { code, message }
    }
}

/// The value; nothing where it is absent.
pub type Parsed<T> = Result<Option<T>, BadValue>;
