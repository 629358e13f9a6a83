//! The key. The only place where it is exposed.

use http::HeaderValue;
use leadsink_core::{ConfigError, Secret};
use url::Url;

/// The name of the header.
pub(crate) const HEADER: &str = "api-key";

/// Builds the value of the header, marked sensitive.
pub(crate) fn header(api_key: &Secret) -> Result<HeaderValue, ConfigError> {
    let mut value = HeaderValue::from_str(api_key.expose_secret()).map_err(|_| {
        let message = "it cannot be put into a header; check it for a line break or another odd character";
        ConfigError::invalid("api_key", message)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Puts the key into the query of an address, for a browser that cannot send the header.
pub(crate) fn add_to_query(url: &mut Url, api_key: &Secret) {
    url.query_pairs_mut().append_pair("api_key", api_key.expose_secret());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_sensitive() {
        let value = header(&Secret::new("11595ee3c3ad592e52.31523696")).unwrap();
        assert!(value.is_sensitive());
        assert_eq!(value.as_bytes(), b"11595ee3c3ad592e52.31523696");
        assert_eq!(format!("{value:?}"), "Sensitive");
    }

    #[test]
    fn a_key_that_is_no_header_is_refused_without_echo() {
        let error = header(&Secret::new("s3cret\n")).unwrap_err();
        assert_eq!(error.key(), "api_key");
        assert!(!error.to_string().contains("s3cret"));
    }
}
