//! A vendor that is down: it is left alone, and no lead is lost over it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{
    Attempt, DeliverContext, Disposition, ErrorKind, Outcome, Probe, Reconciliation, Repeat, Sent, TransportErrorKind,
};
use leadsink_layers::{Backoff, Breaker, Halt, Stack, Stacked};
use tokio::time::{Instant, sleep};

use crate::vendor::{MINUTE, SECOND, Say, Vendor, deliver, prepared, sink};

const REFUSED: Say = Say::Lost(TransportErrorKind::Connect, Sent::Nothing);

fn stack(breaker: &Breaker) -> Stack {
    Stack::new()
        .without_quotas()
        .with_backoff(Backoff::new(Duration::ZERO, Duration::ZERO))
        .with_breaker(breaker.clone())
}

/// So many deliveries at once, and how each ended.
async fn deliver_all(stacked: &Stacked, n: usize) -> Vec<(leadsink_core::Result<Outcome>, u32)> {
    let ids: Vec<_> = (0..n).map(|id| id.to_string()).collect();
    let mut all: Vec<_> = ids.iter().map(|id| Box::pin(deliver(stacked, id))).collect();
    let mut ended: Vec<_> = ids.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, ended) in all.iter_mut().zip(&mut ended) {
            if ended.is_none()
                && let std::task::Poll::Ready(result) = future.as_mut().poll(cx)
            {
                *ended = Some(result);
            }
        }
        match ended.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    ended.into_iter().flatten().collect()
}

/// A vendor that stays away from now on, behind a breaker that has just opened.
async fn down(stack: &Stack) -> (Stacked, Arc<Vendor>) {
    let vendor = Arc::new(Vendor::saying([]).then_always(REFUSED));
    let first = stack.clone().with_attempts(5).build(sink(Repeat::Safe), vendor.clone());
    let (result, attempts) = deliver(&first, "first").await;
    assert_eq!((result.unwrap_err().kind(), attempts), (ErrorKind::Connect, 5));
    (stack.build(sink(Repeat::Safe), vendor.clone()), vendor)
}

#[tokio::test(start_paused = true)]
async fn through_an_outage_one_delivery_tries_and_the_others_wait() {
    let vendor = Vendor::saying([]).taking(SECOND).down_until(100 * SECOND, REFUSED);
    let vendor = Arc::new(vendor);
    let breaker = Breaker::new();
    let stacked = stack(&breaker)
        .with_attempts(5)
        .build(sink(Repeat::NeverBlindly), vendor.clone());
    let ended = deliver_all(&stacked, 64).await;
    assert!(ended.iter().all(|(result, _)| result.is_ok()));
    // No wait cost an attempt. Four repeated before the fifth failure opened the breaker, and two trials failed.
    assert_eq!(ended.iter().map(|(_, attempts)| attempts).sum::<u32>(), 64 * 2 + 4 + 2);
    let seconds: Vec<_> = vendor.seen().iter().map(|seen| seen.at.as_secs()).collect();
    assert_eq!(seconds[..64], [0; 64]);
    assert_eq!(seconds[64..71], [1, 1, 1, 1, 31, 92, 213]);
    assert_eq!(seconds[71..], [214; 63]);
    assert_eq!(breaker.open_for(), None);
}

#[tokio::test(start_paused = true)]
async fn without_a_deadline_nothing_fails_for_want_of_waiting() {
    let vendor = Vendor::saying([]).down_until(60 * MINUTE, Say::Status(503));
    let vendor = Arc::new(vendor);
    let stacked = stack(&Breaker::new())
        .with_attempts(30)
        .build(sink(Repeat::Safe), vendor.clone());
    let ended = deliver_all(&stacked, 200).await;
    assert!(ended.iter().all(|(result, _)| result.is_ok()));
    // Five before it opened and one at the end of each pause of an hour: 30, 60, 120, 240 s, then every five minutes.
    assert_eq!(vendor.seen().len() - 200, 5 + 4 + 10);
}

#[tokio::test(start_paused = true)]
async fn the_pause_spends_no_deadline_of_those_who_come() {
    let breaker = Breaker::new();
    let stack = stack(&breaker).with_attempts(1).with_deadline(10 * SECOND);
    let (stacked, vendor) = down(&stack).await;
    let began = Instant::now();
    let ended = deliver_all(&stacked, 3).await;
    // One tried. When it had failed, the next trial lay past the deadline of the others.
    assert_eq!(began.elapsed(), 30 * SECOND);
    let kinds: Vec<_> = ended
        .iter()
        .map(|(result, _)| result.as_ref().unwrap_err().kind())
        .collect();
    let attempts: Vec<_> = ended.iter().map(|(_, attempts)| *attempts).collect();
    let tried = kinds.iter().position(|kind| *kind == ErrorKind::Connect).unwrap();
    for other in (0..3).filter(|other| *other != tried) {
        let error = ended[other].0.as_ref().unwrap_err();
        assert_eq!(
            (error.kind(), error.disposition()),
            (ErrorKind::Deadline, Disposition::Transient)
        );
        assert_eq!(attempts[other], 0);
    }
    assert_eq!((attempts[tried], vendor.seen().len()), (1, 6));
    assert_eq!(breaker.open_for(), Some(MINUTE));
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_of_the_caller_ends_at_once() {
    let (stacked, vendor) = down(&stack(&Breaker::new())).await;
    for (seconds, waited) in [(30, 0), (29, 0), (31, 30)] {
        let began = Instant::now();
        let deadline = (began + seconds * SECOND).into_std();
        let cx = DeliverContext::new(Arc::clone(&stacked.transport)).with_deadline(deadline);
        let result = stacked.sink.deliver(&prepared(&stacked.sink, "1"), &cx).await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Deadline, "{seconds}");
        assert_eq!(began.elapsed(), waited * SECOND, "{seconds}");
    }
    // The last one tried, and its second attempt would have had to wait for too long.
    assert_eq!(vendor.seen().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_trial_waits_no_longer_than_the_deadline() {
    let vendor = Vendor::saying([REFUSED; 5]).taking(MINUTE);
    let vendor = Arc::new(vendor);
    let stacked = stack(&Breaker::new())
        .with_attempts(6)
        .build(sink(Repeat::Safe), vendor.clone());
    let began = Instant::now();
    let late = async {
        // One tries from 5:30 to 6:30.
        sleep(6 * MINUTE).await;
        let deadline = (Instant::now() + 10 * SECOND).into_std();
        let cx = DeliverContext::new(Arc::clone(&stacked.transport)).with_deadline(deadline);
        let result = stacked.sink.deliver(&prepared(&stacked.sink, "2"), &cx).await;
        assert_eq!(began.elapsed(), 6 * MINUTE + 10 * SECOND);
        (result.unwrap_err().kind(), cx.attempts())
    };
    let (first, late) = tokio::join!(deliver(&stacked, "1"), late);
    assert_eq!((first.0.is_ok(), first.1), (true, 6));
    assert_eq!((late, vendor.seen().len()), ((ErrorKind::Deadline, 0), 6));
}

#[tokio::test(start_paused = true)]
async fn a_halt_ends_the_wait_with_nothing_sent() {
    let halt = Halt::new();
    let (stacked, vendor) = down(&stack(&Breaker::new()).with_halt(halt.clone())).await;
    let began = Instant::now();
    let stop = async {
        sleep(SECOND).await;
        halt.halt();
    };
    let ((result, attempts), ()) = tokio::join!(deliver(&stacked, "1"), stop);
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.disposition()),
        (ErrorKind::Stopped, Disposition::Transient)
    );
    assert_eq!((attempts, began.elapsed(), vendor.seen().len()), (0, SECOND, 5));
}

#[tokio::test(start_paused = true)]
async fn doubt_outlasts_a_wait_in_vain() {
    let lost = Say::Lost(TransportErrorKind::Timeout, Sent::Maybe);
    let vendor = Arc::new(Vendor::saying([]).then_always(lost));
    let short = stack(&Breaker::new()).with_attempts(9).with_deadline(SECOND);
    let (result, attempts) = deliver(&short.build(sink(Repeat::Safe), vendor.clone()), "1").await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.disposition()),
        (ErrorKind::Deadline, Disposition::Ambiguous)
    );
    assert_eq!((attempts, vendor.seen().len()), (5, 5));
    // Also without the layers around it.
    let breaker = Breaker::new();
    let (stacked, _) = down(&stack(&breaker)).await;
    let alone = breaker.wrap(sink(Repeat::Safe), &Halt::new());
    let attempt = Attempt {
        n: 2,
        earlier_ambiguous: true,
    };
    let cx = DeliverContext::new(stacked.transport)
        .with_attempt(attempt)
        .with_deadline(Instant::now().into_std());
    let error = alone.deliver(&prepared(&alone, "2"), &cx).await.unwrap_err();
    assert_eq!((error.disposition(), cx.attempts()), (Disposition::Ambiguous, 1));
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_is_given_up_makes_way() {
    let (stacked, vendor) = down(&stack(&Breaker::new())).await;
    let slow = Arc::new(Vendor::saying([]).taking(MINUTE));
    let cx = DeliverContext::new(slow.clone());
    let request = prepared(&stacked.sink, "1");
    // It is the trial, and nobody waits for its answer.
    let given_up = tokio::time::timeout(40 * SECOND, stacked.sink.deliver(&request, &cx)).await;
    assert!(given_up.is_err());
    assert_eq!(slow.seen().len(), 1);
    assert_eq!(deliver(&stacked, "2").await.0.unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(vendor.seen().len(), 5 + 3);
}

#[tokio::test(start_paused = true)]
async fn what_the_vendor_refuses_does_not_open_it() {
    for say in [
        Say::Rejected,
        Say::Status(400),
        Say::Status(401),
        Say::Status(429),
        Say::Gibberish,
    ] {
        let breaker = Breaker::new();
        let vendor = Arc::new(Vendor::saying([]).then_always(say));
        let stacked = stack(&breaker)
            .with_attempts(1)
            .build(sink(Repeat::NeverBlindly), vendor.clone());
        deliver_all(&stacked, 9).await;
        assert_eq!((breaker.open_for(), vendor.seen().len()), (None, 9), "{say:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn questions_by_themselves_pass_an_open_breaker() {
    let breaker = Breaker::new();
    let (stacked, _) = down(&stack(&breaker)).await;
    let cx = DeliverContext::new(Arc::clone(&stacked.transport));
    let request = prepared(&stacked.sink, "1");
    assert_eq!(stacked.sink.probe(&cx).await.unwrap(), Probe::Ready);
    let looked = stacked.sink.reconcile(&request, &cx).await;
    assert_eq!(looked.unwrap(), Reconciliation::NotFound);
    assert_eq!(breaker.open_for(), Some(30 * SECOND));
}
