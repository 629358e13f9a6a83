//! A changed record follows the one before, and never overtakes it.

use super::lab::{Lab, answered, at, failed, of_lead, unknown, with_record};
use crate::accept::{Accepted, NewLead};
use crate::attempt::{Ending, Then};
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
        of: of_lead("a"),
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

pub(super) async fn an_update_at_a_further_sink_takes_the_place_of_what_was_not_sent(lab: &mut Lab<'_>) {
    let first = lab.lead_to("a", &["main", "other"]);
    lab.accept(vec![first]).await;
    for sinks in [&["main"][..], &["other"]] {
        let mut second = with_record(lab.lead_to("a", sinks), "another phone");
        second.update = true;
        lab.accept(vec![second]).await;
    }
    let got = lab.claims(lab.request("other", 9)).await.claims;
    assert_eq!(got.iter().map(|claim| claim.revision).collect::<Vec<_>>(), [2]);
}

/// A change for a vendor that would take it for a second lead.
fn changed_once(lab: &mut Lab<'_>, key: &str, sinks: &[&str], record: &'static str) -> NewLead {
    let mut lead = with_record(lab.lead_to(key, sinks), record);
    lead.update = true;
    lead.deliveries.iter_mut().for_each(|delivery| delivery.merges = false);
    lead
}

/// How many revisions of a lead there are after a change was handed in, for the sink of most checks.
async fn revisions(lab: &mut Lab<'_>, key: &str) -> usize {
    let lead = changed_once(lab, key, &["main"], "another phone");
    let uid = lead.uid;
    let answers = lab.accept(vec![lead]).await;
    let views = lab.views(key).await;
    let refused = |answer| {
        matches!(
            answer,
            Accepted::Duplicate {
                same_body: false,
                filed: 0,
                ..
            }
        )
    };
    if views.len() == 1 {
        assert!(refused(answers[0]), "{key}: {answers:?}");
    } else {
        assert_eq!(answers, [Accepted::Revised { lead: uid, revision: 2 }], "{key}");
    }
    views.len()
}

/// Files a lead and ends its only attempt so.
async fn tried(lab: &mut Lab<'_>, key: &'static str, ending: Ending) {
    lab.file(&[key]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, ending).await;
}

fn cancel(key: &str) -> Control {
    Control::Cancel(of_lead(key))
}

pub(super) async fn no_change_goes_where_it_could_be_a_second_lead(lab: &mut Lab<'_>) {
    let later = Then::Retry(at(1_000));
    for (key, ending) in [
        ("accepted", answered(Verdict::Accepted)),
        ("updated", answered(Verdict::Updated)),
        ("duplicate", answered(Verdict::Duplicate)),
        ("pending", answered(Verdict::Pending)),
        ("in doubt", unknown(later)),
        ("held", unknown(Then::Stop)),
    ] {
        tried(lab, key, ending).await;
        assert_eq!(revisions(lab, key).await, 1, "{key}");
    }
    tried(lab, "released", unknown(Then::Stop)).await;
    let released = Control::Release {
        of: of_lead("released"),
        to: Release::Delivered,
    };
    assert_eq!(lab.control(released).await, 1);
    assert_eq!(revisions(lab, "released").await, 1);
    // A worker has it: what it will send is decided.
    lab.file(&["claimed"]).await;
    lab.claim_one().await;
    assert_eq!(revisions(lab, "claimed").await, 1);
    // Once it is handed in with the same record as a revision that others got.
    let first = lab.lead_to("both", &["main", "other"]);
    lab.accept(vec![first]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, answered(Verdict::Accepted)).await;
    for sinks in [&["other"][..], &["main", "other"]] {
        let change = changed_once(lab, "both", sinks, "another phone");
        lab.accept(vec![change]).await;
    }
    let views = lab.views("both").await;
    assert_eq!((views.len(), views[1].deliveries.len()), (2, 1));
}

pub(super) async fn a_cancelled_doubt_is_no_proof_that_nothing_arrived(lab: &mut Lab<'_>) {
    tried(lab, "held", unknown(Then::Stop)).await;
    tried(lab, "due", unknown(Then::Retry(at(1_000)))).await;
    lab.file(&["lost"]).await;
    lab.try_one("bytes").await;
    lab.restart().await;
    lab.set(100);
    lab.reap(9).await;
    for key in ["held", "due", "lost"] {
        assert_eq!(lab.control(cancel(key)).await, 1, "{key}");
        assert_eq!(revisions(lab, key).await, 1, "{key}");
    }
}

pub(super) async fn a_purged_lead_that_was_cancelled_may_be_there(lab: &mut Lab<'_>) {
    tried(lab, "a", unknown(Then::Stop)).await;
    lab.control(cancel("a")).await;
    assert_eq!(lab.control(Control::Purge { before: at(10) }).await, 1);
    assert_eq!(revisions(lab, "a").await, 1, "its attempts are forgotten");
}

pub(super) async fn a_change_goes_where_certainly_nothing_arrived(lab: &mut Lab<'_>) {
    tried(lab, "rejected", answered(Verdict::Rejected)).await;
    tried(lab, "dead", failed(Then::Stop)).await;
    tried(lab, "failed", failed(Then::Retry(at(1_000)))).await;
    tried(lab, "absent", unknown(Then::Retry(at(0)))).await;
    let claim = lab.claim_one().await;
    lab.end(&claim, Ending::Absent { due_at: at(1_000) }).await;
    tried(lab, "cancelled", failed(Then::Retry(at(1_000)))).await;
    lab.control(cancel("cancelled")).await;
    lab.file(&["new"]).await;
    let keys = ["rejected", "dead", "failed", "absent", "cancelled", "new"];
    for key in keys {
        assert_eq!(revisions(lab, key).await, 2, "{key}");
    }
    // Each goes out once, as it was changed.
    lab.set(1_000);
    let mut got: Vec<_> = lab.claim(99).await;
    got.sort_by_key(|claim| keys.iter().position(|key| *key == claim.key.as_str()));
    assert_eq!(got.iter().map(|claim| claim.key.as_str()).collect::<Vec<_>>(), keys);
    assert!(got.iter().all(|claim| claim.revision == 2));
}

pub(super) async fn a_change_goes_to_those_sinks_alone_that_may_get_it(lab: &mut Lab<'_>) {
    let first = lab.lead_to("a", &["main", "other"]);
    lab.accept(vec![first]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, answered(Verdict::Accepted)).await;
    let change = changed_once(lab, "a", &["main", "other", "third"], "another phone");
    let revised = Accepted::Revised {
        lead: change.uid,
        revision: 2,
    };
    assert_eq!(lab.accept(vec![change]).await, [revised]);
    let sinks = lab.views("a").await[1]
        .deliveries
        .iter()
        .map(|(delivery, _)| delivery.sink.to_string())
        .collect::<Vec<_>>();
    assert_eq!(sinks, ["other", "third"]);
}

pub(super) async fn an_earlier_lead_at_the_vendor_stays_there(lab: &mut Lab<'_>) {
    // It is dead, and a change takes its place; then the vendor says that it has the first one after all.
    lab.file(&["a"]).await;
    let claim = lab.try_one("bytes").await;
    lab.end(&claim, failed(Then::Stop)).await;
    assert_eq!(revisions(lab, "a").await, 2);
    lab.call_back(&claim, "1", Verdict::Accepted).await;
    let third = changed_once(lab, "a", &["main"], "a third phone");
    let answers = lab.accept(vec![third]).await;
    assert!(
        matches!(answers[0], Accepted::Duplicate { same_body: false, .. }),
        "{answers:?}"
    );
}
