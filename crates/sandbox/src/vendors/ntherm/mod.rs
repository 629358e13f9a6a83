//! NTherm, from its page on postLead (`https://api.ntherm.com/v1`) and what is known of prePing.
//! Comments say where the document is silent and the fake had to choose.

mod check;
mod states;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{Asked, FakeVendor, Listing, Verdict, basic, is_json, toml_string};
use crate::callback::Callback;
use crate::reply::Reply;
use crate::settings::{Credentials, Settings};

const ID: &str = "ntherm";

pub(super) const LISTING: Listing = Listing {
    id: ID,
    base_path: "/ntherm/v1",
    endpoints: &["POST /postLead", "POST /prePing"],
    quotas: &[],
    // A lead with its notes takes a few kilobytes; what is longer than this is no lead.
    body_limit: 1024 * 1024,
    new: || Box::new(NTherm::default()),
    config,
};

/// The one 422 of the document; it stands for "DNC, Duplicate, Litigator, etc." alike.
const PHONE_REFUSED: &str = "Phone number can not be sent to postLead at this time.";

/// The document's first 400, doubled comma included; most likely a misprint, yet it is what is printed.
const PRINTED_REFUSAL: &str =
    "{\n\"success_bit\": false,\n,\"message\":[{\"error\":\"Invalid Characters: 7271234567x\"}]\n}";

fn config(base_url: &str, credentials: &Credentials) -> String {
    format!(
        "base_url = {}\nusername = {}\npassword = {}\ncampaign = \"SANDBOX_RESIDENTIAL\"\n",
        toml_string(base_url),
        toml_string(&credentials.username),
        toml_string(&credentials.password),
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    PostLead,
    PrePing,
}

impl Endpoint {
    /// Takes the path as it is: no other case, no slash at its end.
    fn of(path: &str) -> Option<Self> {
        match path {
            "/postLead" => Some(Self::PostLead),
            "/prePing" => Some(Self::PrePing),
            _ => None,
        }
    }

    /// Names the field that says yes or no.
    fn bit(self) -> &'static str {
        match self {
            Self::PostLead => "success_bit",
            Self::PrePing => "can_post_phone_bit",
        }
    }

    fn accept(self, message: &str) -> Reply {
        self.reply(StatusCode::OK, true, &Value::from(message))
    }

    /// A yes carries a string in `message`, a no a list of objects.
    fn refuse<S: AsRef<str>>(self, status: StatusCode, errors: &[S]) -> Reply {
        let errors = errors.iter().map(|error| json!({ "error": error.as_ref() })).collect();
        self.reply(status, false, &Value::Array(errors))
    }

    /// Writes the two fields in the document's order, which a JSON object would sort.
    fn reply(self, status: StatusCode, yes: bool, message: &Value) -> Reply {
        let body = format!("{{\"{}\":{yes},\"message\":{message}}}", self.bit());
        Reply::new(status, "application/json", body)
    }
}

/// Remembers the phones of the leads it has taken, which is all that the vendor deduplicates by; as numbers, since a
/// long run has many.
#[derive(Default)]
struct NTherm {
    phones: Mutex<HashSet<u64>>,
}

impl FakeVendor for NTherm {
    fn answer(&self, request: &Asked<'_>, settings: &Settings) -> Verdict {
        match admit(request, settings) {
            Ok((Endpoint::PostLead, body)) => self.post_lead(&body, settings),
            Ok((Endpoint::PrePing, body)) => self.pre_ping(&body, settings).into(),
            Err(reply) => reply.into(),
        }
    }

    fn refuse(&self, request: &Asked<'_>, status: StatusCode, text: &str) -> Reply {
        Endpoint::of(request.path)
            .unwrap_or(Endpoint::PostLead)
            .refuse(status, &[text])
    }

    fn printed_refusal(&self) -> Option<Reply> {
        Some(Reply::new(StatusCode::BAD_REQUEST, "application/json", PRINTED_REFUSAL))
    }

    fn reset(&self) {
        self.phones.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl NTherm {
    fn post_lead(&self, body: &Map<String, Value>, settings: &Settings) -> Verdict {
        let lead = match check::lead(body, settings.mode) {
            Ok(lead) => lead,
            Err(errors) => {
                return Endpoint::PostLead.refuse(StatusCode::BAD_REQUEST, &errors).into();
            }
        };
        // Asked and remembered under one lock, or two requests at once would both be taken.
        let is_new = !settings.refused_phones.contains(lead.phone)
            && self
                .phones
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(number(lead.phone));
        if !is_new {
            return Endpoint::PostLead
                .refuse(StatusCode::UNPROCESSABLE_ENTITY, &[PHONE_REFUSED])
                .into();
        }
        let callback = lead.call_back_url.map(|url| Callback {
            vendor: ID,
            url: url.to_owned(),
            fields: final_word(settings.late_refused_phones.contains(lead.phone)),
        });
        Verdict {
            accepted: true,
            callback,
            ..Endpoint::PostLead.accept("Lead submitted successfully.").into()
        }
    }

    fn pre_ping(&self, body: &Map<String, Value>, settings: &Settings) -> Reply {
        let phone = match check::phone(body) {
            Ok(phone) => phone,
            Err(errors) => return Endpoint::PrePing.refuse(StatusCode::BAD_REQUEST, &errors),
        };
        let known = self
            .phones
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&number(phone));
        if known || settings.refused_phones.contains(phone) {
            return Endpoint::PrePing.refuse(StatusCode::UNPROCESSABLE_ENTITY, &[PHONE_REFUSED]);
        }
        Endpoint::PrePing.accept("Phone number can be sent to postLead.")
    }
}

/// Reads the digits of a phone that was checked.
fn number(phone: &str) -> u64 {
    phone.parse().unwrap_or_default()
}

/// Lets a request in by path, method, credentials, content type and JSON, in this order, which is our choice.
/// The bodies of 401, 404 and 405, and the 400 for a wrong content type, are not in the document.
fn admit(request: &Asked<'_>, settings: &Settings) -> Result<(Endpoint, Map<String, Value>), Reply> {
    let Some(endpoint) = Endpoint::of(request.path) else {
        return Err(Endpoint::PostLead.refuse(StatusCode::NOT_FOUND, &["Not Found"]));
    };
    if request.method != Method::POST {
        let reply = endpoint.refuse(StatusCode::METHOD_NOT_ALLOWED, &["Method Not Allowed"]);
        return Err(reply.with_header(header::ALLOW, HeaderValue::from_static("POST")));
    }
    if !is_authorized(request.headers, &settings.credentials) {
        let reply = endpoint.refuse(StatusCode::UNAUTHORIZED, &["Unauthorized"]);
        let challenge = HeaderValue::from_static("Basic realm=\"ntherm\", charset=\"UTF-8\"");
        return Err(reply.with_header(header::WWW_AUTHENTICATE, challenge));
    }
    if !is_json(request.headers) {
        let text = "Invalid Content-Type: application/json expected";
        return Err(endpoint.refuse(StatusCode::BAD_REQUEST, &[text]));
    }
    match serde_json::from_slice(request.body) {
        Ok(Value::Object(body)) => Ok((endpoint, body)),
        Ok(_) | Err(_) => Err(endpoint.refuse(StatusCode::BAD_REQUEST, &["Invalid JSON"])),
    }
}

/// Reads the pair as UTF-8: the document's `btoa` fails on anything beyond Latin-1 and so settles nothing.
fn is_authorized(headers: &HeaderMap, credentials: &Credentials) -> bool {
    basic(headers).is_some_and(|(name, password)| name == credentials.username && password == credentials.password)
}

/// Writes the body of the call back. Its form is a guess: the document says only that it is "the final result
/// message", so it looks like the answers do.
fn final_word(refused: bool) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("success_bit".to_owned(), Value::Bool(!refused));
    let message = if refused {
        json!([{ "error": "Lead rejected after it was posted." }])
    } else {
        json!("Lead accepted.")
    };
    fields.insert("message".to_owned(), message);
    fields
}
