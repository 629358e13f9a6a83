//! Several workers at once, none in the way of another.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use leadsink_outbox::{Accepted, LeadStore as _, PostgresStore, QuotaRule, RawHash};
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
