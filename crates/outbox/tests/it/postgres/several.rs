//! Several workers at once, none in the way of another.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use leadsink_outbox::{Accepted, LeadStore as _, NewLead, PostgresStore, QuotaRule, RawHash};
use tokio::time::timeout;

use super::bed::Schema;
use super::lab::{file, lead, now, request};

const LEASE: Duration = Duration::from_secs(30);

async fn workers(schema: &Schema, count: usize) -> Vec<Arc<PostgresStore>> {
    join_all((0..count).map(|_| schema.worker())).await
}

#[tokio::test]
async fn those_that_start_at_once_make_the_tables_once() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let workers = workers(&schema, 4).await;
    for worker in workers {
        assert_eq!(worker.counts().await, Ok(Vec::new()));
    }
}

#[tokio::test]
async fn no_delivery_goes_to_two() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let workers = workers(&schema, 4).await;
    file(&*workers[0], (0..300).map(|n| n.to_string())).await;
    let claim_all = |worker: Arc<PostgresStore>| async move {
        let mut fences = Vec::new();
        loop {
            let got = worker.claim(request(7, LEASE, Vec::new()), now()).await.unwrap();
            if got.claims.is_empty() {
                return fences;
            }
            fences.extend(got.claims.iter().map(|claim| claim.fence));
        }
    };
    let claimed = join_all(workers.into_iter().map(|worker| tokio::spawn(claim_all(worker)))).await;
    let claimed: Vec<_> = claimed.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(claimed.len(), 300);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 300);
}

#[tokio::test]
async fn they_keep_one_quota_together() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let workers = workers(&schema, 4).await;
    file(&*workers[0], (0..40).map(|n| n.to_string())).await;
    let ten_a_minute = || {
        vec![QuotaRule {
            name: "leads".to_owned(),
            requests: 10,
            per: Duration::from_secs(60),
        }]
    };
    let claims = workers.iter().map(|worker| async {
        let mut got = 0;
        for _ in 0..5 {
            let claims = worker.claim(request(2, LEASE, ten_a_minute()), now()).await.unwrap();
            got += claims.claims.len();
            got += worker.take("main", ten_a_minute(), 1, now()).await.unwrap().granted as usize;
        }
        got
    });
    assert_eq!(join_all(claims).await.into_iter().sum::<usize>(), 10);
}

#[tokio::test]
async fn a_lead_that_two_hand_in_at_once_is_kept_once() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let workers = workers(&schema, 2).await;
    for round in 0..10 {
        let keys = || (0..100).map(move |n| format!("{round}-{n}"));
        // In opposite orders, so that each would wait for the other.
        let (one, two) = tokio::join!(file(&*workers[0], keys()), file(&*workers[1], keys().rev()));
        for (one, two) in one.iter().zip(two.iter().rev()) {
            let new = [one, two].map(|answer| matches!(answer, Accepted::New { .. }));
            assert!(new[0] != new[1], "{one:?} {two:?}");
        }
    }
    assert_eq!(workers[0].counts().await.unwrap()[0].deliveries, 1000);
}

/// Waits until a worker waits for a row that another connection has locked.
async fn waits(schema: &Schema) {
    let client = schema.client().await;
    let sql = "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
    while client.query(sql, &[&schema.name()]).await.unwrap().is_empty() {}
}

#[tokio::test]
async fn a_change_that_a_worker_overtakes_is_no_second_lead() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let workers = workers(&schema, 1).await;
    file(&*workers[0], std::iter::once("a".to_owned())).await;
    // Another worker is just writing that the vendor has it.
    let other = schema.client().await;
    let end = "BEGIN; UPDATE delivery SET state = 'done', conclusion = 'accepted'";
    other.batch_execute(end).await.unwrap();
    let mut change = lead("a");
    change.raw_hash = RawHash([8; 32]);
    change.update = true;
    change.deliveries[0].merges = false;
    let worker = Arc::clone(&workers[0]);
    let answer = tokio::spawn(async move { worker.accept(vec![change], now()).await });
    timeout(Duration::from_secs(20), waits(&schema)).await.unwrap();
    other.batch_execute("COMMIT").await.unwrap();
    let answers = answer.await.unwrap().unwrap();
    assert!(
        matches!(
            answers[0],
            Accepted::Duplicate {
                same_body: false,
                filed: 0,
                ..
            }
        ),
        "{answers:?}"
    );
}

/// The record of a known lead has changed.
fn changed(key: &str) -> NewLead {
    let mut lead = lead(key);
    lead.raw_hash = RawHash([8; 32]);
    lead.update = true;
    lead
}

#[tokio::test]
async fn who_changes_many_leads_locks_nothing_that_comes_after_what_it_waits_for() {
    // Leads are locked in the order of their keys, deliveries in that of their numbers, in whatever order they are handed in.
    for (filed, given, locked, free) in [
        (
            ["a", "b"],
            ["b", "a"],
            "lead WHERE idem_key = 'a'",
            "lead WHERE idem_key = 'b'",
        ),
        (["b", "a"], ["a", "b"], "delivery WHERE id = 1", "delivery WHERE id = 2"),
    ] {
        let Some(schema) = Schema::new().await else {
            return;
        };
        let workers = workers(&schema, 1).await;
        for key in filed {
            file(&*workers[0], std::iter::once(key.to_owned())).await;
        }
        let other = schema.client().await;
        let lock = |rows| format!("SELECT FROM {rows} FOR UPDATE NOWAIT");
        other.batch_execute(&format!("BEGIN; {}", lock(locked))).await.unwrap();
        let worker = Arc::clone(&workers[0]);
        let leads = given.map(changed).to_vec();
        let answers = tokio::spawn(async move { worker.accept(leads, now()).await });
        timeout(Duration::from_secs(20), waits(&schema)).await.unwrap();
        let taken = other.batch_execute(&lock(free)).await;
        assert!(taken.is_ok(), "both wait for the other over {free}");
        other.batch_execute("ROLLBACK").await.unwrap();
        let answers = answers.await.unwrap().unwrap();
        let is_revised = |answer| matches!(answer, &Accepted::Revised { revision: 2, .. });
        assert!(answers.iter().all(is_revised), "{answers:?}");
    }
}

#[tokio::test]
async fn two_that_change_the_same_leads_in_opposite_orders_both_get_through() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let workers = workers(&schema, 2).await;
    file(&*workers[0], (0..100).map(|n| n.to_string())).await;
    for round in 2..6 {
        let leads = |hash| {
            let with = move |n: u32| NewLead {
                raw_hash: RawHash([hash; 32]),
                ..changed(&n.to_string())
            };
            (0..100).map(with)
        };
        let one = workers[0].accept(leads(2 * round).collect(), now());
        let two = workers[1].accept(leads(2 * round + 1).rev().collect(), now());
        let (one, two) = tokio::join!(one, two);
        for answer in one.unwrap().iter().chain(&two.unwrap()) {
            assert!(matches!(answer, Accepted::Revised { .. }), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_worker_hears_of_what_another_process_accepts() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let workers = workers(&schema, 2).await;
    // It is told once that it listens.
    workers[1].woken().await;
    let heard = timeout(Duration::from_secs(20), workers[1].woken());
    let (heard, _) = tokio::join!(heard, file(&*workers[0], std::iter::once("a".to_owned())));
    assert!(heard.is_ok());
}
