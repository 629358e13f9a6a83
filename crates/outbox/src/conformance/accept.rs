//! What is accepted is kept, once.

use super::lab::{Lab, MAIN, with_record};
use crate::accept::Accepted;
use crate::word::State;

pub(super) async fn a_new_lead_is_kept_and_due_at_once(lab: &mut Lab<'_>) {
    let lead = lab.lead("a");
    assert_eq!(lab.accept(vec![lead.clone()]).await, [Accepted::New { lead: lead.uid }]);
    lab.restart().await;
    let (delivery, attempts) = lab.view("a").await;
    assert_eq!(delivery.state, State::Due);
    assert_eq!(delivery.due_at, lab.now());
    assert_eq!(delivery.lead, lead.uid);
    assert!(attempts.is_empty());
    assert_eq!(lab.claim_keys().await, ["a"]);
}

pub(super) async fn the_same_record_again_changes_nothing(lab: &mut Lab<'_>) {
    let first = lab.lead("a");
    lab.accept(vec![first.clone()]).await;
    lab.set(5);
    let again = lab.lead("a");
    let known = Accepted::Duplicate {
        first: first.uid,
        same_body: true,
        filed: 0,
    };
    assert_eq!(lab.accept(vec![again]).await, [known]);
    assert_eq!(lab.claim_keys().await, ["a"]);
    assert_eq!(lab.views("a").await.len(), 1);
}

pub(super) async fn a_changed_record_is_refused_with_the_first_lead(lab: &mut Lab<'_>) {
    let first = lab.lead("a");
    lab.accept(vec![first.clone()]).await;
    let changed = with_record(lab.lead_to("a", &[MAIN, "other"]), "another phone");
    let refused = Accepted::Duplicate {
        first: first.uid,
        same_body: false,
        filed: 0,
    };
    assert_eq!(lab.accept(vec![changed]).await, [refused]);
    let claim = lab.claim_one().await;
    assert_eq!(claim.body, first.body);
    assert!(lab.claims(lab.request("other", 9)).await.claims.is_empty());
}

pub(super) async fn a_duplicate_never_fails_its_batch(lab: &mut Lab<'_>) {
    lab.file(&["b"]).await;
    let batch = ["a", "b", "c", "a"].map(|key| lab.lead(key));
    let answers = lab.accept(batch.to_vec()).await;
    let is_new = answers.iter().map(|answer| matches!(answer, Accepted::New { .. }));
    assert_eq!(is_new.collect::<Vec<_>>(), [true, false, true, false]);
    let Accepted::Duplicate { first, .. } = answers[3] else {
        panic!("{:?}", answers[3]);
    };
    assert_eq!(first, batch[0].uid);
    assert_eq!(lab.claim_keys().await, ["b", "a", "c"]);
}

pub(super) async fn the_same_key_of_another_source_is_another_lead(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let mut other = lab.lead("a");
    other.source = "form".into();
    let answers = lab.accept(vec![other]).await;
    assert!(matches!(answers[0], Accepted::New { .. }), "{answers:?}");
    assert_eq!(lab.claim_keys().await, ["a", "a"]);
    assert_eq!(lab.views("a").await.len(), 2);
}

pub(super) async fn a_known_lead_can_go_to_a_further_sink(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let further = lab.lead_to("a", &[MAIN, "other"]);
    let answers = lab.accept(vec![further]).await;
    assert!(
        matches!(
            answers[0],
            Accepted::Duplicate {
                same_body: true,
                filed: 1,
                ..
            }
        ),
        "{answers:?}"
    );
    assert_eq!(lab.claim(9).await.len(), 1);
    assert_eq!(lab.claims(lab.request("other", 9)).await.claims.len(), 1);
}
