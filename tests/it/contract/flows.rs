//! The scenarios of LeadConduit, of SolarNexus behind a flow of it, and of SolarNexus' own address.

use std::collections::BTreeSet;
use std::time::Duration;

use http::{HeaderMap, HeaderName, Method};
use leadsink::{Draft, HttpResponse};
use leadsink_sandbox::{
    Builder, Sandbox, TEST_CLASSIC_SOURCE, TEST_FLOW, TEST_GUARDED_SOURCE, TEST_SOURCE, TEST_VERBOSE_SOURCE,
};
use leadsink_testkit::contract::{Exchange, Reply, Scenario};
use leadsink_testkit::scenarios;
use serde_json::Value;

use super::{STANDARD, contract, members, send};
use base64::Engine as _;

/// What a flow says in a scenario, where it is not a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    Taken,
    Duplicate,
    /// A rule whose trigger is this e-mail address.
    Rule(&'static str),
    Refused,
    Broke,
    Classic,
    NoKey,
    NoSource,
    TooMany,
}

const RULES: [(&str, &str); 4] = [
    ("Cap reached", "sandbox-cap@example.com"),
    (
        "Submission Timestamp must be within hours of operation",
        "sandbox-hours@example.com",
    ),
    ("lead.state must not be equal to FL", "sandbox-rule@example.com"),
    ("no bid", "sandbox-no-bid@example.com"),
];

impl Says {
    fn of(reply: &Reply) -> Option<Self> {
        let reason = reply.body["reason"].as_str().unwrap_or_default();
        let rule = RULES.iter().find(|(known, _)| *known == reason);
        match (reply.status, reply.body["outcome"].as_str()) {
            (201, Some("success")) => Some(Self::Taken),
            (201, Some("failure")) if is_duplicate(reason) => Some(Self::Duplicate),
            (201, Some("failure")) => Some(rule.map_or(Self::Refused, |(_, email)| Self::Rule(email))),
            (201, Some("error")) => Some(Self::Broke),
            (201, None) if reply.body_text().contains("<response>") => Some(Self::Classic),
            (401, _) => Some(Self::NoKey),
            (404, _) => Some(Self::NoSource),
            (429, _) => Some(Self::TooMany),
            _ => None,
        }
    }

    /// A sandbox where the lead comes to this, and how often it is sent before.
    fn arranged(self, vendor: &str, lead: &mut Value) -> (Builder, usize) {
        let builder = Sandbox::builder();
        match self {
            Self::Rule(email) => lead["email"] = email.into(),
            Self::Broke => lead["email"] = "sandbox-error@example.com".into(),
            Self::Refused => {
                lead["phone_1"] = "5125550199".into();
                return (builder.refuse_phone("5125550199"), 0);
            }
            Self::Duplicate => return (builder, 1),
            Self::TooMany => return (builder.rate_limit(vendor, 1, Duration::from_secs(60)), 1),
            Self::Taken | Self::Classic | Self::NoKey | Self::NoSource => {}
        }
        (builder, 0)
    }

    fn source(self, vendor: &str, has_key: bool) -> &'static str {
        match self {
            Self::Classic => TEST_CLASSIC_SOURCE,
            Self::NoKey => TEST_GUARDED_SOURCE,
            Self::NoSource => "65a1b2c3d4e5f60718293aff",
            _ if has_key => TEST_GUARDED_SOURCE,
            _ if vendor == "solarnexus" => TEST_VERBOSE_SOURCE,
            _ => TEST_SOURCE,
        }
    }
}

fn is_duplicate(reason: &str) -> bool {
    reason.eq_ignore_ascii_case("duplicate")
}

/// The request of an exchange at another address, written as its content type says.
fn draft(url: &str, exchange: &Exchange, body: &Value) -> Draft {
    let sent = &exchange.request.headers;
    let body = match sent["content-type"].as_str() {
        "application/json" => body.to_string(),
        _ => {
            let pairs = body.as_object().unwrap().iter();
            let pairs = pairs.map(|(name, value)| (name, value.as_str().unwrap()));
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs)
                .finish()
        }
    };
    let header = |name: &str| (HeaderName::try_from(name).unwrap(), sent[name].parse().unwrap());
    let headers = HeaderMap::from_iter(["content-type", "accept"].map(header));
    Draft::new(Method::POST, url.parse().unwrap(), headers, body)
}

/// The same words where the vendor's words are known, and the same members; an id, a price and what steps append are each
/// flow's own.
#[track_caller]
fn is_like(says: Says, name: &str, answer: &HttpResponse, reply: &Reply) {
    assert_eq!(answer.status.as_u16(), reply.status, "{name}");
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    match says {
        Says::NoSource => {}
        Says::NoKey => assert_eq!(text, reply.body_text(), "{name}"),
        Says::TooMany => assert!(answer.headers.contains_key("retry-after"), "{name}"),
        Says::Classic => {
            let begin = "<response><result>success</result><leadId>";
            assert!(
                text.contains(begin) && reply.body_text().contains(begin),
                "{name}: {text}"
            );
        }
        _ => {
            let body: Value = serde_json::from_str(&text).unwrap();
            let of_all = |body: &Value| -> Vec<String> {
                let names = members(body).into_iter().filter(|name| *name != "appended");
                names.map(str::to_owned).collect()
            };
            assert_eq!(of_all(&body), of_all(&reply.body), "{name}");
            assert_eq!(body["outcome"], reply.body["outcome"], "{name}");
            assert!(body["lead"]["id"].is_string() && body["price"].is_number(), "{name}");
            if matches!(says, Says::Rule(_)) {
                assert_eq!(body["reason"], reply.body["reason"], "{name}");
            }
            let reason = body["reason"].as_str().unwrap_or_default();
            assert_eq!(is_duplicate(reason), says == Says::Duplicate, "{name}: {reason}");
        }
    }
}

/// Fields that the account of a scenario has named itself: no document knows them.
fn own_names(scenario: &Scenario) -> BTreeSet<String> {
    let table = |key: &str| {
        scenario
            .config
            .get(key)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let given = table("extra").into_iter().map(|(name, _)| name);
    let renamed = [table("extra_fields"), table("names")].into_iter().flatten();
    given
        .chain(renamed.map(|(_, name)| name.as_str().unwrap().to_owned()))
        .collect()
}

async fn play_all(vendor: &str) -> BTreeSet<Says> {
    let mut played = BTreeSet::new();
    for scenario in scenarios(contract(vendor)) {
        for exchange in &scenario.exchanges {
            let Some(reply) = &exchange.response else { continue };
            let is_submission = exchange.request.url.ends_with("/submit");
            let Some(says) = Says::of(reply).filter(|_| is_submission) else {
                continue;
            };
            let mut lead = exchange.request.body.clone();
            let (builder, before) = says.arranged(vendor, &mut lead);
            let sandbox = builder.start().await.unwrap();
            let has_key = exchange.request.headers.contains_key("authorization");
            let base = sandbox.base_url(vendor).unwrap();
            let source = says.source(vendor, has_key);
            let url = format!("{base}/flows/{TEST_FLOW}/sources/{source}/submit");
            let key = STANDARD.encode(format!("API:{}", sandbox.credentials().password));
            let header = match has_key {
                true => ("authorization", format!("Basic {key}")),
                false => ("x-none", "none".to_owned()),
            };
            let once = || send(draft(&url, exchange, &lead), (header.0, &header.1));
            for _ in 0..before {
                once().await;
            }
            is_like(says, &scenario.name, &once().await, reply);
            let own = own_names(&scenario);
            for got in sandbox.received() {
                let mut unknown = got.unknown_fields.iter();
                assert!(
                    unknown.all(|name| own.contains(name)),
                    "{}: {:?}",
                    scenario.name,
                    got.unknown_fields
                );
            }
            played.insert(says);
        }
    }
    played
}

#[tokio::test]
async fn the_sandbox_answers_as_the_scenarios_of_leadconduit_say_of_the_vendor() {
    let mut all = BTreeSet::from([
        Says::Taken,
        Says::Duplicate,
        Says::Refused,
        Says::Broke,
        Says::Classic,
        Says::NoKey,
        Says::NoSource,
        Says::TooMany,
    ]);
    all.extend(RULES.map(|(_, email)| Says::Rule(email)));
    assert_eq!(play_all("leadconduit").await, all);
}

#[tokio::test]
async fn the_sandbox_answers_as_the_scenarios_of_solarnexus_say_of_its_flow() {
    let all = BTreeSet::from([
        Says::Taken,
        Says::Duplicate,
        Says::Refused,
        Says::Broke,
        Says::NoSource,
        Says::TooMany,
    ]);
    assert_eq!(play_all("solarnexus").await, all);
}

/// Envelope and answers are guesses on both sides; that they are the same guess is all that this can show.
#[tokio::test]
async fn the_sandbox_answers_as_the_scenarios_of_solarnexus_say_of_its_own_address() {
    let mut played = BTreeSet::new();
    for scenario in scenarios(contract("solarnexus")) {
        for exchange in &scenario.exchanges {
            let Some(reply) = &exchange.response else { continue };
            let is_direct = exchange.request.url.ends_with("/projects");
            let is_project = reply.status == 201 && reply.body["project"].is_object();
            if !is_direct || !(is_project || matches!(reply.status, 401 | 422)) {
                continue;
            }
            let mut body = exchange.request.body.clone();
            if reply.status == 422 {
                body["project"]["participant"]["contact"]["last_name"] = Value::Null;
            }
            let sandbox = Sandbox::builder().start().await.unwrap();
            let url = format!("{}/direct", sandbox.base_url("solarnexus").unwrap());
            let key = if reply.status == 401 {
                "another key"
            } else {
                &sandbox.credentials().password
            };
            let bearer = format!("Bearer {key}");
            let answer = send(draft(&url, exchange, &body), ("authorization", &bearer)).await;
            assert_eq!(answer.status.as_u16(), reply.status, "{}", scenario.name);
            if is_project {
                let body: Value = serde_json::from_slice(&answer.body).unwrap();
                assert_eq!(
                    members(&body["project"]),
                    members(&reply.body["project"]),
                    "{}",
                    scenario.name
                );
            }
            assert!(sandbox.received()[0].unknown_fields.is_empty(), "{}", scenario.name);
            played.insert(reply.status);
        }
    }
    assert_eq!(played, BTreeSet::from([201, 401, 422]));
}
