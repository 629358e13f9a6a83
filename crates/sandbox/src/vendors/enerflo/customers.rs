//! `GET /api/v1/customers`, the list that a client with the same key can read. That it is there, its parameters and the members
//! `dataCount` and `data` are confirmed by clients; of a row only the `id` is played. The rest is our choice.

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::lead::Leads;
use super::{parameters, refuse};
use crate::reply::Reply;
use crate::settings::Settings;
use crate::vendors::Asked;

pub(super) const PATH: &str = "/api/v1/customers";

/// How many rows a page has unless told, and at most.
const PAGE_SIZE: usize = 10;
const MOST: usize = 100;

pub(super) fn answer(leads: &Leads, request: &Asked<'_>, settings: &Settings) -> Reply {
    if request.method != Method::GET {
        let reply = refuse(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        return reply.with_header(header::ALLOW, HeaderValue::from_static("GET"));
    }
    // The header alone: the query has a place for the key at the other endpoint only.
    let key = request.headers.get("api-key");
    if key.is_none_or(|key| key.as_bytes() != settings.credentials.password.as_bytes()) {
        return refuse(StatusCode::UNAUTHORIZED, "Unauthorized");
    }
    let (page, size) = match page(request) {
        Ok(page) => page,
        Err(text) => return refuse(StatusCode::BAD_REQUEST, &text),
    };
    let ids = leads.ids();
    let count = ids.clone().count();
    let rows = ids.skip((page - 1).saturating_mul(size)).take(size);
    let rows: Vec<Value> = rows.map(|id| json!({ "id": id })).collect();
    Reply::json(StatusCode::OK, &json!({ "dataCount": count, "data": rows }))
}

/// Reads which page is wanted, and how long it is. To ignore another parameter would be to answer what was not asked.
fn page(request: &Asked<'_>) -> Result<(usize, usize), String> {
    let (mut page, mut size) = (1, PAGE_SIZE);
    for (name, value) in parameters(request) {
        let number = || value.parse().ok().filter(|n| *n > 0);
        let invalid = || format!("Invalid {name}");
        match &*name {
            "page" => page = number().ok_or_else(invalid)?,
            "pageSize" => size = number().filter(|size| *size <= MOST).ok_or_else(invalid)?,
            "search" => return Err("The sandbox does not play search".to_owned()),
            _ => return Err(invalid()),
        }
    }
    Ok((page, size))
}
