//! The options of a single lead.

use std::fmt;

use leadsink_core::LeadOptions;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::descriptor::ID;

/// What a single lead may carry for NTherm, under `extensions.ntherm`. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct NthermOptions {
    /// JSON for `extra_data`: the members of a list are added to it one by one, an object as one more member.
    pub extra_data: Option<Value>,
}

impl NthermOptions {
    /// Options with JSON for `extra_data`.
    #[must_use]
    pub const fn with_extra_data(extra_data: Value) -> Self {
        Self {
            extra_data: Some(extra_data),
        }
    }
}

impl LeadOptions for NthermOptions {
    const VENDOR: &'static str = ID;
}

impl fmt::Debug for NthermOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NthermOptions(***)")
    }
}
