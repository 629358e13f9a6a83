//! What OpenSolar's answers to a project mean.

use leadsink_core::{
    Attempt, Disposition, Error, ErrorKind, HttpResponse, Outcome, Prepared, Probe, Receipt, Rejection, RejectionClass,
    Result, Warning,
};
use serde_json::Value;
use url::Url;

use crate::api::{Project, unanswered};
use crate::reasons::{Fault, faults};

/// What the answer to a new project is.
pub(crate) enum Created {
    /// The end of the delivery.
    End(Outcome),
    /// The e-mail address is another contact's; nothing was made.
    EmailTaken(Vec<Fault>),
}

/// Reads the answer to a new project.
pub(crate) fn created(response: &HttpResponse, sent: &Value, prepared: &Prepared, attempt: Attempt) -> Result<Created> {
    if let Some(project) = project(response) {
        let receipt = receipt(&project, &prepared.request.url);
        let receipt = match (&project.contacts, sent.get("contacts_new")) {
            (Some(contacts), Some(_)) if contacts.is_empty() => {
                let text = "OpenSolar made the project without its contact; add it there";
                receipt.with_warning(Warning::new("contact_missing", text))
            }
            _ => receipt,
        };
        return Ok(Created::End(Outcome::Accepted(receipt)));
    }
    let faults = refused(response)?;
    if faults.is_empty() {
        return Err(Error::from_status(response, prepared.repeat));
    }
    if faults.iter().all(Fault::is_email_taken) {
        if attempt.earlier_ambiguous {
            // An attempt that arrived made the contact too.
            let message =
                "OpenSolar has a contact with this e-mail address, perhaps from an earlier attempt; look there";
            return Err(Error::still_in_doubt(message).with_response(response));
        }
        return Ok(Created::EmailTaken(faults));
    }
    // The same bytes were as malformed the first time, so this settles a doubt; what an earlier attempt may have caused itself
    // does not.
    if attempt.earlier_ambiguous && !faults.iter().any(|fault| fault.is_of_a_value(sent)) {
        let message = "OpenSolar refuses the project now, perhaps because an earlier attempt arrived; look there";
        return Err(Error::still_in_doubt(message).with_response(response));
    }
    Ok(Created::End(rejected(faults, prepared)))
}

/// Reads the answer to a change of a project.
pub(crate) fn changed(response: &HttpResponse, prepared: &Prepared) -> Result<Outcome> {
    if let Some(project) = project(response) {
        return Ok(Outcome::Updated(receipt(&project, &prepared.request.url)));
    }
    if is_missing(response) {
        return Ok(not_there(response));
    }
    match refused(response)? {
        faults if faults.is_empty() => Err(Error::from_status(response, prepared.repeat)),
        faults => Ok(rejected(faults, prepared)),
    }
}

/// Reads the answer to a question for the organisation.
pub(crate) fn probed(response: &HttpResponse) -> Result<Probe> {
    match project(response) {
        Some(_) => Ok(Probe::Ready),
        None => Err(unanswered(response)),
    }
}

/// Whether a project or contact is not there, in the words of the interface: a page, or a 403, does not say so.
pub(crate) fn is_missing(response: &HttpResponse) -> bool {
    response.status == http::StatusCode::NOT_FOUND && !response.is_html() && !faults(&response.body).is_empty()
}

/// A change of a project that is not there.
pub(crate) fn not_there(response: &HttpResponse) -> Outcome {
    let words: Vec<_> = faults(&response.body).into_iter().map(|fault| fault.text).collect();
    let text = format!(
        "`project_id` of the lead names no project of the organisation: {}",
        words.join("; ")
    );
    let reason = leadsink_core::Reason::new("project_not_found", text);
    Outcome::Rejected(Rejection::new(RejectionClass::Invalid, vec![reason]))
}

/// A refusal with a reason for each fault.
pub(crate) fn rejected(faults: Vec<Fault>, prepared: &Prepared) -> Outcome {
    let reasons = faults.into_iter().map(|fault| fault.into_reason(prepared));
    Outcome::Rejected(Rejection::new(RejectionClass::Invalid, reasons.collect()))
}

/// What a refusal minds; nothing where the answer is none. That nothing can be made for want of money is no verdict on the
/// lead.
pub(crate) fn refused(response: &HttpResponse) -> Result<Vec<Fault>> {
    if !matches!(response.status.as_u16(), 400 | 422) || response.is_html() {
        return Ok(Vec::new());
    }
    let faults = faults(&response.body);
    if faults.iter().any(Fault::is_about_the_plan) {
        let message = "OpenSolar makes no project for this organisation, by its words for want of a plan or money; look at its wallet";
        return Err(Error::new(ErrorKind::Forbidden, Disposition::Account, message).with_response(response));
    }
    Ok(faults)
}

/// What a success shows; only what has an id is one.
fn project(response: &HttpResponse) -> Option<Project> {
    let is_success = response.status.is_success();
    let project = is_success.then(|| serde_json::from_slice::<Project>(&response.body).ok())??;
    project.id().map(|_| project)
}

/// Id and address of a project, and the ids of its contacts. The address is put together anew, since the answer may name any
/// host.
pub(crate) fn receipt(project: &Project, projects: &Url) -> Receipt {
    let mut receipt = Receipt::new();
    let Some(id) = project.id() else { return receipt };
    receipt = receipt.with_vendor_ref(id.to_string());
    // Of a change it is the address of the project itself, of a new one that of all.
    const ALL: &str = "/projects/";
    let path = projects.path();
    let own = path.rfind(ALL).map_or(path, |at| &path[..at + ALL.len()]);
    let mut url = projects.clone();
    url.set_path(&format!("{own}{id}/"));
    receipt = receipt.with_url(url);
    match &project.contact_ids()[..] {
        [] => receipt,
        [contact] => receipt.with_message(format!("contact {contact}")),
        contacts => {
            let ids: Vec<_> = contacts.iter().map(u64::to_string).collect();
            receipt.with_message(format!("contacts {}", ids.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use leadsink_core::{Draft, Field, Reason, Repeat};

    const MADE: &str = r#"{"id":6624,"url":"http://localhost:8000/api/orgs/1/projects/6624/","contacts":["/api/orgs/1/contacts/60/"]}"#;
    const BARE: &str = r#"{"id":6624,"contacts":[]}"#;
    const ZIP: &str = r#"{"zip":["Too long."]}"#;
    const TAKEN: &str = r#"{"contacts_new":[{"email":["This e-mail is already in use."]}]}"#;
    const BOTH: &str = r#"{"zip":["Too long."],"contacts_new":[{"email":["already in use"]}]}"#;
    const WALLET: &str = r#"{"detail":"Your wallet is empty."}"#;
    const GENERAL: &str = r#"{"non_field_errors":["No."]}"#;
    const KNOWN: &str = r#"{"identifier":["project with this identifier already exists."]}"#;
    const MISSING: &str = r#"{"detail":"Not found."}"#;
    const HTML: &str = "<!DOCTYPE html><title>Bad Gateway</title>";

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_owned())
    }

    fn prepared(path: &str, repeat: Repeat) -> Prepared {
        let url = format!("https://api.opensolar.com/api/orgs/1/projects/{path}")
            .parse()
            .unwrap();
        let mut prepared = Prepared::new(Draft::post_json(url, "{}"), repeat);
        prepared.fields = Field::ALL.iter().copied().collect();
        prepared
    }

    /// One word for what came out, with codes and fields.
    fn outcome(result: Result<Outcome>) -> String {
        match result {
            Ok(Outcome::Rejected(rejection)) => {
                let field = |reason: &Reason| reason.field.as_ref().map_or("-".into(), ToString::to_string);
                let reasons = rejection.reasons.iter();
                let told: Vec<_> = reasons
                    .map(|reason| format!("{} {}", reason.code, field(reason)))
                    .collect();
                told.join(", ")
            }
            Ok(outcome) => {
                let warnings = &outcome.receipt().unwrap().warnings;
                let codes: String = warnings.iter().map(|warning| format!(" {}", warning.code)).collect();
                format!("{}{codes}", outcome.as_str())
            }
            Err(error) => format!("{} {:?}", error.kind().as_str(), error.disposition()),
        }
    }

    fn post(status: u16, body: &str, earlier_ambiguous: bool) -> String {
        let attempt = Attempt {
            n: 1,
            earlier_ambiguous,
        };
        let sent = leadsink_testkit::json!({
            "identifier": "1", "title": "T", "zip": "2020", "assigned_role": "/api/orgs/1/roles/50/",
            "contacts_new": [{ "email": "g@example.com", "phone": "+61400000000" }],
        });
        let prepared = prepared("", Repeat::NeverBlindly);
        match created(&response(status, body), &sent, &prepared, attempt) {
            Ok(Created::EmailTaken(_)) => "taken".to_owned(),
            Ok(Created::End(end)) => outcome(Ok(end)),
            Err(error) => outcome(Err(error)),
        }
    }

    #[test]
    fn every_answer_to_a_new_project_has_its_meaning() {
        // Status, body, what it means, what it means after an attempt in doubt.
        let table = [
            (201, MADE, "accepted", "accepted"),
            (200, MADE, "accepted", "accepted"),
            (201, BARE, "accepted contact_missing", "accepted contact_missing"),
            (200, "{}", "unreadable Ambiguous", "unreadable Ambiguous"),
            (200, "[]", "unreadable Ambiguous", "unreadable Ambiguous"),
            (201, r#"{"id":66"#, "unreadable Ambiguous", "unreadable Ambiguous"),
            (200, HTML, "html_page Ambiguous", "html_page Ambiguous"),
            (301, "", "wrong_address Account", "wrong_address Account"),
            (400, ZIP, "invalid_value postal_code", "invalid_value postal_code"),
            (400, GENERAL, "refused -", "in_doubt Ambiguous"),
            (400, KNOWN, "invalid_value -", "in_doubt Ambiguous"),
            (400, TAKEN, "taken", "in_doubt Ambiguous"),
            (
                400,
                BOTH,
                "invalid_value email, invalid_value postal_code",
                "invalid_value email, invalid_value postal_code",
            ),
            (400, WALLET, "forbidden Account", "forbidden Account"),
            (400, "", "refused Permanent", "refused Permanent"),
            (400, HTML, "refused Permanent", "refused Permanent"),
            (401, MISSING, "unauthorized Account", "unauthorized Account"),
            (402, WALLET, "forbidden Account", "forbidden Account"),
            (403, MISSING, "forbidden Account", "forbidden Account"),
            (404, MISSING, "wrong_address Account", "wrong_address Account"),
            (405, MISSING, "wrong_address Account", "wrong_address Account"),
            (429, "", "rate_limited Transient", "rate_limited Transient"),
            (500, MADE, "server Ambiguous", "server Ambiguous"),
            (502, HTML, "server Ambiguous", "server Ambiguous"),
            (503, "", "unavailable Ambiguous", "unavailable Ambiguous"),
            (504, "", "server Ambiguous", "server Ambiguous"),
        ];
        for (status, body, first, in_doubt) in table {
            assert_eq!(post(status, body, false), first, "{status} {body}");
            assert_eq!(post(status, body, true), in_doubt, "{status} {body}");
        }
    }

    #[test]
    fn a_doubt_is_settled_by_a_value_that_was_sent_and_by_nothing_that_may_be_there_since() {
        for (body, settles) in [
            (r#"{"zip":["Too long."],"identifier":["already exists"]}"#, true),
            (r#"{"contacts_new":[{"phone":["Enter a valid phone number."]}]}"#, true),
            (
                r#"{"detail":"project with this identifier already exists.","code":"unique"}"#,
                false,
            ),
            (r#"{"status":"error","message":"No."}"#, false),
            (
                r#"{"contacts_new":[{"non_field_errors":["This contact already exists."]}]}"#,
                false,
            ),
            (
                r#"{"contacts_new":[{"phone":["This number is already in use."]}]}"#,
                false,
            ),
            (r#"{"title":["This title must be unique."]}"#, false),
            (r#"{"title":["Taken."]}"#, false),
            (
                r#"{"contacts_new":[{"email":["This address belongs to another contact."]}]}"#,
                false,
            ),
            (
                r#"{"contacts_new":[{"email":["Enter a valid email address."]}]}"#,
                false,
            ),
            (
                r#"{"contacts_new":[{"phone":["This is the number of another contact."]}]}"#,
                false,
            ),
            (r#"{"contacts_new":["This person is known."]}"#, false),
            // Not sent, or leading to what is OpenSolar's.
            (r#"{"business_name":["Too long."]}"#, false),
            (r#"{"assigned_role":["Invalid hyperlink."]}"#, false),
        ] {
            assert_eq!(post(400, body, true) != "in_doubt Ambiguous", settles, "{body}");
        }
    }

    #[test]
    fn every_answer_to_a_change_has_its_meaning() {
        let table = [
            (200, MADE, "updated"),
            (200, "{}", "unreadable Ambiguous"),
            (400, ZIP, "invalid_value postal_code"),
            (403, MISSING, "forbidden Account"),
            (404, MISSING, "project_not_found -"),
            (404, HTML, "wrong_address Account"),
            (404, "", "wrong_address Account"),
            (429, "", "rate_limited Transient"),
            (500, "", "server Ambiguous"),
            (503, "", "unavailable Transient"),
        ];
        for (status, body, wanted) in table {
            let result = changed(&response(status, body), &prepared("7/", Repeat::Safe));
            assert_eq!(outcome(result), wanted, "{status} {body}");
        }
    }

    #[test]
    fn a_receipt_names_project_address_and_contacts_at_the_own_host() {
        let project: Project = serde_json::from_str(MADE).unwrap();
        for path in ["", "6624/"] {
            let receipt = receipt(&project, &prepared(path, Repeat::Safe).request.url);
            assert_eq!(receipt.vendor_ref.as_deref(), Some("6624"));
            assert_eq!(
                receipt.url.as_ref().map(Url::as_str),
                Some("https://api.opensolar.com/api/orgs/1/projects/6624/")
            );
            assert_eq!(receipt.message.as_deref(), Some("contact 60"));
        }
        let below = "http://127.0.0.1:8080/projects/opensolar/api/orgs/1/projects/6624/";
        assert_eq!(receipt(&project, &below.parse().unwrap()).url.unwrap().as_str(), below);
    }
}
