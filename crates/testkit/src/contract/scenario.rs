//! The shape of a scenario file. Unknown keys are refused, since a misspelt key would be an expectation that nobody checks.

use std::collections::BTreeMap;

use leadsink_core::{Attempt, Lead, Sent, TransportErrorKind};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::Expected;
use crate::Answer;
use crate::answer::kind_of;

/// One delivery: a lead, the requests that go out, what the vendor says, how it ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Scenario {
    /// The name of its file without `.json`.
    #[serde(skip)]
    pub name: String,
    /// What it shows and where that stands in the vendor's documents.
    pub about: String,
    /// Settings merged over the configuration of the suite; `null` takes a key away.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// The lead.
    pub lead: Lead,
    /// Which attempt it is; the first unless said.
    #[serde(default)]
    pub attempt: ScenarioAttempt,
    /// The requests in order, each with what comes back. Empty when the lead does not fit.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
    /// How the attempt ends.
    pub outcome: Expected,
}

/// Which attempt a scenario is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioAttempt {
    /// 1 for the first attempt.
    pub n: u32,
    /// Whether the vendor may have acted on an earlier attempt.
    #[serde(default)]
    pub earlier_ambiguous: bool,
}

impl Default for ScenarioAttempt {
    fn default() -> Self {
        Self {
            n: 1,
            earlier_ambiguous: false,
        }
    }
}

impl From<ScenarioAttempt> for Attempt {
    fn from(attempt: ScenarioAttempt) -> Self {
        Self {
            n: attempt.n,
            earlier_ambiguous: attempt.earlier_ambiguous,
        }
    }
}

/// One request and what comes back: a response or an error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exchange {
    /// What the sink sends.
    pub request: ExpectedRequest,
    /// The vendor's answer.
    #[serde(default)]
    pub response: Option<Reply>,
    /// Why there is none.
    #[serde(default)]
    pub error: Option<Fault>,
}

/// A request as it must go out. Secrets in address and body are written as `***`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectedRequest {
    /// The HTTP method.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Headers that must be there; others may be too. `***` stands for a header that is marked sensitive.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body: JSON, a form as an object of texts, or text. No body unless written.
    #[serde(default)]
    pub body: Value,
}

/// An answer of the vendor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers. A body of JSON has the content type `application/json` unless one is written.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body: a text as it is, so that it may be broken; anything else as JSON. Empty unless written.
    #[serde(default)]
    pub body: Value,
}

impl Reply {
    /// The body as the vendor sends it.
    #[must_use]
    pub fn body_text(&self) -> String {
        match &self.body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            json => json.to_string(),
        }
    }

    /// The answer for a script.
    #[must_use]
    pub fn to_answer(&self) -> Answer {
        let answer = Answer::status(self.status).with_body(self.body_text());
        let answer = self
            .headers
            .iter()
            .fold(answer, |answer, (name, value)| answer.with_header(name, value));
        let typed = self
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("content-type"));
        let is_json = self.body.is_object() || self.body.is_array();
        if is_json && !typed {
            answer.with_header("content-type", "application/json")
        } else {
            answer
        }
    }
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// What went wrong.
    #[serde(deserialize_with = "read_kind")]
    pub kind: TransportErrorKind,
    /// Whether the vendor may have got the request.
    #[serde(deserialize_with = "read_sent")]
    pub sent: Sent,
}

fn read_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TransportErrorKind, D::Error> {
    kind_of(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn read_sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sent, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "nothing" => Ok(Sent::Nothing),
        "maybe" => Ok(Sent::Maybe),
        word => Err(D::Error::unknown_variant(word, &["nothing", "maybe"])),
    }
}

impl Exchange {
    /// What the script says to the request.
    #[must_use]
    pub fn to_answer(&self) -> Answer {
        match (&self.response, &self.error) {
            (Some(reply), None) => reply.to_answer(),
            (None, Some(fault)) => Answer::error(fault.kind, fault.sent),
            _ => panic!("an exchange of a scenario has either a `response` or an `error`"),
        }
    }
}

impl Scenario {
    /// Reads a scenario from the text of its file.
    ///
    /// # Errors
    /// What is wrong with it, with line and column where it is known.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let mut scenario: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        scenario.name = name.to_owned();
        let unclear = |exchange: &Exchange| exchange.response.is_some() == exchange.error.is_some();
        if let Some(index) = scenario.exchanges.iter().position(unclear) {
            return Err(format!(
                "exchange {} needs either a `response` or an `error`",
                index + 1
            ));
        }
        if !scenario.exchanges.is_empty() && matches!(scenario.outcome, Expected::Unfit(_)) {
            return Err("a lead that is `unfit` has no `exchanges`: nothing is sent".into());
        }
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_crate_documentation_is_a_scenario() {
        let example = include_str!("../../README.md").split("```json\n").nth(1).unwrap();
        let scenario = Scenario::parse("example", example.split("```").next().unwrap()).unwrap();
        assert!(scenario.outcome.is_delivered());
        assert_eq!(scenario.exchanges[0].request.headers["authorization"], "***");
    }

    #[test]
    fn what_nobody_would_check_is_refused() {
        let parse = |keys: &str| {
            let text = format!(r#"{{"about":"a","lead":{{"id":"1"}},{keys}}}"#);
            Scenario::parse("bad", &text).map(drop)
        };
        assert_eq!(parse(r#""outcome":{"accepted":{}}"#), Ok(()));
        for (keys, says) in [
            (
                r#""outcome":{"accepted":{"vendor_id":"7"}}"#,
                "unknown field `vendor_id`",
            ),
            (r#""outcome":{"accepted":{}},"exchange":[]"#, "unknown field `exchange`"),
            (r#""outcome":{"taken":{}}"#, "unknown variant `taken`"),
            (
                r#""outcome":{"accepted":{}},"exchanges":[{"request":{"method":"GET","url":""}}]"#,
                "exchange 1 needs either a `response` or an `error`",
            ),
            (
                r#""outcome":{"accepted":{}},"exchanges":[{"request":{"method":"GET","url":""},"error":{"kind":"late","sent":"maybe"}}]"#,
                "unknown kind `late`, expected one of `connect`, `timeout`",
            ),
            (
                r#""outcome":{"accepted":{}},"exchanges":[{"request":{"method":"GET","url":""},"error":{"kind":"timeout","sent":"all"}}]"#,
                "unknown variant `all`, expected `nothing` or `maybe`",
            ),
        ] {
            let error = parse(keys).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_reply_is_sent_as_written() {
        let reply = |text: &str| serde_json::from_str::<Reply>(text).unwrap();
        assert_eq!(
            reply(r#"{"status":200,"body":{"b":1,"a":[2]}}"#).body_text(),
            r#"{"a":[2],"b":1}"#
        );
        assert_eq!(reply(r#"{"status":200,"body":"{\"cut\":"}"#).body_text(), "{\"cut\":");
        assert_eq!(reply(r#"{"status":204}"#).body_text(), "");
    }
}
