//! The end of a run: nothing waits any more, and what was sent is waited for.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{Disposition, ErrorKind, Outcome, Repeat, Sent, SharedSink, TransportErrorKind};
use leadsink_layers::{Backoff, Halt, Limit, Limiter, Stack};
use tokio::time::{Instant, sleep};

use crate::limiter::request;
use crate::vendor::{MINUTE, SECOND, Say, Vendor, asking, deliver, deliver_as, sink};

/// Delivers a lead, and ends all waiting a second later.
async fn deliver_until_halted(
    stack: Stack,
    sink: SharedSink,
    vendor: &Arc<Vendor>,
) -> (leadsink_core::Result<Outcome>, u32) {
    let halt = Halt::new();
    let stacked = stack.with_halt(halt.clone()).build(sink, vendor.clone());
    let stop = async {
        sleep(SECOND).await;
        halt.halt();
    };
    tokio::join!(deliver(&stacked, "1"), stop).0
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_turn_is_told_that_nothing_was_sent() {
    let vendor = Arc::new(Vendor::saying([]));
    let halt = Halt::new();
    let limiter = Limiter::new([Limit::new("leads", 1, MINUTE)]);
    let transport = limiter.wrap(vendor.clone(), &halt);
    transport.send(request(0)).await.unwrap();
    let began = Instant::now();
    let stop = async {
        sleep(SECOND).await;
        halt.clone().halt();
    };
    let (one, two, ()) = tokio::join!(transport.send(request(1)), transport.send(request(2)), stop);
    for error in [one.unwrap_err(), two.unwrap_err()] {
        assert_eq!((error.kind, error.sent), (TransportErrorKind::Stopped, Sent::Nothing));
    }
    assert_eq!(began.elapsed(), SECOND);
    // And who would have to wait from now on, too.
    assert_eq!(
        transport.send(request(3)).await.unwrap_err().kind,
        TransportErrorKind::Stopped
    );
    assert_eq!((began.elapsed(), vendor.seen().len()), (SECOND, 1));
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_sleeps_gives_up_with_its_last_error() {
    let vendor = Arc::new(Vendor::saying([Say::Later(429, 3600)]));
    let began = Instant::now();
    let (result, attempts) = deliver_until_halted(Stack::new(), sink(Repeat::Safe), &vendor).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::RateLimited);
    assert_eq!((attempts, began.elapsed()), (1, SECOND));
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_is_waited_for_and_not_repeated() {
    for (say, good) in [(Say::Accepted, true), (Say::Status(500), false)] {
        let vendor = Arc::new(Vendor::saying([say]).taking(10 * SECOND));
        let began = Instant::now();
        let (result, _) = deliver_until_halted(Stack::new(), sink(Repeat::Safe), &vendor).await;
        assert_eq!(result.is_ok(), good);
        assert_eq!((began.elapsed(), vendor.seen().len()), (10 * SECOND, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn no_attempt_begins_after_it() {
    let halt = Halt::new();
    let vendor = Arc::new(Vendor::saying([]));
    let stacked = Stack::new()
        .with_halt(halt.clone())
        .build(sink(Repeat::Safe), vendor.clone());
    halt.halt();
    assert!(halt.is_halted());
    let (result, attempts) = deliver(&stacked, "1").await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.disposition()),
        (ErrorKind::Stopped, Disposition::Transient)
    );
    assert_eq!((attempts, vendor.seen().len()), (0, 0));
    // An earlier attempt is as much in doubt as before.
    let (result, attempts) = deliver_as(&stacked, "1", 2, true).await;
    assert_eq!(
        (result.unwrap_err().disposition(), attempts),
        (Disposition::Ambiguous, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_delivery_under_way_goes_on_while_it_need_not_wait() {
    let vendor = Arc::new(Vendor::saying([]).taking(2 * SECOND));
    let (result, _) = deliver_until_halted(Stack::new(), asking(), &vendor).await;
    assert!(result.is_ok());
    assert_eq!(vendor.seen().len(), 2);
}

/// One request a minute, the first of which somebody else has had.
async fn used_up(vendor: &Arc<Vendor>) -> Stack {
    let limiter = Limiter::new([Limit::new("leads", 1, MINUTE)]);
    let transport = limiter.wrap(vendor.clone(), &Halt::new());
    transport.send(request(0)).await.unwrap();
    Stack::new().with_limiter(limiter)
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_only_waited_made_no_attempt() {
    for sink in [sink(Repeat::Safe), asking()] {
        let vendor = Arc::new(Vendor::saying([]));
        let (result, attempts) = deliver_until_halted(used_up(&vendor).await, sink, &vendor).await;
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.disposition()),
            (ErrorKind::Stopped, Disposition::Transient)
        );
        assert_eq!((attempts, vendor.seen().len()), (0, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_delivery_whose_second_request_waits_has_made_its_attempt() {
    let vendor = Arc::new(Vendor::saying([]));
    let stack = Stack::new().with_limit(Limit::new("leads", 1, MINUTE));
    let (result, attempts) = deliver_until_halted(stack, asking(), &vendor).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!((attempts, vendor.seen().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_second_attempt_that_only_waits_is_not_counted() {
    let vendor = Arc::new(Vendor::saying([Say::Status(500)]));
    let stack = Stack::new()
        .with_backoff(Backoff::new(Duration::ZERO, Duration::ZERO))
        .with_limit(Limit::new("leads", 1, MINUTE));
    let (result, attempts) = deliver_until_halted(stack, sink(Repeat::Safe), &vendor).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.disposition()),
        (ErrorKind::Stopped, Disposition::Ambiguous)
    );
    assert_eq!((attempts, vendor.seen().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_used_up_spends_no_deadline() {
    let vendor = Arc::new(Vendor::saying([]));
    let stack = used_up(&vendor).await.with_deadline(SECOND);
    let stacked = stack.build(sink(Repeat::Safe), vendor.clone());
    let (result, attempts) = deliver(&stacked, "1").await;
    assert!(result.is_ok());
    assert_eq!((attempts, vendor.seen().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_hold_spends_the_deadline_of_those_who_wait_and_not_of_those_who_come() {
    let vendor = Arc::new(Vendor::saying([Say::Later(429, 3600)]).taking(SECOND));
    let stack = Stack::new()
        .with_attempts(1)
        .with_limit(Limit::new("leads", 1, MINUTE))
        .with_deadline(30 * SECOND);
    let stacked = stack.build(sink(Repeat::Safe), vendor.clone());
    let (held, waiting) = tokio::join!(deliver(&stacked, "1"), deliver(&stacked, "2"));
    assert_eq!(held.0.unwrap_err().kind(), ErrorKind::RateLimited);
    assert_eq!(waiting.0.unwrap_err().kind(), ErrorKind::Deadline);
    assert_eq!((waiting.1, vendor.seen().len()), (0, 1));
    let (result, attempts) = deliver(&stacked, "3").await;
    assert!(result.is_ok());
    assert_eq!(attempts, 1);
}
