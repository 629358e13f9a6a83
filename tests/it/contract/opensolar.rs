//! The scenarios of OpenSolar: each request of a conversation, at a sandbox that has what the request is about.

use std::collections::BTreeSet;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use leadsink::{Draft, HttpResponse};
use leadsink_sandbox::{Sandbox, TEST_TOKEN};
use leadsink_testkit::contract::{Exchange, Reply};
use leadsink_testkit::scenarios;
use serde_json::{Value, json};

use super::{contract, send};

/// What the vendor says in a scenario, where it is not a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    LoggedIn,
    NotLoggedIn,
    Created,
    EmailTaken,
    EmailMalformed,
    RoleUnknown,
    BadToken,
    NoMoney,
    TooMany,
    Team,
    Contacts,
    /// A project or contact, read or written.
    Shown,
    Missing,
}

const ALL: [Says; 13] = [
    Says::LoggedIn,
    Says::NotLoggedIn,
    Says::Created,
    Says::EmailTaken,
    Says::EmailMalformed,
    Says::RoleUnknown,
    Says::BadToken,
    Says::NoMoney,
    Says::TooMany,
    Says::Team,
    Says::Contacts,
    Says::Shown,
    Says::Missing,
];

impl Says {
    fn of(path: &str, reply: &Reply) -> Option<Self> {
        let place = path.split('?').next()?.trim_matches('/');
        let place = place.strip_prefix("api/orgs/1/").unwrap_or(place);
        let (kind, is_one) = place.split_once('/').map_or((place, false), |(kind, _)| (kind, true));
        let about_email = reply.body.pointer("/contacts_new/0/email/0").and_then(Value::as_str);
        match (kind, reply.status) {
            ("api-token-auth", 200) if reply.body["org_id"].is_number() => Some(Self::LoggedIn),
            ("api-token-auth", 400) => Some(Self::NotLoggedIn),
            ("projects", 201) if reply.body.is_object() => Some(Self::Created),
            ("projects", 400) if reply.body["assigned_role"].is_array() => Some(Self::RoleUnknown),
            ("projects", 400) if about_email?.contains("already") => Some(Self::EmailTaken),
            ("projects", 400) if about_email? == "Enter a valid email address." => Some(Self::EmailMalformed),
            ("projects", 401) => Some(Self::BadToken),
            ("projects", 402) => Some(Self::NoMoney),
            ("projects", 429) => Some(Self::TooMany),
            ("roles", 200) => Some(Self::Team),
            // The account of the fake has no second page.
            ("contacts", 200) if !is_one && path.ends_with("page=1") => reply.body.get(0).map(|_| Self::Contacts),
            ("projects" | "contacts", 200) if is_one && reply.body.is_object() => Some(Self::Shown),
            ("projects", 404) if is_one => Some(Self::Missing),
            _ => None,
        }
    }
}

/// An account with a project and its contact.
struct Account {
    sandbox: Sandbox,
    base: String,
    project: String,
    contact: String,
}

impl Account {
    async fn new(says: Says, email: &str) -> Self {
        // Members have the numbers from 50 on.
        let users = (0..100).map(|n| format!("user{n:02}@company.example"));
        let mut builder = Sandbox::builder().known_users(users);
        match says {
            Says::NoMoney => builder = builder.empty_wallet(),
            Says::TooMany => builder = builder.rate_limit("opensolar/post-project", 1, Duration::from_secs(60)),
            _ => {}
        }
        let sandbox = builder.start().await.unwrap();
        let base = sandbox.base_url("opensolar").unwrap();
        let earlier = json!({
            "identifier": "earlier",
            "address": "1 Main St",
            "contacts_new": [{ "first_name": "G", "email": email, "phone": "94811111" }],
        });
        let url = format!("{base}/api/orgs/1/projects/");
        let answer = send(
            draft(&Method::POST, &url, &earlier),
            ("authorization", &bearer(TEST_TOKEN)),
        )
        .await;
        let made: Value = serde_json::from_slice(&answer.body).unwrap();
        Self {
            project: made["id"].to_string(),
            contact: made["contacts_data"][0]["id"].to_string(),
            sandbox,
            base,
        }
    }

    /// The same text with the numbers of what is there in place of the scenario's.
    fn here(&self, text: &str) -> String {
        text.replace("/projects/6624/", &format!("/projects/{}/", self.project))
            .replace("/contacts/60/", &format!("/contacts/{}/", self.contact))
    }

    async fn play(&self, says: Says, path: &str, exchange: &Exchange) -> HttpResponse {
        let path = match says {
            Says::Missing => path.replace("6624", "999999"),
            _ => self.here(path),
        };
        let mut body: Value = serde_json::from_str(&self.here(&exchange.request.body.to_string())).unwrap();
        if says == Says::EmailMalformed {
            body["contacts_new"][0]["email"] = "jane@".into();
        }
        if path.ends_with("/api-token-auth/") {
            let credentials = self.sandbox.credentials();
            let is_right = says == Says::LoggedIn;
            body["username"] = credentials.username.as_str().into();
            body["password"] = if is_right { credentials.password.as_str() } else { "x" }.into();
            body["token"] = "123456".into();
        }
        let token = if says == Says::BadToken { "another" } else { TEST_TOKEN };
        let method = exchange.request.method.parse().unwrap();
        let url = format!("{}{path}", self.base);
        send(draft(&method, &url, &body), ("authorization", &bearer(token))).await
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn draft(method: &Method, url: &str, body: &Value) -> Draft {
    let json = HeaderValue::from_static("application/json");
    let mut headers = HeaderMap::from_iter([(ACCEPT, json.clone())]);
    let mut text = String::new();
    if !body.is_null() {
        headers.insert(CONTENT_TYPE, json);
        text = body.to_string();
    }
    Draft::new(method.clone(), url.parse().unwrap(), headers, text)
}

/// The members of a scenario's answer that the fake's has not. Scenarios leave out what does not matter to them.
fn lacks(scenario: &Value, fake: &Value, at: &str, lacking: &mut Vec<String>) {
    match (scenario, fake) {
        (Value::Object(said), Value::Object(fake)) => {
            for (name, said) in said {
                let at = format!("{at}.{name}");
                match fake.get(name) {
                    Some(fake) => lacks(said, fake, &at, lacking),
                    None => lacking.push(at),
                }
            }
        }
        (Value::Array(said), Value::Array(fake)) => {
            for said in said {
                match fake.first() {
                    Some(fake) => lacks(said, fake, at, lacking),
                    None => lacking.push(at.to_owned()),
                }
            }
        }
        (Value::Object(_) | Value::Array(_), _) => lacking.push(at.to_owned()),
        _ => {}
    }
}

#[tokio::test]
async fn the_sandbox_answers_as_the_scenarios_of_opensolar_say_of_the_vendor() {
    let mut played = BTreeSet::new();
    for scenario in scenarios(contract("opensolar")) {
        let name = &scenario.name;
        let bodies = || scenario.exchanges.iter().map(|exchange| &exchange.request.body);
        let email = bodies().find_map(|body| body.pointer("/contacts_new/0/email")?.as_str());
        for exchange in &scenario.exchanges {
            let Some(reply) = &exchange.response else { continue };
            let path = exchange.request.url.strip_prefix("https://api.opensolar.com").unwrap();
            let Some(says) = Says::of(path, reply) else { continue };
            // Else it would be taken where the scenario has it for free.
            let has_email = matches!(says, Says::EmailTaken | Says::Contacts);
            let email = email.filter(|_| has_email).unwrap_or("earlier@example.com");
            let account = Account::new(says, email).await;
            let answer = account.play(says, path, exchange).await;
            assert_eq!(answer.status.as_u16(), reply.status, "{name}: {:?}", says);
            let body: Value = serde_json::from_slice(&answer.body).unwrap();
            match says {
                // Words that are known.
                Says::NotLoggedIn | Says::EmailMalformed | Says::RoleUnknown | Says::BadToken | Says::Missing => {
                    assert_eq!(body, reply.body, "{name}");
                }
                Says::EmailTaken => {
                    let text = body.pointer("/contacts_new/0/email/0").and_then(Value::as_str);
                    assert!(
                        text.is_some_and(|text| text.contains("already in use")),
                        "{name}: {body}"
                    );
                }
                _ => {
                    let mut lacking = Vec::new();
                    lacks(&reply.body, &body, "", &mut lacking);
                    assert!(lacking.is_empty(), "{name}: {lacking:?}");
                }
            }
            let told = answer.headers.contains_key("retry-after");
            assert_eq!(told, says == Says::TooMany, "{name}");
            for got in account.sandbox.received() {
                assert!(got.unknown_fields.is_empty(), "{name}: {:?}", got.unknown_fields);
            }
            played.insert(says);
        }
    }
    assert_eq!(played, BTreeSet::from(ALL));
}
