//! The lead's own id.

use std::fmt;

use crate::value::{Leaf, NotCanonical};

/// The caller's stable id of a lead, and so the idempotency key: 1 to 200 characters, trimmed, no control characters.
///
/// It is shown in logs, reports and errors, so it must not be personal data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeadId(Box<str>);

impl LeadId {
    /// Checks and keeps an id.
    ///
    /// # Errors
    /// When it is empty, too long, not trimmed or holds control characters.
    pub fn new(id: impl Into<Box<str>>) -> Result<Self, NotCanonical> {
        let id = id.into();
        let why = if let [b'!'..=b'~', .., b'!'..=b'~'] | [b'!'..=b'~'] = id.as_bytes()
            && id.len() <= 200
            && crate::value::is_printable_ascii(&id)
        {
            return Ok(Self(id));
        } else if id.is_empty() {
            "it is empty"
        } else if id.chars().count() > 200 {
            "it is longer than 200 characters"
        } else if id.trim().len() != id.len() || id.chars().any(char::is_control) {
            "it begins or ends with white space or holds a control character"
        } else {
            return Ok(Self(id));
        };
        Err(NotCanonical::new(Self::KIND, why))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for LeadId {
    const KIND: &'static str = "lead id";
    fn text(&self) -> std::borrow::Cow<'_, str> {
        std::borrow::Cow::Borrowed(&self.0)
    }
    fn from_text(text: &str) -> Result<Self, NotCanonical> {
        Self::new(text)
    }
}
crate::value::serde_as_text!(LeadId);

impl fmt::Display for LeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeadId({})", self.0)
    }
}
