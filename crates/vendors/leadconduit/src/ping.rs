//! Pings: what a buyer would pay for a lead, before anybody is told who it is.

use leadsink_core::value::Decimal;
use leadsink_core::{DeliverContext, Draft, Error, FieldSet, Findings, HttpResponse, Lead, Result, Unfit};

use crate::answer::{Answer, Verdict};
use crate::client::Client;
use crate::descriptor::DESCRIPTOR;
use crate::mapping::{Mapping, options};
use crate::response::{broken, by_status};

/// Fields that say who a person is, lead to what does, or may hold anything. A bid is made without them. The query of a web
/// address often holds an e-mail address, and a lead's own id may be one.
const WITHHELD: &[&str] = &[
    "reference",
    "time_to_contact",
    "landing_page",
    "referral_url",
    "salutation",
    "first_name",
    "middle_name",
    "last_name",
    "name_suffix",
    "company.name",
    "email",
    "phone_1",
    "phone_2",
    "phone_3",
    "dob",
    "address_1",
    "address_2",
    "latitude",
    "longitude",
    "ip_address",
    "user_agent",
    "trustedform_cert_url",
];

/// What a flow bids for a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bid {
    /// This price.
    Price(Decimal),
    /// Nothing; the text is the flow's.
    None(String),
}

impl Client {
    /// The ping for a lead: its fields without those that say who the person is, and without comments.
    ///
    /// # Errors
    /// When two of the fields exclude each other, or the lead's options cannot be read.
    pub fn ping_request(&self, lead: &Lead) -> Result<Draft, Unfit> {
        let is_test = options(lead)?.is_test;
        let mut mapping = Mapping::new(lead, FieldSet::EMPTY, Findings::default());
        mapping.account(self, is_test);
        mapping.fields.retain(|id| !WITHHELD.contains(&id));
        Ok(self.fill(&self.ping, &mapping.fields)?)
    }

    /// Asks for a bid. A ping creates nothing, so an unseen answer is transient.
    ///
    /// # Errors
    /// When the answer says neither yes nor no.
    pub async fn ping(&self, draft: &Draft, cx: &DeliverContext) -> Result<Bid> {
        let mut request = draft.to_request(cx.timeout.unwrap_or(DESCRIPTOR.timeout), cx.deadline);
        self.source.authorize(&self.source.ping, &mut request);
        bid(&self.conceal(&cx.ask(request).await?))
    }
}

/// Reads the answer to a ping. A price of 0 is no bid, whatever the outcome.
fn bid(response: &HttpResponse) -> Result<Bid> {
    let answer = Answer::read(&response.body).filter(|_| response.status.is_success());
    let Some(answer) = answer else {
        return Err(by_status(response).without_effect());
    };
    let price = answer.price.filter(|price| *price > Decimal::new(0, 0));
    let none = || Ok(Bid::None(answer.reasons.join("; ")));
    match (answer.verdict, price) {
        (Verdict::Success, Some(price)) => Ok(Bid::Price(price)),
        (Verdict::Success | Verdict::Failure, _) => none(),
        (Verdict::Error, _) => Err(Error::without_effect(broken(response))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Format, LeadConduitConfig};
    use crate::wire::text_of;
    use leadsink_core::{Disposition, Purpose};
    use leadsink_testkit::{Answer as Scripted, ScriptedTransport, block_on, fixtures};
    use serde_json::json;

    const FLOW: &str = "0f9a4c7e0f9a4c7e0f9a4c7e";

    fn client() -> Client {
        let config = LeadConduitConfig::for_source(FLOW, "58c6f0b1a2b3c4d5e6f70819");
        Client::new(config.with_source_api_key("k3y"), None).unwrap()
    }

    #[test]
    fn a_ping_says_nothing_of_who_it_is() {
        let lead = fixtures::full_lead();
        let draft = client().ping_request(&lead).unwrap();
        let body = String::from_utf8(draft.body.to_vec()).unwrap();
        for personal in fixtures::personal_data(&lead) {
            let told: String = form_urlencoded::byte_serialize(personal.as_bytes()).collect();
            // The Jornaya id is a token that tells a stranger nothing.
            let is_token = lead
                .consent
                .jornaya_id
                .as_ref()
                .is_some_and(|id| id.as_str() == personal);
            assert!(!body.contains(&told) || is_token, "{personal}");
        }
        let text = |id| text_of(&draft.body, Format::Form, id);
        assert_eq!(text("postal_code").as_deref(), Some("78704"));
        for withheld in ["reference", "time_to_contact", "landing_page", "referral_url"] {
            assert_eq!(text(withheld), None, "{withheld}");
        }
        assert_eq!(text("utility.electric.monthly_amount").as_deref(), Some("187.5"));
        assert_eq!(draft.url.path(), "/flows/***/sources/***/ping");
    }

    #[test]
    fn a_ping_is_marked_as_a_test_by_the_lead_before_the_account() {
        let mark = |options: serde_json::Value, account: bool| {
            let lead = Lead::builder().id("1").extension("leadconduit", options);
            let config = LeadConduitConfig::for_source(FLOW, "58c6f0b1a2b3c4d5e6f70819").with_is_test(account);
            let client = Client::new(config, None).unwrap();
            let draft = client.ping_request(&lead.build().unwrap());
            draft.map(|draft| text_of(&draft.body, Format::Form, "is_test"))
        };
        assert_eq!(
            mark(json!({ "is_test": true }), false).unwrap().as_deref(),
            Some("true")
        );
        assert_eq!(mark(json!({ "is_test": false }), true).unwrap(), None);
        assert_eq!(mark(json!({}), true).unwrap().as_deref(), Some("true"));
        assert_eq!(
            mark(json!({ "is_test": "yes" }), false).unwrap_err().problems[0].code,
            "extension"
        );
    }

    #[test]
    fn a_bid_is_asked_for_with_the_ids_and_the_key() {
        let answer = r#"{"outcome":"success","price":45}"#;
        let transport = ScriptedTransport::new([Scripted::json(200, answer)]);
        let draft = client().ping_request(&fixtures::full_lead()).unwrap();
        let bid = block_on(client().ping(&draft, &transport.context())).unwrap();
        assert_eq!(bid, Bid::Price(Decimal::new(45, 0)));
        let [seen] = &transport.seen()[..] else {
            unreachable!("it asks once");
        };
        assert_eq!(seen.purpose, Purpose::Question);
        assert!(seen.url.path().starts_with(&format!("/flows/{FLOW}/")) && seen.url.path().ends_with("/ping"));
        assert!(seen.headers["authorization"].is_sensitive());
    }

    #[test]
    fn a_price_of_nothing_is_no_bid() {
        let table = [
            (r#"{"outcome":"success","price":0.5}"#, Some("0.5")),
            (r#"{"outcome":"success","price":0}"#, None),
            (r#"{"outcome":"success"}"#, None),
            (r#"{"outcome":"failure","reason":"no bid","price":0}"#, None),
            (r#"{"outcome":"failure","reason":"x","price":9}"#, None),
        ];
        for (body, price) in table {
            let response = HttpResponse::new(http::StatusCode::OK, body);
            let bid = bid(&response).unwrap();
            let told = match &bid {
                Bid::Price(price) => Some(price.to_string()),
                Bid::None(_) => None,
            };
            assert_eq!(told.as_deref(), price, "{body}");
        }
    }

    #[test]
    fn an_unclear_answer_leaves_nothing_in_doubt() {
        for (status, body, disposition) in [
            (200, r#"{"outcome":"error"}"#, Disposition::Transient),
            (200, "<html>", Disposition::Transient),
            (502, "", Disposition::Transient),
            (303, "", Disposition::Account),
            (404, "", Disposition::Account),
        ] {
            let response = HttpResponse::new(http::StatusCode::from_u16(status).unwrap(), body);
            assert_eq!(bid(&response).unwrap_err().disposition(), disposition, "{status}");
        }
    }
}
