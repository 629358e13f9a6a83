//! The fields of one submission, and how they are written: names and texts, as a form or as nested JSON.

use std::borrow::Cow;
use std::fmt;

use leadsink_core::Problem;
use serde_json::{Map, Value};

use crate::config::Format;
use crate::ids::conflict;

/// The fields of one submission in the order in which they are sent. `Debug` holds their ids only.
#[derive(Clone, Default)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// No fields yet, with room for those of most leads.
    #[must_use]
    pub fn new() -> Self {
        Self(Vec::with_capacity(48))
    }

    /// Adds a field. The id must be a [`FieldId`](crate::FieldId), or a constant that could be one.
    pub fn push(&mut self, id: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) {
        self.0.push((id.into(), text.into()));
    }

    /// Adds a field, if there is a text for it.
    pub fn push_some(&mut self, id: impl Into<Cow<'a, str>>, text: Option<impl Into<Cow<'a, str>>>) {
        if let Some(text) = text {
            self.push(id, text);
        }
    }

    /// The fields so far, id and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, text)| (&**id, &**text))
    }

    /// Keeps the fields whose id the test takes.
    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(id, _)| keep(id));
    }

    /// Writes the fields.
    ///
    /// # Errors
    /// When two ids exclude each other: LeadConduit would lose one of the two values and say nothing.
    pub(crate) fn encode(&self, format: Format) -> Result<String, Problem> {
        if let Some((above, below)) = conflict(self.0.iter().map(|(id, _)| &**id).collect()) {
            let message = format!(
                "the fields `{above}` and `{below}` exclude each other, and LeadConduit would lose one of them; rename one"
            );
            return Err(Problem::new("field_conflict", message));
        }
        match format {
            Format::Form => Ok(self.form()),
            Format::Json => serde_json::to_string(&self.tree())
                .map_err(|_| Problem::new("encoding", "the lead cannot be written as JSON")),
        }
    }

    fn form(&self) -> String {
        let size = self.0.iter().map(|(id, text)| id.len() + text.len() + 12).sum();
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(size));
        form.extend_pairs(self.iter());
        form.finish()
    }

    /// The fields as objects within objects.
    fn tree(&self) -> Map<String, Value> {
        let mut tree = Map::new();
        for (id, text) in self.iter() {
            graft(&mut tree, id, text);
        }
        tree
    }
}

/// Puts a text at the path that an id is. No id lies below another, so what stands on the way is an object.
fn graft(object: &mut Map<String, Value>, id: &str, text: &str) {
    match id.split_once('.') {
        None => drop(object.insert(id.to_owned(), text.into())),
        Some((name, below)) => {
            let inner = object.entry(name).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                graft(inner, below, text);
            }
        }
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

/// The text of a field in a body of ours.
pub(crate) fn text_of(body: &[u8], format: Format, id: &str) -> Option<String> {
    match format {
        Format::Form => form_urlencoded::parse(body)
            .find(|(name, _)| name == id)
            .map(|(_, text)| text.into_owned()),
        Format::Json => {
            let tree: Value = serde_json::from_slice(body).ok()?;
            let leaf = id.split('.').try_fold(&tree, |value, name| value.get(name))?;
            leaf.as_str().map(str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(list: &[(&'static str, &'static str)]) -> Fields<'static> {
        let mut fields = Fields::new();
        list.iter().for_each(|(id, text)| fields.push(*id, *text));
        fields
    }

    #[test]
    fn dots_are_names_in_a_form_and_objects_in_json() {
        let fields = fields(&[
            ("reference", "crm-42"),
            ("utility.electric.company.name", "Austin Energy"),
            ("utility.electric.monthly_amount", "100-150"),
            ("company.name", "Süß & Söhne"),
        ]);
        let form = fields.encode(Format::Form).unwrap();
        assert_eq!(
            form,
            "reference=crm-42&utility.electric.company.name=Austin+Energy&utility.electric.monthly_amount=100-150&company.name=S%C3%BC%C3%9F+%26+S%C3%B6hne"
        );
        let json = fields.encode(Format::Json).unwrap();
        assert_eq!(
            json,
            r#"{"company":{"name":"Süß & Söhne"},"reference":"crm-42","utility":{"electric":{"company":{"name":"Austin Energy"},"monthly_amount":"100-150"}}}"#
        );
        for (id, text) in fields.iter() {
            assert_eq!(text_of(form.as_bytes(), Format::Form, id).as_deref(), Some(text));
            assert_eq!(text_of(json.as_bytes(), Format::Json, id).as_deref(), Some(text));
        }
        assert_eq!(text_of(json.as_bytes(), Format::Json, "company"), None);
    }

    #[test]
    fn fields_that_exclude_each_other_are_refused_by_name() {
        let fields = fields(&[("utility", "SCE"), ("utility.electric.company.name", "SCE")]);
        for format in [Format::Form, Format::Json] {
            let problem = fields.encode(format).unwrap_err();
            assert_eq!(problem.code, "field_conflict");
            assert!(
                problem
                    .message
                    .contains("`utility` and `utility.electric.company.name`")
            );
            assert!(!problem.message.contains("SCE"));
        }
    }

    #[test]
    fn debug_holds_ids_only() {
        assert_eq!(format!("{:?}", fields(&[("first_name", "Jane")])), r#"["first_name"]"#);
    }
}
