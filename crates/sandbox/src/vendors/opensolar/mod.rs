//! OpenSolar, from its API page (`https://api.opensolar.com`), the newer pages on throttles and plans, and what clients
//! that run against it have seen. It is a Django REST Framework application; where all are silent, the fake answers as
//! that framework does unless told otherwise, and a comment says so.

mod check;
mod drf;
mod list;
mod login;
mod resource;
mod roles;
mod route;
mod store;
mod value;

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::Value;

use self::login::Sessions;
use self::route::{Place, Route};
use self::store::Store;
use super::{Asked, FakeVendor, Listing, Verdict, credentials, toml_string};
use crate::record::Received;
use crate::reply::Reply;
use crate::settings::{Credentials, Settings};

pub(super) const LISTING: Listing = Listing {
    id: "opensolar",
    base_path: "/opensolar",
    endpoints: &[
        "POST /api-token-auth/",
        "PATCH /auth/users/:id/",
        "GET /api/fetch_token/",
        "GET /api/orgs/1/",
        "GET, POST /api/orgs/1/projects/",
        "GET, PATCH, DELETE /api/orgs/1/projects/:id/",
        "GET, POST /api/orgs/1/contacts/",
        "GET, PUT, DELETE /api/orgs/1/contacts/:id/",
        "GET /api/orgs/1/roles/",
        "GET /api/orgs/1/roles/:id/",
    ],
    // The page on throttles has a row for each; limits to other calls exist and are not published.
    quotas: &["get-project", "post-project", "patch-project", "login"],
    body_limit: 1024 * 1024,
    new: || Box::new(OpenSolar::default()),
    config,
};

/// The organization of the account.
const ORG: u64 = 1;

fn config(base_url: &str, credentials: &Credentials) -> String {
    format!(
        "base_url = {}\nusername = {}\npassword = {}\n",
        toml_string(base_url),
        toml_string(&credentials.username),
        toml_string(&credentials.password),
    )
}

/// Writes the URL of a resource as the document prints it: at the vendor's own host, wherever the fake listens, so that
/// a client that follows one instead of taking the id out of it is found out.
fn url(path: &str) -> String {
    format!("https://api.opensolar.com{path}")
}

/// Writes the URL of what belongs to the organization.
fn org_url(kind: &str, id: u64) -> String {
    url(&format!("/api/orgs/{ORG}/{kind}/{id}/"))
}

#[derive(Default)]
struct OpenSolar {
    sessions: Mutex<Sessions>,
    store: Mutex<Store>,
}

impl FakeVendor for OpenSolar {
    /// Goes the framework's way: route, slash, token, organization, method, and then what the resource says.
    fn answer(&self, request: &Asked<'_>, settings: &Settings) -> Verdict {
        let Some(route) = Route::of(request.path) else {
            return drf::page(StatusCode::NOT_FOUND).into();
        };
        if !request.path.ends_with('/') && request.method != Method::GET {
            return slashed(request).into();
        }
        if route.place != Place::Login {
            if let Err(reply) = self.admit(request) {
                return reply.into();
            }
            if route.org.is_some_and(|org| org != ORG) {
                return drf::detail(
                    StatusCode::FORBIDDEN,
                    "You do not have permission to perform this action.",
                )
                .into();
            }
        }
        if !route.methods().contains(&request.method.as_str()) {
            return drf::wrong_method(request.method, route.methods()).into();
        }
        match route.place {
            Place::Login => login::log_in(request, settings, &mut self.sessions()),
            Place::FetchToken => login::fetch(request, settings, &mut self.sessions()).into(),
            Place::User(id) => login::set_user(id, request, settings, &mut self.sessions()).into(),
            _ => resource::answer(route.place, request, settings, &mut self.store()),
        }
    }

    fn refuse(&self, _: &Asked<'_>, status: StatusCode, text: &str) -> Reply {
        match status {
            StatusCode::BAD_REQUEST => drf::invalid("non_field_errors", text),
            StatusCode::UNAUTHORIZED => drf::unauthorized("Invalid token."),
            StatusCode::TOO_MANY_REQUESTS => drf::detail(status, "Request was throttled."),
            StatusCode::INTERNAL_SERVER_ERROR => drf::page(status),
            _ => drf::detail(status, text),
        }
    }

    /// The quotas are the user's: a new token does not begin a new window.
    fn caller<'a>(&self, request: &Asked<'a>) -> Option<Cow<'a, str>> {
        let value = request.headers.get(header::AUTHORIZATION)?;
        let token = credentials(request.headers, "bearer");
        if token.is_some_and(|token| self.sessions().knows(token)) {
            return Some(Cow::Borrowed("user"));
        }
        Some(String::from_utf8_lossy(value.as_bytes()))
    }

    fn quota(&self, request: &Asked<'_>) -> Option<&'static str> {
        let place = Route::of(request.path)?.place;
        match (place, request.method.as_str()) {
            (Place::Projects | Place::Project(_), "GET") => Some("get-project"),
            (Place::Projects, "POST") => Some("post-project"),
            (Place::Project(_), "PATCH") => Some("patch-project"),
            (Place::Login, _) => Some("login"),
            _ => None,
        }
    }

    /// The log-in has a password and a code in its body.
    fn conceal(&self, received: &mut Received) {
        if !received.path.starts_with("/api-token-auth") {
            return;
        }
        match &mut received.body {
            Value::Object(body) => {
                for (_, value) in body.iter_mut().filter(|(name, _)| *name != "username") {
                    *value = Value::from("***");
                }
            }
            body => *body = Value::from("***"),
        }
    }

    fn expire_tokens(&self) {
        self.sessions().expire();
    }

    fn reset(&self) {
        self.store().clear();
    }
}

impl OpenSolar {
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, request: &Asked<'_>) -> Result<(), Reply> {
        let Some(token) = credentials(request.headers, "bearer") else {
            return Err(drf::unauthorized("Authentication credentials were not provided."));
        };
        if self.sessions().knows(token) {
            return Ok(());
        }
        Err(drf::unauthorized("Invalid token."))
    }
}

/// Sends the client to the path with its slash. That "trailing slash is enforced on all API methods aside from GET" is
/// documented; that it is enforced in Django's way, by a redirect that turns a POST into a GET, is inferred.
fn slashed(request: &Asked<'_>) -> Reply {
    let query = request.query.map(|query| format!("?{query}")).unwrap_or_default();
    let place = format!("{}{}/{query}", LISTING.base_path, request.path);
    let reply = Reply::new(StatusCode::MOVED_PERMANENTLY, "text/html; charset=utf-8", "");
    match HeaderValue::try_from(place) {
        Ok(place) => reply.with_header(header::LOCATION, place),
        Err(_) => reply,
    }
}
