//! What `reconcile` and `probe` promise: they ask, and a delivery of the same lead is never under way meanwhile.

use std::ops::Range;
use std::sync::Arc;
use std::sync::Mutex;

use futures_util::FutureExt as _;
use leadsink::{
    Attempt, DeliverContext, Descriptor, Disposition, Error, ErrorKind, Lead, LeadSink, Outcome, PrepareContext,
    Prepared, Probe, Receipt, Reconciliation, SendError, Sender, StubSink, Timestamp, Unfit,
};
use leadsink_testkit::ScriptedTransport;
use tokio::sync::Notify;

/// Delivers when it is told to, and remembers what it was asked.
#[derive(Debug, Default)]
struct Asked {
    inner: StubSink,
    go: Notify,
    seen: Mutex<Vec<(String, Option<Range<Timestamp>>)>>,
}

#[async_trait::async_trait]
impl LeadSink for Asked {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }
    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.inner.prepare(lead, cx)
    }
    async fn deliver(&self, _: &Prepared, _: &DeliverContext) -> leadsink::Result<Outcome> {
        self.go.notified().await;
        Ok(Outcome::Accepted(Receipt::new()))
    }
    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> leadsink::Result<Reconciliation> {
        let body = String::from_utf8(prepared.request.body.to_vec()).unwrap();
        self.seen.lock().unwrap().push((body, cx.attempted.clone()));
        Ok(Reconciliation::NotFound)
    }
    async fn probe(&self, _: &DeliverContext) -> leadsink::Result<Probe> {
        let message = "the vendor does not accept the credentials";
        Err(Error::new(ErrorKind::Unauthorized, Disposition::Account, message))
    }
}

fn lead(id: &str) -> Lead {
    Lead::builder().id(id).full_name("Jane Doe").build().unwrap()
}

fn sender(sink: &Arc<Asked>) -> Sender {
    Sender::new(
        Arc::clone(sink) as leadsink::SharedSink,
        Arc::new(ScriptedTransport::new([])),
    )
}

#[tokio::test]
async fn a_look_up_waits_for_the_delivery_of_its_lead_and_for_no_other() {
    let sink = Arc::new(Asked::default());
    let sender = sender(&sink);
    let (one, two, at) = (lead("1"), lead("2"), Timestamp::UNIX_EPOCH);
    let cx = sender.context_at(&one, at);
    assert_eq!(cx.accepted_at, at);
    let attempted = at..Timestamp::from_second(7).unwrap();
    let mut delivery = Box::pin(sender.submit_with(&one, &cx, Attempt::FIRST));
    assert!(delivery.as_mut().now_or_never().is_none());
    let mut look = Box::pin(sender.reconcile(&one, &cx, attempted.clone()));
    assert!(look.as_mut().now_or_never().is_none());
    let other = sender.context(&two);
    assert!(
        sender
            .reconcile(&two, &other, attempted.clone())
            .now_or_never()
            .is_some()
    );
    sink.go.notify_one();
    assert!(delivery.await.result.is_ok());
    assert_eq!(look.await.unwrap(), Reconciliation::NotFound);
    let seen = sink.seen.lock().unwrap();
    assert_eq!(
        *seen,
        [
            ("2".to_owned(), Some(attempted.clone())),
            ("1".to_owned(), Some(attempted))
        ]
    );
}

#[tokio::test]
async fn a_failed_probe_says_why() {
    let error = sender(&Arc::default()).probe().await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Account);
}

#[tokio::test]
async fn a_sink_that_cannot_tell_says_so() {
    let sender = Sender::new(Arc::new(StubSink::new()), Arc::new(ScriptedTransport::new([])));
    let cx = sender.context(&lead("1"));
    let attempted = Timestamp::UNIX_EPOCH..Timestamp::now();
    let told: Result<_, SendError> = sender.reconcile(&lead("1"), &cx, attempted).await;
    assert_eq!(told.unwrap(), Reconciliation::Unsupported);
    assert_eq!(sender.probe().await.unwrap(), Probe::Unsupported);
}
