//! What `submit` and `send_all` promise.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt as _, stream};
use leadsink::{
    DeliverContext, Descriptor, Disposition, Error, ErrorKind, Lead, LeadSink, Outcome, PrepareContext, Prepared,
    Receipt, SendError, Sender, StubSink, Unfit,
};
use leadsink_testkit::ScriptedTransport;

fn lead(id: &str) -> Lead {
    Lead::builder().id(id).full_name("Jane Doe").build().unwrap()
}

fn sender(sink: impl LeadSink) -> Sender {
    Sender::new(Arc::new(sink), Arc::new(ScriptedTransport::new([])))
}

#[tokio::test]
async fn a_lead_gets_its_outcome_and_a_token_of_its_own() {
    let sender = sender(StubSink::new());
    let (first, second) = (sender.submit(&lead("1")).await, sender.submit(&lead("2")).await);
    assert!(matches!(first.result, Ok(Outcome::Accepted(_))));
    assert_eq!((first.lead.as_str(), first.attempts), ("1", 1));
    assert_ne!(first.callback_token, second.callback_token);
    assert_ne!(first.delivery, second.delivery);
}

#[tokio::test]
async fn an_unseen_answer_is_ambiguous_and_not_repeated() {
    let timeout = Error::new(ErrorKind::Timeout, Disposition::Ambiguous, "no answer");
    let sink = Arc::new(StubSink::new().answering([Err(timeout)]));
    let sender = Sender::new(sink.clone(), Arc::new(ScriptedTransport::new([])));
    let submission = sender.submit(&lead("1")).await;
    assert!(submission.result.as_ref().is_err_and(SendError::is_ambiguous));
    assert_eq!((submission.attempts, sink.delivered().len()), (1, 1));
}

#[tokio::test]
async fn the_name_of_the_sink_decides_the_delivery_id() {
    let one = sender(StubSink::new()).with_name("one").submit(&lead("1")).await;
    let two = sender(StubSink::new()).with_name("two").submit(&lead("1")).await;
    assert_ne!(one.delivery, two.delivery);
}

/// Remembers how many deliveries ran side by side.
#[derive(Debug, Default)]
struct Busy {
    inner: StubSink,
    running: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait::async_trait]
impl LeadSink for Busy {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }
    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.inner.prepare(lead, cx)
    }
    async fn deliver(&self, _: &Prepared, _: &DeliverContext) -> leadsink::Result<Outcome> {
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        Ok(Outcome::Accepted(Receipt::new()))
    }
}

async fn most_at_once(ids: impl Iterator<Item = String>, n: usize) -> usize {
    let sink = Arc::new(Busy::default());
    let sender = Sender::new(sink.clone(), Arc::new(ScriptedTransport::new([])));
    let leads: Vec<_> = ids.map(|id| lead(&id)).collect();
    let count = leads.len();
    let all: Vec<_> = sender.send_all(stream::iter(leads), n).collect().await;
    assert_eq!(all.len(), count);
    sink.most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn leads_run_side_by_side_up_to_n() {
    assert_eq!(most_at_once((0..20).map(|n| n.to_string()), 4).await, 4);
}

#[tokio::test]
async fn deliveries_of_one_lead_id_wait_for_each_other() {
    assert_eq!(most_at_once((0..20).map(|_| "same".to_owned()), 8).await, 1);
}
