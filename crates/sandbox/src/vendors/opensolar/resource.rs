//! The organization's projects, contacts and roles: what each request to them comes to, and how each is shown.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::super::{Asked, Verdict};
use super::check::{self, Written};
use super::list::Query;
use super::roles::{Role, team};
use super::route::Place;
use super::store::{Record, Store, time};
use super::{ORG, drf, login, org_url, url};
use crate::reply::Reply;
use crate::settings::Settings;

/// Answers a request that was let in, whose method its place takes.
pub(super) fn answer(place: Place, request: &Asked<'_>, settings: &Settings, store: &mut Store) -> Verdict {
    let is_read = request.method == Method::GET;
    let query = Query::of(request);
    let answered = match place {
        Place::Org => Ok(ok(&login::org()).into()),
        Place::Projects if is_read => list_projects(&query, store).map(Verdict::from),
        Place::Projects => create_project(request, settings, store),
        Place::Project(id) if is_read => show_project(id, store, settings).map(Verdict::from),
        Place::Project(id) if request.method == Method::DELETE => Ok(deleted(store.delete_project(id)).into()),
        Place::Project(id) => update_project(id, request, settings, store),
        Place::Contacts if is_read => list_contacts(&query, store).map(Verdict::from),
        Place::Contacts => write_contact(None, request, settings, store),
        Place::Contact(id) if request.method == Method::DELETE => Ok(deleted(store.delete_contact(id)).into()),
        Place::Contact(id) if !store.contacts.contains_key(&id) => Err(drf::not_found()),
        Place::Contact(id) if is_read => Ok(ok(&contact(id, store)).into()),
        Place::Contact(id) => write_contact(Some(id), request, settings, store),
        Place::Roles => list_roles(&query, settings).map(Verdict::from),
        Place::Role(id) => {
            let found = team(settings).into_iter().find(|role| role.id == id);
            found.map(|role| ok(&role.show()).into()).ok_or_else(drf::not_found)
        }
        Place::Login | Place::FetchToken | Place::User(_) => Err(drf::not_found()),
    };
    answered.unwrap_or_else(Verdict::from)
}

fn ok(value: &Value) -> Reply {
    Reply::json(StatusCode::OK, value)
}

fn deleted(was_there: bool) -> Reply {
    if was_there {
        return Reply::new(StatusCode::NO_CONTENT, "application/json", "");
    }
    drf::not_found()
}

/// Refuses what was written if there is anything wrong with it; nothing is made then, as clients rely on.
fn checked(written: Written) -> Result<Written, Reply> {
    if written.errors.is_empty() {
        return Ok(written);
    }
    Err(Reply::json(StatusCode::BAD_REQUEST, &Value::Object(written.errors)))
}

/// Creates a project. An empty wallet blocks this alone; that it is told by 402 is a guess.
fn create_project(request: &Asked<'_>, settings: &Settings, store: &mut Store) -> Result<Verdict, Reply> {
    let body = drf::body(request)?;
    if settings.has_empty_wallet {
        let text = "Your wallet is empty. Add funds to create projects.";
        return Err(drf::detail(StatusCode::PAYMENT_REQUIRED, text));
    }
    let mut written = checked(check::project(&body, store, settings))?;
    let unknown_fields = std::mem::take(&mut written.unknown);
    let (id, record) = store.create_project(written, settings);
    Ok(Verdict {
        accepted: true,
        unknown_fields,
        ..Reply::json(StatusCode::CREATED, &project(id, &record, store, settings)).into()
    })
}

/// Changes a project. The answer is not the whole project.
fn update_project(id: u64, request: &Asked<'_>, settings: &Settings, store: &mut Store) -> Result<Verdict, Reply> {
    let body = drf::body(request)?;
    if !store.projects.contains_key(&id) {
        return Err(drf::not_found());
    }
    let mut written = checked(check::project(&body, store, settings))?;
    let unknown_fields = std::mem::take(&mut written.unknown);
    let record = store.update_project(id, written, settings).ok_or_else(drf::not_found)?;
    let shown = json!({
        "id": id,
        "identifier": record.fields.get("identifier"),
        "org": url(&format!("/api/orgs/{ORG}/")),
        "url": org_url("projects", id),
        "workflow": record.fields.get("workflow"),
        "custom_data": {},
    });
    Ok(Verdict {
        accepted: true,
        unknown_fields,
        ..ok(&shown).into()
    })
}

fn write_contact(
    id: Option<u64>,
    request: &Asked<'_>,
    settings: &Settings,
    store: &mut Store,
) -> Result<Verdict, Reply> {
    let body = drf::body(request)?;
    let written = checked(check::lone_contact(&body, store, id, settings))?;
    let (status, id) = match id {
        Some(id) => {
            store.update_contact(id, written.fields, settings);
            (StatusCode::OK, id)
        }
        None => (StatusCode::CREATED, store.create_contact(written.fields, settings)),
    };
    Ok(Verdict {
        unknown_fields: written.unknown,
        ..Reply::json(status, &contact(id, store)).into()
    })
}

/// Lists projects, oldest first unless told. The rows have no `identifier`, and `search` is ignored: both are known.
fn list_projects(query: &Query, store: &Store) -> Result<Reply, Reply> {
    query.fieldset(&["list", "studio"])?;
    let mut rows: Vec<(u64, &Record)> = store.projects.iter().map(|(id, record)| (*id, record)).collect();
    if let Some((by, descends)) = query.ordering(&["id", "created_date", "modified_date"]) {
        match by {
            "created_date" => rows.sort_by_key(|(id, record)| (record.created, *id)),
            "modified_date" => rows.sort_by_key(|(id, record)| (record.modified, *id)),
            _ => {}
        }
        if descends {
            rows.reverse();
        }
    }
    let rows = &rows[query.rows(rows.len())?];
    let shown: Vec<Value> = rows
        .iter()
        .map(|(id, record)| Value::Object(row(*id, record)))
        .collect();
    Ok(ok(&Value::Array(shown)))
}

/// Lists contacts. `page` and `limit` are documented; clients disagree on whether `email` and `search` filter, so they do not:
/// a client that looks at every row gets along with both.
fn list_contacts(query: &Query, store: &Store) -> Result<Reply, Reply> {
    let mut rows: Vec<(u64, &Record)> = store.contacts.iter().map(|(id, record)| (*id, record)).collect();
    if let Some((by, descends)) = query.ordering(&["first_name", "family_name", "email"]) {
        rows.sort_by_key(|(_, record)| record.text(by).to_lowercase());
        if descends {
            rows.reverse();
        }
    }
    let rows = &rows[query.rows(rows.len())?];
    let shown: Vec<Value> = rows.iter().map(|(id, _)| contact(*id, store)).collect();
    Ok(ok(&Value::Array(shown)))
}

fn list_roles(query: &Query, settings: &Settings) -> Result<Reply, Reply> {
    query.fieldset(&["list"])?;
    let mut roles = team(settings);
    if let Some((by, descends)) = query.ordering(&["id", "is_admin"]) {
        if by == "is_admin" {
            roles.sort_by_key(Role::is_admin);
        }
        if descends {
            roles.reverse();
        }
    }
    let roles = &roles[query.rows(roles.len())?];
    Ok(ok(&roles.iter().map(Role::show).collect()))
}

fn show_project(id: u64, store: &Store, settings: &Settings) -> Result<Reply, Reply> {
    let record = store.projects.get(&id).ok_or_else(drf::not_found)?;
    Ok(ok(&project(id, record, store, settings)))
}

fn contact(id: u64, store: &Store) -> Value {
    let record = store.contacts.get(&id);
    let mut shown = record.map(|record| record.fields.clone()).unwrap_or_default();
    let links = record.map(|record| record.links.as_slice()).unwrap_or_default();
    let name = ["first_name", "family_name"].map(|name| shown.get(name).and_then(Value::as_str).unwrap_or_default());
    let display = name.join(" ").trim().to_owned();
    for (name, unset) in [("first_name", ""), ("family_name", ""), ("email", ""), ("phone", "")] {
        shown.entry(name).or_insert_with(|| unset.into());
    }
    shown.entry("date_of_birth").or_insert(Value::Null);
    shown.entry("gender").or_insert_with(|| 0.into());
    let projects: Vec<String> = links.iter().map(|id| org_url("projects", *id)).collect();
    shown.extend(members(json!({
        "id": id,
        "url": org_url("contacts", id),
        "org": url(&format!("/api/orgs/{ORG}/")),
        "org_id": ORG,
        "display": display,
        "identifier": "",
        "type": 0,
        "user": null,
        "projects": projects,
    })));
    Value::Object(shown)
}

/// Shows what a list has of a project.
fn row(id: u64, record: &Record) -> Map<String, Value> {
    let contacts: Vec<String> = record.links.iter().map(|id| org_url("contacts", *id)).collect();
    let field = |name: &str| record.fields.get(name).cloned().unwrap_or_default();
    members(json!({
        "id": id,
        "url": org_url("projects", id),
        "org": url(&format!("/api/orgs/{ORG}/")),
        "org_id": ORG,
        "address": field("address"),
        "locality": field("locality"),
        "state": field("state"),
        "zip": field("zip"),
        "country_iso2": field("country_iso2"),
        "title": field("title"),
        "assigned_role": field("assigned_role"),
        "contacts": contacts,
        "created_date": time(record.created),
        "modified_date": time(record.modified),
        "stage": 0,
    }))
}

/// Shows a whole project.
fn project(id: u64, record: &Record, store: &Store, settings: &Settings) -> Value {
    let mut shown = row(id, record);
    let contacts: Vec<Value> = record.links.iter().map(|id| contact(*id, store)).collect();
    shown.extend(members(json!({
        "lead_source": "",
        "notes": "",
        "site_notes": "",
        "is_residential": true,
        "lat": null,
        "lon": null,
        "number_of_phases": null,
        "number_of_storeys": null,
        "roof_type": null,
        "usage": null,
        "systems": [],
        "customer_proposal_data": null,
        "share_link": null,
        "contacts_data": contacts,
    })));
    shown.extend(record.fields.clone());
    let team = team(settings);
    for name in [
        "assigned_role",
        "assigned_installer_role",
        "assigned_site_inspector_role",
    ] {
        let role = team.iter().find(|role| record.text(name) == org_url("roles", role.id));
        shown.insert(name.to_owned(), role.map(|role| org_url("roles", role.id)).into());
        shown.insert(format!("{name}_data"), role.map(Role::show).into());
        shown.insert(format!("{name}_id"), role.map(|role| role.id).into());
        shown.insert(format!("{name}_name"), role.map(Role::display).into());
        shown.insert(format!("{name}_email"), role.map(Role::user_email).into());
    }
    Value::Object(shown)
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
