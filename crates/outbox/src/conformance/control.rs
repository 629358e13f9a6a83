//! What people command.

use super::lab::{Lab, MAIN, answered, at, failed, of_lead, unknown, with_record};
use crate::accept::Accepted;
use crate::attempt::Then;
use crate::control::{Control, Release, Selection};
use crate::word::{Conclusion, State, Verdict};

async fn bury(lab: &Lab<'_>) {
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, failed(Then::Stop)).await;
}

pub(super) async fn a_dead_letter_is_tried_anew(lab: &mut Lab<'_>) {
    lab.file(&["dead"]).await;
    bury(lab).await;
    lab.file(&["later"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, failed(Then::Retry(at(900)))).await;
    lab.set(50);
    assert_eq!(lab.control(Control::Retry(Selection::default())).await, 2);
    let claims = lab.claim(9).await;
    let attempts = claims.iter().map(|claim| (claim.key.as_str(), claim.attempt.n));
    // A dead letter has all its attempts again; what was due later goes on where it was.
    assert_eq!(attempts.collect::<Vec<_>>(), [("dead", 1), ("later", 2)]);
    assert_eq!(claims[0].first_failed_at, None);
}

pub(super) async fn retry_leaves_what_is_held_or_replaced(lab: &mut Lab<'_>) {
    lab.file(&["held"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, unknown(Then::Stop)).await;
    lab.file(&["a"]).await;
    bury(lab).await;
    let mut second = with_record(lab.lead("a"), "another phone");
    second.update = true;
    lab.accept(vec![second]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, answered(Verdict::Accepted)).await;
    // The first revision would undo the second at the vendor.
    assert_eq!(lab.control(Control::Retry(Selection::default())).await, 0);
    assert_eq!(lab.state("held").await, State::Held);
}

pub(super) async fn a_cancelled_delivery_is_over(lab: &mut Lab<'_>) {
    lab.file(&["dead"]).await;
    bury(lab).await;
    lab.file(&["leased"]).await;
    let leased = lab.claim_one().await;
    lab.file(&["due"]).await;
    assert_eq!(lab.control(Control::Cancel(Selection::default())).await, 2);
    for key in ["dead", "due"] {
        assert_eq!(lab.view(key).await.0.conclusion, Some(Conclusion::Cancelled), "{key}");
    }
    assert!(lab.claim(9).await.is_empty());
    lab.end(&leased, answered(Verdict::Accepted)).await;
}

pub(super) async fn a_person_settles_a_doubt(lab: &mut Lab<'_>) {
    lab.file(&["there", "gone", "due"]).await;
    let claims = lab.claim(2).await;
    for claim in &claims {
        assert!(lab.begin(claim, "bytes").await);
        lab.end(claim, unknown(Then::Stop)).await;
    }
    let release = |key, to| Control::Release { of: of_lead(key), to };
    assert_eq!(lab.control(release("there", Release::Delivered)).await, 1);
    assert_eq!(lab.control(release("gone", Release::NotDelivered)).await, 1);
    assert_eq!(lab.control(release("due", Release::Delivered)).await, 0, "not in doubt");
    assert_eq!(lab.view("there").await.0.conclusion, Some(Conclusion::Released));
    let claims = lab.claim(9).await;
    let gone = claims.iter().find(|claim| claim.key.as_str() == "gone");
    assert!(gone.is_some_and(|claim| claim.doubt.is_none() && claim.attempt.n == 1));
}

pub(super) async fn a_selection_names_lead_and_sink(lab: &mut Lab<'_>) {
    let leads = ["a", "b"].map(|key| lab.lead_to(key, &["one", "two"]));
    lab.accept(leads.to_vec()).await;
    let of = Selection {
        sink: Some("two".into()),
        ..of_lead("a")
    };
    assert_eq!(lab.control(Control::Cancel(of)).await, 1);
    let of = Selection {
        sink: Some("one".into()),
        ..Selection::default()
    };
    assert_eq!(lab.control(Control::Cancel(of)).await, 2);
    assert_eq!(lab.claims(lab.request("two", 9)).await.claims.len(), 1);
}

/// Files `a` from two sources and `b` from the one of most checks.
async fn file_from_two(lab: &mut Lab<'_>) {
    let mut other = lab.lead("a");
    other.source = "form".into();
    lab.accept(vec![other]).await;
    lab.file(&["a", "b"]).await;
}

/// The lead `a` of the other source.
fn of_form() -> Selection {
    Selection {
        source: Some("form".into()),
        ..of_lead("a")
    }
}

/// How the lead `a` stands, by source.
async fn both(lab: &Lab<'_>) -> Vec<(String, State)> {
    let views = lab.views("a").await.into_iter();
    views
        .map(|view| (view.source.to_string(), view.deliveries[0].0.state))
        .collect()
}

fn standing(file: State, form: State) -> Vec<(String, State)> {
    vec![("file".into(), file), ("form".into(), form)]
}

pub(super) async fn a_selection_names_the_source(lab: &mut Lab<'_>) {
    file_from_two(lab).await;
    for claim in lab.claim(9).await {
        assert!(lab.begin(&claim, "bytes").await);
        lab.end(&claim, failed(Then::Stop)).await;
    }
    assert_eq!(lab.control(Control::Retry(of_form())).await, 1);
    assert_eq!(both(lab).await, standing(State::Dead, State::Due));
    assert_eq!(lab.control(Control::Cancel(of_form())).await, 1);
    assert_eq!(both(lab).await, standing(State::Dead, State::Done));
    let of = Selection {
        source: Some("file".into()),
        ..Selection::default()
    };
    assert_eq!(lab.control(Control::Retry(of)).await, 2, "every lead of a source");
}

pub(super) async fn a_release_leaves_the_lead_of_another_source(lab: &mut Lab<'_>) {
    file_from_two(lab).await;
    for claim in lab.claim(9).await {
        assert!(lab.begin(&claim, "bytes").await);
        lab.end(&claim, unknown(Then::Stop)).await;
    }
    let form = Control::Release {
        of: of_form(),
        to: Release::NotDelivered,
    };
    assert_eq!(lab.control(form).await, 1);
    assert_eq!(both(lab).await, standing(State::Held, State::Due));
    let file = Control::Release {
        of: Selection {
            source: Some("file".into()),
            ..of_lead("a")
        },
        to: Release::Delivered,
    };
    assert_eq!(lab.control(file).await, 1);
    assert_eq!(both(lab).await, standing(State::Done, State::Due));
}

/// Delivers whatever is due.
async fn deliver(lab: &Lab<'_>) {
    for claim in lab.claim(9).await {
        assert!(lab.begin(&claim, "bytes").await);
        lab.end(&claim, answered(Verdict::Accepted)).await;
    }
}

pub(super) async fn purge_leaves_the_keys(lab: &mut Lab<'_>) {
    let first = lab.lead("a");
    lab.accept(vec![first.clone()]).await;
    deliver(lab).await;
    lab.set(100);
    assert_eq!(lab.control(Control::Purge { before: at(50) }).await, 1);
    assert_eq!(lab.control(Control::Purge { before: at(50) }).await, 0);
    let views = lab.views("a").await;
    assert!(views[0].is_purged);
    let (delivery, attempts) = &views[0].deliveries[0];
    assert_eq!((delivery.state, attempts.len()), (State::Done, 0));
    let again = lab.lead("a");
    let changed = with_record(lab.lead("a"), "another phone");
    let known = |same_body| Accepted::Duplicate {
        first: first.uid,
        same_body,
        filed: 0,
    };
    assert_eq!(lab.accept(vec![again, changed]).await, [known(true), known(false)]);
    assert!(lab.claim(9).await.is_empty());
}

pub(super) async fn purge_leaves_what_is_open_or_young(lab: &mut Lab<'_>) {
    lab.file(&["done"]).await;
    deliver(lab).await;
    lab.file(&["held"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, unknown(Then::Stop)).await;
    let half = lab.lead_to("half", &[MAIN, "other"]);
    lab.accept(vec![half]).await;
    deliver(lab).await;
    lab.file(&["late"]).await;
    lab.set(60);
    lab.file(&["young"]).await;
    deliver(lab).await;
    assert_eq!(lab.control(Control::Purge { before: at(50) }).await, 1);
    let others = ["held", "half", "late", "young"].map(|key| (key, false));
    for (key, is_purged) in [("done", true)].into_iter().chain(others) {
        assert_eq!(lab.views(key).await[0].is_purged, is_purged, "{key}");
    }
}

pub(super) async fn a_purged_lead_can_go_to_a_further_sink(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    deliver(lab).await;
    lab.set(100);
    lab.control(Control::Purge { before: at(50) }).await;
    let further = lab.lead_to("a", &[MAIN, "other"]);
    lab.accept(vec![further.clone()]).await;
    assert!(lab.claim(9).await.is_empty(), "it was delivered there");
    let claims = lab.claims(lab.request("other", 9)).await.claims;
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].body, further.body);
}
