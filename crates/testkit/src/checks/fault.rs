//! Everything that a vendor may answer to a request, and everything that may keep it from answering.

use leadsink_core::{Sent, TransportErrorKind};
use serde_json::json;

use crate::Answer;

/// The seconds of the `Retry-After` that comes with 429.
pub(super) const RETRY_AFTER: u64 = 7;

const STATUSES: [u16; 17] = [
    200, 202, 204, 302, 400, 401, 402, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504,
];

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

/// Every fault, in the order of the snapshot.
pub(super) fn faults() -> Vec<Fault> {
    use TransportErrorKind::{Connect, Deadline, Interrupted, Timeout, TooLarge};
    const BODIES: &[Body] = &[
        Body::Empty,
        Body::Html,
        Body::Truncated,
        Body::Object,
        Body::ErrorInside,
    ];
    let answers = STATUSES.into_iter().flat_map(|status| {
        // An answer of 204 has no body.
        let bodies = if status == 204 { &BODIES[..1] } else { BODIES };
        bodies.iter().map(move |body| Fault::Answer(status, *body))
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

    pub(super) fn name(self) -> String {
        format!("{} {}", self.head(), self.body()).trim_end().to_owned()
    }

    pub(super) fn to_answer(self, echo: &str) -> Answer {
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
