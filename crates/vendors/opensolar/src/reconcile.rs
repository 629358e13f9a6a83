//! Whether a project arrived whose answer nobody saw. OpenSolar has no search for the identifier, and its list does not show
//! it: the newest projects are looked at one by one.

use std::time::Duration;

use leadsink_core::{DeliverContext, Prepared, Reconciliation, Repeat, Result, Timestamp, Warning};
use serde_json::Value;

use crate::address::letters;
use crate::api::{Project, Window, same, unanswered};
use crate::response::receipt;
use crate::sink::OpenSolar;

/// As many projects are looked at.
const MOST: usize = 100;

/// So far apart may the clocks be.
const APART: Duration = Duration::from_secs(300);

/// So long may an attempt go on after its answer was given up.
const SETTLED: Duration = Duration::from_secs(60);

/// Looks for the project of a prepared lead.
pub(crate) async fn reconcile(sink: &OpenSolar, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
    if prepared.repeat == Repeat::Safe {
        return Ok(undecided(
            "a change of a project leaves no trace; repeat it, which does no harm",
        ));
    }
    let sent: Value = serde_json::from_slice(&prepared.request.body).unwrap_or_default();
    let Some(identifier) = sent.get("identifier").and_then(Value::as_str) else {
        return Ok(undecided("the prepared request has no identifier; prepare it again"));
    };
    let client = sink.client();
    let since = cx.attempted_at.and_then(|at| at.checked_sub(APART).ok());
    let Window {
        projects,
        complete,
        date,
    } = client.projects_since(cx, since).await?;
    let mut hidden = projects.iter().any(|project| project.id().is_none());
    let mut found: Vec<Project> = Vec::new();
    let candidates = candidates(projects, identifier, &sent);
    let too_many = candidates.len() > MOST;
    for id in candidates.into_iter().take(MOST) {
        let response = client.project_answer(cx, id).await?;
        match response.status.as_u16() {
            // Gone since.
            404 | 410 => continue,
            // It is there and may not be seen.
            403 => {
                hidden = true;
                continue;
            }
            _ => {}
        }
        let project = serde_json::from_slice::<Project>(&response.body).ok();
        let Some(project) = project.filter(|project| response.status.is_success() && project.id().is_some()) else {
            return Err(unanswered(&response));
        };
        if project.identifier.as_deref() == Some(identifier) {
            found.push(project);
        }
    }
    let witnessed = |project: &&Project| witness(project, &sent) != Some(false);
    if let Some(project) = found.iter().find(witnessed) {
        let org = client.org_id(cx).await?;
        let mut projects = prepared.request.url.clone();
        projects.set_path(&projects.path().replace("/***/", &format!("/{org}/")));
        let receipt = receipt(project, &projects);
        return Ok(Reconciliation::Found(match found.len() {
            1 => receipt,
            several => {
                let text = format!("{several} projects have the identifier of the lead; look at them");
                receipt.with_warning(Warning::new("found_several", text))
            }
        }));
    }
    if let Some(id) = found.first().and_then(Project::id) {
        let text = format!("project {id} has the identifier of the lead, and another address and contact; look at it");
        return Ok(undecided(text));
    }
    Ok(missing(complete && !too_many, hidden, cx.attempted_at, date))
}

/// What it means that nothing was found.
fn missing(complete: bool, hidden: bool, attempted: Option<Timestamp>, now: Option<Timestamp>) -> Reconciliation {
    let (Some(attempted), Some(now)) = (attempted, now) else {
        return undecided("it was not found, and nobody says how long ago the attempt was made");
    };
    if !complete {
        return undecided("it was not found among the newest projects, and there are more than are looked through");
    }
    if hidden {
        return undecided("it was not found, and a project of that time may not be seen by this user");
    }
    if attempted.checked_add(SETTLED).is_ok_and(|settled| now < settled) {
        return undecided("it was not found yet; ask again a minute after the attempt");
    }
    Reconciliation::NotFound
}

/// The projects to look at: those first of which the list shows the address, none that shows another identifier.
fn candidates(projects: Vec<Project>, identifier: &str, sent: &Value) -> Vec<u64> {
    let mut projects: Vec<_> = projects
        .into_iter()
        .filter(|project| project.identifier.as_deref().is_none_or(|known| known == identifier))
        .collect();
    projects.sort_by_key(|project| !is_at(project, sent).unwrap_or(false));
    projects.iter().filter_map(Project::id).collect()
}

/// Whether the address of a project is the one that was sent; nothing where one of the two is not known.
fn is_at(project: &Project, sent: &Value) -> Option<bool> {
    let address = sent.get("address").and_then(Value::as_str)?;
    let known = project.address.as_deref().filter(|address| !address.is_empty())?;
    Some(letters(known) == letters(address))
}

/// Whether address or contact confirm that it is this lead's project; nothing where they say neither.
fn witness(project: &Project, sent: &Value) -> Option<bool> {
    let email = sent.pointer("/contacts_new/0/email").and_then(Value::as_str);
    let has_email = email.and_then(|email| {
        let mut known = project
            .contacts_data
            .iter()
            .filter_map(|contact| contact.email.as_deref())
            .peekable();
        known.peek()?;
        Some(known.any(|known| same(known, email)))
    });
    match (is_at(project, sent), has_email) {
        (None, None) => None,
        (at, has) => Some(at == Some(true) || has == Some(true)),
    }
}

fn undecided(why: impl Into<String>) -> Reconciliation {
    Reconciliation::Undecided(why.into())
}

#[cfg(test)]
mod tests;
