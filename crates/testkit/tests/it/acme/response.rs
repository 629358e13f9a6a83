//! How Acme's answers are read.

use leadsink_core::{
    Attempt, Before, Disposition, Error, ErrorKind, HttpResponse, Outcome, Prepared, Reason, Receipt, Rejection,
    RejectionClass, Repeat, Result,
};
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Body {
    ok: bool,
    id: Option<u64>,
    reason: Option<String>,
}

pub(super) fn interpret(fault: u8, response: &HttpResponse, prepared: &Prepared, attempt: Attempt) -> Result<Outcome> {
    if fault == PANICS {
        assert!(!response.body.is_empty(), "an answer has a body");
    }
    if fault == EMPTY_IS_SUCCESS && response.status == 200 && response.body.is_empty() {
        return Ok(Outcome::Accepted(Receipt::new()));
    }
    if fault == UNAUTHORIZED_IS_PERMANENT && response.status == 401 {
        return Err(Error::new(ErrorKind::Unauthorized, Disposition::Permanent, "no"));
    }
    if fault == PERSON_IN_ERROR && response.status == 422 {
        let text = String::from_utf8_lossy(&response.body).into_owned();
        return Err(Error::new(ErrorKind::Refused, Disposition::Permanent, text));
    }
    match (response.status.as_u16(), serde_json::from_slice::<Body>(&response.body)) {
        (
            200,
            Ok(Body {
                ok: true, id: Some(id), ..
            }),
        ) => Ok(Outcome::Accepted(Receipt::new().with_vendor_ref(id.to_string()))),
        (200 | 422, Ok(Body { ok: false, .. })) if attempt.earlier_ambiguous => {
            Err(Error::still_in_doubt("the vendor refuses the lead now").with_response(response))
        }
        (200 | 422, Ok(Body { ok: false, reason, .. })) => {
            let reason = Reason::new("refused", reason.unwrap_or_default()).at(Field::Phone1);
            Ok(Outcome::Rejected(Rejection::new(RejectionClass::Invalid, vec![reason])))
        }
        _ => Err(Error::from_status(response, prepared.repeat)),
    }
}

pub(super) fn answer(fault: u8, response: &HttpResponse) -> Result<Before> {
    match (response.status.as_u16(), serde_json::from_slice::<Body>(&response.body)) {
        (200, Ok(Body { ok: true, .. })) => Ok(Before::GoOn),
        (200, Ok(Body { ok: false, .. })) => {
            let reason = Reason::new("screened", "");
            Ok(Before::Stop(Outcome::Rejected(Rejection::new(
                RejectionClass::Screened,
                vec![reason],
            ))))
        }
        _ => {
            let error = Error::from_status(response, Repeat::NeverBlindly);
            Err(if fault == QUESTION_IN_DOUBT {
                error
            } else {
                error.without_effect()
            })
        }
    }
}
