//! The template of the call-back address. NTherm returns no id of a lead, so a token in the address that it calls is all
//! that says whose final word it is.

use std::fmt;

use form_urlencoded::parse;
use leadsink_core::{CallbackToken, ConfigError};
use serde::{Deserialize, Deserializer, de};
use url::Url;

const KEY: &str = "call_back_url";
const PLACE_HOLDER: &str = "{token}";
/// Stands for the token while the template is checked; no template holds it by chance.
const SAMPLE: &str = "6c6561642073696e6b20746f6b656e21";

/// A web address with one `{token}` in its path or query. `Debug` shows the host only.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackTemplate {
    before: Box<str>,
    after: Box<str>,
    host: Box<str>,
    place: Place,
}

/// Where the token stands, and the text around it.
#[derive(Clone, PartialEq, Eq)]
enum Place {
    /// In a segment of the path, counted from the end: a proxy may have taken a prefix away.
    Path {
        from_end: usize,
        before: Box<str>,
        after: Box<str>,
    },
    /// In the value of a parameter.
    Query {
        name: Box<str>,
        before: Box<str>,
        after: Box<str>,
    },
}

impl CallbackTemplate {
    /// Reads and checks a template such as `https://leads.example.com/callbacks/ntherm/{token}`.
    ///
    /// # Errors
    /// When it is no web address, or `{token}` does not stand in its path or query exactly once.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let error = |message: &'static str| ConfigError::invalid(KEY, message);
        let Some((before, after)) = text.split_once(PLACE_HOLDER) else {
            return Err(error("it has no `{token}`, by which the answer finds its lead"));
        };
        if [before, after].iter().any(|part| part.contains(['{', '}'])) {
            return Err(error(
                "it has more than one place-holder; the only one is `{token}`, once",
            ));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(error("it holds white space"));
        }
        let sample = Url::parse(&format!("{before}{SAMPLE}{after}"))
            .map_err(|_| error("it is no absolute web address such as `https://leads.example.com/ntherm/{token}`"))?;
        let host = sample.host_str().unwrap_or_default();
        if !matches!(sample.scheme(), "http" | "https") || host.is_empty() {
            return Err(error("it does not begin with `https://` or `http://` and a host"));
        }
        if !sample.username().is_empty() || sample.password().is_some() || sample.fragment().is_some() {
            return Err(error(
                "it holds a user name, a password or a fragment, which a caller may leave out",
            ));
        }
        let place = Place::of(&sample)
            .ok_or_else(|| error("`{token}` stands neither in its path nor in a value of its query"))?;
        Ok(Self {
            before: before.into(),
            after: after.into(),
            host: host.into(),
            place,
        })
    }

    /// The address for one delivery.
    #[must_use]
    pub fn url(&self, token: &CallbackToken) -> String {
        [&self.before, token.as_str(), &self.after].concat()
    }

    /// The token in an address that was called, given as a whole or as path and query. A missing prefix of the path,
    /// further parameters and a slash at the end do no harm.
    #[must_use]
    pub fn token_in(&self, uri: &str) -> Option<CallbackToken> {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        match &self.place {
            Place::Path {
                from_end,
                before,
                after,
            } => within(segments(path).nth(*from_end)?, before, after),
            Place::Query { name, before, after } => parse(query.as_bytes())
                .filter(|(key, _)| **key == **name)
                .find_map(|(_, value)| within(&value, before, after)),
        }
    }
}

impl Place {
    fn of(sample: &Url) -> Option<Self> {
        let around = |text: &str| {
            let (before, after) = text.split_once(SAMPLE)?;
            Some((before.into(), after.into()))
        };
        if let Some((from_end, segment)) = segments(sample.path())
            .enumerate()
            .find(|(_, segment)| segment.contains(SAMPLE))
        {
            let (before, after) = around(segment)?;
            return Some(Self::Path {
                from_end,
                before,
                after,
            });
        }
        let (name, value) = sample.query_pairs().find(|(_, value)| value.contains(SAMPLE))?;
        let (before, after) = around(&value)?;
        let name = name.into_owned().into();
        Some(Self::Query { name, before, after })
    }
}

/// The token in an address of which nothing is known: the only token among the segments of its path and the values of
/// its query.
pub(crate) fn only_token_in(uri: &str) -> Option<CallbackToken> {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let in_query: Vec<_> = parse(query.as_bytes()).map(|(_, value)| value).collect();
    let mut tokens = segments(path)
        .chain(in_query.iter().map(|value| &**value))
        .filter_map(|text| CallbackToken::parse(text).ok());
    let first = tokens.next()?;
    tokens.all(|other| other == first).then_some(first)
}

/// The segments of a path from its end; empty ones do not count.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit('/').filter(|segment| !segment.is_empty())
}

fn within(text: &str, before: &str, after: &str) -> Option<CallbackToken> {
    CallbackToken::parse(text.strip_prefix(before)?.strip_suffix(after)?).ok()
}

impl fmt::Debug for CallbackTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackTemplate")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for CallbackTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| match error {
            ConfigError::Invalid { message, .. } => de::Error::custom(message),
            other => de::Error::custom(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> CallbackToken {
        CallbackToken::from_bits(0xfeed)
    }

    #[test]
    fn the_token_that_was_put_in_is_found_again() {
        for text in [
            "https://leads.example.com/callbacks/ntherm/{token}",
            "http://127.0.0.1:8080/{token}/ntherm",
            "https://example.com/cb/ntherm-{token}.json",
            "https://example.com/cb?vendor=ntherm&t={token}",
            "https://example.com/cb?t=ntherm%3A{token}",
        ] {
            let template = CallbackTemplate::parse(text).unwrap();
            let url = template.url(&token());
            assert!(url.contains(token().as_str()) && !url.contains('{'), "{url}");
            assert_eq!(template.token_in(&url), Some(token()), "{text}");
            let parsed = Url::parse(&url).unwrap();
            let path = &parsed[url::Position::BeforePath..];
            assert_eq!(template.token_in(path), Some(token()), "{path}");
        }
    }

    #[test]
    fn a_prefix_a_slash_and_parameters_do_no_harm() {
        let template = CallbackTemplate::parse("https://example.com/leads/cb/{token}").unwrap();
        let t = token();
        let t = t.as_str();
        for uri in [
            format!("/cb/{t}/"),
            format!("/{t}?success_bit=true"),
            format!("/a/b/c/{t}"),
        ] {
            assert_eq!(template.token_in(&uri), Some(token()), "{uri}");
        }
        for uri in [
            format!("/cb/{t}/more"),
            format!("/cb/{}", &t[1..]),
            "/cb/dry-run".into(),
            String::new(),
        ] {
            assert_eq!(template.token_in(&uri), None, "{uri}");
        }
    }

    #[test]
    fn without_a_template_the_only_token_counts() {
        let (a, b) = (token(), CallbackToken::from_bits(7));
        let uri = format!("/cb/{}?x=1", a.as_str());
        assert_eq!(only_token_in(&uri), Some(a.clone()));
        assert_eq!(only_token_in(&format!("{uri}&request={}", b.as_str())), None);
        assert_eq!(only_token_in("/cb"), None);
    }

    #[test]
    fn senseless_templates_are_refused_without_echo() {
        for bad in [
            "",
            "https://example.com/callback",
            "https://example.com/{token}/{token}",
            "https://example.com/{token}/{lead}",
            "https://{token}.example.com/",
            "https://example.com/#{token}",
            "https://example.com/?{token}",
            "https://u:p@example.com/{token}",
            "ftp://example.com/{token}",
            "/callback/{token}",
            "https://example.com/a b/{token}",
        ] {
            let error = CallbackTemplate::parse(bad).unwrap_err();
            assert_eq!(error.key(), "call_back_url", "{bad}");
            assert!(!error.to_string().contains("u:p"), "{error}");
        }
    }

    #[test]
    fn debug_shows_the_host_only() {
        let template = CallbackTemplate::parse("https://example.com/hidden/{token}").unwrap();
        assert_eq!(
            format!("{template:?}"),
            r#"CallbackTemplate { host: "example.com", .. }"#
        );
    }
}
