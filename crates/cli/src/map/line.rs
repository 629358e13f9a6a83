//! One line of `map`: a request as it would be sent, without credentials, or what keeps it from being made.

use std::borrow::Cow;
use std::rc::Rc;

use leadsink::intake::RowNote;
use leadsink::{Draft, FieldRef, LeadId, Prepared, Step};
use memchr::memchr2;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::value::RawValue;

use super::head::{Head, Heads};
use crate::exit::CliError;
use crate::notes::{Columns, Note};

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

struct Request<'a> {
    method: &'a str,
    head: Rc<Head>,
    body: Body<'a>,
}

/// JSON as it stands, in wire order; text where it is another format.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    None,
    Json(&'a RawValue),
    OnOneLine(Box<RawValue>),
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
        heads: &mut Heads,
    ) -> Result<Self, CliError> {
        let vendor_warnings = prepared.warnings.iter().map(|warning| Note::warning(warning, columns));
        let before = prepared.before.iter().map(|step| Before::new(step, heads));
        Ok(Self {
            row,
            lead,
            sink,
            before: before.collect::<Result<_, _>>()?,
            request: Request::new(&prepared.request, heads)?,
            unmapped: &prepared.unmapped,
            warnings: warnings.iter().map(Note::from).chain(vendor_warnings).collect(),
        })
    }
}

impl<'a> Before<'a> {
    fn new(step: &'a Step, heads: &mut Heads) -> Result<Self, CliError> {
        Ok(Self {
            owner: &step.owner,
            request: Request::new(&step.draft, heads)?,
        })
    }
}

impl<'a> Request<'a> {
    fn new(draft: &'a Draft, heads: &mut Heads) -> Result<Self, CliError> {
        Ok(Self {
            method: draft.method.as_str(),
            head: heads.of(draft)?,
            body: Body::new(&draft.body),
        })
    }
}

impl Serialize for Request<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut request = serializer.serialize_struct("Request", 4)?;
        request.serialize_field("method", self.method)?;
        request.serialize_field("url", &self.head.url)?;
        request.serialize_field("headers", &self.head.headers)?;
        request.serialize_field("body", &self.body)?;
        request.end()
    }
}

impl<'a> Body<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        if bytes.is_empty() {
            return Self::None;
        }
        let is_one_line = memchr2(b'\n', b'\r', bytes).is_none();
        if is_one_line && let Ok(json) = serde_json::from_slice(bytes) {
            return Self::Json(json);
        }
        let text = String::from_utf8_lossy(bytes);
        // Within JSON a line feed stands between tokens only, and here it would end the line.
        match RawValue::from_string(text.replace(['\n', '\r'], " ")) {
            Ok(json) => Self::OnOneLine(json),
            Err(_) => Self::Text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use leadsink::Repeat;

    use super::*;

    fn line(url: &str, body: &'static str) -> String {
        let draft = Draft::post_json(url.parse().unwrap(), body);
        let prepared = Prepared::new(draft.clone(), Repeat::Safe).with_before("acme", draft);
        let lead = LeadId::new("crm-1").unwrap();
        let line = Mapped::new(
            1,
            &lead,
            "main",
            &prepared,
            &[],
            &Columns::default(),
            &mut Heads::default(),
        )
        .unwrap();
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
