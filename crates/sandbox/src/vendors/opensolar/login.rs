//! Tokens: who gets one, which of them count, and how all but a machine user's end.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::{Asked, Verdict};
use super::{ORG, drf, url};
use crate::checksum::mix;
use crate::reply::Reply;
use crate::settings::{Settings, TEST_TOKEN};

/// The user that the credentials belong to.
const USER: u64 = 10;

/// The tokens that were handed out and have not ended.
#[derive(Default)]
pub(super) struct Sessions {
    tokens: HashSet<String>,
    issued: u64,
    is_machine_user: bool,
}

impl Sessions {
    /// Knows the token of the machine user, which does not end, and those handed out.
    pub(super) fn knows(&self, token: &str) -> bool {
        token == TEST_TOKEN || self.tokens.contains(token)
    }

    /// Ends all tokens, as seven days do. "Once is_machine_user is set to true, token expiration for that account will
    /// not apply anymore."
    pub(super) fn expire(&mut self) {
        if !self.is_machine_user {
            self.tokens.clear();
        }
    }

    /// Makes a token in the form of today's; the document prints an older one.
    fn issue(&mut self) -> String {
        self.issued += 1;
        let token = format!("s_{:016x}{:016x}", mix(self.issued), mix(!self.issued));
        self.tokens.insert(token.clone());
        token
    }
}

/// Exchanges a user name, a password and, where the account has one, a code for a token. What is said to wrong ones is
/// not documented; the framework answers 400, not 401.
pub(super) fn log_in(request: &Asked<'_>, settings: &Settings, sessions: &mut Sessions) -> Verdict {
    let body = match drf::body(request) {
        Ok(body) => body,
        Err(reply) => return reply.into(),
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let missing = ["username", "password"].into_iter().filter(|name| text(name).is_none());
    let missing: Map<String, Value> = missing
        .map(|name| (name.to_owned(), json!(["This field is required."])))
        .collect();
    if !missing.is_empty() {
        return Reply::json(StatusCode::BAD_REQUEST, &Value::Object(missing)).into();
    }
    let known = &settings.credentials;
    let is_right = text("username") == Some(&known.username) && text("password") == Some(&known.password);
    let has_code = settings.mfa_code.is_none() || text("token") == settings.mfa_code.as_deref();
    if !is_right || !has_code {
        return drf::invalid("non_field_errors", "Unable to log in with provided credentials.").into();
    }
    let names = ["username", "password", "token"];
    let unknown = body.keys().filter(|name| !names.contains(&name.as_str())).cloned();
    Verdict {
        logged_in: true,
        unknown_fields: unknown.collect(),
        ..Reply::json(StatusCode::OK, &session(&sessions.issue(), settings, sessions)).into()
    }
}

/// Refreshes a token that is still valid.
pub(super) fn fetch(request: &Asked<'_>, settings: &Settings, sessions: &mut Sessions) -> Reply {
    let query = request.query.unwrap_or_default().as_bytes();
    let org = form_urlencoded::parse(query)
        .find(|(name, _)| name == "org_id")
        .map(|(_, org)| org);
    match org.as_deref().map(str::parse::<u64>) {
        None | Some(Ok(ORG)) => Reply::json(StatusCode::OK, &session(&sessions.issue(), settings, sessions)),
        Some(_) => drf::detail(
            StatusCode::FORBIDDEN,
            "You do not have permission to perform this action.",
        ),
    }
}

/// Sets or lifts `is_machine_user`. The document's sample prints the name with a stray `>` in the answer.
pub(super) fn set_user(id: u64, request: &Asked<'_>, settings: &Settings, sessions: &mut Sessions) -> Reply {
    if id != USER {
        return drf::not_found();
    }
    match drf::body(request) {
        Ok(body) => match body.get("is_machine_user") {
            Some(Value::Bool(is_machine_user)) => {
                sessions.is_machine_user = *is_machine_user;
                Reply::json(StatusCode::OK, &user(settings, sessions))
            }
            Some(_) => drf::invalid("is_machine_user", "Must be a valid boolean."),
            None => Reply::json(StatusCode::OK, &user(settings, sessions)),
        },
        Err(reply) => reply,
    }
}

fn session(token: &str, settings: &Settings, sessions: &Sessions) -> Value {
    json!({
        "token": token,
        "user": user(settings, sessions),
        "org_id": ORG,
        "orgs": [org()],
    })
}

fn user(settings: &Settings, sessions: &Sessions) -> Value {
    json!({
        "id": USER,
        "url": url(&format!("/auth/users/{USER}/")),
        "email": settings.credentials.username,
        "is_machine_user": sessions.is_machine_user,
    })
}

pub(super) fn org() -> Value {
    json!({
        "id": ORG,
        "name": "SunCo",
        "url": url(&format!("/api/orgs/{ORG}/")),
        "projects": url(&format!("/api/orgs/{ORG}/projects/")),
    })
}
