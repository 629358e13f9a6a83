//! The sinks of an outbox: how their deliveries stand, and what holds them up.

use std::collections::BTreeMap;
use std::sync::Arc;

use leadsink::outbox::{Breaker, Count, Lane, Query, State};
use leadsink::{Timestamp, suggest};

use super::open::Ledger;
use super::revision::may_retry;
use super::tally::Tally;
use super::time::{distance, show};
use super::word::Standing;
use crate::exit::CliError;
use crate::outbox::{OutboxPlace, command};
use crate::output::{quote, warn};

/// Of so many dead letters, the first filed, it is looked up at most whether they can be retried.
const LOOKED_UP: u32 = 1000;

/// One sink.
#[derive(Clone, Debug)]
pub(super) struct SinkStatus {
    pub(super) name: Arc<str>,
    pub(super) tally: Tally,
    /// How many of those that are due the vendor may have.
    pub(super) due_in_doubt: u64,
    pub(super) lane: Lane,
    /// Whether all that is due are revisions of leads that are unknown, and wait for their release.
    pub(super) is_waiting: bool,
    /// Whether a retry would find something dead that is neither purged nor followed by a newer revision.
    pub(super) may_retry: bool,
}

/// Every sink of which there is something to say, by name.
pub(super) fn gather(counts: &[Count], lanes: Vec<Lane>) -> Vec<SinkStatus> {
    let mut sinks = BTreeMap::<Arc<str>, SinkStatus>::new();
    for count in counts {
        let sink = sinks
            .entry(Arc::clone(&count.sink))
            .or_insert_with(|| SinkStatus::new(&count.sink));
        sink.tally
            .add(Standing::of(count.state, count.conclusion), count.deliveries);
        if count.state == State::Due {
            sink.due_in_doubt += count.in_doubt;
        }
    }
    for lane in lanes {
        let sink = sinks
            .entry(Arc::clone(&lane.sink))
            .or_insert_with(|| SinkStatus::new(&lane.sink));
        sink.lane = lane;
    }
    sinks.into_values().collect()
}

impl SinkStatus {
    fn new(name: &Arc<str>) -> Self {
        Self {
            name: Arc::clone(name),
            tally: Tally::default(),
            due_in_doubt: 0,
            lane: Lane::new(Arc::clone(name)),
            is_waiting: false,
            may_retry: false,
        }
    }

    /// Whether its deliveries wait for a person to let them go on.
    pub(super) const fn is_stopped(&self) -> bool {
        self.lane.is_paused || self.lane.hold.is_some() || self.is_waiting
    }

    /// Looks up what the counts do not tell.
    pub(super) fn look_up(&mut self, ledger: &Ledger) -> Result<(), CliError> {
        let [unknown, due, in_flight] =
            [Standing::Unknown, Standing::Due, Standing::InFlight].map(|standing| self.tally.get(standing));
        self.is_waiting =
            unknown > 0 && due > 0 && in_flight == 0 && ledger.ask(ledger.store.next_due(&self.name))?.is_none();
        self.may_retry = self.tally.get(Standing::Dead) > 0 && self.has_retryable(ledger)?;
        Ok(())
    }

    fn has_retryable(&self, ledger: &Ledger) -> Result<bool, CliError> {
        let dead = Query {
            states: vec![State::Dead],
            sink: Some(Arc::clone(&self.name)),
            limit: LOOKED_UP,
            ..Query::default()
        };
        let page = ledger.ask(ledger.store.list(dead))?;
        for delivery in &page.deliveries {
            let views = ledger.ask(ledger.store.lead(&delivery.key, Some(&delivery.source)))?;
            if may_retry(&views, delivery) {
                return Ok(true);
            }
        }
        Ok(page.next.is_some())
    }
}

/// Why nothing, or little, goes to a sink at the moment.
pub(super) fn obstacles(lane: &Lane, now: Timestamp, outbox: &OutboxPlace) -> Vec<String> {
    let mut remarks = Vec::new();
    let resume = || command(&format!("resume {}", quote(&lane.sink)), outbox);
    if lane.is_paused {
        remarks.push(format!("paused; `{}` lets it go on", resume()));
    }
    if let Some(reason) = &lane.hold {
        remarks.push(format!(
            "held, since the account is at fault: {reason}; mend that, then `{}`",
            resume()
        ));
    }
    let until = |until: Timestamp| format!("{} ({})", show(until), distance(until, now));
    match lane.breaker {
        Breaker::Closed => {}
        Breaker::Open { until: at } if now < at => {
            remarks.push(format!(
                "the vendor seems to be down; it is tried again at {}",
                until(at)
            ));
        }
        Breaker::HalfOpen { until: at } if now < at => {
            remarks.push(format!(
                "the vendor seems to be down; one delivery went out to try, and if nothing is heard of it, another one goes \
                 at {}",
                until(at)
            ));
        }
        Breaker::Open { .. } | Breaker::HalfOpen { .. } => {
            remarks.push("the vendor seems to be down; one delivery goes next, to try".to_owned());
        }
    }
    if let Some(at) = lane.not_before.filter(|at| now < *at) {
        remarks.push(format!("the vendor asked to wait until {}", until(at)));
    }
    remarks
}

/// Warns where the outbox has nothing for a sink: it may be misspelt.
pub(super) fn warn_of_unknown(ledger: &Ledger, sink: Option<&str>) -> Result<(), CliError> {
    let Some(sink) = sink else { return Ok(()) };
    let counts = ledger.ask(ledger.store.counts())?;
    let lanes = ledger.ask(ledger.store.lanes())?;
    let known = counts.iter().map(|count| &*count.sink);
    let known: Vec<_> = known.chain(lanes.iter().map(|lane| &*lane.sink)).collect();
    if let Some(text) = unknown(sink, &known) {
        warn(&text);
    }
    Ok(())
}

fn unknown(sink: &str, known: &[&str]) -> Option<String> {
    if known.contains(&sink) {
        return None;
    }
    let near = suggest(sink, known.iter().copied());
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Some(format!("the outbox has nothing for a sink `{sink}`{near}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn told(change: impl FnOnce(&mut Lane)) -> Vec<String> {
        let mut lane = Lane::new("main".into());
        change(&mut lane);
        obstacles(&lane, at(0), &crate::outbox::tests::usual())
    }

    #[test]
    fn what_holds_a_sink_up_is_told_with_what_to_do() {
        assert_eq!(told(|_| ()), [""; 0]);
        assert_eq!(
            told(|lane| {
                lane.is_paused = true;
                lane.hold = Some("the credentials were refused".into());
            }),
            [
                "paused; `leadsink resume main` lets it go on",
                "held, since the account is at fault: the credentials were refused; mend that, then `leadsink resume \
                 main`",
            ]
        );
        assert_eq!(
            told(|lane| {
                lane.breaker = Breaker::Open { until: at(300) };
                lane.not_before = Some(at(60));
            }),
            [
                "the vendor seems to be down; it is tried again at 2027-01-15T08:05:00Z (in 5 min)",
                "the vendor asked to wait until 2027-01-15T08:01:00Z (in 60 s)",
            ]
        );
    }

    #[test]
    fn a_delivery_that_went_out_to_try_is_waited_for_until_its_time() {
        assert_eq!(
            told(|lane| lane.breaker = Breaker::HalfOpen { until: at(60) }),
            [
                "the vendor seems to be down; one delivery went out to try, and if nothing is heard of it, another one goes \
                 at 2027-01-15T08:01:00Z (in 60 s)"
            ]
        );
    }

    #[test]
    fn what_is_over_is_not_told() {
        assert_eq!(told(|lane| lane.not_before = Some(at(0))), [""; 0]);
        for breaker in [Breaker::Open { until: at(0) }, Breaker::HalfOpen { until: at(-600) }] {
            assert_eq!(
                told(|lane| lane.breaker = breaker),
                ["the vendor seems to be down; one delivery goes next, to try"]
            );
        }
    }

    #[test]
    fn a_sink_that_the_outbox_does_not_know_is_told_with_the_nearest() {
        assert_eq!(unknown("main", &["main"]), None);
        assert_eq!(
            unknown("enerflow", &["ntherm", "enerflo"]).unwrap(),
            "the outbox has nothing for a sink `enerflow`; did you mean `enerflo`?"
        );
        assert_eq!(unknown("x", &[]).unwrap(), "the outbox has nothing for a sink `x`");
    }
}
