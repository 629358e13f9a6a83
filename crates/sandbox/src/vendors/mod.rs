//! The fakes: one module per vendor, written from the vendor's document, and one row per vendor in the table here.

mod ntherm;

use http::{HeaderMap, Method, StatusCode};

use crate::callback::Callback;
use crate::reply::Reply;
use crate::settings::{Credentials, Settings};

/// A new vendor is one module beside this file and one row here.
pub(crate) const VENDORS: &[Listing] = &[ntherm::LISTING];

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
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// What the vendor made of a request.
pub(crate) struct Verdict {
    pub(crate) reply: Reply,
    /// Whether a lead was taken.
    pub(crate) accepted: bool,
    pub(crate) callback: Option<Callback>,
}

impl From<Reply> for Verdict {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            accepted: false,
            callback: None,
        }
    }
}

/// Writes a TOML string; JSON's escapes are TOML's, but for DEL.
pub(crate) fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
