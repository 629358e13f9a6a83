//! Finds the words of a final word in JSON, a form or a query, whatever they are called and however they are wrapped.

use form_urlencoded::parse;
use leadsink_core::{Reason, Rejection, RejectionClass};
use serde::Deserialize;
use serde_json::Value;

use super::Verdict;
use crate::answer::{Flag, Texts, without_stray_commas};
use crate::reasons::Sent;
use crate::response::receipt;

/// Members that say yes or no, the documented one first.
const BITS: [&str; 3] = ["success_bit", "success", "accepted"];
/// Members that say it in a word. A number in them may be a code of any kind.
const WORDS: [&str; 4] = ["status", "lead_status", "result", "outcome"];
/// Members that say why.
const MESSAGES: [&str; 7] = [
    "message",
    "messages",
    "error",
    "errors",
    "reason",
    "reasons",
    "rejection_reason",
];
/// How deep a word may be wrapped.
const DEPTH: u8 = 4;

/// What was found in a call.
#[derive(Default)]
pub(crate) struct Words {
    yes: bool,
    no: bool,
    /// Whether something was called an error, which in NTherm's answers stands in refusals only.
    error: bool,
    texts: Vec<String>,
}

impl Words {
    pub(crate) fn is_empty(&self) -> bool {
        !self.yes && !self.no && self.texts.is_empty()
    }

    /// Reads JSON, with commas too many if need be, else a form.
    pub(crate) fn read_body(&mut self, body: &str) {
        if body.starts_with(['{', '[']) {
            let value = serde_json::from_str(body).or_else(|_| serde_json::from_str(&without_stray_commas(body)));
            self.take("", &value.unwrap_or(Value::Null), DEPTH);
        } else if !body.starts_with('<') {
            self.read_pairs(body);
        }
    }

    /// Reads a form or query; a value may be JSON, a name may be `message[0][error]`.
    pub(crate) fn read_pairs(&mut self, pairs: &str) {
        for (name, text) in parse(pairs.as_bytes()) {
            let (name, rest) = name.split_once('[').unwrap_or((&name, ""));
            self.error |= rest.contains("error");
            let json = if text.starts_with(['{', '[']) {
                serde_json::from_str(&text).ok()
            } else {
                None
            };
            self.take(name, &json.unwrap_or_else(|| Value::String(text.into_owned())), DEPTH);
        }
    }

    fn take(&mut self, name: &str, value: &Value, depth: u8) {
        let is_one_of = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
        let is_number = || value.is_number() || value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok());
        let is_word = is_one_of(&BITS) || (is_one_of(&WORDS) && !is_number());
        if is_word && !value.is_object() && !value.is_array() {
            match Flag::deserialize(value).unwrap_or_default() {
                Flag(Some(true)) => self.yes = true,
                Flag(Some(false)) => self.no = true,
                Flag(None) => {}
            }
        } else if is_one_of(&MESSAGES) {
            let Texts(texts) = Texts::deserialize(value).unwrap_or_default();
            self.error |= !texts.is_empty() && (name.to_ascii_lowercase().starts_with("error") || holds_error(value));
            self.texts.extend(texts);
        } else if depth > 0 {
            match value {
                Value::Object(members) => members
                    .iter()
                    .for_each(|(name, value)| self.take(name, value, depth - 1)),
                Value::Array(items) => items.iter().for_each(|value| self.take(name, value, depth - 1)),
                _ => {}
            }
        }
    }

    pub(crate) fn verdict(self) -> Verdict {
        match (self.yes, self.no) {
            (true, false) => Verdict::Accepted(receipt(self.texts)),
            (false, true) => Verdict::Rejected(late_refusal(self.texts)),
            (false, false) if self.error => Verdict::Rejected(late_refusal(self.texts)),
            _ => Verdict::Unreadable,
        }
    }
}

/// Whether it is a list of the form `[{"error": …}]`, by which the documented refusals are known.
fn holds_error(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_error),
        Value::Object(members) => members.contains_key("error"),
        _ => false,
    }
}

/// A refusal after the lead was posted. NTherm does not say of which kinds there are.
fn late_refusal(texts: Vec<String>) -> Rejection {
    let mut reasons = Sent::new(b"", None).reasons("refused_late", texts);
    if reasons.is_empty() {
        reasons.push(Reason::new(
            "refused_late",
            "NTherm refused the lead after it was posted, without a readable reason",
        ));
    }
    Rejection::new(RejectionClass::Unspecified, reasons)
}
