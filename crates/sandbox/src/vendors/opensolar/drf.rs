//! The answers that Django and its REST Framework give by themselves.

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::super::{Asked, is_json};
use crate::reply::Reply;

pub(super) fn detail(status: StatusCode, text: &str) -> Reply {
    Reply::json(status, &json!({ "detail": text }))
}

pub(super) fn unauthorized(text: &str) -> Reply {
    detail(StatusCode::UNAUTHORIZED, text).with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

pub(super) fn not_found() -> Reply {
    detail(StatusCode::NOT_FOUND, "Not found.")
}

/// Refuses one field, or `non_field_errors`.
pub(super) fn invalid(field: &str, text: &str) -> Reply {
    Reply::json(StatusCode::BAD_REQUEST, &json!({ field: [text] }))
}

pub(super) fn wrong_method(method: &Method, allowed: &[&str]) -> Reply {
    let reply = detail(
        StatusCode::METHOD_NOT_ALLOWED,
        &format!("Method \"{method}\" not allowed."),
    );
    match HeaderValue::try_from(allowed.join(", ")) {
        Ok(allowed) => reply.with_header(header::ALLOW, allowed),
        Err(_) => reply,
    }
}

/// Answers with Django's own page, which is what comes where no view of the API is reached.
pub(super) fn page(status: StatusCode) -> Reply {
    let title = match status {
        StatusCode::INTERNAL_SERVER_ERROR => "Server Error (500)",
        _ => "Not Found",
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>{title}</title>\n</head>\n<body>\n  \
         <h1>{title}</h1><p></p>\n</body>\n</html>\n"
    );
    Reply::new(status, "text/html; charset=utf-8", page)
}

/// Reads the body of a write. The framework reads forms too unless told otherwise; the document sends JSON alone.
pub(super) fn body(request: &Asked<'_>) -> Result<Map<String, Value>, Reply> {
    if !is_json(request.headers) {
        let sent = request.headers.get(header::CONTENT_TYPE);
        let sent = sent.and_then(|value| value.to_str().ok()).unwrap_or_default();
        return Err(detail(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            &format!("Unsupported media type \"{sent}\" in request."),
        ));
    }
    match serde_json::from_slice(request.body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(other) => Err(invalid("non_field_errors", &no_dictionary(&other))),
        Err(_) => Err(detail(StatusCode::BAD_REQUEST, "JSON parse error")),
    }
}

pub(super) fn no_dictionary(value: &Value) -> String {
    format!("Invalid data. Expected a dictionary, but got {}.", type_name(value))
}

pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}
