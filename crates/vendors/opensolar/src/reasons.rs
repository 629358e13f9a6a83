//! What OpenSolar minds, from the trees in which Django REST Framework says it: `detail`, `non_field_errors`, a list a field,
//! lists of objects for what stands in lists.

use leadsink_core::{Field, Prepared, Reason};
use serde_json::Value;

use crate::descriptor::DESCRIPTOR;
use crate::wire::ROLES;

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
            "" | "detail" | "non_field_errors" | "error" | "message" | "status" | "code"
        )
    }

    /// The member of the body that it stands at, or below.
    fn member(&self) -> &str {
        self.path.split('.').next().unwrap_or_default()
    }

    /// The member that names a team member, where it stands at one.
    pub(crate) fn role(&self) -> Option<&'static str> {
        ROLES.into_iter().find(|role| *role == self.member())
    }

    /// Whether it is an e-mail address that another contact has. The path is sure, the words are free: another fault of an
    /// address stands at the same place.
    pub(crate) fn is_email_taken(&self) -> bool {
        self.path == "contacts_new.email" && self.text.to_lowercase().contains("already")
    }

    /// Whether it is a value that is malformed in itself, whatever OpenSolar has already: at a member that was sent and leads
    /// to nothing of OpenSolar's own, and not in words for something that is there before. What is said of the e-mail address, or
    /// of the contact as a whole, is never one: there OpenSolar compares with what it has, in words that nobody lists.
    pub(crate) fn is_of_a_value(&self, sent: &Value) -> bool {
        const THERE: [&str; 7] = ["already", "another", "exist", "unique", "in use", "taken", "duplicate"];
        let text = self.text.to_lowercase();
        let is_compared = matches!(
            self.path.as_str(),
            "identifier" | "contacts" | "contacts_new" | "contacts_new.email"
        );
        let leads_elsewhere = is_compared || self.role().is_some();
        sent.get(self.member()).is_some() && !leads_elsewhere && !THERE.iter().any(|words| text.contains(words))
    }

    /// Whether it is about the plan or the wallet of the organisation. Neither status nor words are documented; a member of
    /// such a name is none of a project.
    pub(crate) fn is_about_the_plan(&self) -> bool {
        const WORDS: [&str; 4] = ["wallet", "api access", "billing", "subscription"];
        let has = |text: &str| {
            let text = text.to_lowercase().replace('_', " ");
            WORDS.iter().any(|words| text.contains(words))
        };
        has(self.member()) || (self.is_general() && has(&self.text))
    }

    /// As a reason, with the field of the lead that was sent there.
    pub(crate) fn into_reason(self, prepared: &Prepared) -> Reason {
        if self.is_general() {
            return Reason::new("refused", self.text);
        }
        let field = field_of(&self.path, prepared);
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

/// The field of the lead behind a member: of those that may fill it, the first that the lead has and that went nowhere else.
/// None where the value is the account's or an option's.
fn field_of(path: &str, prepared: &Prepared) -> Option<Field> {
    let below = |wire: &str| {
        path.strip_prefix(wire)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut fields = DESCRIPTOR
        .mapping
        .iter()
        .filter(|row| below(row.wire))
        .map(|row| row.field);
    fields.find(|field| was_sent(*field, prepared))
}

/// Whether a field of the lead fills its own member, rather than the note.
pub(crate) fn was_sent(field: Field, prepared: &Prepared) -> bool {
    prepared.fields.contains(field) && !prepared.unmapped.iter().any(|left| left.field == field)
}

#[cfg(test)]
mod tests {
    use leadsink_core::{Lead, LeadBuilder, LeadSink as _, Vendor as _};
    use leadsink_testkit::{fixtures, json};

    use super::*;
    use crate::{OpenSolar, OpenSolarConfig};

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

    /// The field behind a member of a lead, after the account and the options had their say.
    fn field(lead: LeadBuilder, path: &str) -> Option<Field> {
        let config = OpenSolarConfig::token("s_1", 1)
            .with_lead_source("Web")
            .with_assigned_role("77");
        let sink = OpenSolar::from_config(config).unwrap();
        let lead = lead.id("1").build().unwrap();
        let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
        field_of(path, &prepared)
    }

    #[test]
    fn a_member_leads_to_the_field_that_was_sent_there() {
        use Field::{
            City, Country, ElectricBill, ElectricUsage, Email, FirstName, FullName, Owner, Phone1, PostalCode, Source,
            State, Street, UnparsedAddress, VendorLeadSource,
        };
        let home = || Lead::builder().street("1 Elm St").city("Austin");
        let option = json!({ "assigned_role": "50" });
        let change = json!({ "project_id": 7 });
        let table = [
            (home().postal_code("78704"), "zip", Some(PostalCode)),
            (home(), "locality", Some(City)),
            (home().email("a@b.example"), "contacts_new.email", Some(Email)),
            (home().phone_1("+12175550123"), "contacts_new.phone", Some(Phone1)),
            (home(), "address", Some(Street)),
            (Lead::builder().address("1 Elm St"), "address", Some(UnparsedAddress)),
            (
                home().first_name("Jo").full_name("Jo"),
                "contacts_new.first_name",
                Some(FirstName),
            ),
            (home().full_name("Jo Doe"), "contacts_new.first_name", Some(FullName)),
            (home().country("US").state("TX"), "country_iso2", Some(Country)),
            (home().state("TX"), "country_iso2", Some(State)),
            (home().postal_code("78704"), "country_iso2", Some(PostalCode)),
            (home().electric_bill("187.5"), "usage.values", Some(ElectricBill)),
            (
                home().electric_usage("99").electric_bill("187.5"),
                "usage",
                Some(ElectricUsage),
            ),
            (
                home().electric_usage("1-9").electric_bill("187.5"),
                "usage",
                Some(ElectricBill),
            ),
            (home().vendor_lead_source("Door"), "lead_source", Some(VendorLeadSource)),
            (home().owner("78"), "assigned_role", Some(Owner)),
            (
                home().source("Facebook").extension("opensolar", change),
                "lead_source",
                Some(Source),
            ),
            // The account's, an option's, nobody's.
            (home().source("Facebook"), "lead_source", None),
            (home(), "assigned_role", None),
            (home().owner("Jane Rep"), "assigned_role", None),
            (home().owner("78").extension("opensolar", option), "assigned_role", None),
            (home(), "title", None),
            (home(), "identifier", None),
            (home(), "contacts_new", None),
        ];
        for (row, (lead, path, wanted)) in table.into_iter().enumerate() {
            assert_eq!(field(lead, path), wanted, "{row} {path}");
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
        for (path, text, wanted) in [
            ("detail", "Your Wallet is empty", true),
            ("wallet", "Balance too low", true),
            ("api_access.status", "Not active", true),
            ("code", "wallet_empty", true),
            ("notes", "your wallet is empty", false),
            ("detail", "Insufficient address data", false),
        ] {
            assert_eq!(fault(path, text).is_about_the_plan(), wanted, "{path} {text}");
        }
    }
}
