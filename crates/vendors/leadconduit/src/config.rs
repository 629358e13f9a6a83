//! The account: where its leads are submitted, and what the documents leave to each flow.

use std::collections::BTreeMap;

use leadsink_core::{BaseUrl, ConfigError, Repeat, Secret};
use serde::Deserialize;

use crate::ids::{FieldId, STANDARD, conflict};

/// The address of LeadConduit.
pub(crate) const BASE_URL: &str = "https://app.leadconduit.com";

/// The configuration of a source. `Debug` holds no ids and no keys.
///
/// ```
/// use leadsink_leadconduit::LeadConduitConfig;
///
/// let config = LeadConduitConfig::for_source("58c6f0b1a2b3c4d5e6f70819", "0f9a4c7e0f9a4c7e0f9a4c7e")
///     .with_flow_deduplicates(true);
/// assert!(!format!("{config:?}").contains("58c6f0b1"));
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
#[must_use]
pub struct LeadConduitConfig {
    pub(crate) url: Option<Secret>,
    pub(crate) flow_id: Option<Secret>,
    pub(crate) source_id: Option<Secret>,
    pub(crate) source_api_key: Option<Secret>,
    pub(crate) events_api_key: Option<Secret>,
    pub(crate) format: Format,
    pub(crate) flow_deduplicates: bool,
    pub(crate) is_test: bool,
    pub(crate) extra: BTreeMap<FieldId, String>,
    pub(crate) extra_fields: BTreeMap<String, FieldId>,
    pub(crate) base_url: Option<BaseUrl>,
}

/// How a lead is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As a form, `company.name=Acme`.
    #[default]
    Form,
    /// As JSON, `{"company": {"name": "Acme"}}`.
    Json,
}

impl LeadConduitConfig {
    /// A source by the address to which its leads are submitted.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Some(Secret::new(url)),
            ..Self::default()
        }
    }

    /// A source by the two ids in its address.
    pub fn for_source(flow_id: impl Into<String>, source_id: impl Into<String>) -> Self {
        Self {
            flow_id: Some(Secret::new(flow_id)),
            source_id: Some(Secret::new(source_id)),
            ..Self::default()
        }
    }

    /// Sets the key of a source that demands authentication.
    pub fn with_source_api_key(mut self, key: impl Into<String>) -> Self {
        self.source_api_key = Some(Secret::new(key));
        self
    }

    /// Sets the account's key, with which events are looked up.
    pub fn with_events_api_key(mut self, key: impl Into<String>) -> Self {
        self.events_api_key = Some(Secret::new(key));
        self
    }

    /// Sets how a lead is written.
    pub const fn with_format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets whether the flow refuses duplicates, so that a lead may be sent again when nobody saw the answer.
    pub const fn with_flow_deduplicates(mut self, on: bool) -> Self {
        self.flow_deduplicates = on;
        self
    }

    /// Sets whether every lead is marked as a test.
    pub const fn with_is_test(mut self, on: bool) -> Self {
        self.is_test = on;
        self
    }

    /// Adds a field that is the same for every lead.
    pub fn with_extra(mut self, id: FieldId, text: impl Into<String>) -> Self {
        self.extra.insert(id, text.into());
        self
    }

    /// Sets the field that takes a member of the lead's `extra`.
    pub fn with_extra_field(mut self, name: impl Into<String>, id: FieldId) -> Self {
        self.extra_fields.insert(name.into(), id);
        self
    }

    /// Sets the address that stands in for LeadConduit's, such as that of the sandbox.
    pub fn with_base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Whether a lead may be sent again when nobody saw the answer.
    #[must_use]
    pub const fn repeat(&self) -> Repeat {
        if self.flow_deduplicates {
            Repeat::Safe
        } else {
            Repeat::NeverBlindly
        }
    }

    /// Checks that the further fields get along with the standard ones and with each other.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let constants = self.extra.keys().map(|id| (format!("extra.{id}"), id));
        let members = self.extra_fields.iter();
        let members = members.map(|(name, id)| (format!("extra_fields.{name}"), id));
        let mut known: Vec<&str> = STANDARD.iter().map(|(id, _)| *id).collect();
        for (key, id) in constants.chain(members) {
            if known.contains(&id.as_str()) {
                let message = format!("`{id}` is sent already, from another field or key");
                return Err(ConfigError::invalid(key, message));
            }
            known.push(id.as_str());
            if let Some((above, below)) = conflict(known.clone()) {
                let message = format!("`{above}` and `{below}` exclude each other: LeadConduit would lose one of them");
                return Err(ConfigError::invalid(key, message));
            }
        }
        match self.extra.iter().find(|(_, text)| text.trim().is_empty()) {
            Some((id, _)) => {
                let message = "it is blank; leave the key out";
                Err(ConfigError::invalid(format!("extra.{id}"), message))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<LeadConduitConfig, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let error = read(r#"{"url":"u","flow":"f"}"#).unwrap_err();
        assert!(error.contains("unknown field `flow`"), "{error}");
        assert!(read(r#"{"format":"xml"}"#).is_err());
    }

    #[test]
    fn a_lead_is_repeated_only_where_the_flow_refuses_duplicates() {
        assert_eq!(read("{}").unwrap().repeat(), Repeat::NeverBlindly);
        assert_eq!(read(r#"{"flow_deduplicates":true}"#).unwrap().repeat(), Repeat::Safe);
    }

    #[test]
    fn further_fields_get_along_with_the_others() {
        let table = [
            (r#"{"extra":{"vendor_name":"Acme","my.field":"x"}}"#, None),
            (r#"{"extra_fields":{"roof colour":"roof_color"}}"#, None),
            (r#"{"extra":{"first_name":"x"}}"#, Some("extra.first_name")),
            (r#"{"extra":{"reference":"x"}}"#, Some("extra.reference")),
            (r#"{"extra":{"company":"x"}}"#, Some("extra.company")),
            (r#"{"extra":{"city.name":"x"}}"#, Some("extra.city.name")),
            (r#"{"extra":{"a":"x","a.b":"y"}}"#, Some("extra.a.b")),
            (r#"{"extra":{"a":" "}}"#, Some("extra.a")),
            (
                r#"{"extra":{"a":"x"},"extra_fields":{"roof":"a"}}"#,
                Some("extra_fields.roof"),
            ),
            (r#"{"extra_fields":{"x":"a","y":"a"}}"#, Some("extra_fields.y")),
            (r#"{"extra_fields":{"x":"utility"}}"#, Some("extra_fields.x")),
        ];
        for (json, key) in table {
            let result = read(json).unwrap().check();
            assert_eq!(result.as_ref().err().map(ConfigError::key), key, "{json}: {result:?}");
        }
    }

    #[test]
    fn what_is_no_field_id_is_refused_as_it_is_read() {
        for json in [
            r#"{"extra":{"redir_url":"https://example.com"}}"#,
            r#"{"extra":{"roof colour":"x"}}"#,
            r#"{"extra_fields":{"roof":"a..b"}}"#,
            r#"{"extra_fields":{"roof":"a.0"}}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
