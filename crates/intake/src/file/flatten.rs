//! Makes keys and texts of a nested JSON object: `{"contact":{"email":"a"}}` becomes `contact.email` = `a`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::columns::ANSWERS;

/// Deeper objects are kept as JSON text.
const DEPTH: usize = 16;

/// Names of a list's item and of its value, in the lists of fields that ad platforms send.
const NAMES: &[&str] = &["name", "column_name", "column_id", "question", "label", "key", "field"];
const VALUES: &[&str] = &["values", "value", "string_value", "answer", "answers"];

/// Whether the text is an object.
pub(super) fn is_object(text: &str) -> bool {
    text.starts_with('{')
}

/// Appends the keys and texts of an object in the order of the file. What is null or an empty list is absent; numbers
/// stay as they are written.
pub(super) fn flatten(text: &str, out: &mut Vec<(String, Box<str>)>) -> serde_json::Result<()> {
    object(text, "", DEPTH, out)
}

fn object(text: &str, path: &str, depth: usize, out: &mut Vec<(String, Box<str>)>) -> serde_json::Result<()> {
    let Members(members) = serde_json::from_str(text)?;
    let taken = matches!(path, "" | "consent") && form(&members, out);
    for (key, raw) in members {
        if taken && matches!(key.as_str(), "questions" | "answers") {
            continue;
        }
        if path.is_empty() && key == "extensions" && raw.get() != "null" {
            // Options of vendors stay JSON.
            out.push((key, raw.get().into()));
            continue;
        }
        let key = if path.is_empty() { key } else { format!("{path}.{key}") };
        value(key, raw.get(), depth, out)?;
    }
    Ok(())
}

/// Takes the questions and answers of the form: `{"question": "answer"}`, a list of `{"question", "answer"}`, or a list of
/// questions beside one of answers. False where the object has none of them.
fn form(members: &[(String, &RawValue)], out: &mut Vec<(String, Box<str>)>) -> bool {
    let find = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, raw)| raw.get());
    let Some(answers) = find("answers") else { return false };
    let asked = if is_object(answers) {
        let members = serde_json::from_str::<Members<'_>>(answers);
        members.ok().map(|Members(members)| {
            let one = |(question, answer): (String, &RawValue)| Some((question, text_of(answer.get())?));
            members.into_iter().filter_map(one).collect()
        })
    } else if let Ok(answers) = serde_json::from_str::<Vec<&RawValue>>(answers) {
        let questions = find("questions").and_then(|text| serde_json::from_str::<Vec<String>>(text).ok());
        match questions {
            Some(questions) if questions.len() == answers.len() => {
                let pairs = questions.into_iter().zip(&answers);
                Some(
                    pairs
                        .filter_map(|(question, answer)| Some((question, text_of(answer.get())?)))
                        .collect(),
                )
            }
            Some(_) => None,
            None => answers
                .iter()
                .map(|answer| named_field(answer.get()))
                .collect::<Option<Vec<_>>>(),
        }
    } else {
        None
    };
    let Some(asked) = asked else { return false };
    out.extend(
        asked
            .into_iter()
            .map(|(question, answer)| (format!("{ANSWERS}{question}"), answer)),
    );
    true
}

/// The text of an answer; nothing where it is null or an empty list.
fn text_of(raw: &str) -> Option<Box<str>> {
    let mut values = Vec::new();
    value(String::new(), raw, 0, &mut values).ok()?;
    let (_, text) = values.pop()?;
    Some(serde_json::from_str::<Vec<String>>(&text).map_or(text, |list| list.join(", ").into()))
}

fn value(key: String, raw: &str, depth: usize, out: &mut Vec<(String, Box<str>)>) -> serde_json::Result<()> {
    match raw.as_bytes().first() {
        Some(b'{') if depth > 0 => object(raw, &key, depth - 1, out)?,
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw)?;
            if !items.is_empty() && items.iter().all(|item| is_object(item.get())) {
                let fields: Vec<_> = items.iter().filter_map(|item| named_field(item.get())).collect();
                if fields.len() == items.len() {
                    out.extend(fields);
                    return Ok(());
                }
            }
            match items.as_slice() {
                [] => {}
                [one] if !one.get().starts_with(['{', '[']) => value(key, one.get(), depth, out)?,
                _ => out.push((key, raw.into())),
            }
        }
        Some(b'"') => out.push((key, serde_json::from_str::<String>(raw)?.into())),
        Some(b'n') | None => {}
        _ => out.push((key, raw.into())),
    }
    Ok(())
}

/// An item such as `{"name": "email", "values": ["a@example.com"]}`, as Facebook and Google send them.
fn named_field(text: &str) -> Option<(String, Box<str>)> {
    let Members(members) = serde_json::from_str(text).ok()?;
    let find = |names: &[&str]| {
        let mut found = names
            .iter()
            .filter_map(|name| members.iter().find(|(key, _)| key == name));
        found.next().map(|(_, raw)| raw.get())
    };
    let name: String = serde_json::from_str(find(NAMES)?).ok()?;
    Some((name, text_of(find(VALUES)?).unwrap_or_default()))
}

/// The members of one object in the order of the file, each value unparsed.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> String {
        let mut out = Vec::new();
        flatten(text, &mut out).unwrap();
        out.iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn nested_objects_get_dotted_keys_and_numbers_stay_as_written() {
        assert_eq!(
            flat(r#"{"b":{"c":"x","d":{"e":true}},"a":1.50,"n":null}"#),
            "b.c=x b.d.e=true a=1.50"
        );
        assert_eq!(flat(r#"{"id":10000000000000000000001}"#), "id=10000000000000000000001");
    }

    #[test]
    fn lists_are_kept_as_json_or_taken_apart() {
        assert_eq!(flat(r#"{"a":["x"],"b":["x","y"],"c":[]}"#), r#"a=x b=["x","y"]"#);
        assert_eq!(
            flat(r#"{"field_data":[{"name":"email","values":["a@b.co"]},{"name":"q?","values":["x","y"]}]}"#),
            "email=a@b.co q?=x, y"
        );
        let google = r#"{"user_column_data":[{"column_id":"PHONE_NUMBER","string_value":"+1"}]}"#;
        assert_eq!(flat(google), "PHONE_NUMBER=+1");
        assert_eq!(flat(r#"{"l":[{"x":1}]}"#), r#"l=[{"x":1}]"#);
    }

    #[test]
    fn answers_become_questions_and_extensions_stay_json() {
        let wanted = "answers.q?=x answers.n=2";
        assert_eq!(flat(r#"{"answers":{"q?":"x","n":2,"o":null}}"#), wanted);
        assert_eq!(flat(r#"{"questions":["q?","n","o"],"answers":["x",2,null]}"#), wanted);
        assert_eq!(
            flat(r#"{"answers":[{"question":"q?","answer":"x"},{"question":"n","answer":2}]}"#),
            wanted
        );
        assert_eq!(flat(r#"{"consent":{"answers":{"q?":"x","n":2}}}"#), wanted);
        assert_eq!(flat(r#"{"answers":"x","questions":["a"]}"#), "answers=x questions=a");
        assert_eq!(
            flat(r#"{"extensions":{"a":{"b":1}},"x":{"extensions":{"b":1}}}"#),
            r#"extensions={"a":{"b":1}} x.extensions.b=1"#
        );
    }
}
