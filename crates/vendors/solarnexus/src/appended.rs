//! What SolarNexus says of a lead beside the outcome of the flow, where a verbose source passes it on: whether the lead was
//! inserted, why not, the name of the project, its attributes.

use std::fmt::Write as _;

use leadsink_core::{Outcome, Reason, Receipt, Warning};
use serde_json::{Map, Value};

/// What the steps of SolarNexus appended; a flow may have several.
#[derive(Default)]
pub(crate) struct Appended(Vec<Step>);

/// What one step appended.
struct Step {
    outcome: Option<String>,
    reason: Option<String>,
    name: Option<String>,
    attributes: Map<String, Value>,
}

/// What the integration appends, by its page; name and attributes also within `project`.
const MEMBERS: [&str; 5] = ["outcome", "reason", "name", "attributes", "project"];

impl Appended {
    /// Reads what the steps of a flow appended: under the key of the step, `solarnexus` as a rule, or bare. Bare it is ours
    /// only where nothing else stands beside it.
    pub(crate) fn read(appended: &Map<String, Value>) -> Self {
        let is_ours = |key: &str| {
            let letters = key.chars().filter(char::is_ascii_alphabetic);
            letters.collect::<String>().eq_ignore_ascii_case("solarnexus")
        };
        let ours = appended.iter().filter(|(key, _)| is_ours(key));
        let mut steps: Vec<_> = ours.filter_map(|(_, step)| step.as_object().map(Step::read)).collect();
        let is_bare = !appended.is_empty() && appended.keys().all(|key| MEMBERS.contains(&&**key));
        if is_bare {
            steps.push(Step::read(appended));
        }
        Self(steps)
    }

    /// Adds what it says to an outcome of the flow.
    pub(crate) fn add_to(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Accepted(receipt) => {
                let receipt = self.add_to_receipt(receipt);
                Outcome::Accepted(if self.says_not_inserted() {
                    let text =
                        "the flow took the lead, and by its own word SolarNexus did not insert it; look for it there";
                    receipt.with_warning(Warning::new("not_inserted", text))
                } else {
                    receipt
                })
            }
            Outcome::Duplicate(receipt) => Outcome::Duplicate(self.add_to_receipt(receipt)),
            Outcome::Rejected(mut rejection) => {
                for reason in self.0.iter().filter_map(|step| step.reason.as_ref()) {
                    if rejection.reasons.iter().all(|known| known.text != *reason) {
                        rejection.reasons.push(Reason::new("solarnexus", reason));
                    }
                }
                Outcome::Rejected(rejection)
            }
            other => other,
        }
    }

    /// Whether there is an outcome, and none that says that the lead was inserted.
    fn says_not_inserted(&self) -> bool {
        let mut outcomes = self.0.iter().filter_map(|step| step.outcome.as_deref()).peekable();
        outcomes.peek().is_some() && outcomes.all(|outcome| !outcome.eq_ignore_ascii_case("success"))
    }

    /// All of it for people, behind what the flow says.
    fn add_to_receipt(&self, receipt: Receipt) -> Receipt {
        let mut message = receipt.message.clone().unwrap_or_default();
        for step in &self.0 {
            step.tell(&mut message);
        }
        if message.is_empty() {
            return receipt;
        }
        receipt.with_message(message)
    }
}

impl Step {
    fn read(members: &Map<String, Value>) -> Self {
        let project = members.get("project").and_then(Value::as_object);
        let at = |name: &str| members.get(name).or_else(|| project?.get(name));
        let text = |name: &str| {
            let text = at(name).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            outcome: text("outcome"),
            reason: text("reason"),
            name: text("name"),
            attributes: at("attributes").and_then(Value::as_object).cloned().unwrap_or_default(),
        }
    }

    fn tell(&self, message: &mut String) {
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
            json!({ "outcome": "success", "project": { "name": "Doe, Jane Project", "attributes": { "hoa": "yes" } } }),
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
    fn a_refused_duplicate_gets_no_such_warning() {
        let appended = read(&json!({ "solarnexus": { "outcome": "failure", "reason": "known" } }));
        let Outcome::Duplicate(receipt) = appended.add_to(Outcome::Duplicate(Receipt::new())) else {
            unreachable!("it stays a duplicate");
        };
        assert!(receipt.warnings.is_empty());
        assert_eq!(
            receipt.message.as_deref(),
            Some("SolarNexus outcome: failure; reason: known")
        );
    }

    #[test]
    fn one_step_that_inserted_the_lead_is_enough() {
        let of = |second: &str| {
            accepted(&json!({
                "SolarNexus": { "outcome": "failure", "reason": "Name is blank" },
                "SolarNexus_2": { "outcome": second, "name": "Doe" },
            }))
        };
        let receipt = of("success");
        assert!(receipt.warnings.is_empty());
        assert_eq!(
            receipt.message.as_deref(),
            Some("SolarNexus outcome: failure; reason: Name is blank; SolarNexus outcome: success; project: Doe")
        );
        assert_eq!(of("failure").warnings.len(), 1);
    }

    #[test]
    fn what_other_steps_append_is_none_of_ours() {
        for appended in [
            json!({ "briteverify": { "outcome": "failure", "name": "x" } }),
            json!({ "outcome": "failure", "name": "x", "fraud_score": 7 }),
            json!({ "briteverify": { "outcome": "failure" }, "outcome": "failure" }),
        ] {
            assert_eq!(accepted(&appended), Receipt::new(), "{appended}");
        }
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
