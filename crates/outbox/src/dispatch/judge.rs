//! What an attempt without an outcome means for its delivery and for the lane: pure, one row a case.

use std::time::Duration;

use leadsink_core::{Attempt, Disposition, Error, ErrorKind, Repeat, Timestamp, may_repeat};

use leadsink_layers::Sign;

use super::detail::failure;
use super::retry::{Failed, RetryRules};
use crate::attempt::{Ending, Then};
use crate::time::later;

/// So long after an attempt in doubt the vendor is asked about it: what it took may not be visible at once. Sinks call a minute
/// enough, by the vendor's clock, which is told in whole seconds and may be a little behind.
pub(super) const SETTLED: Duration = Duration::from_secs(65);

/// An attempt that failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempted {
    pub(super) attempt: Attempt,
    pub(super) first_failed_at: Option<Timestamp>,
    /// Whether it began: one that only waited for its turn did not.
    pub(super) has_begun: bool,
    pub(super) repeat: Repeat,
    /// Whether the vendor can be asked what became of it.
    pub(super) can_ask: bool,
    /// For how long a 429 holds the lane.
    pub(super) hold: Duration,
}

/// What it means for all deliveries of the lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ForLane {
    Nothing,
    /// The vendor asked to wait.
    Defer(Timestamp),
    /// The account is at fault.
    Hold(String),
}

/// The kinds of errors, as far as they are told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    NotBegun,
    TooMany,
    Account,
    Refused,
    /// It failed, and nothing happened at the vendor.
    Harmless,
    /// The vendor may have acted on it.
    Unseen,
}

/// After an attempt in doubt every error is ambiguous; what this attempt did by itself is told by its kind.
fn cause(error: &Error, has_begun: bool, earlier_ambiguous: bool) -> Cause {
    use ErrorKind::{Connect, Forbidden, Insecure, Stopped, Unauthorized, WrongAddress};
    match (error.kind(), error.disposition()) {
        _ if !has_begun => Cause::NotBegun,
        // It is this side that stopped, however many questions were asked before.
        (Stopped, Disposition::Transient) => Cause::NotBegun,
        (Stopped, _) if earlier_ambiguous => Cause::NotBegun,
        (ErrorKind::RateLimited, _) => Cause::TooMany,
        (_, Disposition::Account) => Cause::Account,
        (_, Disposition::Permanent) => Cause::Refused,
        (_, Disposition::Transient) => Cause::Harmless,
        (Forbidden | Insecure | Unauthorized | WrongAddress, _) if earlier_ambiguous => Cause::Account,
        (Connect, _) if earlier_ambiguous => Cause::Harmless,
        (_, Disposition::Ambiguous) => Cause::Unseen,
    }
}

/// What becomes of a delivery whose attempt failed.
pub(super) fn judge(
    error: &Error,
    of: &Attempted,
    rules: RetryRules,
    random: u64,
    now: Timestamp,
) -> (Ending, ForLane) {
    let asked = error.retry_after();
    let failed = Failed {
        attempts: of.attempt.n,
        first_at: of.first_failed_at,
        asked,
    };
    let failure = failure(error);
    let ending = match cause(error, of.has_begun, of.attempt.earlier_ambiguous) {
        Cause::NotBegun => Ending::Postponed {
            failure: None,
            then: Then::Retry(later(now, not_begun(error))),
        },
        Cause::TooMany => {
            let until = later(now, of.hold);
            let ending = Ending::Postponed {
                failure: Some(failure),
                then: Then::Retry(until),
            };
            return (ending, ForLane::Defer(until));
        }
        Cause::Account => Ending::Postponed {
            failure: Some(failure),
            then: Then::Retry(now),
        },
        Cause::Refused => Ending::Failed {
            failure,
            then: Then::Stop,
        },
        Cause::Harmless => Ending::Failed {
            failure,
            then: rules.then(failed, random, now),
        },
        Cause::Unseen => {
            let then = match of.repeat {
                repeat if may_repeat(error, repeat) => rules.then(failed, random, now),
                Repeat::NeverBlindly if of.can_ask => Then::Retry(later(now, SETTLED)),
                _ => Then::Stop,
            };
            Ending::Unknown { failure, then }
        }
    };
    (ending, for_lane(error, of.has_begun, now))
}

fn for_lane(error: &Error, has_begun: bool, now: Timestamp) -> ForLane {
    let asked = error.retry_after().filter(|asked| !asked.is_zero());
    if has_begun && error.stops_sink() {
        ForLane::Hold(error.to_string())
    } else if let (ErrorKind::Unavailable, Some(asked)) = (error.kind(), asked) {
        ForLane::Defer(later(now, asked))
    } else {
        ForLane::Nothing
    }
}

/// A question to the vendor about an attempt in doubt that failed itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// How long to wait before the next one.
    pub(super) wait: Duration,
    /// For how long a 429 holds the lane.
    pub(super) hold: Duration,
    /// What the error tells about the vendor.
    pub(super) sign: Sign,
    /// Whether a vendor that does not tell is asked no more.
    pub(super) is_too_old: bool,
}

/// What becomes of a delivery in doubt about which the vendor was asked without an answer. It is left to a person only where the
/// vendor is there and does not tell: one that cannot be reached for hours can be asked once it is back.
pub(super) fn judge_question(error: &Error, of: &Question, now: Timestamp) -> (Ending, ForLane) {
    // A question that finds no turn says so by its kind.
    let has_begun = !matches!(error.kind(), ErrorKind::Deadline | ErrorKind::Stopped);
    let cause = cause(error, has_begun, false);
    let is_told = cause == Cause::Refused || of.sign == Sign::Up;
    let again = |wait| Then::Retry(later(now, wait));
    let then = match cause {
        Cause::NotBegun => again(not_begun(error)),
        Cause::TooMany => again(of.hold),
        _ if error.stops_sink() => again(Duration::ZERO),
        _ if is_told && of.is_too_old => Then::Stop,
        _ => again(of.wait),
    };
    let for_lane = match cause {
        Cause::TooMany => ForLane::Defer(later(now, of.hold)),
        _ => for_lane(error, has_begun, now),
    };
    let failure = has_begun.then(|| failure(error));
    (Ending::Postponed { failure, then }, for_lane)
}

/// How long a delivery that found no turn waits: none where the run ends.
fn not_begun(error: &Error) -> Duration {
    match error.kind() {
        ErrorKind::Stopped => Duration::ZERO,
        _ => Duration::from_secs(1),
    }
}

#[cfg(test)]
mod tests;
