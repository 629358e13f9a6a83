//! The credential of the direct way: a header that the caller supplies. The only place where it is exposed. Those of the way
//! through LeadConduit are that crate's affair.

use http::{HeaderName, HeaderValue};
use leadsink_core::ConfigError;

use crate::config::DirectConfig;

/// The header with which the direct way is authorised, its value marked sensitive; none where no value is given.
pub(crate) fn header(config: &DirectConfig) -> Result<Option<(HeaderName, HeaderValue)>, ConfigError> {
    let name = config.header.as_deref().unwrap_or("authorization");
    let name = HeaderName::try_from(name)
        .map_err(|_| ConfigError::invalid("direct.header", "it is no name of a header, such as `authorization`"))?;
    let Some(value) = &config.value else { return Ok(None) };
    let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| {
        let message = "it cannot be put into a header; check it for a line break or another odd character";
        ConfigError::invalid("direct.value", message)
    })?;
    value.set_sensitive(true);
    Ok(Some((name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(json: &str) -> DirectConfig {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_header_is_the_callers_and_sensitive() {
        let json = r#"{"url":"https://example.com/","value":"Bearer s3cret"}"#;
        let (name, value) = header(&config(json)).unwrap().unwrap();
        assert_eq!(
            (name.as_str(), value.to_str().unwrap()),
            ("authorization", "Bearer s3cret")
        );
        assert!(value.is_sensitive());
        let json = r#"{"url":"https://example.com/","header":"X-Api-Key","value":12345}"#;
        assert_eq!(header(&config(json)).unwrap().unwrap().0.as_str(), "x-api-key");
        assert!(header(&config(r#"{"url":"https://example.com/"}"#)).unwrap().is_none());
    }

    #[test]
    fn what_is_no_header_is_refused_without_echo() {
        for (json, key) in [
            (r#"{"url":"u","header":"x y","value":"s3cret"}"#, "direct.header"),
            (r#"{"url":"u","value":"s3cret\n"}"#, "direct.value"),
        ] {
            let error = header(&config(json)).unwrap_err();
            assert_eq!(error.key(), key);
            assert!(!error.to_string().contains("s3cret"));
        }
    }
}
