//! The account: its key, what stands in for what a lead does not say, and what the document leaves open.

use std::collections::BTreeMap;

use leadsink_core::{BaseUrl, Secret};
use serde::Deserialize;
use serde_json::Value;

mod check;

/// The address of Enerflo.
pub(crate) const BASE_URL: &str = "https://enerflo.io";

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
    pub(crate) partner: Option<String>,
    pub(crate) creator: Option<String>,
    pub(crate) assign_to_email: Option<String>,
    pub(crate) setter_email: Option<String>,
    pub(crate) office_name: Option<String>,
    pub(crate) office_match: Option<String>,
    pub(crate) lead_status: Option<String>,
    pub(crate) lead_source: Option<String>,
    pub(crate) create_deal: Option<u64>,
    #[serde(default)]
    pub(crate) ignore_validation: bool,
    #[serde(default)]
    pub(crate) always_repeat: bool,
    pub(crate) appointment_type_id: Option<u64>,
    pub(crate) appointment_name: Option<String>,
    #[serde(default)]
    pub(crate) appointment_type_key: AppointmentTypeKey,
    #[serde(default)]
    pub(crate) appointment_time: AppointmentTime,
    pub(crate) timezone: Option<String>,
    #[serde(default)]
    pub(crate) extra: BTreeMap<String, Value>,
    pub(crate) base_url: Option<BaseUrl>,
}

impl EnerfloConfig {
    /// An account with its key and nothing else.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            api_key: Secret::new(api_key),
            partner: None,
            creator: None,
            assign_to_email: None,
            setter_email: None,
            office_name: None,
            office_match: None,
            lead_status: None,
            lead_source: None,
            create_deal: None,
            ignore_validation: false,
            always_repeat: false,
            appointment_type_id: None,
            appointment_name: None,
            appointment_type_key: AppointmentTypeKey::default(),
            appointment_time: AppointmentTime::default(),
            timezone: None,
            extra: BTreeMap::new(),
            base_url: None,
        }
    }

    /// Sets the integration partner in the path; `partner` unless set.
    pub fn with_partner(mut self, partner: impl Into<String>) -> Self {
        self.partner = Some(partner.into());
        self
    }

    /// Sets the creator of leads that name none, by e-mail address.
    pub fn with_creator(mut self, email: impl Into<String>) -> Self {
        self.creator = Some(email.into());
        self
    }

    /// Sets the sales rep for leads that name no owner, by e-mail address.
    pub fn with_assign_to_email(mut self, email: impl Into<String>) -> Self {
        self.assign_to_email = Some(email.into());
        self
    }

    /// Sets the setter for leads that name none, by e-mail address.
    pub fn with_setter_email(mut self, email: impl Into<String>) -> Self {
        self.setter_email = Some(email.into());
        self
    }

    /// Sets the sales territory for leads that name no office.
    pub fn with_office_name(mut self, office: impl Into<String>) -> Self {
        self.office_name = Some(office.into());
        self
    }

    /// Sets how Enerflo finds the office.
    pub fn with_office_match(mut self, how: impl Into<String>) -> Self {
        self.office_match = Some(how.into());
        self
    }

    /// Sets the first status of leads that have none.
    pub fn with_lead_status(mut self, status: impl Into<String>) -> Self {
        self.lead_status = Some(status.into());
        self
    }

    /// Sets the lead source of leads that name none for Enerflo.
    pub fn with_lead_source(mut self, source: impl Into<String>) -> Self {
        self.lead_source = Some(source.into());
        self
    }

    /// Sets the deal template from which a deal is made for each lead.
    pub const fn with_create_deal(mut self, template: u64) -> Self {
        self.create_deal = Some(template);
        self
    }

    /// Sets whether Enerflo is told to check nothing and to do without an address.
    pub const fn with_ignore_validation(mut self, on: bool) -> Self {
        self.ignore_validation = on;
        self
    }

    /// Sets whether a request that makes a deal or an appointment is repeated like any other, also after an answer that nobody
    /// saw. Nobody says that Enerflo makes no second one.
    pub const fn with_always_repeat(mut self, on: bool) -> Self {
        self.always_repeat = on;
        self
    }

    /// Sets the appointment type for leads whose appointment names none.
    pub const fn with_appointment_type_id(mut self, id: u64) -> Self {
        self.appointment_type_id = Some(id);
        self
    }

    /// Sets the title of appointments that have none.
    pub fn with_appointment_name(mut self, name: impl Into<String>) -> Self {
        self.appointment_name = Some(name.into());
        self
    }

    /// Sets the name under which the appointment type is sent.
    pub const fn with_appointment_type_key(mut self, key: AppointmentTypeKey) -> Self {
        self.appointment_type_key = key;
        self
    }

    /// Sets how a point in time is sent.
    pub const fn with_appointment_time(mut self, time: AppointmentTime) -> Self {
        self.appointment_time = time;
        self
    }

    /// Sets the time zone of local times whose lead names none.
    pub fn with_timezone(mut self, zone: impl Into<String>) -> Self {
        self.timezone = Some(zone.into());
        self
    }

    /// Sets further members of `lead`, the same for every lead: texts, numbers, `true` or `false`.
    pub fn with_extra(mut self, extra: BTreeMap<String, Value>) -> Self {
        self.extra = extra;
        self
    }

    /// Sets the address of Enerflo, such as that of the sandbox.
    pub fn with_base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }
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
}
