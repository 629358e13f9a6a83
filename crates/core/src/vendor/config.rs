//! The pieces that every vendor's configuration shares.

use serde::de::{Deserialize, Deserializer, Error as _};
use url::Url;

use crate::delivery::is_secure;

/// The address under which a vendor's paths lie: `https` (plain `http` to this machine only), no user name, query or
/// fragment. Read and checked once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Reads and checks an address.
    ///
    /// # Errors
    /// When it is no address, is not secure, or holds more than scheme, host, port and path.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let error = |message: &'static str| ConfigError::invalid("base_url", message);
        let mut url = Url::parse(text)
            .map_err(|_| error("it is not an absolute address such as `https://api.example.com/v1`"))?;
        if url.host().is_none() || url.cannot_be_a_base() {
            return Err(error("it has no host"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(error(
                "it holds a user name, a query or a fragment; credentials have keys of their own",
            ));
        }
        if !is_secure(&url) {
            return Err(error(
                "credentials go to `https` only; plain `http` is for this machine (127.0.0.1)",
            ));
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }

    /// The address that was given, else the vendor's own.
    ///
    /// # Errors
    /// When the vendor's own cannot be used.
    pub fn given_or(given: Option<&Self>, own: &str) -> Result<Self, ConfigError> {
        given.map_or_else(|| Self::parse(own), |given| Ok(given.clone()))
    }

    /// The address of a path below the base. The path must not begin with a slash.
    ///
    /// # Errors
    /// When the path is no relative address.
    pub fn join(&self, path: &str) -> Result<Url, ConfigError> {
        self.0
            .join(path)
            .map_err(|_| ConfigError::invalid("base_url", "the path below it cannot be formed"))
    }

    /// The address, with a slash at its end.
    #[must_use]
    pub const fn as_url(&self) -> &Url {
        &self.0
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| D::Error::custom(error.message()))
    }
}

/// The configuration of a sink cannot be used. Never holds a value of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A key that the vendor does not have.
    #[error("`{key}` is no key of this vendor{}", .suggestion.map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownKey {
        /// The key as written.
        key: String,
        /// The nearest key there is.
        suggestion: Option<&'static str>,
    },
    /// A key that the vendor cannot do without.
    #[error("`{key}` is missing: {doc}")]
    Missing {
        /// The key.
        key: &'static str,
        /// What it is.
        doc: &'static str,
    },
    /// A value that the vendor cannot use.
    #[error("`{key}` cannot be used: {message}")]
    Invalid {
        /// The path of the key.
        key: String,
        /// What is wrong and what to do.
        message: String,
    },
}

impl ConfigError {
    /// A value that cannot be used.
    #[must_use]
    pub fn invalid(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            key: key.into(),
            message: message.into(),
        }
    }

    /// The key at fault.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::UnknownKey { key, .. } | Self::Invalid { key, .. } => key,
            Self::Missing { key, .. } => key,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Invalid { message, .. } => message.clone(),
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_address_is_secure_and_plain() {
        assert_eq!(
            BaseUrl::parse("https://api.example.com/v1")
                .unwrap()
                .join("postLead")
                .unwrap()
                .as_str(),
            "https://api.example.com/v1/postLead"
        );
        assert!(BaseUrl::parse("http://127.0.0.1:8080").is_ok());
        for bad in [
            "http://api.example.com/",
            "https://u:p@example.com/",
            "https://example.com/?key=1",
            "api.example.com",
            "mailto:a@b.com",
        ] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
