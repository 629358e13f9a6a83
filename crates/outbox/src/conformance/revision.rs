//! A changed record follows the one before, and never overtakes it.

use super::lab::{Lab, answered, at, failed, unknown, with_record};
use crate::accept::{Accepted, NewLead};
use crate::attempt::Then;
use crate::control::{Control, Release};
use crate::word::{Conclusion, State, Verdict};

fn changed(lab: &mut Lab<'_>) -> NewLead {
    let mut lead = with_record(lab.lead("a"), "another phone");
    lead.update = true;
    lead
}

pub(super) async fn an_update_files_a_revision(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, answered(Verdict::Accepted)).await;
    let second = changed(lab);
    let revised = Accepted::Revised {
        lead: second.uid,
        revision: 2,
    };
    assert_eq!(lab.accept(vec![second.clone()]).await, [revised]);
    let claim = lab.claim_one().await;
    assert_eq!((claim.revision, &claim.body), (2, &second.body));
    assert_eq!(claim.lead, second.uid);
}

pub(super) async fn an_update_with_the_same_record_files_nothing(lab: &mut Lab<'_>) {
    let first = lab.lead("a");
    lab.accept(vec![first.clone()]).await;
    let mut again = lab.lead("a");
    again.update = true;
    let known = Accepted::Duplicate {
        first: first.uid,
        same_body: true,
        filed: 0,
    };
    assert_eq!(lab.accept(vec![again]).await, [known]);
    assert_eq!(lab.claim_keys().await, ["a"]);
}

pub(super) async fn a_revision_takes_the_place_of_what_was_not_sent(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, failed(Then::Retry(at(60)))).await;
    let second = changed(lab);
    lab.accept(vec![second]).await;
    let first = &lab.views("a").await[0].deliveries[0].0;
    assert_eq!(
        (first.state, first.conclusion),
        (State::Done, Some(Conclusion::Superseded))
    );
    lab.set(100);
    assert_eq!(lab.claim_one().await.revision, 2);
}

pub(super) async fn a_revision_waits_for_what_is_in_flight_or_in_doubt(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    let second = changed(lab);
    lab.accept(vec![second]).await;
    let main = || lab.store();
    assert!(lab.claim(9).await.is_empty(), "the first revision is in flight");
    assert_eq!(main().next_due("main").await, Ok(None));
    lab.end(&claim, unknown(Then::Retry(at(60)))).await;
    assert!(lab.claim(9).await.is_empty(), "the first revision is in doubt");
    lab.set(60);
    let claim = lab.claim_one().await;
    assert_eq!(claim.revision, 1);
    lab.end(&claim, unknown(Then::Stop)).await;
    assert!(lab.claim(9).await.is_empty(), "the first revision is held");
    let released = Control::Release {
        of: super::lab::of_lead("a"),
        to: Release::Delivered,
    };
    assert_eq!(lab.control(released).await, 1);
    assert_eq!(lab.claim_one().await.revision, 2);
}

pub(super) async fn an_older_record_without_update_is_a_known_one(lab: &mut Lab<'_>) {
    lab.file(&["a"]).await;
    let second = changed(lab);
    lab.accept(vec![second]).await;
    let old = lab.lead_to("a", &["other"]);
    let answers = lab.accept(vec![old]).await;
    assert!(
        matches!(
            answers[0],
            Accepted::Duplicate {
                same_body: true,
                filed: 0,
                ..
            }
        ),
        "{answers:?}"
    );
}

pub(super) async fn a_revision_goes_to_a_further_sink_with_update_alone(lab: &mut Lab<'_>) {
    let first = lab.lead_to("a", &["main", "other"]);
    lab.accept(vec![first]).await;
    let second = changed(lab);
    lab.accept(vec![second]).await;
    // The same record as the second: the other sink has the lead, and was not to be told of the change.
    for (update, filed) in [(false, 0), (true, 1)] {
        let mut again = with_record(lab.lead_to("a", &["main", "other"]), "another phone");
        again.update = update;
        let answers = lab.accept(vec![again]).await;
        let Accepted::Duplicate { filed: found, .. } = answers[0] else {
            panic!("{answers:?}");
        };
        assert_eq!(found, filed, "update: {update}");
    }
}
