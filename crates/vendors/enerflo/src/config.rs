//! The account: its key, what stands in for what a lead does not say, and what the document leaves open.

use std::collections::BTreeMap;

use leadsink_core::{BaseUrl, ConfigError, Secret};
use serde::Deserialize;
use serde_json::Value;

use crate::person::is_email;
use crate::wire::RESERVED;

/// The address of Enerflo.
pub(crate) const BASE_URL: &str = "https://enerflo.io";

/// Makes the configuration: each key with its documentation and, for the optional ones, its setter.
macro_rules! config {
    ($($(#[$doc:meta])* $key:ident: $type:ty = $setter:ident($value:ident: $arg:ty) $set:expr;)+) => {
        /// The configuration of an account. `Debug` holds no key.
        ///
        /// ```
        /// use leadsink_enerflo::EnerfloConfig;
        ///
        /// let config = EnerfloConfig::new("11595ee3c3ad592e52.31523696").with_office_name("Utah Office");
        /// assert!(!format!("{config:?}").contains("11595ee3"));
        /// ```
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        #[must_use]
        pub struct EnerfloConfig {
            pub(crate) api_key: Secret,
            $(#[serde(default)] pub(crate) $key: $type,)+
        }

        impl EnerfloConfig {
            /// An account with its key and nothing else.
            pub fn new(api_key: impl Into<String>) -> Self {
                Self { api_key: Secret::new(api_key), $($key: Default::default(),)+ }
            }

            $($(#[$doc])*
            pub fn $setter(mut self, $value: $arg) -> Self {
                self.$key = $set;
                self
            })+
        }
    };
}

config! {
    /// Sets the integration partner in the path; `partner` unless set.
    partner: Option<String> = with_partner(partner: impl Into<String>) Some(partner.into());
    /// Sets the creator of leads that name none, by e-mail address.
    creator: Option<String> = with_creator(email: impl Into<String>) Some(email.into());
    /// Sets the sales rep for leads that name no owner, by e-mail address.
    assign_to_email: Option<String> = with_assign_to_email(email: impl Into<String>) Some(email.into());
    /// Sets the setter for leads that name none, by e-mail address.
    setter_email: Option<String> = with_setter_email(email: impl Into<String>) Some(email.into());
    /// Sets the sales territory for leads that name no office.
    office_name: Option<String> = with_office_name(office: impl Into<String>) Some(office.into());
    /// Sets how Enerflo finds the office.
    office_match: Option<String> = with_office_match(how: impl Into<String>) Some(how.into());
    /// Sets the first status of leads that have none.
    lead_status: Option<String> = with_lead_status(status: impl Into<String>) Some(status.into());
    /// Sets the lead source of leads that name none for Enerflo.
    lead_source: Option<String> = with_lead_source(source: impl Into<String>) Some(source.into());
    /// Sets the deal template from which a deal is made for each lead.
    create_deal: Option<u64> = with_create_deal(template: u64) Some(template);
    /// Sets whether Enerflo is told to check nothing and to do without an address.
    ignore_validation: bool = with_ignore_validation(on: bool) on;
    /// Sets the appointment type for leads whose appointment names none.
    appointment_type_id: Option<u64> = with_appointment_type_id(id: u64) Some(id);
    /// Sets the title of appointments that have none.
    appointment_name: Option<String> = with_appointment_name(name: impl Into<String>) Some(name.into());
    /// Sets the name under which the appointment type is sent.
    appointment_type_key: AppointmentTypeKey = with_appointment_type_key(key: AppointmentTypeKey) key;
    /// Sets how a point in time is sent.
    appointment_time: AppointmentTime = with_appointment_time(time: AppointmentTime) time;
    /// Sets the time zone of local times whose lead names none.
    timezone: Option<String> = with_timezone(zone: impl Into<String>) Some(zone.into());
    /// Sets further members of `lead`, the same for every lead: texts, numbers, `true` or `false`.
    extra: BTreeMap<String, Value> = with_extra(extra: BTreeMap<String, Value>) extra;
    /// Sets the address of Enerflo, such as that of the sandbox.
    base_url: Option<BaseUrl> = with_base_url(base_url: BaseUrl) Some(base_url);
}

/// The name under which the appointment type is sent: the document's table has one, its example the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentTypeKey {
    /// `apt_type_id`, as in the table.
    #[default]
    AptTypeId,
    /// `appointment_type_id`, as in the example.
    AppointmentTypeId,
}

/// How a point in time is sent. A local time goes as it stands, with its time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentTime {
    /// `2020-03-12 21:59:14` with the time zone `utc`, as in the example.
    #[default]
    Utc,
    /// Seconds since 1970, with the format `U`.
    Unix,
}

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
    fn a_key_alone_is_a_configuration_and_unknown_keys_are_not() {
        let config = read(r#"{"api_key":"11595ee3.3152"}"#).unwrap();
        assert!(config.check().is_ok());
        assert!(!format!("{config:?}").contains("11595ee3"));
        assert_eq!(config.partner().unwrap(), "partner");
        let error = read(r#"{"api_key":"k","ofice_name":"Utah"}"#).unwrap_err();
        assert!(error.contains("unknown field `ofice_name`"), "{error}");
        assert!(read(r#"{"api_key":"k","appointment_type_key":"type"}"#).is_err());
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
