//! Makes keys and texts of a nested JSON object: `{"contact":{"email":"a"}}` becomes `contact.email` = `a`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

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
    for (key, raw) in members {
        let key = if path.is_empty() { key } else { format!("{path}.{key}") };
        value(key, raw.get(), depth, out)?;
    }
    Ok(())
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
    let mut values = Vec::new();
    value(String::new(), find(VALUES)?, 0, &mut values).ok()?;
    let text = match values.as_slice() {
        [(_, one)] => {
            serde_json::from_str::<Vec<String>>(one).map_or_else(|_| one.clone(), |list| list.join(", ").into())
        }
        _ => Box::default(),
    };
    Some((name, text))
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
}
