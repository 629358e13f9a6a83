//! What a single lead may carry for SolarNexus, under `extensions.solarnexus`.

use std::collections::BTreeMap;
use std::fmt;

use leadsink_core::LeadOptions;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::descriptor::ID;
use crate::kinds::{Energy, Id, Monthly, OwnerType, TaxEntity};

/// The options of a lead. What is set here goes before the configuration. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SolarNexusOptions {
    /// The job process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_process_id: Option<Id>,
    /// The lead source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_source_id: Option<Id>,
    /// The name of the project; SolarNexus makes one where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The description of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The ids of the lead in other systems, in place of its own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_reference_ids: Option<Vec<ApplicationReference>>,
    /// The sales owner; its type must be there too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales_owner_id: Option<Id>,
    /// What the sales owner is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales_owner_type: Option<OwnerType>,
    /// How the participant is taxed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_entity: Option<TaxEntity>,
    /// The roles of the participant beside `Customer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// Who referred the customer: a participant in SolarNexus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer_id: Option<Id>,
    /// Attributes of the job by field id: texts, numbers, `true` or `false`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Value>,
    /// For work orders only: the project that it began with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_job_id: Option<Id>,
    /// Utility services; one of an energy goes before what the lead says of that energy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub utility_services: Vec<UtilityService>,
    /// Whether the lead is a test, for the rules of the flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_test: Option<bool>,
}

/// The id of a lead in another system. `Debug` is redacted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationReference {
    /// The id there: a text, by the document. A number is read too, and sent as text.
    #[serde(deserialize_with = "id_text")]
    pub id: String,
    /// The name of the system.
    pub source: String,
}

/// An id as text, however it is written.
fn id_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Id::deserialize(deserializer).map(|id| id.to_string())
}

/// What a site uses of one energy. `Debug` is redacted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UtilityService {
    /// The energy.
    pub energy: Energy,
    /// The company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utility_name: Option<String>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// What is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_use: Option<Monthly>,
    /// What is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_costs: Option<Monthly>,
}

impl LeadOptions for SolarNexusOptions {
    const VENDOR: &'static str = ID;
}

/// Keeps what stands in the options out of `Debug`.
macro_rules! redacted {
    ($($type:ident)+) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($type), "(***)"))
            }
        }
    )+};
}
redacted!(SolarNexusOptions ApplicationReference UtilityService);

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::Lead;

    #[test]
    fn options_read_back_and_unknown_ones_are_refused() {
        let json = r#"{"job_process_id":7,"application_reference_ids":[{"id":"crm-1","source":"MyCRM"}],"tax_entity":"tax exempt","roles":["Occupant"],"attributes":{"hoa":true},"utility_services":[{"energy":"propane","energy_use":{"monthly_avg":21}}]}"#;
        let options: SolarNexusOptions = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&options).unwrap(), json);
        assert_eq!(format!("{options:?}"), "SolarNexusOptions(***)");
        let lead = Lead::builder().id("1").options(&options).build().unwrap();
        assert_eq!(lead.options::<SolarNexusOptions>().unwrap(), options);
        for bad in [
            r#"{"application_reference_ids":[{"id":" ","source":"A"}]}"#,
            r#"{"job_process":7}"#,
            r#"{"sales_owner_type":"team"}"#,
            r#"{"utility_services":[{"energy":"solar"}]}"#,
            r#"{"utility_services":[{"utility_name":"SCE"}]}"#,
        ] {
            assert!(serde_json::from_str::<SolarNexusOptions>(bad).is_err(), "{bad}");
        }
    }
}
