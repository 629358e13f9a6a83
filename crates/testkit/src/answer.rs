//! What a script says to one request: an answer, or why there is none.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};
use leadsink_core::{HttpResponse, Sent, TransportError, TransportErrorKind};

/// Why there is no answer: the kind, its word in scenario files, what a transport says.
const KINDS: [(TransportErrorKind, &str, &str); 6] = [
    (TransportErrorKind::Connect, "connect", "no connection could be made"),
    (
        TransportErrorKind::Timeout,
        "timeout",
        "the vendor did not answer in time",
    ),
    (TransportErrorKind::Interrupted, "interrupted", "the connection broke"),
    (TransportErrorKind::TooLarge, "too_large", "the answer is too large"),
    (
        TransportErrorKind::Deadline,
        "deadline",
        "the time for the delivery ran out",
    ),
    (TransportErrorKind::Request, "request", "the request cannot be sent"),
];

/// The kind of error that a scenario file means by a word.
pub(crate) fn kind_of(word: &str) -> Result<TransportErrorKind, String> {
    let known = KINDS.iter().find(|(_, known, _)| *known == word);
    known.map(|(kind, ..)| *kind).ok_or_else(|| {
        let words: Vec<_> = KINDS.iter().map(|(_, word, _)| format!("`{word}`")).collect();
        format!("unknown kind `{word}`, expected one of {}", words.join(", "))
    })
}

/// What the script says to one request.
#[derive(Clone, Debug)]
pub struct Answer(pub(crate) Result<HttpResponse, TransportError>);

impl Answer {
    /// An answer with this status and no body.
    ///
    /// # Panics
    /// When there is no such status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or_else(|_| panic!("{status} is no HTTP status"));
        Self(Ok(HttpResponse::new(status, "")))
    }

    /// An answer with a body of some other type.
    #[must_use]
    pub fn body(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::status(status)
            .with_header(CONTENT_TYPE.as_str(), content_type)
            .with_body(body)
    }

    /// An answer with a body of JSON, which need not be valid.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::body(status, "application/json", body)
    }

    /// An answer with a page for people.
    #[must_use]
    pub fn html(status: u16, body: impl Into<Bytes>) -> Self {
        Self::body(status, "text/html; charset=utf-8", body)
    }

    /// No answer.
    #[must_use]
    pub fn error(kind: TransportErrorKind, sent: Sent) -> Self {
        let known = KINDS.iter().find(|(known, ..)| *known == kind);
        let message = known.map_or("the request cannot be sent", |(.., message)| message);
        Self(Err(TransportError::new(kind, sent, message)))
    }

    /// Sets the body of an answer; an error has none.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        if let Ok(response) = &mut self.0 {
            response.body = body.into();
        }
        self
    }

    /// Adds a header to an answer; an error has none.
    ///
    /// # Panics
    /// When name or value is no header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Ok(response) = &mut self.0 {
            let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) else {
                panic!("`{name}: {value}` is no HTTP header");
            };
            response.headers.append(name, value);
        }
        self
    }
}

impl From<HttpResponse> for Answer {
    fn from(response: HttpResponse) -> Self {
        Self(Ok(response))
    }
}

impl From<TransportError> for Answer {
    fn from(error: TransportError) -> Self {
        Self(Err(error))
    }
}
