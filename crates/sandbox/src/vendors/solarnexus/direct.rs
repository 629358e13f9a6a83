//! The direct call. **Unverified**: address, authentication, envelope and answer of SolarNexus' own API are not
//! published. The envelope is put together from the words of the integration page; all the rest is made up.

use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::super::countries::is_country;
use super::super::{Asked, Verdict, basic, credentials, is_email, is_json};
use super::shape;
use crate::reply::Reply;
use crate::settings::Settings;

pub(super) const PATH: &str = "/direct";

const FIRST_ID: u64 = 1001;

/// Counts the projects, which is all that is kept: whether the vendor tells them apart is not known.
#[derive(Default)]
pub(super) struct Projects(AtomicU64);

impl Projects {
    pub(super) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(super) fn answer(&self, request: &Asked<'_>, settings: &Settings) -> Verdict {
        match admit(request, settings) {
            Ok(project) => self.insert(&project),
            Err(reply) => reply.into(),
        }
    }

    fn insert(&self, project: &Map<String, Value>) -> Verdict {
        let mut found = Found::default();
        check(project, &mut found);
        if !found.problems.is_empty() {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, &found.problems).into();
        }
        let contact = &project["participant"]["contact"];
        let part = |name: &str| contact[name].as_str().unwrap_or_default();
        let named = project
            .get("name")
            .and_then(Value::as_str)
            .filter(|name| !name.is_empty());
        let name = named.map_or_else(
            || format!("{}, {} Project", part("last_name"), part("first_name")),
            str::to_owned,
        );
        let id = FIRST_ID + self.0.fetch_add(1, Ordering::Relaxed);
        Verdict {
            accepted: true,
            unknown_fields: found.unknown,
            ..Reply::json(StatusCode::CREATED, &json!({ "project": { "id": id, "name": name } })).into()
        }
    }
}

pub(super) fn refuse(status: StatusCode, problems: &[String]) -> Reply {
    Reply::json(status, &json!({ "errors": problems }))
}

/// Lets in whoever presents the test credentials in one of the usual ways, since the vendor's own is not known.
fn admit(request: &Asked<'_>, settings: &Settings) -> Result<Map<String, Value>, Reply> {
    if request.method != Method::POST {
        let reply = refuse(StatusCode::METHOD_NOT_ALLOWED, &["Method Not Allowed".to_owned()]);
        return Err(reply.with_header(header::ALLOW, HeaderValue::from_static("POST")));
    }
    let known = &settings.credentials;
    let headers = request.headers;
    let is_basic = basic(headers).is_some_and(|(name, key)| name == known.username && key == known.password);
    let is_bearer = credentials(headers, "bearer") == Some(&known.password);
    let is_key = ["api-key", "x-api-key"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|key| *key == known.password));
    if !is_basic && !is_bearer && !is_key {
        return Err(refuse(StatusCode::UNAUTHORIZED, &["Unauthorized".to_owned()]));
    }
    if !is_json(headers) {
        let text = "Content-Type: application/json expected".to_owned();
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, &[text]));
    }
    let body: Value = serde_json::from_slice(request.body).unwrap_or_default();
    match body {
        Value::Object(mut body) if body.len() == 1 => match body.remove("project") {
            Some(Value::Object(project)) => Ok(project),
            _ => Err(no_envelope()),
        },
        _ => Err(no_envelope()),
    }
}

fn no_envelope() -> Reply {
    refuse(
        StatusCode::BAD_REQUEST,
        &["an object with project is expected".to_owned()],
    )
}

#[derive(Default)]
struct Found {
    problems: Vec<String>,
    unknown: Vec<String>,
}

impl Found {
    /// Takes an object that may be absent, and records what it has beyond the names.
    fn object(&mut self, parent: &Map<String, Value>, place: &str, names: &[&str]) -> Map<String, Value> {
        let name = place.rsplit('.').next().unwrap_or(place);
        match parent.get(name) {
            Some(Value::Object(object)) => {
                self.names(object, place, names);
                return object.clone();
            }
            None | Some(Value::Null) => {}
            Some(_) => self.problems.push(format!("{place} must be an object")),
        }
        Map::new()
    }

    fn names(&mut self, object: &Map<String, Value>, place: &str, names: &[&str]) {
        let unknown = object.keys().filter(|name| !names.contains(&name.as_str()));
        self.unknown.extend(unknown.map(|name| format!("{place}.{name}")));
    }

    fn list(&mut self, object: &Map<String, Value>, name: &str, check: fn(&Value) -> Result<(), String>) {
        if let Some(value) = object.get(name).filter(|value| !value.is_null())
            && let Err(problem) = check(value)
        {
            self.problems.push(format!("{name}: {problem}"));
        }
    }
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}

fn has(object: &Map<String, Value>, name: &str) -> bool {
    text(object, name).is_some() || object.get(name).is_some_and(Value::is_number)
}

fn check(project: &Map<String, Value>, found: &mut Found) {
    let names = "job_process_id lead_source_id name description application_reference_ids sales_owner_id \
                 sales_owner_type referrer_id related_job_id participant site attributes utility_services";
    found.names(project, "project", &names.split(' ').collect::<Vec<_>>());
    found.problems.extend(shape::owner(
        has(project, "sales_owner_id"),
        text(project, "sales_owner_type"),
    ));
    found.list(project, "application_reference_ids", shape::references);
    found.list(project, "utility_services", shape::services);
    found.object(project, "project.attributes", &[]);
    // Which attributes there are is the account's own affair.
    found.unknown.retain(|name| !name.starts_with("project.attributes."));

    let names = [
        "type",
        "tax_entity",
        "organization",
        "roles",
        "contact",
        "mailing_address",
    ];
    let party = found.object(project, "project.participant", &names);
    let has_company = has(&party, "organization");
    found.problems.extend(shape::participant(
        text(&party, "type"),
        text(&party, "tax_entity"),
        has_company,
    ));
    found.list(&party, "roles", shape::roles);
    let names = "title first_name last_name email secondary_email phone1 phone2 phone3 best_time";
    let contact = found.object(&party, "participant.contact", &names.split(' ').collect::<Vec<_>>());
    for name in ["first_name", "last_name"] {
        if !has(&contact, name) {
            found.problems.push(format!("{name} is required"));
        }
    }
    if !["email", "phone1", "phone2", "phone3"]
        .iter()
        .any(|name| has(&contact, name))
    {
        found.problems.push("phone or email is required".to_owned());
    }
    for name in ["email", "secondary_email"] {
        if text(&contact, name).is_some_and(|email| !is_email(email)) {
            found.problems.push(format!("{name} must be an e-mail address"));
        }
    }
    address(&party, "participant.mailing_address", found);

    let names = ["sector", "construction_type", "description", "location"];
    let site = found.object(project, "project.site", &names);
    for (name, choices) in [("sector", shape::SECTORS), ("construction_type", shape::CONSTRUCTIONS)] {
        found.problems.extend(shape::choice(name, text(&site, name), &choices));
    }
    address(&site, "site.location", found);
}

fn address(parent: &Map<String, Value>, place: &str, found: &mut Found) {
    let address = found.object(parent, place, &["street1", "city", "state", "zip", "country"]);
    if text(&address, "country").is_some_and(|country| !is_country(country)) {
        found
            .problems
            .push(format!("{place}.country must be a 2 letter ISO code"));
    }
}
