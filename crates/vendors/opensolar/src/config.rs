//! The account: how it proves who it is, which organisation it works for, and what stands in for what a lead does not say.

use leadsink_core::{BaseUrl, ConfigError, Secret};
use serde::Deserialize;

use crate::auth::is_place_holder;
use crate::role::RoleRef;

/// The address of OpenSolar; there is one for everybody.
pub(crate) const BASE_URL: &str = "https://api.opensolar.com";

/// The configuration of an account. `Debug` holds no credentials.
///
/// ```
/// use leadsink_opensolar::OpenSolarConfig;
///
/// let config = OpenSolarConfig::log_in("api@installer.example", "s3cret").with_lead_source("Web");
/// assert!(!format!("{config:?}").contains("s3cret"));
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
#[must_use]
pub struct OpenSolarConfig {
    pub(crate) token: Option<Secret>,
    pub(crate) username: Option<Secret>,
    pub(crate) password: Option<Secret>,
    pub(crate) mfa_code: Option<Secret>,
    pub(crate) org_id: Option<u64>,
    pub(crate) lead_source: Option<String>,
    pub(crate) assigned_role: Option<String>,
    pub(crate) assigned_installer_role: Option<String>,
    pub(crate) assigned_site_inspector_role: Option<String>,
    pub(crate) base_url: Option<BaseUrl>,
}

impl OpenSolarConfig {
    /// An account with a token that somebody fetched, for one organisation.
    pub fn token(token: impl Into<String>, org_id: u64) -> Self {
        Self {
            token: Some(Secret::new(token)),
            org_id: Some(org_id),
            ..Self::default()
        }
    }

    /// An account that logs in. It works for the organisation that the log-in names, unless one is set.
    pub fn log_in(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            username: Some(Secret::new(username)),
            password: Some(Secret::new(password)),
            ..Self::default()
        }
    }

    /// Sets the code of the second factor. It is good for one log-in.
    pub fn with_mfa_code(mut self, code: impl Into<String>) -> Self {
        self.mfa_code = Some(Secret::new(code));
        self
    }

    /// Sets the organisation.
    pub const fn with_org_id(mut self, org_id: u64) -> Self {
        self.org_id = Some(org_id);
        self
    }

    /// Sets the lead source of leads that name none for OpenSolar.
    pub fn with_lead_source(mut self, source: impl Into<String>) -> Self {
        self.lead_source = Some(source.into());
        self
    }

    /// Sets the team member for leads that name none, by URL, id or e-mail address.
    pub fn with_assigned_role(mut self, role: impl Into<String>) -> Self {
        self.assigned_role = Some(role.into());
        self
    }

    /// Sets the installer for leads that name none, by URL, id or e-mail address.
    pub fn with_assigned_installer_role(mut self, role: impl Into<String>) -> Self {
        self.assigned_installer_role = Some(role.into());
        self
    }

    /// Sets the site inspector for leads that name none, by URL, id or e-mail address.
    pub fn with_assigned_site_inspector_role(mut self, role: impl Into<String>) -> Self {
        self.assigned_site_inspector_role = Some(role.into());
        self
    }

    /// Sets the address of OpenSolar, such as that of the sandbox.
    pub fn with_base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Checks what the types of the keys do not say.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.token.is_none() && self.username.is_none() {
            let message = "it is missing; give a `token` with its `org_id`, or `username` and `password`";
            return Err(ConfigError::invalid("token", message));
        }
        let pairs = [
            ("username", &self.username, &self.password),
            ("password", &self.password, &self.username),
            ("username", &self.username, &self.mfa_code),
        ];
        for (key, one, other) in pairs {
            if one.is_none() && other.is_some() {
                let message = "it is missing; a log-in takes `username` and `password`";
                return Err(ConfigError::invalid(key, message));
            }
        }
        let is_shown_only = self.token.as_ref().is_some_and(is_place_holder);
        if self.username.is_none() && self.org_id.is_none() && !is_shown_only {
            let message = "it is missing; a token does not say for which organisation it is";
            return Err(ConfigError::invalid("org_id", message));
        }
        if self.lead_source.as_ref().is_some_and(|source| source.trim().is_empty()) {
            return Err(ConfigError::invalid("lead_source", "it is blank; leave the key out"));
        }
        let roles = [
            ("assigned_role", &self.assigned_role),
            ("assigned_installer_role", &self.assigned_installer_role),
            ("assigned_site_inspector_role", &self.assigned_site_inspector_role),
        ];
        for (key, role) in roles {
            if role.as_ref().is_some_and(|role| RoleRef::read(role).is_none()) {
                let message = "it is no URL of a role, no id and no e-mail address";
                return Err(ConfigError::invalid(key, message));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> OpenSolarConfig {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_token_with_its_organisation_or_a_log_in_is_enough() {
        for fine in [
            r#"{"token":"s_1","org_id":1}"#,
            r#"{"username":"a@b.example","password":12345}"#,
            r#"{"username":"a","password":"b","mfa_code":123456,"org_id":7}"#,
            r#"{"token":"s_1","username":"a","password":"b"}"#,
            r#"{"token":"***"}"#,
            r#"{"token":"s_1","org_id":1,"assigned_role":"rep@installer.example","assigned_installer_role":"77"}"#,
        ] {
            assert_eq!(read(fine).check(), Ok(()), "{fine}");
        }
        let error = serde_json::from_str::<OpenSolarConfig>(r#"{"tokn":"s_1"}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `tokn`"), "{error}");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let table = [
            (r"{}", "token"),
            (r#"{"token":"s_1"}"#, "org_id"),
            (r#"{"username":"a"}"#, "password"),
            (r#"{"token":"s_1","org_id":1,"password":"b"}"#, "username"),
            (r#"{"token":"s_1","org_id":1,"mfa_code":"1"}"#, "username"),
            (r#"{"token":"s_1","org_id":1,"lead_source":" "}"#, "lead_source"),
            (r#"{"token":"s_1","org_id":1,"assigned_role":"Jane"}"#, "assigned_role"),
            (
                r#"{"token":"s_1","org_id":1,"assigned_site_inspector_role":""}"#,
                "assigned_site_inspector_role",
            ),
        ];
        for (json, key) in table {
            assert_eq!(read(json).check().unwrap_err().key(), key, "{json}");
        }
    }

    #[test]
    fn debug_holds_no_credentials() {
        let config = OpenSolarConfig::log_in("jane@installer.example", "s3cret").with_mfa_code("998877");
        let debug = format!("{config:?} {:?}", OpenSolarConfig::token("s_token", 1));
        for secret in ["jane", "s3cret", "998877", "s_token"] {
            assert!(!debug.contains(secret), "{debug}");
        }
    }
}
