//! What NTherm's answers mean. The body is read before the status is trusted.

use leadsink_core::{
    Attempt, Before, Error, Field, HttpResponse, Outcome, Prepared, Reason, Receipt, Rejection, RejectionClass, Repeat,
    Result,
};

use crate::answer::{Answer, text_of};
use crate::config::NthermConfig;
use crate::reasons::Sent;

/// "DNC, Duplicate, Litigator, etc." all come as one 422 with one text (<https://docs.ntherm.com/errors>).
const NOT_TOLD_APART: &str = "(NTherm does not tell do-not-call, duplicate and litigator apart)";

/// The most that is kept of a refusal that cannot be read.
const RAW_TEXT_BYTES: usize = 1024;

/// Reads the answer to `postLead`.
pub(crate) fn post_lead(
    response: &HttpResponse,
    prepared: &Prepared,
    attempt: Attempt,
    config: &NthermConfig,
) -> Result<Outcome> {
    let answer = Answer::read(&response.body).unwrap_or_default();
    let readable = answer.is_readable();
    let sent = || Sent::new(&prepared.request.body, config.campaign.as_deref());
    match (response.status.as_u16(), answer.success()) {
        (200..=299, Some(true)) => Ok(Outcome::Pending(receipt(answer.into_texts()))),
        (200..=299, Some(false)) if attempt.earlier_ambiguous => Err(refused_in_doubt(response)),
        (200..=299, Some(false)) => Ok(Outcome::Rejected(refusal(answer.into_texts(), &sent()))),
        (400 | 422, Some(true)) => Err(Error::contradiction(response)),
        (422, None) if response.is_html() => Err(Error::from_status(response, prepared.repeat)),
        (422, _) if attempt.earlier_ambiguous => Err(refused_in_doubt(response)),
        (422, _) => Ok(Outcome::Rejected(phone_refused(answer.into_texts()))),
        // The same bytes were as malformed the first time, so this settles a doubt, unless somebody else said it.
        (400, _) if readable || !attempt.earlier_ambiguous => match invalid(answer.into_texts(), response, &sent()) {
            Some(rejection) => Ok(Outcome::Rejected(rejection)),
            None => Err(Error::from_status(response, prepared.repeat)),
        },
        _ => Err(Error::from_status(response, prepared.repeat)),
    }
}

/// Reads the answer to `prePing`, which creates nothing.
pub(crate) fn pre_ping(response: &HttpResponse, body: &[u8], config: &NthermConfig) -> Result<Before> {
    let answer = Answer::read(&response.body).unwrap_or_default();
    let stop = |rejection| Ok(Before::Stop(Outcome::Rejected(rejection)));
    match (response.status.as_u16(), answer.can_post()) {
        (200..=299, Some(true)) => Ok(Before::GoOn),
        (400 | 422, Some(true)) => Err(Error::contradiction(response).without_effect()),
        (422, None) if response.is_html() => Err(Error::from_status(response, Repeat::Safe).without_effect()),
        (200..=299, Some(false)) | (422, _) => stop(phone_refused(answer.into_texts())),
        (400, _) => {
            let sent = Sent::new(body, config.campaign.as_deref());
            match invalid(answer.into_texts(), response, &sent) {
                Some(rejection) => stop(rejection),
                None => Err(Error::from_status(response, Repeat::Safe).without_effect()),
            }
        }
        _ => Err(Error::from_status(response, Repeat::Safe).without_effect()),
    }
}

/// NTherm gives no id of the lead, only a text.
pub(crate) fn receipt(texts: Vec<String>) -> Receipt {
    if texts.is_empty() {
        Receipt::new()
    } else {
        Receipt::new().with_message(texts.join("; "))
    }
}

/// The phone is not wanted, or known already. All of it is about the phone, whatever the text says.
fn phone_refused(mut texts: Vec<String>) -> Rejection {
    if texts.is_empty() {
        texts.push("NTherm refused the phone without a readable reason".to_owned());
    }
    let reason = |text| Reason::new("phone_refused", format!("{text} {NOT_TOLD_APART}")).at(Field::Phone1);
    Rejection::new(RejectionClass::Screened, texts.into_iter().map(reason).collect())
}

/// The request is malformed: a reason for each entry, the raw text where there are none, nothing for a blank answer or a
/// page that is not NTherm's.
fn invalid(mut texts: Vec<String>, response: &HttpResponse, sent: &Sent) -> Option<Rejection> {
    if texts.is_empty() {
        let raw = text_of(&response.body);
        let raw = raw.trim();
        if raw.is_empty() || response.is_html() {
            return None;
        }
        texts.push(raw[..raw.floor_char_boundary(RAW_TEXT_BYTES)].to_owned());
    }
    Some(Rejection::new(
        RejectionClass::Invalid,
        sent.reasons("invalid_value", texts),
    ))
}

/// A refusal whose status does not say of what kind it is.
fn refusal(texts: Vec<String>, sent: &Sent) -> Rejection {
    Rejection::new(RejectionClass::Unspecified, sent.reasons("refused", texts))
}

fn refused_in_doubt(response: &HttpResponse) -> Error {
    Error::still_in_doubt(
        "NTherm refuses the lead now, perhaps because an earlier attempt arrived: it does not tell a duplicate from \
         do-not-call; ask NTherm whether it has the lead",
    )
    .with_response(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use leadsink_core::{Draft, Result};

    const YES: &str = r#"{"success_bit": true, "message": "Lead submitted successfully."}"#;
    const PHONE: &str =
        r#"{"success_bit": false, "message": [{"error": "Phone number can not be sent to postLead at this time."}]}"#;
    const DOUBLED: &str =
        "{\n\"success_bit\": false,\n,\"message\":[{\"error\":\"Invalid Characters: 7271234567x\"}]\n}";
    const THREE: &str = r#"{"success_bit": false,
"message":[{"error":"Invalid State Code (2 characters): C"},{"error":"Certificate URL exceeds 500 characters, or not a valid URL ://example.com/certificate.pdf"},{"error":"Invalid Mailing State Code: CA3"}]}"#;
    const HTML: &str = "<!DOCTYPE html><title>Log in</title>";
    const CAN: &str = r#"{"can_post_phone_bit": true, "message": "Phone number can be sent to postLead."}"#;
    const CANNOT: &str = r#"{"can_post_phone_bit": false, "message": [{"error": "Phone number can not be sent to postLead at this time."}]}"#;

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_owned())
    }

    fn config() -> NthermConfig {
        NthermConfig::new("partner", "s3cret").with_campaign("OHIO")
    }

    /// One word for what came out: the outcome with class and fields, or the error with its disposition.
    fn word(result: Result<Outcome>) -> String {
        match result {
            Ok(Outcome::Rejected(rejection)) => {
                let field = |reason: &Reason| reason.field.as_ref().map_or("-".into(), ToString::to_string);
                let fields: Vec<_> = rejection.reasons.iter().map(field).collect();
                format!("{} {}", rejection.class.as_str(), fields.join(","))
            }
            Ok(outcome) => outcome.as_str().to_owned(),
            Err(error) => format!("{} {:?}", error.kind().as_str(), error.disposition()),
        }
    }

    fn posted(status: u16, body: &str, earlier_ambiguous: bool) -> String {
        let url = "https://api.ntherm.com/v1/postLead".parse().unwrap();
        let sent = r#"{"phone_number":"7271234567","vendor_campaign_name":"OHIO"}"#;
        let prepared = Prepared::new(Draft::post_json(url, sent), Repeat::NeverBlindly);
        let attempt = Attempt {
            n: 1,
            earlier_ambiguous,
        };
        word(post_lead(&response(status, body), &prepared, attempt, &config()))
    }

    #[test]
    fn every_answer_to_post_lead_has_its_meaning() {
        // Status, body, what it means, what it means after an attempt in doubt.
        let table = [
            (200, YES, "pending", "pending"),
            (201, YES, "pending", "pending"),
            (200, PHONE, "unspecified phone_1", "in_doubt Ambiguous"),
            (200, DOUBLED, "unspecified phone_1", "in_doubt Ambiguous"),
            (200, HTML, "html_page Ambiguous", "html_page Ambiguous"),
            (200, "", "unreadable Ambiguous", "unreadable Ambiguous"),
            (
                200,
                "{\"success_bit\":tr",
                "unreadable Ambiguous",
                "unreadable Ambiguous",
            ),
            (
                200,
                "{\"message\":\"ok\"}",
                "unreadable Ambiguous",
                "unreadable Ambiguous",
            ),
            (200, CAN, "unreadable Ambiguous", "unreadable Ambiguous"),
            (422, PHONE, "screened phone_1", "in_doubt Ambiguous"),
            (422, "", "screened phone_1", "in_doubt Ambiguous"),
            (422, HTML, "refused Permanent", "refused Permanent"),
            (422, YES, "unreadable Ambiguous", "unreadable Ambiguous"),
            (400, DOUBLED, "invalid phone_1", "invalid phone_1"),
            (
                400,
                THREE,
                "invalid state,certificate_url,mailing_state",
                "invalid state,certificate_url,mailing_state",
            ),
            (400, "Bad Request", "invalid -", "refused Permanent"),
            (400, "", "refused Permanent", "refused Permanent"),
            (400, HTML, "refused Permanent", "refused Permanent"),
            (400, YES, "unreadable Ambiguous", "unreadable Ambiguous"),
            (401, "", "unauthorized Account", "unauthorized Account"),
            (403, PHONE, "forbidden Account", "forbidden Account"),
            (404, HTML, "wrong_address Account", "wrong_address Account"),
            (409, "{}", "refused Permanent", "refused Permanent"),
            (429, "", "rate_limited Transient", "rate_limited Transient"),
            (500, YES, "server Ambiguous", "server Ambiguous"),
            (502, HTML, "server Ambiguous", "server Ambiguous"),
            (503, "", "unavailable Ambiguous", "unavailable Ambiguous"),
            (504, "", "server Ambiguous", "server Ambiguous"),
        ];
        for (status, body, first, in_doubt) in table {
            assert_eq!(posted(status, body, false), first, "{status} {body}");
            assert_eq!(posted(status, body, true), in_doubt, "{status} {body}");
        }
    }

    #[test]
    fn every_answer_to_pre_ping_has_its_meaning() {
        let table = [
            (200, CAN, "go on"),
            (200, YES, "go on"),
            (200, CANNOT, "screened phone_1"),
            (422, CANNOT, "screened phone_1"),
            (422, "", "screened phone_1"),
            (422, HTML, "refused Permanent"),
            (422, CAN, "unreadable Transient"),
            (400, DOUBLED, "invalid phone_1"),
            (400, "", "refused Permanent"),
            (200, HTML, "html_page Transient"),
            (401, "", "unauthorized Account"),
            (429, "", "rate_limited Transient"),
            (500, "", "server Transient"),
            (503, "", "unavailable Transient"),
        ];
        for (status, body, meaning) in table {
            let asked = r#"{"phone_number":"7271234567"}"#;
            let word = match pre_ping(&response(status, body), asked.as_bytes(), &config()) {
                Ok(Before::GoOn) => "go on".to_owned(),
                Ok(Before::Stop(outcome)) => word(Ok(outcome)),
                Err(error) => word(Err(error)),
            };
            assert_eq!(word, meaning, "{status} {body}");
        }
    }

    #[test]
    fn a_refused_phone_says_what_is_not_known() {
        let rejection = phone_refused(vec!["Phone number can not be sent to postLead at this time.".into()]);
        assert_eq!(
            rejection.reasons[0].text,
            "Phone number can not be sent to postLead at this time. (NTherm does not tell do-not-call, duplicate and litigator apart)"
        );
    }

    #[test]
    fn a_long_refusal_that_cannot_be_read_is_cut_between_characters() {
        let body = "ä".repeat(2000);
        let response = response(400, &body);
        let rejection = invalid(Vec::new(), &response, &Sent::new(b"", None)).unwrap();
        assert_eq!(rejection.reasons[0].text.len(), RAW_TEXT_BYTES);
    }

    #[test]
    fn the_message_of_an_acceptance_is_kept() {
        let answer = Answer::read(YES.as_bytes()).unwrap();
        assert_eq!(
            receipt(answer.into_texts()).message.as_deref(),
            Some("Lead submitted successfully.")
        );
    }
}
