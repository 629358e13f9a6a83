//! Secrets in configuration.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::de;

/// A secret from the configuration: a password, a key, a token. Takes any scalar, since a password may look like a number,
/// and never echoes it. `Debug` is redacted; there is no `Display` and no `Serialize`.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// The secret itself. Called in a vendor's `auth.rs` and nowhere else.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl<'de> de::Deserialize<'de> for Secret {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl<'de> de::Visitor<'de> for Scalar {
            type Value = Secret;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret as text")
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Secret, E> {
                if value.is_empty() {
                    Err(E::custom("the secret is empty"))
                } else {
                    Ok(Secret::new(value))
                }
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Secret, E> {
                Ok(Secret::new(value.to_string()))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Secret, E> {
                Ok(Secret::new(value.to_string()))
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
                Err(E::custom(
                    "a secret that looks like a decimal number must stand in quotes",
                ))
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Secret, E> {
                Ok(Secret::new(value.to_string()))
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_scalar_is_a_secret_and_none_is_echoed() {
        for (json, secret) in [("\"s3cret\"", "s3cret"), ("12345", "12345"), ("true", "true")] {
            let read: Secret = serde_json::from_str(json).unwrap();
            assert_eq!(read.expose_secret(), secret);
            assert_eq!(format!("{read:?}"), "Secret(***)");
        }
        for refused in ["123.50", "\"\"", "null", "[77777]"] {
            let error = serde_json::from_str::<Secret>(refused).unwrap_err().to_string();
            assert!(!error.contains("123.5") && !error.contains("77777"), "{error}");
        }
    }
}
