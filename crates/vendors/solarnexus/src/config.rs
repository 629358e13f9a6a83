//! The account: which way its leads go, and the `project.*` variables that are the same for all of them.

use std::collections::BTreeMap;
use std::fmt;

use leadsink_core::{BaseUrl, ConfigError, Secret};
use leadsink_leadconduit::{FieldId, LeadConduitConfig};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess};
use serde_json::Value;

use crate::kinds::{BusinessTaxEntity, Id, OwnerType};
use crate::names::Names;

/// The system that a lead's id is said to be of, unless the account has another name.
pub(crate) const SOURCE_NAME: &str = "Leadsink";

/// The configuration of an account. Exactly one of `leadconduit` and `direct` is given. `Debug` holds no ids of a flow and no
/// credentials.
///
/// ```
/// use leadsink_leadconduit::LeadConduitConfig;
/// use leadsink_solarnexus::SolarNexusConfig;
///
/// let flow = LeadConduitConfig::for_source("58c6f0b1a2b3c4d5e6f70819", "0f9a4c7e0f9a4c7e0f9a4c7e");
/// let config = SolarNexusConfig::through(flow).with_source_name("MyCRM");
/// assert!(!format!("{config:?}").contains("58c6f0b1"));
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
#[must_use]
pub struct SolarNexusConfig {
    #[serde(deserialize_with = "table_or_place_holder")]
    pub(crate) leadconduit: Option<LeadConduitConfig>,
    pub(crate) direct: Option<DirectConfig>,
    pub(crate) job_process_id: Option<Id>,
    pub(crate) lead_source_id: Option<Id>,
    pub(crate) description: Option<String>,
    pub(crate) source_name: Option<String>,
    pub(crate) sales_owner_id: Option<Id>,
    pub(crate) sales_owner_type: Option<OwnerType>,
    pub(crate) business_tax_entity: Option<BusinessTaxEntity>,
    pub(crate) roles: Vec<String>,
    pub(crate) attributes: BTreeMap<String, Value>,
    pub(crate) names: Names,
    pub(crate) base_url: Option<BaseUrl>,
}

/// Where leads go without LeadConduit. Nothing of it is documented: address and authentication are the caller's. `Debug` holds
/// no credential.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
#[must_use]
pub struct DirectConfig {
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) header: Option<String>,
    #[serde(default)]
    pub(crate) value: Option<Secret>,
}

impl DirectConfig {
    /// An address that takes projects, without a credential.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            header: None,
            value: None,
        }
    }

    /// Sets the header that authorises, `authorization` for one, and its whole value.
    pub fn with_credential(mut self, header: impl Into<String>, value: impl Into<String>) -> Self {
        self.header = Some(header.into());
        self.value = Some(Secret::new(value));
        self
    }
}

impl SolarNexusConfig {
    /// An account that is reached through a flow of LeadConduit, the documented way.
    pub fn through(flow: LeadConduitConfig) -> Self {
        Self {
            leadconduit: Some(flow),
            ..Self::default()
        }
    }

    /// An account that is reached directly. Address, authentication and envelope are unverified.
    pub fn direct(direct: DirectConfig) -> Self {
        Self {
            direct: Some(direct),
            ..Self::default()
        }
    }

    /// Sets the job process of leads that name none.
    pub fn with_job_process_id(mut self, id: Id) -> Self {
        self.job_process_id = Some(id);
        self
    }

    /// Sets the lead source of leads that name none.
    pub fn with_lead_source_id(mut self, id: Id) -> Self {
        self.lead_source_id = Some(id);
        self
    }

    /// Sets the description of projects whose lead has none.
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets the name of the system that the leads' ids are of.
    pub fn with_source_name(mut self, name: impl Into<String>) -> Self {
        self.source_name = Some(name.into());
        self
    }

    /// Sets the sales owner of leads that name none.
    pub fn with_sales_owner(mut self, id: Id, kind: OwnerType) -> Self {
        (self.sales_owner_id, self.sales_owner_type) = (Some(id), Some(kind));
        self
    }

    /// Sets the tax entity of businesses whose lead names none.
    pub const fn with_business_tax_entity(mut self, entity: BusinessTaxEntity) -> Self {
        self.business_tax_entity = Some(entity);
        self
    }

    /// Sets the roles of participants whose lead names none.
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// Adds an attribute that is the same for every lead. Through a flow its id must be a [`FieldId`].
    pub fn with_attribute(mut self, id: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(id.into(), value.into());
        self
    }

    /// Sets the name under which a variable such as `project.sales_owner_id` is sent.
    pub fn with_name(mut self, variable: impl Into<String>, name: FieldId) -> Self {
        self.names.insert(variable.into(), name);
        self
    }

    /// Sets the address that stands in for that of LeadConduit or SolarNexus, such as that of the sandbox.
    pub fn with_base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Checks what the types of the keys do not say.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let error = |key: &str, message: &str| Err(ConfigError::invalid(key, message));
        for (key, text) in [("description", &self.description), ("source_name", &self.source_name)] {
            if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
                return error(key, "it is blank; leave the key out");
            }
        }
        match (&self.sales_owner_id, &self.sales_owner_type) {
            (Some(_), None) => return error("sales_owner_type", "`sales_owner_id` needs it: `user` or `workgroup`"),
            (None, Some(_)) => return error("sales_owner_id", "`sales_owner_type` needs it"),
            _ => {}
        }
        if let Some(why) = role_trouble(&self.roles) {
            return error("roles", why);
        }
        let in_flow = self.direct.is_none();
        for (id, value) in &self.attributes {
            if let Some(why) = attribute_trouble(id, value, in_flow) {
                return error(&format!("attributes.{id}"), why);
            }
        }
        Ok(())
    }
}

/// What is wrong with a list of roles.
pub(crate) fn role_trouble(roles: &[String]) -> Option<&'static str> {
    if roles.iter().any(|role| role.trim().is_empty()) {
        return Some("a role is blank");
    }
    let customer = roles.iter().any(|role| role.trim().eq_ignore_ascii_case("customer"));
    customer.then_some("SolarNexus adds the role `Customer` itself; leave it out")
}

/// What is wrong with an attribute. In a flow its id is a part of the id of a field.
pub(crate) fn attribute_trouble(id: &str, value: &Value, in_flow: bool) -> Option<&'static str> {
    if id.trim().is_empty() {
        return Some("its id is blank");
    }
    if attribute_text(value).is_none() {
        return Some("it is no text, number, `true` or `false`");
    }
    in_flow.then(|| FieldId::new(id).err()).flatten()
}

/// The text of an attribute; none for a blank one or what is no scalar.
pub(crate) fn attribute_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(bit) => Some(bit.to_string()),
        _ => None,
    }
}

/// Reads the table of the flow, or the `***` that stands for it where a mapping is only looked at.
fn table_or_place_holder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LeadConduitConfig>, D::Error> {
    struct Table;
    impl<'de> de::Visitor<'de> for Table {
        type Value = LeadConduitConfig;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table with the `url` of a flow's source, or its `flow_id` and `source_id`")
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            LeadConduitConfig::deserialize(MapAccessDeserializer::new(map))
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            match text {
                "***" => Ok(LeadConduitConfig::new(text)),
                _ => Err(E::invalid_type(de::Unexpected::Other("text"), &self)),
            }
        }
    }
    deserializer.deserialize_any(Table).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<SolarNexusConfig, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_misspelt_key_is_refused_in_each_table() {
        for (json, key) in [
            (r#"{"job_process":7}"#, "job_process"),
            (r#"{"leadconduit":{"flow":"f"}}"#, "flow"),
            (r#"{"direct":{"url":"u","token":"t"}}"#, "token"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(&format!("unknown field `{key}`")), "{error}");
        }
    }

    #[test]
    fn the_table_of_a_flow_may_be_the_place_holder_and_no_other_text() {
        assert!(read(r#"{"leadconduit":"***"}"#).unwrap().leadconduit.is_some());
        for other in [r#""s3cret""#, "918273645", "true", "null"] {
            let error = read(&format!(r#"{{"leadconduit":{other}}}"#)).unwrap_err();
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let table = [
            (r#"{"sales_owner_id":3}"#, Some("sales_owner_type")),
            (r#"{"sales_owner_type":"user"}"#, Some("sales_owner_id")),
            (r#"{"sales_owner_id":3,"sales_owner_type":"workgroup"}"#, None),
            (r#"{"roles":["Occupant","customer"]}"#, Some("roles")),
            (r#"{"roles":[" "]}"#, Some("roles")),
            (r#"{"roles":["Host Customer"]}"#, None),
            (r#"{"attributes":{"hoa":[]}}"#, Some("attributes.hoa")),
            (r#"{"attributes":{"12":"x"}}"#, Some("attributes.12")),
            (r#"{"attributes":{"hoa":true,"pitch":5,"roof":"slate"}}"#, None),
            (r#"{"source_name":" "}"#, Some("source_name")),
            (r#"{"description":""}"#, Some("description")),
        ];
        for (json, key) in table {
            let result = read(json).unwrap().check();
            assert_eq!(result.as_ref().err().map(ConfigError::key), key, "{json}");
        }
        for bad in [
            r#"{"business_tax_entity":"tax exempt"}"#,
            r#"{"sales_owner_type":"team"}"#,
            r#"{"names":{"project.name":"a..b"}}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_holds_no_credential() {
        let config = read(r#"{"direct":{"url":"https://example.com/","value":"s3cret"}}"#).unwrap();
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
