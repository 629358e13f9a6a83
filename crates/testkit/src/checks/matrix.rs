//! Everything that a vendor may answer, at every request of a delivery, and what the sink makes of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::Method;
use leadsink_core::{Attempt, Outcome, Prepared, Result, Sent, TransportErrorKind};
use serde_json::{Value, json};

use crate::contract::{Exchange, Scenario, scenarios};
use crate::fixtures::{context, personal_data};
use crate::{Answer, SECRET_SENTINEL, ScriptedTransport, Seen, Suite, block_on};

/// The seconds of the `Retry-After` that comes with 429.
pub(super) const RETRY_AFTER: u64 = 7;

const STATUSES: [u16; 12] = [200, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504];

/// What stands in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Empty,
    Html,
    Truncated,
    Object,
    ErrorInside,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Answer(u16, Body),
    Error(TransportErrorKind, Sent),
}

/// One fault at one request, and what the sink made of it.
pub(super) struct Case {
    /// The fault, for messages.
    pub(super) name: String,
    pub(super) fault: Fault,
    /// The position of the request in the scenario.
    pub(super) exchange: usize,
    /// Whether a request that creates something was answered before the fault: what it means then is the vendor's affair.
    pub(super) created_before: bool,
    /// Whether a request that creates something was sent, the faulty one included.
    pub(super) creating: bool,
    /// The result; nothing when the sink panicked.
    pub(super) result: Option<Result<Outcome>>,
}

/// All faults at all requests of one delivery.
pub(super) struct Matrix {
    /// The requests of the delivery, and whether each is a question.
    pub(super) requests: Vec<(String, bool)>,
    pub(super) cases: Vec<Case>,
    /// The personal data that the vendor quotes in its answers.
    pub(super) personal: Vec<String>,
    pub(super) prepared: Prepared,
}

/// The scenario whose answers carry the matrix through the requests before the faulty one: a first attempt that delivers the
/// lead, of these the one with the most requests, of these the first.
pub(super) fn carrier(suite: &Suite) -> Scenario {
    let delivers = |scenario: &Scenario| {
        let answered = scenario.exchanges.iter().all(|exchange| exchange.response.is_some());
        scenario.attempt.n == 1 && scenario.outcome.is_delivered() && answered
    };
    let carriers = scenarios(suite.contract()).into_iter().filter(delivers);
    // `max_by_key` takes the last of equals.
    carriers
        .rev()
        .max_by_key(|scenario| scenario.exchanges.len())
        .unwrap_or_else(|| {
            panic!(
                "`{}`: no contract scenario is a first attempt that delivers the lead; write one into {}",
                suite.descriptor().id,
                suite.contract().display()
            )
        })
}

impl Matrix {
    /// Plays every fault at every request.
    pub(super) fn of(suite: &Suite, earlier_ambiguous: bool) -> Self {
        let scenario = carrier(suite);
        let sink = suite.sink_with(suite.merged(&Value::Object(scenario.config.clone())));
        let prepared = sink
            .prepare(&scenario.lead, &context(&scenario.lead))
            .unwrap_or_else(|unfit| {
                panic!(
                    "the lead of contract scenario `{}` does not fit: {unfit}; open contract/{}.json",
                    scenario.name, scenario.name
                )
            });
        let attempt = Attempt {
            n: if earlier_ambiguous { 2 } else { 1 },
            earlier_ambiguous,
        };
        let answers: Vec<_> = scenario.exchanges.iter().map(Exchange::to_answer).collect();
        let play = |answers: &[Answer], then: Answer| {
            let transport = ScriptedTransport::new(answers.iter().cloned()).then_always(then);
            let cx = transport.context().with_attempt(attempt);
            let result = catch_unwind(AssertUnwindSafe(|| block_on(sink.deliver(&prepared, &cx)))).ok();
            (result, transport.seen())
        };
        let nothing = Answer::error(TransportErrorKind::Connect, Sent::Nothing);
        let requests: Vec<_> = play(&answers, nothing)
            .1
            .iter()
            .map(|seen| (seen.line(), is_question(&prepared, seen)))
            .collect();
        let personal = personal_data(&scenario.lead);
        let echo = format!("{} {SECRET_SENTINEL}", personal.join(" "));
        let mut cases = Vec::new();
        for (exchange, (line, _)) in requests.iter().enumerate().take(answers.len()) {
            for fault in faults() {
                let (result, seen) = play(&answers[..exchange], fault.to_answer(&echo));
                cases.push(Case {
                    name: format!("{} to `{line}`", fault.name()),
                    fault,
                    exchange,
                    created_before: requests[..exchange].iter().any(|(_, question)| !question),
                    creating: seen.iter().any(|seen| !is_question(&prepared, seen)),
                    result,
                });
            }
        }
        Self {
            requests,
            cases,
            personal,
            prepared,
        }
    }
}

/// A request that creates nothing: one that reads, or one of the questions that were prepared.
fn is_question(prepared: &Prepared, seen: &Seen) -> bool {
    let same = |draft: &leadsink_core::Draft| draft.method == seen.method && draft.url.path() == seen.url.path();
    matches!(seen.method, Method::GET | Method::HEAD) || prepared.before.iter().any(|step| same(&step.draft))
}

fn faults() -> Vec<Fault> {
    use TransportErrorKind::{Connect, Deadline, Interrupted, Timeout, TooLarge};
    let bodies = [Body::Empty, Body::Html, Body::Truncated, Body::Object];
    let answers = STATUSES.into_iter().flat_map(|status| {
        let error_inside = (status == 200).then_some(Body::ErrorInside);
        bodies
            .into_iter()
            .chain(error_inside)
            .map(move |body| Fault::Answer(status, body))
    });
    let errors = [
        (Connect, Sent::Nothing),
        (Deadline, Sent::Nothing),
        (Timeout, Sent::Maybe),
        (Interrupted, Sent::Maybe),
        (TooLarge, Sent::Maybe),
    ];
    answers
        .chain(errors.map(|(kind, sent)| Fault::Error(kind, sent)))
        .collect()
}

impl Fault {
    /// What goes wrong: `200`, `timeout`.
    pub(super) fn head(self) -> String {
        match self {
            Self::Answer(status, _) => status.to_string(),
            Self::Error(TransportErrorKind::Connect, _) => "no connection".into(),
            Self::Error(TransportErrorKind::Deadline, _) => "deadline before it was sent".into(),
            Self::Error(TransportErrorKind::TooLarge, _) => "too large an answer".into(),
            Self::Error(kind, _) => format!("{kind:?}").to_lowercase(),
        }
    }

    /// What stands in the body.
    pub(super) const fn body(self) -> &'static str {
        match self {
            Self::Answer(_, Body::Empty) => "empty",
            Self::Answer(_, Body::Html) => "html",
            Self::Answer(_, Body::Truncated) => "truncated",
            Self::Answer(_, Body::Object) => "{}",
            Self::Answer(_, Body::ErrorInside) => "error inside",
            Self::Error(..) => "",
        }
    }

    fn name(self) -> String {
        format!("{} {}", self.head(), self.body()).trim_end().to_owned()
    }

    fn to_answer(self, echo: &str) -> Answer {
        let (status, body) = match self {
            Self::Error(kind, sent) => return Answer::error(kind, sent),
            Self::Answer(status, body) => (status, body),
        };
        let answer = match body {
            Body::Empty => Answer::status(status),
            Body::Html => Answer::html(status, format!("<!DOCTYPE html><title>Error</title><p>{echo}</p>")),
            Body::Truncated => {
                let whole = json!({ "message": echo }).to_string();
                Answer::json(status, format!("{},\"err", whole.trim_end_matches('}')))
            }
            Body::Object => Answer::json(status, "{}"),
            Body::ErrorInside => {
                let errors =
                    json!({ "success": false, "error": echo, "message": echo, "errors": [{ "message": echo }] });
                Answer::json(status, errors.to_string())
            }
        };
        if status == 429 {
            answer.with_header("retry-after", &RETRY_AFTER.to_string())
        } else {
            answer
        }
    }
}
