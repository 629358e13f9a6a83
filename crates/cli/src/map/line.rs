//! One line of `map`: a request as it would be sent, without credentials, or what keeps it from being made.

use std::borrow::Cow;

use leadsink::intake::RowNote;
use leadsink::{Draft, FieldRef, LeadId, Prepared, Step};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::super::notes::{Columns, Note};
use crate::exit::CliError;

/// A lead as one vendor would get it.
#[derive(Serialize)]
pub(super) struct Mapped<'a> {
    row: u64,
    lead: &'a LeadId,
    sink: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    before: Vec<Before<'a>>,
    request: Request<'a>,
    unmapped: &'a [FieldRef],
    warnings: Vec<Note>,
}

/// A row that no request can be made from.
#[derive(Serialize)]
pub(super) struct Problems<'a> {
    pub(super) row: u64,
    pub(super) lead: Option<&'a LeadId>,
    pub(super) sink: &'a str,
    pub(super) problems: Vec<Note>,
    /// What the file had to say, such as a value that cannot be read and is missed therefore.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) warnings: Vec<Note>,
    /// The row that this one repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_row: Option<u64>,
}

/// A question that is asked before the request.
#[derive(Serialize)]
struct Before<'a> {
    owner: &'a str,
    #[serde(flatten)]
    request: Request<'a>,
}

#[derive(Serialize)]
struct Request<'a> {
    method: &'a str,
    url: String,
    headers: Headers<'a>,
    body: Body<'a>,
}

/// Headers as an object, in the order of the request.
struct Headers<'a>(&'a Draft);

/// JSON as it stands, in wire order; text where it is another format.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    None,
    Json(Box<RawValue>),
    Text(Cow<'a, str>),
}

impl<'a> Mapped<'a> {
    pub(super) fn new(
        row: u64,
        lead: &'a LeadId,
        sink: &'a str,
        prepared: &'a Prepared,
        warnings: &[RowNote],
        columns: &Columns,
    ) -> Result<Self, CliError> {
        let vendor_warnings = prepared.warnings.iter().map(|warning| Note::warning(warning, columns));
        Ok(Self {
            row,
            lead,
            sink,
            before: prepared.before.iter().map(Before::new).collect(),
            request: Request::new(&prepared.request),
            unmapped: &prepared.unmapped,
            warnings: warnings.iter().map(Note::from).chain(vendor_warnings).collect(),
        })
    }
}

impl<'a> Before<'a> {
    fn new(step: &'a Step) -> Self {
        Self {
            owner: &step.owner,
            request: Request::new(&step.draft),
        }
    }
}

impl<'a> Request<'a> {
    fn new(draft: &'a Draft) -> Self {
        Self {
            method: draft.method.as_str(),
            url: shown_url(draft),
            headers: Headers(draft),
            body: Body::new(&draft.body),
        }
    }
}

impl<'a> Body<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        if bytes.is_empty() {
            return Self::None;
        }
        let text = String::from_utf8_lossy(bytes);
        // Within JSON a line feed stands between tokens only, and here it would end the line.
        match RawValue::from_string(text.replace(['\n', '\r'], " ")) {
            Ok(json) => Self::Json(json),
            Err(_) => Self::Text(text),
        }
    }
}

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
    use leadsink::Repeat;

    use super::*;

    fn line(url: &str, body: &'static str) -> String {
        let draft = Draft::post_json(url.parse().unwrap(), body);
        let prepared = Prepared::new(draft.clone(), Repeat::Safe).with_before("acme", draft);
        let lead = LeadId::new("crm-1").unwrap();
        let line = Mapped::new(1, &lead, "main", &prepared, &[], &Columns::default()).unwrap();
        serde_json::to_string(&line).unwrap()
    }

    #[test]
    fn a_body_keeps_its_order_and_its_numbers() {
        let text = line("https://example.com/leads", "{\"z\":1.50,\n\"a\":\"x\"}");
        let request = concat!(
            r#""method":"POST","url":"https://example.com/leads","#,
            r#""headers":{"content-type":"application/json","accept":"application/json"},"body":{"z":1.50, "a":"x"}"#
        );
        assert_eq!(
            text,
            format!(
                r#"{{"row":1,"lead":"crm-1","sink":"main","before":[{{"owner":"acme",{request}}}],"request":{{{request}}},"unmapped":[],"warnings":[]}}"#
            )
        );
    }

    #[test]
    fn a_body_that_is_no_json_is_text_and_none_is_null() {
        assert!(line("https://example.com/", "a=1&b=2").contains(r#""body":"a=1&b=2""#));
        assert!(line("https://example.com/", "").contains(r#""body":null"#));
    }

    #[test]
    fn secrets_in_an_address_are_not_shown() {
        let text = line("https://u:hunter2@example.com/p?api_key=hunter2&x=1", "{}");
        assert!(
            text.contains(r#""url":"https://u:***@example.com/p?api_key=***&x=1""#),
            "{text}"
        );
        assert!(!text.contains("hunter2"));
    }
}
