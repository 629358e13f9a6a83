//! When requests leave, in paused time, and what their waits cost them.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use leadsink_core::{CountsFor, Draft, HttpRequest, Repeat, Sent, Transport, TransportErrorKind};
use leadsink_layers::{Halt, Limit, Limiter, Stack};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep};

use crate::vendor::{MINUTE, SECOND, Say, Vendor, deliver, sink};

pub(crate) fn request(id: usize) -> HttpRequest {
    let url = "https://acme.invalid/".parse().unwrap();
    Draft::new(Method::POST, url, HeaderMap::new(), id.to_string()).to_request(2 * SECOND, None)
}

fn limiter(requests: u32) -> Limiter {
    Limiter::new([Limit::new("leads", requests, MINUTE)])
}

/// Sends requests `from..to` side by side, in this order, and waits for all.
async fn send_all(transport: &Arc<dyn Transport>, ids: std::ops::Range<usize>) {
    let mut tasks = JoinSet::new();
    for id in ids {
        let transport = Arc::clone(transport);
        tasks.spawn(async move { transport.send(request(id)).await.map(drop) });
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn nine_hundred_requests_keep_three_hundred_a_minute_and_use_it() {
    let vendor = Arc::new(Vendor::saying([]).taking(SECOND));
    let transport = limiter(300).wrap(vendor.clone(), &Halt::new());
    send_all(&transport, 0..900).await;
    let times = vendor.times();
    assert_eq!(times[28..32], [0, 0, 204, 408]);
    assert_eq!((times[299], times[300]), (55_080, 61_200));
    assert_eq!((times[599], times[600], times[899]), (116_280, 122_400, 177_480));
    let window = |first: &u128| {
        times
            .iter()
            .filter(|time| (*first..=first + 60_000).contains(time))
            .count()
    };
    assert_eq!(times.iter().map(window).max(), Some(300));
}

#[tokio::test(start_paused = true)]
async fn first_come_is_first_served() {
    let vendor = Arc::new(Vendor::saying([]));
    let transport = limiter(10).wrap(vendor.clone(), &Halt::new());
    send_all(&transport, 0..40).await;
    let order: Vec<usize> = vendor.seen().iter().map(|seen| seen.lead.parse().unwrap()).collect();
    assert!(order.is_sorted(), "{order:?}");
}

#[tokio::test(start_paused = true)]
async fn the_wait_takes_nothing_of_the_time_out() {
    let vendor = Arc::new(Vendor::saying([]));
    let transport = limiter(1).wrap(vendor.clone(), &Halt::new());
    send_all(&transport, 0..3).await;
    assert_eq!(vendor.times(), [0, 61_200, 122_400]);
    assert!(vendor.seen().iter().all(|seen| seen.timeout == 2 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn the_wait_takes_no_attempt() {
    let vendor = Arc::new(Vendor::saying([]));
    let stack = Stack::new().with_limit(Limit::new("leads", 1, MINUTE));
    let stacked = stack.build(sink(Repeat::NeverBlindly), vendor.clone());
    for id in ["1", "2"] {
        assert_eq!(deliver(&stacked, id).await.1, 1);
    }
    assert_eq!(vendor.times(), [0, 61_200]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_holds_the_whole_sink() {
    let script = std::iter::repeat_n(Say::Accepted, 34).chain([Say::Later(429, 41)]);
    let vendor = Arc::new(Vendor::saying(script));
    let limiter = limiter(300);
    let transport = limiter.wrap(vendor.clone(), &Halt::new());
    let other = Arc::clone(&transport);
    let new = async {
        sleep(5 * SECOND).await;
        assert_eq!(limiter.held_for(), Some(Duration::from_millis(37_020)));
        assert_eq!(limiter.waiting(), 5);
        send_all(&other, 40..41).await;
    };
    tokio::join!(send_all(&transport, 0..40), new);
    let times = vendor.times();
    // The 35th comes at 1,020 ms; those that wait and the one that comes later go 41 s after it, without a burst.
    assert_eq!(
        times[33..],
        [816, 1_020, 42_020, 42_224, 42_428, 42_632, 42_836, 43_040]
    );
    assert_eq!((limiter.held_for(), limiter.waiting()), (None, 0));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_without_a_time_holds_for_longer_and_longer() {
    let script = [
        Say::Status(429),
        Say::Status(429),
        Say::Status(429),
        Say::Accepted,
        Say::Status(429),
    ];
    let vendor = Arc::new(Vendor::saying(script));
    let transport = Limiter::new([]).wrap(vendor.clone(), &Halt::new());
    for id in 0..6 {
        transport.send(request(id)).await.unwrap();
    }
    assert_eq!(vendor.times(), [0, 1_000, 3_000, 7_000, 7_500, 8_500]);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_out_of_service_holds_only_when_it_says_how_long() {
    for (say, second) in [
        (Say::Status(503), 0),
        (Say::Later(503, 0), 0),
        (Say::Later(503, 7), 7_000),
    ] {
        let vendor = Arc::new(Vendor::saying([say]));
        let transport = limiter(300).wrap(vendor.clone(), &Halt::new());
        for id in 0..2 {
            transport.send(request(id)).await.unwrap();
        }
        assert_eq!(vendor.times(), [0, second], "{say:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_sinks_of_one_account_share_its_quota() {
    let vendor = Arc::new(Vendor::saying([]));
    let shared = limiter(10);
    let stack = Stack::new().with_limiter(shared.clone());
    let (one, two) = (
        stack.build(sink(Repeat::Safe), vendor.clone()),
        stack.build(sink(Repeat::Safe), vendor.clone()),
    );
    for _ in 0..4 {
        deliver(&one, "1").await.0.unwrap();
        deliver(&two, "2").await.0.unwrap();
    }
    assert_eq!(vendor.times(), [0, 0, 0, 0, 0, 6_120, 12_240, 18_360]);
}

#[tokio::test(start_paused = true)]
async fn a_request_counts_for_the_quotas_of_its_class_alone() {
    let vendor = Arc::new(Vendor::saying([]));
    let limits = [Limit::new("writes", 10, MINUTE), Limit::new("reads", 100, MINUTE)];
    let limiter = Limiter::new(limits);
    let transport = limiter.wrap(vendor.clone(), &Halt::new());
    let of = |id: usize, counts_for: CountsFor| {
        let mut request = request(id);
        request.counts_for = counts_for;
        let transport = Arc::clone(&transport);
        async move { transport.send(request).await.map(drop) }
    };
    let mut tasks = JoinSet::new();
    let (write, read) = (CountsFor::Class("writes"), CountsFor::Class("reads"));
    // Six writes, of which one waits, ten reads and three requests of no class behind them.
    let classes = [[write; 6].as_slice(), &[read; 10], &[CountsFor::NoClass; 3]].concat();
    for (id, class) in classes.into_iter().enumerate() {
        tasks.spawn(of(id, class));
    }
    sleep(SECOND).await;
    assert_eq!((vendor.seen().len(), limiter.waiting()), (18, 1));
    assert!(vendor.times().iter().all(|time| *time == 0), "{:?}", vendor.times());
    for result in tasks.join_all().await {
        result.unwrap();
    }
    assert_eq!(vendor.times()[18..], [6_120]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_holds_every_class() {
    let vendor = Arc::new(Vendor::saying([Say::Later(429, 41)]));
    let transport = Limiter::new([Limit::new("writes", 10, MINUTE)]).wrap(vendor.clone(), &Halt::new());
    for counts_for in [CountsFor::Class("writes"), CountsFor::NoClass, CountsFor::AllQuotas] {
        let mut request = request(0);
        request.counts_for = counts_for;
        transport.send(request).await.unwrap();
    }
    assert_eq!(vendor.times(), [0, 41_000, 41_000]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_ends_at_once_with_nothing_sent() {
    let vendor = Arc::new(Vendor::saying([]));
    let transport = limiter(1).wrap(vendor.clone(), &Halt::new());
    transport.send(request(0)).await.unwrap();
    let mut late = request(1);
    late.deadline = Some(Instant::now().into_std() + MINUTE);
    let error = transport.send(late).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (TransportErrorKind::Deadline, Sent::Nothing));
    assert_eq!(
        error.message,
        "the quota (`leads`, 1 in 60 s) leaves no turn within the time for this delivery"
    );
    // It took no place in the line.
    transport.send(request(2)).await.unwrap();
    assert_eq!(vendor.times(), [0, 61_200]);
}

#[tokio::test(start_paused = true)]
async fn a_hold_past_the_deadline_of_who_waits_ends_its_wait_before_it() {
    let vendor = Arc::new(Vendor::saying([Say::Later(429, 3600)]).taking(SECOND));
    let transport = limiter(1).wrap(vendor.clone(), &Halt::new());
    let began = Instant::now();
    let mut waits = request(1);
    waits.deadline = Some(began.into_std() + 2 * MINUTE);
    let (_, error) = tokio::join!(transport.send(request(0)), transport.send(waits));
    assert_eq!(error.unwrap_err().kind, TransportErrorKind::Deadline);
    assert!(began.elapsed() < 2 * MINUTE);
    assert_eq!(vendor.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_is_no_longer_counted_as_waiting() {
    let vendor = Arc::new(Vendor::saying([]));
    let limiter = limiter(1);
    let transport = limiter.wrap(vendor, &Halt::new());
    transport.send(request(0)).await.unwrap();
    let task = tokio::spawn(async move { transport.send(request(1)).await });
    yield_now().await;
    assert_eq!(limiter.waiting(), 1);
    task.abort();
    assert!(task.await.is_err());
    assert_eq!(limiter.waiting(), 0);
}
