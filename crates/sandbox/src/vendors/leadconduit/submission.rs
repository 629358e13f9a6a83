//! Reading what is submitted: by which source, in which form, and what is left of it after all forms are made one.

use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value};
use url::Url;

use super::super::Asked;
use super::refuse;
use crate::reply::Reply;
use crate::settings::{Mode, TEST_CLASSIC_SOURCE, TEST_FLOW, TEST_GUARDED_SOURCE, TEST_SOURCE, TEST_VERBOSE_SOURCE};

/// How a source answers, and whom it lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::vendors) enum Source {
    Plain,
    Verbose,
    Classic,
    Guarded,
}

impl Source {
    /// Reads a path; the second is whether the lead is only offered.
    pub(super) fn of(path: &str) -> Option<(Self, bool)> {
        let rest = path.strip_prefix("/flows/")?.strip_prefix(TEST_FLOW)?;
        let (source, verb) = rest.strip_prefix("/sources/")?.split_once('/')?;
        let source = match source {
            TEST_SOURCE => Self::Plain,
            TEST_VERBOSE_SOURCE => Self::Verbose,
            TEST_CLASSIC_SOURCE => Self::Classic,
            TEST_GUARDED_SOURCE => Self::Guarded,
            _ => return None,
        };
        match verb {
            "submit" => Some((source, false)),
            "ping" => Some((source, true)),
            _ => None,
        }
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Plain => TEST_SOURCE,
            Self::Verbose => TEST_VERBOSE_SOURCE,
            Self::Classic => TEST_CLASSIC_SOURCE,
            Self::Guarded => TEST_GUARDED_SOURCE,
        }
    }
}

/// A lead as its fields by dotted name.
#[derive(Clone, Debug, Default)]
pub(in crate::vendors) struct Lead(pub(super) Map<String, Value>);

impl Lead {
    /// Returns a field that is there and not blank.
    pub(in crate::vendors) fn get(&self, name: &str) -> Option<&Value> {
        let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        self.0.get(name).filter(|value| !is_blank(value))
    }

    /// Returns a field that is text; a number counts as text, since a form has nothing else.
    pub(in crate::vendors) fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(in crate::vendors) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}

/// How the answer is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Xml,
}

/// A request that could be read.
pub(super) struct Submission {
    pub(super) lead: Lead,
    pub(super) form: Form,
    /// Where a browser is sent in place of an answer.
    pub(super) redirect: Option<String>,
}

/// Reads a request. What is asked of the answer comes first, then the body.
pub(super) fn read(request: &Asked<'_>, is_ping: bool, mode: Mode) -> Result<Submission, Reply> {
    let form = accepted(request.headers).ok_or_else(|| refuse(StatusCode::NOT_ACCEPTABLE, "Not Acceptable"))?;
    let mut fields = Map::new();
    if request.method == Method::POST {
        fields = body(request)?;
    }
    // "The query string is merged over the body."
    fields.extend(pairs(request.query.unwrap_or_default().as_bytes()));
    rename(&mut fields, is_ping);
    let redirect = fields.remove("redir_url").filter(|url| url.as_str() != Some(""));
    let redirect = redirect.map(|url| url.as_str().and_then(web_address).ok_or_else(wrong_redirect));
    let redirect = redirect.transpose()?;
    settle(&mut fields, mode)?;
    Ok(Submission {
        lead: Lead(fields),
        form,
        redirect,
    })
}

/// Chooses the form of the answer by the first type that there is one for; `text/html` alone is known to be refused.
fn accepted(headers: &HeaderMap) -> Option<Form> {
    let Some(accept) = headers.get(header::ACCEPT) else {
        return Some(Form::Json);
    };
    let accept = accept.to_str().ok()?;
    accept
        .split(',')
        .find_map(|item| match item.split(';').next().unwrap_or_default().trim() {
            "" | "*/*" | "application/*" | "application/json" => Some(Form::Json),
            "application/xml" | "text/xml" => Some(Form::Xml),
            _ => None,
        })
}

fn body(request: &Asked<'_>) -> Result<Map<String, Value>, Reply> {
    let content_type = request.headers.get(header::CONTENT_TYPE);
    let Some(content_type) = content_type.and_then(|value| value.to_str().ok()) else {
        let text = "Content-Type header is required";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    };
    let media = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media.as_str() {
        "application/x-www-form-urlencoded" => Ok(pairs(request.body)),
        "application/json" => json(request.body),
        // The vendor reads XML; the fake says that it does not, rather than to read half of it.
        "application/xml" | "text/xml" => Err(refuse(
            StatusCode::NOT_ACCEPTABLE,
            "The sandbox does not read XML: send JSON or a form",
        )),
        other => {
            let text = format!("MIME type in Content-Type header is not supported: {other}");
            Err(refuse(StatusCode::NOT_ACCEPTABLE, &text))
        }
    }
}

/// Reads a form or a query. A name that comes twice has both values, joined by a comma.
fn pairs(text: &[u8]) -> Map<String, Value> {
    let mut fields = Map::<String, Value>::new();
    for (name, value) in form_urlencoded::parse(text) {
        let joined = match fields.get(&*name).and_then(Value::as_str) {
            Some(known) => format!("{known},{value}"),
            None => value.into_owned(),
        };
        fields.insert(name.into_owned(), Value::from(joined));
    }
    fields
}

/// Reads JSON, nested or with dotted names; if that fails, once more without line breaks and tabs, which people paste.
fn json(body: &[u8]) -> Result<Map<String, Value>, Reply> {
    let read = serde_json::from_slice(body).or_else(|error| {
        let stripped: Vec<u8> = body.iter().copied().filter(|byte| !b"\n\r\t".contains(byte)).collect();
        serde_json::from_slice(&stripped).map_err(|_| error)
    });
    let invalid = |text: &str| refuse(StatusCode::BAD_REQUEST, &format!("Unable to parse JSON -- {text}"));
    match read {
        Ok(Value::Object(fields)) => {
            let mut flat = Map::new();
            flatten("", fields, &mut flat);
            Ok(flat)
        }
        Ok(_) => Err(invalid("an object is expected")),
        // The text of a parser may quote the lead.
        Err(error) => Err(invalid(&format!("line {}, column {}", error.line(), error.column()))),
    }
}

fn flatten(place: &str, fields: Map<String, Value>, flat: &mut Map<String, Value>) {
    for (name, value) in fields {
        let name = if place.is_empty() {
            name
        } else {
            format!("{place}.{name}")
        };
        match value {
            Value::Object(inner) => flatten(&name, inner, flat),
            Value::Null => {}
            value => drop(flat.insert(name, value)),
        }
    }
}

/// Renames what TrustedForm's script calls its fields, in whatever case.
fn rename(fields: &mut Map<String, Value>, is_ping: bool) {
    let take = |fields: &mut Map<String, Value>, alias: &str| {
        let name = fields.keys().find(|name| name.eq_ignore_ascii_case(alias))?.clone();
        fields.remove(&name)
    };
    if let Some(url) = take(fields, "xxTrustedFormCertUrl") {
        fields.entry("trustedform_cert_url").or_insert(url);
    }
    if is_ping && let Some(url) = take(fields, "xxTrustedFormPingUrl") {
        fields.entry("trustedform_ping_url").or_insert(url);
    }
}

/// Drops every field whose name goes on from another's, as `company.name` does beside `company`: one value cannot be
/// text and hold another. The published build loses data in silence, its own tests say 400; which of the two is lost is
/// a choice.
fn settle(fields: &mut Map<String, Value>, mode: Mode) -> Result<(), Reply> {
    let names: Vec<String> = fields.keys().cloned().collect();
    let is_lost = |name: &String| {
        let dots = name.match_indices('.').map(|(at, _)| &name[..at]);
        dots.into_iter().any(|start| names.iter().any(|other| other == start))
    };
    let lost: Vec<&String> = names.iter().filter(|name| is_lost(name)).collect();
    if let Some(name) = lost.first()
        && mode == Mode::Strict
    {
        let text = format!("Unable to parse body -- {name} goes on from another field");
        return Err(refuse(StatusCode::BAD_REQUEST, &text));
    }
    for name in lost {
        fields.remove(name);
    }
    Ok(())
}

fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

fn wrong_redirect() -> Reply {
    refuse(StatusCode::BAD_REQUEST, "Invalid redir_url")
}
