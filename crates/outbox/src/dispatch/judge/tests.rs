//! Every disposition, first attempt and after one in doubt.

use http::StatusCode;
use leadsink_core::{HttpResponse, Sent, TransportError, TransportErrorKind};

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

const FIRST: Attempted = Attempted {
    attempt: Attempt::FIRST,
    first_failed_at: None,
    has_begun: true,
    repeat: Repeat::Safe,
    can_ask: false,
    hold: Duration::from_secs(7),
};

const ONCE: Attempted = Attempted {
    repeat: Repeat::NeverBlindly,
    ..FIRST
};

const IN_DOUBT: Attempted = Attempted {
    attempt: Attempt {
        n: 2,
        earlier_ambiguous: true,
    },
    ..FIRST
};

const LAST: Attempt = Attempt {
    n: 25,
    earlier_ambiguous: false,
};

fn status(status: u16) -> Error {
    Error::from_status(
        &HttpResponse::new(StatusCode::from_u16(status).unwrap(), ""),
        Repeat::NeverBlindly,
    )
}

fn lost(kind: TransportErrorKind, sent: Sent) -> Error {
    Error::unsent_or_unseen(TransportError::new(kind, sent, "lost"))
}

/// The ending in a word, with the seconds until it is due; the lane's share after a comma.
fn told(error: Error, of: Attempted) -> String {
    let error = if of.attempt.earlier_ambiguous {
        error.in_doubt()
    } else {
        error
    };
    let (ending, for_lane) = judge(&error, &of, RetryRules::default(), u64::MAX, at(1_000));
    in_words(&ending, &for_lane)
}

fn in_words(ending: &Ending, for_lane: &ForLane) -> String {
    let then = |then: &Then| match then {
        Then::Retry(due) => format!("{} s", (due.as_millisecond() - 1_000_000 + 1) / 1_000),
        Then::Stop => "stop".to_owned(),
    };
    let ending = match ending {
        Ending::Failed { then: next, .. } => format!("failed, {}", then(next)),
        Ending::Unknown { then: next, .. } => format!("unknown, {}", then(next)),
        Ending::Postponed { failure, then: next } => {
            let why = if failure.is_some() { "told" } else { "silent" };
            format!("postponed ({why}), {}", then(next))
        }
        other => format!("{other:?}"),
    };
    match for_lane {
        ForLane::Nothing => ending,
        ForLane::Defer(until) => format!("{ending}; lane waits {} s", until.as_second() - 1_000),
        ForLane::Hold(_) => format!("{ending}; lane held"),
    }
}

#[test]
fn every_disposition_has_its_row() {
    use TransportErrorKind::{Connect, Deadline, Stopped, Timeout};
    let asking = Attempted { can_ask: true, ..ONCE };
    let waited = Attempted {
        has_begun: false,
        ..FIRST
    };
    let html = || {
        let page = HttpResponse::new(StatusCode::OK, "<html>");
        Error::from_status(&page, Repeat::Safe)
    };
    let unfinished = || Error::new(ErrorKind::Unfinished, Disposition::Ambiguous, "a step broke");
    let ledger = [
        (lost(Connect, Sent::Nothing), ONCE, "failed, 10 s"),
        (lost(Timeout, Sent::Maybe), FIRST, "unknown, 10 s"),
        (lost(Timeout, Sent::Maybe), ONCE, "unknown, stop"),
        (lost(Timeout, Sent::Maybe), asking, "unknown, 65 s"),
        (status(500), asking, "unknown, 65 s"),
        (status(429), ONCE, "postponed (told), 7 s; lane waits 7 s"),
        (status(401), ONCE, "postponed (told), 0 s; lane held"),
        (status(404), FIRST, "postponed (told), 0 s; lane held"),
        (status(422), FIRST, "failed, stop"),
        (html(), ONCE, "unknown, stop; lane held"),
        // The vendor has it and came to grief over it: not even what is safe to repeat is sent again.
        (unfinished(), FIRST, "unknown, stop"),
        (unfinished(), asking, "unknown, 65 s"),
        (lost(Stopped, Sent::Nothing), waited, "postponed (silent), 0 s"),
        (lost(Deadline, Sent::Nothing), waited, "postponed (silent), 1 s"),
        // After an attempt in doubt.
        (status(422), IN_DOUBT, "unknown, 20 s"),
        (status(401), IN_DOUBT, "postponed (told), 0 s; lane held"),
        (status(429), IN_DOUBT, "postponed (told), 7 s; lane waits 7 s"),
        (lost(Connect, Sent::Nothing), IN_DOUBT, "failed, 20 s"),
        (html(), IN_DOUBT, "unknown, 20 s; lane held"),
    ];
    for (error, of, expected) in ledger {
        let name = format!("{error:?} {of:?}");
        assert_eq!(told(error, of), expected, "{name}");
    }
}

#[test]
fn the_last_attempt_is_the_last() {
    use TransportErrorKind::{Connect, Timeout};
    let last = Attempted { attempt: LAST, ..FIRST };
    assert_eq!(told(lost(Connect, Sent::Nothing), last), "failed, stop");
    assert_eq!(told(lost(Timeout, Sent::Maybe), last), "unknown, stop");
    // Before a person is asked, the vendor is.
    let asking = Attempted {
        attempt: LAST,
        can_ask: true,
        ..ONCE
    };
    assert_eq!(told(lost(Timeout, Sent::Maybe), asking), "unknown, 65 s");
    assert_eq!(told(status(429), last), "postponed (told), 7 s; lane waits 7 s");
}

#[test]
fn a_vendor_out_of_service_that_says_for_how_long_is_left_alone() {
    let mut response = HttpResponse::new(StatusCode::SERVICE_UNAVAILABLE, "");
    response.headers.insert(http::header::RETRY_AFTER, 600.into());
    let error = Error::from_status(&response, Repeat::Safe);
    assert_eq!(told(error, FIRST), "failed, 600 s; lane waits 600 s");
}

#[test]
fn a_question_that_fails_has_its_row_too() {
    use TransportErrorKind::{Connect, Deadline, Stopped, Timeout};
    let asked = |kind, sent| Error::unanswered(TransportError::new(kind, sent, "lost"));
    let html = HttpResponse::new(StatusCode::OK, "<html>");
    let ledger = [
        (asked(Stopped, Sent::Nothing), "silent, 0 s", "silent, 0 s"),
        (asked(Deadline, Sent::Nothing), "silent, 1 s", "silent, 1 s"),
        (asked(Connect, Sent::Nothing), "told, 90 s", "told, 90 s"),
        (asked(Timeout, Sent::Maybe), "told, 90 s", "told, 90 s"),
        (status(500).without_effect(), "told, 90 s", "told, 90 s"),
        (status(429), "told, 7 s; lane waits 7 s", "told, 7 s; lane waits 7 s"),
        (status(401), "told, 0 s; lane held", "told, 0 s; lane held"),
        (
            Error::from_status(&html, Repeat::Safe).without_effect(),
            "told, 0 s; lane held",
            "told, 0 s; lane held",
        ),
        // The vendor is there and does not tell.
        (status(422), "told, 90 s", "told, stop"),
        (Error::still_in_doubt("a bug"), "told, 90 s", "told, stop"),
    ];
    for (error, young, old) in ledger {
        for (is_too_old, expected) in [(false, young), (true, old)] {
            let question = Question {
                wait: Duration::from_secs(90),
                hold: Duration::from_secs(7),
                sign: Sign::of::<()>(&Err(error.clone())),
                is_too_old,
            };
            let (ending, for_lane) = judge_question(&error, &question, at(1_000));
            let told = in_words(&ending, &for_lane);
            assert_eq!(told.replace("postponed (", "").replace(")", ""), expected, "{error:?}");
        }
    }
}
