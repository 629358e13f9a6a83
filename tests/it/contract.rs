//! The contract scenarios of the vendor crates against the sandbox: what a scenario says of the vendor's answer, the fake
//! that is written from the vendor's document says too, and it knows every field that comes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leadsink::enerflo::{Enerflo, EnerfloConfig};
use leadsink::leadconduit::{Format, LeadConduit};
use leadsink::ntherm::{Ntherm, NthermConfig};
use leadsink::opensolar::{OpenSolar, OpenSolarConfig};
use leadsink::solarnexus::{BusinessTaxEntity, Id, OwnerType, SolarNexus, SolarNexusConfig};
use leadsink::{Draft, HttpResponse, Outcome, Sender, SharedSink, Vendor as _};
use leadsink_sandbox::{Builder, Sandbox, TEST_SOURCE, TEST_VERBOSE_SOURCE};
use leadsink_testkit::contract::{Exchange, Reply};
use leadsink_testkit::{fixtures, scenarios};
use serde_json::Value;

use crate::sinks::{base_url, direct, flow};

mod flows;
mod opensolar;

pub(crate) fn contract(vendor: &str) -> PathBuf {
    let vendors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/vendors");
    vendors.join(vendor).join("contract")
}

/// Sends a request with a header more.
async fn send(mut draft: Draft, header: (&'static str, &str)) -> HttpResponse {
    draft.headers_mut().insert(header.0, header.1.parse().unwrap());
    let transport = leadsink::reqwest_transport().unwrap();
    let request = draft.to_request(Duration::from_secs(20), None);
    transport.send(request).await.unwrap()
}

/// Plays the request of an exchange to a sandbox.
async fn play(sandbox: &Sandbox, url: String, exchange: &Exchange, header: (&'static str, String)) -> HttpResponse {
    let draft = Draft::post_json(url.parse().unwrap(), exchange.request.body.to_string());
    let answer = send(draft, (header.0, &header.1)).await;
    for got in sandbox.received() {
        assert!(got.unknown_fields.is_empty(), "{:?}", got.unknown_fields);
    }
    answer
}

/// The names of the members of an object.
fn members(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect()
}

async fn play_ntherm(exchange: &Exchange, reply: &Reply) -> HttpResponse {
    let mut builder = Sandbox::builder();
    if reply.status == 422 {
        builder = builder.refuse_phone(exchange.request.body["phone_number"].as_str().unwrap());
    }
    let sandbox = builder.start().await.unwrap();
    let (_, endpoint) = exchange.request.url.rsplit_once('/').unwrap();
    let url = format!("{}/{endpoint}", sandbox.base_url("ntherm").unwrap());
    let credentials = sandbox.credentials();
    let basic = STANDARD.encode(format!("{}:{}", credentials.username, credentials.password));
    play(&sandbox, url, exchange, ("authorization", format!("Basic {basic}"))).await
}

#[tokio::test]
async fn the_sandbox_answers_as_the_scenarios_of_ntherm_say_of_the_vendor() {
    let mut played = [0, 0];
    for scenario in scenarios(contract("ntherm")) {
        for exchange in &scenario.exchanges {
            let Some(reply) = &exchange.response else { continue };
            // What the vendor says of a lead that is in order: a yes, or a no to the phone. Other answers are faults.
            let says_yes = ["success_bit", "can_post_phone_bit"]
                .iter()
                .any(|bit| reply.body[*bit] == true);
            let is_yes = reply.status == 200 && says_yes;
            if !is_yes && reply.status != 422 {
                continue;
            }
            let answer = play_ntherm(exchange, reply).await;
            let body: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(
                (answer.status.as_u16(), &body),
                (reply.status, &reply.body),
                "{}",
                scenario.name
            );
            played[usize::from(is_yes)] += 1;
        }
    }
    assert!(played.iter().all(|count| *count >= 2), "{played:?}");
}

/// What the vendor does in a scenario, where it is not a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Created,
    Updated,
    NotSaved,
    WrongKey,
    TooMany,
}

impl Says {
    const ALL: [Self; 5] = [
        Self::Created,
        Self::Updated,
        Self::NotSaved,
        Self::WrongKey,
        Self::TooMany,
    ];

    fn of(name: &str, reply: &Reply) -> Option<Self> {
        let data = &reply.body["data"];
        match reply.status {
            200 if data["lead"].is_object() && data["msg"] == "Lead Created" => Some(Self::Created),
            200 if data["lead"].is_object() && data["msg"] == "Lead Updated" => Some(Self::Updated),
            200 if name.starts_with("not-saved") => Some(Self::NotSaved),
            401 => Some(Self::WrongKey),
            429 => Some(Self::TooMany),
            _ => None,
        }
    }

    /// A sandbox where the request comes to this, and how often it is played before.
    fn arranged(self, request: &Value) -> (Builder, usize) {
        let builder = Sandbox::builder().known_users(["api@example.com", "rep@example.com", "surveyor@example.com"]);
        match self {
            Self::Created | Self::WrongKey => (builder, 0),
            Self::Updated => (builder, 1),
            Self::NotSaved => (builder.refuse_phone(request["lead"]["mobile"].as_str().unwrap()), 0),
            Self::TooMany => (builder.rate_limit("enerflo", 1, Duration::from_secs(60)), 1),
        }
    }
}

/// What a text or a number means is the scenario's own; the fake must have the same members, and the same nobody.
fn shape(reply: &Value, request: &Value) -> Value {
    let data = &reply["data"];
    let is_nobody = |sent: &str, id: &str| request["lead"].get(sent).map(|_| data["lead"][id].is_null());
    let msg = if reply["result"] == "success" {
        data["msg"].clone()
    } else {
        data["msg"].is_string().into()
    };
    serde_json::json!({
        "members": members(reply),
        "result": reply["result"],
        "msg": msg,
        "lead": members(&data["lead"]),
        "creator": is_nobody("creator", "creator_id"),
        "rep": is_nobody("assign_to_email", "agent_id"),
    })
}

#[tokio::test]
async fn the_sandbox_answers_as_the_scenarios_of_enerflo_say_of_the_vendor() {
    let mut played = Vec::new();
    for scenario in scenarios(contract("enerflo")) {
        for exchange in &scenario.exchanges {
            let Some(reply) = &exchange.response else { continue };
            let Some(says) = Says::of(&scenario.name, reply) else {
                continue;
            };
            let request = &exchange.request.body;
            let (builder, before) = says.arranged(request);
            let sandbox = builder.start().await.unwrap();
            let path = exchange.request.url.strip_prefix("https://enerflo.io").unwrap();
            let url = sandbox.base_url("enerflo").unwrap() + path;
            let key = match says {
                Says::WrongKey => "another key",
                _ => &sandbox.credentials().password,
            };
            let once = || play(&sandbox, url.clone(), exchange, ("api-key", key.to_owned()));
            for _ in 0..before {
                once().await;
            }
            let answer = once().await;
            assert_eq!(answer.status.as_u16(), reply.status, "{}", scenario.name);
            let is_same = |name| answer.headers.contains_key(name) == reply.headers.contains_key(name);
            assert!(is_same("retry-after"), "{}", scenario.name);
            match says {
                Says::TooMany => assert!(answer.is_html(), "{}", scenario.name),
                // The vendor's words are not known.
                Says::WrongKey => {}
                _ => {
                    let body: Value = serde_json::from_slice(&answer.body).unwrap();
                    assert_eq!(shape(&body, request), shape(&reply.body, request), "{}", scenario.name);
                }
            }
            played.push(says);
        }
    }
    for says in Says::ALL {
        assert!(played.contains(&says), "{says:?} is in no scenario");
    }
}

/// A lead that says everything, at a vendor that is told every setting.
#[tokio::test]
async fn the_sandbox_knows_every_field_that_can_be_sent() {
    let users = ["owner@example.com", "rep@installer.example"];
    let sandbox = Sandbox::builder().known_users(users).start().await.unwrap();
    let credentials = sandbox.credentials();
    let enerflo = || {
        EnerfloConfig::new(&credentials.password)
            .with_base_url(base_url(&sandbox, "enerflo"))
            .with_appointment_type_id(101)
            .with_appointment_name("Solar Consultation")
    };
    let deal = enerflo().with_create_deal(5686);
    let defaults = enerflo()
        .with_creator("api@installer.example")
        .with_assign_to_email("rep@installer.example")
        .with_setter_email("setter@installer.example")
        .with_office_name("Utah Office")
        .with_office_match("manual")
        .with_lead_status("Needs Contact")
        .with_lead_source("Web")
        .with_ignore_validation(true)
        .with_timezone("America/Denver");
    let ntherm = NthermConfig::new(&credentials.username, &credentials.password)
        .with_base_url(base_url(&sandbox, "ntherm"))
        .with_campaign("TEST");
    let opensolar = OpenSolarConfig::log_in(&credentials.username, &credentials.password)
        .with_base_url(base_url(&sandbox, "opensolar"))
        .with_lead_source("Web")
        .with_assigned_installer_role("50")
        .with_assigned_site_inspector_role("rep@installer.example");
    let solarnexus = |config: SolarNexusConfig| {
        config
            .with_job_process_id(Id::Number(1))
            .with_lead_source_id(Id::Number(2))
            .with_description("Web lead")
            .with_sales_owner(Id::Number(3), OwnerType::Workgroup)
            .with_business_tax_entity(BusinessTaxEntity::Corporation)
            .with_roles(["Occupant"])
            .with_attribute("hoa_name", "Kinney Commons")
    };
    let source = flow(&sandbox, "leadconduit", TEST_SOURCE);
    let through = || {
        solarnexus(SolarNexusConfig::through(flow(
            &sandbox,
            "solarnexus",
            TEST_VERBOSE_SOURCE,
        )))
    };
    let direct = solarnexus(SolarNexusConfig::direct(direct(&sandbox)));
    let sinks: [SharedSink; 9] = [
        Arc::new(Enerflo::from_config(enerflo()).unwrap()),
        Arc::new(Enerflo::from_config(deal).unwrap()),
        Arc::new(Enerflo::from_config(defaults).unwrap()),
        Arc::new(LeadConduit::from_config(source.with_is_test(true)).unwrap()),
        Arc::new(
            LeadConduit::from_config(flow(&sandbox, "leadconduit", TEST_SOURCE).with_format(Format::Json)).unwrap(),
        ),
        Arc::new(Ntherm::from_config(ntherm).unwrap()),
        Arc::new(OpenSolar::from_config(opensolar).unwrap()),
        Arc::new(SolarNexus::from_config(through()).unwrap()),
        Arc::new(SolarNexus::from_config(direct).unwrap()),
    ];
    for sink in sinks {
        sandbox.reset();
        let vendor = sink.descriptor().id;
        let submission = Sender::new(sink, leadsink::reqwest_transport().unwrap())
            .submit(&fixtures::full_lead())
            .await;
        let is_taken = submission.result.as_ref().is_ok_and(Outcome::is_delivered);
        assert!(is_taken, "{vendor}: {:?}", submission.result);
        let received = sandbox.received();
        let got = received.last().unwrap();
        assert!(
            got.accepted && got.unknown_fields.is_empty(),
            "{vendor}: {:?}",
            got.unknown_fields
        );
    }
}
