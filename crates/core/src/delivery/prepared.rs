//! A lead as one vendor will get it: the request without its secrets, and what to know before it is sent.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::{Deserialize, Serialize};
use url::Url;

use super::transport::{CountsFor, HttpRequest, Purpose};
use crate::{FieldRef, FieldSet};

/// May *this* request be sent again when nobody saw the answer?
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Repeat {
    /// Yes: the vendor merges or refuses a second one.
    Safe,
    /// No: a second one may be billed or called twice. It is parked until somebody looks.
    NeverBlindly,
}

/// A credential-free request. It holds personal data, so `Debug` shows method, path and sizes only.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Draft {
    /// The HTTP method.
    pub method: Method,
    /// The address; secret parts are added by `authorize`.
    pub url: Url,
    /// The headers without credentials. Most are the same for every lead, so they are shared.
    pub headers: Arc<HeaderMap>,
    /// The encoded body.
    pub body: Bytes,
    /// Which of the vendor's quotas it counts for; all of them unless the vendor crate tells its requests apart.
    pub counts_for: CountsFor,
}

impl Draft {
    /// A request from its parts.
    #[must_use]
    pub fn new(method: Method, url: Url, headers: impl Into<Arc<HeaderMap>>, body: impl Into<Bytes>) -> Self {
        Self {
            method,
            url,
            headers: headers.into(),
            body: body.into(),
            counts_for: CountsFor::AllQuotas,
        }
    }

    /// A `POST` of JSON bytes.
    #[must_use]
    pub fn post_json(url: Url, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/json"),
        );
        headers.insert(http::header::ACCEPT, http::HeaderValue::from_static("application/json"));
        Self::new(Method::POST, url, headers, body)
    }

    /// The headers, to add one that only this request has.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        Arc::make_mut(&mut self.headers)
    }

    /// The request to authorise and send.
    #[must_use]
    pub fn to_request(&self, timeout: Duration, deadline: Option<Instant>) -> HttpRequest {
        // Room for the credentials and for what the client adds; a clone of the map would grow twice on the way.
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 4);
        for (name, value) in &*self.headers {
            headers.append(name.clone(), value.clone());
        }
        HttpRequest {
            method: self.method.clone(),
            url: self.url.clone(),
            headers,
            body: self.body.clone(),
            timeout,
            deadline,
            purpose: Purpose::Creation,
            counts_for: self.counts_for,
        }
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A question that creates nothing, asked before the request by whoever owns it: the vendor, or a wrapper.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Who asks: a vendor id such as `ntherm`, or the name of a wrapper.
    pub owner: Cow<'static, str>,
    /// The question.
    pub draft: Draft,
}

/// A lead as one vendor will get it. Pure: the same lead and context give the same bytes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prepared {
    /// The request that creates something.
    pub request: Draft,
    /// Questions that are asked before it.
    pub before: Vec<Step>,
    /// Whether the request may be sent again when nobody saw the answer.
    pub repeat: Repeat,
    /// The fields that the lead has: where several may fill one wire field, they tell which did.
    pub fields: FieldSet,
    /// Fields of the lead that the vendor has no field for. They stand in its note field where it has one.
    pub unmapped: Vec<FieldRef>,
    /// What a person should know before the lead is sent.
    pub warnings: Vec<Warning>,
}

impl Prepared {
    /// A request without questions before it.
    #[must_use]
    pub const fn new(request: Draft, repeat: Repeat) -> Self {
        Self {
            request,
            before: Vec::new(),
            repeat,
            fields: FieldSet::EMPTY,
            unmapped: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds a question that is asked before the request.
    #[must_use]
    pub fn with_before(mut self, owner: impl Into<Cow<'static, str>>, draft: Draft) -> Self {
        self.before.push(Step {
            owner: owner.into(),
            draft,
        });
        self
    }

    /// Adds a warning.
    #[must_use]
    pub fn with_warning(mut self, warning: Warning) -> Self {
        self.warnings.push(warning);
        self
    }
}

/// Something a person should know: a value that was left out, shortened or put elsewhere. Never holds a lead's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The field it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldRef>,
    /// A stable code.
    pub code: Cow<'static, str>,
    /// What happened, and what to do if something can be done.
    pub message: Cow<'static, str>,
}

/// Why a vendor cannot take a lead as it is. Never holds a lead's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The field at fault, where it is one.
    pub field: Option<FieldRef>,
    /// A stable code, such as `required` or `phone_country`.
    pub code: Cow<'static, str>,
    /// What is wrong and what to do.
    pub message: Cow<'static, str>,
}

/// What a warning and a problem have alike: a code, a message, and a field where it is about one.
macro_rules! remark {
    ($type:ident) => {
        impl $type {
            /// One about the whole lead.
            #[must_use]
            pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
                Self {
                    field: None,
                    code: Cow::Borrowed(code),
                    message: message.into(),
                }
            }

            /// Names the field that it is about.
            #[must_use]
            pub fn at(mut self, field: impl Into<FieldRef>) -> Self {
                self.field = Some(field.into());
                self
            }
        }
    };
}

remark!(Warning);
remark!(Problem);

/// The vendor cannot take the lead as it is; every problem at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lead does not fit: {}", .problems.iter().map(|p| &*p.message).collect::<Vec<_>>().join("; "))]
pub struct Unfit {
    /// What has to be mended; never empty.
    pub problems: Vec<Problem>,
}

impl From<Problem> for Unfit {
    fn from(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_draft_holds_neither_body_nor_path() {
        let url = "https://api.example.com/secret-path".parse().unwrap();
        let draft = Draft::post_json(url, r#"{"name":"Jane"}"#);
        assert_eq!(
            format!("{draft:?}"),
            r#"Draft { method: POST, host: Some("api.example.com"), body_bytes: 15, .. }"#
        );
    }
}
