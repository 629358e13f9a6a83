//! What the sandbox keeps: every request it read to its end, and counts of the rest.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

/// Header fields whose values are credentials with one vendor or another.
const SECRET_HEADERS: [&str; 5] = ["authorization", "proxy-authorization", "cookie", "api-key", "x-api-key"];

/// Parameters whose values are credentials: Enerflo takes its key in the query too, and a client may misspell it.
const SECRET_PARAMETERS: [&str; 2] = ["api_key", "api-key"];

/// Holds one request that was read to its end, whatever became of the answer.
///
/// The bodies are leads: that is their purpose, so `Debug` shows neither body nor headers.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Received {
    /// Counts from 1 in the order of arrival, over all vendors.
    pub seq: u64,
    /// When the request had been read.
    pub at: Timestamp,
    /// The vendor it was for.
    pub vendor: &'static str,
    /// The HTTP method.
    pub method: String,
    /// The path below the vendor's base URL, with the query if there is one.
    pub path: String,
    /// The header fields in lower case; credentials are replaced by `***`.
    pub headers: BTreeMap<String, String>,
    /// The body: JSON if it is JSON, else a string.
    pub body: Value,
    /// The status the vendor decided on, also where the fault kept it from the client.
    pub status: u16,
    /// Whether the vendor has taken a lead by this request.
    pub accepted: bool,
    /// The fields that neither the vendor's documents nor a confirmed fact name, and that passed all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_fields: Vec<String>,
    /// The fault that struck the exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("seq", &self.seq)
            .field("vendor", &self.vendor)
            .field("method", &self.method)
            .field("status", &self.status)
            .field("accepted", &self.accepted)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// Says what is kept in memory; a log file gets every request either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Keep {
    /// Keeps every request, every call back, and the fields of every lead taken.
    #[default]
    All,
    /// Keeps the [`Counts`] alone, for a long run. A vendor still remembers which leads it has, as a few dozen
    /// bytes each; it no longer knows what was in them.
    Counts,
}

/// Counts what has happened since the start or the last reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Connections accepted, those of the control pages included.
    pub connections: u64,
    /// Connections open now.
    pub open_connections: u64,
    /// The most connections that were open at once.
    pub most_open_connections: u64,
    /// Requests to a vendor that were read to their end.
    pub requests: u64,
    /// Leads taken.
    pub accepted: u64,
    /// Tokens handed out in exchange for a user name and a password.
    pub logins: u64,
    /// Requests struck by a fault, those reset before they were read included.
    pub faults: u64,
    /// Calls back that were answered, whatever the status.
    pub callbacks_sent: u64,
    /// Calls back not made, since their URL does not lead to this machine over plain HTTP.
    pub callbacks_skipped: u64,
    /// Calls back that nobody answered.
    pub callbacks_failed: u64,
}

/// Keeps requests and counts. The counts live in a watch channel, so that a test can await one.
pub(crate) struct Store {
    keep: Keep,
    received: Mutex<Vec<Received>>,
    log: Option<Mutex<File>>,
    seq: Mutex<u64>,
    counts: watch::Sender<Counts>,
}

impl Store {
    pub(crate) fn new(keep: Keep, log: Option<File>) -> Self {
        Self {
            keep,
            received: Mutex::default(),
            log: log.map(Mutex::new),
            seq: Mutex::default(),
            counts: watch::Sender::default(),
        }
    }

    /// Files one request. A log that cannot be written any more is no reason to answer wrongly.
    /// The record is made only if somebody keeps it: it takes longer to make than the answer.
    pub(crate) fn file(&self, accepted: bool, logged_in: bool, record: impl FnOnce() -> Received) {
        if self.keep == Keep::All || self.log.is_some() {
            self.keep(record());
        }
        self.count(|counts| {
            counts.requests += 1;
            counts.accepted += u64::from(accepted);
            counts.logins += u64::from(logged_in);
        });
    }

    fn keep(&self, mut received: Received) {
        let mut seq = self.seq.lock().unwrap_or_else(PoisonError::into_inner);
        *seq += 1;
        received.seq = *seq;
        if let Some(log) = &self.log
            && let Ok(mut line) = serde_json::to_vec(&received)
        {
            line.push(b'\n');
            let _ = log.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line);
        }
        if self.keep == Keep::All {
            self.received
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(received);
        }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn clear(&self) {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn count(&self, change: impl FnOnce(&mut Counts)) {
        self.counts.send_modify(change);
    }

    /// Starts counting anew; connections that are open stay so.
    pub(crate) fn reset(&self) {
        self.count(|counts| {
            *counts = Counts {
                open_connections: counts.open_connections,
                most_open_connections: counts.open_connections,
                ..Counts::default()
            };
        });
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }
}

/// Copies a query for the record, with its `?` and without credentials.
pub(crate) fn recorded_query(query: &str) -> String {
    let mut recorded = String::new();
    for pair in query.split('&') {
        recorded.push(if recorded.is_empty() { '?' } else { '&' });
        let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name);
        match name.filter(|name| SECRET_PARAMETERS.contains(&&**name)) {
            Some(name) => recorded.extend([&name, "=***"]),
            None => recorded.push_str(pair),
        }
    }
    recorded
}

/// Copies header fields for the record, without credentials; a repeated field is joined by commas.
pub(crate) fn recorded_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut recorded = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let value = if SECRET_HEADERS.contains(&name.as_str()) {
            "***".into()
        } else {
            String::from_utf8_lossy(value.as_bytes())
        };
        recorded
            .entry(name.as_str().to_owned())
            .and_modify(|known| *known = format!("{known}, {value}"))
            .or_insert_with(|| value.into_owned());
    }
    recorded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_body_header_or_path() {
        let received = Received {
            seq: 1,
            at: Timestamp::UNIX_EPOCH,
            vendor: "ntherm",
            method: "POST".to_owned(),
            path: "/postLead?token=s3cret".to_owned(),
            headers: BTreeMap::from([("x-lead".to_owned(), "Mary".to_owned())]),
            body: Value::from("Mary"),
            status: 200,
            accepted: true,
            unknown_fields: Vec::new(),
            fault: None,
        };
        assert_eq!(
            format!("{received:?}"),
            r#"Received { seq: 1, vendor: "ntherm", method: "POST", status: 200, accepted: true, fault: None, .. }"#
        );
    }

    #[test]
    fn credentials_are_not_recorded() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Basic c2FuZGJveA==".parse().unwrap());
        headers.insert("api-key", "k".parse().unwrap());
        headers.append("accept", "a".parse().unwrap());
        headers.append("accept", "b".parse().unwrap());
        let recorded = recorded_headers(&headers);
        assert_eq!(recorded["authorization"], "***");
        assert_eq!(recorded["api-key"], "***");
        assert_eq!(recorded["accept"], "a, b");
        assert_eq!(recorded_query("a=1&api_key=k&b"), "?a=1&api_key=***&b");
        assert_eq!(recorded_query("api%2dkey=k"), "?api-key=***");
    }
}
