//! What the types of the keys do not say of a configuration: which of its values cannot be used.

use leadsink_core::ConfigError;
use serde_json::Value;

use super::EnerfloConfig;
use crate::person::is_email;
use crate::wire::RESERVED;

impl EnerfloConfig {
    /// Checks what the types of the keys do not say.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let texts = [
            ("creator", &self.creator),
            ("assign_to_email", &self.assign_to_email),
            ("setter_email", &self.setter_email),
            ("office_name", &self.office_name),
            ("office_match", &self.office_match),
            ("lead_status", &self.lead_status),
            ("lead_source", &self.lead_source),
            ("appointment_name", &self.appointment_name),
            ("timezone", &self.timezone),
        ];
        for (index, (key, text)) in texts.into_iter().enumerate() {
            let Some(text) = text else { continue };
            if text.trim().is_empty() {
                return Err(ConfigError::invalid(key, "it is blank; leave the key out"));
            }
            if index < 3 && !is_email(text) {
                let message = "it is no e-mail address, by which Enerflo finds its users";
                return Err(ConfigError::invalid(key, message));
            }
        }
        self.extra.iter().try_for_each(|(key, value)| check_extra(key, value))
    }

    /// The segment of the path that says who sends.
    pub(crate) fn partner(&self) -> Result<&str, ConfigError> {
        let partner = self.partner.as_deref().unwrap_or("partner");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if partner.is_empty() || !partner.chars().all(is_plain) {
            let message = "it is one segment of a path: letters, digits, `-` and `_`";
            return Err(ConfigError::invalid("partner", message));
        }
        Ok(partner)
    }
}

fn check_extra(key: &str, value: &Value) -> Result<(), ConfigError> {
    let error = |message| Err(ConfigError::invalid(format!("extra.{key}"), message));
    if key.trim().is_empty() {
        return error("its name is blank");
    }
    if RESERVED.iter().any(|own| own.eq_ignore_ascii_case(key)) {
        return error("the lead, a key of the configuration or `extensions.enerflo` says that; set it there");
    }
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(()),
        _ => error("it is no text, number, `true` or `false`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<EnerfloConfig, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let table = [
            (r#""creator":"Jane Doe""#, "creator"),
            (r#""setter_email":" ""#, "setter_email"),
            (r#""office_name":"""#, "office_name"),
            (r#""extra":{"createDeal":7}"#, "extra.createDeal"),
            (r#""extra":{"Browser_Redirect":"profile"}"#, "extra.Browser_Redirect"),
            (r#""extra":{"api-key":"k"}"#, "extra.api-key"),
            (r#""extra":{"tags":["a"]}"#, "extra.tags"),
            (r#""extra":{"none":null}"#, "extra.none"),
            (r#""extra":{" ":1}"#, "extra. "),
        ];
        for (json, key) in table {
            let config = read(&format!(r#"{{"api_key":"k",{json}}}"#)).unwrap();
            assert_eq!(config.check().unwrap_err().key(), key, "{json}");
        }
        let fine = read(r#"{"api_key":"k","extra":{"a":"b","c":1.5,"d":true}}"#).unwrap();
        assert!(fine.check().is_ok());
        for partner in ["", "a/b", "..", "a b", "a?b"] {
            let error = EnerfloConfig::new("k")
                .with_partner(partner)
                .partner()
                .map(str::to_owned);
            assert!(error.is_err(), "{partner}");
        }
    }
}
