//! Every fault at every request of a delivery, and what the sink makes of it.

use http::Method;
use leadsink_core::{Draft, Outcome, Prepared, Purpose, Result};

use super::carrier::{Carrier, unreachable_vendor};
use super::fault::{Fault, faults};
use crate::fixtures::personal_data;
use crate::{SECRET_SENTINEL, Seen, Suite};

/// One fault at one request, and what the sink made of it.
pub(super) struct Case {
    /// The fault and the request, for messages.
    pub(super) name: String,
    pub(super) fault: Fault,
    /// The position of the request in the scenario.
    pub(super) exchange: usize,
    /// Whether a request that creates something was answered well before the fault.
    pub(super) created_before: bool,
    /// Whether a request that creates something met the fault.
    pub(super) creating: bool,
    /// Whether all that met the fault went to addresses which the account alone decides.
    pub(super) own_address: bool,
    /// The result; nothing when the sink panicked.
    pub(super) result: Option<Result<Outcome>>,
}

/// All faults at all requests of one delivery.
pub(super) struct Matrix {
    pub(super) carrier: Carrier,
    /// The requests of the delivery.
    pub(super) requests: Vec<Seen>,
    pub(super) cases: Vec<Case>,
    /// The personal data that the vendor quotes in its answers.
    pub(super) personal: Vec<String>,
}

impl Matrix {
    /// Plays every fault at every request, under every configuration of the suite, the plain one first.
    pub(super) fn all(suite: &Suite, in_doubt: bool) -> Vec<Self> {
        let carriers = Carrier::all(suite, in_doubt);
        carriers.into_iter().map(|carrier| Self::of(suite, carrier)).collect()
    }

    fn of(suite: &Suite, carrier: Carrier) -> Self {
        let answers = carrier.answers();
        let (_, requests) = carrier.play(suite, &answers, unreachable_vendor());
        let personal = personal_data(&carrier.scenario.lead);
        let echo = format!("{} {SECRET_SENTINEL}", personal.join(" "));
        let creates = |seen: &[Seen]| seen.iter().any(|seen| seen.purpose == Purpose::Creation);
        let mut cases = Vec::new();
        for (exchange, request) in requests.iter().enumerate().take(answers.len()) {
            for fault in faults() {
                let (result, seen) = carrier.play(suite, &answers[..exchange], fault.to_answer(&echo));
                let (before, met) = seen.split_at(exchange.min(seen.len()));
                cases.push(Case {
                    name: format!("{} to `{}`", fault.name(), request.line()),
                    fault,
                    exchange,
                    created_before: creates(before),
                    creating: creates(met),
                    own_address: met.iter().all(|seen| is_own_address(&carrier.prepared, seen)),
                    result,
                });
            }
        }
        Self {
            carrier,
            requests,
            cases,
            personal,
        }
    }
}

/// Whether a request goes where `prepare` said, before the vendor had named anything: a `POST` there says nothing about the
/// lead. What is read or changed may well be gone.
fn is_own_address(prepared: &Prepared, seen: &Seen) -> bool {
    let mut drafts = prepared
        .before
        .iter()
        .map(|step| &step.draft)
        .chain([&prepared.request]);
    seen.method == Method::POST && drafts.any(|draft| is_of(draft, seen))
}

/// Whether a request was made from a draft, as far as method and address tell; `***` stands for a secret part.
pub(super) fn is_of(draft: &Draft, seen: &Seen) -> bool {
    let parts = |url: &url::Url| url.path().split('/').map(str::to_owned).collect::<Vec<_>>();
    let (drafted, sent) = (parts(&draft.url), parts(&seen.url));
    draft.method == seen.method
        && draft.url.host() == seen.url.host()
        && drafted.len() == sent.len()
        && drafted
            .iter()
            .zip(&sent)
            .all(|(drafted, sent)| drafted == sent || drafted == "***")
}
