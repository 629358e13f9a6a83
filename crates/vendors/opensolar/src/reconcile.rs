//! Whether a project arrived whose answer nobody saw. OpenSolar has no search for the identifier, and its list does not show
//! it: the newest projects are looked at one by one.

use std::ops::Range;
use std::time::Duration;

use leadsink_core::{DeliverContext, Prepared, Reconciliation, Repeat, Result, Timestamp, Warning};
use serde_json::Value;

use crate::address::letters;
use crate::api::{Project, Window, same, unanswered};
use crate::response::{is_missing, receipt};
use crate::sink::OpenSolar;

/// As many projects are looked at.
const MOST: usize = 100;

/// So far apart may the clocks be. That much is also looked at before and behind the attempt.
const APART: Duration = Duration::from_secs(300);

/// So long may OpenSolar go on with a request after its answer was given up.
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
    let asked = cx.now();
    let time = cx.attempted.as_ref().map(surroundings);
    let Window {
        projects,
        complete,
        ahead,
    } = client.projects_within(cx, time.as_ref()).await?;
    let mut hidden = projects.iter().any(|project| project.id().is_none());
    let mut found: Vec<Project> = Vec::new();
    let candidates = candidates(projects, identifier, &sent);
    let too_many = candidates.len() > MOST;
    for id in candidates.into_iter().take(MOST) {
        let response = client.project_answer(cx, id).await?;
        // Gone since.
        if is_missing(&response) {
            continue;
        }
        // It is there and may not be seen, or somebody else says that it is not.
        if matches!(response.status.as_u16(), 403 | 404 | 410) {
            hidden = true;
            continue;
        }
        let project = serde_json::from_slice::<Project>(&response.body).ok();
        let Some(project) = project.filter(|project| response.status.is_success() && project.id().is_some()) else {
            return Err(unanswered(&response));
        };
        match known_identifier(&project) {
            Some(known) if known == identifier => found.push(project),
            Some(_) => {}
            // It does not say whose it is.
            None => hidden |= witness(&project, &sent) != Some(false),
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
    let Some(attempted) = &cx.attempted else {
        return Ok(undecided(
            "it was not found, and nobody says how long ago the attempt was made",
        ));
    };
    let Some(ahead) = ahead else {
        return Ok(undecided(
            "it was not found, and OpenSolar's answer has no time to compare this machine's clock with",
        ));
    };
    if !complete || too_many {
        let why = "it was not found among the projects of that time, and there are more than are looked through";
        return Ok(undecided(why));
    }
    if hidden {
        return Ok(undecided(
            "it was not found, and a project of that time does not show whether it is the lead's",
        ));
    }
    Ok(missing(attempted, asked, ahead))
}

/// The time of an attempt with what may lie around it: from the earlier to the later of its ends, whichever comes first by a
/// clock that was set in between.
fn surroundings(attempted: &Range<Timestamp>) -> Range<Timestamp> {
    let (start, end) = (attempted.start, attempted.end);
    let from = start.min(end).checked_sub(APART).unwrap_or(Timestamp::MIN);
    let to = start.max(end).checked_add(SETTLED + APART).unwrap_or(Timestamp::MAX);
    from..to
}

/// What it means that nothing was found where all was seen. All times are of this machine: that OpenSolar's clock runs
/// otherwise makes nobody believe that the attempt is longer ago than it is.
fn missing(attempted: &Range<Timestamp>, asked: Timestamp, ahead: i64) -> Reconciliation {
    if ahead.unsigned_abs() > APART.as_secs() {
        let text = format!(
            "it was not found, and the clocks of OpenSolar and of this machine are {} seconds apart; set this one",
            ahead.unsigned_abs()
        );
        return undecided(text);
    }
    if attempted.end < attempted.start {
        return undecided("it was not found, and this machine's clock was set back during the attempt; look there");
    }
    let settled = attempted.end.checked_add(SETTLED).unwrap_or(Timestamp::MAX);
    if asked < settled {
        return undecided("it was not found yet; ask again a minute after the attempt ended");
    }
    Reconciliation::NotFound
}

/// The identifier of a project; a blank one says nothing.
fn known_identifier(project: &Project) -> Option<&str> {
    project.identifier.as_deref().filter(|known| !known.trim().is_empty())
}

/// The projects to look at: those first of which the list shows the address, none that shows another identifier.
fn candidates(projects: Vec<Project>, identifier: &str, sent: &Value) -> Vec<u64> {
    let mut projects: Vec<_> = projects
        .into_iter()
        .filter(|project| known_identifier(project).is_none_or(|known| known == identifier))
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
