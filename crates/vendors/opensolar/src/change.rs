//! A change of a project that is there. What it has is read first: its contact is merged and written, and its notes are added
//! to, since people write there too.

use http::StatusCode;
use leadsink_core::{DeliverContext, Error, HttpResponse, Outcome, Prepared, Result, Warning};
use serde_json::{Map, Value};

use crate::api::{Contact, Project, same, unanswered};
use crate::descriptor::ID;
use crate::response;
use crate::sink::OpenSolar;

/// Changes the contact of a project, and amends the body of its own change; the outcome where OpenSolar refuses that.
pub(crate) async fn begin(
    sink: &OpenSolar,
    prepared: &Prepared,
    body: &mut Map<String, Value>,
    cx: &DeliverContext,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Outcome>> {
    let contact = prepared.before.iter().find(|step| step.owner == ID);
    if contact.is_none() && !body.contains_key("notes") {
        return Ok(None);
    }
    let mut path = prepared.request.url.path_segments();
    let id = path.as_mut().and_then(|path| path.rfind(|part| !part.is_empty()));
    let id = id.and_then(|id| id.parse().ok()).unwrap_or_default();
    let response = sink.client().project_answer(cx, id).await?;
    if response::is_missing(&response) {
        return refused(response::not_there(&response), cx);
    }
    let project = serde_json::from_slice::<Project>(&response.body).ok();
    let Some(project) = project.filter(|project| response.status.is_success() && project.id().is_some()) else {
        return Err(unanswered(&response));
    };
    if let Some(step) = contact {
        let changes = serde_json::from_slice(&step.draft.body).unwrap_or_default();
        if let Some(refusal) = change_contact(sink, prepared, &project, &changes, cx, warnings).await? {
            return refused(refusal, cx);
        }
    }
    add_to_notes(body, &response, warnings);
    Ok(None)
}

/// A question settles no doubt.
fn refused(refusal: Outcome, cx: &DeliverContext) -> Result<Option<Outcome>> {
    if cx.attempt.earlier_ambiguous {
        let message = "OpenSolar refuses the change now, and an earlier attempt may have arrived; look there";
        return Err(Error::still_in_doubt(message));
    }
    Ok(Some(refusal))
}

/// Changes the contact of a project; the outcome where OpenSolar refuses that.
async fn change_contact(
    sink: &OpenSolar,
    prepared: &Prepared,
    project: &Project,
    changes: &Map<String, Value>,
    cx: &DeliverContext,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Outcome>> {
    let mut warn = |text| {
        warnings.push(Warning::new("contact_not_changed", text));
        Ok(None)
    };
    let client = sink.client();
    let Some(id) = contact_of(project, changes.get("email").and_then(Value::as_str)) else {
        return warn("it is not clear which contact of the project the lead is, so none was changed; look there");
    };
    const CLOSED: &str =
        "OpenSolar does not show or change the contact of the project, perhaps another organisation's; look there";
    let known = client.contact_answer(cx, id).await?;
    if is_closed(&known) {
        return warn(CLOSED);
    }
    let Some(response) = client.merge_contact(cx, id, &known, changes).await? else {
        return Ok(None);
    };
    if is_closed(&response) {
        return warn(CLOSED);
    }
    let is_object = serde_json::from_slice::<Map<String, Value>>(&response.body).is_ok();
    if response.status.is_success() && is_object {
        return Ok(None);
    }
    let faults = response::refused(&response)?;
    if faults.is_empty() {
        return Err(unanswered(&response));
    }
    let faults = faults.into_iter().map(|fault| fault.below("contacts_new")).collect();
    Ok(Some(response::rejected(faults, prepared)))
}

/// Whether a contact is gone or not for this user, such as that of another organisation which shares the project. Where the
/// account itself is at fault, the change of the project says so.
fn is_closed(response: &HttpResponse) -> bool {
    response.status == StatusCode::FORBIDDEN || response::is_missing(response)
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
        (Some(contact), None) => Contact::id(contact),
        _ => None,
    }
}

/// Puts the notes behind those that the project has, or leaves them out where they stand there already: a change may be
/// repeated.
fn add_to_notes(body: &mut Map<String, Value>, project: &HttpResponse, warnings: &mut Vec<Warning>) {
    let Some(new) = body.get("notes").and_then(Value::as_str) else {
        return;
    };
    let project: Map<String, Value> = serde_json::from_slice(&project.body).unwrap_or_default();
    match project.get("notes") {
        Some(Value::Null) => {}
        Some(Value::String(known)) if known.trim().is_empty() => {}
        Some(Value::String(known)) => {
            let lines = |text: &str| format!("\n{}\n", text.replace("\r\n", "\n").trim());
            if lines(known).contains(&lines(new)) {
                body.remove("notes");
            } else {
                let both = format!("{}\n\n{new}", known.trim_end());
                body.insert("notes".to_owned(), both.into());
            }
        }
        _ => {
            body.remove("notes");
            let text = "OpenSolar does not show the notes of the project, so that none were added to them; look there";
            warnings.push(Warning::new("notes_not_changed", text));
        }
    }
}

#[cfg(test)]
mod tests;
