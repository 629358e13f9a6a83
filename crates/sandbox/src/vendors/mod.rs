//! The fakes: one module per vendor, written from the vendor's document, and one row per vendor in the table here.

mod countries;
mod enerflo;
mod leadconduit;
mod ntherm;
mod opensolar;
mod solarnexus;

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, StatusCode, header};

use crate::callback::Callback;
use crate::record::Received;
use crate::reply::Reply;
use crate::settings::{Credentials, Settings};

/// A new vendor is one module beside this file and one row here.
pub(crate) const VENDORS: &[Listing] = &[
    enerflo::LISTING,
    leadconduit::LISTING,
    ntherm::LISTING,
    opensolar::LISTING,
    solarnexus::LISTING,
];

/// Returns the ids of the vendors that the sandbox plays.
#[must_use]
pub fn vendor_ids() -> Vec<&'static str> {
    VENDORS.iter().map(|listing| listing.id).collect()
}

/// Tells where a fake lives, and how a client is configured for it.
pub(crate) struct Listing {
    pub(crate) id: &'static str,
    /// The path of the base URL, without a slash at its end.
    pub(crate) base_path: &'static str,
    /// What can be asked, for the page at `/`: method and path below the base.
    pub(crate) endpoints: &'static [&'static str],
    /// The classes of requests that the vendor limits apart from the others.
    pub(crate) quotas: &'static [&'static str],
    /// How long a body may be, in bytes.
    pub(crate) body_limit: usize,
    pub(crate) new: fn() -> Box<dyn FakeVendor>,
    /// Lines for the table `[sinks.<id>.config]`.
    pub(crate) config: fn(base_url: &str, credentials: &Credentials) -> String,
}

/// Plays one vendor. It keeps what the vendor would remember, such as the leads it has.
pub(crate) trait FakeVendor: Send + Sync {
    /// Answers a request as the vendor would.
    fn answer(&self, request: &Asked<'_>, settings: &Settings) -> Verdict;

    /// Says no in the vendor's form, for faults that the vendor itself could show.
    fn refuse(&self, request: &Asked<'_>, status: StatusCode, text: &str) -> Reply;

    /// Returns the credentials that the request presents, right or wrong: a rate limit counts by them.
    fn caller<'a>(&self, request: &Asked<'a>) -> Option<Cow<'a, str>> {
        let value = request.headers.get(header::AUTHORIZATION)?;
        Some(String::from_utf8_lossy(value.as_bytes()))
    }

    /// Returns the class of requests that this one counts with, one of the listing's `quotas`.
    fn quota(&self, _: &Asked<'_>) -> Option<&'static str> {
        None
    }

    /// Takes secrets out of a record, where they stand in the path or the body.
    fn conceal(&self, _: &mut Received) {}

    /// Ends the tokens that were handed out.
    fn expire_tokens(&self) {}

    /// Returns the refusal that the document prints although it is broken, if there is one.
    fn printed_refusal(&self) -> Option<Reply> {
        None
    }

    /// Forgets every lead.
    fn reset(&self);
}

/// A request that was read to its end.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    /// The path below the base.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// What the vendor made of a request.
pub(crate) struct Verdict {
    pub(crate) reply: Reply,
    /// Whether a lead was taken.
    pub(crate) accepted: bool,
    /// Whether a token was handed out.
    pub(crate) logged_in: bool,
    pub(crate) callback: Option<Callback>,
    /// Fields that nobody documents, in a request that was not refused for them.
    pub(crate) unknown_fields: Vec<String>,
}

impl From<Reply> for Verdict {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            accepted: false,
            logged_in: false,
            callback: None,
            unknown_fields: Vec::new(),
        }
    }
}

/// Takes `application/json`, with `charset=utf-8` or nothing after it.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let is = |part: &str, text: &str| part.eq_ignore_ascii_case(text);
    parts.next().is_some_and(|part| is(part, "application/json"))
        && parts.all(|part| is(part, "charset=utf-8") || is(part, "charset=\"utf-8\""))
}

/// Reads the pair of Basic credentials, as UTF-8.
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = credentials(headers, "basic")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Returns what follows the name of an authentication scheme, which is written in any case.
pub(crate) fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (name, rest) = value.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Asks for one `@` between a name and a domain of at least two labels; no vendor's document gives a rule.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    !name.is_empty()
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && !domain.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
}

/// Returns the last ten digits of a phone, by which a phone that is to be refused is known whatever its form.
pub(crate) fn last_ten_digits(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(10)..].iter().collect()
}

/// Writes a TOML string; JSON's escapes are TOML's, but for DEL.
pub(crate) fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
