//! What an answer of the vendor may mean, by the table of the architecture page.
//!
//! Strict where a wrong meaning loses a lead or delivers it twice; the rest is left to the snapshot and its reader.

use std::time::Duration;

use leadsink_core::{Disposition, Error, Outcome, Rejection, RejectionClass, Repeat, Sent};

use super::fault::{Body, Fault, RETRY_AFTER};
use super::file;
use super::matrix::Case;

/// The file of the vendor crate to open, and what to do there.
pub(super) type Cure = (&'static str, &'static str);

const LAST_ARM: Cure = (
    file::RESPONSE,
    "let the last arm be `Err(Error::from_status(response, prepared.repeat))`",
);
const QUESTION: Cure = (
    file::RESPONSE,
    "for `answer`, let the last arm be `Err(Error::from_status(..).without_effect())`",
);
const BODY_FIRST: Cure = (
    file::RESPONSE,
    "read the body before the status is trusted, and accept only what says that it is a success",
);
const SUCCESS: Cure = (file::RESPONSE, "accept 2xx only");
const PANIC: Cure = (file::RESPONSE, "never index, unwrap or slice what a vendor sent");
const REFUSED: Cure = (
    file::RESPONSE,
    "return `Error::still_in_doubt` when `attempt.earlier_ambiguous`",
);
const SENT_AS: Cure = (file::SINK, "ask with `cx.ask`, send with `cx.send`");
const CREATED: Cure = (
    file::SINK,
    "map errors with `Error::in_doubt` once a request has created something",
);
const SETTLE: Cure = (
    file::SINK,
    "end with `cx.settle(result)`; core does it for an `HttpVendor`",
);

const ACCOUNT: &str = "the fault of the account";
const IN_DOUBT: &str = "ambiguous, since the vendor may have the lead";
const NO_SUCCESS: &str = "an error or a refusal";

/// What a case should be and how to get there, where it is something else.
type Verdict = Result<(), (&'static str, Cure)>;

/// How a case ended, reduced to what the rules look at.
struct End {
    disposition: Option<Disposition>,
    wait: Option<Duration>,
    /// The vendor has the lead by this.
    delivered: bool,
    /// The vendor did not have it before.
    new: bool,
    refused: bool,
}

impl End {
    fn of(result: &leadsink_core::Result<Outcome>) -> Self {
        let (outcome, error) = (result.as_ref().ok(), result.as_ref().err());
        Self {
            disposition: error.map(Error::disposition),
            wait: error.and_then(Error::retry_after),
            delivered: outcome.is_some_and(Outcome::is_delivered),
            new: outcome.is_some_and(|outcome| outcome.is_delivered() && !matches!(outcome, Outcome::Duplicate(_))),
            refused: matches!(outcome, Some(Outcome::Rejected(_))),
        }
    }

    fn is(&self, disposition: Disposition) -> bool {
        self.disposition == Some(disposition)
    }
}

const fn must(holds: bool, should: &'static str, cure: Cure) -> Verdict {
    if holds { Ok(()) } else { Err((should, cure)) }
}

/// Judges an answer to a first attempt.
pub(super) fn judge(case: &Case, repeat: Repeat) -> Verdict {
    let Some(result) = &case.result else {
        return Err(("an outcome or an error", PANIC));
    };
    let end = End::of(result);
    if case.created_before {
        after_creation(case, &end)
    } else if case.creating {
        creation(case, &end, repeat)
    } else {
        question(case, &end)
    }
}

/// The fault met the request that creates something.
fn creation(case: &Case, end: &End, repeat: Repeat) -> Verdict {
    use Disposition::{Account, Ambiguous, Transient};
    // What says that it is an error may be an explicit refusal; nothing else in the matrix is an outcome.
    let refused = |body| body == Body::ErrorInside && end.refused;
    match case.fault {
        Fault::Answer(300..=399 | 401..=403, _) => must(end.is(Account), ACCOUNT, LAST_ARM),
        Fault::Answer(404, _) if case.own_address => must(end.is(Account), ACCOUNT, LAST_ARM),
        Fault::Answer(408, _) => must(
            end.is(Transient) || end.is(Ambiguous),
            "transient or ambiguous",
            LAST_ARM,
        ),
        Fault::Answer(429, _) => limited(end),
        Fault::Answer(503, _) if repeat == Repeat::Safe && end.is(Transient) => Ok(()),
        Fault::Answer(500.., body) => must(end.is(Ambiguous) || refused(body), IN_DOUBT, LAST_ARM),
        // Some vendors say no more than this where others send a receipt.
        Fault::Answer(202 | 204, Body::Empty | Body::Object) if end.delivered => Ok(()),
        Fault::Answer(200..=299, body) => must(end.is(Ambiguous) || refused(body), IN_DOUBT, BODY_FIRST),
        Fault::Answer(..) => must(!end.new, NO_SUCCESS, SUCCESS),
        Fault::Error(_, Sent::Maybe) => must(end.is(Ambiguous), IN_DOUBT, SENT_AS),
        Fault::Error(_, Sent::Nothing) => must(end.is(Transient), "transient", SENT_AS),
    }
}

/// The fault met a question, and the sink sent nothing else.
fn question(case: &Case, end: &End) -> Verdict {
    use Disposition::{Account, Ambiguous, Permanent, Transient};
    let should = "anything but ambiguous, since a question creates nothing";
    must(!end.is(Ambiguous), should, QUESTION)?;
    match case.fault {
        Fault::Answer(300..=399 | 401..=403, _) => must(end.is(Account), ACCOUNT, QUESTION),
        Fault::Answer(404, _) if case.own_address => must(end.is(Account), ACCOUNT, QUESTION),
        Fault::Answer(408, _) => must(end.is(Transient), "transient", QUESTION),
        Fault::Answer(429, _) => limited(end),
        Fault::Answer(500.., body) => {
            let refused = body == Body::ErrorInside && end.refused;
            must(end.is(Transient) || refused, "transient", QUESTION)
        }
        Fault::Answer(200..=299, body) => {
            let refused = end.refused && !matches!(body, Body::Object | Body::ErrorInside);
            let verdict = end.is(Permanent) || end.delivered || refused;
            must(!verdict, "no verdict on the lead", BODY_FIRST)
        }
        Fault::Answer(..) => must(!end.new, NO_SUCCESS, SUCCESS),
        Fault::Error(..) => must(end.is(Transient), "transient", SENT_AS),
    }
}

/// The fault came after a request had created something. What that means is the vendor's affair, but for this: the lead is
/// never given up as if the vendor had nothing of it.
fn after_creation(case: &Case, end: &End) -> Verdict {
    let should = "anything but permanent, since an earlier request created something";
    must(!end.is(Disposition::Permanent), should, CREATED)?;
    let unclear = match case.fault {
        Fault::Answer(200..=299 | 500.., body) => {
            let refused = end.refused && body != Body::ErrorInside;
            must(!refused, "no refusal, since the answer says nothing", BODY_FIRST)?;
            body != Body::ErrorInside || !end.refused
        }
        Fault::Answer(..) => false,
        Fault::Error(_, sent) => {
            must(!end.refused, "no refusal, since there is no answer", SENT_AS)?;
            sent == Sent::Maybe
        }
    };
    let held = end.is(Disposition::Ambiguous) || end.delivered;
    must(!(unclear && case.creating) || held, IN_DOUBT, CREATED)
}

fn limited(end: &End) -> Verdict {
    let heeded = end.is(Disposition::Transient) && end.wait == Some(Duration::from_secs(RETRY_AFTER));
    must(heeded, "transient with the time of `Retry-After`", LAST_ARM)
}

/// Judges an answer after an attempt in doubt.
pub(super) fn judge_in_doubt(case: &Case, repeat: Repeat) -> Verdict {
    use RejectionClass::{Screened, Unspecified};
    match &case.result {
        Some(Err(error)) => must(error.disposition() == Disposition::Ambiguous, "ambiguous", SETTLE),
        Some(Ok(Outcome::Rejected(_))) if !case.creating && !case.created_before => {
            must(false, "still in doubt: a question does not settle it", REFUSED)
        }
        Some(Ok(Outcome::Rejected(Rejection {
            class: Screened | Unspecified,
            ..
        }))) => {
            let should = "still in doubt: what the vendor minds may be the earlier attempt";
            must(false, should, REFUSED)
        }
        _ => judge(case, repeat),
    }
}
