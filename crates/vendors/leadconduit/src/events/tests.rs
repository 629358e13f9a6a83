//! Tests of the list of events and of the look for a submission.

use leadsink_core::{LeadSink, Purpose, Vendor};
use leadsink_testkit::{Answer, ScriptedTransport, block_on, fixtures};
use serde_json::{Value, json};

use super::*;
use crate::{LeadConduit, LeadConduitConfig};

const FLOW: &str = "0f9a4c7e0f9a4c7e0f9a4c7e";
const SOURCE: &str = "58c6f0b1a2b3c4d5e6f70819";

fn config() -> LeadConduitConfig {
    LeadConduitConfig::for_source(FLOW, SOURCE)
}

fn event(outcome: &str, flow: Value) -> Value {
    json!({
        "id": "65a000000000000000000001", "type": "source", "outcome": outcome,
        "vars": {
            "lead": { "id": "65a0000000000000000000ff", "reference": "full-1" },
            "flow": flow, "source": { "id": SOURCE, "name": "Web" },
        },
    })
}

/// What is told of the full lead, given the pages of events, and what was asked.
fn told(pages: &[Value]) -> (Reconciliation, Vec<leadsink_testkit::Seen>) {
    let sink = LeadConduit::from_config(config().with_events_api_key("k3y")).unwrap();
    let lead = fixtures::full_lead();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    let transport = ScriptedTransport::new(pages.iter().map(|page| Answer::json(200, page.to_string())));
    let told = block_on(sink.reconcile(&prepared, &transport.context())).unwrap();
    (told, transport.seen())
}

fn why(pages: &[Value]) -> String {
    match told(pages).0 {
        Reconciliation::Undecided(why) => why,
        other => format!("{other:?}"),
    }
}

#[test]
fn a_submission_of_this_flow_and_source_is_found() {
    let other = event("success", json!({ "id": "another" }));
    let mut elsewhere = event("success", json!({ "id": FLOW }));
    elsewhere["vars"]["lead"]["reference"] = "full-2".into();
    let recipient =
        json!({ "id": "1", "type": "recipient", "outcome": "success", "vars": { "lead": { "reference": "full-1" } } });
    let page = json!([recipient, elsewhere, other, event("success", json!({ "id": FLOW }))]);
    let (told, seen) = told(&[page]);
    let Reconciliation::Found(receipt) = told else {
        unreachable!("it is there: {told:?}");
    };
    assert_eq!(receipt.vendor_ref.as_deref(), Some("65a0000000000000000000ff"));
    assert_eq!(seen[0].purpose, Purpose::Question);
    assert_eq!(seen[0].url.path(), "/events");
    assert_eq!(seen[0].url.query(), Some("limit=1000&sort=desc"));
    assert!(seen[0].headers["authorization"].is_sensitive());
}

#[test]
fn what_is_not_certain_stays_undecided() {
    let here = json!({ "id": FLOW });
    assert!(why(&[json!([event("failure", here.clone())])]).contains("refused"));
    assert!(why(&[json!([event("error", here.clone())])]).contains("step of the flow broke"));
    assert!(why(&[json!([event("queued", here.clone())])]).contains("does not tell how it ended"));
    let mut silent = event("", here);
    silent.as_object_mut().unwrap().remove("outcome");
    assert!(why(&[json!([silent])]).contains("does not tell how it ended"));
    assert!(why(&[json!([event("success", Value::Null)])]).contains("does not tell in which flow"));
    assert!(why(&[json!([event("success", json!({ "id": "another" }))])]).contains("not among the events"));
    assert!(why(&[json!([])]).contains("not among the events"));
}

#[test]
fn a_full_page_is_followed_by_the_one_before_it_and_not_for_ever() {
    let page = |n: usize| {
        let events =
            (0..1000).map(|at| json!({ "id": format!("{n}-{at}"), "type": "recipient", "outcome": "success" }));
        Value::Array(events.collect())
    };
    let pages: Vec<_> = (0..PAGES).map(page).collect();
    let (told, seen) = told(&pages);
    assert!(matches!(told, Reconciliation::Undecided(_)));
    assert_eq!(seen.len(), PAGES);
    assert_eq!(seen[1].url.query(), Some("before_id=0-999&limit=1000&sort=desc"));
}

#[test]
fn the_events_since_the_attempt_are_looked_through_first_of_all() {
    let sink = LeadConduit::from_config(config().with_events_api_key("k3y")).unwrap();
    let lead = fixtures::full_lead();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    let full = (0..1000).map(|at| json!({ "id": format!("e{at}"), "type": "recipient", "outcome": "success" }));
    let pages = [
        Value::Array(full.collect()),
        json!([event("success", json!({ "id": FLOW }))]),
    ];
    let transport = ScriptedTransport::new(pages.iter().map(|page| Answer::json(200, page.to_string())));
    let attempted = "2026-01-31T10:01:00Z".parse().unwrap().."2026-01-31T10:01:30Z".parse().unwrap();
    let cx = transport.context().with_attempted(attempted);
    let told = block_on(sink.reconcile(&prepared, &cx)).unwrap();
    assert!(matches!(told, Reconciliation::Found(_)));
    let queries: Vec<_> = transport
        .seen()
        .iter()
        .map(|seen| seen.url.query().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        queries,
        [
            "start=2026-01-31T10%3A00%3A00Z&limit=1000&sort=asc",
            "after_id=e999&limit=1000&sort=asc"
        ]
    );
}

#[test]
fn without_a_key_nothing_is_asked() {
    let sink = LeadConduit::from_config(config()).unwrap();
    let lead = fixtures::full_lead();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    let transport = ScriptedTransport::new([]);
    let told = block_on(sink.reconcile(&prepared, &transport.context())).unwrap();
    assert_eq!(told, Reconciliation::Unsupported);
    let error = block_on(sink.client().events(&EventQuery::default(), &transport.context())).unwrap_err();
    assert_eq!(error.disposition(), Disposition::Account);
}

#[test]
fn what_is_no_list_of_events_is_an_error() {
    let client = Client::new(config().with_events_api_key("k3y"), None).unwrap();
    let table = [
        (200, "{}", Disposition::Transient),
        (200, r#"[{"id":"1"}]"#, Disposition::Transient),
        (200, "<html>", Disposition::Transient),
        (401, "[]", Disposition::Account),
        (403, "", Disposition::Account),
        (404, "", Disposition::Account),
        (303, "", Disposition::Account),
        (502, "", Disposition::Transient),
    ];
    for (status, body, disposition) in table {
        let transport = ScriptedTransport::new([Answer::json(status, body)]);
        let error = block_on(client.events(&EventQuery::default(), &transport.context())).unwrap_err();
        assert_eq!(error.disposition(), disposition, "{status} {body}");
        // The source has no part in it.
        let text = error.to_string();
        assert!(!text.contains("source_api_key") && !text.contains("flow_id"), "{text}");
        assert_eq!(
            text.contains("`events_api_key`"),
            [401, 403].contains(&status),
            "{text}"
        );
    }
}

#[test]
fn an_event_shows_no_ids_of_the_flow() {
    let event = Event::read(&event("success", json!({ "id": FLOW }))).unwrap();
    let debug = format!("{event:?}");
    assert!(!debug.contains(FLOW) && !debug.contains(SOURCE) && !debug.contains("full-1"));
    assert!(debug.contains("65a000000000000000000001"));
}

#[test]
fn what_is_kept_of_an_answer_holds_no_ids_of_the_flow() {
    let client = Client::new(config().with_events_api_key("k3y"), None).unwrap();
    let body = json!({ "flow": FLOW.to_uppercase(), "source": SOURCE }).to_string();
    let transport = ScriptedTransport::new([Answer::json(200, body)]);
    let error = block_on(client.events(&EventQuery::default(), &transport.context())).unwrap_err();
    assert_eq!(error.excerpt(), Some(r#"{"flow":"***","source":"***"}"#));
}

#[test]
fn a_query_has_the_documented_names() {
    let query = EventQuery {
        after_id: Some("a".into()),
        before_id: Some("b".into()),
        start: Some("2026-01-30T21:14:07Z".parse().unwrap()),
        end: Some("2026-01-31T00:00:00Z".parse().unwrap()),
        limit: Some(5000),
        newest_first: false,
    };
    let mut url: Url = "https://app.leadconduit.com/events".parse().unwrap();
    query.write(&mut url);
    assert_eq!(
        url.query(),
        Some("after_id=a&before_id=b&start=2026-01-30T21%3A14%3A07Z&end=2026-01-31T00%3A00%3A00Z&limit=1000&sort=asc")
    );
}
