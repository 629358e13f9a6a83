//! A transport that answers from a script and remembers what it was asked to send.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method};
use leadsink_core::delivery::is_secure;
use leadsink_core::{CountsFor, DeliverContext, HttpRequest, HttpResponse, Purpose, Transport, TransportError};
use url::Url;

use crate::Answer;

/// A request as it was sent, credentials included: a header that was marked sensitive still says so
/// ([`is_sensitive`](http::HeaderValue::is_sensitive)).
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
    /// Whether it asks or creates.
    pub purpose: Purpose,
    /// Which of the vendor's quotas it counts for.
    pub counts_for: CountsFor,
    /// How long the exchange may take.
    pub timeout: Duration,
    /// When the whole delivery must be over.
    pub deadline: Option<Instant>,
}

impl From<HttpRequest> for Seen {
    fn from(request: HttpRequest) -> Self {
        Self {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body,
            purpose: request.purpose,
            counts_for: request.counts_for,
            timeout: request.timeout,
            deadline: request.deadline,
        }
    }
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

/// Answers in the order of its script and remembers what was sent. Clones share script and memory. A request to an address
/// that is not secure fails the test.
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

/// The words by which a check knows the refusal of an address.
pub(crate) const INSECURE: &str = "insecure address";

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
        let seen = Seen::from(request);
        // Core refuses such an address itself, so this request came past `ask` and `send`.
        assert!(
            is_secure(&seen.url),
            "`{}` goes to an {INSECURE} (`{}`): credentials go to `https` or this machine only; open src/sink.rs, and send with `cx.ask` or `cx.send`",
            seen.line(),
            seen.url.scheme()
        );
        let mut state = self.lock();
        state.seen.push(seen);
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
    use http::HeaderValue;
    use leadsink_core::{Draft, Sent, TransportErrorKind};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn request(url: &str) -> HttpRequest {
        let mut headers = HeaderMap::new();
        let mut key = HeaderValue::from_static("k");
        key.set_sensitive(true);
        headers.insert("x-key", key);
        Draft::new(Method::POST, url.parse().unwrap(), headers, "{}").to_request(Duration::from_secs(1), None)
    }

    #[test]
    fn answers_come_in_order_and_what_was_sent_is_remembered() {
        let script = [
            Answer::json(201, "{}"),
            Answer::error(TransportErrorKind::Timeout, Sent::Maybe),
        ];
        let transport = ScriptedTransport::new(script);
        let url = "https://api.example.com/leads";
        assert_eq!(crate::block_on(transport.send(request(url))).unwrap().status, 201);
        let error = crate::block_on(transport.send(request(url))).unwrap_err();
        assert_eq!(error.sent, Sent::Maybe);
        assert_eq!(transport.left(), 0);
        let seen = transport.seen();
        assert_eq!((seen.len(), seen[0].header("x-key")), (2, Some("k")));
        assert!(seen[0].headers["x-key"].is_sensitive());
    }

    #[test]
    fn purpose_and_limits_are_remembered() {
        let transport = ScriptedTransport::new([]).then_always(Answer::status(200));
        let cx = transport.context();
        let url = "https://api.example.com/leads";
        crate::block_on(cx.ask(request(url))).unwrap();
        crate::block_on(cx.send(request(url))).unwrap();
        let seen = transport.seen();
        assert_eq!(
            (seen[0].purpose, seen[1].purpose),
            (Purpose::Question, Purpose::Creation)
        );
        assert_eq!((seen[0].timeout, seen[0].deadline), (Duration::from_secs(1), None));
    }

    #[test]
    fn an_insecure_address_fails_the_test() {
        let transport = ScriptedTransport::new([Answer::status(200)]);
        let sent = || crate::block_on(transport.send(request("http://api.example.com/leads")));
        let panic = catch_unwind(AssertUnwindSafe(sent)).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap();
        assert!(
            text.starts_with("`POST api.example.com/leads` goes to an insecure address (`http`)"),
            "{text}"
        );
        assert_eq!(transport.left(), 1);
    }
}
