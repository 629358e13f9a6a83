//! What Enerflo's answers mean. The body is read before the status is trusted: a 200 may be a refusal.

use leadsink_core::{
    Attempt, Disposition, Error, ErrorKind, Field, HttpResponse, Outcome, Prepared, Probe, Reason, Receipt, Rejection,
    RejectionClass, Repeat, Result, Warning,
};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::answer::{Answer, Echo};
use crate::config::EnerfloConfig;
use crate::reasons::Sent;

/// Reads the answer to `lead/add`.
pub(crate) fn lead_add(
    response: &HttpResponse,
    prepared: &Prepared,
    attempt: Attempt,
    config: &EnerfloConfig,
) -> Result<Outcome> {
    let answer = Answer::read(&response.body).unwrap_or_default();
    let success = answer.success();
    // Never a verdict on the lead, whatever the status says.
    if matches!(response.status.as_u16(), 200..=299 | 400 | 422) && success != Some(true) && is_about_the_key(&answer) {
        let message = "the vendor does not accept the key, by the text of its answer; check `api_key` in the config";
        return Err(Error::new(ErrorKind::Unauthorized, Disposition::Account, message).with_response(response));
    }
    if attempt.earlier_ambiguous && success != Some(true) && is_taken(&answer) {
        let message = "Enerflo has a lead with this id, perhaps from an earlier attempt; look for it there";
        return Err(Error::still_in_doubt(message).with_response(response));
    }
    match (response.status.as_u16(), success) {
        (200..=299, Some(true)) => Ok(saved(&answer, prepared, config)),
        (400 | 422, Some(true)) => Err(Error::contradiction(response)),
        (200..=299, Some(false))
            if answer
                .message()
                .is_some_and(|text| is(&text, CREATED) || is(&text, UPDATED)) =>
        {
            let message = "Enerflo says both that it saved the lead and that it did not; look for it there";
            let error = Error::new(ErrorKind::Unreadable, Disposition::Ambiguous, message);
            Err(error.with_response(response))
        }
        (200..=299, Some(false)) | (400 | 422, _) => refused(&answer, response, prepared, attempt, config),
        _ => Err(Error::from_status(response, prepared.repeat)),
    }
}

/// Reads the answer to the question for a customer: it works, or says why not.
pub(crate) fn customers(response: &HttpResponse) -> Result<Probe> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(rename = "data")]
        _data: Vec<IgnoredAny>,
    }
    if response.status.is_success() && serde_json::from_slice::<Page>(&response.body).is_ok() {
        return Ok(Probe::Ready);
    }
    Err(Error::from_status(response, Repeat::Safe).without_effect())
}

/// The documented texts of a success.
const CREATED: &str = "Lead Created";
const UPDATED: &str = "Lead Updated";

fn is(text: &str, known: &str) -> bool {
    text.eq_ignore_ascii_case(known)
}

/// The text says whether the lead is new.
fn saved(answer: &Answer<'_>, prepared: &Prepared, config: &EnerfloConfig) -> Outcome {
    let message = answer.message().unwrap_or_default();
    let mut receipt = Receipt::new();
    if !message.is_empty() {
        receipt = receipt.with_message(&*message);
    }
    match answer.id() {
        Some(id) => receipt = receipt.with_vendor_ref(&*id),
        None => {
            let text = "Enerflo says that it has the lead, and not under which id; look for it there";
            receipt = receipt.with_warning(Warning::new("no_id", text));
        }
    }
    if answer.has_errors() {
        let text = "Enerflo says that it has the lead, and names errors beside that; look for it there";
        receipt = receipt.with_warning(Warning::new("partly_saved", text));
    }
    let lead = answer.lead().filter(|_| may_name_a_user(prepared, config));
    for warning in lead
        .map(|lead| unassigned(lead, &prepared.request.body))
        .unwrap_or_default()
    {
        receipt = receipt.with_warning(warning);
    }
    if is(&message, UPDATED) {
        return Outcome::Updated(receipt);
    }
    if !is(&message, CREATED) {
        let text = "Enerflo says that it has the lead, in other words than the documented ones; see the receipt";
        receipt = receipt.with_warning(Warning::new("unknown_success", text));
    }
    Outcome::Accepted(receipt)
}

/// Users that were sent and that Enerflo did not find: "their assignment will simply be NULL".
fn unassigned(lead: &Echo<'_>, sent: &[u8]) -> Vec<Warning> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Sent {
        lead: Users,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Users {
        creator: Option<IgnoredAny>,
        assign_to_email: Option<IgnoredAny>,
        setter_email: Option<IgnoredAny>,
    }
    let missing = lead.without_user();
    if missing == [false; 3] {
        return Vec::new();
    }
    let Sent { lead: sent } = serde_json::from_slice(sent).unwrap_or_default();
    let users = [
        (sent.creator, "creator_not_found", Field::Creator, "as creator"),
        (sent.assign_to_email, "owner_not_found", Field::Owner, "as sales rep"),
        (sent.setter_email, "setter_not_found", Field::Setter, "as setter"),
    ];
    let lost = users
        .into_iter()
        .zip(missing)
        .filter(|((sent, ..), missing)| sent.is_some() && *missing);
    lost.map(|((_, code, field, role), _)| {
        let text = format!("Enerflo knows no user with the e-mail address that was sent {role}; nobody is assigned");
        Warning::new(code, text).at(field)
    })
    .collect()
}

/// Whether the body may name a user: most do not, and need not be read again.
fn may_name_a_user(prepared: &Prepared, config: &EnerfloConfig) -> bool {
    let fields = prepared.fields;
    let has = |field| fields.contains(field);
    let of_the_account = [&config.creator, &config.assign_to_email, &config.setter_email];
    // One that nobody kept the fields of may name any.
    fields.is_empty()
        || has(Field::Creator)
        || has(Field::Owner)
        || has(Field::Setter)
        || of_the_account.iter().any(|user| user.is_some())
}

/// A 2xx that says that the lead could not be saved, or a 400 or 422. A value that is named settles a doubt, since the same
/// bytes were as malformed the first time; a message alone may be about the earlier attempt itself.
fn refused(
    answer: &Answer<'_>,
    response: &HttpResponse,
    prepared: &Prepared,
    attempt: Attempt,
    config: &EnerfloConfig,
) -> Result<Outcome> {
    let faults = answer.faults();
    let is_about_values = faults.iter().any(|(name, _)| name.is_some());
    let is_2xx = response.status.is_success();
    if faults.is_empty() && !is_2xx {
        return Err(Error::from_status(response, prepared.repeat));
    }
    if !is_about_values && attempt.earlier_ambiguous {
        let message =
            "Enerflo could not save the lead now, and may have saved it at an earlier attempt; look for it there";
        return Err(Error::still_in_doubt(message).with_response(response));
    }
    let (class, code) = if is_about_values || !is_2xx {
        (RejectionClass::Invalid, "invalid_value")
    } else {
        (RejectionClass::Unspecified, "not_saved")
    };
    let mut reasons = reasons(answer, code, prepared, config);
    if reasons.is_empty() {
        reasons.push(Reason::new(
            code,
            "Enerflo did not save the lead and gave no readable reason",
        ));
    }
    Ok(Outcome::Rejected(Rejection::new(class, reasons)))
}

/// "All responses will be in 2XX range", so a wrong key may be one too: never a verdict on the lead.
fn is_about_the_key(answer: &Answer<'_>) -> bool {
    const WORDS: [&str; 5] = ["api key", "api-key", "api_key", "unauthenticated", "unauthorized"];
    answer.faults().into_iter().any(|(member, text)| {
        let text = text.to_ascii_lowercase();
        // What a member of the lead is refused for says nothing of the account.
        member.is_none_or(|name| name.contains("key")) && WORDS.iter().any(|words| text.contains(words))
    })
}

fn reasons(answer: &Answer<'_>, code: &'static str, prepared: &Prepared, config: &EnerfloConfig) -> Vec<Reason> {
    let sent = Sent::new(prepared);
    let faults = answer.faults().into_iter();
    faults
        .map(|(name, text)| {
            let reason = Reason::new(code, text);
            match name.and_then(|name| sent.field_of(&name, config)) {
                Some(field) => reason.at(field),
                None => reason,
            }
        })
        .collect()
}

/// Whether the id is what it refuses: the lead that has it may be this one.
fn is_taken(answer: &Answer<'_>) -> bool {
    let faults = answer.faults();
    let mut members = faults.iter().filter_map(|(member, _)| member.as_deref());
    members.any(|name| name.ends_with("integration_record_id"))
}

#[cfg(test)]
mod tests;
