//! A move takes everything along, and leaves at most one outbox to work on wherever it breaks off.

mod lab;

use std::time::Duration;

use leadsink_outbox::postgres::Role;
use leadsink_outbox::transfer::{MarkKind, Step};
use leadsink_outbox::{Accepted, Control, PostgresStore, Selection, SqliteStore, State, StoreErrorKind};

use crate::postgres::lab::{claim, file, lead, now, reap};
use lab::{Place, event, go, kind, pairs, until};

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
async fn a_copy_that_was_left_is_known_as_its_own_however_often_the_next_one_breaks_off() {
    pairs(async |from, to, _| {
        from.fill().await;
        let arrived = |step: Step| step == Step::Arrived;
        let copied = |step: Step| matches!(step, Step::Copied(..));
        for error in [
            until(from, to, 1, arrived).await.unwrap_err(),
            until(from, to, 2, copied).await.unwrap_err(),
            until(from, to, 3, copied).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), StoreErrorKind::Closed, "{error}");
        }
        assert!(!go(from, to, 4, usize::MAX).await.unwrap().was_there);
        assert_eq!(
            (from.refuses().await, to.refuses().await),
            (Some(StoreErrorKind::Moved), None)
        );
    })
    .await;
}

#[tokio::test]
async fn who_moves_an_outbox_is_no_worker() {
    pairs(async |from, _, _| {
        let Place::Server(schema) = from else { return };
        let _held = from.side().await.unwrap();
        let reader = PostgresStore::open(&schema.address(), Role::Reader).await.unwrap();
        assert_eq!(reader.workers().await.unwrap(), 0);
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
