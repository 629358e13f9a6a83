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
    let mut missing = Vec::new();
    for sink in sinks(&sandbox) {
        let prepared = prepare(&sink, &full).unwrap();
        let facts = sink.descriptor();
        let body = body(&prepared);
        let notes = [facts.note, facts.note_elsewhere].into_iter().flatten();
        let note: String = notes.filter_map(|note| at(&body, note)).map(labelled).collect();
        for field in prepared.unmapped.iter().map(|unmapped| unmapped.field) {
            if !told(&full, field).iter().all(|told| note.contains(&letters(told))) {
                missing.push(format!("{}: {field}", facts.id));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn prepare(sink: &SharedSink, lead: &Lead) -> Option<Prepared> {
    sink.prepare(lead, &fixtures::context(lead)).ok()
}

/// Whether the request is another one, or none at all, where the field is missing or says something else.
fn changes_the_request(sink: &SharedSink, full: &Lead, prepared: &Prepared, field: Field) -> bool {
    let [mut without, mut other] = [full.clone(), full.clone()];
    field.clear(&mut without);
    field.set(&mut other, &fixtures::other_sample(field)).unwrap();
    let differs = |lead| prepare(sink, lead).is_none_or(|other| other.request.body != prepared.request.body);
    differs(&without) || differs(&other)
}

/// Shorter texts stand somewhere by chance.
const TELLING: usize = 12;

/// Whether the text of a field stands somewhere in the request, whatever the punctuation; a full name, say, whose parts
/// are sent one by one.
fn stands_in(sent: &str, lead: &Lead, field: Field) -> bool {
    let text = letters(&field.get(lead).unwrap_or_default());
    text.len() >= TELLING && sent.contains(&text)
}

/// What a note has to say of a field: its name and text, or the parts of a list.
fn told(lead: &Lead, field: Field) -> Vec<String> {
    match field {
        Field::Notes => lead.notes.iter().map(|notes| notes.as_str().to_owned()).collect(),
        Field::Answers => {
            let answers = lead.consent.answers.iter();
            answers
                .flat_map(|answer| [answer.question.as_str().to_owned(), answer.answer.as_str().to_owned()])
                .collect()
        }
        Field::Attachments => {
            let files = lead.attachments.iter();
            files.map(|file| file.name.as_str().to_owned()).collect()
        }
        Field::Extra => lead.extra.iter().map(|(name, text)| format!("{name}{text}")).collect(),
        _ => vec![format!("{field}{}", field.get(lead).unwrap_or_default())],
    }
}

/// The body of a request as a tree; of a form, a tree of one level.
fn body(prepared: &Prepared) -> Value {
    let body = &prepared.request.body;
    serde_json::from_slice(body).unwrap_or_else(|_| {
        form_urlencoded::parse(body)
            .map(|(id, text)| (id, Value::from(text)))
            .collect()
    })
}

/// What stands at a wire field; its dots are steps down, or a part of its name.
fn at<'a>(body: &'a Value, field: &str) -> Option<&'a Value> {
    let below = || field.split('.').try_fold(body, |value, name| value.get(name));
    body.get(field).or_else(below)
}

/// The letters and digits of all values of a request, in the order of a form.
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

/// The letters and digits of a note, with the names of its members where it has any.
fn labelled(note: &Value) -> String {
    letters(note.as_str().unwrap_or(&note.to_string()))
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
