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
mod tests {
    use super::*;
    use http::StatusCode;
    use leadsink_core::Draft;

    const CREATED: &str =
        r#"{"result":"success","data":{"msg":"Lead Created","lead":{"id":55555,"creator_id":456,"agent_id":314}}}"#;
    const UPDATED: &str = r#"{"result":"success","data":{"msg":"Lead Updated","lead":{"id":55555}}}"#;
    const OTHER: &str = r#"{"result":"success","data":{"msg":"Lead Queued","lead":{"id":55555}}}"#;
    const NOBODY: &str = r#"{"result":"success","data":{"msg":"Lead Created","lead":{"id":1,"creator_id":null,"agent_id":null,"setter_id":null}}}"#;
    const NO_ID: &str = r#"{"result":"success","data":{"msg":"Lead Created","lead":null}}"#;
    const FAILED: &str = r#"{"result":"error","data":{"msg":"The lead could not be saved."}}"#;
    const BARE: &str = r#"{"result":"error"}"#;
    const KEY: &str = r#"{"result":"error","data":{"msg":"Invalid API key"}}"#;
    const PARTLY: &str = r#"{"result":"success","data":{"msg":"Lead Created","lead":{"id":1},"errors":{"appointment":["No such type."]}}}"#;
    const TAKEN: &str = r#"{"result":"error","errors":{"integration_record_id":["has already been taken"]}}"#;
    const LARAVEL: &str = r#"{"message":"The given data was invalid.","errors":{"zip":["The zip must be 5 digits."],"office_name":["Unknown office."]}}"#;
    const MESSAGE: &str = r#"{"message":"The given data was invalid."}"#;
    const HTML: &str = "<!DOCTYPE html><title>Log in</title>";

    fn config() -> EnerfloConfig {
        EnerfloConfig::new("k").with_office_name("Utah")
    }

    /// One word for what came out, with codes and fields.
    fn word(status: u16, body: &str, earlier_ambiguous: bool) -> String {
        let sent =
            r#"{"lead":{"integration_record_id":"1","assign_to_email":"rep@installer.example","office_name":"Utah"}}"#;
        let url = "https://enerflo.io/api/v1/partner/action/lead/add".parse().unwrap();
        let prepared = Prepared::new(Draft::post_json(url, sent), Repeat::Safe);
        let attempt = Attempt {
            n: 1,
            earlier_ambiguous,
        };
        let response = HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_owned());
        match lead_add(&response, &prepared, attempt, &config()) {
            Ok(Outcome::Rejected(rejection)) => {
                let field = |reason: &Reason| reason.field.as_ref().map_or("-".into(), ToString::to_string);
                let fields: Vec<_> = rejection.reasons.iter().map(field).collect();
                format!("{} {}", rejection.class.as_str(), fields.join(","))
            }
            Ok(outcome) => {
                let receipt = outcome.receipt().unwrap();
                let codes: Vec<_> = receipt.warnings.iter().map(|warning| &*warning.code).collect();
                let id = receipt.vendor_ref.as_deref().unwrap_or("-");
                format!("{} {id} {}", outcome.as_str(), codes.join(","))
                    .trim_end()
                    .to_owned()
            }
            Err(error) => format!("{} {:?}", error.kind().as_str(), error.disposition()),
        }
    }

    #[test]
    fn every_answer_has_its_meaning() {
        let same = [
            (200, CREATED, "accepted 55555"),
            (201, CREATED, "accepted 55555"),
            (200, UPDATED, "updated 55555"),
            (200, OTHER, "accepted 55555 unknown_success"),
            // The creator was not sent, so nobody misses one.
            (200, NOBODY, "accepted 1 owner_not_found"),
            (200, NO_ID, "accepted - no_id"),
            (200, r#"{"result":"success"}"#, "accepted - no_id,unknown_success"),
            (200, KEY, "unauthorized Account"),
            (400, KEY, "unauthorized Account"),
            (200, r#"{"message":"Unauthenticated."}"#, "unauthorized Account"),
            (
                422,
                r#"{"errors":{"creator":["unauthorized for the office"]}}"#,
                "invalid creator",
            ),
            (200, PARTLY, "accepted 1 partly_saved"),
            // The office is the account's.
            (200, LARAVEL, "invalid -,postal_code"),
            (422, LARAVEL, "invalid -,postal_code"),
            (422, CREATED, "unreadable Ambiguous"),
            // It says both.
            (
                200,
                r#"{"result":1,"data":{"msg":"Lead Created","lead":{"id":1}}}"#,
                "unreadable Ambiguous",
            ),
            (
                200,
                r#"{"result":"success","success":false,"data":{"msg":"lead updated"}}"#,
                "unreadable Ambiguous",
            ),
            (
                200,
                r#"{"result":"success","data":{"result":"error","msg":"Lead Created"}}"#,
                "unreadable Ambiguous",
            ),
            (
                200,
                r#"{"result":"success","error":true,"data":{"msg":"Lead Created","lead":{"id":1}}}"#,
                "accepted 1 partly_saved",
            ),
            (422, "", "refused Permanent"),
            (422, HTML, "refused Permanent"),
            (400, HTML, "refused Permanent"),
            (200, MESSAGE, "unreadable Ambiguous"),
            (200, "{}", "unreadable Ambiguous"),
            (200, "", "unreadable Ambiguous"),
            (200, "{\"result\":\"succ", "unreadable Ambiguous"),
            (200, "[]", "unreadable Ambiguous"),
            (200, HTML, "html_page Ambiguous"),
            (302, HTML, "wrong_address Account"),
            (401, MESSAGE, "unauthorized Account"),
            (403, HTML, "forbidden Account"),
            (404, HTML, "wrong_address Account"),
            (409, MESSAGE, "refused Permanent"),
            (413, HTML, "refused Permanent"),
            (429, HTML, "rate_limited Transient"),
            (500, MESSAGE, "server Ambiguous"),
            (500, CREATED, "server Ambiguous"),
            (503, HTML, "unavailable Transient"),
            (504, HTML, "server Ambiguous"),
        ];
        for (status, body, meaning) in same {
            assert_eq!(word(status, body, false), meaning, "{status} {body}");
            assert_eq!(word(status, body, true), meaning, "in doubt: {status} {body}");
        }
        for status in [200, 422] {
            assert_eq!(word(status, TAKEN, false), "invalid -");
            assert_eq!(word(status, TAKEN, true), "in_doubt Ambiguous");
        }
        // A message that names no member says as little of the first attempt under any status.
        for (status, body) in [(400, MESSAGE), (422, MESSAGE), (400, FAILED), (422, FAILED)] {
            assert_eq!(word(status, body, false), "invalid -", "{status} {body}");
            assert_eq!(word(status, body, true), "in_doubt Ambiguous", "{status} {body}");
        }
        let success = |more: &str| format!(r#"{{"result":"success",{more}}}"#);
        let within = [
            success(r#""success":false"#),
            success(r#""data":{"result":"failed"}"#),
            success(r#""data":{"success":false,"msg":"No"}"#),
        ];
        let bodies = [FAILED, BARE, r#"{"result":0}"#, r#"{"success":false}"#];
        for body in bodies.into_iter().chain(within.iter().map(String::as_str)) {
            assert_eq!(word(200, body, false), "unspecified -", "{body}");
            assert_eq!(word(200, body, true), "in_doubt Ambiguous", "{body}");
        }
    }

    #[test]
    fn every_user_that_was_sent_and_not_found_is_told() {
        let answer = Answer::read(NOBODY.as_bytes()).unwrap();
        let codes = |sent: &str| {
            let warnings = unassigned(answer.lead().unwrap(), sent.as_bytes());
            warnings.into_iter().map(|warning| warning.code).collect::<Vec<_>>()
        };
        assert_eq!(
            codes(r#"{"lead":{"creator":"a@b.example","assign_to_email":"a@b.example","setter_email":"a@b.example"}}"#),
            ["creator_not_found", "owner_not_found", "setter_not_found"]
        );
        assert!(codes(r#"{"lead":{}}"#).is_empty());
        assert!(codes("").is_empty());
    }

    #[test]
    fn an_account_works_if_it_shows_its_customers() {
        let probe = |status, body: &str| {
            customers(&HttpResponse::new(
                StatusCode::from_u16(status).unwrap(),
                body.to_owned(),
            ))
            .map_err(|error| error.disposition())
        };
        assert_eq!(probe(200, r#"{"dataCount":1,"data":[{"id":1}]}"#), Ok(Probe::Ready));
        assert_eq!(probe(200, r#"{"dataCount":0,"data":[]}"#), Ok(Probe::Ready));
        assert_eq!(probe(200, HTML), Err(Disposition::Transient));
        assert_eq!(probe(401, ""), Err(Disposition::Account));
        assert_eq!(probe(500, ""), Err(Disposition::Transient));
    }
}
