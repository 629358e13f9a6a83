//! ActiveProspect LeadConduit, from the code that it has published and its pages: a flow with a few sources, to which a
//! lead is submitted or only offered (`ping`). SolarNexus stands behind such a flow too.

mod answer;
mod events;
mod fields;
mod flow;
mod submission;

use std::borrow::Cow;

use http::{HeaderValue, Method, StatusCode, header};

pub(super) use self::flow::{Flow, Step};
pub(super) use self::submission::Lead;
use self::submission::Source;
use super::{Asked, FakeVendor, Listing, Verdict, basic, toml_string};
use crate::record::Received;
use crate::reply::Reply;
use crate::settings::{Credentials, Settings, TEST_FLOW, TEST_SOURCE};

pub(super) const LISTING: Listing = Listing {
    id: "leadconduit",
    base_path: "/leadconduit",
    endpoints: &[
        "GET, POST /flows/:flow/sources/:source/submit",
        "GET, POST /flows/:flow/sources/:source/ping",
        "GET /events",
    ],
    quotas: &[],
    body_limit: 1024 * 1024,
    new: || Box::new(LeadConduit(Flow::new(PRICE, |_| Step::default(), |_| false))),
    config,
};

/// What the source is paid for a lead; a ping is then answered by a bid.
const PRICE: f64 = 12.5;

fn config(base_url: &str, _: &Credentials) -> String {
    format!("url = {}\n", toml_string(&submit_url(base_url, TEST_SOURCE)))
}

/// Writes the URL that leads are submitted to.
pub(super) fn submit_url(base_url: &str, source: &str) -> String {
    format!("{base_url}/flows/{TEST_FLOW}/sources/{source}/submit")
}

struct LeadConduit(Flow);

impl FakeVendor for LeadConduit {
    fn answer(&self, request: &Asked<'_>, settings: &Settings) -> Verdict {
        answer(&self.0, request, settings)
    }

    fn refuse(&self, _: &Asked<'_>, status: StatusCode, text: &str) -> Reply {
        refuse(status, text)
    }

    fn caller<'a>(&self, request: &Asked<'a>) -> Option<Cow<'a, str>> {
        caller(request)
    }

    fn conceal(&self, received: &mut Received) {
        conceal(received);
    }

    fn reset(&self) {
        self.0.clear();
    }
}

/// Answers at the path of a flow or its events.
pub(super) fn answer(flow: &Flow, request: &Asked<'_>, settings: &Settings) -> Verdict {
    if request.path == "/events" {
        return events::answer(flow, request, settings).into();
    }
    let Some((source, is_ping)) = Source::of(request.path) else {
        return refuse(StatusCode::NOT_FOUND, "Not Found").into();
    };
    if request.method != Method::GET && request.method != Method::POST {
        let reply = refuse(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        return reply
            .with_header(header::ALLOW, HeaderValue::from_static("GET, POST"))
            .into();
    }
    if source == Source::Guarded && !has_key(request, settings) {
        return refuse(StatusCode::UNAUTHORIZED, "Unauthorized source").into();
    }
    match submission::read(request, is_ping, settings.mode) {
        Ok(submission) => flow.take(submission, source, is_ping, settings),
        Err(reply) => reply.into(),
    }
}

/// Says no as the vendor does, in plain text. "Unauthorized source" is its text; of 404 none is known.
pub(super) fn refuse(status: StatusCode, text: &str) -> Reply {
    let text = match status {
        StatusCode::UNAUTHORIZED => "Unauthorized source",
        _ => text,
    };
    Reply::new(status, "text/plain; charset=utf-8", text.to_owned())
}

/// Asks for the API key as the password; the user name is ignored.
fn has_key(request: &Asked<'_>, settings: &Settings) -> bool {
    basic(request.headers).is_some_and(|(_, key)| key == settings.credentials.password)
}

/// Counts by credentials where there are some, else by source: its URL is what lets a client in.
pub(super) fn caller<'a>(request: &Asked<'a>) -> Option<Cow<'a, str>> {
    match request.headers.get(header::AUTHORIZATION) {
        Some(value) => Some(String::from_utf8_lossy(value.as_bytes())),
        None => request.path.split('/').nth(4).map(Cow::Borrowed),
    }
}

/// Takes both ids out of a recorded path: together they let in whoever knows them.
pub(super) fn conceal(received: &mut Received) {
    let mut parts: Vec<&str> = received.path.splitn(6, '/').collect();
    if let [_, "flows", flow, "sources", source, _] = parts.as_mut_slice() {
        (*flow, *source) = ("***", "***");
    }
    received.path = parts.join("/");
}
