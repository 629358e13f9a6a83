//! Basic authentication. The only place where the credentials are exposed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use leadsink_core::{ConfigError, Secret};

/// Builds the value of the `Authorization` header, marked sensitive.
///
/// The pair is encoded as UTF-8: the document's `btoa` fails on anything beyond Latin-1.
pub(crate) fn basic(username: &Secret, password: &Secret) -> Result<HeaderValue, ConfigError> {
    let username = username.expose_secret();
    if username.contains(':') {
        return Err(ConfigError::invalid(
            "username",
            "it holds a colon, which Basic authentication cannot carry; check it for a password pasted behind it",
        ));
    }
    let pair = format!("{username}:{}", password.expose_secret());
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| ConfigError::invalid("password", "it cannot be put into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(username: &str, password: &str) -> Result<HeaderValue, ConfigError> {
        basic(&Secret::new(username), &Secret::new(password))
    }

    #[test]
    fn credentials_are_encoded_as_utf_8() {
        let value = of("käufer", "pässwört:日本").unwrap();
        assert_eq!(value.to_str().unwrap(), "Basic a8OkdWZlcjpww6Rzc3fDtnJ0OuaXpeacrA==");
    }

    #[test]
    fn the_header_is_sensitive() {
        let value = of("partner", "s3cret").unwrap();
        assert!(value.is_sensitive());
        assert_eq!(format!("{value:?}"), "Sensitive");
    }

    #[test]
    fn a_user_name_with_a_colon_is_refused_without_echo() {
        let error = of("partner:s3cret", "x").unwrap_err();
        assert_eq!(error.key(), "username");
        assert!(!error.to_string().contains("s3cret"));
    }
}
