//! The library as a Rust developer uses it: a lead, a sender, an outcome, over real HTTP to the sandbox.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use leadsink::ntherm::{Ntherm, NthermConfig};
use leadsink::{Lead, Outcome, SendError, Sender, Vendor as _};
use leadsink_sandbox::{Fault, Sandbox};

pub(crate) fn lead(n: usize) -> Lead {
    Lead::builder()
        .id(format!("crm-{n}"))
        .first_name("Jane")
        .last_name("Doe")
        .email(format!("jane{n}@example.com"))
        .phone_1(format!("+1{}", 5_125_550_100 + n))
        .street("1 Main St")
        .city("Austin")
        .state("TX")
        .postal_code("78704")
        .certificate_url("https://cert.trustedform.com/0123456789abcdef0123456789abcdef01234567")
        .build()
        .unwrap()
}

async fn sender() -> (Sandbox, Sender) {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let credentials = sandbox.credentials();
    let config = NthermConfig::new(&credentials.username, &credentials.password)
        .with_base_url(leadsink::BaseUrl::parse(&sandbox.base_url("ntherm").unwrap()).unwrap())
        .with_campaign("TEST");
    let sender = leadsink::connect(Arc::new(Ntherm::from_config(config).unwrap())).unwrap();
    (sandbox, sender)
}

#[tokio::test]
async fn leads_are_delivered_side_by_side() {
    let (sandbox, sender) = sender().await;
    let all: Vec<_> = sender.send_all(stream::iter((0..10).map(lead)), 4).collect().await;
    assert!(
        all.iter()
            .all(|submission| matches!(submission.result, Ok(Outcome::Pending(_)))),
        "{all:?}"
    );
    assert_eq!(sandbox.counts().accepted, 10);
}

#[tokio::test]
async fn an_answer_that_got_lost_is_ambiguous() {
    let (sandbox, sender) = sender().await;
    sandbox.script("ntherm", [Fault::ResetAfter]).unwrap();
    let submission = sender.submit(&lead(0)).await;
    assert!(
        submission.result.as_ref().is_err_and(SendError::is_ambiguous),
        "{submission:?}"
    );
    assert_eq!(sandbox.counts().accepted, 1);
}

#[tokio::test]
async fn a_lead_that_does_not_fit_is_not_sent_and_every_problem_is_named() {
    let (sandbox, sender) = sender().await;
    let mut poor = lead(0);
    leadsink::Field::City.clear(&mut poor);
    leadsink::Field::CertificateUrl.clear(&mut poor);
    let submission = sender.submit(&poor).await;
    let Err(SendError::Unfit(unfit)) = submission.result else {
        panic!("{submission:?}")
    };
    let codes: Vec<_> = unfit.problems.iter().map(|problem| &*problem.code).collect();
    assert_eq!(codes, ["required", "consent_missing"]);
    assert_eq!((submission.attempts, sandbox.counts().requests), (0, 0));
}
