//! The end of a run: nothing waits any more, and what was sent is waited for.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{DeliverContext, Disposition, ErrorKind, Repeat, Sent, TransportErrorKind};
use leadsink_layers::{Halt, Limit, Limiter, Stack};
use tokio::time::{Instant, sleep};

use crate::limiter::request;
use crate::vendor::{MINUTE, SECOND, Say, Vendor, deliver, prepared, sink};

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
    let halt = Halt::new();
    let vendor = Arc::new(Vendor::saying([Say::Later(429, 3600)]));
    let stacked = Stack::new()
        .with_halt(halt.clone())
        .build(sink(Repeat::Safe), vendor.clone());
    let began = Instant::now();
    let stop = async {
        sleep(SECOND).await;
        halt.halt();
    };
    let ((result, attempts), ()) = tokio::join!(deliver(&stacked, "1"), stop);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::RateLimited);
    assert_eq!((attempts, began.elapsed()), (1, SECOND));
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_is_waited_for_and_not_repeated() {
    for (say, good) in [(Say::Accepted, true), (Say::Status(500), false)] {
        let halt = Halt::new();
        let vendor = Arc::new(Vendor::saying([say]).taking(10 * SECOND));
        let stacked = Stack::new()
            .with_halt(halt.clone())
            .build(sink(Repeat::Safe), vendor.clone());
        let began = Instant::now();
        let stop = async {
            sleep(SECOND).await;
            halt.halt();
        };
        let ((result, _), ()) = tokio::join!(deliver(&stacked, "1"), stop);
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
    let doubt = leadsink_core::Attempt {
        n: 2,
        earlier_ambiguous: true,
    };
    let cx = DeliverContext::new(stacked.transport).with_attempt(doubt);
    let error = stacked
        .sink
        .deliver(&prepared(&stacked.sink, "1"), &cx)
        .await
        .unwrap_err();
    assert_eq!((error.disposition(), cx.attempts()), (Disposition::Ambiguous, 1));
}

#[tokio::test(start_paused = true)]
async fn a_delivery_under_way_goes_on_while_it_need_not_wait() {
    let halt = Halt::new();
    let vendor = Arc::new(Vendor::saying([]).taking(SECOND));
    let asking = Arc::new(crate::vendor::Acme {
        repeat: Repeat::NeverBlindly,
        asks: true,
    });
    let stacked = Stack::new().with_halt(halt.clone()).build(asking, vendor.clone());
    let stop = async {
        sleep(Duration::from_millis(500)).await;
        halt.halt();
    };
    let ((result, _), ()) = tokio::join!(deliver(&stacked, "1"), stop);
    assert!(result.is_ok());
    assert_eq!(vendor.seen().len(), 2);
}
