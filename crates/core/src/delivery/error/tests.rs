//! What each answer and failure means.

use super::*;

fn of(status: u16, repeat: Repeat) -> Error {
    Error::from_status(
        &HttpResponse::new(StatusCode::from_u16(status).unwrap(), "Jane"),
        repeat,
    )
}

#[test]
fn every_status_has_its_disposition() {
    use Disposition::{Account, Ambiguous, Permanent, Transient};
    let table = [
        (200, Ambiguous),
        (302, Account),
        (400, Permanent),
        (401, Account),
        (402, Account),
        (403, Account),
        (404, Account),
        (408, Transient),
        (409, Permanent),
        (422, Permanent),
        (429, Transient),
        (500, Ambiguous),
        (502, Ambiguous),
        (503, Ambiguous),
        (504, Ambiguous),
    ];
    for (status, disposition) in table {
        assert_eq!(of(status, Repeat::NeverBlindly).disposition(), disposition, "{status}");
    }
    assert_eq!(of(503, Repeat::Safe).disposition(), Transient);
    assert_eq!(of(504, Repeat::NeverBlindly).without_effect().disposition(), Transient);
    assert_eq!(of(401, Repeat::NeverBlindly).in_doubt().disposition(), Ambiguous);
}

#[test]
fn what_may_be_repeated_depends_on_disposition_and_request() {
    assert!(may_repeat(&of(429, Repeat::NeverBlindly), Repeat::NeverBlindly));
    assert!(may_repeat(&of(504, Repeat::Safe), Repeat::Safe));
    assert!(!may_repeat(&of(504, Repeat::NeverBlindly), Repeat::NeverBlindly));
    assert!(!may_repeat(&of(401, Repeat::Safe), Repeat::Safe));
}

#[test]
fn what_the_vendor_recorded_and_did_not_finish_is_never_repeated() {
    let error = Error::new(ErrorKind::Unfinished, Disposition::Ambiguous, "a step broke");
    assert!(!may_repeat(&error, Repeat::Safe));
    // Of a question nothing was recorded.
    assert!(may_repeat(&error.without_effect(), Repeat::NeverBlindly));
}

#[test]
fn display_is_one_line_and_debug_holds_no_body() {
    let error = of(422, Repeat::Safe);
    assert_eq!(error.to_string(), "the vendor refused the request (422)");
    assert!(!format!("{error:?}").contains("Jane"));
    assert_eq!(error.excerpt(), Some("Jane"));
}

#[test]
fn an_excerpt_has_at_most_1_kib_whatever_the_bytes() {
    let body = vec![0xE4; 2000];
    let error = Error::from_status(&HttpResponse::new(StatusCode::OK, body), Repeat::Safe);
    assert!(error.excerpt().is_some_and(|excerpt| excerpt.len() <= EXCERPT_BYTES));
}

#[test]
fn the_same_silence_is_transient_for_a_question_and_ambiguous_for_a_creation() {
    let silence = || {
        TransportError::new(
            TransportErrorKind::Timeout,
            Sent::Maybe,
            "no answer came within the time-out",
        )
    };
    assert_eq!(Error::unanswered(silence()).disposition(), Disposition::Transient);
    let error = Error::unsent_or_unseen(silence());
    assert_eq!(error.disposition(), Disposition::Ambiguous);
    assert_eq!(
        error.to_string(),
        "no answer came within the time-out; the vendor may have the lead"
    );
}

#[test]
fn a_fault_of_the_account_stops_the_sink_even_in_doubt() {
    assert!(of(401, Repeat::Safe).in_doubt().stops_sink());
    assert!(!of(500, Repeat::Safe).stops_sink() && !of(422, Repeat::Safe).stops_sink());
}

#[test]
fn a_status_and_a_body_that_disagree_settle_nothing() {
    let mut response = HttpResponse::new(StatusCode::UNPROCESSABLE_ENTITY, "Jane was saved");
    response.headers.insert("retry-after", "41".parse().unwrap());
    let error = Error::contradiction(&response);
    assert_eq!(
        (error.kind(), error.disposition(), error.status()),
        (
            ErrorKind::Unreadable,
            Disposition::Ambiguous,
            Some(StatusCode::UNPROCESSABLE_ENTITY)
        )
    );
    assert_eq!(error.to_string(), "the vendor answered 422 and its body says success");
    assert_eq!(error.excerpt(), Some("Jane was saved"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(41)));
    assert_eq!(error.without_effect().disposition(), Disposition::Transient);
}

#[test]
fn retry_after_is_read_as_seconds_and_as_date() {
    let mut response = HttpResponse::new(StatusCode::TOO_MANY_REQUESTS, "");
    response.headers.insert("retry-after", "41".parse().unwrap());
    assert_eq!(
        Error::from_status(&response, Repeat::Safe).retry_after(),
        Some(Duration::from_secs(41))
    );
    response
        .headers
        .insert("date", "Sat, 21 Nov 2026 10:00:00 GMT".parse().unwrap());
    response
        .headers
        .insert("retry-after", "Sat, 21 Nov 2026 10:01:00 GMT".parse().unwrap());
    assert_eq!(
        Error::from_status(&response, Repeat::Safe).retry_after(),
        Some(Duration::from_secs(60))
    );
}
