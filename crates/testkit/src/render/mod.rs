//! Prints prepared requests and outcomes for people and snapshots, in wire order and without secrets.

mod json;
mod lines;
mod outcome;

pub(crate) use lines::{difference, lines};
pub use outcome::render_outcome;
pub(crate) use outcome::{disposition, summary};

use std::fmt::Write as _;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use leadsink_core::{Draft, Prepared, Repeat, Warning};

/// Prints a prepared lead as the HTTP exchange that it will be: the questions, the request, then what is unmapped and what
/// to know. Headers are sorted, JSON is indented and keeps its order, secret headers show as `***`.
///
/// It holds personal data: for snapshots of made-up leads only.
#[must_use]
pub fn render(prepared: &Prepared) -> String {
    let mut out = String::new();
    for (index, step) in prepared.before.iter().enumerate() {
        let _ = writeln!(out, "question {}, asked by {}:", index + 1, step.owner);
        draft(&mut out, &step.draft);
        out.push('\n');
    }
    let _ = writeln!(out, "request, {}:", repeat(prepared.repeat));
    draft(&mut out, &prepared.request);
    let unmapped: Vec<_> = prepared.unmapped.iter().map(ToString::to_string).collect();
    let _ = writeln!(
        out,
        "\nunmapped: {}",
        if unmapped.is_empty() {
            "none".into()
        } else {
            unmapped.join(", ")
        }
    );
    let _ = writeln!(
        out,
        "warnings:{}",
        if prepared.warnings.is_empty() { " none" } else { "" }
    );
    for warning in &prepared.warnings {
        let _ = writeln!(out, "- {}", warned(warning));
    }
    out
}

const fn repeat(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Safe => "safe to repeat",
        Repeat::NeverBlindly => "never repeated blindly",
    }
}

fn warned(warning: &Warning) -> String {
    let field = warning.field.as_ref().map(|field| format!(" at {field}"));
    format!("{}{}: {}", warning.code, field.unwrap_or_default(), warning.message)
}

/// The headers in the order of their names, each as a line; what is secret shows as `***`.
fn headers(draft: &Draft) -> Vec<String> {
    let mut headers: Vec<_> = draft.headers.iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    let line = |(name, value): (_, &HeaderValue)| {
        let value = if value.is_sensitive() {
            "***".into()
        } else {
            String::from_utf8_lossy(value.as_bytes())
        };
        format!("{name}: {value}")
    };
    headers.into_iter().map(line).collect()
}

fn draft(out: &mut String, draft: &Draft) {
    let _ = writeln!(out, "{} {}", draft.method, draft.url);
    for header in headers(draft) {
        let _ = writeln!(out, "{header}");
    }
    if draft.body.is_empty() {
        return;
    }
    out.push('\n');
    if is_form(draft.headers.get(CONTENT_TYPE)) {
        for (name, value) in form_urlencoded::parse(&draft.body) {
            let _ = writeln!(out, "{name}={value}");
        }
    } else {
        let text = String::from_utf8_lossy(&draft.body);
        let _ = writeln!(out, "{}", json::indented(&text).as_deref().unwrap_or(&text));
    }
}

/// Whether a body is a form.
pub(crate) fn is_form(content_type: Option<&HeaderValue>) -> bool {
    content_type.and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("application/x-www-form-urlencoded")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::Field;

    #[test]
    fn an_exchange_stands_in_wire_order_without_secrets() {
        let url: url::Url = "https://api.example.com/v1/check".parse().unwrap();
        let mut question = Draft::post_json(url.clone(), r#"{"phone":"5125550101"}"#);
        let mut key = HeaderValue::from_static("k3y");
        key.set_sensitive(true);
        question.headers_mut().insert("x-key", key);
        let request = Draft::post_json(
            url.join("lead").unwrap(),
            r#"{"zip":"78704","city":"Austin","tags":[],"at":[1,{"a":"{"}]}"#,
        );
        let mut prepared = Prepared::new(request, Repeat::NeverBlindly)
            .with_before("acme", question)
            .with_warning(Warning::new("shortened", "the notes are cut to 80 characters").at(Field::Notes));
        prepared.unmapped = vec![Field::RoofType.into(), Field::Storeys.into()];
        let expected = r#"question 1, asked by acme:
POST https://api.example.com/v1/check
accept: application/json
content-type: application/json
x-key: ***

{
  "phone": "5125550101"
}

request, never repeated blindly:
POST https://api.example.com/v1/lead
accept: application/json
content-type: application/json

{
  "zip": "78704",
  "city": "Austin",
  "tags": [],
  "at": [
    1,
    {
      "a": "{"
    }
  ]
}

unmapped: roof_type, storeys
warnings:
- shortened at notes: the notes are cut to 80 characters
"#;
        assert_eq!(render(&prepared), expected);
    }

    #[test]
    fn a_form_shows_one_member_a_line() {
        let url = "https://app.example.com/submit".parse().unwrap();
        let mut request = Draft::post_json(url, "first_name=Zo%C3%AB&city=San+Antonio");
        request.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        assert!(render(&Prepared::new(request, Repeat::Safe)).contains("\n\nfirst_name=Zoë\ncity=San Antonio\n"));
    }
}
