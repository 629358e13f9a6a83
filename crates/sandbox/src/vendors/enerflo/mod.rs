//! Enerflo, from its page on the Leads API (`https://enerflo.io/api/v1/partner/action/lead/add`) and what is confirmed
//! by clients that run against it. Comments say where both are silent and the fake had to choose.
//!
//! "All responses will be in 2XX range with descriptive information whether the lead was created or couldn't save":
//! so a refused lead, a body that is no JSON or holds no lead, and a wrong content type are answered 200 with a
//! `result` that is not `success`. That it is `error`, and that `data.msg` says why, is our assumption. The statuses
//! 401, 404 and 405 and their bodies, and where a redirect leads, are assumptions as well.

mod check;
mod customers;
mod lead;
mod value;

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use self::check::Findings;
use self::lead::Leads;
use self::value::Form;
use super::{Asked, FakeVendor, Listing, Verdict, is_json, toml_string};
use crate::reply::Reply;
use crate::settings::{Credentials, Settings};

/// The segment `partner` is literal: records made by this path are stored as those of a partner by that name.
const PATH: &str = "/api/v1/partner/action/lead/add";

pub(super) const LISTING: Listing = Listing {
    id: "enerflo",
    base_path: "/enerflo",
    endpoints: &[
        "POST /api/v1/partner/action/lead/add",
        "GET /api/v1/partner/action/lead/add",
        "GET /api/v1/customers",
    ],
    quotas: &[],
    // Photographs of a house travel in the survey. The vendor's own limit is not known.
    body_limit: 8 * 1024 * 1024,
    new: || Box::new(Enerflo::default()),
    config,
};

/// The page that goes with 429; its title and text are the vendor's.
const TOO_MANY: &str = "<!DOCTYPE html>\n<html>\n<head><title>Error</title></head>\n<body>\n<p>Too many requests.</p>\n\
                        </body>\n</html>\n";

fn config(base_url: &str, credentials: &Credentials) -> String {
    format!(
        "base_url = {}\napi_key = {}\n",
        toml_string(base_url),
        toml_string(&credentials.password)
    )
}

#[derive(Default)]
struct Enerflo {
    leads: Mutex<Leads>,
}

impl FakeVendor for Enerflo {
    fn answer(&self, request: &Asked<'_>, settings: &Settings) -> Verdict {
        if request.path == customers::PATH {
            return customers::answer(&self.leads(), request, settings).into();
        }
        match admit(request, settings) {
            Ok((body, form)) => self.add(&body, form, settings),
            Err(reply) => reply.into(),
        }
    }

    fn refuse(&self, _: &Asked<'_>, status: StatusCode, text: &str) -> Reply {
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Reply::new(status, "text/html", TOO_MANY);
        }
        refuse(status, text)
    }

    fn caller<'a>(&self, request: &Asked<'a>) -> Option<Cow<'a, str>> {
        key(request)
    }

    fn reset(&self) {
        self.leads().clear();
    }
}

impl Enerflo {
    fn leads(&self) -> MutexGuard<'_, Leads> {
        self.leads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, body: &Map<String, Value>, form: Form, settings: &Settings) -> Verdict {
        let Some(Value::Object(lead)) = body.get("lead") else {
            return refuse(StatusCode::OK, "lead is required").into();
        };
        let mut found = Findings::default();
        check::lead(lead, form, &mut found);
        for (name, value) in body {
            match name.as_str() {
                "lead" => {}
                "survey_data" | "appointment" if value.is_null() => {}
                "survey_data" => check::survey(value, lead, &mut found),
                "appointment" => check::appointment(value, &mut found),
                _ => found.unknown.push(name.clone()),
            }
        }
        let is_refused = || {
            let mobile = lead.get("mobile").and_then(Value::as_str);
            mobile.is_some_and(|mobile| settings.refused_phones.contains(mobile))
        };
        // That a lead can be refused is documented, for what is not.
        if found.problems.is_empty() && is_refused() {
            found.problems.push("Lead could not be saved".to_owned());
        }
        if !found.problems.is_empty() {
            return Verdict {
                unknown_fields: found.unknown,
                ..refuse(StatusCode::OK, &found.problems.join("; ")).into()
            };
        }
        // Looked up and saved under one lock, or two requests at once would both create the lead.
        let saved = self.leads().upsert(lead, settings);
        let mut reply = Reply::new(StatusCode::OK, "application/json", saved.body);
        if let Some(page) = lead.get("browser_redirect").and_then(Value::as_str)
            && let Ok(place) = HeaderValue::try_from(format!("{}/{page}/{}", LISTING.base_path, saved.id))
        {
            reply.status = StatusCode::FOUND;
            reply = reply.with_header(header::LOCATION, place);
        }
        Verdict {
            accepted: true,
            unknown_fields: found.unknown,
            ..reply.into()
        }
    }
}

fn refuse(status: StatusCode, text: &str) -> Reply {
    Reply::json(status, &json!({ "result": "error", "data": { "msg": text } }))
}

/// Lets a request in by path, method, key, content type and JSON, in this order, which is our choice.
fn admit(request: &Asked<'_>, settings: &Settings) -> Result<(Map<String, Value>, Form), Reply> {
    if request.path != PATH {
        return Err(refuse(StatusCode::NOT_FOUND, "Not Found"));
    }
    let is_post = request.method == Method::POST;
    if !is_post && request.method != Method::GET {
        let reply = refuse(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        return Err(reply.with_header(header::ALLOW, HeaderValue::from_static("GET, POST")));
    }
    if key(request).as_deref() != Some(&settings.credentials.password) {
        return Err(refuse(StatusCode::UNAUTHORIZED, "Unauthorized"));
    }
    if !is_post {
        let lead = parameters(request).filter(|(name, _)| name != "api_key");
        let lead = lead
            .map(|(name, value)| (name.into_owned(), Value::from(value)))
            .collect();
        let body = Map::from_iter([("lead".to_owned(), Value::Object(lead))]);
        return Ok((body, Form::Query));
    }
    if !is_json(request.headers) {
        return Err(refuse(StatusCode::OK, "Content-Type: application/json expected"));
    }
    match serde_json::from_slice(request.body) {
        Ok(Value::Object(body)) => Ok((body, Form::Json)),
        Ok(_) | Err(_) => Err(refuse(StatusCode::OK, "Invalid JSON")),
    }
}

/// Reads the key from the header, else from the query, where the document spells it with an underscore.
fn key<'a>(request: &Asked<'a>) -> Option<Cow<'a, str>> {
    if let Some(key) = request.headers.get("api-key") {
        return Some(String::from_utf8_lossy(key.as_bytes()));
    }
    let mut parameters = parameters(request);
    parameters.find(|(name, _)| name == "api_key").map(|(_, key)| key)
}

fn parameters<'a>(request: &Asked<'a>) -> form_urlencoded::Parse<'a> {
    form_urlencoded::parse(request.query.unwrap_or_default().as_bytes())
}
