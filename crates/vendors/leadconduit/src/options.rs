//! The options of a single lead.

use leadsink_core::LeadOptions;
use serde::{Deserialize, Serialize};

use crate::descriptor::ID;

/// What a single lead may carry for LeadConduit, under `extensions.leadconduit`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LeadConduitOptions {
    /// Whether the lead is a test; goes before `is_test` of the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_test: Option<bool>,
}

impl LeadOptions for LeadConduitOptions {
    const VENDOR: &'static str = ID;
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::Lead;

    #[test]
    fn options_read_back_and_unknown_ones_are_refused() {
        let options = LeadConduitOptions { is_test: Some(true) };
        let lead = Lead::builder().id("1").options(&options).build().unwrap();
        assert_eq!(lead.options::<LeadConduitOptions>().unwrap(), options);
        let lead = Lead::builder().id("1");
        let lead = lead.extension("leadconduit", serde_json::json!({"test": true}));
        assert!(lead.build().unwrap().options::<LeadConduitOptions>().is_err());
    }
}
