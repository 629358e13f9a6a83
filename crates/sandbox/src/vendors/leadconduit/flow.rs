//! The flow: its rules, what it remembers for its duplicate check, and the events it keeps.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::{Verdict, last_ten_digits};
use super::answer::{Answer, print};
use super::fields::is_standard;
use super::submission::{Lead, Source, Submission};
use crate::checksum::hash;
use crate::record::Keep;
use crate::reply::Reply;
use crate::settings::Settings;

/// Leads whose e-mail begins so meet the rule beside it. The reasons are strings that the vendor's pages and code show;
/// there are no codes.
const TRIGGERS: [(&str, &str, &str); 5] = [
    ("sandbox-cap", "failure", "Cap reached"),
    (
        "sandbox-hours",
        "failure",
        "Submission Timestamp must be within hours of operation",
    ),
    ("sandbox-rule", "failure", "lead.state must not be equal to FL"),
    ("sandbox-no-bid", "failure", "no bid"),
    ("sandbox-error", "error", "Unrecognized response"),
];

/// What a step behind the rules makes of a lead: nothing, or a refusal, and what it appends.
#[derive(Debug, Default)]
pub(in crate::vendors) struct Step {
    pub(in crate::vendors) refusal: Option<String>,
    pub(in crate::vendors) appended: Map<String, Value>,
}

/// A flow with its memory.
pub(in crate::vendors) struct Flow {
    price: f64,
    step: fn(&Lead) -> Step,
    /// Tells which fields the step reads beside the standard ones.
    knows: fn(&str) -> bool,
    memory: Mutex<Memory>,
}

#[derive(Default)]
pub(super) struct Memory {
    /// Hashes of the references, and of e-mail and phone together, of leads that were taken.
    seen: HashSet<u64>,
    leads: u64,
    pub(super) events: Vec<Event>,
}

/// What the flow files about one submission.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) source: &'static str,
    pub(super) lead_id: String,
    pub(super) outcome: &'static str,
    pub(super) reason: Option<String>,
    pub(super) lead: Map<String, Value>,
}

impl Flow {
    pub(in crate::vendors) fn new(price: f64, step: fn(&Lead) -> Step, knows: fn(&str) -> bool) -> Self {
        Self {
            price,
            step,
            knows,
            memory: Mutex::default(),
        }
    }

    pub(in crate::vendors) fn clear(&self) {
        *self.memory() = Memory::default();
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a lead, or says what it would be worth. 201 says that it was handled, not that it was wanted.
    pub(super) fn take(&self, submission: Submission, source: Source, is_ping: bool, settings: &Settings) -> Verdict {
        let Submission { lead, form, redirect } = submission;
        // Looked up and remembered under one lock, or two requests at once would both be taken.
        let mut memory = self.memory();
        let (mut outcome, mut reason) = memory.rule(&lead, settings);
        let mut step = Step::default();
        if outcome == "success" && !is_ping {
            step = (self.step)(&lead);
            if step.refusal.is_some() {
                (outcome, reason) = ("failure", step.refusal.take());
            }
        }
        if is_ping && outcome == "success" && self.price <= 0.0 {
            (outcome, reason) = ("failure", Some("no bid".to_owned()));
        }
        let is_taken = outcome == "success" && !is_ping;
        let lead_id = (!is_ping).then(|| memory.file(&lead, source, outcome, reason.as_deref(), is_taken, settings));
        drop(memory);
        let answer = Answer {
            outcome,
            reason: reason.as_deref(),
            lead_id: lead_id.as_deref(),
            price: if outcome == "success" { self.price } else { 0.0 },
            appended: (source == Source::Verbose && !step.appended.is_empty()).then_some(&step.appended),
        };
        let status = if is_ping { StatusCode::OK } else { StatusCode::CREATED };
        let reply = match redirect.map(HeaderValue::try_from) {
            Some(Ok(place)) => Reply::new(StatusCode::SEE_OTHER, "text/plain", "").with_header(header::LOCATION, place),
            _ => print(&answer, form, source, status),
        };
        let unknown = lead.names().filter(|name| !is_standard(name) && !(self.knows)(name));
        Verdict {
            accepted: is_taken,
            unknown_fields: unknown.cloned().collect(),
            ..reply.into()
        }
    }
}

impl Memory {
    /// Applies the rules in front of every step.
    fn rule(&self, lead: &Lead, settings: &Settings) -> (&'static str, Option<String>) {
        let email = lead.text("email").unwrap_or_default().to_lowercase();
        if let Some((_, outcome, reason)) = TRIGGERS.iter().find(|(start, ..)| email.starts_with(start)) {
            return (outcome, Some((*reason).to_owned()));
        }
        let phone = lead
            .text("phone_1")
            .map(|phone| last_ten_digits(&phone))
            .unwrap_or_default();
        if settings.refused_phones.contains(&phone) {
            return (
                "failure",
                Some("lead.phone_1 must not be on the do not call list".to_owned()),
            );
        }
        if keys(lead).iter().any(|key| self.seen.contains(key)) {
            return ("failure", Some("duplicate".to_owned()));
        }
        ("success", None)
    }

    /// Keeps what there is to keep, and returns the id of the lead.
    fn file(
        &mut self,
        lead: &Lead,
        source: Source,
        outcome: &'static str,
        reason: Option<&str>,
        is_taken: bool,
        settings: &Settings,
    ) -> String {
        self.leads += 1;
        let lead_id = format!("65b0c0de{:016x}", self.leads);
        if is_taken {
            self.seen.extend(keys(lead));
        }
        if settings.keep == Keep::All {
            self.events.push(Event {
                id: format!("65b0c0df{:016x}", self.leads),
                at: Timestamp::now(),
                source: source.id(),
                lead_id: lead_id.clone(),
                outcome,
                reason: reason.map(str::to_owned),
                lead: lead.0.clone(),
            });
        }
        lead_id
    }
}

/// Returns what the flow tells leads apart by, which is each flow's own affair: the reference, and e-mail with phone.
fn keys(lead: &Lead) -> Vec<u64> {
    let mut keys = Vec::new();
    if let Some(reference) = lead.text("reference") {
        keys.push(hash(format!("reference {reference}").as_bytes()));
    }
    if let (Some(email), Some(phone)) = (lead.text("email"), lead.text("phone_1")) {
        let phone = last_ten_digits(&phone);
        keys.push(hash(format!("{} {phone}", email.trim().to_lowercase()).as_bytes()));
    }
    keys
}
