//! Outboxes of each kind with everything in them, and moves from one to another.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::CallbackToken;
use leadsink_outbox::postgres::Role;
use leadsink_outbox::transfer::{Moved, Side, Step, transfer};
use leadsink_outbox::{
    Answer, Begin, BreakerReport, Claim, Control, Ending, Failure, Finish, LeadStore, PostgresStore, QuotaRule,
    RawHash, Selection, SqliteStore, StoreError, StoreErrorKind, Then, VendorEvent, Verdict, WorkerId,
};
use uuid::Uuid;

use crate::postgres::bed::Schema;
use crate::postgres::lab::{begin, claim, file, lead, now, request};

/// A place for an outbox.
pub(super) enum Place {
    File(PathBuf),
    Server(Schema),
}

impl Place {
    pub(super) async fn side(&self) -> Result<Side, StoreError> {
        match self {
            Self::File(path) => Side::file(path),
            Self::Server(schema) => Side::server(&schema.address()).await,
        }
    }

    pub(super) async fn open(&self, role: Role) -> Result<Arc<dyn LeadStore>, StoreError> {
        Ok(match self {
            Self::File(path) => Arc::new(SqliteStore::open(path, role)?),
            Self::Server(schema) => Arc::new(PostgresStore::open(&schema.address(), role).await?),
        })
    }

    pub(super) async fn worker(&self) -> Result<Arc<dyn LeadStore>, StoreError> {
        static STARTED: AtomicU8 = AtomicU8::new(1);
        let start = STARTED.fetch_add(1, Ordering::SeqCst);
        self.open(Role::Worker(WorkerId::new(now(), [start; 10]))).await
    }

    /// What opening it to work comes to; the worker is gone again.
    pub(super) async fn refuses(&self) -> Option<StoreErrorKind> {
        let refused = self.worker().await.err().map(|error| error.kind());
        if let Self::Server(schema) = self {
            schema.end_all().await;
        }
        refused
    }

    /// Makes one with everything in it that there can be, and ends its worker in the middle of two deliveries.
    pub(super) async fn fill(&self) {
        let worker = self.worker().await.unwrap();
        let store = &*worker;
        file(store, (0..600).map(|n| format!("many-{n}"))).await;
        store
            .control(Control::Cancel(Selection::default()), now())
            .await
            .unwrap();
        let mut told = lead("told");
        told.deliveries[0].callback_token = Some(CallbackToken::from_bits(7));
        store.accept(vec![told], now()).await.unwrap();
        for (key, ending) in [
            ("told", Ending::Answered(Answer::new(Verdict::Pending))),
            ("held", unknown(Then::Stop)),
            ("doubt", unknown(Then::Retry(now()))),
            ("dead", failed(Then::Stop)),
        ] {
            file(store, std::iter::once(key.to_owned())).await;
            let claims = claim(store, Duration::from_secs(30)).await;
            finish(store, &claims, key, ending).await;
        }
        let mut change = lead("doubt");
        (change.raw_hash, change.update) = (RawHash([8; 32]), true);
        store.accept(vec![change], now()).await.unwrap();
        for (id, token) in [("1", 7), ("2", 9)] {
            store.callback(event(id, token)).await.unwrap();
        }
        let old = lead("old");
        store
            .accept(vec![old], now() - Duration::from_secs(9000))
            .await
            .unwrap();
        let before = now() - Duration::from_secs(5000);
        let of_old = Selection {
            key: Some(lead("old").key),
            ..Selection::default()
        };
        store.control(Control::Cancel(of_old), before).await.unwrap();
        assert!(store.control(Control::Purge { before: now() }, now()).await.unwrap() > 0);
        let quota = QuotaRule {
            name: "leads".into(),
            requests: 10,
            per: Duration::from_secs(60),
        };
        store.take("main", vec![quota], 3, now()).await.unwrap();
        store.control(Control::Pause("other".into()), now()).await.unwrap();
        let open = BreakerReport {
            generation: 0,
            open_until: Some(now()),
        };
        store.breaker("third", open).await.unwrap();
        // One was begun, and one only claimed.
        file(store, ["begun", "claimed"].map(str::to_owned).into_iter()).await;
        let claims = store
            .claim(request(9, Duration::ZERO, Vec::new()), now())
            .await
            .unwrap()
            .claims;
        for claimed in claims.iter().filter(|claim| claim.key.as_str() == "begun") {
            assert!(begin(store, claimed.fence).await);
        }
        drop(worker);
        if let Self::Server(schema) = self {
            schema.end_all().await;
            // So that no test waits for leases to end.
            let end = "UPDATE delivery SET lease_until = clock_timestamp() - interval '1 s' WHERE state = 'leased'";
            schema.client().await.batch_execute(end).await.unwrap();
        }
    }
}

fn unknown(then: Then) -> Ending {
    Ending::Unknown {
        failure: Failure::new("timeout", "the time ran out"),
        then,
    }
}

fn failed(then: Then) -> Ending {
    Ending::Failed {
        // Which a server cannot keep.
        failure: Failure::new("connect", "re\0fused"),
        then,
    }
}

pub(super) fn event(id: &str, token: u128) -> VendorEvent {
    VendorEvent {
        vendor: "acme".into(),
        event_id: id.into(),
        token: CallbackToken::from_bits(token),
        verdict: Verdict::Rejected,
        received_at: now(),
        body: Bytes::from_static(b"{}"),
    }
}

async fn finish(store: &dyn LeadStore, claims: &[Claim], key: &str, ending: Ending) {
    for claim in claims {
        let is_it = claim.key.as_str() == key;
        let attempt = Begin {
            fence: claim.fence,
            prepared: Bytes::from_static(b"\0bytes"),
            repeat: leadsink_core::Repeat::NeverBlindly,
        };
        if is_it {
            store
                .begin(vec![attempt], Duration::from_secs(30), now())
                .await
                .unwrap();
        }
        let later = Ending::Postponed {
            failure: None,
            then: Then::Retry(now()),
        };
        let ending = if is_it { ending.clone() } else { later };
        let finish = Finish {
            fence: claim.fence,
            ending,
        };
        store.finish(vec![finish], now()).await.unwrap();
    }
}

pub(super) async fn go(from: &Place, to: &Place, id: u128, steps: usize) -> Result<Moved, StoreError> {
    let mut seen = 0;
    until(from, to, id, |_| {
        seen += 1;
        seen > steps
    })
    .await
}

/// Moves until one step, and breaks off there.
pub(super) async fn until(
    from: &Place,
    to: &Place,
    id: u128,
    mut is_last: impl FnMut(Step) -> bool + Send,
) -> Result<Moved, StoreError> {
    let (from, to) = (from.side().await?, to.side().await?);
    let mut watch = |step| match is_last(step) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    transfer(from, to, Uuid::from_u128(id), now(), &mut watch).await
}

pub(super) async fn kind(from: &Place, to: &Place) -> Option<StoreErrorKind> {
    go(from, to, 99, usize::MAX).await.err().map(|error| error.kind())
}

/// From each kind of place to each.
pub(super) async fn pairs(test: impl AsyncFn(&Place, &Place, &Place)) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| Place::File(folder.path().join(name));
    test(&path("a"), &path("b"), &path("c")).await;
    if let (Some(one), Some(two)) = (Schema::new().await, Schema::new().await) {
        test(&path("d"), &Place::Server(one), &path("e")).await;
        let three = Schema::new().await.unwrap();
        test(&Place::Server(two), &path("f"), &Place::Server(three)).await;
    }
}
