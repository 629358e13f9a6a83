//! A prepared lead as flat wire paths, so that two of them can be compared member by member.

use std::collections::{BTreeMap, BTreeSet};

use http::header::CONTENT_TYPE;
use leadsink_core::{Draft, Prepared};
use serde_json::Value;

use crate::render::is_form;

/// The members of one request: the values at each path, in wire order.
type Members = BTreeMap<String, Vec<String>>;

/// A path at which two prepared leads differ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) path: String,
    /// Whether it has a value before the change.
    pub(crate) before: bool,
    /// Whether it has a value after the change.
    pub(crate) after: bool,
}

/// A prepared lead as wire paths. The questions are kept apart by their position, since a member may stand in several.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wire {
    requests: BTreeMap<String, Members>,
}

impl Wire {
    /// Takes a prepared lead apart.
    pub(crate) fn of(prepared: &Prepared) -> Self {
        let questions = prepared.before.iter().enumerate();
        let questions = questions.map(|(index, step)| (format!("{index} {}", step.owner), members(&step.draft)));
        let request = ("request".to_owned(), members(&prepared.request));
        Self {
            requests: questions.chain([request]).collect(),
        }
    }

    /// What changes from this prepared lead to another. Address and headers of a question that only one of them asks are no
    /// change by themselves.
    pub(crate) fn changes(&self, after: &Self) -> Vec<Change> {
        let keys: BTreeSet<_> = self.requests.keys().chain(after.requests.keys()).collect();
        let none = Members::new();
        let mut changes = Vec::new();
        for key in keys {
            let (one, other) = (self.requests.get(key), after.requests.get(key));
            let asked_by_both = one.is_some() && other.is_some();
            let (one, other) = (one.unwrap_or(&none), other.unwrap_or(&none));
            let paths: BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for path in paths {
                let constant = path == "url" || path.ends_with(':');
                if one.get(path) != other.get(path) && (asked_by_both || !constant) {
                    let (before, after) = (one.contains_key(path), other.contains_key(path));
                    changes.push(Change {
                        path: path.clone(),
                        before,
                        after,
                    });
                }
            }
        }
        changes
    }

    /// Every path and value at or below a path, in all requests.
    pub(crate) fn texts_below(&self, above: &str) -> Vec<&str> {
        let members = self.requests.values().flatten().filter(|(path, _)| covers(above, path));
        members
            .flat_map(|(path, values)| std::iter::once(path).chain(values))
            .map(String::as_str)
            .collect()
    }

    /// Every value of all requests.
    pub(crate) fn values(&self) -> Vec<&str> {
        self.requests
            .values()
            .flat_map(BTreeMap::values)
            .flatten()
            .map(String::as_str)
            .collect()
    }
}

/// Whether a path of the mapping table stands for a changed path: the same one or one above it.
pub(crate) fn covers(row: &str, path: &str) -> bool {
    let row = plain(row);
    path == row || path.strip_prefix(&row).is_some_and(|rest| rest.starts_with('.'))
}

/// A path without the indexes of arrays: `a[0].b`, `a[].b` and `a.0.b` are all `a.b`.
fn plain(path: &str) -> String {
    let unbracketed: String = path.replace('[', ".").replace(']', "");
    let index = |segment: &&str| segment.is_empty() || segment.bytes().all(|b| b.is_ascii_digit());
    unbracketed
        .split('.')
        .filter(|segment| !index(segment))
        .collect::<Vec<_>>()
        .join(".")
}

fn members(draft: &Draft) -> Members {
    let mut members = Members::new();
    let mut add = |path: &str, value: &str| members.entry(plain(path)).or_default().push(value.to_owned());
    let mut address = draft.url.clone();
    address.set_query(None);
    add("url", &format!("{} {address}", draft.method));
    for (name, value) in draft.url.query_pairs() {
        add(&format!("?{name}"), &value);
    }
    for (name, value) in &*draft.headers {
        add(&format!("{name}:"), &String::from_utf8_lossy(value.as_bytes()));
    }
    if draft.body.is_empty() {
        return members;
    }
    if is_form(draft.headers.get(CONTENT_TYPE)) {
        for (name, value) in form_urlencoded::parse(&draft.body) {
            add(&name, &value);
        }
        return members;
    }
    match serde_json::from_slice::<Value>(&draft.body) {
        Ok(json @ (Value::Object(_) | Value::Array(_))) => leaves("", &json, &mut add),
        _ => add("body", &String::from_utf8_lossy(&draft.body)),
    }
    members
}

fn leaves(path: &str, json: &Value, add: &mut impl FnMut(&str, &str)) {
    match json {
        Value::Object(object) => {
            for (name, value) in object {
                let below = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                leaves(&below, value, add);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| leaves(path, value, add)),
        Value::String(text) => add(path, text),
        // Says as much as a member that is not there.
        Value::Null => {}
        other => add(path, &other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use leadsink_core::Repeat;

    fn wire(url: &str, body: &str) -> Wire {
        Wire::of(&Prepared::new(
            Draft::post_json(url.parse().unwrap(), body.to_owned()),
            Repeat::Safe,
        ))
    }

    #[test]
    fn only_the_members_that_differ_are_changed() {
        let one = wire(
            "https://a.example/x?p=1",
            r#"{"a":{"b":1,"c":[{"d":1},{"d":2}]},"e":5,"f":null}"#,
        );
        let other = wire("https://a.example/x?p=2", r#"{"a":{"b":1,"c":[{"d":1},{"d":3}]}}"#);
        let changes: Vec<_> = one
            .changes(&other)
            .into_iter()
            .map(|change| (change.path, change.after))
            .collect();
        let expected = [("?p".into(), true), ("a.c.d".into(), true), ("e".into(), false)];
        assert_eq!(changes, expected);
        assert!(one.changes(&one).is_empty());
    }

    #[test]
    fn a_question_that_only_one_asks_counts_by_its_members() {
        let plain = Prepared::new(
            Draft::post_json("https://a.example/".parse().unwrap(), "{}"),
            Repeat::Safe,
        );
        let question = Draft::post_json("https://a.example/q".parse().unwrap(), r#"{"phone":"1"}"#);
        let asking = plain.clone().with_before("acme", question);
        let changes = Wire::of(&plain).changes(&Wire::of(&asking));
        let change = Change {
            path: "phone".into(),
            before: false,
            after: true,
        };
        assert_eq!(changes, [change]);
    }

    #[test]
    fn a_form_is_taken_apart_by_its_names() {
        let mut draft = Draft::post_json("https://a.example/".parse().unwrap(), "x.y=1&z=a+b");
        draft.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let wire = Wire::of(&Prepared::new(draft, Repeat::Safe));
        assert_eq!(
            (wire.texts_below("x"), wire.texts_below("z")),
            (vec!["x.y", "1"], vec!["z", "a b"])
        );
    }

    #[test]
    fn a_row_stands_for_what_is_below_it() {
        assert!(covers("a.b", "a.b") && covers("a", "a.b") && covers("a[0].b", "a.b") && covers("a[].b", "a.b.c"));
        assert!(!covers("a.b", "a.bc") && !covers("a.b", "a"));
    }
}
