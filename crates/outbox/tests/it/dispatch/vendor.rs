//! A vendor that answers by the time and the lead, remembers when it was asked what, and can be looked at where it is told so.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use leadsink_core::{
    Attempt, Before, DeliverContext, Descriptor, Disposition, Draft, Error, ErrorKind, HttpRequest, HttpResponse,
    HttpVendor, Lead, Outcome, PrepareContext, Prepared, Purpose, Receipt, Reconciliation, Repeat, Result, Sent, Step,
    Timestamp, Transport, TransportError, TransportErrorKind, Unfit,
};
use leadsink_outbox::Handle;
use tokio::time::{Instant, sleep};

/// What the vendor says to one request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Say {
    Accepted,
    Status(u16),
    /// A status with `Retry-After` in seconds.
    Later(u16, u32),
    /// Nothing, until the time is up.
    Hang,
    /// The connection breaks in the middle.
    Reset,
    /// Nobody is there.
    Refused,
    /// To a look: it has the lead, it does not, it does not tell.
    Found,
    Absent,
    Unclear,
    /// It has created something, and came to grief over the rest.
    Half,
}

/// A request that reached the vendor.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) at: Duration,
    pub(crate) purpose: Purpose,
    /// The lead's id, a colon, and the number of the mapping that made it.
    pub(crate) body: String,
    /// How many came before.
    pub(crate) before: usize,
}

impl Seen {
    pub(crate) fn lead(&self) -> &str {
        self.body.split(':').next().unwrap()
    }
}

type Answers = Box<dyn Fn(&Seen) -> Say + Send + Sync>;

pub(crate) struct Vendor {
    began: Instant,
    answers: Answers,
    takes: Duration,
    seen: Mutex<Vec<Seen>>,
}

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vendor").finish_non_exhaustive()
    }
}

impl Vendor {
    pub(crate) fn new(answers: impl Fn(&Seen) -> Say + Send + Sync + 'static) -> Self {
        Self {
            began: Instant::now(),
            answers: Box::new(answers),
            takes: Duration::ZERO,
            seen: Mutex::default(),
        }
    }

    /// Takes this long for each answer.
    pub(crate) fn taking(mut self, time: Duration) -> Self {
        self.takes = time;
        self
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// What was sent to create something.
    pub(crate) fn bodies(&self) -> Vec<String> {
        let creations = self.seen().into_iter().filter(|seen| seen.purpose == Purpose::Creation);
        creations.map(|seen| seen.body).collect()
    }

    /// When requests came, in whole seconds.
    pub(crate) fn seconds(&self, purpose: Purpose) -> Vec<u64> {
        let of = self.seen().into_iter().filter(|seen| seen.purpose == purpose);
        of.map(|seen| seen.at.as_secs()).collect()
    }
}

#[async_trait::async_trait]
impl Transport for Vendor {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let seen = Seen {
            at: self.began.elapsed(),
            purpose: request.purpose,
            body: String::from_utf8(request.body.to_vec()).unwrap(),
            before: self.seen.lock().unwrap().len(),
        };
        self.seen.lock().unwrap().push(seen.clone());
        let say = (self.answers)(&seen);
        sleep(self.takes).await;
        let respond = |status: u16, body: &'static str| HttpResponse::new(StatusCode::from_u16(status).unwrap(), body);
        Ok(match say {
            Say::Accepted => respond(200, "yes"),
            Say::Found => respond(200, "found"),
            Say::Absent => respond(200, "absent"),
            Say::Unclear => respond(200, "?"),
            Say::Half => respond(200, "half"),
            Say::Status(status) => respond(status, ""),
            Say::Later(status, seconds) => {
                let mut response = respond(status, "");
                response.headers.insert(http::header::RETRY_AFTER, seconds.into());
                response
            }
            Say::Hang => {
                sleep(request.timeout).await;
                return Err(TransportError::new(
                    TransportErrorKind::Timeout,
                    Sent::Maybe,
                    "no answer in time",
                ));
            }
            Say::Reset => {
                return Err(TransportError::new(
                    TransportErrorKind::Interrupted,
                    Sent::Maybe,
                    "it broke",
                ));
            }
            Say::Refused => {
                return Err(TransportError::new(
                    TransportErrorKind::Connect,
                    Sent::Nothing,
                    "nobody there",
                ));
            }
        })
    }
}

/// The vendor crate. Each preparation is told apart from the one before, as if the config had changed.
#[derive(Debug)]
pub(crate) struct Acme {
    pub(crate) repeat: Repeat,
    pub(crate) can_be_asked: bool,
    pub(crate) asks: bool,
    /// Stops the run when it prepares a lead.
    pub(crate) stops: Option<Handle>,
    prepared: AtomicU32,
    /// When the attempts were made that it was asked about.
    asked_about: Mutex<Vec<Range<Timestamp>>>,
}

impl Acme {
    pub(crate) fn new(repeat: Repeat) -> Self {
        Self {
            repeat,
            can_be_asked: false,
            asks: false,
            stops: None,
            prepared: AtomicU32::new(0),
            asked_about: Mutex::default(),
        }
    }

    /// One that asks before it sends.
    pub(crate) fn asking(mut self) -> Arc<Self> {
        self.asks = true;
        Arc::new(self)
    }

    /// From when to when the attempts were made that it was asked about, in seconds from a beginning.
    pub(crate) fn asked_about(&self, began: Timestamp) -> Vec<(i64, i64)> {
        let second = |at: Timestamp| at.as_second() - began.as_second();
        let asked = self.asked_about.lock().unwrap();
        asked.iter().map(|of| (second(of.start), second(of.end))).collect()
    }

    /// One that can be asked afterwards.
    pub(crate) fn asked(mut self) -> Arc<Self> {
        self.can_be_asked = true;
        Arc::new(self)
    }
}

const FACTS: &Descriptor = &Descriptor::new("acme", "Acme", "");

impl HttpVendor for Acme {
    fn facts(&self) -> &Descriptor {
        FACTS
    }

    fn map(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        assert!(lead.id.as_str() != "panics", "a bug over this lead");
        if lead.id.as_str() == "dies-mapped" {
            std::process::abort();
        }
        if lead.id.as_str() == "unfit" {
            return Err(leadsink_core::Problem::new("required", "the phone is missing").into());
        }
        if let Some(handle) = &self.stops {
            handle.halt().halt();
        }
        let nth = self.prepared.fetch_add(1, Ordering::SeqCst) + 1;
        let draft = Draft::post_json("https://acme.invalid/".parse().unwrap(), format!("{}:{nth}", lead.id));
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

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, attempt: Attempt) -> Result<Outcome> {
        assert!(&*response.body != b"?", "a bug over this answer");
        let receipt = || Receipt::new().with_vendor_ref("v-1");
        match &*response.body {
            b"yes" if attempt.earlier_ambiguous => Ok(Outcome::Duplicate(receipt())),
            b"yes" => Ok(Outcome::Accepted(receipt())),
            b"half" => Err(Error::new(
                ErrorKind::Unfinished,
                Disposition::Ambiguous,
                "a step broke",
            )),
            _ => Err(Error::from_status(response, prepared.repeat)),
        }
    }

    fn answer(&self, _: &Step, _: &HttpResponse, _: Attempt) -> Result<Before> {
        Ok(Before::GoOn)
    }

    async fn look_up(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        if !self.can_be_asked {
            return Ok(Reconciliation::Unsupported);
        }
        let response = cx
            .ask(prepared.request.to_request(Duration::from_secs(30), None))
            .await?;
        self.asked_about.lock().unwrap().extend(cx.attempted.clone());
        if !response.status.is_success() {
            return Err(Error::from_status(&response, prepared.repeat).without_effect());
        }
        Ok(match &*response.body {
            b"found" => Reconciliation::Found(Receipt::new().with_vendor_ref("v-9")),
            b"absent" => Reconciliation::NotFound,
            _ => Reconciliation::Undecided("two leads have this name".to_owned()),
        })
    }
}
