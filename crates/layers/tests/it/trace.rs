//! What a subscriber learns about a delivery, and what it never does.

use std::fmt::{self, Write as _};
use std::sync::{Arc, LazyLock, Mutex};

use leadsink_core::{
    Attempt, DeliverContext, Draft, Error, Field, HttpRequest, HttpResponse, HttpVendor, Lead, Outcome, PrepareContext,
    Prepared, Reason, Receipt, Rejection, RejectionClass, Repeat, Result, Sent, TransportErrorKind, Unfit,
};
use leadsink_layers::{Backoff, Breaker, Stack, Stacked};
use leadsink_testkit::{Answer, ScriptedTransport, fixtures};
use tracing::field::{Field as Key, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

use crate::vendor::SECOND;

/// A subscriber that writes down everything that it is told.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    spans: Vec<String>,
    entered: Vec<u64>,
    events: Vec<String>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, key: &Key, value: &dyn fmt::Debug) {
        match key.name() {
            "message" => self.0.insert_str(0, &format!("{value:?}")),
            name => write!(self.0, " {name}={value:?}").unwrap(),
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut lines = self.0.lock().unwrap();
        let mut line = Line(String::new());
        span.record(&mut line);
        lines.spans.push(format!("{}{}", span.metadata().name(), line.0));
        Id::from_u64(lines.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        let index = span.into_u64() as usize - 1;
        self.0.lock().unwrap().spans[index].push_str(&line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let mut lines = self.0.lock().unwrap();
        let level = event.metadata().level();
        let within = lines.entered.last().copied().unwrap_or(0);
        lines.events.push(format!("{within} {level} {}", line.0));
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().entered.push(span.into_u64());
    }

    fn exit(&self, _: &Id) {
        self.0.lock().unwrap().entered.pop();
    }
}

/// As long as there are two, `tracing` asks them all whether somebody listens, and not the one of the thread that comes first:
/// that of another test has none.
static SUBSCRIBERS: LazyLock<[Dispatch; 2]> = LazyLock::new(|| [(); 2].map(|()| Dispatch::new(Log::default())));

impl Log {
    fn spans(&self) -> Vec<String> {
        self.0.lock().unwrap().spans.clone()
    }

    fn events(&self) -> Vec<String> {
        self.0.lock().unwrap().events.clone()
    }
}

/// A vendor crate that puts every value of the lead into address and body, and what the vendor says into its results.
#[derive(Debug)]
struct Talkative;

impl HttpVendor for Talkative {
    fn facts(&self) -> &leadsink_core::Descriptor {
        const { &leadsink_core::Descriptor::new("talkative", "Talkative", "") }
    }

    fn map(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        let mut url: url::Url = "https://talkative.invalid/leads".parse().unwrap();
        url.query_pairs_mut().append_pair("lead", &everything(lead));
        Ok(Prepared::new(Draft::post_json(url, everything(lead)), Repeat::Safe))
    }

    fn authorize(&self, request: &mut HttpRequest) -> Result<()> {
        request.url.query_pairs_mut().append_pair("key", "the-secret-key");
        Ok(())
    }

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, _: Attempt) -> Result<Outcome> {
        let text = String::from_utf8_lossy(&response.body).into_owned();
        match response.status.as_u16() {
            200 => Ok(Outcome::Accepted(
                Receipt::new().with_vendor_ref(&*text).with_message(text),
            )),
            422 => {
                let reason = Reason::new("invalid", text);
                Ok(Outcome::Rejected(Rejection::new(RejectionClass::Invalid, vec![reason])))
            }
            _ => Err(Error::from_status(response, prepared.repeat)),
        }
    }
}

fn everything(lead: &Lead) -> String {
    let values = Field::ALL.iter().flat_map(|field| lead_values(lead, *field));
    values
        .chain([lead.id.as_str().to_owned()])
        .collect::<Vec<_>>()
        .join("\n")
}

fn lead_values(lead: &Lead, field: Field) -> Vec<String> {
    field.get(lead).into_iter().map(|text| text.to_string()).collect()
}

/// Delivers the whole lead to a vendor that answers so, and says what was told of it.
async fn deliver_full_lead(answers: Vec<Answer>, stack: &Stack) -> (Log, ScriptedTransport) {
    LazyLock::force(&SUBSCRIBERS);
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let lead = fixtures::full_lead();
    let transport = ScriptedTransport::new(answers);
    let Stacked {
        sink, transport: way, ..
    } = stack.build(Arc::new(Talkative), Arc::new(transport.clone()));
    let cx = fixtures::context(&lead);
    let prepared = sink.prepare(&lead, &cx).unwrap();
    let cx = DeliverContext::new(way).with_delivery(cx.delivery, "sink".into());
    drop(sink.deliver(&prepared, &cx).await);
    (log, transport)
}

fn stack() -> Stack {
    Stack::new()
        .with_backoff(Backoff::new(SECOND, SECOND))
        .with_seed(1)
        .with_deadline(600 * SECOND)
        .with_breaker(Breaker::new())
}

#[tokio::test(start_paused = true)]
async fn one_span_says_which_delivery_it_is_and_its_events_what_became_of_it() {
    let answers = vec![Answer::status(503), Answer::status(200)];
    let (log, _) = deliver_full_lead(answers, &stack()).await;
    let delivery = fixtures::context(&fixtures::full_lead()).delivery;
    let span = format!(r#"deliver vendor="talkative" sink="sink" attempt=1 delivery={delivery}"#);
    assert_eq!(log.spans(), [span]);
    let events = log.events();
    assert_eq!(
        events[0],
        r#"1 DEBUG Another attempt follows one that failed. attempt=2 kind="unavailable" status=503"#
    );
    let told = events[1].split(" latency_ms=").next().unwrap();
    assert_eq!(told, r#"1 INFO The vendor answered. outcome="accepted" attempts=2"#);
    assert_eq!(events.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_told_with_kind_status_and_what_it_means() {
    let stack = stack().with_attempts(1);
    let (log, _) = deliver_full_lead(vec![Answer::status(401)], &stack).await;
    assert_eq!(
        log.events(),
        [
            "1 WARN The lead was not delivered. kind=\"unauthorized\" status=401 attempts=1 latency_ms=0 error=the vendor \
          does not accept the credentials (401); check them in the config"
        ]
    );
    let lost = Answer::error(TransportErrorKind::Timeout, Sent::Maybe);
    let (log, _) = deliver_full_lead(vec![lost], &stack).await;
    let event = &log.events()[0];
    let begins = r#"1 WARN The vendor may have the lead, nobody knows. kind="timeout" attempts=1 latency_ms=0 error="#;
    assert!(event.starts_with(begins), "{event}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_told_when_it_begins_and_when_it_ends() {
    let mut answers = vec![Answer::status(503); 5];
    answers.push(Answer::status(200));
    let (log, _) = deliver_full_lead(answers, &stack().with_attempts(6)).await;
    let events = log.events();
    let of_the_breaker: Vec<_> = events
        .iter()
        .filter(|event| event.contains("down") || event.contains("again"))
        .collect();
    assert_eq!(
        of_the_breaker,
        [
            "1 WARN The vendor seems to be down: nothing is sent for a while.",
            "1 INFO The vendor answers again."
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn no_value_of_a_whole_lead_is_told_whatever_the_vendor_answers() {
    let lead = fixtures::full_lead();
    let quoted = everything(&lead);
    for status in [200, 302, 401, 404, 422, 429, 500, 503] {
        let answers = vec![Answer::status(status).with_body(quoted.clone()); 3];
        let (log, transport) = deliver_full_lead(answers, &stack()).await;
        // The lead was in the request, or this proves nothing.
        assert!(
            transport.seen()[0]
                .url
                .query()
                .is_some_and(|query| query.contains("Josephine"))
        );
        assert!(!log.events().is_empty());
        let told = [log.spans(), log.events()].concat().join("\n");
        for field in Field::ALL {
            for value in lead_values(&lead, *field) {
                // A shorter value, such as a count of storeys, stands in any text.
                assert!(
                    value.len() < 4 || !told.contains(&value),
                    "{status}: {field:?} in {told}"
                );
            }
        }
        assert!(
            fixtures::personal_data(&lead).iter().all(|value| !told.contains(value)),
            "{told}"
        );
        for never in ["full-1", "the-secret-key", "talkative.invalid", "lead="] {
            assert!(!told.contains(never), "{never} in {told}");
        }
    }
}
