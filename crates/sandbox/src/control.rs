//! The sandbox's own pages under `/_sandbox`: what it received, its counts, its faults.

use std::collections::BTreeMap;
use std::fmt::Write;

use http::{HeaderValue, Method, StatusCode, header, request};
use serde::{Deserialize, Serialize};

use crate::fault::{FAULT_HEADER, Fault};
use crate::handle::Handle;
use crate::plan::FaultPlan;
use crate::reply::Reply;
use crate::vendors::{VENDORS, vendor_ids};

const PAGES: &str = "  GET    /_sandbox/health     says that the sandbox is up
  GET    /_sandbox/config     a leadsink.toml for this sandbox
  GET    /_sandbox/received   the requests received, as NDJSON; ?vendor=ID for one vendor's
  DELETE /_sandbox/received   forgets them
  GET    /_sandbox/callbacks  the call backs made, as NDJSON
  GET    /_sandbox/counts     counts, as JSON
  GET    /_sandbox/checksums  number, bytes and hash of the bodies, by vendor, as JSON
  POST   /_sandbox/faults     {\"vendor\":ID, \"script\":[\"503\",\"none\"], \"rates\":\"429=0.1\"}
  POST   /_sandbox/expire     {\"vendor\":ID} ends the tokens handed out
  POST   /_sandbox/reset      forgets requests, leads, scripts, counts and checksums
";

/// The body of a `POST /_sandbox/faults`: either part may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsWanted {
    vendor: String,
    #[serde(default)]
    script: Vec<String>,
    rates: Option<String>,
}

/// The body of a `POST /_sandbox/expire`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpiryWanted {
    vendor: String,
}

/// Answers what is meant for no vendor.
pub(crate) fn answer(handle: &Handle, head: &request::Parts, body: &[u8]) -> Reply {
    if !is_local(head.headers.get(header::HOST)) {
        return Reply::text(
            StatusCode::FORBIDDEN,
            "the sandbox answers to 127.0.0.1 and localhost\n",
        );
    }
    match (&head.method, head.uri.path()) {
        (&Method::GET, "/") => Reply::text(StatusCode::OK, front_page(handle)),
        (&Method::GET, "/_sandbox/health") => Reply::json(StatusCode::OK, &serde_json::json!({ "status": "ok" })),
        (&Method::GET, "/_sandbox/config") => Reply::new(StatusCode::OK, "application/toml", handle.leadsink_toml()),
        (&Method::GET, "/_sandbox/received") => {
            let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
            let vendor = query.into_iter().find(|(name, _)| name == "vendor").map(|(_, id)| id);
            let mut received = handle.received();
            received.retain(|one| vendor.as_deref().is_none_or(|vendor| vendor == one.vendor));
            ndjson(&received)
        }
        (&Method::DELETE, "/_sandbox/received") => {
            handle.clear_received();
            done()
        }
        (&Method::GET, "/_sandbox/callbacks") => ndjson(&handle.callbacks()),
        (&Method::GET, "/_sandbox/counts") => json(&handle.counts()),
        (&Method::GET, "/_sandbox/checksums") => {
            let of = |id| Some((id, handle.checksum(id).ok()?));
            json(&vendor_ids().into_iter().filter_map(of).collect::<BTreeMap<_, _>>())
        }
        (&Method::POST, "/_sandbox/faults") => match set_faults(handle, body) {
            Ok(()) => done(),
            Err(error) => Reply::text(StatusCode::BAD_REQUEST, format!("{error}\n")),
        },
        (&Method::POST, "/_sandbox/expire") => match expire(handle, body) {
            Ok(()) => done(),
            Err(error) => Reply::text(StatusCode::BAD_REQUEST, format!("{error}\n")),
        },
        (&Method::POST, "/_sandbox/reset") => {
            handle.reset();
            done()
        }
        _ => Reply::text(StatusCode::NOT_FOUND, format!("nothing here; there is:\n{PAGES}")),
    }
}

/// Refuses names that somebody else's DNS leads to this machine: a page in a browser could read leads by one.
fn is_local(host: Option<&HeaderValue>) -> bool {
    let Some(host) = host.and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost")
}

fn set_faults(handle: &Handle, body: &[u8]) -> Result<(), String> {
    let wanted: FaultsWanted = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let script: Vec<Fault> = wanted
        .script
        .iter()
        .map(|fault| fault.parse())
        .collect::<Result<_, _>>()
        .map_err(|error: crate::ParseFaultError| error.to_string())?;
    let rates: Option<FaultPlan> = wanted
        .rates
        .map(|rates| rates.parse())
        .transpose()
        .map_err(|error: crate::ParseFaultError| error.to_string())?;
    handle
        .script(&wanted.vendor, script)
        .map_err(|error| error.to_string())?;
    if let Some(rates) = rates {
        handle
            .set_faults(&wanted.vendor, rates)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn expire(handle: &Handle, body: &[u8]) -> Result<(), String> {
    let wanted: ExpiryWanted = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    handle.expire_tokens(&wanted.vendor).map_err(|error| error.to_string())
}

fn json<T: Serialize>(value: &T) -> Reply {
    match serde_json::to_vec(value) {
        Ok(json) => Reply::new(StatusCode::OK, "application/json", json),
        Err(error) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
    }
}

fn ndjson<T: Serialize>(records: &[T]) -> Reply {
    let mut lines = Vec::new();
    for record in records {
        match serde_json::to_vec(record) {
            Ok(line) => lines.extend(line),
            Err(error) => {
                return Reply::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n"));
            }
        }
        lines.push(b'\n');
    }
    Reply::new(StatusCode::OK, "application/x-ndjson", lines)
}

fn done() -> Reply {
    Reply::text(StatusCode::NO_CONTENT, "")
}

fn front_page(handle: &Handle) -> String {
    let mut page = String::from(
        "Leadsink's sandbox: lead vendors faked from their documents. Nothing here leaves this machine.\n",
    );
    for listing in VENDORS {
        let base = handle.url() + listing.base_path;
        // Writing to a String cannot fail.
        let _ = writeln!(page, "\n{} at {base}", listing.id);
        for endpoint in listing.endpoints {
            let _ = writeln!(page, "  {endpoint}");
        }
    }
    let _ = write!(
        page,
        "\nA request to a vendor may ask for a fault: `{FAULT_HEADER}: 503`.\n\n{PAGES}"
    );
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_names_are_answered() {
        let local = |host: &'static str| is_local(Some(&HeaderValue::from_static(host)));
        assert!(local("127.0.0.1:8080") && local("localhost:1") && local("localhost"));
        assert!(!local("evil.example:8080") && !local("127.0.0.1.evil.example") && !is_local(None));
    }
}
