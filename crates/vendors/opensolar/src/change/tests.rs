//! What a change does to what people wrote.

use leadsink_core::{Lead, LeadSink as _, Outcome, Vendor as _};
use leadsink_testkit::{Answer, ScriptedTransport, Value, block_on, fixtures, json};

use crate::api::Project;
use crate::{OpenSolar, OpenSolarConfig};

/// What is sent as notes for a project that has some, and the warnings.
fn notes(known: &'static str, new: &str) -> (Option<Value>, Vec<String>) {
    let options = json!({ "project_id": 7 });
    let lead = Lead::builder().id("1").notes(new).extension("opensolar", options);
    let lead = lead.build().unwrap();
    let transport = ScriptedTransport::new([Answer::json(200, known), Answer::json(200, r#"{"id":7}"#)]);
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    let Ok(Outcome::Updated(receipt)) = block_on(sink.deliver(&prepared, &transport.context())) else {
        unreachable!("it is changed");
    };
    let codes = receipt.warnings.iter().map(|warning| warning.code.to_string());
    (transport.seen()[1].json().get("notes").cloned(), codes.collect())
}

#[test]
fn notes_are_added_to_those_that_are_there() {
    let sent = |text: &str| (Some(Value::from(text)), Vec::new());
    for empty in [r#"{"id":7,"notes":null}"#, r#"{"id":7,"notes":" "}"#] {
        assert_eq!(notes(empty, "Has a pool."), sent("Has a pool."));
    }
    assert_eq!(
        notes(r#"{"id":7,"notes":"Called twice.\n"}"#, "Has a pool."),
        sent("Called twice.\n\nHas a pool.")
    );
    assert_eq!(
        notes(r#"{"id":7,"notes":"Has a pool house."}"#, "Has a pool"),
        sent("Has a pool house.\n\nHas a pool")
    );
}

#[test]
fn notes_that_stand_there_already_are_not_added_again() {
    let there = r#"{"id":7,"notes":"Called twice.\r\n\r\nHas a pool.\r\nAnd a dog."}"#;
    assert_eq!(notes(there, "Has a pool."), (None, Vec::new()));
    assert_eq!(notes(there, "Has a pool.\nAnd a dog."), (None, Vec::new()));
}

#[test]
fn notes_that_are_not_shown_are_let_alone() {
    let warned = vec!["notes_not_changed".to_owned()];
    assert_eq!(notes(r#"{"id":7}"#, "Has a pool."), (None, warned));
}

#[test]
fn a_contact_is_known_by_its_address_also_where_only_its_url_says_which_it_is() {
    let project = json!({
        "id": 7,
        "contacts": ["/api/orgs/1/contacts/60/", "/api/orgs/1/contacts/61/"],
        "contacts_data": [
            { "url": "/api/orgs/1/contacts/60/", "email": "g@example.com" },
            { "url": "/api/orgs/1/contacts/61/", "email": "e@example.com" },
        ],
    });
    let project: Project = serde_json::from_value(project).unwrap();
    assert_eq!(super::contact_of(&project, Some("G@example.com")), Some(60));
    assert_eq!(super::contact_of(&project, Some("x@example.com")), None);
    assert_eq!(super::contact_of(&project, None), None);
}
