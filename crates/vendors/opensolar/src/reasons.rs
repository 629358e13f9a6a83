//! What OpenSolar minds, from the trees in which Django REST Framework says it: `detail`, `non_field_errors`, a list a field,
//! lists of objects for what stands in lists.

use leadsink_core::{Field, Reason};
use serde_json::Value;

use crate::config::OpenSolarConfig;
use crate::descriptor::DESCRIPTOR;

/// The most that are read of one answer.
const MOST: usize = 20;

/// One thing that OpenSolar minds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where, by names alone: `contacts_new.email`. Empty where it names nothing.
    pub(crate) path: String,
    /// OpenSolar's words.
    pub(crate) text: String,
}

impl Fault {
    /// The same fault of what stands below a member.
    pub(crate) fn below(mut self, member: &str) -> Self {
        if !self.is_general() {
            self.path = format!("{member}.{}", self.path);
        }
        self
    }

    /// Whether it names no member of the project.
    fn is_general(&self) -> bool {
        matches!(
            self.path.as_str(),
            "" | "detail" | "non_field_errors" | "error" | "message"
        )
    }

    /// Whether it is an e-mail address that another contact has. The path is sure, the words are free: another fault of an
    /// address stands at the same place.
    pub(crate) fn is_email_taken(&self) -> bool {
        self.path == "contacts_new.email" && self.text.to_lowercase().contains("already")
    }

    /// Whether it is a value that is malformed in itself, whatever OpenSolar has already.
    pub(crate) fn is_of_a_value(&self) -> bool {
        !self.is_general() && self.path != "identifier" && !self.is_email_taken()
    }

    /// Whether it is about the plan or the wallet of the organisation. Neither status nor words are documented.
    pub(crate) fn is_about_the_plan(&self) -> bool {
        const WORDS: [&str; 5] = ["wallet", "api access", "insufficient", "billing", "subscription"];
        let text = self.text.to_lowercase();
        self.is_general() && WORDS.iter().any(|words| text.contains(words))
    }

    /// As a reason, with the field of the lead that was sent there.
    pub(crate) fn into_reason(self, sent: &Value, config: &OpenSolarConfig) -> Reason {
        if self.is_general() {
            return Reason::new("refused", self.text);
        }
        let field = field_of(&self.path, sent, config);
        let reason = Reason::new("invalid_value", format!("{}: {}", self.path, self.text));
        match field {
            Some(field) => reason.at(field),
            None => reason,
        }
    }
}

/// Every fault that an answer names.
pub(crate) fn faults(body: &[u8]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Ok(tree) = serde_json::from_slice(body) {
        walk("", &tree, &mut faults);
    }
    faults
}

fn walk(path: &str, tree: &Value, faults: &mut Vec<Fault>) {
    match tree {
        _ if faults.len() >= MOST => {}
        Value::String(text) if !text.trim().is_empty() => faults.push(Fault {
            path: path.to_owned(),
            text: text.trim().to_owned(),
        }),
        Value::Array(items) => items.iter().for_each(|item| walk(path, item, faults)),
        Value::Object(members) => {
            for (name, value) in members {
                // Some answers have the tree below `errors`, and some lists are objects by index.
                let passes = (path.is_empty() && name == "errors") || name.parse::<u32>().is_ok();
                let below = match (passes, path) {
                    (true, _) => path.to_owned(),
                    (false, "") => name.clone(),
                    (false, _) if name == "non_field_errors" => path.to_owned(),
                    (false, _) => format!("{path}.{name}"),
                };
                walk(&below, value, faults);
            }
        }
        _ => {}
    }
}

/// The field of the lead behind a member. None where the value is the account's or an option's.
fn field_of(path: &str, sent: &Value, config: &OpenSolarConfig) -> Option<Field> {
    let below = |wire: &str| {
        path.strip_prefix(wire)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut rows = DESCRIPTOR.mapping.iter().filter(|row| below(row.wire));
    let value = sent.get(path).and_then(Value::as_str);
    let account = match path {
        "lead_source" => config.lead_source.as_deref(),
        "assigned_role" => config.assigned_role.as_deref(),
        _ => None,
    };
    if account.is_some() && account == value {
        return None;
    }
    // What fills the same member is told apart by what was sent with it.
    let source = sent.pointer("/usage/usage_data_source").and_then(Value::as_str);
    match rows.next()?.field {
        Field::ElectricUsage if source.is_some_and(|source| source.starts_with("bill_")) => Some(Field::ElectricBill),
        field => Some(field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_testkit::json;

    fn told(body: &str) -> Vec<(String, String)> {
        let faults = faults(body.as_bytes());
        faults.into_iter().map(|fault| (fault.path, fault.text)).collect()
    }

    #[test]
    fn every_form_of_an_error_is_read() {
        for (body, wanted) in [
            (r#"{"detail":"Not found."}"#, &[("detail", "Not found.")][..]),
            (
                r#"{"non_field_errors":["a","b"]}"#,
                &[("non_field_errors", "a"), ("non_field_errors", "b")],
            ),
            (r#"{"zip":["Too long."]}"#, &[("zip", "Too long.")]),
            (
                r#"{"contacts_new":[{"email":["already in use"]},{}]}"#,
                &[("contacts_new.email", "already in use")],
            ),
            (
                r#"{"errors":{"contacts_new":{"0":{"email":["x"]}}}}"#,
                &[("contacts_new.email", "x")],
            ),
            (
                r#"{"contacts_new":[{"non_field_errors":["no name"]}]}"#,
                &[("contacts_new", "no name")],
            ),
            (r#"["a"]"#, &[("", "a")]),
            (r#""a""#, &[("", "a")]),
            (r#"{"zip":[null,1,{}," "]}"#, &[]),
            ("<html>", &[]),
            ("", &[]),
        ] {
            let wanted: Vec<_> = wanted
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect();
            assert_eq!(told(body), wanted, "{body}");
        }
        let many = format!("[{}\"x\"]", "\"x\",".repeat(100));
        assert_eq!(told(&many).len(), MOST);
    }

    #[test]
    fn a_member_leads_to_the_field_that_was_sent_there() {
        let config = OpenSolarConfig::token("s_1", 1)
            .with_lead_source("Web")
            .with_assigned_role("77");
        let sent = json!({ "lead_source": "Web", "usage": { "usage_data_source": "bill_annual", "values": 1 } });
        for (path, field) in [
            ("zip", Some(Field::PostalCode)),
            ("locality", Some(Field::City)),
            ("contacts_new.email", Some(Field::Email)),
            ("contacts_new.phone", Some(Field::Phone1)),
            ("usage.values", Some(Field::ElectricBill)),
            ("assigned_role", Some(Field::Owner)),
            // The account's, an option's, nobody's.
            ("lead_source", None),
            ("title", None),
            ("identifier", None),
            ("contacts_new", None),
        ] {
            assert_eq!(field_of(path, &sent, &config), field, "{path}");
        }
    }

    #[test]
    fn an_address_that_another_contact_has_is_known_by_place_and_word() {
        let fault = |path: &str, text: &str| Fault {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        assert!(fault("contacts_new.email", "This email is Already in use.").is_email_taken());
        assert!(!fault("contacts_new.email", "Enter a valid email address.").is_email_taken());
        assert!(!fault("email", "already in use").is_email_taken());
        assert!(fault("detail", "Your Wallet is empty").is_about_the_plan());
        assert!(!fault("notes", "your wallet is empty").is_about_the_plan());
    }
}
