//! Address and headers of a request as they are shown: the same for nearly every lead of a sink, so made once for many.

use std::borrow::Cow;
use std::rc::Rc;

use leadsink::Draft;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::exit::CliError;

/// So many are kept: a sink has one, and one for each question that it asks before.
const MOST: usize = 16;

/// What is shown of an address and its headers.
#[derive(Debug)]
pub(super) struct Head {
    /// The request that it was made for, without its body.
    draft: Draft,
    pub(super) url: Box<RawValue>,
    pub(super) headers: Box<RawValue>,
}

/// Those of the last requests.
#[derive(Debug, Default)]
pub(super) struct Heads(Vec<Rc<Head>>);

impl Heads {
    /// The head of a request.
    pub(super) fn of(&mut self, draft: &Draft) -> Result<Rc<Head>, CliError> {
        let is_alike = |head: &&Rc<Head>| head.draft.url == draft.url && head.draft.headers == draft.headers;
        if let Some(head) = self.0.iter().find(is_alike) {
            return Ok(Rc::clone(head));
        }
        let head = Rc::new(Head::new(draft).map_err(|error| CliError::new(error.to_string()))?);
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push(Rc::clone(&head));
        Ok(head)
    }
}

impl Head {
    fn new(draft: &Draft) -> serde_json::Result<Self> {
        let mut without_body = draft.clone();
        without_body.body = Default::default();
        Ok(Self {
            draft: without_body,
            url: to_raw_value(&shown_url(draft))?,
            headers: to_raw_value(&Headers(draft))?,
        })
    }
}

/// Headers as an object, in the order of the request.
struct Headers<'a>(&'a Draft);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let headers = &self.0.headers;
        let mut map = serializer.serialize_map(None)?;
        for name in headers.keys() {
            let values: Vec<_> = headers
                .get_all(name)
                .iter()
                .map(|value| match value.is_sensitive() {
                    true => Cow::Borrowed("***"),
                    false => String::from_utf8_lossy(value.as_bytes()),
                })
                .collect();
            map.serialize_entry(name.as_str(), &values.join(", "))?;
        }
        map.end()
    }
}

/// Parts of the names of query parameters that hold secrets.
const SECRETS: [&str; 7] = ["key", "token", "secret", "password", "passwd", "signature", "auth"];

/// The address with `***` for a password and for parameters that look like secrets.
fn shown_url(draft: &Draft) -> String {
    let mut url = draft.url.clone();
    if url.password().is_some() {
        // An address with a password has a host, so it can be set.
        let _ = url.set_password(Some("***"));
    }
    let is_secret = |name: &str| SECRETS.iter().any(|part| name.to_ascii_lowercase().contains(part));
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let pairs: Vec<_> = url
            .query_pairs()
            .map(|(name, value)| {
                let value = if is_secret(&name) {
                    "***".into()
                } else {
                    value.into_owned()
                };
                (name.into_owned(), value)
            })
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_follows_the_request() {
        let draft = |url: &str, body: &'static str| Draft::post_json(url.parse().unwrap(), body);
        let mut heads = Heads::default();
        let first = heads.of(&draft("https://example.com/1", "{}")).unwrap();
        let again = heads.of(&draft("https://example.com/1", "[]")).unwrap();
        assert!(Rc::ptr_eq(&first, &again));
        for n in 2..100 {
            let head = heads.of(&draft(&format!("https://example.com/{n}"), "{}")).unwrap();
            assert_eq!(head.url.get(), format!("\"https://example.com/{n}\""));
        }
        assert_eq!(heads.0.len(), MOST);
        let mut other = draft("https://example.com/99", "{}");
        other.headers_mut().insert("x-campaign", "SOLAR".parse().unwrap());
        assert!(heads.of(&other).unwrap().headers.get().contains("SOLAR"));
    }
}
