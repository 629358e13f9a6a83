//! `GET /events`, by which what became of a lead can be looked up. The parameters are the vendor's. Of an event public code
//! confirms `id` (in the order of time), `type`, `outcome`, `reason`, an object `vars` and a whole number `start_timestamp`;
//! that the number is milliseconds is inferred, and what `vars` holds is made up.

use http::{HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::Asked;
use super::flow::{Event, Flow};
use super::{has_key, refuse};
use crate::reply::Reply;
use crate::settings::{Settings, TEST_FLOW};

const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 1000;

/// Which events are wanted.
struct Wanted {
    after: Option<String>,
    before: Option<String>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    limit: usize,
    ascends: bool,
}

pub(super) fn answer(flow: &Flow, request: &Asked<'_>, settings: &Settings) -> Reply {
    if !has_key(request, settings) {
        let reply = Reply::text(StatusCode::UNAUTHORIZED, "Unauthorized");
        let challenge = HeaderValue::from_static("Basic realm=\"leadconduit\"");
        return reply.with_header(header::WWW_AUTHENTICATE, challenge);
    }
    if request.method != Method::GET {
        let reply = refuse(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        return reply.with_header(header::ALLOW, HeaderValue::from_static("GET"));
    }
    let wanted = match wanted(request.query.unwrap_or_default()) {
        Ok(wanted) => wanted,
        Err(text) => return refuse(StatusCode::BAD_REQUEST, &text),
    };
    let memory = flow.memory();
    let mut events: Vec<&Event> = memory.events.iter().filter(|event| wanted.has(event)).collect();
    if !wanted.ascends {
        events.reverse();
    }
    events.truncate(wanted.limit);
    Reply::json(StatusCode::OK, &events.into_iter().map(show).collect())
}

impl Wanted {
    fn has(&self, event: &Event) -> bool {
        self.after.as_ref().is_none_or(|after| event.id > *after)
            && self.before.as_ref().is_none_or(|before| event.id < *before)
            && self.start.is_none_or(|start| event.at >= start)
            && self.end.is_none_or(|end| event.at < end)
    }
}

/// Reads the parameters. Those that filter by content are the vendor's too, but not how they are written: to ignore
/// them would be to answer what was not asked.
fn wanted(query: &str) -> Result<Wanted, String> {
    let mut wanted = Wanted {
        after: None,
        before: None,
        start: None,
        end: None,
        limit: DEFAULT_LIMIT,
        ascends: false,
    };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let invalid = || format!("Invalid {name}");
        match &*name {
            "after_id" => wanted.after = Some(id(&value).ok_or_else(invalid)?),
            "before_id" => wanted.before = Some(id(&value).ok_or_else(invalid)?),
            "start" => wanted.start = Some(value.parse().map_err(|_| invalid())?),
            "end" => wanted.end = Some(value.parse().map_err(|_| invalid())?),
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                wanted.limit = limit.ok_or_else(invalid)?;
            }
            "sort" => match &*value {
                "asc" => wanted.ascends = true,
                "desc" => wanted.ascends = false,
                _ => return Err(invalid()),
            },
            "rules" | "include" | "exclude" => return Err(format!("The sandbox does not play {name}")),
            _ => return Err(invalid()),
        }
    }
    Ok(wanted)
}

fn id(text: &str) -> Option<String> {
    let is_id = text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| text.to_ascii_lowercase())
}

fn show(event: &Event) -> Value {
    let mut lead = nest(&event.lead);
    lead.insert("id".to_owned(), Value::from(event.lead_id.as_str()));
    let mut shown = json!({
        "id": event.id,
        "type": "source",
        "outcome": event.outcome,
        "start_timestamp": event.at.as_millisecond(),
        "vars": { "flow": { "id": TEST_FLOW }, "source": { "id": event.source }, "lead": lead },
    });
    if let Some(reason) = &event.reason {
        shown["reason"] = Value::from(reason.as_str());
    }
    shown
}

/// Makes objects of dotted names; no name goes on from another's any more.
fn nest(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut nested = Map::new();
    for (name, value) in fields {
        put(&mut nested, name, value);
    }
    nested
}

fn put(nested: &mut Map<String, Value>, name: &str, value: &Value) {
    let Some((first, rest)) = name.split_once('.') else {
        nested.insert(name.to_owned(), value.clone());
        return;
    };
    if let Value::Object(inner) = nested.entry(first).or_insert_with(|| Value::Object(Map::new())) {
        put(inner, rest, value);
    }
}
