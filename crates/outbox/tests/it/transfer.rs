//! A move takes everything along, and leaves at most one outbox to work on wherever it breaks off.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::CallbackToken;
use leadsink_outbox::postgres::Role;
use leadsink_outbox::transfer::{MarkKind, Moved, Side, Step, transfer};
use leadsink_outbox::{
    Accepted, Answer, Begin, BreakerReport, Claim, Control, Ending, Failure, Finish, LeadStore, PostgresStore,
    QuotaRule, RawHash, Selection, SqliteStore, State, StoreError, StoreErrorKind, Then, VendorEvent, Verdict,
    WorkerId,
};
use uuid::Uuid;

use crate::postgres::bed::Schema;
use crate::postgres::lab::{begin, claim, file, lead, now, reap, request};

/// A place for an outbox.
enum Place {
    File(PathBuf),
    Server(Schema),
}

impl Place {
    async fn side(&self) -> Result<Side, StoreError> {
        match self {
            Self::File(path) => Side::file(path),
            Self::Server(schema) => Side::server(&schema.address()).await,
        }
    }

    async fn open(&self, role: Role) -> Result<Arc<dyn LeadStore>, StoreError> {
        Ok(match self {
            Self::File(path) => Arc::new(SqliteStore::open(path, role)?),
            Self::Server(schema) => Arc::new(PostgresStore::open(&schema.address(), role).await?),
        })
    }

    async fn worker(&self) -> Result<Arc<dyn LeadStore>, StoreError> {
        static STARTED: AtomicU8 = AtomicU8::new(1);
        let start = STARTED.fetch_add(1, Ordering::SeqCst);
        self.open(Role::Worker(WorkerId::new(now(), [start; 10]))).await
    }

    /// What opening it to work comes to; the worker is gone again.
    async fn refuses(&self) -> Option<StoreErrorKind> {
        let refused = self.worker().await.err().map(|error| error.kind());
        if let Self::Server(schema) = self {
            schema.end_all().await;
        }
        refused
    }

    /// Makes one with everything in it that there can be, and ends its worker in the middle of two deliveries.
    async fn fill(&self) {
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
        failure: Failure::new("connect", "refused"),
        then,
    }
}

fn event(id: &str, token: u128) -> VendorEvent {
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

async fn go(from: &Place, to: &Place, id: u128, steps: usize) -> Result<Moved, StoreError> {
    let (from, to) = (from.side().await?, to.side().await?);
    let mut seen = 0;
    let mut watch = |_: Step| {
        seen += 1;
        if seen > steps {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    transfer(from, to, Uuid::from_u128(id), now(), &mut watch).await
}

async fn kind(from: &Place, to: &Place) -> Option<StoreErrorKind> {
    go(from, to, 99, usize::MAX).await.err().map(|error| error.kind())
}

/// From each kind of place to each.
async fn pairs(test: impl AsyncFn(&Place, &Place, &Place)) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| Place::File(folder.path().join(name));
    test(&path("a"), &path("b"), &path("c")).await;
    if let (Some(one), Some(two)) = (Schema::new().await, Schema::new().await) {
        test(&path("d"), &Place::Server(one), &path("e")).await;
        let three = Schema::new().await.unwrap();
        test(&Place::Server(two), &path("f"), &Place::Server(three)).await;
    }
}

#[tokio::test]
async fn there_and_back_nothing_differs() {
    pairs(async |from, to, back| {
        from.fill().await;
        let there = go(from, to, 1, usize::MAX).await.unwrap();
        assert!(
            there.leads > 600 && there.attempts > 3 && there.events == 2 && there.lanes == 3,
            "{there:?}"
        );
        let here = go(to, back, 2, usize::MAX).await.unwrap();
        assert_eq!(here, there);
        for old in [from, to] {
            assert_eq!(old.refuses().await, Some(StoreErrorKind::Moved));
            assert!(old.open(Role::Reader).await.unwrap().counts().await.unwrap().len() > 1);
        }
        let store = back.worker().await.unwrap();
        // What is known stays known.
        let again = file(&*store, ["many-1", "held", "old"].map(str::to_owned).into_iter()).await;
        assert!(
            again.iter().all(|answer| matches!(answer, Accepted::Duplicate { .. })),
            "{again:?}"
        );
        assert!(file(&*store, std::iter::once("new".to_owned())).await[0] != again[0]);
        // What was under way is what it was without the move: in doubt where it had begun, and due again where not.
        reap(&*store, 5).await;
        for (key, state, in_doubt) in [
            ("begun", State::Due, true),
            ("claimed", State::Due, false),
            ("held", State::Held, true),
            ("doubt", State::Due, true),
            ("dead", State::Dead, false),
        ] {
            let views = store.lead(&lead(key).key, None).await.unwrap();
            let (delivery, _) = &views[0].deliveries[0];
            assert_eq!((delivery.state, delivery.in_doubt), (state, in_doubt), "{key}");
        }
        let lanes = store.lanes().await.unwrap();
        assert!(
            lanes.iter().any(|lane| &*lane.sink == "other" && lane.is_paused),
            "{lanes:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn wherever_it_breaks_off_one_can_be_worked_on_at_most_and_a_repetition_ends_it() {
    pairs(async |from, to, _| {
        from.fill().await;
        let mut steps = 0;
        let mut shut = 0;
        let whole = loop {
            match go(from, to, steps as u128, steps).await {
                Ok(whole) => break whole,
                Err(error) => assert_eq!(error.kind(), StoreErrorKind::Closed, "{error}"),
            }
            let (old, new) = (from.refuses().await, to.refuses().await);
            let is_new_empty = new.is_none() && to.worker().await.unwrap().counts().await.unwrap().is_empty();
            assert!(
                new == Some(StoreErrorKind::Moved) || is_new_empty,
                "after {steps}: {new:?}"
            );
            to.refuses().await;
            if old.is_some() {
                assert_eq!((old, new), (Some(StoreErrorKind::Moved), Some(StoreErrorKind::Moved)));
                // Only the last word is missing.
                assert!(go(from, to, 77, usize::MAX).await.unwrap().was_there);
            }
            shut += usize::from(new.is_some());
            steps += 1;
        };
        assert!(shut >= 2 && steps > 8, "{shut} of {steps}");
        assert!(whole.was_there && whole.leads > 600);
        assert_eq!(
            (from.refuses().await, to.refuses().await),
            (Some(StoreErrorKind::Moved), None)
        );
    })
    .await;
}

#[tokio::test]
async fn a_worker_keeps_its_outbox() {
    pairs(async |from, to, _| {
        let worker = from.worker().await.unwrap();
        if let Place::Server(schema) = from {
            let reader = PostgresStore::open(&schema.address(), Role::Reader).await.unwrap();
            while reader.workers().await.unwrap() == 0 {}
        }
        assert_eq!(kind(from, to).await, Some(StoreErrorKind::HeldByWorker));
        drop(worker);
        // Its connections end a moment later.
        if let Place::Server(schema) = from {
            schema.end_all().await;
        }
        let begun = from.worker().await.unwrap();
        file(&*begun, std::iter::once("a".to_owned())).await;
        claim(&*begun, Duration::from_secs(30)).await;
        drop(begun);
        if let Place::Server(schema) = from {
            schema.end_all().await;
            assert_eq!(
                kind(from, to).await,
                Some(StoreErrorKind::HeldByWorker),
                "its lease lives"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn who_has_it_open_cannot_write_after_the_move() {
    pairs(async |from, to, _| {
        from.fill().await;
        let visitor = from.open(Role::Visitor).await.unwrap();
        go(from, to, 1, usize::MAX).await.unwrap();
        let refused = [
            visitor.accept(vec![lead("late")], now()).await.map(drop),
            visitor.callback(event("3", 7)).await.map(drop),
            visitor.control(Control::Pause("main".into()), now()).await.map(drop),
            visitor
                .control(Control::Retry(Selection::default()), now())
                .await
                .map(drop),
        ];
        for refused in refused {
            assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::Moved);
        }
        assert!(visitor.lead(&lead("late").key, None).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_over() {
    pairs(async |from, to, other| {
        from.fill().await;
        let busy = to.open(Role::Visitor).await.unwrap();
        busy.control(Control::Pause("main".into()), now()).await.unwrap();
        drop(busy);
        assert_eq!(kind(from, to).await, Some(StoreErrorKind::NotEmpty));
        // A copy that another one left may be all that there is of that.
        let between = tempfile::tempdir().unwrap();
        let between = Place::File(between.path().join("between"));
        let mut steps = 0;
        while from.refuses().await.is_none() {
            steps += 1;
            go(from, &between, 5, steps).await.unwrap_err();
        }
        other.worker().await.unwrap();
        other.refuses().await;
        assert_eq!(kind(other, &between).await, Some(StoreErrorKind::Moved));
        assert_eq!(kind(from, other).await, Some(StoreErrorKind::Moved));
        assert!(go(from, &between, 6, usize::MAX).await.unwrap().was_there);
    })
    .await;
}

#[tokio::test]
async fn an_outbox_says_where_it_went_and_whence_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["a", "b"].map(|name| Place::File(folder.path().join(name)));
    from.fill().await;
    go(&from, &to, 1, usize::MAX).await.unwrap();
    for (name, kind, other) in [("a", MarkKind::Moved, "b"), ("b", MarkKind::Arrived, "a")] {
        let store = SqliteStore::open(folder.path().join(name), Role::Reader).unwrap();
        let mark = store.mark().await.unwrap().unwrap();
        assert_eq!((mark.kind, mark.at), (kind, now()));
        assert!(mark.place.ends_with(other), "{}", mark.place);
    }
    let error = from.worker().await.unwrap_err().to_string();
    assert!(
        error.starts_with("the outbox was moved to `") && error.contains("name that one"),
        "{error}"
    );
}
