//! The door to the network: one request, sent once.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use url::{Host, Url};

/// A request on its way out. It may hold secrets and personal data: made just before it is sent, gone after, and `Debug`
/// shows method, host and size only.
#[non_exhaustive]
pub struct HttpRequest {
    /// The HTTP method.
    pub method: Method,
    /// The address. It may hold secrets.
    pub url: Url,
    /// The headers, credentials included.
    pub headers: HeaderMap,
    /// The encoded body.
    pub body: Bytes,
    /// How long the whole exchange may take.
    pub timeout: Duration,
    /// When the whole delivery must be over.
    pub deadline: Option<Instant>,
    /// What an unseen answer would mean; set by [`DeliverContext`](crate::DeliverContext).
    pub purpose: Purpose,
    /// Which of the vendor's quotas it counts for.
    pub counts_for: CountsFor,
}

/// Which of the vendor's quotas a request counts for. What the user sets for all requests holds for each of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum CountsFor {
    /// For every one: so it is unless the vendor crate tells its requests apart.
    AllQuotas,
    /// For those of this class of the descriptor.
    Class(&'static str),
    /// For none of a class: none is documented for such a request.
    NoClass,
}

/// What a request is for, and so what it means when nobody sees the answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Purpose {
    /// It asks and creates nothing: an unseen answer is transient.
    Question,
    /// It creates or changes something: an unseen answer is ambiguous.
    Creation,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An answer, read to its end. `Debug` shows status and size only.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl HttpResponse {
    /// An answer for tests and fakes.
    #[must_use]
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    /// When the vendor answered, by its own clock: the header `Date`.
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        let text = self.headers.get(http::header::DATE)?.to_str().ok()?;
        read_date(text.trim())
    }

    /// Whether the answer is a page for people rather than data.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let content_type = self
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html")) {
            return true;
        }
        let body = self.body.trim_ascii_start();
        let begins = |tag: &[u8]| {
            body.get(..tag.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(tag))
        };
        begins(b"<!doctype html") || begins(b"<html")
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(super) fn read_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// Whether anything of a request may have reached the vendor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sent {
    /// Certainly nothing: it may be sent again.
    Nothing,
    /// Perhaps all of it: the vendor may have acted on it.
    Maybe,
}

/// What went wrong on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// Name look-up, connection or TLS failed.
    Connect,
    /// The time for the exchange ran out.
    Timeout,
    /// The connection broke.
    Interrupted,
    /// The answer is larger than the transport reads.
    TooLarge,
    /// The time for the whole delivery had run out before the request was sent.
    Deadline,
    /// The caller wanted no more requests while this one still waited for its turn.
    Stopped,
    /// The request cannot be sent at all.
    Request,
    /// The address is not secure, so nothing is sent to it.
    Insecure,
}

/// The exchange did not come to an answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct TransportError {
    /// What went wrong.
    pub kind: TransportErrorKind,
    /// Whether anything of the request may have reached the vendor.
    pub sent: Sent,
    /// What happened, in one line, without address, header or body.
    pub message: String,
}

impl TransportError {
    /// An error of a transport.
    #[must_use]
    pub fn new(kind: TransportErrorKind, sent: Sent, message: impl Into<String>) -> Self {
        Self {
            kind,
            sent,
            message: message.into(),
        }
    }
}

/// Sends one request once: no redirect is followed, nothing is retried, the body is read to its end or its cap. It keeps
/// the request's time-out and deadline itself, because only it knows whether a byte left.
#[async_trait::async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and reads the whole answer.
    ///
    /// # Errors
    /// When there is no complete answer; `sent` says whether the vendor may have got the request.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

/// Whether credentials may be sent to an address: `https`, or plain `http` to this very machine.
#[must_use]
pub fn is_secure(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Domain(name))) => name == "localhost",
        ("http", Some(Host::Ipv4(ip))) => ip.is_loopback(),
        ("http", Some(Host::Ipv6(ip))) => ip.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_https_or_loopback_only() {
        let secure = |url: &str| is_secure(&url.parse().unwrap());
        for good in [
            "https://api.example.com/",
            "http://127.0.0.1:8080/",
            "http://localhost/",
            "http://[::1]:1/",
        ] {
            assert!(secure(good), "{good}");
        }
        for bad in [
            "http://api.example.com/",
            "http://localhost.example.com/",
            "http://10.0.0.1/",
            "ftp://127.0.0.1/",
            "http://127.0.0.1.evil.example/",
        ] {
            assert!(!secure(bad), "{bad}");
        }
    }

    #[test]
    fn an_answer_says_when_it_was_given() {
        let mut response = HttpResponse::new(StatusCode::OK, "{}");
        assert_eq!(response.date(), None);
        let date = http::HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
        response.headers.insert(http::header::DATE, date);
        assert_eq!(response.date().map(Timestamp::as_second), Some(784_111_777));
    }

    #[test]
    fn a_page_is_recognised_by_type_or_by_its_beginning() {
        assert!(HttpResponse::new(StatusCode::OK, "\n<!DOCTYPE html><p>Log in").is_html());
        assert!(!HttpResponse::new(StatusCode::OK, "{}").is_html());
    }
}
