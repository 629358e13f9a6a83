//! Reads what LeadConduit says to a submission or ping. The status is the same whatever became of the lead, so the body
//! decides.

use std::fmt;

use leadsink_core::value::Decimal;
use serde_json::{Map, Value};

/// What LeadConduit made of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It took the lead.
    Success,
    /// It recorded the lead, and a rule or a buyer refused it.
    Failure,
    /// It recorded the lead, and a step of the flow broke: a buyer may have it or not.
    Error,
}

impl Verdict {
    /// Reads `outcome`; nothing for a word that nobody knows.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let word = value.as_str()?.trim();
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        if is("success") {
            Some(Self::Success)
        } else if is("failure") {
            Some(Self::Failure)
        } else {
            is("error").then_some(Self::Error)
        }
    }
}

/// An answer. Its texts may quote the lead, so `Debug` holds none.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// What became of the lead.
    pub verdict: Verdict,
    /// Why, in the flow's words; there are no codes.
    pub reasons: Vec<String>,
    /// LeadConduit's id of the lead; a ping has none.
    pub lead_id: Option<String>,
    /// What is paid for the lead; 0 where the flow sets none.
    pub price: Option<Decimal>,
    /// What the steps of the flow added, by the key of the step. Only a verbose source sends it.
    pub appended: Map<String, Value>,
}

impl Answer {
    /// Reads a body; nothing if it is no JSON object with a known `outcome`, as the answer of a classic source is not.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        // Not a struct of serde's: that would take an array too, member by member.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let mut body: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let member = |name: &str| body.get(name).unwrap_or(&Value::Null);
        Some(Self {
            verdict: Verdict::of(member("outcome"))?,
            reasons: texts(member("reason")),
            lead_id: member("lead").get("id").and_then(id),
            price: price(member("price")),
            appended: match body.remove("appended") {
                Some(Value::Object(appended)) => appended,
                _ => Map::new(),
            },
        })
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("verdict", &self.verdict)
            .field("lead_id", &self.lead_id)
            .field("price", &self.price)
            .finish_non_exhaustive()
    }
}

/// One text, or several as a classic source has them.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => vec![text.trim().to_owned()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// An id as text, however it is written.
pub(crate) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn price(value: &Value) -> Option<Decimal> {
    id(value)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_a_source_is_read() {
        let body = r#"{"outcome":"failure","reason":"duplicate","lead":{"id":"58c6f0b1a2b3c4d5e6f70819"},"price":0}"#;
        let answer = Answer::read(body.as_bytes()).unwrap();
        assert_eq!(answer.verdict, Verdict::Failure);
        assert_eq!(answer.reasons, ["duplicate"]);
        assert_eq!(answer.lead_id.as_deref(), Some("58c6f0b1a2b3c4d5e6f70819"));
        assert_eq!(answer.price, Some(Decimal::new(0, 0)));
    }

    #[test]
    fn other_spellings_are_read_too() {
        let body = "\u{feff}{\"outcome\":\" Success \",\"price\":\"12.50\",\"lead\":{\"id\":7},\"reason\":[\"a\",\"\",\"b\"],\"appended\":{\"x\":1}}";
        let answer = Answer::read(body.as_bytes()).unwrap();
        assert_eq!(answer.verdict, Verdict::Success);
        assert_eq!(answer.price, Some(Decimal::new(125, 1)));
        assert_eq!((answer.lead_id.as_deref(), answer.reasons.len()), (Some("7"), 2));
        assert_eq!(answer.appended["x"], 1);
        let bare = Answer::read(br#"{"outcome":"error","lead":null,"price":null,"appended":[]}"#).unwrap();
        assert_eq!((bare.verdict, bare.lead_id, bare.price), (Verdict::Error, None, None));
    }

    #[test]
    fn what_has_no_known_outcome_is_no_answer() {
        for body in [
            "",
            "{}",
            "[]",
            r#"["success"]"#,
            r#"["success","","","",""]"#,
            r#"{"outcome":"queued"}"#,
            r#"{"outcome":true}"#,
            r#"{"outcome":"success""#,
            r#"{"outcome":"success"}{"#,
            r#"{"response":{"result":"success","leadId":"004jn6e4m"}}"#,
            "<response><result>success</result></response>",
        ] {
            assert_eq!(Answer::read(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn debug_holds_no_text() {
        let answer = Answer::read(br#"{"outcome":"failure","reason":"jane@example.com"}"#).unwrap();
        assert!(!format!("{answer:?}").contains("jane"));
    }
}
