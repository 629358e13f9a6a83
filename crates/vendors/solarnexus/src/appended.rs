//! What SolarNexus says of a lead beside the outcome of the flow, where a verbose source passes it on: whether the lead was
//! inserted, why not, the name of the project, its attributes.

use std::fmt::Write as _;

use leadsink_core::{Outcome, Reason, Receipt, Warning};
use serde_json::{Map, Value};

/// What SolarNexus appended.
#[derive(Default)]
pub(crate) struct Appended {
    outcome: Option<String>,
    reason: Option<String>,
    name: Option<String>,
    attributes: Map<String, Value>,
}

impl Appended {
    /// Reads what the steps of a flow appended: under the key of the step, `solarnexus` as a rule, or bare.
    pub(crate) fn read(appended: &Map<String, Value>) -> Self {
        let is_ours = |key: &str| {
            let letters = key.chars().filter(char::is_ascii_alphabetic);
            letters.collect::<String>().eq_ignore_ascii_case("solarnexus")
        };
        let step = appended.iter().find(|(key, _)| is_ours(key));
        let ours = match step {
            Some((_, Value::Object(members))) => members,
            _ => appended,
        };
        let project = ours.get("project").and_then(Value::as_object);
        let text = |name: &str| {
            let value = ours.get(name).or_else(|| project?.get(name));
            let text = value.and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let attributes = ours.get("attributes").or_else(|| project?.get("attributes"));
        Self {
            outcome: text("outcome"),
            reason: text("reason"),
            name: text("name"),
            attributes: attributes.and_then(Value::as_object).cloned().unwrap_or_default(),
        }
    }

    /// Adds what it says to an outcome of the flow.
    pub(crate) fn add_to(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Accepted(receipt) => Outcome::Accepted(self.add_to_receipt(receipt)),
            Outcome::Duplicate(receipt) => Outcome::Duplicate(self.add_to_receipt(receipt)),
            Outcome::Rejected(mut rejection) => {
                if let Some(reason) = &self.reason
                    && rejection.reasons.iter().all(|known| known.text != *reason)
                {
                    rejection.reasons.push(Reason::new("solarnexus", reason));
                }
                Outcome::Rejected(rejection)
            }
            other => other,
        }
    }

    fn add_to_receipt(&self, receipt: Receipt) -> Receipt {
        let mut receipt = match self.message(receipt.message.as_deref()) {
            Some(message) => receipt.with_message(message),
            None => receipt,
        };
        let is_other = |outcome: &String| !outcome.eq_ignore_ascii_case("success");
        if self.outcome.as_ref().is_some_and(is_other) {
            let text = "the flow took the lead, and by its own word SolarNexus did not insert it; look for it there";
            receipt = receipt.with_warning(Warning::new("not_inserted", text));
        }
        receipt
    }

    /// All of it for people, behind what the flow says.
    fn message(&self, flow: Option<&str>) -> Option<String> {
        let mut message = flow.unwrap_or_default().to_owned();
        let mut add = |label: &str, text: &str| {
            let between = if message.is_empty() { "" } else { "; " };
            let _ = write!(message, "{between}{label}: {text}");
        };
        for (label, text) in [
            ("SolarNexus outcome", &self.outcome),
            ("reason", &self.reason),
            ("project", &self.name),
        ] {
            text.iter().for_each(|text| add(label, text));
        }
        if !self.attributes.is_empty() {
            add("attributes", &Value::Object(self.attributes.clone()).to_string());
        }
        (!message.is_empty()).then_some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::{Rejection, RejectionClass};
    use serde_json::json;

    fn read(appended: &Value) -> Appended {
        Appended::read(appended.as_object().unwrap())
    }

    fn accepted(appended: &Value) -> Receipt {
        let outcome = read(appended).add_to(Outcome::Accepted(Receipt::new()));
        outcome.into_receipt().unwrap()
    }

    #[test]
    fn what_is_appended_stands_in_the_receipt() {
        let members = json!({ "outcome": "success", "name": "Doe, Jane Project", "attributes": { "hoa": "yes" } });
        let message = "SolarNexus outcome: success; project: Doe, Jane Project; attributes: {\"hoa\":\"yes\"}";
        for appended in [
            json!({ "solarnexus": members, "briteverify": { "outcome": "failure" } }),
            json!({ "SolarNexus_2": members }),
            members.clone(),
            json!({ "solarnexus": { "outcome": "success", "project": { "name": "Doe, Jane Project", "attributes": { "hoa": "yes" } } } }),
        ] {
            let receipt = accepted(&appended);
            assert_eq!(receipt.message.as_deref(), Some(message), "{appended}");
            assert!(receipt.warnings.is_empty());
        }
    }

    #[test]
    fn a_lead_that_was_not_inserted_gets_a_warning() {
        let receipt = accepted(&json!({ "solarnexus": { "outcome": "failure", "reason": "Name is blank" } }));
        assert_eq!(receipt.warnings[0].code, "not_inserted");
        assert_eq!(
            receipt.message.as_deref(),
            Some("SolarNexus outcome: failure; reason: Name is blank")
        );
    }

    #[test]
    fn what_other_steps_append_is_none_of_ours() {
        let receipt = accepted(&json!({ "briteverify": { "outcome": "failure", "name": "x" } }));
        assert_eq!(receipt, Receipt::new());
    }

    #[test]
    fn a_refusal_has_the_reason_of_both() {
        let refused = |text: &str| {
            let reasons = vec![Reason::new("refused", text)];
            Outcome::Rejected(Rejection::new(RejectionClass::Unspecified, reasons))
        };
        let appended = read(&json!({ "solarnexus": { "outcome": "failure", "reason": "Name is blank" } }));
        for (flow, count) in [("SolarNexus refused it", 2), ("Name is blank", 1)] {
            let Outcome::Rejected(rejection) = appended.add_to(refused(flow)) else {
                unreachable!("it stays a refusal");
            };
            assert_eq!(rejection.reasons.len(), count, "{flow}");
        }
    }
}
