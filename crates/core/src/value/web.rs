//! Web addresses.

use std::borrow::Cow;

use url::Url;

use super::{Leaf, NotCanonical, redacted_debug, serde_as_text};

/// An absolute `http` or `https` address with a host and without user name or password. The text is kept as it was
/// written: a certificate address is proof and must not change. `Debug` is redacted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebUrl(Box<str>);

impl WebUrl {
    /// Checks and keeps an address.
    ///
    /// # Errors
    /// When it is not an absolute web address.
    pub fn new(text: impl Into<Box<str>>) -> Result<Self, NotCanonical> {
        let text = text.into();
        let error = |why| NotCanonical::new(Self::KIND, why);
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(error("it holds white space"));
        }
        let lower = text.get(..8).unwrap_or(&text).to_ascii_lowercase();
        if !lower.starts_with("http://") && !lower.starts_with("https://") {
            return Err(error("it does not begin with `http://` or `https://`"));
        }
        let url = Url::parse(&text).map_err(|_| error("it is no web address"))?;
        if !url.has_host() || !url.username().is_empty() || url.password().is_some() {
            return Err(error("it has no host, or holds a user name or password"));
        }
        Ok(Self(text))
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for WebUrl {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Leaf for WebUrl {
    const KIND: &'static str = "web address";
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
    fn from_text(text: &str) -> Result<Self, NotCanonical> {
        Self::new(text)
    }
}
redacted_debug!(WebUrl);
serde_as_text!(WebUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_web_addresses_are_taken() {
        assert_eq!(
            WebUrl::new("https://Example.com/a?b=c").unwrap().as_str(),
            "https://Example.com/a?b=c"
        );
        for bad in [
            "",
            "n/a",
            "/relative",
            "mailto:a@b.com",
            "http://",
            "https://u:p@example.com/",
            "https://exa mple.com",
            "ftp://example.com",
        ] {
            assert!(WebUrl::new(bad).is_err(), "{bad}");
        }
    }
}
