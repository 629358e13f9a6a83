//! The answer of a source: JSON, the same as XML, or the older form.

use std::fmt::Write;

use http::StatusCode;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::submission::{Form, Source};
use crate::reply::Reply;
use crate::settings::TEST_FLOW;

/// What became of a lead, in the order in which the vendor writes it.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    pub(super) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
    #[serde(rename = "lead", skip_serializing_if = "Option::is_none", serialize_with = "id")]
    pub(super) lead_id: Option<&'a str>,
    #[serde(serialize_with = "number")]
    pub(super) price: f64,
    /// Only of a verbose source. That it is an object, and that no name of the step stands above the fields, is a guess.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) appended: Option<&'a Map<String, Value>>,
}

fn id<S: Serializer>(id: &Option<&str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("id", id)])
}

/// Writes whole numbers as JavaScript does.
fn number<S: Serializer>(price: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if price.fract() == 0.0 {
        return serializer.serialize_i64(*price as i64);
    }
    serializer.serialize_f64(*price)
}

pub(super) fn print(answer: &Answer<'_>, form: Form, source: Source, status: StatusCode) -> Reply {
    match (source, form) {
        (Source::Classic, _) => Reply::new(status, "text/xml; charset=utf-8", classic(answer)),
        (_, Form::Xml) => Reply::new(status, "application/xml; charset=utf-8", xml(answer)),
        (_, Form::Json) => {
            let json = serde_json::to_vec(answer).unwrap_or_default();
            Reply::new(status, "application/json; charset=utf-8", json)
        }
    }
}

/// Writes the same as XML, "under `<result>`".
fn xml(answer: &Answer<'_>) -> String {
    let mut body = String::new();
    let value = serde_json::to_value(answer).unwrap_or_default();
    // The order of the elements is that of the JSON, which a JSON value would sort.
    for name in ["outcome", "reason", "lead", "price", "appended"] {
        if let Some(value) = value.get(name) {
            element(&mut body, name, value);
        }
    }
    format!("<?xml version=\"1.0\"?>\n<result>{body}</result>")
}

fn element(body: &mut String, name: &str, value: &Value) {
    let inner = match value {
        Value::Object(fields) => {
            let mut inner = String::new();
            fields.iter().for_each(|(name, value)| element(&mut inner, name, value));
            inner
        }
        Value::String(text) => escape(text),
        other => escape(&other.to_string()),
    };
    // Writing to a String cannot fail.
    let _ = write!(body, "<{name}>{inner}</{name}>");
}

/// Writes the older form, which may have several reasons; the fake gives one.
fn classic(answer: &Answer<'_>) -> String {
    let mut body = String::new();
    let mut add = |name: &str, text: &str| element(&mut body, name, &Value::from(text));
    add("result", answer.outcome);
    if let Some(reason) = answer.reason {
        add("reason", reason);
    }
    if let Some(id) = answer.lead_id {
        add("leadId", id);
        add(
            "url",
            &format!("https://app.leadconduit.com/flows/{TEST_FLOW}/leads/{id}"),
        );
    }
    add("price", &answer.price.to_string());
    format!("<?xml version=\"1.0\"?>\n<response>{body}</response>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
