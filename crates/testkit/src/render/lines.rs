//! A prepared lead as lines, one a member, so that two of them can be compared: what a setting changes is a few lines of many.

use http::header::CONTENT_TYPE;
use leadsink_core::{Draft, Prepared};
use serde_json::Value;

use super::{headers, is_form, repeat, warned};

/// Every line of a prepared lead. A member is named by its path, and shows as JSON, so that `1` and `"1"` differ.
pub(crate) fn lines(prepared: &Prepared) -> Vec<String> {
    let mut all = Vec::new();
    for (index, step) in prepared.before.iter().enumerate() {
        let question = format!("question {}", index + 1);
        all.push(format!("{question}, asked by {}", step.owner));
        all.extend(draft(&step.draft).into_iter().map(|line| format!("{question}: {line}")));
    }
    all.push(format!("request, {}", repeat(prepared.repeat)));
    all.extend(draft(&prepared.request));
    all.extend(prepared.unmapped.iter().map(|field| format!("unmapped: {field}")));
    all.extend(
        prepared
            .warnings
            .iter()
            .map(|warning| format!("warning: {}", warned(warning))),
    );
    all
}

/// What there is of one and not of the other, with `-`, then the reverse, with `+`. The order of the lines does not count: a
/// vendor reads members by their names.
pub(crate) fn difference(plain: &[String], other: &[String]) -> Vec<String> {
    let beside = |lines: &[String], known: &[String], sign: char| {
        let mut known: Vec<_> = known.iter().collect();
        let mut new = Vec::new();
        for line in lines {
            match known.iter().position(|known| *known == line) {
                Some(at) => drop(known.swap_remove(at)),
                None => new.push(format!("{sign} {line}")),
            }
        }
        new
    };
    [beside(plain, other, '-'), beside(other, plain, '+')].concat()
}

fn draft(draft: &Draft) -> Vec<String> {
    let mut lines = vec![format!("{} {}", draft.method, draft.url)];
    lines.extend(headers(draft));
    if draft.body.is_empty() {
        return lines;
    }
    let mut add = |path: &str, value: &Value| members(path, value, &mut lines);
    if is_form(draft.headers.get(CONTENT_TYPE)) {
        for (name, value) in form_urlencoded::parse(&draft.body) {
            add(&name, &Value::from(&*value));
        }
    } else {
        match serde_json::from_slice(&draft.body) {
            Ok(json) => add("", &json),
            Err(_) => add("body", &String::from_utf8_lossy(&draft.body).into()),
        }
    }
    lines
}

/// The lines of a member and of those below it. A text of several lines is as many, of which each can differ.
fn members(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            let dot = if path.is_empty() { "" } else { "." };
            for (name, value) in object {
                members(&format!("{path}{dot}{name}"), value, lines);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                members(&format!("{path}[{index}]"), value, lines);
            }
        }
        Value::String(text) => {
            let mut parts = text.split('\n').map(Value::from);
            lines.extend(parts.next().map(|first| format!("{path} = {first}")));
            lines.extend(parts.map(|line| format!("{path}, then {line}")));
        }
        other => lines.push(format!("{path} = {other}")),
    }
}

#[cfg(test)]
mod tests {
    use leadsink_core::{Field, Repeat, Warning};

    use super::*;

    fn prepared(body: &'static str) -> Prepared {
        let url = "https://api.example.com/leads".parse().unwrap();
        Prepared::new(Draft::post_json(url, body), Repeat::Safe)
    }

    #[test]
    fn only_what_differs_is_left() {
        let plain = prepared(r#"{"a":1,"b":{"c":"x\ny"},"list":[{"d":true}],"e":[]}"#);
        let mut other = prepared(r#"{"list":[{"d":true}],"b":{"c":"x\nz"},"a":"1","e":[]}"#);
        other.unmapped = vec![Field::RoofType.into()];
        let other = other.with_warning(Warning::new("shortened", "cut").at(Field::Notes));
        assert_eq!(
            difference(&lines(&plain), &lines(&other)),
            [
                "- a = 1",
                "- b.c, then \"y\"",
                "+ a = \"1\"",
                "+ b.c, then \"z\"",
                "+ unmapped: roof_type",
                "+ warning: shortened at notes: cut",
            ]
        );
        assert_eq!(difference(&lines(&plain), &lines(&plain)), [""; 0]);
    }

    #[test]
    fn a_line_that_comes_twice_is_one_more() {
        let lines = |count| vec!["a = 1".to_owned(); count];
        assert_eq!(difference(&lines(1), &lines(2)), ["+ a = 1"]);
    }

    #[test]
    fn a_question_is_told_from_the_request() {
        let url = "https://api.example.com/ask".parse().unwrap();
        let asking = prepared("{}").with_before("acme", Draft::post_json(url, r#"{"phone":"1"}"#));
        let added = difference(&lines(&prepared("{}")), &lines(&asking));
        assert_eq!(added.first().map(String::as_str), Some("+ question 1, asked by acme"));
        assert!(added.contains(&"+ question 1: phone = \"1\"".to_owned()), "{added:?}");
    }
}
