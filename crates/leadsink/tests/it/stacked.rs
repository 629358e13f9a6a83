//! A sender behind the layers.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use leadsink::layers::{Halt, Limit, Metrics, Stack};
use leadsink::{
    Attempt, Disposition, Draft, Error, ErrorKind, Lead, Outcome, PrepareContext, Receipt, SendError, Sender, StubSink,
};
use leadsink_testkit::{Answer, ScriptedTransport};
use tokio::time::Instant;

fn lead(id: &str) -> Lead {
    Lead::builder().id(id).full_name("Jane Doe").build().unwrap()
}

fn failing(n: usize) -> Arc<StubSink> {
    let failed = Error::new(ErrorKind::Connect, Disposition::Transient, "no connection");
    Arc::new(StubSink::new().answering(vec![Err(failed); n]))
}

fn sender(sink: Arc<StubSink>, stack: &Stack) -> Sender {
    Sender::stacked(sink, Arc::new(ScriptedTransport::new([])), stack)
}

#[tokio::test(start_paused = true)]
async fn attempts_are_repeated_and_counted() {
    let sink = failing(2);
    let submission = sender(sink.clone(), &Stack::new()).submit(&lead("1")).await;
    assert!(matches!(submission.result, Ok(Outcome::Accepted(_))));
    assert_eq!((submission.attempts, sink.delivered().len()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn the_history_of_a_delivery_goes_on() {
    let sender = sender(failing(9), &Stack::new());
    let cx: PrepareContext = sender.context(&lead("1"));
    let second = Attempt {
        n: 2,
        earlier_ambiguous: true,
    };
    let submission = sender.submit_with(&lead("1"), &cx, second).await;
    assert_eq!(submission.attempts, 4);
    assert!(submission.result.is_err_and(|error| error.is_ambiguous()));
}

#[tokio::test(start_paused = true)]
async fn after_the_halt_leads_come_back_unsent() {
    let halt = Halt::new();
    let sink = failing(0);
    let sender = sender(sink.clone(), &Stack::new().with_halt(halt.clone()));
    halt.halt();
    let all: Vec<_> = sender.send_all(stream::iter([lead("1"), lead("2")]), 2).collect().await;
    for submission in all {
        let Err(SendError::Failed(error)) = submission.result else {
            panic!("{} was sent", submission.lead)
        };
        assert_eq!((error.kind(), submission.attempts), (ErrorKind::Stopped, 0));
    }
    assert!(sink.delivered().is_empty());
}

/// A vendor that sends its request as it is.
#[derive(Debug)]
struct Plain;

impl leadsink::HttpVendor for Plain {
    fn facts(&self) -> &leadsink::Descriptor {
        const { &leadsink::Descriptor::new("plain", "Plain", "") }
    }
    fn map(&self, _: &Lead, _: &PrepareContext) -> Result<leadsink::Prepared, leadsink::Unfit> {
        let draft = Draft::post_json("https://plain.invalid/".parse().unwrap(), "{}");
        Ok(leadsink::Prepared::new(draft, leadsink::Repeat::NeverBlindly))
    }
    fn authorize(&self, _: &mut leadsink::HttpRequest) -> leadsink::Result<()> {
        Ok(())
    }
    fn interpret(
        &self,
        response: &leadsink::HttpResponse,
        prepared: &leadsink::Prepared,
        _: Attempt,
    ) -> leadsink::Result<Outcome> {
        if response.status == 200 {
            return Ok(Outcome::Accepted(Receipt::new()));
        }
        Err(Error::from_status(response, prepared.repeat))
    }
}

#[tokio::test(start_paused = true)]
async fn the_vendors_wish_to_wait_is_seen_and_kept() {
    let refusal = Answer::status(429).with_header("retry-after", "41");
    let transport = ScriptedTransport::new([refusal]).then_always(Answer::status(200));
    let stack = Stack::new().with_limit(Limit::new("leads", 300, Duration::from_secs(60)));
    let sender = Sender::stacked(Arc::new(Plain), Arc::new(transport), &stack);
    let began = Instant::now();
    let (one, two) = (lead("1"), lead("2"));
    let look = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let limiter = sender.limiter().unwrap();
        assert_eq!(limiter.held_for(), Some(Duration::from_secs(40)));
        let submission = sender.submit(&two).await;
        assert_eq!(submission.attempts, 1);
    };
    let (first, ()) = tokio::join!(sender.submit(&one), look);
    assert!(first.result.is_ok());
    assert_eq!(first.attempts, 2);
    assert_eq!(began.elapsed(), Duration::from_millis(41_204));
}

#[tokio::test(start_paused = true)]
async fn deliveries_are_counted_under_the_name_of_the_sink() {
    let metrics = Metrics::new();
    let stack = Stack::new().with_metrics(metrics.clone());
    sender(failing(1), &stack).with_name("main").submit(&lead("1")).await;
    let page = metrics.render();
    for line in [
        r#"leadsink_attempts_total{vendor="stub",sink="main"} 2"#,
        r#"leadsink_deliveries_total{vendor="stub",sink="main",outcome="accepted",error="none"} 1"#,
    ] {
        assert!(page.lines().any(|found| found == line), "{page}");
    }
}
