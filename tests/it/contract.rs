//! The contract scenarios of the vendor crates against the sandbox: what a scenario says of the vendor's answer, the fake
//! that is written from the vendor's document says too.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leadsink::{Draft, HttpResponse};
use leadsink_sandbox::Sandbox;
use leadsink_testkit::contract::{Exchange, Reply};
use leadsink_testkit::scenarios;
use serde_json::Value;

/// Plays the request of an exchange to a sandbox that refuses the phone where the scenario's vendor does.
async fn play(exchange: &Exchange, reply: &Reply) -> HttpResponse {
    let mut builder = Sandbox::builder();
    if reply.status == 422 {
        builder = builder.refuse_phone(exchange.request.body["phone_number"].as_str().unwrap());
    }
    let sandbox = builder.start().await.unwrap();
    let (_, endpoint) = exchange.request.url.rsplit_once('/').unwrap();
    let url = format!("{}/{endpoint}", sandbox.base_url("ntherm").unwrap());
    let credentials = sandbox.credentials();
    let basic = STANDARD.encode(format!("{}:{}", credentials.username, credentials.password));
    let mut draft = Draft::post_json(url.parse().unwrap(), exchange.request.body.to_string());
    draft
        .headers
        .insert("authorization", format!("Basic {basic}").parse().unwrap());
    let transport = leadsink::reqwest_transport().unwrap();
    transport
        .send(draft.to_request(Duration::from_secs(20), None))
        .await
        .unwrap()
}

#[tokio::test]
async fn the_sandbox_answers_as_the_scenarios_of_ntherm_say_of_the_vendor() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/vendors/ntherm/contract");
    let mut played = [0, 0];
    for scenario in scenarios(folder) {
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
            let answer = play(exchange, reply).await;
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
