//! The credentials. The only place where they are exposed.

use bytes::Bytes;
use http::HeaderValue;
use leadsink_core::{ConfigError, Secret};
use serde::Serialize;

use crate::api::UNKNOWN;
use crate::config::OpenSolarConfig;

/// Builds the value of `Authorization`, marked sensitive. Tokens are opaque: their form has changed before.
pub(crate) fn bearer(token: &Secret) -> Result<HeaderValue, ConfigError> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret().trim())).map_err(|_| {
        let message = "it cannot be put into a header; check it for a line break or another odd character";
        ConfigError::invalid("token", message)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether a token is the mark that stands for one where a mapping is only looked at.
pub(crate) fn is_place_holder(token: &Secret) -> bool {
    token.expose_secret() == UNKNOWN
}

/// What a log-in takes.
#[derive(Clone, Debug)]
pub(crate) struct LogIn {
    username: Secret,
    password: Secret,
    mfa_code: Option<Secret>,
}

impl LogIn {
    /// The log-in of an account, where it has one.
    pub(crate) fn of(config: &OpenSolarConfig) -> Option<Self> {
        Some(Self {
            username: config.username.clone()?,
            password: config.password.clone()?,
            mfa_code: config.mfa_code.clone(),
        })
    }

    /// The body of the question for a token. The code of the second factor is called `token` there.
    pub(crate) fn body(&self) -> Bytes {
        #[derive(Serialize)]
        struct Body<'a> {
            username: &'a str,
            password: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            token: Option<&'a str>,
        }
        let body = Body {
            username: self.username.expose_secret(),
            password: self.password.expose_secret(),
            token: self.mfa_code.as_ref().map(Secret::expose_secret),
        };
        serde_json::to_vec(&body).unwrap_or_default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_sensitive() {
        let value = bearer(&Secret::new("s_d7e1b008\n")).unwrap();
        assert!(value.is_sensitive());
        assert_eq!(value.as_bytes(), b"Bearer s_d7e1b008");
        assert_eq!(format!("{value:?}"), "Sensitive");
    }

    #[test]
    fn a_token_that_is_no_header_is_refused_without_echo() {
        let error = bearer(&Secret::new("s3c\nret")).unwrap_err();
        assert_eq!(error.key(), "token");
        assert!(!error.to_string().contains("s3c"));
    }

    #[test]
    fn the_code_of_the_second_factor_goes_along() {
        let body = |config: &OpenSolarConfig| String::from_utf8(LogIn::of(config).unwrap().body().to_vec()).unwrap();
        let plain = OpenSolarConfig::log_in("a@b.example", "p\"w");
        assert_eq!(body(&plain), r#"{"username":"a@b.example","password":"p\"w"}"#);
        let mfa = body(&plain.with_mfa_code("123456"));
        assert!(mfa.ends_with(r#","token":"123456"}"#), "{mfa}");
        assert!(LogIn::of(&OpenSolarConfig::token("s_1", 1)).is_none());
    }
}
