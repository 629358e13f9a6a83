//! A vendor for these tests: a sink that may ask a question before its request, and a transport that answers from a script and
//! remembers when it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use http::header::RETRY_AFTER;
use leadsink_core::{
    Attempt, Before, DeliverContext, DeliveryId, Descriptor, Draft, Error, HttpRequest, HttpResponse, HttpVendor, Lead,
    LeadId, Outcome, PrepareContext, Prepared, Probe, Purpose, Quota, Receipt, Reconciliation, Rejection,
    RejectionClass, Repeat, Result, SharedSink, Step, Timestamp, Transport, TransportError, TransportErrorKind, Unfit,
};
use leadsink_layers::Stacked;
use tokio::time::Instant;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// What the vendor says to one request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Say {
    Accepted,
    Rejected,
    /// A 2xx that nobody can read.
    Gibberish,
    Page,
    Status(u16),
    /// A status with `Retry-After` in seconds.
    Later(u16, u32),
    Lost(TransportErrorKind, leadsink_core::Sent),
}

impl Say {
    fn answer(self) -> Result<HttpResponse, TransportError> {
        let respond = |status: u16, body: &'static str| HttpResponse::new(StatusCode::from_u16(status).unwrap(), body);
        Ok(match self {
            Self::Accepted => respond(200, "yes"),
            Self::Rejected => respond(200, "no"),
            Self::Gibberish => respond(200, "?"),
            Self::Page => respond(200, "<html>"),
            Self::Status(status) => respond(status, ""),
            Self::Later(status, seconds) => {
                let mut response = respond(status, "");
                response.headers.insert(RETRY_AFTER, seconds.into());
                response
            }
            Self::Lost(kind, sent) => return Err(TransportError::new(kind, sent, "lost")),
        })
    }

    /// Whether the vendor may have acted on a request that it answered so.
    pub(crate) fn may_have_acted(self) -> bool {
        match self {
            Self::Accepted | Self::Rejected | Self::Gibberish | Self::Page => true,
            Self::Status(status) | Self::Later(status, _) => status >= 500,
            Self::Lost(_, sent) => sent == leadsink_core::Sent::Maybe,
        }
    }
}

/// A request that reached the transport.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) at: Duration,
    pub(crate) lead: String,
    pub(crate) purpose: Purpose,
    pub(crate) said: Say,
    pub(crate) timeout: Duration,
    pub(crate) deadline: Option<std::time::Instant>,
}

#[derive(Debug)]
pub(crate) struct Vendor {
    began: Instant,
    script: Mutex<VecDeque<Say>>,
    always: Say,
    outage: Option<(Duration, Say)>,
    takes: Duration,
    seen: Mutex<Vec<Seen>>,
}

impl Vendor {
    /// A vendor that answers so, and accepts everything after it.
    pub(crate) fn saying(script: impl IntoIterator<Item = Say>) -> Self {
        Self {
            began: Instant::now(),
            script: Mutex::new(script.into_iter().collect()),
            always: Say::Accepted,
            outage: None,
            takes: Duration::ZERO,
            seen: Mutex::default(),
        }
    }

    pub(crate) fn then_always(mut self, say: Say) -> Self {
        self.always = say;
        self
    }

    /// Answers so until this time has passed, whatever the script says.
    pub(crate) fn down_until(mut self, time: Duration, say: Say) -> Self {
        self.outage = Some((time, say));
        self
    }

    /// Takes this long for each answer.
    pub(crate) fn taking(mut self, time: Duration) -> Self {
        self.takes = time;
        self
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// When the requests came, in milliseconds.
    pub(crate) fn times(&self) -> Vec<u128> {
        self.seen().iter().map(|seen| seen.at.as_millis()).collect()
    }
}

#[async_trait::async_trait]
impl Transport for Vendor {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let said = match self.outage {
            Some((until, say)) if self.began.elapsed() < until => say,
            _ => self.script.lock().unwrap().pop_front().unwrap_or(self.always),
        };
        self.seen.lock().unwrap().push(Seen {
            at: self.began.elapsed(),
            lead: String::from_utf8(request.body.to_vec()).unwrap(),
            purpose: request.purpose,
            said,
            timeout: request.timeout,
            deadline: request.deadline,
        });
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        said.answer()
    }
}

/// A vendor crate with a quota of 300 a minute.
#[derive(Debug)]
pub(crate) struct Acme {
    pub(crate) repeat: Repeat,
    pub(crate) asks: bool,
}

const FACTS: &Descriptor = &Descriptor::new("acme", "Acme", "").with_quotas(&[Quota {
    class: "leads",
    requests: 300,
    per: MINUTE,
}]);

impl HttpVendor for Acme {
    fn facts(&self) -> &Descriptor {
        FACTS
    }

    fn map(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        let draft = Draft::post_json("https://acme.invalid/".parse().unwrap(), lead.id.as_str().to_owned());
        let prepared = Prepared::new(draft.clone(), self.repeat);
        Ok(if self.asks {
            prepared.with_before("acme", draft)
        } else {
            prepared
        })
    }

    fn authorize(&self, _: &mut HttpRequest) -> Result<()> {
        Ok(())
    }

    fn answer(&self, _: &Step, response: &HttpResponse, _: Attempt) -> Result<Before> {
        match &*response.body {
            b"yes" => Ok(Before::GoOn),
            b"no" => Ok(Before::Stop(rejected())),
            _ => Err(Error::from_status(response, Repeat::Safe).without_effect()),
        }
    }

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, _: Attempt) -> Result<Outcome> {
        match &*response.body {
            b"yes" => Ok(Outcome::Accepted(Receipt::new())),
            b"no" => Ok(rejected()),
            _ => Err(Error::from_status(response, prepared.repeat)),
        }
    }

    async fn look_up(&self, _: &Prepared, _: &DeliverContext) -> Result<Reconciliation> {
        Ok(Reconciliation::NotFound)
    }

    async fn probe_account(&self, _: &DeliverContext) -> Result<Probe> {
        Ok(Probe::Ready)
    }
}

fn rejected() -> Outcome {
    Outcome::Rejected(Rejection::new(RejectionClass::Rule, Vec::new()))
}

pub(crate) fn sink(repeat: Repeat) -> SharedSink {
    Arc::new(Acme { repeat, asks: false })
}

/// A sink that asks before it creates.
pub(crate) fn asking() -> SharedSink {
    let repeat = Repeat::NeverBlindly;
    Arc::new(Acme { repeat, asks: true })
}

/// The request for a lead.
pub(crate) fn prepared(sink: &SharedSink, id: &str) -> Prepared {
    let lead = Lead::builder().id(id).build().unwrap();
    let delivery = DeliveryId::new(&LeadId::new(id).unwrap(), "acme");
    sink.prepare(&lead, &PrepareContext::new(delivery, Timestamp::UNIX_EPOCH))
        .unwrap()
}

/// Delivers a lead and says what became of it, and how many attempts were made.
pub(crate) async fn deliver(stacked: &Stacked, id: &str) -> (Result<Outcome>, u32) {
    deliver_as(stacked, id, 1, false).await
}

/// The same where other attempts came before.
pub(crate) async fn deliver_as(stacked: &Stacked, id: &str, n: u32, in_doubt: bool) -> (Result<Outcome>, u32) {
    let attempt = Attempt {
        n,
        earlier_ambiguous: in_doubt,
    };
    let cx = DeliverContext::new(Arc::clone(&stacked.transport)).with_attempt(attempt);
    let result = stacked.sink.deliver(&prepared(&stacked.sink, id), &cx).await;
    (result, cx.attempts())
}
