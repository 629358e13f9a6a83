//! What people see.

use super::lab::{Lab, MAIN, answered, at, must, unknown, with_record};
use crate::attempt::Then;
use crate::view::Query;
use crate::word::{Conclusion, State, Verdict};

/// Two done, one held, two due; one of them to another sink.
async fn mixture(lab: &mut Lab<'_>) {
    lab.file(&["a", "b", "c"]).await;
    let claims = lab.claim(9).await;
    for claim in &claims {
        assert!(lab.begin(claim, "bytes").await);
    }
    lab.end(&claims[0], answered(Verdict::Accepted)).await;
    lab.end(&claims[1], unknown(Then::Stop)).await;
    lab.end(&claims[2], answered(Verdict::Rejected)).await;
    lab.set(10);
    let late = lab.lead_to("d", &[MAIN, "other"]);
    lab.accept(vec![late]).await;
}

async fn keys(lab: &Lab<'_>, query: Query) -> Vec<String> {
    let page = must(lab.store().list(query).await);
    let keys = page.deliveries.iter().map(|delivery| delivery.key.as_str().to_owned());
    keys.collect()
}

pub(super) async fn a_list_has_pages_and_filters(lab: &mut Lab<'_>) {
    mixture(lab).await;
    let all = Query {
        limit: 2,
        ..Query::default()
    };
    let first = must(lab.store().list(all.clone()).await);
    let mut query = Query {
        after: first.next,
        limit: 9,
        ..all
    };
    assert_eq!(keys(lab, query.clone()).await, ["c", "d", "d"]);
    query.after = None;
    let states = |states: &[State]| Query {
        states: states.to_vec(),
        ..query.clone()
    };
    assert_eq!(keys(lab, states(&[State::Held])).await, ["b"]);
    assert_eq!(keys(lab, states(&[State::Held, State::Done])).await, ["a", "b", "c"]);
    let ended = |of: &[State], end| Query {
        conclusions: vec![end],
        ..states(of)
    };
    assert_eq!(keys(lab, ended(&[], Conclusion::Rejected)).await, ["c"]);
    assert_eq!(keys(lab, ended(&[State::Held], Conclusion::Accepted)).await, ["a", "b"]);
    assert_eq!(keys(lab, ended(&[], Conclusion::Released)).await, [""; 0]);
    let to = Query {
        sink: Some("other".into()),
        ..states(&[State::Due])
    };
    assert_eq!(keys(lab, to).await, ["d"]);
    let since = Query {
        since: Some(at(5)),
        sink: Some(MAIN.into()),
        ..states(&[])
    };
    assert_eq!(keys(lab, since).await, ["d"]);
}

pub(super) async fn counts_are_by_sink_and_state(lab: &mut Lab<'_>) {
    assert_eq!(must(lab.store().counts().await), []);
    mixture(lab).await;
    let counts = must(lab.store().counts().await);
    let counts = counts.iter().map(|count| {
        let what = (&*count.sink, count.state, count.conclusion);
        (what, count.deliveries, count.in_doubt)
    });
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [
            ((MAIN, State::Due, None), 1, 0),
            ((MAIN, State::Done, Some(Conclusion::Accepted)), 1, 0),
            ((MAIN, State::Done, Some(Conclusion::Rejected)), 1, 0),
            ((MAIN, State::Held, None), 1, 1),
            (("other", State::Due, None), 1, 0)
        ]
    );
}

pub(super) async fn nothing_personal_is_in_debug(lab: &mut Lab<'_>) {
    let lead = with_record(lab.lead("a"), "Jane Doe");
    let shown = format!("{lead:?}");
    lab.accept(vec![lead]).await;
    let claim = lab.try_one("Jane Doe").await;
    lab.end(&claim, unknown(Then::Retry(at(0)))).await;
    let claim = lab.claim_one().await;
    let shown = format!("{shown} {claim:?} {:?} {:?}", lab.views("a").await, lab.store());
    assert!(!shown.contains("Jane"), "{shown}");
    assert!(!shown.contains(&format!("{:?}", b"Jane Doe")), "{shown}");
}
