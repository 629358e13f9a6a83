//! What LeadConduit's answers mean. 201 says nothing: the outcome in the body decides.

use leadsink_core::{
    Attempt, Disposition, Error, ErrorKind, HttpResponse, Outcome, Reason, Receipt, Rejection, RejectionClass, Repeat,
    Result, Warning,
};

use crate::answer::{Answer, Verdict};
use crate::reasons::{Kind, is_constant};

/// Reads the answer to a submission.
pub(crate) fn submission(response: &HttpResponse, attempt: Attempt) -> Result<Outcome> {
    let answer = Answer::read(&response.body);
    match (response.status.as_u16(), answer) {
        (200..=299, Some(answer)) => match answer.verdict {
            Verdict::Success => Ok(Outcome::Accepted(receipt(&answer))),
            Verdict::Failure => refused(&answer, response, attempt),
            Verdict::Error => Err(broken(response)),
        },
        (303, _) => Err(redirected(response)),
        (300..=499, Some(answer)) if answer.verdict == Verdict::Success => Err(Error::contradiction(response)),
        (300..=499, Some(_)) => Err(recorded(response)),
        _ => Err(by_status(response)),
    }
}

/// Classifies an answer by its status, in words of LeadConduit where those of core would mislead. 503 proves nothing of a
/// flow, even where it may be repeated.
pub(crate) fn by_status(response: &HttpResponse) -> Error {
    let account = |kind, message: &'static str| Error::new(kind, Disposition::Account, message).with_response(response);
    match response.status.as_u16() {
        401 => account(
            ErrorKind::Unauthorized,
            "the source demands authentication (401); check `source_api_key` in the config",
        ),
        403 => account(
            ErrorKind::Forbidden,
            "LeadConduit does not let this source submit (403); check `source_api_key` and the source",
        ),
        404 => account(
            ErrorKind::WrongAddress,
            "LeadConduit knows no such flow or source (404); check `url`, or `flow_id` and `source_id`",
        ),
        _ => Error::from_status(response, Repeat::NeverBlindly),
    }
}

/// 303 stands in place of the answer to a submission that was handled. It is ambiguous for its lead, and the kind stops the
/// sink, since no lead after it would get an answer.
fn redirected(response: &HttpResponse) -> Error {
    let message = "LeadConduit sends the client elsewhere in place of an answer (303), as it does for a `redir_url`, and may have the lead; check the source";
    Error::new(ErrorKind::WrongAddress, Disposition::Ambiguous, message).with_response(response)
}

/// A status that says that nothing happened, over an outcome: only a lead that was recorded has one.
fn recorded(response: &HttpResponse) -> Error {
    let status = response.status.as_u16();
    let message = format!(
        "LeadConduit answered {status}, and by the body of that answer it recorded the lead; look for it there"
    );
    Error::new(ErrorKind::Unreadable, Disposition::Ambiguous, message).with_response(response)
}

fn receipt(answer: &Answer) -> Receipt {
    let mut receipt = Receipt::new();
    if let Some(id) = &answer.lead_id {
        receipt = receipt.with_vendor_ref(id);
    }
    if let Some(price) = answer.price {
        receipt = receipt.with_price(price);
    }
    if !answer.reasons.is_empty() {
        receipt = receipt.with_message(answer.reasons.join("; "));
    }
    receipt
}

/// A rule or a buyer refused the lead. After an attempt in doubt most refusals may be due to that attempt: it may have used
/// up the cap, or won the bid.
fn refused(answer: &Answer, response: &HttpResponse, attempt: Attempt) -> Result<Outcome> {
    let kinds: Vec<_> = answer.reasons.iter().map(|text| Kind::of(text)).collect();
    if kinds.contains(&Kind::Duplicate) {
        let mut receipt = receipt(answer);
        if attempt.earlier_ambiguous {
            let text = "the lead that it repeats may be the earlier attempt of this delivery";
            receipt = receipt.with_warning(Warning::new("earlier_attempt", text));
        }
        return Ok(Outcome::Duplicate(receipt));
    }
    if attempt.earlier_ambiguous && !answer.reasons.iter().any(|text| is_constant(text)) {
        let message =
            "LeadConduit refuses the lead now, and may have taken it at an earlier attempt; look for it there";
        return Err(Error::still_in_doubt(message).with_response(response));
    }
    // A rule says more than a text that nobody knows.
    let class = match kinds.iter().find(|kind| kind.class() == RejectionClass::Rule) {
        Some(kind) => kind.class(),
        None => RejectionClass::Unspecified,
    };
    let mut reasons: Vec<_> = kinds
        .iter()
        .zip(&answer.reasons)
        .map(|(kind, text)| kind.reason(text))
        .collect();
    if reasons.is_empty() {
        let text = "LeadConduit refused the lead and gave no reason";
        reasons.push(Reason::new(Kind::Other.code(), text));
    }
    Ok(Outcome::Rejected(Rejection::new(class, reasons)))
}

/// A step of the flow broke: what the steps before it delivered stays delivered. A repetition would be refused as a duplicate
/// of this very lead and look as if it had arrived, so there is none.
pub(crate) fn broken(response: &HttpResponse) -> Error {
    let message = "LeadConduit recorded the lead and a step of the flow broke (outcome `error`); look for it there";
    Error::new(ErrorKind::Unfinished, Disposition::Ambiguous, message).with_response(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use leadsink_core::may_repeat;
    use leadsink_core::value::Decimal;

    const SUCCESS: &str = r#"{"outcome":"success","lead":{"id":"58c6f0b1a2b3c4d5e6f70819"},"price":12.5}"#;

    fn answered(status: u16, body: &str, attempt: Attempt) -> Result<Outcome> {
        let response = HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_owned());
        submission(&response, attempt)
    }

    fn first(status: u16, body: &str) -> Result<Outcome> {
        answered(status, body, Attempt::FIRST)
    }

    fn in_doubt(body: &str) -> Result<Outcome> {
        let attempt = Attempt {
            n: 2,
            earlier_ambiguous: true,
        };
        answered(201, body, attempt)
    }

    fn failure(reason: &str) -> String {
        format!(r#"{{"outcome":"failure","reason":"{reason}","lead":{{"id":"58c6f0b1a2b3c4d5e6f70819"}},"price":0}}"#)
    }

    #[test]
    fn a_success_has_id_and_price() {
        for status in [200, 201] {
            let Ok(Outcome::Accepted(receipt)) = first(status, SUCCESS) else {
                unreachable!("it is accepted");
            };
            assert_eq!(receipt.vendor_ref.as_deref(), Some("58c6f0b1a2b3c4d5e6f70819"));
            assert_eq!(receipt.price, Some(Decimal::new(125, 1)));
        }
    }

    #[test]
    fn a_failure_is_a_duplicate_or_a_refusal_of_its_kind() {
        let table = [
            ("duplicate", "duplicate", ""),
            ("Duplicate", "duplicate", ""),
            ("Cap reached", "rejected", "rule cap_reached"),
            (
                "Submission Timestamp must be within hours of operation",
                "rejected",
                "rule out_of_hours",
            ),
            ("no bid", "rejected", "rule no_bid"),
            ("lead.state must not be equal to FL", "rejected", "rule rule"),
            ("bad data", "rejected", "unspecified refused"),
        ];
        for (text, word, told) in table {
            let outcome = first(201, &failure(text)).unwrap();
            assert_eq!(outcome.as_str(), word, "{text}");
            if let Outcome::Rejected(rejection) = outcome {
                let reason = &rejection.reasons[0];
                assert_eq!(format!("{} {}", rejection.class.as_str(), reason.code), told, "{text}");
                assert_eq!(reason.text, text);
            }
        }
    }

    #[test]
    fn a_failure_without_a_reason_is_a_refusal_all_the_same() {
        let outcome = first(201, r#"{"outcome":"failure"}"#).unwrap();
        let Outcome::Rejected(rejection) = outcome else {
            unreachable!("it is refused");
        };
        assert_eq!(rejection.class, RejectionClass::Unspecified);
        assert_eq!(rejection.reasons.len(), 1);
    }

    #[test]
    fn what_is_no_outcome_has_its_disposition() {
        use Disposition::{Account, Ambiguous, Permanent, Transient};
        let table = [
            (201, r#"{"outcome":"error","reason":"timeout"}"#, Ambiguous),
            (201, "", Ambiguous),
            (201, r#"{"outcome":"queued"}"#, Ambiguous),
            (201, "<result><outcome>success</outcome></result>", Ambiguous),
            (302, "", Account),
            (302, SUCCESS, Ambiguous),
            (303, "", Ambiguous),
            (303, SUCCESS, Ambiguous),
            (400, "Invalid redir_url", Permanent),
            (400, SUCCESS, Ambiguous),
            (302, r#"{"outcome":"error","lead":{"id":"1"}}"#, Ambiguous),
            (400, r#"{"outcome":"failure","reason":"bad data"}"#, Ambiguous),
            (400, r#"{"outcome":"queued"}"#, Permanent),
            (404, r#"{"outcome":"error","lead":{"id":"1"}}"#, Ambiguous),
            (401, "Unauthorized source", Account),
            (403, "", Account),
            (404, "", Account),
            (405, "The PUT method is not allowed", Account),
            (406, "MIME type in Content-Type header is not supported", Permanent),
            (408, "", Transient),
            (408, SUCCESS, Ambiguous),
            (415, "Content-Type header is required", Permanent),
            (425, "", Transient),
            (429, "", Transient),
            (500, "", Ambiguous),
            (502, "", Ambiguous),
            (503, "", Ambiguous),
            (504, "", Ambiguous),
        ];
        for (status, body, disposition) in table {
            let error = first(status, body).unwrap_err();
            assert_eq!(error.disposition(), disposition, "{status} {body}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        }
    }

    #[test]
    fn a_redirect_leaves_its_lead_in_doubt_and_stops_the_sink() {
        let error = first(303, "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongAddress);
        assert!(error.stops_sink());
    }

    #[test]
    fn a_broken_flow_is_not_asked_again_even_where_it_refuses_duplicates() {
        let error = first(201, r#"{"outcome":"error"}"#).unwrap_err();
        assert!(!may_repeat(&error, Repeat::Safe));
        let silence = first(503, "").unwrap_err();
        assert!(may_repeat(&silence, Repeat::Safe) && !may_repeat(&silence, Repeat::NeverBlindly));
    }

    #[test]
    fn only_a_comparison_with_a_value_settles_a_doubt_as_a_refusal() {
        assert!(matches!(
            in_doubt(&failure("lead.state must not be equal to FL")),
            Ok(Outcome::Rejected(_))
        ));
        for reason in [
            "Cap reached",
            "no bid",
            "bad data",
            "lead.email must be unique",
            "lead.source_timestamp must be within the last 5 minutes",
            "",
        ] {
            let error = in_doubt(&failure(reason)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InDoubt, "{reason}");
        }
        let Ok(Outcome::Duplicate(receipt)) = in_doubt(&failure("duplicate")) else {
            unreachable!("it is a duplicate");
        };
        assert_eq!(receipt.warnings[0].code, "earlier_attempt");
    }
}
