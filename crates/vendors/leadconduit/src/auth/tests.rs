//! Tests of addresses and keys.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use leadsink_core::{Attempt, Draft, HttpResponse, Outcome};

use super::*;
use crate::Client;

const FLOW: &str = "0f9a4c7e0f9a4c7e0f9a4c7e";
const SOURCE: &str = "58c6f0b1a2b3c4d5e6f70819";

fn url() -> String {
    format!("https://app.leadconduit.com/flows/{FLOW}/sources/{SOURCE}/submit")
}

fn source(config: &LeadConduitConfig) -> Result<Source, ConfigError> {
    Source::new(config, None)
}

#[test]
fn address_and_ids_are_the_same_place() {
    let by_url = source(&LeadConduitConfig::new(url())).unwrap();
    let by_ids = source(&LeadConduitConfig::for_source(FLOW, SOURCE)).unwrap();
    for source in [by_url, by_ids] {
        assert_eq!(source.submit.real.as_str(), url());
        assert_eq!(
            source.ping.real.as_str(),
            url().strip_suffix("submit").unwrap().to_owned() + "ping"
        );
        assert_eq!(source.events.as_str(), "https://app.leadconduit.com/events");
        assert_eq!(
            source.submit.shown.as_str(),
            "https://app.leadconduit.com/flows/***/sources/***/submit"
        );
    }
}

#[test]
fn a_stand_in_takes_the_place_of_the_host() {
    let base = BaseUrl::parse("http://127.0.0.1:8080/leadconduit").unwrap();
    let config = LeadConduitConfig::new(url()).with_base_url(base);
    let source = source(&config).unwrap();
    assert_eq!(
        source.submit.real.as_str(),
        format!("http://127.0.0.1:8080/leadconduit/flows/{FLOW}/sources/{SOURCE}/submit")
    );
    assert_eq!(source.events.as_str(), "http://127.0.0.1:8080/leadconduit/events");
}

#[test]
fn what_stands_before_the_flow_is_kept() {
    let local = format!("http://127.0.0.1:9/x/flows/{FLOW}/sources/web/submit");
    let source = source(&LeadConduitConfig::new(&*local)).unwrap();
    assert_eq!(source.submit.real.as_str(), local);
    assert_eq!(source.events.as_str(), "http://127.0.0.1:9/x/events");
}

#[test]
fn nothing_shows_an_id_or_a_key() {
    let config = LeadConduitConfig::new(url())
        .with_source_api_key("s0urce-k3y")
        .with_events_api_key("ev3nts-k3y");
    let shown = format!("{:?} {config:?}", source(&config).unwrap());
    // The base64 of `API:` and a key begins so.
    for secret in [FLOW, SOURCE, "k3y", "QVBJO"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_bad_address_is_refused_without_echo() {
    let table = [
        "s3cret".to_owned(),
        "https://app.leadconduit.com/flows/s3cret/submit".to_owned(),
        "https://app.leadconduit.com/flows/s3cret/sources/s3cret/ping".to_owned(),
        "https://app.leadconduit.com/flows//sources/s3cret/submit".to_owned(),
        "http://app.leadconduit.com/flows/s3cret/sources/s3cret/submit".to_owned(),
        "https://s3cret@app.leadconduit.com/flows/a/sources/b/submit".to_owned(),
        "mailto:s3cret@example.com".to_owned(),
        url() + "?redir_url=https://s3cret.example",
    ];
    for bad in table {
        let error = source(&LeadConduitConfig::new(&*bad)).unwrap_err();
        assert_eq!(error.key(), "url", "{bad}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}

#[test]
fn an_id_has_24_hexadecimal_digits() {
    for (flow, at, key) in [
        ("s3cret", SOURCE, "flow_id"),
        (FLOW, "58c6f0b1a2b3c4d5e6f7081g", "source_id"),
        (FLOW, "", "source_id"),
    ] {
        let error = source(&LeadConduitConfig::for_source(flow, at)).unwrap_err();
        assert_eq!(error.key(), key);
        assert!(!error.to_string().contains("s3cret"));
    }
}

#[test]
fn the_address_is_given_once_and_whole() {
    let read = |json: &str| serde_json::from_str::<LeadConduitConfig>(json).unwrap();
    let ids = format!(r#"{{"url":"{}","flow_id":"{FLOW}","source_id":"{SOURCE}"}}"#, url());
    for (json, key) in [
        ("{}", "url"),
        (&*ids, "url"),
        (r#"{"flow_id":"0f9a4c7e0f9a4c7e0f9a4c7e"}"#, "source_id"),
        (r#"{"source_id":"0f9a4c7e0f9a4c7e0f9a4c7e"}"#, "flow_id"),
    ] {
        assert_eq!(source(&read(json)).unwrap_err().key(), key, "{json}");
    }
}

#[test]
fn the_place_holder_is_enough_to_see_a_mapping() {
    for config in [LeadConduitConfig::new(MASK), LeadConduitConfig::for_source(MASK, MASK)] {
        let source = source(&config).unwrap();
        assert_eq!(source.submit.real, source.submit.shown);
    }
}

#[test]
fn keys_are_sensitive_and_go_where_they_belong() {
    let config = LeadConduitConfig::new(url())
        .with_source_api_key("s0urce-k3y")
        .with_events_api_key("ev3nts-k3y");
    let source = source(&config).unwrap();
    let request = || {
        let draft = Draft::new(Method::POST, source.submit.shown.clone(), HeaderMap::new(), "");
        draft.to_request(Duration::from_secs(1), None)
    };
    let mut submission = request();
    source.authorize(&source.submit, &mut submission);
    assert_eq!(submission.url.as_str(), url());
    let mut events = request();
    assert!(source.authorize_events(&mut events));
    for (request, pair) in [(submission, "API:s0urce-k3y"), (events, "API:ev3nts-k3y")] {
        let value = &request.headers[header::AUTHORIZATION];
        assert!(value.is_sensitive());
        assert_eq!(value.to_str().unwrap(), format!("Basic {}", STANDARD.encode(pair)));
    }
    let without = Source::new(&LeadConduitConfig::new(url()), None).unwrap();
    let mut request = request();
    without.authorize(&without.submit, &mut request);
    assert!(request.headers.is_empty() && !without.authorize_events(&mut request));
}

#[test]
fn a_place_is_known_by_both_ids() {
    let source = source(&LeadConduitConfig::new(url())).unwrap();
    let table = [
        (Some(FLOW), Some(SOURCE), Some(true)),
        (Some(FLOW), Some("other"), Some(false)),
        (Some("other"), None, Some(false)),
        (Some(FLOW), None, None),
        (None, None, None),
    ];
    for (flow, at, here) in table {
        assert_eq!(source.is_here(flow, at), here);
    }
}

#[test]
fn an_answer_is_kept_without_the_ids_that_it_quotes() {
    let client = Client::new(LeadConduitConfig::for_source(FLOW, SOURCE), None).unwrap();
    let told = |body: String| {
        let response = HttpResponse::new(StatusCode::CREATED, body);
        client.interpret(&response, Attempt::FIRST)
    };
    let classic = format!("<url>https://app.leadconduit.com/flows/{FLOW}/leads/7</url><source>{SOURCE}</source>");
    let error = told(classic).unwrap_err();
    assert_eq!(
        error.excerpt(),
        Some("<url>https://app.leadconduit.com/flows/***/leads/7</url><source>***</source>")
    );
    let reason = format!(
        r#"{{"outcome":"failure","reason":"flow {} is full"}}"#,
        FLOW.to_uppercase()
    );
    let Ok(Outcome::Rejected(rejection)) = told(reason) else {
        unreachable!("it is refused");
    };
    assert_eq!(rejection.reasons[0].text, "flow *** is full");
}

#[test]
fn an_id_that_is_a_word_spoils_no_answer() {
    let url = "https://app.leadconduit.com/flows/success/sources/outcome/submit";
    assert_eq!(
        source(&LeadConduitConfig::new(url))
            .unwrap()
            .conceal(br#"{"outcome":"success"}"#),
        None
    );
}
