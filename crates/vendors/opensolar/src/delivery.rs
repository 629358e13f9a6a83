//! A delivery: roles are looked up, the project is sent, an e-mail address that exists is recovered from. A change goes the
//! same way, its contact first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Method;
use leadsink_core::{
    DeliverContext, Disposition, Error, ErrorKind, Field, Outcome, Prepared, Purpose, Result, Warning,
};
use serde_json::{Map, Value};
use url::Url;

use crate::api::{Project, UNKNOWN, same, with_email};
use crate::descriptor::ID;
use crate::recovery;
use crate::response::{self, Created};
use crate::role::is_email;
use crate::sink::OpenSolar;
use crate::wire::ROLES;

/// The team members that were found by e-mail address. A role keeps its id, so that the team is not listed for each lead.
#[derive(Clone, Debug, Default)]
pub(crate) struct TeamCache(Arc<Mutex<BTreeMap<String, u64>>>);

impl TeamCache {
    fn get(&self, email: &str) -> Option<u64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&email.to_lowercase()).copied()
    }

    fn set(&self, email: &str, id: u64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(email.to_lowercase(), id);
    }
}

/// Delivers a prepared lead.
pub(crate) async fn deliver(sink: &OpenSolar, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
    let mut project: Map<String, Value> = serde_json::from_slice(&prepared.request.body).map_err(|_| {
        let message = "the prepared request cannot be read; prepare it again";
        Error::new(ErrorKind::Request, Disposition::Permanent, message)
    })?;
    let org = sink.client().org_id(cx).await?.to_string();
    let mut prepared = prepared.clone();
    prepared.request.url = in_org(&prepared.request.url, &org);
    let (amended, mut warnings) = resolve_roles(sink, &mut project, &org, cx).await?;
    if amended {
        prepared.request.body = encoded(&project);
    }
    let project = Value::Object(project);
    let outcome = if prepared.request.method == Method::PATCH {
        change(sink, &prepared, &project, cx, &mut warnings).await?
    } else {
        create(sink, &prepared, project, cx).await?
    };
    Ok(with_warnings(outcome, warnings))
}

/// Sends a new project, once more with the contact that is there where its e-mail address is taken.
async fn create(sink: &OpenSolar, prepared: &Prepared, sent: Value, cx: &DeliverContext) -> Result<Outcome> {
    let response = send(sink, prepared, cx).await?;
    match response::created(&response, &sent, prepared, cx.attempt, &sink.config)? {
        Created::End(outcome) => Ok(outcome),
        Created::EmailTaken(faults) => recovery::recover(sink, prepared, sent, faults, cx).await,
    }
}

/// Changes a project that is there: the contact first, by reading, merging and writing it, then the project.
async fn change(
    sink: &OpenSolar,
    prepared: &Prepared,
    sent: &Value,
    cx: &DeliverContext,
    warnings: &mut Vec<Warning>,
) -> Result<Outcome> {
    for step in prepared.before.iter().filter(|step| step.owner == ID) {
        let refusal = change_contact(sink, prepared, &step.draft.body, cx, warnings).await?;
        match refusal {
            // A question settles no doubt.
            Some(_) if cx.attempt.earlier_ambiguous => {
                let message = "OpenSolar refuses the change now, and an earlier attempt may have arrived; look there";
                return Err(Error::still_in_doubt(message));
            }
            Some(refusal) => return Ok(refusal),
            None => {}
        }
    }
    let response = send(sink, prepared, cx).await?;
    response::changed(&response, sent, prepared, &sink.config)
}

/// Changes the contact of a project; the outcome where OpenSolar refuses that.
async fn change_contact(
    sink: &OpenSolar,
    prepared: &Prepared,
    body: &[u8],
    cx: &DeliverContext,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Outcome>> {
    let client = sink.client();
    let changes: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let Some(id) = prepared
        .request
        .url
        .path_segments()
        .and_then(|mut path| path.rfind(|part| !part.is_empty()))
    else {
        return Ok(None);
    };
    let response = client.project_answer(cx, id.parse().unwrap_or_default()).await?;
    if response::is_missing(&response) {
        return Ok(Some(response::not_there(&response)));
    }
    let project = serde_json::from_slice::<Project>(&response.body).ok();
    let Some(project) = project.filter(|project| response.status.is_success() && project.id().is_some()) else {
        return Err(crate::api::unanswered(&response));
    };
    let Some(contact) = contact_of(&project, changes.get("email").and_then(Value::as_str)) else {
        let text = "it is not clear which contact of the project the lead is, so none was changed; look there";
        warnings.push(Warning::new("contact_not_changed", text));
        return Ok(None);
    };
    let Some(response) = client.merge_contact(cx, contact, &changes).await? else {
        return Ok(None);
    };
    let faults = response::refused(&response)?;
    match (response.status.is_success(), faults.is_empty()) {
        (true, _) => Ok(None),
        (false, true) => Err(crate::api::unanswered(&response)),
        (false, false) => {
            let faults = faults.into_iter().map(|fault| fault.below("contacts_new")).collect();
            Ok(Some(response::rejected(faults, &Value::Null, &sink.config)))
        }
    }
}

/// The contact that the lead is: the only one, else the only one with its e-mail address.
fn contact_of(project: &Project, email: Option<&str>) -> Option<u64> {
    if let [only] = project.contact_ids()[..] {
        return Some(only);
    }
    let has_it = |known: &Option<String>| {
        known
            .as_deref()
            .zip(email)
            .is_some_and(|(known, email)| same(known, email))
    };
    let mut found = project.contacts_data.iter().filter(|contact| has_it(&contact.email));
    match (found.next(), found.next()) {
        (Some(contact), None) => contact.id,
        _ => None,
    }
}

/// Sends the project itself.
pub(crate) async fn send(
    sink: &OpenSolar,
    prepared: &Prepared,
    cx: &DeliverContext,
) -> Result<leadsink_core::HttpResponse> {
    let request = &prepared.request;
    let (method, url, body) = (request.method.clone(), request.url.clone(), request.body.clone());
    sink.client().write(cx, method, url, body, Purpose::Creation).await
}

/// Puts URLs in the place of e-mail addresses and of the organisation that only the log-in knows. Who is not found is left
/// out and told: nobody's lead is better than no lead.
async fn resolve_roles(
    sink: &OpenSolar,
    project: &mut Map<String, Value>,
    org: &str,
    cx: &DeliverContext,
) -> Result<(bool, Vec<Warning>)> {
    let (mut amended, mut warnings, mut team) = (false, Vec::new(), None);
    for member in ROLES {
        let Some(named) = project.get(member).and_then(Value::as_str).map(str::to_owned) else {
            continue;
        };
        let open = format!("/{UNKNOWN}/");
        if named.contains(&open) {
            project.insert(member.to_owned(), named.replace(&open, &format!("/{org}/")).into());
            amended = true;
        }
        if !is_email(&named) {
            continue;
        }
        amended = true;
        let found = match sink.team.get(&named) {
            Some(id) => vec![id],
            None => {
                if team.is_none() {
                    team = Some(sink.client().roles(cx).await?);
                }
                with_email(team.as_deref().unwrap_or_default(), &named)
            }
        };
        if let [id] = found[..] {
            sink.team.set(&named, id);
            let url = format!("{}api/orgs/{org}/roles/{id}/", sink.base.as_url());
            project.insert(member.to_owned(), url.into());
        } else {
            project.remove(member);
            let text = match found.len() {
                0 => format!("the team has nobody with the e-mail address for `{member}`; nobody is assigned"),
                _ => format!("the team has several with the e-mail address for `{member}`; nobody is assigned"),
            };
            let warning = Warning::new("role_not_found", text);
            // Else it is the account's or an option's.
            let is_owner = member == "assigned_role" && sink.config.assigned_role.as_deref() != Some(&*named);
            warnings.push(if is_owner { warning.at(Field::Owner) } else { warning });
        }
    }
    Ok((amended, warnings))
}

/// An address with the organisation in it.
fn in_org(url: &Url, org: &str) -> Url {
    let mut url = url.clone();
    let path = url
        .path()
        .replacen(&format!("/orgs/{UNKNOWN}/"), &format!("/orgs/{org}/"), 1);
    url.set_path(&path);
    url
}

/// A body as bytes.
pub(crate) fn encoded(body: &Map<String, Value>) -> Bytes {
    // What was read from JSON can be written as JSON.
    serde_json::to_vec(body).unwrap_or_default().into()
}

/// The outcome with what else is to be known of it.
pub(crate) fn with_warnings(mut outcome: Outcome, warnings: Vec<Warning>) -> Outcome {
    match &mut outcome {
        Outcome::Accepted(receipt)
        | Outcome::Pending(receipt)
        | Outcome::Updated(receipt)
        | Outcome::Duplicate(receipt) => receipt.warnings.extend(warnings),
        _ => {}
    }
    outcome
}
