//! The proof of consent: the certificate, the form's answers, the text agreed to, or free JSON for `extra_data`.

use leadsink_core::{Field, Findings, Lead, Problem};
use serde_json::Value;

use crate::options::NthermOptions;

/// The document, in a refusal: "Certificate URL exceeds 500 characters".
const CERTIFICATE_LIMIT: usize = 500;

/// Whether the lead holds something that proves consent. What merely finds no field of its own never does.
pub(crate) fn is_proven(lead: &Lead, free: &[Value]) -> bool {
    let consent = &lead.consent;
    consent.certificate_url.is_some() || !consent.answers.is_empty() || consent.text.is_some() || !free.is_empty()
}

/// The document: `extra_data` is "required if certificate_url is not provided".
pub(crate) fn missing() -> Problem {
    Problem::new(
        "consent_missing",
        "NTherm needs proof of consent: give a `certificate_url`, the form's `answers`, the `consent_text`, or JSON under \
         `extensions.ntherm.extra_data`",
    )
    .at(Field::CertificateUrl)
}

pub(crate) fn certificate<'a>(lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    let url = lead.consent.certificate_url.as_ref()?.as_str();
    // Hardly one is so long that its characters have to be counted.
    if url.len() > CERTIFICATE_LIMIT && url.chars().count() > CERTIFICATE_LIMIT {
        let message =
            "NTherm takes certificate addresses of at most 500 characters; give the certificate's short address";
        found.problem(Problem::new("certificate_url_too_long", message).at(Field::CertificateUrl));
    }
    Some(url)
}

/// The free JSON of the lead, member by member.
pub(crate) fn free_json(lead: &Lead, found: &mut Findings) -> Vec<Value> {
    match lead.options::<NthermOptions>() {
        Ok(NthermOptions { extra_data: None }) => Vec::new(),
        Ok(NthermOptions {
            extra_data: Some(Value::Array(values)),
        }) => values.into_iter().filter(|value| !is_empty(value)).collect(),
        Ok(NthermOptions {
            extra_data: Some(Value::Object(object)),
        }) if object.values().all(is_empty) => Vec::new(),
        Ok(NthermOptions {
            extra_data: Some(object @ Value::Object(_)),
        }) => vec![object],
        Ok(_) => {
            let message = "`extensions.ntherm.extra_data` is neither an object nor a list; NTherm takes these only";
            found.problem(Problem::new("extension", message));
            Vec::new()
        }
        Err(error) => {
            found.problem(Problem::new(
                "extension",
                format!("{error}; the only key is `extra_data`"),
            ));
            Vec::new()
        }
    }
}

/// Whether a member says nothing, and so proves nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.iter().all(is_empty),
        Value::Object(object) => object.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::LeadBuilder;
    use serde_json::json;

    fn lead() -> LeadBuilder {
        Lead::builder().id("1")
    }

    fn free(extension: Value) -> (Vec<Value>, usize) {
        let mut found = Findings::default();
        let lead = lead().extension("ntherm", extension).build().unwrap();
        (free_json(&lead, &mut found), found.problems().len())
    }

    #[test]
    fn only_proof_of_consent_counts_as_such() {
        let table = [
            (lead(), false),
            (lead().certificate_url("https://cert.example.com/1"), true),
            (lead().answer("May we call you?", "Yes"), true),
            (lead().consent_text("I agree."), true),
            // These stand in `extra_data` and prove nothing.
            (lead().source("web").notes("Call me").extra("consent", "yes"), false),
            (lead().consent_ip("203.0.113.7").jornaya_id("2B5C8E91"), false),
        ];
        for (lead, proven) in table {
            let lead = lead.build().unwrap();
            assert_eq!(is_proven(&lead, &[]), proven, "{lead:?}");
            assert!(is_proven(&lead, &[json!({"consent": "yes"})]));
        }
    }

    #[test]
    fn free_json_is_an_object_or_a_list() {
        let table = [
            (json!({}), 0, 0),
            (json!({"extra_data": null}), 0, 0),
            (json!({"extra_data": {}}), 0, 0),
            (json!({"extra_data": []}), 0, 0),
            (json!({"extra_data": {"a": 1, "b": 2}}), 1, 0),
            (json!({"extra_data": [{"a": 1}, "b", [3]]}), 3, 0),
            (json!({"extra_data": [null, {}, "", [" "], {"a": null}]}), 0, 0),
            (json!({"extra_data": {"a": ""}}), 0, 0),
            (json!({"extra_data": "a"}), 0, 1),
            (json!({"extra_data": 7}), 0, 1),
            (json!({"extra": {}}), 0, 1),
            (json!("a"), 0, 1),
        ];
        for (extension, members, problems) in table {
            let (values, found) = free(extension.clone());
            assert_eq!((values.len(), found), (members, problems), "{extension}");
        }
    }

    #[test]
    fn a_certificate_address_has_at_most_500_characters() {
        for (length, problems) in [(500, 0), (501, 1)] {
            let url = format!("https://cert.example.com/{}", "x".repeat(length - 25));
            let lead = lead().certificate_url(url).build().unwrap();
            let mut found = Findings::default();
            assert!(certificate(&lead, &mut found).is_some_and(|url| url.len() == length));
            assert_eq!(found.problems().len(), problems, "{length}");
        }
    }
}
