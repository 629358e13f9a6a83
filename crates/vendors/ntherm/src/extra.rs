//! `extra_data`: the form's questions and answers in the document's shape, what NTherm has no field for as key-value
//! pairs, and free JSON. Written straight from the lead, without a tree in between.

use std::borrow::Cow;

use leadsink_core::value::{Answer, Attachment};
use leadsink_core::{Field, FieldSet, Lead};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

/// The value of `extra_data`; there is none where there is nothing to carry.
pub(crate) struct ExtraData<'a> {
    lead: &'a Lead,
    /// The fields that go there as key-value pairs.
    pairs: FieldSet,
    free: &'a [Value],
}

impl<'a> ExtraData<'a> {
    pub(crate) fn new(lead: &'a Lead, pairs: FieldSet, free: &'a [Value]) -> Option<Self> {
        let nothing = lead.consent.answers.is_empty() && pairs.is_empty() && free.is_empty();
        (!nothing).then_some(Self { lead, pairs, free })
    }
}

impl Serialize for ExtraData<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let answers = &self.lead.consent.answers;
        if !answers.is_empty() {
            list.serialize_element(&Questions {
                questions: Each(answers, |answer| answer.question.as_str()),
            })?;
            list.serialize_element(&Answers {
                answers: Each(answers, |answer| answer.answer.as_str()),
            })?;
        }
        if !self.pairs.is_empty() {
            list.serialize_element(&Pairs(self))?;
        }
        for value in self.free {
            list.serialize_element(value)?;
        }
        list.end()
    }
}

#[derive(serde::Serialize)]
struct Questions<'a> {
    questions: Each<'a, Answer>,
}

#[derive(serde::Serialize)]
struct Answers<'a> {
    answers: Each<'a, Answer>,
}

/// A list of one text an item.
struct Each<'a, T>(&'a [T], fn(&T) -> &str);

impl<T> Serialize for Each<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// The key-value pairs: fields by their names, then the members of `extra` by theirs.
struct Pairs<'a>(&'a ExtraData<'a>);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ExtraData { lead, pairs, .. } = *self.0;
        let mut object = serializer.serialize_map(None)?;
        for field in pairs.iter() {
            match field {
                Field::Extra => {}
                // The content of a file has no place in a field for key-value pairs.
                Field::Attachments => {
                    object.serialize_entry(
                        field.name(),
                        &Each::<Attachment>(&lead.attachments, |file| file.name.as_str()),
                    )?;
                }
                _ => {
                    if let Some(text) = field.get(lead) {
                        object.serialize_entry(field.name(), &text)?;
                    }
                }
            }
        }
        if pairs.contains(Field::Extra) {
            for (name, text) in &lead.extra {
                object.serialize_entry(&key_of(name), text)?;
            }
        }
        object.end()
    }
}

/// The key for a member of `extra`: its name, or `extra.<name>` where that is the name of a field or of a part of
/// `extra_data`. No two members get the same key, whatever else the lead holds.
fn key_of(name: &str) -> Cow<'_, str> {
    let taken =
        name == "questions" || name.starts_with("extra.") || Field::ALL.iter().any(|field| field.name() == name);
    if taken {
        Cow::Owned(format!("extra.{name}"))
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(lead: &Lead, pairs: FieldSet, free: &[Value]) -> Option<String> {
        ExtraData::new(lead, pairs, free).map(|extra| serde_json::to_string(&extra).unwrap())
    }

    #[test]
    fn answers_have_the_shape_of_the_document() {
        let lead = Lead::builder()
            .id("1")
            .answer("Do you consent to be contacted?", "Yes")
            .answer("Do you agree to the terms and conditions?", "Yes")
            .build()
            .unwrap();
        assert_eq!(
            written(&lead, FieldSet::EMPTY, &[]).unwrap(),
            r#"[{"questions":["Do you consent to be contacted?","Do you agree to the terms and conditions?"]},{"answers":["Yes","Yes"]}]"#
        );
    }

    #[test]
    fn pairs_stand_under_names_that_never_collide() {
        let lead = Lead::builder()
            .id("1")
            .source("facebook")
            .extra("source", "b")
            .extra("extra.source", "c")
            .extra("questions", "d")
            .extra("roof colour", "e")
            .build()
            .unwrap();
        assert_eq!(
            written(&lead, lead.fields(), &[json!({"k": [1]}), json!("x")]).unwrap(),
            r#"[{"source":"facebook","extra.extra.source":"c","extra.questions":"d","roof colour":"e","extra.source":"b"},{"k":[1]},"x"]"#
        );
    }

    #[test]
    fn nothing_to_carry_is_nothing_sent() {
        let lead = Lead::builder().id("1").build().unwrap();
        assert_eq!(written(&lead, FieldSet::EMPTY, &[]), None);
    }
}
