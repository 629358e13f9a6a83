//! What the page for Prometheus says after deliveries.

use std::sync::Arc;

use leadsink_core::{Attempt, DeliverContext, DeliveryId, LeadId, Repeat, Sent, TransportErrorKind};
use leadsink_layers::{Backoff, Metrics, Stack};

use crate::vendor::{SECOND, Say, Vendor, deliver, prepared, sink};

fn stack(metrics: &Metrics) -> Stack {
    Stack::new()
        .with_backoff(Backoff::new(SECOND, SECOND))
        .with_seed(1)
        .with_metrics(metrics.clone())
}

/// The samples of the page that are no buckets.
fn samples(metrics: &Metrics) -> Vec<String> {
    let page = metrics.render();
    let lines = page
        .lines()
        .filter(|line| !line.starts_with('#') && !line.contains("_bucket{"));
    lines.map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn each_ending_is_counted_with_its_cause_and_its_time() {
    let metrics = Metrics::new();
    let lost = Say::Lost(TransportErrorKind::Timeout, Sent::Maybe);
    let script = [Say::Accepted, Say::Rejected, Say::Status(422), lost, Say::Accepted];
    let vendor = Arc::new(Vendor::saying(script).taking(SECOND));
    let stacked = stack(&metrics).build(sink(Repeat::NeverBlindly), vendor);
    for id in 0..5 {
        drop(deliver(&stacked, &id.to_string()).await);
    }
    let sink = r#"vendor="acme",sink="acme""#;
    let expected = [
        format!(r#"leadsink_attempts_total{{{sink}}} 5"#),
        format!(r#"leadsink_deliveries_total{{{sink},outcome="accepted",error="none"}} 2"#),
        format!(r#"leadsink_deliveries_total{{{sink},outcome="ambiguous",error="timeout"}} 1"#),
        format!(r#"leadsink_deliveries_total{{{sink},outcome="failed",error="refused"}} 1"#),
        format!(r#"leadsink_deliveries_total{{{sink},outcome="rejected",error="none"}} 1"#),
        format!(r#"leadsink_delivery_duration_seconds_sum{{{sink},outcome="accepted"}} 2"#),
        format!(r#"leadsink_delivery_duration_seconds_count{{{sink},outcome="accepted"}} 2"#),
        format!(r#"leadsink_delivery_duration_seconds_sum{{{sink},outcome="ambiguous"}} 1"#),
        format!(r#"leadsink_delivery_duration_seconds_count{{{sink},outcome="ambiguous"}} 1"#),
        format!(r#"leadsink_delivery_duration_seconds_sum{{{sink},outcome="failed"}} 1"#),
        format!(r#"leadsink_delivery_duration_seconds_count{{{sink},outcome="failed"}} 1"#),
        format!(r#"leadsink_delivery_duration_seconds_sum{{{sink},outcome="rejected"}} 1"#),
        format!(r#"leadsink_delivery_duration_seconds_count{{{sink},outcome="rejected"}} 1"#),
    ];
    assert_eq!(samples(&metrics), expected);
}

#[tokio::test(start_paused = true)]
async fn sinks_are_told_apart_and_repetitions_count_as_attempts() {
    let metrics = Metrics::new();
    for name in ["one", "two"] {
        let vendor = Arc::new(Vendor::saying([Say::Later(503, 60), Say::Status(503)]));
        let stacked = stack(&metrics).build(sink(Repeat::Safe), vendor);
        let delivery = DeliveryId::new(&LeadId::new("1").unwrap(), name);
        // A delivery that was begun before: its first four attempts were counted then.
        let fifth = Attempt { n: 5, ..Attempt::FIRST };
        let cx = DeliverContext::new(Arc::clone(&stacked.transport))
            .with_delivery(delivery, name.into())
            .with_attempt(fifth);
        stacked.sink.deliver(&prepared(&stacked.sink, "1"), &cx).await.unwrap();
        if name == "one" {
            let (result, attempts) = deliver(&stacked, "2").await;
            assert_eq!((result.is_ok(), attempts), (true, 1));
        }
    }
    let lines = samples(&metrics);
    for line in [
        r#"leadsink_attempts_total{vendor="acme",sink="acme"} 1"#,
        r#"leadsink_attempts_total{vendor="acme",sink="one"} 3"#,
        r#"leadsink_attempts_total{vendor="acme",sink="two"} 3"#,
        r#"leadsink_deliveries_total{vendor="acme",sink="two",outcome="accepted",error="none"} 1"#,
    ] {
        assert!(lines.iter().any(|found| found == line), "{line}: {lines:#?}");
    }
    // The waits of the layers are part of the time.
    let page = metrics.render();
    let bucket = r#"_bucket{vendor="acme",sink="one",outcome="accepted",le="60"} 0"#;
    assert!(page.contains(bucket), "{page}");
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_never_began_counts_no_attempt() {
    let metrics = Metrics::new();
    let halt = leadsink_layers::Halt::new();
    halt.halt();
    let stack = stack(&metrics).with_halt(halt);
    let stacked = stack.build(sink(Repeat::Safe), Arc::new(Vendor::saying([])));
    drop(deliver(&stacked, "1").await);
    let lines = samples(&metrics);
    assert_eq!(lines[0], r#"leadsink_attempts_total{vendor="acme",sink="acme"} 0"#);
    assert!(
        lines[1].ends_with(r#"outcome="failed",error="stopped"} 1"#),
        "{lines:?}"
    );
}
