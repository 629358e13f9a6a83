//! Which attempts are repeated, when, and what is told in the end.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{
    DeliverContext, Disposition, Error, ErrorKind, Outcome, Repeat, Sent, StubSink, Transport, TransportErrorKind,
};
use leadsink_layers::{Backoff, Limiter, Stack, Stacked};

use crate::vendor::{MINUTE, SECOND, Say, Vendor, deliver, deliver_as, prepared, sink};

/// No waits between attempts, so that the vendor's own show.
fn stack() -> Stack {
    Stack::new()
        .with_backoff(Backoff::new(Duration::ZERO, Duration::ZERO))
        .with_seed(1)
}

fn over(stack: &Stack, repeat: Repeat, script: impl IntoIterator<Item = Say>) -> (Stacked, Arc<Vendor>) {
    let vendor = Arc::new(Vendor::saying(script));
    (stack.build(sink(repeat), vendor.clone()), vendor)
}

/// How often a vendor is asked that says this once and then yes; where repeating is safe, and where it is not.
#[tokio::test(start_paused = true)]
async fn only_what_cannot_deliver_twice_is_repeated() {
    use TransportErrorKind::{Connect, Interrupted, Request, Timeout, TooLarge};
    for (say, safe, never) in [
        (Say::Accepted, 1, 1),
        (Say::Rejected, 1, 1),
        (Say::Lost(Connect, Sent::Nothing), 2, 2),
        (Say::Lost(Timeout, Sent::Nothing), 2, 2),
        (Say::Lost(Timeout, Sent::Maybe), 2, 1),
        (Say::Lost(Interrupted, Sent::Maybe), 2, 1),
        (Say::Lost(TooLarge, Sent::Maybe), 2, 1),
        (Say::Lost(Request, Sent::Nothing), 1, 1),
        (Say::Status(429), 2, 2),
        (Say::Status(408), 2, 2),
        (Say::Status(503), 2, 1),
        (Say::Status(500), 2, 1),
        (Say::Status(502), 2, 1),
        (Say::Gibberish, 2, 1),
        (Say::Page, 1, 1),
        (Say::Status(302), 1, 1),
        (Say::Status(400), 1, 1),
        (Say::Status(401), 1, 1),
        (Say::Status(403), 1, 1),
        (Say::Status(404), 1, 1),
        (Say::Status(422), 1, 1),
    ] {
        for (repeat, expected) in [(Repeat::Safe, safe), (Repeat::NeverBlindly, never)] {
            let (stacked, vendor) = over(&stack(), repeat, [say]);
            let (_, attempts) = deliver(&stacked, "1").await;
            assert_eq!(
                (vendor.seen().len(), attempts),
                (expected, expected as u32),
                "{say:?}, {repeat:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_come_to_an_end_and_the_last_error_is_told() {
    for (stack, expected) in [
        (stack(), 3),
        (stack().with_attempts(5), 5),
        (stack().with_attempts(0), 1),
    ] {
        let vendor = Arc::new(Vendor::saying([Say::Status(500); 4]).then_always(Say::Status(502)));
        let stacked = stack.build(sink(Repeat::Safe), vendor.clone());
        let (result, attempts) = deliver(&stacked, "1").await;
        assert_eq!((vendor.seen().len(), attempts), (expected, expected as u32));
        let status = if expected == 5 { 502 } else { 500 };
        assert_eq!(result.unwrap_err().status().unwrap(), status);
    }
}

#[tokio::test(start_paused = true)]
async fn waits_grow_are_spread_and_follow_from_the_seed() {
    let times = async |seed| {
        let stack = Stack::new().with_seed(seed).with_attempts(9);
        let (stacked, vendor) = over(&stack, Repeat::Safe, [Say::Status(500); 8]);
        deliver(&stacked, "1").await.0.unwrap();
        vendor.times()
    };
    let first = times(1).await;
    let waits: Vec<_> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let longest = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    assert!(
        waits.iter().zip(longest).all(|(wait, most)| *wait <= most + 1),
        "{waits:?}"
    );
    assert!(waits.iter().any(|wait| *wait > 4_000), "{waits:?}");
    assert_eq!(times(1).await, first);
    assert_ne!(times(2).await, first);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_once() {
    // With the limiter of the stack, which holds the whole sink; and with none in front of the transport.
    for (status, held) in [(429, true), (429, false), (503, true), (503, false)] {
        let (stacked, vendor) = over(&Stack::new(), Repeat::Safe, [Say::Later(status, 41)]);
        let transport: Arc<dyn Transport> = if held { stacked.transport } else { vendor.clone() };
        let cx = DeliverContext::new(transport);
        stacked.sink.deliver(&prepared(&stacked.sink, "1"), &cx).await.unwrap();
        assert_eq!(vendor.times(), [0, 41_000], "{status}, {held}");
    }
}

#[tokio::test(start_paused = true)]
async fn doubt_stays_until_something_settles_it() {
    let lost = Say::Lost(TransportErrorKind::Timeout, Sent::Maybe);
    // A refusal after doubt may be the answer to the first attempt itself, so it is asked again.
    for (second, kind, requests) in [
        (Say::Status(401), ErrorKind::Unauthorized, 2),
        (Say::Status(422), ErrorKind::Refused, 3),
        (Say::Status(429), ErrorKind::RateLimited, 3),
        (
            Say::Lost(TransportErrorKind::Deadline, Sent::Nothing),
            ErrorKind::Deadline,
            2,
        ),
    ] {
        let (stacked, vendor) = over(&stack(), Repeat::Safe, [lost, second, second]);
        let error = deliver(&stacked, "1").await.0.unwrap_err();
        assert_eq!(
            (error.kind(), error.disposition()),
            (kind, Disposition::Ambiguous),
            "{second:?}"
        );
        assert_eq!(vendor.seen().len(), requests, "{second:?}");
    }
    // An attempt that began in doubt: even what is transient by itself is not repeated.
    let (stacked, vendor) = over(&stack(), Repeat::NeverBlindly, [Say::Status(429)]);
    let (result, attempts) = deliver_as(&stacked, "1", 4, true).await;
    assert_eq!(
        (result.unwrap_err().disposition(), attempts),
        (Disposition::Ambiguous, 4)
    );
    assert_eq!(vendor.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn doubt_stays_also_with_a_sink_that_does_not_keep_it() {
    let lost = Error::new(ErrorKind::Timeout, Disposition::Ambiguous, "no answer");
    let refused = Error::new(ErrorKind::Refused, Disposition::Permanent, "no");
    let stub = Arc::new(StubSink::new().answering([Err(lost), Err(refused.clone()), Err(refused)]));
    let stacked = stack().build(stub, Arc::new(Vendor::saying([])));
    let error = deliver(&stacked, "1").await.0.unwrap_err();
    assert_eq!(
        (error.kind(), error.disposition()),
        (ErrorKind::Refused, Disposition::Ambiguous)
    );
}

#[tokio::test(start_paused = true)]
async fn an_outcome_after_doubt_is_final() {
    let lost = Say::Lost(TransportErrorKind::Timeout, Sent::Maybe);
    let (stacked, vendor) = over(&stack(), Repeat::Safe, [lost, Say::Rejected]);
    let (result, attempts) = deliver(&stacked, "1").await;
    assert!(matches!(result, Ok(Outcome::Rejected(_))));
    assert_eq!((attempts, vendor.seen().len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn attempts_are_counted_from_the_first_of_this_call() {
    let (stacked, vendor) = over(&stack(), Repeat::Safe, [Say::Status(500); 9]);
    let (result, attempts) = deliver_as(&stacked, "1", 5, false).await;
    assert!(result.is_err());
    assert_eq!((attempts, vendor.seen().len()), (7, 3));
}

#[tokio::test(start_paused = true)]
async fn no_attempt_starts_past_the_deadline() {
    // The second attempt would start after 41 s.
    for (total, requests) in [(42 * SECOND, 2), (41 * SECOND, 1), (10 * SECOND, 1)] {
        let (stacked, vendor) = over(&stack().with_deadline(total), Repeat::Safe, [Say::Later(429, 41)]);
        let began = tokio::time::Instant::now();
        let (result, attempts) = deliver(&stacked, "1").await;
        assert_eq!(
            (vendor.seen().len(), attempts),
            (requests, requests as u32),
            "{total:?}"
        );
        if requests == 1 {
            // At once, and with what the vendor said.
            assert_eq!(result.unwrap_err().kind(), ErrorKind::RateLimited, "{total:?}");
            assert_eq!(began.elapsed(), Duration::ZERO, "{total:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_travels_down_and_an_earlier_one_stands() {
    let limiter = Limiter::new([]);
    let stack = stack().with_deadline(MINUTE).with_limiter(limiter);
    for (own, expected) in [(None, 60), (Some(10 * SECOND), 10), (Some(90 * SECOND), 60)] {
        let (stacked, vendor) = over(&stack, Repeat::Safe, [Say::Status(500)]);
        let now = tokio::time::Instant::now().into_std();
        let mut cx = DeliverContext::new(stacked.transport);
        cx.deadline = own.map(|own| now + own);
        stacked.sink.deliver(&prepared(&stacked.sink, "1"), &cx).await.unwrap();
        let deadlines: Vec<_> = vendor.seen().iter().map(|seen| seen.deadline.unwrap() - now).collect();
        assert_eq!(deadlines, [expected * SECOND; 2], "{own:?}");
    }
    // No deadline beyond the end of the clock.
    let (stacked, vendor) = over(&Stack::new().with_deadline(Duration::MAX), Repeat::Safe, []);
    deliver(&stacked, "1").await.0.unwrap();
    assert_eq!(vendor.seen()[0].deadline, None);
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_the_sink_passes_through() {
    use leadsink_core::{Probe, Reconciliation};
    let (stacked, vendor) = over(&Stack::new().with_deadline(MINUTE), Repeat::Safe, [Say::Status(500)]);
    let cx = DeliverContext::new(stacked.transport);
    let request = prepared(&stacked.sink, "1");
    assert_eq!(stacked.sink.descriptor().id, "acme");
    assert_eq!(request.request.body, "1");
    assert_eq!(stacked.sink.probe(&cx).await.unwrap(), Probe::Ready);
    assert_eq!(
        stacked.sink.reconcile(&request, &cx).await.unwrap(),
        Reconciliation::NotFound
    );
    assert!(vendor.seen().is_empty());
}
