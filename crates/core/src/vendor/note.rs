//! What a vendor has no field for, readable, for the field in which people leave remarks. Written straight from the lead,
//! so that the vendors' notes look alike and none is put together twice.

use std::fmt;
use std::sync::LazyLock;

use serde::{Serialize, Serializer};

use crate::value::Text;
use crate::{Field, FieldSet, Lead};

/// Fields of a lead as text for people: the lead's own remarks first, then a line a field, `Roof type: slate`.
///
/// Of attachments only the names are written. `Display` and `Serialize` give the whole text; `Debug` is redacted.
///
/// ```
/// use leadsink_core::{Lead, Note};
///
/// let lead = Lead::builder().id("1").notes("Ring twice.").roof_type("slate").answer("Own?", "yes").build()?;
/// let note = Note::new(&lead, lead.fields()).map(|note| note.to_string());
/// assert_eq!(note.as_deref(), Some("Ring twice.\n\nRoof type: slate\nOwn? yes"));
/// # Ok::<(), leadsink_core::BuildError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Note<'a> {
    lead: &'a Lead,
    fields: FieldSet,
}

impl<'a> Note<'a> {
    /// A note of these fields; none where the lead has none of them.
    #[must_use]
    pub fn new(lead: &'a Lead, fields: FieldSet) -> Option<Self> {
        let note = Self { lead, fields };
        fields.iter().any(|field| field.has(lead)).then_some(note)
    }
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lead, fields } = *self;
        let mut between = "";
        if let Some(notes) = lead.notes.as_ref().filter(|_| fields.contains(Field::Notes)) {
            f.write_str(notes.as_str())?;
            between = "\n\n";
        }
        let mut begin = |f: &mut fmt::Formatter<'_>| f.write_str(std::mem::replace(&mut between, "\n"));
        for field in fields.iter() {
            match field {
                Field::Notes => {}
                Field::Answers => {
                    for answer in &lead.consent.answers {
                        begin(f)?;
                        pair(f, answer.question.as_str(), answer.answer.as_str())?;
                    }
                }
                Field::Attachments if !lead.attachments.is_empty() => {
                    begin(f)?;
                    label(f, field)?;
                    names(f, lead.attachments.iter().map(|file| &file.name))?;
                }
                Field::Attachments => {}
                Field::Extra => {
                    for (name, value) in &lead.extra {
                        begin(f)?;
                        pair(f, name, value)?;
                    }
                }
                _ => {
                    if let Some(text) = field.get(lead) {
                        begin(f)?;
                        label(f, field)?;
                        f.write_str(&text)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What stands before the value of each field; made once, since every lead with a note has some.
static LABELS: LazyLock<Vec<String>> = LazyLock::new(|| Field::ALL.iter().copied().map(label_of).collect());

/// `roof_type` as `Roof type: `, `consent_ip` as `Consent IP: `.
fn label_of(field: Field) -> String {
    let mut label = String::new();
    for (index, word) in field.name().split('_').enumerate() {
        if index > 0 {
            label.push(' ');
        }
        match word {
            "id" | "ip" | "url" | "utm" => label += &word.to_ascii_uppercase(),
            _ => label += word,
        }
    }
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    label + ": "
}

fn label(f: &mut fmt::Formatter<'_>, field: Field) -> fmt::Result {
    f.write_str(LABELS.get(field as usize).map_or("", String::as_str))
}

/// A name or question with what is said to it.
fn pair(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    f.write_str(name)?;
    f.write_str(if name.ends_with(['?', ':']) { " " } else { ": " })?;
    f.write_str(value)
}

fn names<'a>(f: &mut fmt::Formatter<'_>, names: impl Iterator<Item = &'a Text>) -> fmt::Result {
    for (index, name) in names.enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        f.write_str(name.as_str())?;
    }
    Ok(())
}

impl Serialize for Note<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Note(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LeadBuilder;

    fn lead(lead: LeadBuilder) -> Lead {
        lead.id("1").build().unwrap()
    }

    #[test]
    fn every_field_is_a_line_under_a_name_that_people_read() {
        let lead = lead(
            Lead::builder()
                .roof_type("slate")
                .utm_source("fb")
                .consent_ip("203.0.113.77")
                .phone_2("+12175550123")
                .phone_2_extension("7")
                .answer("Roof age", "9 years")
                .answer("Own it?", "yes")
                .extra("hoa", "Kinney Commons"),
        );
        assert_eq!(
            Note::new(&lead, lead.fields()).unwrap().to_string(),
            "Phone 2: +12175550123\nPhone 2 extension: 7\nRoof type: slate\nConsent IP: 203.0.113.77\nUTM source: fb\nRoof age: 9 years\nOwn it? yes\nhoa: Kinney Commons"
        );
    }

    #[test]
    fn only_the_fields_that_are_asked_for_are_written() {
        let lead = lead(Lead::builder().notes("Ring twice.").roof_type("slate"));
        let fields = FieldSet::EMPTY.with(Field::Notes);
        assert_eq!(Note::new(&lead, fields).unwrap().to_string(), "Ring twice.");
        assert!(Note::new(&lead, FieldSet::EMPTY.with(Field::Storeys)).is_none());
    }

    #[test]
    fn of_files_only_the_names_are_written() {
        let mut lead = lead(Lead::builder());
        let files = r#"[{"name":"a.jpg","base64":"QUJD"},{"name":"b.pdf","base64":"QUJD"}]"#;
        Field::Attachments.set(&mut lead, files).unwrap();
        let note = Note::new(&lead, lead.fields()).unwrap();
        assert_eq!(note.to_string(), "Attachments: a.jpg, b.pdf");
        assert_eq!(format!("{note:?}"), "Note(***)");
    }
}
