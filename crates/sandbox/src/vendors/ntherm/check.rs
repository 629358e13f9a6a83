//! The rules for the fields of postLead and prePing, checked all at once and answered in the document's order.
//! Texts marked "document" are its own; the others are in its style, since it prints no more.

use serde_json::{Map, Value};
use url::Url;

use super::super::is_email;
use super::states::is_state;
use crate::settings::Mode;

/// Says whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Printed "Required".
    Always,
    /// Printed "required" in lower case; read so, only the strict mode demands it.
    Strictly,
    /// Printed "Required", yet bound to another field by the text beside `extra_data`.
    Consent,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Phone,
    State,
    MailingState,
    Zip,
    Email,
    Certificate,
    CallBack,
    Json,
}

/// The document's table, in its order.
const FIELDS: [(&str, Need, Kind); 17] = [
    ("phone_number", Need::Always, Kind::Phone),
    ("customer_name", Need::Always, Kind::Text),
    ("state", Need::Always, Kind::State),
    ("city", Need::Always, Kind::Text),
    ("zip", Need::Always, Kind::Zip),
    ("certificate_url", Need::Consent, Kind::Certificate),
    ("street", Need::Always, Kind::Text),
    ("dm_name", Need::Strictly, Kind::Text),
    ("utility", Need::Strictly, Kind::Text),
    ("call_back_url", Need::Strictly, Kind::CallBack),
    ("mailing_street", Need::Strictly, Kind::Text),
    ("mailing_city", Need::Strictly, Kind::Text),
    ("mailing_zip", Need::Strictly, Kind::Zip),
    ("mailing_state", Need::Strictly, Kind::MailingState),
    ("vendor_campaign_name", Need::Always, Kind::Text),
    ("email", Need::Always, Kind::Email),
    ("extra_data", Need::Consent, Kind::Json),
];

/// The document's sample sends this in place of `street`, which its table demands. It is let through beside
/// `street` and does not replace it.
const SAMPLE_STREET: &str = "customer_address";

/// The document: "Certificate URL exceeds 500 characters".
const CERTIFICATE_LIMIT: usize = 500;

/// What the vendor reads from a lead that is in order.
pub(super) struct Lead<'a> {
    pub(super) phone: &'a str,
    pub(super) call_back_url: Option<&'a str>,
}

/// Checks the body of a postLead.
pub(super) fn lead(body: &Map<String, Value>, mode: Mode) -> Result<Lead<'_>, Vec<String>> {
    let mut errors = Vec::new();
    for (name, need, kind) in FIELDS {
        let problem = match body.get(name).filter(|value| !is_empty(value)) {
            Some(value) => fault_of(name, kind, value),
            None if is_demanded(need, mode) => Some(missing(name)),
            None => None,
        };
        errors.extend(problem);
    }
    let has = |name: &str| body.get(name).is_some_and(|value| !is_empty(value));
    if mode != Mode::Strict && !has("certificate_url") && !has("extra_data") {
        errors.push("Missing Required Field: certificate_url or extra_data".to_owned());
    }
    if body.get(SAMPLE_STREET).is_some_and(|value| !value.is_string()) {
        errors.push(wrong_type(SAMPLE_STREET, "string"));
    }
    errors.extend(unknown(body, |name| {
        name == SAMPLE_STREET || FIELDS.iter().any(|(known, ..)| *known == name)
    }));
    if !errors.is_empty() {
        return Err(errors);
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    Ok(Lead {
        phone: text("phone_number").unwrap_or_default(),
        call_back_url: text("call_back_url"),
    })
}

/// Checks the body of a prePing.
pub(super) fn phone(body: &Map<String, Value>) -> Result<&str, Vec<String>> {
    let mut errors = Vec::new();
    match body.get("phone_number").filter(|value| !is_empty(value)) {
        Some(value) => errors.extend(fault_of("phone_number", Kind::Phone, value)),
        None => errors.push(missing("phone_number")),
    }
    errors.extend(unknown(body, |name| name == "phone_number"));
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(body.get("phone_number").and_then(Value::as_str).unwrap_or_default())
}

fn is_demanded(need: Need, mode: Mode) -> bool {
    need == Need::Always || mode == Mode::Strict
}

/// Counts blank text and an object or list without content as nothing sent; `null` alone is a value of the wrong type.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.iter().all(|item| item.is_null() || is_empty(item)),
        _ => false,
    }
}

/// Returns what is wrong with a value that is there.
fn fault_of(name: &str, kind: Kind, value: &Value) -> Option<String> {
    if kind == Kind::Json {
        let right = value.is_object() || value.is_array();
        return (!right).then(|| wrong_type(name, "json"));
    }
    let Some(text) = value.as_str() else {
        return Some(wrong_type(name, "string"));
    };
    let five_digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        Kind::Text | Kind::Json => None,
        // Document.
        Kind::Phone if !text.bytes().all(|byte| byte.is_ascii_digit()) => Some(format!("Invalid Characters: {text}")),
        // The document's sample has nine digits; ten is what a phone number of the United States has.
        // No area code begins with 0 or 1: such a number holds the country code.
        Kind::Phone => (text.len() != 10 || text.starts_with(['0', '1']))
            .then(|| format!("Invalid Phone Number (10 digits): {text}")),
        // Document.
        Kind::State => (!is_state(text)).then(|| format!("Invalid State Code (2 characters): {text}")),
        // Document.
        Kind::MailingState => (!is_state(text)).then(|| format!("Invalid Mailing State Code: {text}")),
        Kind::Zip if name == "mailing_zip" => (!five_digits).then(|| format!("Invalid Mailing ZIP Code: {text}")),
        Kind::Zip => (!five_digits).then(|| format!("Invalid ZIP Code: {text}")),
        Kind::Email => (!is_email(text)).then(|| format!("Invalid Email: {text}")),
        // Document.
        Kind::Certificate => {
            let right = text.chars().count() <= CERTIFICATE_LIMIT && is_url(text);
            (!right).then(|| format!("Certificate URL exceeds 500 characters, or not a valid URL {text}"))
        }
        Kind::CallBack => (!is_url(text)).then(|| format!("Invalid Call Back URL: {text}")),
    }
}

/// The parser alone would mend `https:example.com` and drop blanks, so the start and the blanks are checked too.
fn is_url(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && Url::parse(text).is_ok_and(|url| url.has_host())
}

/// The document lists no other field; what the vendor does with one is not known, and a fake had better complain.
fn unknown(body: &Map<String, Value>, is_known: impl Fn(&str) -> bool) -> Vec<String> {
    body.keys()
        .filter(|name| !is_known(name))
        .map(|name| format!("Unknown Field: {name}"))
        .collect()
}

fn missing(name: &str) -> String {
    format!("Missing Required Field: {name}")
}

fn wrong_type(name: &str, wanted: &str) -> String {
    format!("Invalid Type ({wanted}): {name}")
}
