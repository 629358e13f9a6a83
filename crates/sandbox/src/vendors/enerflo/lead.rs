//! The leads that the fake has, and the answer that shows one, laid out as the document prints it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::value::is_blank;
use crate::checksum::hash;
use crate::record::Keep;
use crate::settings::Settings;

/// The first lead has the id of the document's example.
const FIRST_ID: u64 = 55_555;

/// Remembers leads by `integration_record_id`, which is all that the vendor is known to tell them apart by.
#[derive(Default)]
pub(super) struct Leads {
    /// By the id's hash: ids are as long as their owner likes.
    known: HashMap<u64, Stored>,
}

struct Stored {
    id: u64,
    created: Timestamp,
    /// None in a run that keeps no more than counts; the answer then shows what the request brought.
    columns: Option<Box<Columns>>,
}

/// What a lead can change of the record.
#[derive(Default)]
struct Columns {
    creator_id: Option<u64>,
    agent_id: Option<u64>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    mobile: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    zip: Option<String>,
    lead_source: Option<String>,
}

/// A lead that was created or updated.
pub(super) struct Saved {
    pub(super) id: u64,
    pub(super) body: Vec<u8>,
}

impl Leads {
    /// Creates the lead or updates the one with its `integration_record_id`.
    pub(super) fn upsert(&mut self, lead: &Map<String, Value>, settings: &Settings) -> Saved {
        let record = lead
            .get("integration_record_id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let now = Timestamp::now();
        let next = FIRST_ID + self.known.len() as u64;
        let mut is_new = false;
        let stored = self.known.entry(hash(record.as_bytes())).or_insert_with(|| {
            is_new = true;
            Stored {
                id: next,
                created: now,
                columns: None,
            }
        });
        let mut columns = stored.columns.take().unwrap_or_default();
        columns.merge(lead, settings);
        let message = if is_new { "Lead Created" } else { "Lead Updated" };
        let saved = Saved {
            id: stored.id,
            body: print(message, &Shown::of(stored, &columns, now)),
        };
        if settings.keep == Keep::All {
            stored.columns = Some(columns);
        }
        saved
    }

    /// The ids of all leads, in the order in which they came.
    pub(super) fn ids(&self) -> std::ops::Range<u64> {
        FIRST_ID..FIRST_ID + self.known.len() as u64
    }

    pub(super) fn clear(&mut self) {
        self.known.clear();
    }
}

impl Columns {
    /// Takes over what the lead has; a field that is there and blank is set to null, one that is absent keeps its
    /// value. `fullAddress` is stored as it is, where the vendor would geocode it and store its parts.
    fn merge(&mut self, lead: &Map<String, Value>, settings: &Settings) {
        if let Some(name) = text(lead, "full_name").flatten() {
            let (first, last) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
            self.first_name = Some(first.to_owned());
            self.last_name = Some(last.trim_start().to_owned()).filter(|last| !last.is_empty());
        }
        if let Some(address) = text(lead, "fullAddress") {
            self.address = address;
        }
        for (column, name) in [
            (&mut self.address, "address"),
            (&mut self.first_name, "first_name"),
            (&mut self.last_name, "last_name"),
            (&mut self.email, "email"),
            (&mut self.mobile, "mobile"),
            (&mut self.city, "city"),
            (&mut self.state, "state"),
            (&mut self.zip, "zip"),
            (&mut self.lead_source, "lead_source"),
        ] {
            if let Some(value) = text(lead, name) {
                *column = value;
            }
        }
        for (column, name) in [
            (&mut self.creator_id, "creator"),
            (&mut self.agent_id, "assign_to_email"),
        ] {
            // Blank leaves the user who is there, as on the vendor's endpoint for installs.
            if let Some(email) = text(lead, name).flatten() {
                *column = user(&email, settings);
            }
        }
    }
}

/// Returns what the lead says of a field: nothing, null, or text.
fn text(lead: &Map<String, Value>, name: &str) -> Option<Option<String>> {
    lead.get(name).map(|value| match value {
        blank if is_blank(blank) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    })
}

/// Finds the id of a user; for nobody, "their assignment will simply be NULL". Which users there are is a setting.
fn user(email: &str, settings: &Settings) -> Option<u64> {
    let email = email.to_ascii_lowercase();
    let is_known = match &settings.known_users {
        Some(users) => users.contains(&email),
        None => !email.starts_with("unknown"),
    };
    is_known.then(|| hash(email.as_bytes()) % 100_000 + 1)
}

/// The record as it is shown, field by field in the order of the document. What no request can set has the values of
/// the document's example.
#[derive(Serialize)]
struct Shown<'a> {
    id: u64,
    company_id: u64,
    office_id: u64,
    creator_id: Option<u64>,
    agent_id: Option<u64>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    email: Option<&'a str>,
    mobile: Option<&'a str>,
    address: Option<&'a str>,
    city: Option<&'a str>,
    state: Option<&'a str>,
    zip: Option<&'a str>,
    lat: &'static str,
    lng: &'static str,
    timezone: &'static str,
    details: &'static str,
    external_id: Option<&'static str>,
    lead_source: Option<&'a str>,
    meta_data: Option<&'static str>,
    created_at: String,
    updated_at: String,
}

impl<'a> Shown<'a> {
    fn of(stored: &Stored, columns: &'a Columns, now: Timestamp) -> Self {
        // As MySQL writes it, without a zone.
        let time = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
        Self {
            id: stored.id,
            company_id: 1089,
            office_id: 1000,
            creator_id: columns.creator_id,
            agent_id: columns.agent_id,
            first_name: columns.first_name.as_deref(),
            last_name: columns.last_name.as_deref(),
            email: columns.email.as_deref(),
            mobile: columns.mobile.as_deref(),
            address: columns.address.as_deref(),
            city: columns.city.as_deref(),
            state: columns.state.as_deref(),
            zip: columns.zip.as_deref(),
            lat: "46.60165100",
            lng: "-120.49035650",
            timezone: "America/Los_Angeles",
            details: "",
            external_id: None,
            lead_source: columns.lead_source.as_deref(),
            meta_data: None,
            created_at: time(stored.created),
            updated_at: time(now),
        }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    result: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    msg: &'static str,
    lead: &'a Shown<'a>,
}

fn print(msg: &'static str, lead: &Shown<'_>) -> Vec<u8> {
    let answer = Answer {
        result: "success",
        data: Data { msg, lead },
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}
