//! A transport that answers from a script and remembers what it was asked to send.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use leadsink_core::{DeliverContext, HttpRequest, HttpResponse, Sent, Transport, TransportError, TransportErrorKind};
use url::Url;

/// What the script says to one request.
#[derive(Clone, Debug)]
pub struct Answer(Result<HttpResponse, TransportError>);

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
        let message = match kind {
            TransportErrorKind::Connect => "no connection could be made",
            TransportErrorKind::Timeout => "the vendor did not answer in time",
            TransportErrorKind::Interrupted => "the connection broke",
            TransportErrorKind::TooLarge => "the answer is too large",
            TransportErrorKind::Deadline => "the time for the delivery ran out",
            _ => "the request cannot be sent",
        };
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

/// A request as it was sent, credentials included: a header that was marked sensitive still says so
/// ([`HeaderValue::is_sensitive`]).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Seen {
    /// The HTTP method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// The headers.
    pub headers: HeaderMap,
    /// The encoded body.
    pub body: Bytes,
}

impl Seen {
    /// The text of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is no JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("the body that was sent is no JSON: {error}; open src/mapping.rs"))
    }

    /// Method, host and path: what may stand in a message.
    pub(crate) fn line(&self) -> String {
        crate::secret::masked(&format!(
            "{} {}{}",
            self.method,
            self.url.host_str().unwrap_or_default(),
            self.url.path()
        ))
    }
}

/// Answers in the order of its script and remembers what was sent. Clones share script and memory.
///
/// ```
/// use leadsink_testkit::{Answer, ScriptedTransport};
///
/// let transport = ScriptedTransport::new([Answer::json(200, r#"{"ok":true}"#), Answer::status(503)]);
/// let cx = transport.context();
/// assert!(transport.seen().is_empty());
/// # drop(cx);
/// ```
#[derive(Clone)]
pub struct ScriptedTransport {
    state: Arc<Mutex<State>>,
}

struct State {
    script: VecDeque<Answer>,
    /// What is answered when the script is through.
    always: Option<Answer>,
    seen: Vec<Seen>,
}

/// A sink that sends more requests than this for one lead goes round in circles.
const MOST_REQUESTS: usize = 50;

impl ScriptedTransport {
    /// A transport with these answers. A request beyond them fails the test.
    #[must_use]
    pub fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let state = State {
            script: script.into_iter().collect(),
            always: None,
            seen: Vec::new(),
        };
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Answers every request beyond the script with this, up to 50 requests.
    #[must_use]
    pub fn then_always(self, answer: Answer) -> Self {
        self.lock().always = Some(answer);
        self
    }

    /// What was sent, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// How many answers nobody asked for yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.lock().script.len()
    }

    /// A first attempt through this transport.
    #[must_use]
    pub fn context(&self) -> DeliverContext {
        DeliverContext::new(Arc::new(self.clone()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("ScriptedTransport")
            .field("left", &state.script.len())
            .field("seen", &state.seen.len())
            .finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut state = self.lock();
        let HttpRequest {
            method,
            url,
            headers,
            body,
            ..
        } = request;
        state.seen.push(Seen {
            method,
            url,
            headers,
            body,
        });
        let count = state.seen.len();
        let answer = state
            .script
            .pop_front()
            .or_else(|| state.always.clone().filter(|_| count <= MOST_REQUESTS));
        answer.map_or_else(
            || {
                let line = state.seen.last().map(Seen::line).unwrap_or_default();
                panic!("request {count} ({line}) has no answer: the script is through; open src/sink.rs, or add an answer to the script")
            },
            |answer| answer.0,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn request() -> HttpRequest {
        let mut headers = HeaderMap::new();
        let mut key = HeaderValue::from_static("k");
        key.set_sensitive(true);
        headers.insert("x-key", key);
        let url = "https://api.example.com/leads".parse().unwrap();
        HttpRequest {
            method: Method::POST,
            url,
            headers,
            body: "{}".into(),
            timeout: Duration::from_secs(1),
            deadline: None,
        }
    }

    #[test]
    fn answers_come_in_order_and_what_was_sent_is_remembered() {
        let script = [
            Answer::json(201, "{}"),
            Answer::error(TransportErrorKind::Timeout, Sent::Maybe),
        ];
        let transport = ScriptedTransport::new(script);
        assert_eq!(crate::block_on(transport.send(request())).unwrap().status, 201);
        assert_eq!(
            crate::block_on(transport.send(request())).unwrap_err().sent,
            Sent::Maybe
        );
        assert_eq!(transport.left(), 0);
        let seen = transport.seen();
        assert_eq!((seen.len(), seen[0].header("x-key")), (2, Some("k")));
        assert!(seen[0].headers["x-key"].is_sensitive());
    }
}
