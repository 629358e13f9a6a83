//! Plays a scenario: the lead goes through a sink of the vendor, and requests and outcome are compared with the file.

use http::header::CONTENT_TYPE;
use leadsink_core::{Outcome, Sent, TransportErrorKind, Unfit};
use serde_json::Value;

use super::{Exchange, Expected, ExpectedRequest, Scenario};
use crate::fixtures::context;
use crate::render::is_form;
use crate::secret::masked;
use crate::{Answer, ScriptedTransport, Seen, Suite, block_on};

/// What came of a scenario: the outcome, and the requests that were sent.
type Played = (leadsink_core::Result<Outcome>, Vec<Seen>);

/// Plays a scenario without comparing anything. Requests beyond its last one get no connection.
fn play(suite: &Suite, scenario: &Scenario) -> Result<Played, Unfit> {
    let sink = suite.sink_with(suite.merged(&Value::Object(scenario.config.clone())));
    let prepared = sink.prepare(&scenario.lead, &context(&scenario.lead))?;
    let beyond = Answer::error(TransportErrorKind::Connect, Sent::Nothing);
    let transport = ScriptedTransport::new(scenario.exchanges.iter().map(Exchange::to_answer)).then_always(beyond);
    let cx = transport.context().with_attempt(scenario.attempt.into());
    let result = block_on(sink.deliver(&prepared, &cx));
    Ok((result, transport.seen()))
}

/// What came out other than a scenario says, in words for people.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Difference {
    /// A request that is another one.
    Request(String),
    /// More or fewer requests.
    Count(String),
    /// A lead that does not fit, or does not fit for another reason.
    Unfit(String),
    /// Another end.
    Outcome(String),
}

/// Plays a scenario against a vendor.
///
/// # Errors
/// Everything that came out other than the scenario says.
pub fn replay(suite: &Suite, scenario: &Scenario) -> Result<(), Vec<Difference>> {
    let (result, seen) = match play(suite, scenario) {
        Ok(played) => played,
        Err(unfit) => {
            let compared = compare_outcomes(&scenario.outcome, &Expected::of_unfit(&unfit));
            return compared.map_err(|wrong| vec![Difference::Unfit(wrong)]);
        }
    };
    let mut wrong = Vec::new();
    for (index, (exchange, seen)) in scenario.exchanges.iter().zip(&seen).enumerate() {
        let found = compare_requests(&exchange.request, seen);
        let named = |found| Difference::Request(format!("request {}: {found}", index + 1));
        wrong.extend(found.into_iter().map(named));
    }
    if seen.len() != scenario.exchanges.len() {
        let lines: Vec<_> = seen.iter().map(Seen::line).collect();
        let (expected, sent) = (scenario.exchanges.len(), seen.len());
        wrong.push(Difference::Count(format!(
            "{expected} requests are listed, {sent} were sent: {}",
            lines.join(", ")
        )));
    }
    let compared = compare_outcomes(&scenario.outcome, &Expected::of(&result));
    wrong.extend(compared.err().map(Difference::Outcome));
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn compare_outcomes(expected: &Expected, actual: &Expected) -> Result<(), String> {
    if expected.is_met_by(actual) {
        return Ok(());
    }
    let text = |outcome: &Expected| serde_json::to_string(outcome).unwrap_or_else(|error| error.to_string());
    Err(format!(
        "the outcome should be {} and is {}",
        text(expected),
        text(actual)
    ))
}

fn compare_requests(expected: &ExpectedRequest, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let (method, url) = (seen.method.as_str(), masked(seen.url.as_str()));
    if (expected.method.as_str(), expected.url.as_str()) != (method, url.as_str()) {
        wrong.push(format!(
            "it should be `{} {}` and is `{method} {url}`",
            expected.method, expected.url
        ));
    }
    for (name, value) in &expected.headers {
        let actual = seen.headers.get(name.as_str());
        let sensitive = actual.is_some_and(http::HeaderValue::is_sensitive);
        let text = actual.map(|actual| masked(&String::from_utf8_lossy(actual.as_bytes())));
        match text {
            Some(_) if value == "***" && sensitive => {}
            Some(_) if value == "***" => wrong.push(format!("the header `{name}` is not marked sensitive")),
            Some(text) if text == *value => {}
            Some(_) if sensitive => wrong.push(format!("the header `{name}` is sensitive; expect it as `***`")),
            Some(text) => wrong.push(format!("the header `{name}` should be `{value}` and is `{text}`")),
            None => wrong.push(format!("the header `{name}` is missing")),
        }
    }
    let body = body_of(seen);
    if body != expected.body {
        let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_else(|error| error.to_string());
        wrong.push(format!(
            "the body should be\n{}\nand is\n{}",
            pretty(&expected.body),
            pretty(&body)
        ));
    }
    wrong
}

/// The body of a request as a scenario writes it: nothing, JSON, a form as an object of texts (a list where a name comes
/// twice), or text.
fn body_of(seen: &Seen) -> Value {
    let text = masked(&String::from_utf8_lossy(&seen.body));
    if text.is_empty() {
        return Value::Null;
    }
    if !is_form(seen.headers.get(CONTENT_TYPE)) {
        return serde_json::from_str(&text).unwrap_or(Value::String(text));
    }
    let mut form = serde_json::Map::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        let value = Value::String(value.into_owned());
        match form.get_mut(name.as_ref()) {
            None => {
                form.insert(name.into_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(form)
}
