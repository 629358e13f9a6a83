//! The fields of a project and of a contact. No field is demanded: the document marks none, and clients are seen to do
//! without each. A field that is not known is ignored, as the framework does, and recorded.

use serde_json::{Map, Value, json};

use super::drf;
use super::store::Store;
use super::value::{Kind, link};
use super::{ORG, roles};
use crate::settings::Settings;

/// What a write comes to: the fields as they are stored, or the errors, as a tree like the body.
#[derive(Default)]
pub(super) struct Written {
    pub(super) fields: Map<String, Value>,
    /// The contacts by URL, if there were any: they replace those of the project.
    pub(super) contacts: Option<Vec<u64>>,
    pub(super) new_contacts: Vec<Map<String, Value>>,
    pub(super) errors: Map<String, Value>,
    pub(super) unknown: Vec<String>,
}

fn project_kind(name: &str) -> Option<Kind> {
    Some(match name {
        // The document's sample.
        "identifier" | "lead_source" | "notes" | "address" | "locality" | "state" | "zip" => Kind::Text,
        "is_residential" => Kind::Bool,
        "lat" | "lon" => Kind::Number,
        "country_iso2" => Kind::Country,
        "number_of_phases" => Kind::Integer,
        "roof_type" => Kind::RoofType,
        "assigned_role" | "assigned_installer_role" | "assigned_site_inspector_role" => Kind::Role,
        // Not in the sample, but sent by clients that run against the vendor, or described on a newer page.
        "title"
        | "business_name"
        | "site_notes"
        | "county"
        | "custom_project_info_1"
        | "custom_project_info_2"
        | "custom_project_info_3"
        | "custom_project_info_4"
        | "custom_project_info_5" => Kind::Text,
        "number_of_storeys" => Kind::Integer,
        "assigned_designer_role" | "assigned_salesperson_role" => Kind::Role,
        "country" => Kind::CountryUrl,
        "usage" => Kind::Usage,
        "workflow" | "active_stage_id" => Kind::Any,
        _ => return None,
    })
}

fn contact_kind(name: &str) -> Option<Kind> {
    Some(match name {
        // The document's sample.
        "first_name" | "family_name" => Kind::Text,
        "email" => Kind::Email,
        "phone" => Kind::Phone,
        "date_of_birth" => Kind::Date,
        "gender" => Kind::Gender,
        // From rows of the newer pages.
        "passport_number" | "licence_number" | "custom_contact_info_1" | "custom_contact_info_2" => Kind::Text,
        _ => return None,
    })
}

/// Checks the body of a POST or PATCH of a project.
pub(super) fn project(body: &Map<String, Value>, known: &Store, settings: &Settings) -> Written {
    let team: Vec<u64> = roles::team(settings).iter().map(|role| role.id).collect();
    let mut written = Written::default();
    for (name, value) in body {
        match name.as_str() {
            "contacts" => match contacts(value, known) {
                Ok(ids) => written.contacts = Some(ids),
                Err(errors) => drop(written.errors.insert(name.clone(), errors)),
            },
            "contacts_new" if value.is_null() => {}
            "contacts_new" => {
                if let Err(errors) = new_contacts(value, known, settings, &mut written) {
                    written.errors.insert(name.clone(), errors);
                }
            }
            _ => field("", name, value, project_kind(name), &team, settings, &mut written),
        }
    }
    written
}

/// Checks the body of a POST or PUT of a contact, or an item of `contacts_new`. That an e-mail exists is told in free
/// text, of which "already in use" is known. Synthetic addresses at `os.code` are known to be shared.
fn contact(body: &Map<String, Value>, place: &str, is_taken: impl Fn(&str) -> bool, settings: &Settings) -> Written {
    let mut written = Written::default();
    for (name, value) in body {
        field(place, name, value, contact_kind(name), &[], settings, &mut written);
    }
    let email = written.fields.get("email").and_then(Value::as_str).unwrap_or_default();
    if !email.is_empty() && !email.ends_with("@os.code") && is_taken(email) {
        let error = json!(["This email is already in use by another contact."]);
        written.errors.insert("email".to_owned(), error);
    }
    written
}

/// Checks the body of a POST or PUT of a contact by itself; here the trigger `shared` in front of an address lets
/// several contacts have it, which is how there come to be two candidates for one e-mail.
pub(super) fn lone_contact(body: &Map<String, Value>, known: &Store, but: Option<u64>, settings: &Settings) -> Written {
    let is_taken = |email: &str| !email.starts_with("shared") && known.has_email(email, but);
    contact(body, "", is_taken, settings)
}

fn field(
    place: &str,
    name: &str,
    value: &Value,
    kind: Option<Kind>,
    team: &[u64],
    settings: &Settings,
    written: &mut Written,
) {
    let Some(kind) = kind else {
        written.unknown.push(format!("{place}{name}"));
        return;
    };
    match kind.stored(value, team, settings) {
        Ok(stored) => drop(written.fields.insert(name.to_owned(), stored)),
        Err(error) => drop(written.errors.insert(name.to_owned(), json!([error]))),
    }
}

/// Reads the URLs of contacts that are there.
fn contacts(value: &Value, known: &Store) -> Result<Vec<u64>, Value> {
    let Value::Array(urls) = value else {
        return Err(no_list(value));
    };
    let pattern = format!("/api/orgs/{ORG}/contacts/");
    let ids = urls.iter().map(|url| link(url, &pattern, |id| known.has_contact(id)));
    ids.collect::<Result<_, _>>().map_err(|error| json!([error]))
}

/// Checks every item of `contacts_new`, and answers with an object for each: empty where nothing is wrong.
fn new_contacts(value: &Value, known: &Store, settings: &Settings, written: &mut Written) -> Result<(), Value> {
    let Value::Array(items) = value else {
        return Err(json!({ "non_field_errors": no_list(value) }));
    };
    let mut emails: Vec<String> = Vec::new();
    let mut errors = Vec::new();
    for item in items {
        let Value::Object(item) = item else {
            errors.push(json!({ "non_field_errors": [drf::no_dictionary(item)] }));
            continue;
        };
        let is_taken = |email: &str| known.has_email(email, None) || emails.contains(&email.to_lowercase());
        let found = contact(item, "contacts_new.", is_taken, settings);
        if let Some(email) = found.fields.get("email").and_then(Value::as_str) {
            emails.push(email.to_lowercase());
        }
        written.unknown.extend(found.unknown);
        written.new_contacts.push(found.fields);
        errors.push(Value::Object(found.errors));
    }
    let is_clean = errors.iter().all(|errors| errors == &json!({}));
    if is_clean { Ok(()) } else { Err(Value::Array(errors)) }
}

fn no_list(value: &Value) -> Value {
    json!([format!(
        "Expected a list of items but got type \"{}\".",
        drf::type_name(value)
    )])
}
