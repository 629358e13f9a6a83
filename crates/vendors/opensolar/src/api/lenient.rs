//! Reads values in whatever form they come: what is sent as a text comes back as a number, and the other way round. A value
//! of another kind counts as none, since an answer must not fail for a member that nobody asked for.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A text, number or truth value as text.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(text_of(&Value::deserialize(deserializer)?))
}

/// The text of a value.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A number, also as text.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(text_of(&Value::deserialize(deserializer)?).and_then(|text| text.trim().parse().ok()))
}

/// A truth value, also as 1 or 0, also as text.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let text = text_of(&Value::deserialize(deserializer)?);
    Ok(text.and_then(|text| match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }))
}

/// Any value, also as a text of JSON; a text that is none stays one.
pub(super) fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(serde_json::from_str(&text).unwrap_or(Value::String(text))),
        value => Some(value),
    })
}

/// An id: a number, a text of one, or the last number of a URL.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(id_of(&Value::deserialize(deserializer)?))
}

/// The id that a value says. Of a URL only the last segment counts: host and organisation come in many forms.
pub(crate) fn id_of(value: &Value) -> Option<u64> {
    let text = text_of(value)?;
    let text = text.trim().trim_end_matches('/');
    text.rsplit('/').next()?.parse().ok()
}

/// A list of ids, each a number or URL. What is none is left out.
pub(super) fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u64>>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_array().map(|list| list.iter().filter_map(id_of).collect()))
}

/// A list of objects, or none.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let Value::Array(items) = Value::deserialize(deserializer)? else {
        return Ok(Vec::new());
    };
    Ok(items
        .into_iter()
        .filter_map(|item| serde_json::from_value(item).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Row {
        #[serde(deserialize_with = "text")]
        text: Option<String>,
        #[serde(deserialize_with = "number")]
        number: Option<f64>,
        #[serde(deserialize_with = "flag")]
        flag: Option<bool>,
        #[serde(deserialize_with = "id")]
        id: Option<u64>,
        #[serde(deserialize_with = "ids")]
        ids: Option<Vec<u64>>,
        #[serde(deserialize_with = "json")]
        json: Option<Value>,
    }

    fn row(json: &str) -> Row {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn values_are_read_in_every_form() {
        for (json, wanted) in [
            (
                r#"{"text":1.5}"#,
                Row {
                    text: Some("1.5".into()),
                    ..Row::default()
                },
            ),
            (
                r#"{"text":true}"#,
                Row {
                    text: Some("true".into()),
                    ..Row::default()
                },
            ),
            (r#"{"text":null}"#, Row::default()),
            (r#"{"text":{"a":1}}"#, Row::default()),
            (
                r#"{"number":"35.12364"}"#,
                Row {
                    number: Some(35.12364),
                    ..Row::default()
                },
            ),
            (
                r#"{"number":35}"#,
                Row {
                    number: Some(35.0),
                    ..Row::default()
                },
            ),
            (r#"{"number":"N/A"}"#, Row::default()),
            (
                r#"{"flag":"1"}"#,
                Row {
                    flag: Some(true),
                    ..Row::default()
                },
            ),
            (
                r#"{"flag":0}"#,
                Row {
                    flag: Some(false),
                    ..Row::default()
                },
            ),
            (r#"{"flag":"maybe"}"#, Row::default()),
            (
                r#"{"id":"6624"}"#,
                Row {
                    id: Some(6624),
                    ..Row::default()
                },
            ),
            (
                r#"{"id":"/api/orgs/1/contacts/60/"}"#,
                Row {
                    id: Some(60),
                    ..Row::default()
                },
            ),
            (r#"{"id":"<file_id>"}"#, Row::default()),
            (
                r#"{"ids":["http://localhost:8000/api/orgs/1/contacts/60/",61,null,"x"]}"#,
                Row {
                    ids: Some(vec![60, 61]),
                    ..Row::default()
                },
            ),
            (r#"{"ids":{}}"#, Row::default()),
            (
                r#"{"json":"{\"values\":1}"}"#,
                Row {
                    json: Some(serde_json::json!({ "values": 1 })),
                    ..Row::default()
                },
            ),
            (
                r#"{"json":"Low"}"#,
                Row {
                    json: Some("Low".into()),
                    ..Row::default()
                },
            ),
            (r#"{"json":null}"#, Row::default()),
        ] {
            assert_eq!(row(json), wanted, "{json}");
        }
    }
}
