//! The account: credentials, campaign, and what the document leaves open.

use leadsink_core::{BaseUrl, Secret};
use serde::Deserialize;

use crate::CallbackTemplate;

/// The address of the interface.
pub(crate) const BASE_URL: &str = "https://api.ntherm.com/v1";

/// The configuration of an account. `Debug` holds no credentials.
///
/// ```
/// use leadsink_ntherm::NthermConfig;
///
/// let config = NthermConfig::new("partner", "s3cret").with_campaign("OHIO_GENERAL_RESIDENTIAL").with_pre_ping(true);
/// assert!(!format!("{config:?}").contains("s3cret"));
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
#[must_use]
pub struct NthermConfig {
    pub(crate) username: Secret,
    pub(crate) password: Secret,
    pub(crate) campaign: Option<String>,
    #[serde(default)]
    pub(crate) campaign_from_lead: bool,
    pub(crate) call_back_url: Option<CallbackTemplate>,
    #[serde(default)]
    pub(crate) pre_ping: bool,
    #[serde(default)]
    pub(crate) strict_required: bool,
    #[serde(default)]
    pub(crate) customer_address: bool,
    #[serde(default)]
    pub(crate) mailing_same_as_site: bool,
    pub(crate) base_url: Option<BaseUrl>,
}

impl NthermConfig {
    /// An account with its credentials. A campaign is still to be set, or a lead gets the problem `campaign_missing`.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            username: Secret::new(username),
            password: Secret::new(password),
            campaign: None,
            campaign_from_lead: false,
            call_back_url: None,
            pre_ping: false,
            strict_required: false,
            customer_address: false,
            mailing_same_as_site: false,
            base_url: None,
        }
    }

    /// Sets the campaign agreed with NTherm.
    pub fn with_campaign(mut self, campaign: impl Into<String>) -> Self {
        self.campaign = Some(campaign.into());
        self
    }

    /// Sets whether a lead's own campaign goes before that of the account.
    pub const fn with_campaign_from_lead(mut self, on: bool) -> Self {
        self.campaign_from_lead = on;
        self
    }

    /// Sets where NTherm sends its final word. A delivery needs a call-back token then.
    pub fn with_call_back_url(mut self, template: CallbackTemplate) -> Self {
        self.call_back_url = Some(template);
        self
    }

    /// Sets whether NTherm is asked for the phone before a lead is posted.
    pub const fn with_pre_ping(mut self, on: bool) -> Self {
        self.pre_ping = on;
        self
    }

    /// Sets whether every field of the document's table is demanded.
    pub const fn with_strict_required(mut self, on: bool) -> Self {
        self.strict_required = on;
        self
    }

    /// Sets whether the street is sent also as `customer_address`.
    pub const fn with_customer_address(mut self, on: bool) -> Self {
        self.customer_address = on;
        self
    }

    /// Sets whether the site address is sent as the mailing address of a lead that has none.
    pub const fn with_mailing_same_as_site(mut self, on: bool) -> Self {
        self.mailing_same_as_site = on;
        self
    }

    /// Sets the address of the interface, such as that of the sandbox.
    pub fn with_base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_alone_are_a_configuration_and_unknown_keys_are_not() {
        let read = |json: &str| serde_json::from_str::<NthermConfig>(json);
        let config = read(r#"{"username":"partner","password":12345}"#).unwrap();
        assert!(!config.pre_ping && config.campaign.is_none());
        let debug = format!("{config:?}");
        assert!(!debug.contains("12345") && !debug.contains("partner"), "{debug}");
        let error = read(r#"{"username":"a","password":"b","campain":"C"}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `campain`"), "{error}");
    }

    #[test]
    fn a_call_back_url_without_token_is_refused() {
        let json = r#"{"username":"a","password":"b","call_back_url":"https://example.com/callback"}"#;
        let error = serde_json::from_str::<NthermConfig>(json).unwrap_err().to_string();
        assert!(error.contains("{token}"), "{error}");
    }
}
