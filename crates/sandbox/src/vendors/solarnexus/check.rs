//! The step that hands a lead to SolarNexus: the fields and variables of its integration page. That a lead which breaks
//! a rule ends as a failure with a reason is documented in two words, "Error reason"; the reasons are ours.

use serde_json::{Map, Value};

use super::super::countries::is_country;
use super::super::is_email;
use super::super::leadconduit::{Lead, Step};
use super::shape;

/// The page's variables. The words are its own; which of them are joined by a dot is inferred.
const VARIABLES: [&str; 22] = [
    "project.job_process_id",
    "project.lead_source_id",
    "project.name",
    "project.description",
    "project.application_reference_ids",
    "project.sales_owner_id",
    "project.sales_owner_type",
    "project.participant.type",
    "project.participant.tax_entity",
    "project.participant.roles",
    "project.participant.contact.secondary_email",
    "project.participant.mailing_address.city",
    "project.participant.mailing_address.street1",
    "project.participant.mailing_address.zip",
    "project.participant.mailing_address.country",
    "project.participant.mailing_address.state",
    "project.referrer_id",
    "project.site.sector",
    "project.site.construction_type",
    "project.related_job_id",
    "project.utility_services",
    "project.attributes",
];

const ATTRIBUTES: &str = "project.attributes.";

/// Tells whether the integration reads a field that is no standard one.
pub(super) fn is_variable(name: &str) -> bool {
    VARIABLES.contains(&name) || name.strip_prefix(ATTRIBUTES).is_some_and(|rest| !rest.is_empty())
}

/// Hands the lead over, and appends what the page says is appended.
pub(super) fn step(lead: &Lead) -> Step {
    let problems = problems(lead);
    let mut appended = Map::new();
    if problems.is_empty() {
        appended.insert("outcome".to_owned(), Value::from("success"));
        appended.insert("name".to_owned(), Value::from(project_name(lead)));
        let attributes: Map<String, Value> = lead
            .names()
            .filter_map(|name| {
                let attribute = name.strip_prefix(ATTRIBUTES)?;
                Some((attribute.to_owned(), lead.get(name)?.clone()))
            })
            .collect();
        if !attributes.is_empty() {
            appended.insert("attributes".to_owned(), Value::Object(attributes));
        }
        return Step {
            refusal: None,
            appended,
        };
    }
    let reason = problems.join("; ");
    appended.insert("outcome".to_owned(), Value::from("failure"));
    appended.insert("reason".to_owned(), Value::from(reason.as_str()));
    Step {
        refusal: Some(reason),
        appended,
    }
}

/// "If not provided, SolarNexus will auto generate a name"; the form is documented for an individual alone.
fn project_name(lead: &Lead) -> String {
    let text = |name: &str| lead.text(name).unwrap_or_default();
    match (lead.text("project.name"), lead.text("company.name")) {
        (Some(name), _) => name,
        (None, Some(company)) if lead.get("project.participant.type").is_some() => format!("{company} Project"),
        _ => format!("{}, {} Project", text("last_name"), text("first_name")),
    }
}

fn problems(lead: &Lead) -> Vec<String> {
    let mut problems = Vec::new();
    for name in ["first_name", "last_name"] {
        if lead.text(name).is_none() {
            problems.push(format!("{name} is required"));
        }
    }
    let reach = ["email", "phone_1", "phone_2", "phone_3"];
    if reach.iter().all(|name| lead.text(name).is_none()) {
        problems.push("phone or email is required".to_owned());
    }
    for name in ["email", "project.participant.contact.secondary_email"] {
        if lead.text(name).is_some_and(|email| !is_email(&email)) {
            problems.push(format!("{name} must be an e-mail address"));
        }
    }
    for name in ["country", "project.participant.mailing_address.country"] {
        if lead.text(name).is_some_and(|country| !is_country(&country)) {
            problems.push(format!("{name} must be a 2 letter ISO code"));
        }
    }
    let text = |name: &str| lead.text(name);
    let (kind, entity) = (text("project.participant.type"), text("project.participant.tax_entity"));
    let has_company = text("company.name").is_some();
    problems.extend(shape::participant(kind.as_deref(), entity.as_deref(), has_company));
    let owner_type = text("project.sales_owner_type");
    let has_owner = text("project.sales_owner_id").is_some();
    problems.extend(shape::owner(has_owner, owner_type.as_deref()));
    for (name, choices) in [
        ("project.site.sector", shape::SECTORS),
        ("project.site.construction_type", shape::CONSTRUCTIONS),
    ] {
        problems.extend(shape::choice(name, text(name).as_deref(), &choices));
    }
    for (name, check) in [
        (
            "project.participant.roles",
            shape::roles as fn(&Value) -> Result<(), String>,
        ),
        ("project.application_reference_ids", shape::references),
        ("project.utility_services", shape::services),
    ] {
        if let Some(value) = lead.get(name)
            && let Err(problem) = json_text(value).and_then(|value| check(&value))
        {
            problems.push(format!("{name}: {problem}"));
        }
    }
    problems
}

/// Reads JSON out of text: a value of a lead is flat, and the page's arrays can be entered in no other way.
fn json_text(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("an array goes as JSON text")?;
    serde_json::from_str(text).map_err(|_| "no JSON".to_owned())
}
