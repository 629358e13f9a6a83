//! Whether every answer of the vendor means what the architecture page says.

use std::fmt::Write as _;
use std::time::Duration;

use leadsink_core::{Disposition, Outcome, Repeat, Sent};

use super::matrix::{Body, Case, Fault, Matrix, RETRY_AFTER};
use super::{file, report};
use crate::Suite;
use crate::render::summary;
use crate::snapshot::assert_snapshot;

/// Proves that no answer makes the sink panic and that each has the disposition of the architecture page; keeps all of them
/// in the snapshot `status_matrix`.
///
/// # Panics
/// With every answer that is misread, or when the snapshot differs.
pub fn every_answer_has_a_disposition(suite: &Suite) {
    let mut report = report(suite, "an answer of the vendor is misread");
    let matrix = Matrix::of(suite, false);
    for case in &matrix.cases {
        if let Err((should, cure)) = judge(case, matrix.prepared.repeat) {
            let is = case.result.as_ref().map_or_else(|| "a panic".into(), summary);
            report.add(
                format!("{} should be {should} and is {is}", case.name),
                file::RESPONSE,
                cure,
            );
        }
    }
    report.finish();
    assert_snapshot(suite, "status_matrix", &table(&matrix));
}

const LAST_ARM: &str = "let the last arm be `Err(Error::from_status(response, prepared.repeat))`";
const QUESTION: &str = "in `answer`, let the last arm be `Err(Error::from_status(..).without_effect())`";
const BODY_FIRST: &str = "read the body before the status is trusted, and accept only what says that it is a success";

/// What a case should be, and how to get there, where it is something else.
fn judge(case: &Case, repeat: Repeat) -> Result<(), (&'static str, &'static str)> {
    use Disposition::{Account, Ambiguous, Transient};
    let Some(result) = &case.result else {
        return Err((
            "an outcome or an error",
            "never index, unwrap or slice what a vendor sent",
        ));
    };
    if case.created_before {
        return Ok(());
    }
    let disposition = result.as_ref().err().map(leadsink_core::Error::disposition);
    let must = |holds: bool, should, cure| if holds { Ok(()) } else { Err((should, cure)) };
    if !case.creating {
        must(
            disposition != Some(Ambiguous),
            "anything but ambiguous, since a question creates nothing",
            QUESTION,
        )?;
    }
    match case.fault {
        Fault::Answer(401 | 403, _) => must(disposition == Some(Account), "the fault of the account", LAST_ARM),
        Fault::Answer(429, _) => {
            let wait = result.as_ref().err().and_then(leadsink_core::Error::retry_after);
            let heeded = disposition == Some(Transient) && wait == Some(Duration::from_secs(RETRY_AFTER));
            must(heeded, "transient with the time of `Retry-After`", LAST_ARM)
        }
        Fault::Answer(500.., body) => {
            must(result.is_err(), "an error", LAST_ARM)?;
            let doubt = case.creating && body != Body::Object;
            match case.fault {
                _ if !doubt => Ok(()),
                Fault::Answer(503, _) if repeat == Repeat::Safe => must(
                    matches!(disposition, Some(Transient | Ambiguous)),
                    "transient",
                    LAST_ARM,
                ),
                _ => must(
                    disposition == Some(Ambiguous),
                    "ambiguous, since the vendor may have the lead",
                    LAST_ARM,
                ),
            }
        }
        Fault::Answer(200, Body::Object | Body::ErrorInside) => must(
            !case.creating || !delivered(result),
            "an error or a refusal",
            BODY_FIRST,
        ),
        Fault::Answer(200, _) if case.creating => must(
            disposition == Some(Ambiguous),
            "ambiguous, since the vendor may have the lead",
            BODY_FIRST,
        ),
        Fault::Answer(200, _) => Ok(()),
        Fault::Answer(..) => {
            let taken = matches!(result, Ok(Outcome::Accepted(_) | Outcome::Pending(_)));
            must(!taken, "an error or a refusal", "accept 2xx only")
        }
        Fault::Error(_, Sent::Maybe) if case.creating => must(
            disposition == Some(Ambiguous),
            "ambiguous, since the vendor may have the lead",
            "send it with `cx.send`",
        ),
        Fault::Error(..) => must(
            disposition == Some(Transient),
            "transient",
            "ask with `cx.ask`, send with `cx.send`",
        ),
    }
}

fn delivered(result: &leadsink_core::Result<Outcome>) -> bool {
    result.as_ref().is_ok_and(Outcome::is_delivered)
}

/// The matrix as a table for people: the bodies that mean the same stand in one line.
fn table(matrix: &Matrix) -> String {
    let mut out = String::new();
    for (exchange, (line, question)) in matrix.requests.iter().enumerate() {
        let kind = if *question { "question" } else { "request" };
        let _ = writeln!(out, "{kind} {}: {line}", exchange + 1);
        let mut rows: Vec<(String, Vec<&str>, String)> = Vec::new();
        for case in matrix.cases.iter().filter(|case| case.exchange == exchange) {
            let result = case.result.as_ref().map_or_else(|| "panic".into(), summary);
            match rows.last_mut() {
                Some((head, bodies, last)) if *head == case.fault.head() && *last == result => {
                    bodies.push(case.fault.body())
                }
                _ => rows.push((case.fault.head(), vec![case.fault.body()], result)),
            }
        }
        for (head, bodies, result) in rows {
            let _ = writeln!(
                out,
                "  {}: {result}",
                format!("{head} {}", bodies.join(", ")).trim_end()
            );
        }
    }
    out
}

/// Proves that after an attempt in doubt every error is ambiguous, and that no question settles the doubt by a refusal.
///
/// # Panics
/// With every answer that settles a doubt it cannot settle.
pub fn doubt_is_sticky(suite: &Suite) {
    let mut report = report(suite, "a doubt about an earlier attempt is forgotten");
    for case in Matrix::of(suite, true).cases {
        let Some(result) = &case.result else {
            report.add(
                format!("{} makes the sink panic", case.name),
                file::RESPONSE,
                "never unwrap what a vendor sent",
            );
            continue;
        };
        let settled = match result {
            Err(error) => error.disposition() != Disposition::Ambiguous,
            Ok(Outcome::Rejected(_)) => !case.creating,
            Ok(_) => false,
        };
        let wrong = format!("after an attempt in doubt, {} is {}", case.name, summary(result));
        let cure =
            "map errors with `Error::in_doubt` when `attempt.earlier_ambiguous`; core does it for an `HttpVendor`";
        report.expect(!settled, wrong, file::SINK, cure);
    }
    report.finish();
}
