//! No lead is delivered twice: every sequence of answers that a vendor can give, three attempts deep.

use std::sync::Arc;

use leadsink_core::{Disposition, Purpose, Repeat, Sent, TransportErrorKind};
use leadsink_layers::Stack;

use crate::vendor::{Acme, Say, Seen, Vendor, deliver};

/// Answers to the request that creates something.
const CREATION: [Say; 16] = [
    Say::Accepted,
    Say::Rejected,
    Say::Gibberish,
    Say::Page,
    Say::Status(400),
    Say::Status(401),
    Say::Status(408),
    Say::Status(429),
    Say::Later(429, 41),
    Say::Status(500),
    Say::Status(503),
    Say::Later(503, 5),
    Say::Lost(TransportErrorKind::Connect, Sent::Nothing),
    Say::Lost(TransportErrorKind::Timeout, Sent::Nothing),
    Say::Lost(TransportErrorKind::Timeout, Sent::Maybe),
    Say::Lost(TransportErrorKind::Interrupted, Sent::Maybe),
];

/// Answers to the question before it, other than to go on.
const QUESTION: [Say; 6] = [
    Say::Rejected,
    Say::Gibberish,
    Say::Status(401),
    Say::Status(429),
    Say::Status(503),
    Say::Lost(TransportErrorKind::Timeout, Sent::Maybe),
];

const ATTEMPTS: u32 = 3;

/// Every script for so many attempts, each with the answers of one attempt after the other.
fn scripts(attempts: u32, asks: bool) -> Vec<Vec<Say>> {
    let mut one: Vec<Vec<Say>> = Vec::new();
    if asks {
        one.extend(QUESTION.map(|say| vec![say]));
        one.extend(CREATION.map(|say| vec![Say::Accepted, say]));
    } else {
        one.extend(CREATION.map(|say| vec![say]));
    }
    (0..attempts).fold(vec![Vec::new()], |scripts, _| {
        let longer = |script: Vec<Say>| one.iter().map(move |next| [&script[..], next].concat());
        scripts.into_iter().flat_map(longer).collect()
    })
}

/// Whether a creation followed one that the vendor may have acted on.
fn may_be_twice(seen: &[Seen]) -> bool {
    let creations = seen.iter().filter(|seen| seen.purpose == Purpose::Creation);
    let acted = creations.clone().position(|seen| seen.said.may_have_acted());
    acted.is_some_and(|index| index + 1 < creations.count())
}

async fn check(repeat: Repeat, asks: bool) {
    // One more attempt's worth of answers than may be used.
    for script in scripts(ATTEMPTS, asks) {
        let vendor = Arc::new(Vendor::saying(script.clone()));
        let sink = Arc::new(Acme { repeat, asks });
        let stack = Stack::new().with_attempts(ATTEMPTS).with_seed(1);
        let (result, attempts) = deliver(&stack.build(sink, vendor.clone()), "1").await;
        let seen = vendor.seen();
        let creations = seen.iter().filter(|seen| seen.purpose == Purpose::Creation);
        assert!(attempts <= ATTEMPTS, "{script:?}");
        assert!(creations.clone().count() <= attempts as usize, "{script:?}");
        if repeat == Repeat::NeverBlindly {
            assert!(!may_be_twice(&seen), "{script:?}");
        }
        // Nobody is told that nothing happened, or that all is lost, where the vendor may have the lead.
        let doubt = creations.clone().any(|seen| seen.said.may_have_acted());
        if let Err(error) = &result {
            let told = error.disposition() == Disposition::Ambiguous;
            // A 503 says to a vendor that deduplicates that nothing happened.
            let settled = repeat == Repeat::Safe && creations.clone().all(|seen| is_unavailable(seen.said));
            assert!(told == doubt || settled, "{script:?}: {error:?}");
        }
    }
}

fn is_unavailable(say: Say) -> bool {
    matches!(say, Say::Status(503) | Say::Later(503, _)) || !say.may_have_acted()
}

#[tokio::test(start_paused = true)]
async fn what_may_have_had_an_effect_is_never_followed_by_another_creation() {
    check(Repeat::NeverBlindly, false).await;
    check(Repeat::NeverBlindly, true).await;
}

#[tokio::test(start_paused = true)]
async fn where_repeating_is_safe_attempts_end_and_doubt_is_told() {
    check(Repeat::Safe, false).await;
    check(Repeat::Safe, true).await;
}
