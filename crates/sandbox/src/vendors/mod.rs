//! The fakes: one module per vendor, written from the vendor's document, and one row per vendor in the table here.

mod enerflo;
mod ntherm;

use std::borrow::Cow;

use http::{HeaderMap, Method, StatusCode, header};

use crate::callback::Callback;
use crate::reply::Reply;
use crate::settings::{Credentials, Settings};

/// A new vendor is one module beside this file and one row here.
pub(crate) const VENDORS: &[Listing] = &[enerflo::LISTING, ntherm::LISTING];

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
    pub(crate) callback: Option<Callback>,
    /// Fields that nobody documents, in a request that was not refused for them.
    pub(crate) unknown_fields: Vec<String>,
}

impl From<Reply> for Verdict {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            accepted: false,
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

/// Writes a TOML string; JSON's escapes are TOML's, but for DEL.
pub(crate) fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
