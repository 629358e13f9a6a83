//! Contract scenarios that carry a delivery to its end, so that a check can look at each of its requests.

use std::cmp::Reverse;
use std::panic::{AssertUnwindSafe, catch_unwind};

use leadsink_core::{Attempt, DeliverContext, Outcome, Prepared, Result, Sent, TransportErrorKind};
use serde_json::Value;

use super::{complain_unfit, file, prepare, report};
use crate::contract::{Exchange, Scenario, scenarios_of};
use crate::{Answer, ScriptedTransport, Seen, Suite, block_on};

/// A scenario that delivers the lead, under one of the suite's configurations.
pub(super) struct Carrier {
    pub(super) scenario: Scenario,
    /// The configuration of the suite, what it sets anew, what the scenario sets anew.
    pub(super) config: Value,
    /// What the suite sets anew, for messages; empty for the plain configuration.
    pub(super) settings: String,
    pub(super) prepared: Prepared,
    pub(super) attempt: Attempt,
    /// Whether the lead is delivered under this configuration, with all answers used.
    pub(super) delivers: bool,
}

/// What came of one delivery: the result, nothing when the sink panicked, and what was sent.
pub(super) type Played = (Option<Result<Outcome>>, Vec<Seen>);

impl Carrier {
    /// One carrier for each configuration of the suite, the plain one first: of the scenarios that deliver the lead the one
    /// with the most requests, of these the first. In doubt, a scenario of an attempt in doubt is taken first.
    pub(super) fn all(suite: &Suite, in_doubt: bool) -> Vec<Self> {
        let attempt = Attempt {
            n: if in_doubt { 2 } else { 1 },
            earlier_ambiguous: in_doubt,
        };
        let candidates = candidates(suite, in_doubt);
        let settings = suite.settings();
        settings
            .iter()
            .map(|settings| Self::of(suite, &candidates, settings, attempt))
            .collect()
    }

    fn of(suite: &Suite, candidates: &[Scenario], settings: &Value, attempt: Attempt) -> Self {
        let shown = if settings.as_object().is_some_and(serde_json::Map::is_empty) {
            String::new()
        } else {
            settings.to_string()
        };
        let mut title = "there is no request to look at, since no contract scenario delivers a lead".to_owned();
        if !shown.is_empty() {
            title += &format!(" under {shown}");
        }
        let (mut first, mut report) = (None, report(suite, &title));
        for scenario in candidates {
            let own = Value::Object(scenario.config.clone());
            let config = suite.merged_over(suite.merged(settings), &own);
            let prepared = match prepare(&suite.sink_with(config.clone()), &scenario.lead) {
                Ok(prepared) => prepared,
                Err(unfit) => {
                    let lead = format!("the lead of `{}`", scenario.name);
                    let cure = format!("take it, or mend the lead in {}", suite.scenario_file(&scenario.name));
                    complain_unfit(&mut report, &lead, &unfit, file::MAPPING, &cure);
                    continue;
                }
            };
            let mut carrier = Self {
                scenario: scenario.clone(),
                config,
                settings: shown.clone(),
                prepared,
                attempt,
                delivers: false,
            };
            let (result, seen) = carrier.play(suite, &carrier.answers(), unreachable_vendor());
            let delivered = matches!(result, Some(Ok(outcome)) if outcome.is_delivered());
            carrier.delivers = delivered && seen.len() == scenario.exchanges.len();
            if carrier.delivers {
                return carrier;
            }
            first.get_or_insert(carrier);
        }
        first.unwrap_or_else(|| report.fail())
    }

    /// The answers of the scenario.
    pub(super) fn answers(&self) -> Vec<Answer> {
        self.scenario.exchanges.iter().map(Exchange::to_answer).collect()
    }

    /// Delivers the lead with these answers and one for every request beyond them, by a sink of its own.
    pub(super) fn play(&self, suite: &Suite, answers: &[Answer], then: Answer) -> Played {
        self.play_with(suite, answers, then, |cx| cx)
    }

    /// The same with limits of its own.
    pub(super) fn play_with(
        &self,
        suite: &Suite,
        answers: &[Answer],
        then: Answer,
        change: impl FnOnce(DeliverContext) -> DeliverContext,
    ) -> Played {
        let transport = ScriptedTransport::new(answers.iter().cloned()).then_always(then);
        let sink = suite.sink_with(self.config.clone());
        let cx = change(transport.context().with_attempt(self.attempt));
        let result = catch_unwind(AssertUnwindSafe(|| block_on(sink.deliver(&self.prepared, &cx)))).ok();
        (result, transport.seen())
    }
}

/// The scenarios that may carry a delivery, the best first.
fn candidates(suite: &Suite, in_doubt: bool) -> Vec<Scenario> {
    let delivers = |scenario: &Scenario| {
        let attempt = scenario.attempt.n == 1 || (in_doubt && scenario.attempt.earlier_ambiguous);
        let answered = scenario.exchanges.iter().all(|exchange| exchange.response.is_some());
        attempt && answered && scenario.outcome.is_delivered()
    };
    let mut unread = report(suite, "there is no request to look at");
    let mut candidates = scenarios_of(suite, &mut unread);
    unread.finish();
    candidates.retain(delivers);
    candidates.sort_by_key(|scenario| {
        let same = scenario.attempt.earlier_ambiguous == in_doubt;
        (Reverse(same), Reverse(scenario.exchanges.len()))
    });
    if !candidates.iter().any(|scenario| scenario.attempt.n == 1) {
        let mut report = report(suite, "there is no request to look at");
        report.add(
            "no contract scenario is a first attempt that delivers the lead",
            &suite.scenario_file("accepted"),
            "write the vendor's yes from its document",
        );
        report.fail();
    }
    candidates
}

/// What answers the requests beyond a script that is complete.
pub(super) fn unreachable_vendor() -> Answer {
    Answer::error(TransportErrorKind::Connect, Sent::Nothing)
}
