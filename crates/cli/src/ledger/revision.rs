//! How the revisions of a lead hang together: what waits for an earlier one, and what a later one followed.

use leadsink::outbox::{DeliveryView, LeadView, State};

/// The earlier revision that has to be over first, and where it stands. What was not sent is never waited for: the later one took
/// its place.
pub(super) fn waits_for(views: &[LeadView], of: &DeliveryView) -> Option<(u32, State)> {
    if of.state != State::Due {
        return None;
    }
    let earlier = to_the_same(views, of).filter(|other| other.revision < of.revision);
    let open = earlier.filter(|other| matches!(other.state, State::Due | State::Leased | State::Held));
    open.map(|other| (other.revision, other.state))
        .max_by_key(|(revision, _)| *revision)
}

/// Whether a retry would try it again.
pub(super) fn may_retry(views: &[LeadView], of: &DeliveryView) -> bool {
    let is_purged = views.iter().any(|view| view.uid == of.lead && view.is_purged);
    of.state == State::Dead && !is_purged && !to_the_same(views, of).any(|other| other.revision > of.revision)
}

/// The deliveries of every revision of a lead to the same sink.
fn to_the_same<'a>(views: &'a [LeadView], of: &'a DeliveryView) -> impl Iterator<Item = &'a DeliveryView> {
    let deliveries = views.iter().flat_map(|view| &view.deliveries);
    deliveries
        .map(|(delivery, _)| delivery)
        .filter(|other| other.source == of.source && other.sink == of.sink)
}

#[cfg(test)]
mod tests {
    use super::super::lead::tests::{delivery, view};
    use super::*;

    /// Two revisions, each with a delivery in that state.
    fn two(first: State, second: State) -> Vec<LeadView> {
        let views = [(1, first), (2, second)].map(|(revision, state)| {
            let mut view = view("files", revision);
            view.deliveries = vec![(delivery(&view, "main", state, None), Vec::new())];
            view
        });
        views.to_vec()
    }

    fn of(views: &[LeadView], revision: usize) -> &DeliveryView {
        &views[revision - 1].deliveries[0].0
    }

    #[test]
    fn a_revision_waits_for_an_earlier_one_that_is_open() {
        for (state, waits) in [
            (State::Held, true),
            (State::Leased, true),
            (State::Due, true),
            (State::Dead, false),
            (State::Done, false),
            (State::AwaitingCallback, false),
        ] {
            let views = two(state, State::Due);
            assert_eq!(
                waits_for(&views, of(&views, 2)),
                waits.then_some((1, state)),
                "{state:?}"
            );
            assert_eq!(waits_for(&views, of(&views, 1)), None, "nothing is before it");
        }
        let mut others = two(State::Held, State::Due);
        others[0].deliveries[0].0.sink = "other".into();
        assert_eq!(waits_for(&others, of(&others, 2)), None, "each sink for itself");
        let mut test = two(State::Held, State::Due);
        test[0].deliveries[0].0.source = "tests".into();
        assert_eq!(waits_for(&test, of(&test, 2)), None, "another lead");
    }

    #[test]
    fn what_was_purged_or_followed_is_not_retried() {
        let mut views = two(State::Dead, State::Dead);
        assert!(!may_retry(&views, of(&views, 1)), "followed");
        assert!(may_retry(&views, of(&views, 2)));
        views[1].is_purged = true;
        assert!(!may_retry(&views, of(&views, 2)), "purged");
        views[1].deliveries.clear();
        assert!(may_retry(&views, of(&views, 1)), "the change did not go to this sink");
        assert!(!may_retry(&views, &two(State::Due, State::Due)[0].deliveries[0].0));
    }
}
