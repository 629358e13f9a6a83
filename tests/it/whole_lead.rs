//! Nothing of a lead is dropped in silence: with every field set, each is on the wire, in a note or extra field, or named
//! as unmapped, at every vendor.

use leadsink::{Field, Lead, Prepared, SharedSink};
use leadsink_sandbox::Sandbox;
use leadsink_testkit::fixtures;
use serde_json::Value;

use crate::sinks::sinks;

#[tokio::test]
async fn every_field_of_a_lead_arrives_or_is_named_at_every_vendor() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let full = fixtures::full_lead();
    let mut dropped = Vec::new();
    for sink in sinks(&sandbox) {
        let prepared = prepare(&sink, &full).unwrap();
        let sent = values(&prepared);
        for field in Field::ALL.iter().copied() {
            let is_named = prepared.unmapped.iter().any(|unmapped| unmapped.field == field);
            if !is_named && !changes_the_request(&sink, &full, &prepared, field) && !stands_in(&sent, &full, field) {
                dropped.push(format!("{}: {field}", sink.descriptor().id));
            }
        }
    }
    assert!(dropped.is_empty(), "{dropped:#?}");
}

#[tokio::test]
async fn what_is_named_as_unmapped_stands_in_the_note() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let full = fixtures::full_lead();
    for sink in sinks(&sandbox) {
        let prepared = prepare(&sink, &full).unwrap();
        let sent = values(&prepared);
        assert!(sink.descriptor().note.is_some(), "{}", sink.descriptor().id);
        for field in prepared.unmapped.iter().map(|unmapped| unmapped.field) {
            // Parts of these stand apart from each other.
            let is_list = matches!(field, Field::Answers | Field::Attachments | Field::Extra);
            assert!(
                is_list || stands_in(&sent, &full, field),
                "{}: {field}",
                sink.descriptor().id
            );
        }
    }
}

fn prepare(sink: &SharedSink, lead: &Lead) -> Option<Prepared> {
    sink.prepare(lead, &fixtures::context(lead)).ok()
}

/// Whether the request is another one, or none at all, where the field is missing or says something else.
fn changes_the_request(sink: &SharedSink, full: &Lead, prepared: &Prepared, field: Field) -> bool {
    let other = fixtures::other_sample(field);
    let texts = fixtures::further_samples(field).iter().copied().chain([&*other]);
    let others = texts.map(|text| {
        let mut lead = full.clone();
        field.set(&mut lead, text).map(|()| lead).unwrap()
    });
    let mut without = full.clone();
    field.clear(&mut without);
    let mut leads = others.chain([without]);
    leads.any(|lead| prepare(sink, &lead).is_none_or(|other| other.request.body != prepared.request.body))
}

/// Whether the text of a field stands somewhere in the request, whatever the punctuation; a full name, say, whose parts
/// are sent one by one.
fn stands_in(sent: &str, lead: &Lead, field: Field) -> bool {
    let text = field.get(lead).unwrap_or_default();
    sent.contains(&letters(text.strip_prefix("+1").unwrap_or(&text)))
}

/// The letters and digits of all values of a request, in order.
fn values(prepared: &Prepared) -> String {
    let body = &prepared.request.body;
    match serde_json::from_slice::<Value>(body) {
        Ok(json) => {
            let mut text = String::new();
            leaves(&json, &mut text);
            letters(&text)
        }
        Err(_) => form_urlencoded::parse(body).map(|(_, value)| letters(&value)).collect(),
    }
}

fn leaves(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => members.values().for_each(|value| leaves(value, text)),
        Value::Array(items) => items.iter().for_each(|value| leaves(value, text)),
        Value::String(leaf) => text.push_str(leaf),
        other => text.push_str(&other.to_string()),
    }
}

fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
