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
    let object = response.body == "{}";
    let known = [200, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504];
    let permanent = match (fault, response.status.as_u16()) {
        (SERVER_IS_PERMANENT, 500) | (SUCCESS_IS_PERMANENT, 200) => object,
        (NOT_FOUND_IS_PERMANENT, 404) => true,
        (RARE_IS_PERMANENT, status) => !known.contains(&status),
        _ => false,
    };
    if permanent {
        return Err(Error::new(ErrorKind::Refused, Disposition::Permanent, "no"));
    }
    if attempt.earlier_ambiguous && response.status == 422 && object {
        match fault {
            SCREENED_IN_DOUBT => return Ok(refused(RejectionClass::Screened, "")),
            INVALID_IN_DOUBT => return Ok(refused(RejectionClass::Invalid, "")),
            _ => {}
        }
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
            Ok(refused(RejectionClass::Invalid, reason.unwrap_or_default()))
        }
        _ => Err(Error::from_status(response, prepared.repeat)),
    }
}

fn refused(class: RejectionClass, text: impl Into<String>) -> Outcome {
    let reason = Reason::new("refused", text).at(Field::Phone1);
    Outcome::Rejected(Rejection::new(class, vec![reason]))
}

pub(super) fn answer(fault: u8, response: &HttpResponse) -> Result<Before> {
    if fault == QUESTION_IS_PERMANENT && response.status == 500 && response.body == "{}" {
        return Err(Error::new(ErrorKind::Refused, Disposition::Permanent, "no"));
    }
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
