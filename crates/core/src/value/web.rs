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
        if is_plain(&text) {
            return Ok(Self(text));
        }
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

/// Whether an address is so plain that every parser takes it: visible ASCII, and a host of labels in lower case of which
/// the last is letters only. Anything else is left to the URL parser.
fn is_plain(text: &str) -> bool {
    let Some(behind) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let mut end = behind.len();
    let (mut label, mut is_letters) = (0, true);
    for (at, byte) in behind.bytes().enumerate() {
        match byte {
            b'a'..=b'z' => {}
            b'0'..=b'9' | b'-' => is_letters = false,
            b'.' if at > label => (label, is_letters) = (at + 1, true),
            b'/' | b'?' | b'#' => {
                end = at;
                break;
            }
            _ => return false,
        }
    }
    let (host, path) = behind.as_bytes().split_at(end);
    end > label
        && is_letters
        && !(host.starts_with(b"xn--") || host.windows(5).any(|part| part == b".xn--"))
        && path.iter().fold(0, |most, byte| byte.wrapping_sub(b'!').max(most)) <= b'~' - b'!'
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
    fn what_is_taken_without_the_parser_is_taken_by_it() {
        for plain in [
            "https://cert.trustedform.com/0123456789abcdef",
            "http://localhost",
            "https://a-b.example.com?x=\\@y#z",
            "https://-a.example.com/%zz",
        ] {
            assert!(
                is_plain(plain) && Url::parse(plain).is_ok_and(|url| url.has_host()),
                "{plain}"
            );
        }
        for other in [
            "https://",
            "https:///x",
            "https://.com",
            "https://1.2.3",
            "https://0x7f.1",
            "https://xn--a.example",
            "https://www.xn--a.example",
            "https://a..example",
            "https://example.com.",
            "https://Example.com",
            "https://u@example.com",
            "https://example.com:80",
            "https://example.com\\@evil.example",
            "https://example.com/é",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }

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
