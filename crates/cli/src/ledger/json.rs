//! The JSON documents of `status` and `list`, in the words of the store. Their keys are stable.

use std::collections::BTreeMap;

use leadsink::outbox::transfer::{Mark, MarkKind};
use leadsink::outbox::{AttemptOutcome, AttemptView, Breaker, Conclusion, Count, DeliveryView, Lane, LeadView, State};
use leadsink::{LeadId, Timestamp};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::outbox::{OutboxPlace, Workers};

/// The whole outbox.
#[derive(Serialize)]
pub(super) struct Overview<'a> {
    outbox: String,
    at: Timestamp,
    /// The process that has the file.
    worker: Option<u32>,
    /// How many work on it.
    workers: u64,
    /// Where it was moved, or is being filled from.
    moved_to: Option<String>,
    filled_from: Option<String>,
    sinks: Vec<Sink<'a>>,
}

#[derive(Serialize)]
struct Sink<'a> {
    sink: &'a str,
    /// Every state, also where nothing is in it.
    states: BTreeMap<&'static str, u64>,
    /// How what is done ended; every way, too.
    conclusions: BTreeMap<&'static str, u64>,
    /// Of those that are open.
    in_doubt: u64,
    paused: bool,
    hold: Option<&'a str>,
    not_before: Option<Timestamp>,
    breaker: &'static str,
    breaker_until: Option<Timestamp>,
}

impl<'a> Overview<'a> {
    pub(super) fn of(
        outbox: &OutboxPlace,
        mark: Option<&Mark>,
        workers: Workers,
        at: Timestamp,
        counts: &'a [Count],
        lanes: &'a [Lane],
    ) -> Self {
        let mut sinks = BTreeMap::new();
        for count in counts {
            let sink = sinks.entry(&*count.sink).or_insert_with(|| Sink::new(&count.sink));
            *sink.states.entry(count.state.as_str()).or_default() += count.deliveries;
            if let Some(end) = count.conclusion {
                *sink.conclusions.entry(end.as_str()).or_default() += count.deliveries;
            }
            sink.in_doubt += count.in_doubt;
        }
        for lane in lanes {
            let sink = sinks.entry(&*lane.sink).or_insert_with(|| Sink::new(&lane.sink));
            sink.lane(lane);
        }
        let place_of = |kind| mark.filter(|mark| mark.kind == kind).map(|mark| mark.place.clone());
        Self {
            outbox: outbox.to_string(),
            at,
            worker: workers.process,
            workers: workers.count,
            moved_to: place_of(MarkKind::Moved),
            filled_from: place_of(MarkKind::Arriving),
            sinks: sinks.into_values().collect(),
        }
    }
}

impl<'a> Sink<'a> {
    fn new(sink: &'a str) -> Self {
        Self {
            sink,
            states: State::ALL.iter().map(|state| (state.as_str(), 0)).collect(),
            conclusions: Conclusion::ALL.iter().map(|end| (end.as_str(), 0)).collect(),
            in_doubt: 0,
            paused: false,
            hold: None,
            not_before: None,
            breaker: "closed",
            breaker_until: None,
        }
    }

    fn lane(&mut self, lane: &'a Lane) {
        self.paused = lane.is_paused;
        self.hold = lane.hold.as_deref();
        self.not_before = lane.not_before;
        (self.breaker, self.breaker_until) = match lane.breaker {
            Breaker::Closed => ("closed", None),
            Breaker::Open { until } => ("open", Some(until)),
            Breaker::HalfOpen { until } => ("half_open", Some(until)),
        };
    }
}

/// A delivery: a line of `list`.
#[derive(Serialize)]
pub(super) struct Delivery<'a> {
    delivery: i64,
    lead: &'a str,
    source: &'a str,
    revision: u32,
    sink: &'a str,
    state: &'static str,
    conclusion: Option<&'static str>,
    in_doubt: bool,
    /// How many attempts it has spent.
    attempts: u32,
    filed: Timestamp,
    changed: Timestamp,
    /// None unless it is due.
    due: Option<Timestamp>,
    vendor_ref: Option<&'a str>,
}

impl<'a> Delivery<'a> {
    pub(super) fn of(view: &'a DeliveryView) -> Self {
        Self {
            delivery: view.no.0,
            lead: view.key.as_str(),
            source: &view.source,
            revision: view.revision,
            sink: &view.sink,
            state: view.state.as_str(),
            conclusion: view.conclusion.map(Conclusion::as_str),
            in_doubt: view.in_doubt,
            attempts: view.attempts,
            filed: view.accepted_at,
            changed: view.changed_at,
            due: (view.state == State::Due).then_some(view.due_at),
            vendor_ref: view.vendor_ref.as_deref(),
        }
    }
}

/// One lead with every attempt.
#[derive(Serialize)]
pub(super) struct Lead<'a> {
    lead: &'a str,
    revisions: Vec<Revision<'a>>,
}

#[derive(Serialize)]
struct Revision<'a> {
    uid: Uuid,
    source: &'a str,
    revision: u32,
    filed: Timestamp,
    purged: bool,
    deliveries: Vec<Tried<'a>>,
}

#[derive(Serialize)]
struct Tried<'a> {
    #[serde(flatten)]
    delivery: Delivery<'a>,
    tries: Vec<Attempt<'a>>,
}

#[derive(Serialize)]
struct Attempt<'a> {
    claim: u32,
    began: Timestamp,
    ended: Option<Timestamp>,
    /// None while it is in flight.
    outcome: Option<&'static str>,
    status: Option<u16>,
    error: Option<&'a str>,
    message: Option<&'a str>,
    /// It may quote the lead.
    detail: Option<Value>,
    next_due: Option<Timestamp>,
    late: Option<&'static str>,
}

impl<'a> Lead<'a> {
    pub(super) fn of(key: &'a LeadId, views: &'a [LeadView]) -> Self {
        let revision = |view: &'a LeadView| Revision {
            uid: view.uid.as_uuid(),
            source: &view.source,
            revision: view.revision,
            filed: view.accepted_at,
            purged: view.is_purged,
            deliveries: view.deliveries.iter().map(Tried::of).collect(),
        };
        Self {
            lead: key.as_str(),
            revisions: views.iter().map(revision).collect(),
        }
    }
}

impl<'a> Tried<'a> {
    fn of((delivery, attempts): &'a (DeliveryView, Vec<AttemptView>)) -> Self {
        Self {
            delivery: Delivery::of(delivery),
            tries: attempts.iter().map(Attempt::of).collect(),
        }
    }
}

impl<'a> Attempt<'a> {
    fn of(view: &'a AttemptView) -> Self {
        // What another program put there is still text.
        let detail = |text: &String| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()));
        Self {
            claim: view.claim,
            began: view.started_at,
            ended: view.ended_at,
            outcome: view.outcome.map(AttemptOutcome::as_str),
            status: view.status,
            error: view.error.as_deref(),
            message: view.message.as_deref(),
            detail: view.detail.as_ref().map(detail),
            next_due: view.next_due,
            late: view.late.map(AttemptOutcome::as_str),
        }
    }
}
