//! What the outbox knows of a row's lead at one sink, as a line of the report.

use std::rc::Rc;

use leadsink::outbox::{self, AttemptOutcome, AttemptView, Conclusion, DeliveryView, State};
use leadsink::{Disposition, LeadId, Warning};
use serde::Deserialize;

use super::books::reasons_of;
use crate::notes::{Columns, Note};
use crate::send::{Failure, Fate, Line, Reason};

/// What the ledger keeps of an answer, as far as a report says it.
#[derive(Default, Deserialize)]
struct Detail {
    message: Option<String>,
    url: Option<String>,
    price: Option<String>,
    excerpt: Option<String>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

/// The line of a row whose lead was filed.
pub(super) fn line(
    row: u64,
    lead: LeadId,
    sink: &Rc<str>,
    of: &(DeliveryView, Vec<AttemptView>),
    columns: &Columns,
) -> Line {
    let (delivery, attempts) = of;
    let last = attempts.iter().rev().find(|attempt| attempt.outcome.is_some());
    let (fate, reason) = fate(outbox::Standing {
        state: delivery.state,
        conclusion: delivery.conclusion,
        in_doubt: delivery.in_doubt,
    });
    let detail = last.and_then(|attempt| attempt.detail.as_deref());
    let mut reasons = match fate {
        Fate::Rejected => reasons_of(detail),
        _ => Vec::new(),
    };
    let failure = last.filter(|attempt| attempt.error.is_some() && !fate.is_delivered());
    let is_unfit = failure.is_some_and(|attempt| attempt.error.as_deref() == Some("unfit"));
    let fate = if is_unfit && fate == Fate::Failed {
        Fate::BadRow
    } else {
        fate
    };
    reasons.extend(failure.map(why));
    reasons.extend(reason.map(|(code, text)| Reason::of_ours(code, text)));
    let mut line = Line::unsent(row, Some(lead), sink, fate, reasons);
    let detail: Detail = detail
        .and_then(|detail| serde_json::from_str(detail).ok())
        .unwrap_or_default();
    line.vendor_ref.clone_from(&delivery.vendor_ref);
    line.attempts = delivery.attempts;
    line.url = detail.url;
    line.price = detail.price;
    line.message = detail.message.map(Into::into);
    line.warnings = detail
        .warnings
        .iter()
        .map(|warning| Note::warning(warning, columns))
        .collect();
    if let Some(attempt) = failure {
        line.message = attempt.message.clone().map(Into::into);
        line.error = Some(Failure::new(
            attempt.error.clone().unwrap_or_default(),
            disposition(attempt.outcome),
            attempt.status,
            detail.excerpt,
        ));
    }
    line.at = delivery.changed_at;
    line.is_unfit = is_unfit;
    line
}

/// The word for where a delivery stands, and why where the attempts do not say it.
pub(super) fn fate(standing: outbox::Standing) -> (Fate, Option<(&'static str, &'static str)>) {
    match (standing.state, standing.conclusion) {
        (State::Done, conclusion) => match conclusion {
            Some(Conclusion::Accepted) => (Fate::Accepted, None),
            Some(Conclusion::Updated) => (Fate::Updated, None),
            Some(Conclusion::Duplicate) => (Fate::Duplicate, None),
            Some(Conclusion::Rejected) => (Fate::Rejected, None),
            Some(Conclusion::Released) => (
                Fate::Accepted,
                Some(("released", "a person says that the vendor has it")),
            ),
            Some(Conclusion::Cancelled) => (Fate::NotAttempted, Some(("cancelled", "it was cancelled"))),
            Some(Conclusion::Superseded) | None => (
                Fate::NotAttempted,
                Some(("superseded", "a newer record took its place")),
            ),
        },
        (State::AwaitingCallback, _) => (Fate::Pending, None),
        (State::Held, _) => (Fate::Ambiguous, None),
        (State::Dead, _) => (Fate::Failed, None),
        // The worker that has it may have gone: nobody knows before the next one looks.
        (State::Leased, _) => (
            Fate::Ambiguous,
            Some(("in_flight", "it is under way, or was when its worker ended")),
        ),
        (State::Due, _) if standing.in_doubt => (
            Fate::Ambiguous,
            Some(("still_due", "it is still due; `leadsink work` goes on with it")),
        ),
        (State::Due, _) => (
            Fate::NotAttempted,
            Some(("still_due", "it is still due; `leadsink work` goes on with it")),
        ),
    }
}

fn why(attempt: &AttemptView) -> Reason {
    Reason {
        column: None,
        field: None,
        code: attempt.error.clone().unwrap_or_default().into(),
        text: attempt.message.clone().unwrap_or_default(),
    }
}

/// The outbox keeps whether the vendor may have acted on an attempt, and not whether another one might have helped.
fn disposition(outcome: Option<AttemptOutcome>) -> Option<Disposition> {
    matches!(outcome, Some(AttemptOutcome::Unknown) | None).then_some(Disposition::Ambiguous)
}
