//! Whether every request goes out as the context and the descriptor say: what it is for, how long it may take.

use std::time::{Duration, Instant};

use leadsink_core::{CountsFor, Outcome, Purpose};

use super::carrier::{Carrier, unreachable_vendor};
use super::matrix::is_of;
use super::{file, report};
use crate::report::Report;
use crate::{Seen, Suite};

/// A time-out that no descriptor has.
const ODD: Duration = Duration::from_millis(12_345);

/// Proves that questions are asked and what creates is sent, and that each request carries the time-out of the descriptor,
/// or the context's where one is set, and the deadline of the context, and counts for no quota that the descriptor does not
/// have.
///
/// # Panics
/// With every request that does not.
pub fn requests_carry_purpose_and_limits(suite: &Suite) {
    let mut report = report(suite, "a request does not say what it is for or how long it may take");
    for carrier in Carrier::all(suite, false) {
        let (result, seen) = carrier.play(suite, &carrier.answers(), unreachable_vendor());
        purpose(&mut report, &carrier, &seen);
        quotas(&mut report, suite, &seen);
        let created = seen.iter().any(|seen| seen.purpose == Purpose::Creation);
        let new = matches!(
            result,
            Some(Ok(Outcome::Accepted(_) | Outcome::Pending(_) | Outcome::Updated(_)))
        );
        let wrong = format!("`{}` delivers the lead by questions alone", carrier.scenario.name);
        report.expect(created || !new, wrong, file::SINK, "send what creates with `cx.send`");

        let declared = suite.descriptor().timeout;
        let cure = "make the request with `cx.timeout.unwrap_or(descriptor.timeout)`";
        for seen in &seen {
            let wrong = format!(
                "`{}` may take {:?}, and the descriptor says {declared:?}",
                seen.line(),
                seen.timeout
            );
            report.expect(seen.timeout == declared, wrong, file::SINK, cure);
        }
        let deadline = Instant::now() + Duration::from_secs(3600);
        let (_, seen) = carrier.play_with(suite, &carrier.answers(), unreachable_vendor(), |cx| {
            let mut cx = cx.with_timeout(ODD);
            cx.deadline = Some(deadline);
            cx
        });
        for seen in &seen {
            let wrong = format!(
                "`{}` may take {:?}, and the context says {ODD:?}",
                seen.line(),
                seen.timeout
            );
            report.expect(seen.timeout == ODD, wrong, file::SINK, cure);
            let wrong = format!("`{}` does not carry the deadline of the context", seen.line());
            let cure = "make the request with `cx.deadline`";
            report.expect(seen.deadline == Some(deadline), wrong, file::SINK, cure);
        }
    }
    report.finish();
}

/// A request that was prepared to create is sent, a question that was prepared is asked.
fn purpose(report: &mut Report, carrier: &Carrier, seen: &[Seen]) {
    for seen in seen {
        let creates = is_of(&carrier.prepared.request, seen);
        let asks = carrier.prepared.before.iter().any(|step| is_of(&step.draft, seen));
        match (creates, asks, seen.purpose) {
            (true, false, Purpose::Question) => report.add(
                format!("`{}` creates something and is asked as a question", seen.line()),
                file::SINK,
                "send it with `cx.send`",
            ),
            (false, true, Purpose::Creation) => report.add(
                format!("`{}` is a question and is sent as if it created something", seen.line()),
                file::SINK,
                "ask it with `cx.ask`",
            ),
            _ => {}
        }
    }
}

/// A limit of a class that nobody publishes would be kept for nothing.
fn quotas(report: &mut Report, suite: &Suite, seen: &[Seen]) {
    for seen in seen {
        let CountsFor::Class(class) = seen.counts_for else {
            continue;
        };
        let known = suite.descriptor().quotas.iter().any(|quota| quota.class == class);
        let wrong = format!(
            "`{}` counts for the quota `{class}`, which is not published",
            seen.line()
        );
        let cure = format!("add the quota `{class}`, or use `CountsFor::NoClass`");
        report.expect(known, wrong, file::DESCRIPTOR, cure);
    }
}
