//! The connection is killed after the vendor has read the request: what comes twice is sent again where the vendor merges
//! it, and nowhere else.

use std::sync::Arc;

use leadsink::layers::Stack;
use leadsink::{
    DeliverContext, LeadSink as _, Outcome, Reconciliation, Repeat, SendError, Sender, SharedSink, Timestamp,
};
use leadsink_sandbox::{Fault, Sandbox};
use leadsink_testkit::fixtures;

use crate::library::lead;
use crate::sinks::{opensolar, sinks};

/// How many requests come before the one that hands the lead over.
fn questions(vendor: &str) -> usize {
    // OpenSolar's log-in.
    usize::from(vendor == "opensolar")
}

#[tokio::test]
async fn what_is_safe_to_repeat_is_asked_again_and_known_and_the_rest_is_in_doubt() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    for sink in sinks(&sandbox) {
        sandbox.reset();
        let vendor = sink.descriptor().id;
        let is_safe = sink.descriptor().repeat == Repeat::Safe;
        let before = questions(vendor);
        let script = vec![Fault::None; before].into_iter().chain([Fault::ResetAfter]);
        sandbox.script(vendor, script).unwrap();
        let sender = Sender::stacked(sink, leadsink::reqwest_transport().unwrap(), &Stack::new().with_seed(1));
        let submission = sender.submit(&lead(0)).await;
        let received = sandbox.received();
        let own: Vec<_> = received.iter().filter(|got| got.vendor == vendor).collect();
        assert!(own[before].accepted, "{vendor} has no lead");
        if is_safe {
            let is_known = matches!(submission.result, Ok(Outcome::Updated(_) | Outcome::Duplicate(_)));
            assert!(is_known, "{vendor}: {submission:?}");
            assert_eq!((submission.attempts, own.len()), (2, 2), "{vendor}");
        } else {
            let is_ambiguous = submission.result.as_ref().is_err_and(SendError::is_ambiguous);
            assert!(is_ambiguous, "{vendor}: {submission:?}");
            assert_eq!((submission.attempts, own.len()), (1, before + 1), "{vendor}");
        }
    }
}

#[tokio::test]
async fn opensolar_finds_the_project_of_a_request_whose_answer_was_lost() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let transport = leadsink::reqwest_transport().unwrap();
    let sink: SharedSink = Arc::new(opensolar(&sandbox));
    let sender = Sender::new(Arc::clone(&sink), Arc::clone(&transport));
    let attempted = Timestamp::now();
    sandbox
        .script("opensolar", [Fault::None, Fault::None, Fault::ResetAfter])
        .unwrap();
    let other = sender.submit(&lead(1)).await;
    let lost = sender.submit(&lead(0)).await;
    assert!(lost.result.as_ref().is_err_and(SendError::is_ambiguous), "{lost:?}");

    let cx = DeliverContext::new(transport).with_attempted(attempted..Timestamp::now());
    let prepare = |n: usize| sink.prepare(&lead(n), &fixtures::context(&lead(n))).unwrap();
    let before = sandbox.counts().accepted;
    let found = sink.reconcile(&prepare(0), &cx).await.unwrap();
    let Reconciliation::Found(receipt) = found else {
        panic!("{found:?}")
    };
    let Ok(Outcome::Accepted(first)) = other.result else {
        panic!("{other:?}")
    };
    assert!(
        receipt.vendor_ref.is_some() && receipt.vendor_ref != first.vendor_ref,
        "{receipt:?}"
    );
    // A lead that was never sent is not there; that can be said a minute after the attempt only.
    let missing = sink.reconcile(&prepare(2), &cx).await.unwrap();
    assert!(matches!(missing, Reconciliation::Undecided(_)), "{missing:?}");
    assert_eq!(sandbox.counts().accepted, before, "a question created something");
}

#[tokio::test]
async fn opensolar_says_that_nothing_is_there_where_that_is_certain() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let sink = opensolar(&sandbox);
    let ago = |seconds: i64| Timestamp::from_second(Timestamp::now().as_second() - seconds).unwrap();
    let cx = DeliverContext::new(leadsink::reqwest_transport().unwrap()).with_attempted(ago(120)..ago(90));
    let prepared = sink.prepare(&lead(0), &fixtures::context(&lead(0))).unwrap();
    let missing = sink.reconcile(&prepared, &cx).await.unwrap();
    assert!(matches!(missing, Reconciliation::NotFound), "{missing:?}");
}
