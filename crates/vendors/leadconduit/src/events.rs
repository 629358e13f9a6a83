//! The account's events, and the look for a submission in doubt among them. What an event holds is documented in part: what
//! is not certain leaves a doubt as it is.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use leadsink_core::{
    DeliverContext, Disposition, Draft, Error, ErrorKind, HttpResponse, Prepared, Receipt, Reconciliation, Repeat,
    Result, Timestamp,
};
use serde_json::Value;
use url::Url;

use crate::answer::{Verdict, id};
use crate::client::Client;
use crate::descriptor::DESCRIPTOR;
use crate::wire::text_of;

/// The most events that LeadConduit gives at once.
const MOST: u16 = 1000;

/// How many times a look-up asks: for 5,000 events at most.
const PAGES: usize = 5;

/// By how much the clocks may differ.
const SKEW: Duration = Duration::from_secs(60);

/// Which events to list. Ids are ordered by time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventQuery {
    /// Only events after this one.
    pub after_id: Option<String>,
    /// Only events before this one.
    pub before_id: Option<String>,
    /// Only events from this time on.
    pub start: Option<Timestamp>,
    /// Only events up to this time.
    pub end: Option<Timestamp>,
    /// How many, 1,000 at most; 100 unless set.
    pub limit: Option<u16>,
    /// Whether the newest come first.
    pub newest_first: bool,
}

impl EventQuery {
    /// Asks for the events behind the last one of a page: an id says more than a time.
    fn go_on_behind(&mut self, last: String) {
        self.start = None;
        if self.newest_first {
            self.before_id = Some(last);
        } else {
            self.after_id = Some(last);
        }
    }

    fn write(&self, url: &mut Url) {
        let mut query = url.query_pairs_mut();
        let ids = [("after_id", &self.after_id), ("before_id", &self.before_id)];
        let times = [("start", self.start), ("end", self.end)];
        query.extend_pairs(ids.iter().filter_map(|(name, id)| Some((name, id.as_ref()?))));
        query.extend_pairs(
            times
                .iter()
                .filter_map(|(name, time)| Some((name, time.as_ref()?.to_string()))),
        );
        if let Some(limit) = self.limit {
            query.append_pair("limit", &limit.min(MOST).to_string());
        }
        query.append_pair("sort", if self.newest_first { "desc" } else { "asc" });
    }
}

/// One event. What LeadConduit does not document is read where it is expected, and absent where it is not there. `Debug` holds
/// neither the ids of flow and source nor the reference.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Its id.
    pub id: String,
    /// What it is about: `source` for a submission, `recipient` for a delivery to a buyer.
    pub kind: String,
    /// How it ended.
    pub verdict: Option<Verdict>,
    /// The id of the lead, expected at `vars.lead.id`.
    pub lead_id: Option<String>,
    /// The reference that was submitted, expected at `vars.lead.reference` or `vars.reference`.
    pub reference: Option<String>,
    /// The flow, expected at `vars.flow.id`.
    pub flow_id: Option<String>,
    /// The source, expected at `vars.source.id`.
    pub source_id: Option<String>,
}

impl Event {
    fn read(event: &Value) -> Option<Self> {
        let at = |path: &str| event.pointer(path).and_then(id);
        Some(Self {
            id: at("/id")?,
            kind: at("/type")?,
            verdict: Verdict::of(&event["outcome"]),
            lead_id: at("/vars/lead/id"),
            reference: at("/vars/lead/reference").or_else(|| at("/vars/reference")),
            flow_id: at("/vars/flow/id"),
            source_id: at("/vars/source/id"),
        })
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("verdict", &self.verdict)
            .field("lead_id", &self.lead_id)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Lists events of the account, for which `events_api_key` is needed.
    ///
    /// # Errors
    /// When there is no key, or the answer is no list of events.
    pub async fn events(&self, query: &EventQuery, cx: &DeliverContext) -> Result<Vec<Event>> {
        let mut url = self.source.events.clone();
        query.write(&mut url);
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
        let draft = Draft::new(Method::GET, url, headers, Bytes::new());
        let mut request = draft.to_request(cx.timeout.unwrap_or(DESCRIPTOR.timeout), cx.deadline);
        if !self.source.authorize_events(&mut request) {
            let message = "events need the account's API key; set `events_api_key` in the config";
            return Err(Error::new(ErrorKind::Unauthorized, Disposition::Account, message));
        }
        let response = cx.ask(request).await?;
        list(&response).ok_or_else(|| no_list(&self.conceal(&response)))
    }
}

/// The events of an answer; nothing where it is no list of them.
fn list(response: &HttpResponse) -> Option<Vec<Event>> {
    let events: Vec<Value> = serde_json::from_slice(&response.body).ok()?;
    let events = response.status.is_success().then_some(events)?;
    events.iter().map(Event::read).collect()
}

/// What an answer means that is no list of events. The question goes to the account, by a key of its own.
fn no_list(response: &HttpResponse) -> Error {
    let account = |kind, message: &'static str| Error::new(kind, Disposition::Account, message).with_response(response);
    match response.status.as_u16() {
        401 => account(
            ErrorKind::Unauthorized,
            "LeadConduit does not accept the key for events (401); check `events_api_key`, and whether the account may use it",
        ),
        403 => account(
            ErrorKind::Forbidden,
            "LeadConduit does not show this account its events (403); check `events_api_key`, and whether the account may use it",
        ),
        404 => account(
            ErrorKind::WrongAddress,
            "LeadConduit has no events at this address (404); check `base_url`, or the host of `url`",
        ),
        _ => Error::from_status(response, Repeat::Safe).without_effect(),
    }
}

/// Looks for a submission by its reference: among the events since the attempt, or the newest ones where nobody says when it
/// was. It is never taken for absent: nothing says how long an event takes to be listed.
pub(crate) async fn look_up(client: &Client, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
    if !client.source.has_events_key() {
        return Ok(Reconciliation::Unsupported);
    }
    let undecided = |why: &str| Ok(Reconciliation::Undecided(why.to_owned()));
    let Some(reference) = text_of(&prepared.request.body, client.config().format, "reference") else {
        return undecided("the request holds no reference by which it could be found");
    };
    let mut query = EventQuery {
        limit: Some(MOST),
        start: cx
            .attempted
            .as_ref()
            .and_then(|attempted| attempted.start.checked_sub(SKEW).ok()),
        // Of the events since the attempt its own is among the first.
        newest_first: cx.attempted.is_none(),
        ..EventQuery::default()
    };
    let mut doubt = None;
    for _ in 0..PAGES {
        let events = client.events(&query, cx).await?;
        let ours = events
            .iter()
            .filter(|event| event.kind == "source" && event.reference.as_deref() == Some(&*reference));
        for event in ours {
            let here = client
                .source
                .is_here(event.flow_id.as_deref(), event.source_id.as_deref());
            match (here, event.verdict) {
                (Some(false), _) => {}
                (Some(true), Some(Verdict::Success)) => return Ok(Reconciliation::Found(found(event))),
                (Some(true), Some(Verdict::Failure)) => {
                    doubt.get_or_insert(
                        "LeadConduit recorded the lead and refused it (outcome `failure`); look there for the reason",
                    );
                }
                (Some(true), Some(Verdict::Error)) => {
                    doubt
                        .get_or_insert("LeadConduit recorded the lead and a step of the flow broke; look for it there");
                }
                (Some(true), None) => {
                    doubt.get_or_insert(
                        "LeadConduit recorded the lead and does not tell how it ended; look for it there",
                    );
                }
                (None, _) => {
                    doubt.get_or_insert("LeadConduit has a lead with this reference, and does not tell in which flow; look for it there");
                }
            }
        }
        match events.last().map(|last| last.id.clone()) {
            Some(last) if events.len() >= usize::from(MOST) => query.go_on_behind(last),
            _ => break,
        }
    }
    undecided(doubt.unwrap_or(
        "the lead is not among the events that were looked through, which does not prove that it is nowhere",
    ))
}

fn found(event: &Event) -> Receipt {
    match &event.lead_id {
        Some(id) => Receipt::new().with_vendor_ref(id),
        None => Receipt::new(),
    }
}

#[cfg(test)]
mod tests;
