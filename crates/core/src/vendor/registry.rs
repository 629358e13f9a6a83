//! The vendors that are compiled in, and how to make a sink from configuration.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ConfigError, ConfigKey, Descriptor, LeadSink, Need, SharedSink};

/// Construction of a sink from its configuration.
pub trait Vendor: LeadSink + Sized {
    /// The vendor's published facts.
    const DESCRIPTOR: &'static Descriptor;
    /// The configuration: `deny_unknown_fields`, secrets in [`Secret`](crate::Secret), no `Serialize`.
    type Config: DeserializeOwned;
    /// Makes the sink. No I/O, spawns nothing.
    ///
    /// # Errors
    /// When the configuration makes no sense as a whole.
    fn from_config(config: Self::Config) -> Result<Self, ConfigError>;
}

/// A vendor that is compiled in.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The vendor's published facts.
    pub descriptor: &'static Descriptor,
    build: fn(Value) -> Result<SharedSink, ConfigError>,
}

impl Entry {
    /// Makes a sink from a configuration whose secrets are resolved.
    ///
    /// # Errors
    /// When a key is unknown, misplaced or missing, or a value cannot be used.
    pub fn build(&self, config: Value) -> Result<SharedSink, ConfigError> {
        if let Value::Object(keys) = &config
            && let Some(key) = keys
                .keys()
                .find(|key| self.descriptor.config.iter().all(|known| known.key != **key))
        {
            let suggestion = crate::suggest(key, self.descriptor.config.iter().map(|known| known.key));
            return Err(ConfigError::UnknownKey {
                key: key.clone(),
                suggestion,
            });
        }
        (self.build)(config)
    }

    /// The keys that are required and not there.
    #[must_use]
    pub fn missing(&self, config: &Value) -> Vec<&'static ConfigKey> {
        let there = |key: &str| config.get(key).is_some_and(|value| !value.is_null());
        let stands_in = |key: &str| there(key) && config.get(key) != Some(&Value::Bool(false));
        let missing = |key: &&ConfigKey| match key.need {
            Need::Required => !there(key.key),
            Need::Unless(other) => !there(key.key) && !stands_in(other),
            Need::Optional => false,
        };
        self.descriptor.config.iter().filter(missing).collect()
    }
}

/// The vendors that are compiled in, and the names of those that could be.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    entries: Vec<Entry>,
    known: Vec<&'static str>,
}

/// A vendor that is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownVendor {
    /// There is such a vendor, but its feature is off.
    #[error("vendor `{id}` is not compiled in; switch on the feature `{id}`{}", compiled_in(.available))]
    NotCompiledIn {
        /// The vendor, and its feature.
        id: String,
        /// The vendors that are there.
        available: Vec<&'static str>,
    },
    /// There is no such vendor.
    #[error("no vendor is called `{id}`{}{}", .suggestion.map(|s| format!("; did you mean `{s}`?")).unwrap_or_default(), compiled_in(.available))]
    Unknown {
        /// The name that was asked for.
        id: String,
        /// The nearest name there is.
        suggestion: Option<&'static str>,
        /// The vendors that are there.
        available: Vec<&'static str>,
    },
}

fn compiled_in(available: &[&str]) -> String {
    if available.is_empty() {
        "; none is compiled in".into()
    } else {
        format!("; compiled in: {}", available.join(", "))
    }
}

impl Registry {
    /// A registry without vendors.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a name known, whether or not the vendor is compiled in.
    pub fn know(&mut self, id: &'static str) {
        self.known.push(id);
    }

    /// Adds a vendor.
    pub fn add<V: Vendor>(&mut self) {
        let build = |config: Value| {
            let config = serde_path_to_error::deserialize::<_, V::Config>(config).map_err(|error| {
                let path = error.path().to_string();
                config_error(V::DESCRIPTOR, path, &error.into_inner().to_string())
            })?;
            Ok(Arc::new(V::from_config(config)?) as SharedSink)
        };
        self.entries.push(Entry {
            descriptor: V::DESCRIPTOR,
            build,
        });
    }

    /// The vendors that are compiled in.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The names of all vendors, compiled in or not.
    #[must_use]
    pub fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// The vendor with an id.
    ///
    /// # Errors
    /// When it is not compiled in, or there is none; the error names what is there.
    pub fn get(&self, id: &str) -> Result<&Entry, UnknownVendor> {
        if let Some(entry) = self.entries.iter().find(|entry| entry.descriptor.id == id) {
            return Ok(entry);
        }
        let available = self.entries.iter().map(|entry| entry.descriptor.id).collect();
        let id = id.to_owned();
        if self.known.contains(&&*id) {
            return Err(UnknownVendor::NotCompiledIn { id, available });
        }
        let suggestion = crate::suggest(&id, self.known.iter().copied());
        Err(UnknownVendor::Unknown {
            id,
            suggestion,
            available,
        })
    }
}

/// What serde says of a configuration, without the value that it quotes.
fn config_error(vendor: &Descriptor, path: String, message: &str) -> ConfigError {
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    if let Some(key) = missing.and_then(|name| vendor.config.iter().find(|key| key.key == name)) {
        return ConfigError::Missing {
            key: key.key,
            doc: key.doc,
        };
    }
    match message.rsplit_once(", expected ") {
        Some((wrong, expected)) if wrong.starts_with("invalid ") => {
            ConfigError::invalid(path, format!("it should be {expected}"))
        }
        _ => ConfigError::invalid(path, message),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_is_not_missed_where_another_stands_in_for_it() {
        const CONFIG: &[ConfigKey] = &[ConfigKey::required("url", "\"\"", ".").unless("flow_id")];
        const ACME: Descriptor = Descriptor::new("acme", "Acme", "").with_config(CONFIG);
        let entry = Entry {
            descriptor: &ACME,
            build: |_| unreachable!("nothing is built"),
        };
        let table = [
            (json!({}), 1),
            (json!({ "url": "u" }), 0),
            (json!({ "flow_id": "f" }), 0),
            (json!({ "flow_id": true }), 0),
            (json!({ "flow_id": false }), 1),
            (json!({ "flow_id": null }), 1),
        ];
        for (config, missing) in table {
            assert_eq!(entry.missing(&config).len(), missing, "{config}");
        }
    }

    #[test]
    fn an_unknown_vendor_says_what_is_there_and_which_feature_is_missing() {
        let mut registry = Registry::new();
        registry.know("enerflo");
        assert_eq!(
            registry.get("enerflo").unwrap_err().to_string(),
            "vendor `enerflo` is not compiled in; switch on the feature `enerflo`; none is compiled in"
        );
        assert_eq!(
            registry.get("enerflow").unwrap_err().to_string(),
            "no vendor is called `enerflow`; did you mean `enerflo`?; none is compiled in"
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_not_echoed() {
        let error = serde_json::from_str::<bool>("\"hunter2\"").unwrap_err().to_string();
        let vendor = Descriptor::new("acme", "Acme", "");
        let told = config_error(&vendor, "pre_ping".into(), &error).to_string();
        assert_eq!(
            told,
            "`pre_ping` cannot be used: it should be a boolean at line 1 column 9"
        );
    }
}
