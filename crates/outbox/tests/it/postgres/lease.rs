//! A lease ends by time, and what a worker says after that is recorded and doubles nothing. No test waits: a lease of no length
//! has ended as it is given.

use std::time::Duration;

use futures_util::future::join;
use leadsink_outbox::{AttemptOutcome, Fence, Finished, LeadStore, Reaped, State};
use tokio::time::timeout;
use tokio_postgres::Client;

use super::bed::Schema;
use super::lab::{accepted, begin, begin_for, claim, claim_one, file, now, reap};

const LEASE: Duration = Duration::from_secs(30);
const ENDED: Duration = Duration::ZERO;

/// Two workers, and one delivery that is due.
macro_rules! two_workers {
    () => {{
        let Some(schema) = Schema::new().await else {
            return;
        };
        let (one, two) = (schema.worker().await, schema.worker().await);
        file(&*one, std::iter::once("a".to_owned())).await;
        (schema, one, two)
    }};
}

async fn state(store: &dyn LeadStore) -> State {
    store.counts().await.unwrap()[0].state
}

/// Ends every lease, as if so much time had gone by since.
async fn let_end(schema: &Schema, ago: &str) {
    let end = format!("UPDATE delivery SET lease_until = clock_timestamp() - interval '{ago}' WHERE state = 'leased'");
    schema.client().await.batch_execute(&end).await.unwrap();
}

#[tokio::test]
async fn what_is_leased_goes_to_another_worker_once_the_lease_has_ended() {
    let (_schema, one, two) = two_workers!();
    let held = claim_one(&*one, LEASE).await;
    assert_eq!(reap(&*two, 9).await, Reaped::default(), "it holds");
    assert!(claim(&*two, LEASE).await.is_empty());
    assert!(matches!(accepted(&*one, held).await, Finished::Recorded(_)));

    file(&*one, std::iter::once("b".to_owned())).await;
    let ended = claim_one(&*one, ENDED).await;
    assert!(claim(&*two, LEASE).await.is_empty(), "it is reaped first");
    assert_eq!(reap(&*two, 9).await.due, 1);
    let taken = claim_one(&*two, LEASE).await;
    assert_eq!((taken.delivery, taken.claim), (ended.delivery, ended.claim + 1));
}

#[tokio::test]
async fn a_renewed_lease_holds() {
    let (_schema, one, two) = two_workers!();
    let fence = claim_one(&*one, ENDED).await;
    assert_eq!(one.renew(vec![fence], LEASE, now()).await, Ok(Vec::new()));
    assert_eq!(reap(&*two, 9).await, Reaped::default());
    assert_eq!(one.renew(vec![fence], ENDED, now()).await, Ok(Vec::new()));
    assert_eq!(reap(&*two, 9).await.due, 1);
    assert_eq!(
        one.renew(vec![fence], LEASE, now()).await,
        Ok(vec![fence]),
        "another one took it"
    );
    assert!(!begin(&*one, fence).await, "nothing is sent with it");
}

/// Two claims that have ended, and who has locked the first one.
async fn claimed_and_one_locked(schema: &Schema, one: &dyn LeadStore) -> (Vec<Fence>, Client) {
    file(one, std::iter::once("b".to_owned())).await;
    let claims = claim(one, ENDED).await;
    let other = schema.client().await;
    let lock = "BEGIN; SELECT FROM delivery ORDER BY id LIMIT 1 FOR UPDATE";
    other.batch_execute(lock).await.unwrap();
    (claims.iter().map(|claim| claim.fence).collect(), other)
}

#[tokio::test]
async fn a_row_that_somebody_has_locked_keeps_no_other_lease_from_being_renewed() {
    let (schema, one, two) = two_workers!();
    let (fences, other) = claimed_and_one_locked(&schema, &*one).await;
    let renewed = one.renew(fences.clone(), LEASE, now()).await;
    assert_eq!(renewed, Ok(vec![fences[0]]), "it may be another's by now");
    other.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(reap(&*two, 9).await.due, 1, "the other one holds");
}

#[tokio::test]
async fn a_row_that_is_locked_for_a_moment_is_renewed_after_it() {
    let (schema, one, _two) = two_workers!();
    let (fences, other) = claimed_and_one_locked(&schema, &*one).await;
    let let_go = async {
        // Until it has been passed over.
        let holding = "SELECT FROM delivery WHERE lease_until > clock_timestamp()";
        while other.query(holding, &[]).await.unwrap().is_empty() {}
        other.batch_execute("ROLLBACK").await.unwrap();
    };
    let both = timeout(Duration::from_secs(20), join(one.renew(fences, LEASE, now()), let_go));
    assert_eq!(both.await.unwrap().0, Ok(Vec::new()));
}

#[tokio::test]
async fn nobody_takes_what_is_just_being_begun() {
    let (_schema, one, two) = two_workers!();
    let fence = claim_one(&*one, ENDED).await;
    assert!(begin(&*one, fence).await, "nobody had taken it");
    assert_eq!(reap(&*two, 9).await, Reaped::default());
    assert!(matches!(accepted(&*one, fence).await, Finished::Recorded(_)));
}

#[tokio::test]
async fn what_is_begun_holds_for_as_long_as_its_worker_says() {
    let (_schema, one, two) = two_workers!();
    let fence = claim_one(&*one, ENDED).await;
    assert!(begin_for(&*one, fence, ENDED).await, "nobody had taken it");
    assert_eq!(reap(&*two, 9).await.due, 1);
    // A lease that lasts is not cut short.
    let fence = claim_one(&*two, LEASE).await;
    assert!(begin_for(&*two, fence, ENDED).await);
    assert_eq!(reap(&*one, 9).await, Reaped::default());
}

#[tokio::test]
async fn a_worker_that_wakes_up_takes_nothing_from_itself() {
    let (schema, one, _two) = two_workers!();
    let fence = claim_one(&*one, LEASE).await;
    let_end(&schema, "4 min").await;
    assert_eq!(reap(&*one, 9).await, Reaped::default());
    assert_eq!(one.renew(vec![fence], LEASE, now()).await, Ok(Vec::new()));
    // What it never renews it has forgotten.
    let_end(&schema, "6 min").await;
    assert_eq!(reap(&*one, 9).await.due, 1);
}

#[tokio::test]
async fn the_late_answer_of_a_frozen_worker_is_recorded_while_another_works() {
    let (schema, one, two) = two_workers!();
    let old = claim_one(&*one, LEASE).await;
    assert!(begin(&*one, old).await);
    let_end(&schema, "1 s").await;
    assert_eq!(reap(&*two, 9).await.due, 1);
    let new = claim_one(&*two, LEASE).await;
    assert_eq!(accepted(&*one, old).await, Finished::Stale { settled: false });
    assert_eq!(state(&*two).await, State::Leased);
    let views = two.lead(&leadsink_core::LeadId::new("a").unwrap(), None).await.unwrap();
    let (_, attempts) = &views[0].deliveries[0];
    assert_eq!(attempts[0].outcome, Some(AttemptOutcome::Unknown));
    assert_eq!(attempts[0].late, Some(AttemptOutcome::Accepted));
    assert!(matches!(accepted(&*two, new).await, Finished::Recorded(_)));
}

#[tokio::test]
async fn the_late_answer_of_a_frozen_worker_settles_what_nobody_works_on() {
    let (schema, one, two) = two_workers!();
    let fence = claim_one(&*one, LEASE).await;
    assert!(begin(&*one, fence).await);
    let_end(&schema, "1 s").await;
    assert_eq!(reap(&*two, 1).await.due, 1);
    assert_eq!(accepted(&*one, fence).await, Finished::Stale { settled: true });
    assert_eq!(state(&*two).await, State::Done);
}
