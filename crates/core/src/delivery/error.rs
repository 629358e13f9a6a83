//! Why there is no outcome, and what that means for a second attempt.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::prepared::Repeat;
use super::transport::{HttpResponse, Sent, TransportError, TransportErrorKind, read_date};

/// The result of a delivery.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an error means for the delivery. Every error states one; there is no default to forget.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Disposition {
    /// The same request would fail again: it is not repeated.
    Permanent,
    /// Nothing happened at the vendor: it may be repeated.
    Transient,
    /// The vendor may have acted on it: repeated only where that is safe, else a person decides.
    Ambiguous,
    /// The account or its configuration is at fault, never the lead: the sink is held, the leads stay due.
    Account,
}

/// What happened, for machines: metrics, reports, tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Name look-up, connection or TLS failed before a byte was sent.
    Connect,
    /// The time for the exchange ran out.
    Timeout,
    /// The connection broke in the middle.
    Interrupted,
    /// The time for the whole delivery ran out.
    Deadline,
    /// The caller stopped the run while the request waited for its turn.
    Stopped,
    /// The vendor does not know the credentials (401).
    Unauthorized,
    /// The vendor does not let the account do this (402, 403).
    Forbidden,
    /// There is no such address (404, 405, 410), or it sends the client elsewhere (3xx).
    WrongAddress,
    /// Too many requests (429).
    RateLimited,
    /// The vendor is out of service for now (503).
    Unavailable,
    /// The vendor failed (other 5xx).
    Server,
    /// The vendor refused the request for a reason that nobody classified (other 4xx).
    Refused,
    /// The status says success and the body cannot be read.
    Unreadable,
    /// The status says success and the body is a page for people.
    HtmlPage,
    /// The vendor says that it recorded the lead and could not finish with it: never repeated, whatever the request allows,
    /// since a refused repetition would look as if the lead had arrived.
    Unfinished,
    /// An earlier attempt is in doubt, and this answer does not settle it.
    InDoubt,
    /// The address is not `https`, so no credentials are sent.
    Insecure,
    /// The request cannot be made from what the sink was given.
    Request,
}

impl ErrorKind {
    /// The stable word for reports and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Deadline => "deadline",
            Self::Stopped => "stopped",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::WrongAddress => "wrong_address",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Server => "server",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
            Self::HtmlPage => "html_page",
            Self::Unfinished => "unfinished",
            Self::InDoubt => "in_doubt",
            Self::Insecure => "insecure",
            Self::Request => "request",
        }
    }
}

/// Why there is no outcome. `Display` is one line and holds no address, header, body or lead value.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    disposition: Disposition,
    message: Cow<'static, str>,
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
    excerpt: Option<Box<str>>,
}

/// The most that is kept of an answer.
const EXCERPT_BYTES: usize = 1024;

/// A week: no vendor means more, and no clock overflows.
const LONGEST_WAIT: u64 = 7 * 24 * 3600;

impl Error {
    /// An error with its meaning for the delivery. The message is one lower-case line without personal data.
    #[must_use]
    pub fn new(kind: ErrorKind, disposition: Disposition, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            disposition,
            message: message.into(),
            status: None,
            retry_after: None,
            excerpt: None,
        }))
    }

    /// Classifies an answer by its status alone: the last arm of every `interpret`.
    ///
    /// Follows the table of the architecture page: 401, 402, 403, 404, 405, 410 and redirects are the account's fault, 408,
    /// 425 and 429 are transient, 503 as the request may be repeated, other 5xx and an unreadable 2xx are ambiguous.
    #[must_use]
    pub fn from_status(response: &HttpResponse, repeat: Repeat) -> Self {
        use Disposition::{Account, Ambiguous, Permanent, Transient};
        let status = response.status;
        let (kind, disposition, message): (_, _, Cow<'static, str>) = match status.as_u16() {
            200..=299 if response.is_html() => (
                ErrorKind::HtmlPage,
                Ambiguous,
                "the vendor answered with an HTML page instead of data; check `base_url` and whether a proxy or login page is in between".into(),
            ),
            200..=299 => (ErrorKind::Unreadable, Ambiguous, format!("the vendor answered {} and the body cannot be read", status.as_u16()).into()),
            300..=399 => (
                ErrorKind::WrongAddress,
                Account,
                format!("the vendor answered {} and sends the client elsewhere; redirects are not followed, check `base_url`", status.as_u16()).into(),
            ),
            401 => (ErrorKind::Unauthorized, Account, "the vendor does not accept the credentials (401); check them in the config".into()),
            402 | 403 => (
                ErrorKind::Forbidden,
                Account,
                format!("the vendor does not let this account do that ({}); ask the vendor or check the credentials", status.as_u16()).into(),
            ),
            404 | 405 | 410 => (
                ErrorKind::WrongAddress,
                Account,
                format!("the vendor has nothing at this address ({}); check `base_url`", status.as_u16()).into(),
            ),
            408 | 425 => (ErrorKind::Timeout, Transient, format!("the vendor did not wait for the request ({})", status.as_u16()).into()),
            429 => (ErrorKind::RateLimited, Transient, "the vendor takes no more requests for now (429)".into()),
            503 => {
                let disposition = if repeat == Repeat::Safe { Transient } else { Ambiguous };
                (ErrorKind::Unavailable, disposition, "the vendor is out of service (503)".into())
            }
            500..=599 => (ErrorKind::Server, Ambiguous, format!("the vendor failed ({})", status.as_u16()).into()),
            _ => (ErrorKind::Refused, Permanent, format!("the vendor refused the request ({})", status.as_u16()).into()),
        };
        let mut error = Self::new(kind, disposition, message);
        error.0.status = Some(status);
        error.0.retry_after = retry_after(response);
        error.0.excerpt = excerpt(&response.body);
        error
    }

    /// The request that creates something got no answer: ambiguous unless certainly nothing left.
    #[must_use]
    pub fn unsent_or_unseen(error: TransportError) -> Self {
        let seen = error.sent == Sent::Maybe;
        let mut error = Self::unanswered(error);
        if seen {
            error.0.disposition = Disposition::Ambiguous;
            error.0.message = format!("{}; the vendor may have the lead", error.0.message).into();
        }
        error
    }

    /// A question that creates nothing got no answer.
    #[must_use]
    pub fn unanswered(error: TransportError) -> Self {
        let (kind, disposition) = match error.kind {
            TransportErrorKind::Connect => (ErrorKind::Connect, Disposition::Transient),
            TransportErrorKind::Timeout => (ErrorKind::Timeout, Disposition::Transient),
            TransportErrorKind::Interrupted => (ErrorKind::Interrupted, Disposition::Transient),
            TransportErrorKind::Deadline => (ErrorKind::Deadline, Disposition::Transient),
            TransportErrorKind::Stopped => (ErrorKind::Stopped, Disposition::Transient),
            TransportErrorKind::TooLarge => (ErrorKind::Unreadable, Disposition::Transient),
            TransportErrorKind::Request => (ErrorKind::Request, Disposition::Permanent),
            TransportErrorKind::Insecure => (ErrorKind::Insecure, Disposition::Account),
        };
        Self::new(kind, disposition, error.message)
    }

    /// The same error of a question that creates nothing: what was ambiguous is transient.
    #[must_use]
    pub fn without_effect(mut self) -> Self {
        if self.0.disposition == Disposition::Ambiguous {
            self.0.disposition = Disposition::Transient;
        }
        self
    }

    /// The same error after an attempt in doubt: ambiguous, whatever it was by itself.
    #[must_use]
    pub fn in_doubt(mut self) -> Self {
        self.0.disposition = Disposition::Ambiguous;
        self
    }

    /// An answer that does not settle an earlier doubt, such as a refusal that may be about the first attempt itself.
    #[must_use]
    pub fn still_in_doubt(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InDoubt, Disposition::Ambiguous, message)
    }

    /// A status that says no over a body that says yes: nobody can tell which of the two holds, so it is ambiguous. For a
    /// question, add [`without_effect`](Self::without_effect).
    #[must_use]
    pub fn contradiction(response: &HttpResponse) -> Self {
        let message = format!(
            "the vendor answered {} and its body says success",
            response.status.as_u16()
        );
        Self::new(ErrorKind::Unreadable, Disposition::Ambiguous, message).with_response(response)
    }

    /// Adds the answer that it is about: its status, `Retry-After` and the beginning of its body.
    #[must_use]
    pub fn with_response(mut self, response: &HttpResponse) -> Self {
        self.0.status = Some(response.status);
        self.0.retry_after = retry_after(response);
        self.0.excerpt = excerpt(&response.body);
        self
    }

    /// What it means for the delivery.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.0.disposition
    }

    /// Whether the next lead would fare no better: the account or the address is at fault, or a page for people stands where
    /// data should be. Also after an attempt in doubt, where the disposition no longer says so.
    #[must_use]
    pub fn stops_sink(&self) -> bool {
        use ErrorKind::{Forbidden, HtmlPage, Insecure, Unauthorized, WrongAddress};
        let kind = matches!(
            self.0.kind,
            Forbidden | HtmlPage | Insecure | Unauthorized | WrongAddress
        );
        kind || self.0.disposition == Disposition::Account
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// How long the vendor asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The beginning of the answer, 1 KiB at most. It may quote the lead: reports and ledgers only, never logs.
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("disposition", &self.0.disposition)
            .field("message", &self.0.message)
            .field("status", &self.0.status)
            .field("retry_after", &self.0.retry_after)
            .field("excerpt_bytes", &self.0.excerpt.as_ref().map(|excerpt| excerpt.len()))
            .finish()
    }
}

impl std::error::Error for Error {}

/// May a request be sent again after this error? The one answer for retry, command line and outbox.
#[must_use]
pub fn may_repeat(error: &Error, repeat: Repeat) -> bool {
    match error.disposition() {
        Disposition::Transient => true,
        Disposition::Ambiguous => repeat == Repeat::Safe && error.kind() != ErrorKind::Unfinished,
        Disposition::Permanent | Disposition::Account => false,
    }
}

/// `Retry-After` in seconds, or as a date measured against the answer's own `Date`.
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let header = |name| response.headers.get(name)?.to_str().ok().map(str::trim);
    let text = header(http::header::RETRY_AFTER)?;
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds.min(LONGEST_WAIT)));
    }
    let (until, now) = (read_date(text)?, response.date()?);
    u64::try_from(until.as_second() - now.as_second())
        .ok()
        .map(|seconds| Duration::from_secs(seconds.min(LONGEST_WAIT)))
}

fn excerpt(body: &[u8]) -> Option<Box<str>> {
    let head = String::from_utf8_lossy(&body[..body.len().min(EXCERPT_BYTES)]);
    (!head.is_empty()).then(|| clip(&head).into())
}

/// The beginning of a text of the vendor, 1 KiB at most: what is kept of it in errors, reasons and receipts.
pub(crate) fn clip(text: &str) -> &str {
    text.get(..text.floor_char_boundary(EXCERPT_BYTES)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
