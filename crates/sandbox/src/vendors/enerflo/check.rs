//! The rules for a lead, its survey and its appointment, checked all at once.

use serde_json::{Map, Value};

use super::value::{Form, Kind, flag, is_blank};

/// What was found: problems refuse the lead, unknown fields are only recorded, since what the vendor does with them
/// is not known.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<String>,
    pub(super) unknown: Vec<String>,
}

impl Findings {
    fn demand(&mut self, is_there: bool, what: &str) {
        if !is_there {
            self.problems.push(format!("{what} is required"));
        }
    }

    /// Checks the values of an object against the kinds of its fields; a blank one is nothing sent.
    fn values(&mut self, place: &str, object: &Map<String, Value>, kind: impl Fn(&str) -> Option<Kind>, form: Form) {
        for (name, value) in object {
            let Some(kind) = kind(name) else {
                self.unknown.push(format!("{place}{name}"));
                continue;
            };
            // A redirect is not to be sent in a POST, not even blank.
            if !is_blank(value) || kind == Kind::Redirect {
                self.problems
                    .extend(kind.flaw(value, form).map(|flaw| format!("{place}{name} {flaw}")));
            }
        }
    }
}

/// Tells whether the object has something in the field.
fn has(object: &Map<String, Value>, name: &str) -> bool {
    object.get(name).is_some_and(|value| !is_blank(value))
}

fn lead_kind(name: &str) -> Option<Kind> {
    Some(match name {
        // The document's table.
        "integration_record_id"
        | "first_name"
        | "last_name"
        | "full_name"
        | "fullAddress"
        | "address"
        | "city"
        | "lead_status"
        | "calendar"
        | "office_name"
        | "add_note" => Kind::Text,
        "state" => Kind::State,
        "zip" => Kind::Zip,
        "mobile" => Kind::Mobile,
        "email" | "creator" | "assign_to_email" | "setter_email" => Kind::Email,
        "browser_redirect" => Kind::Redirect,
        "calendar_id" | "createDeal" => Kind::Integer,
        "ignore_validation" => Kind::Flag,
        // Not in the table, but sent by clients that run against the vendor.
        "lead_source" | "office_match" | "notes" | "customer_integration_id" | "customer_integration_record_type" => {
            Kind::Text
        }
        _ => return None,
    })
}

/// Checks what is inside `lead`. "We will not validate any data nor require an address", says the document of
/// `ignore_validation`; the id by which leads are told apart is demanded all the same, and so are JSON's types.
pub(super) fn lead(lead: &Map<String, Value>, form: Form, found: &mut Findings) {
    let is_unchecked = lead.get("ignore_validation").and_then(flag) == Some(true);
    let kind = |name: &str| {
        let kind = lead_kind(name)?;
        Some(if is_unchecked { kind.lifted() } else { kind })
    };
    found.values("", lead, kind, form);
    found.demand(has(lead, "integration_record_id"), "integration_record_id");
    if !is_unchecked {
        address(lead, found);
    }
    match lead.get("browser_redirect").and_then(Value::as_str) {
        Some("scheduling") => found.demand(
            has(lead, "calendar") || has(lead, "calendar_id"),
            "calendar or calendar_id",
        ),
        Some("deal") => found.demand(has(lead, "createDeal"), "createDeal"),
        _ => {}
    }
}

/// Reads the table word by word: `fullAddress` "when no other address params are sent", `address`, `city` and `state`
/// "when fullAddress isn't supplied", `zip` "when full address and city are missing".
fn address(lead: &Map<String, Value>, found: &mut Findings) {
    if has(lead, "fullAddress") {
        return;
    }
    let parts = ["address", "city", "state", "zip"];
    found.demand(parts.iter().any(|part| has(lead, part)), "fullAddress");
    for part in ["address", "city", "state"] {
        found.demand(has(lead, part), part);
    }
    found.demand(has(lead, "city") || has(lead, "zip"), "zip");
}

/// Checks `survey_data`: "Data to be added to a survey (when passing createDeal in the lead)".
pub(super) fn survey(survey: &Value, lead: &Map<String, Value>, found: &mut Findings) {
    let Value::Object(survey) = survey else {
        found.problems.push("survey_data must be an object".to_owned());
        return;
    };
    found.demand(has(lead, "createDeal"), "createDeal, with survey_data,");
    for name in survey.keys().filter(|name| *name != "files") {
        found.unknown.push(format!("survey_data.{name}"));
    }
    let files = match survey.get("files") {
        None | Some(Value::Null) => return,
        Some(Value::Array(files)) => files,
        Some(_) => {
            found.problems.push("survey_data.files must be an array".to_owned());
            return;
        }
    };
    let kind = |name: &str| match name {
        "name" | "type" => Some(Kind::Text),
        "data" => Some(Kind::Base64),
        _ => None,
    };
    for file in files {
        let Value::Object(file) = file else {
            found
                .problems
                .push("survey_data.files must be an array of objects".to_owned());
            continue;
        };
        found.values("survey_data.files.", file, kind, Form::Json);
        for name in ["name", "data", "type"] {
            found.demand(has(file, name), &format!("survey_data.files.{name}"));
        }
    }
}

/// Checks `appointment`. The document's table and its example do not agree on names, so both are taken:
/// `apt_type_id` or `appointment_type_id`, `minutes` or `Minutes`, and `timezone`, which only the example has.
pub(super) fn appointment(appointment: &Value, found: &mut Findings) {
    let Value::Object(appointment) = appointment else {
        found.problems.push("appointment must be an object".to_owned());
        return;
    };
    let is_unix = appointment.get("date_format").and_then(Value::as_str) == Some("U");
    let kind = |name: &str| {
        Some(match name {
            "apt_type_id" | "appointment_type_id" | "minutes" | "Minutes" => Kind::Integer,
            "date_time" if is_unix => Kind::Unix,
            "date_time" => Kind::DateTime,
            "date_format" | "name" | "timezone" => Kind::Text,
            "assigned_user" => Kind::Email,
            _ => return None,
        })
    };
    let place = "appointment.";
    found.values(place, appointment, kind, Form::Json);
    if has(appointment, "date_format") && !is_unix {
        found.problems.push("appointment.date_format must be U".to_owned());
    }
    let types = ["apt_type_id", "appointment_type_id"].map(|name| appointment.get(name).filter(|id| !is_blank(id)));
    match types {
        [Some(one), Some(other)] if one != other => found
            .problems
            .push("appointment.apt_type_id and appointment_type_id must be equal".to_owned()),
        [None, None] => found.demand(false, "appointment.apt_type_id"),
        _ => {}
    }
    for name in ["date_time", "name"] {
        found.demand(has(appointment, name), &format!("{place}{name}"));
    }
}
