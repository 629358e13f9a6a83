//! What a single lead may carry for OpenSolar, under `extensions.opensolar`.

use std::fmt;

use leadsink_core::LeadOptions;
use serde::{Deserialize, Serialize};

use crate::descriptor::ID;

/// The options of a lead. What is set here goes before the lead and the configuration; a blank text counts as none. `Debug`
/// is redacted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OpenSolarOptions {
    /// The project that the lead changes, in place of a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<u64>,
    /// The title of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Notes about the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_notes: Option<String>,
    /// The id of the roof type, where its name is none that is known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roof_type: Option<u64>,
    /// The team member, by URL, id or e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_role: Option<String>,
    /// The installer, by URL, id or e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_installer_role: Option<String>,
    /// The site inspector, by URL, id or e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_site_inspector_role: Option<String>,
    /// `custom_project_info_1` to `custom_project_info_5`.
    #[serde(skip_serializing_if = "is_empty")]
    pub custom_project_info: [Option<String>; 5],
    /// What the contact has beside the lead's own fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactOptions>,
}

fn is_empty(texts: &[Option<String>; 5]) -> bool {
    texts.iter().all(Option::is_none)
}

/// What a contact has beside the lead's own fields. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ContactOptions {
    /// The number of the passport.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passport_number: Option<String>,
    /// The number of the driving licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence_number: Option<String>,
    /// The account's own first field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_contact_info_1: Option<String>,
    /// The account's own second field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_contact_info_2: Option<String>,
}

impl LeadOptions for OpenSolarOptions {
    const VENDOR: &'static str = ID;
}

/// A text that says something.
pub(crate) fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
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
redacted!(OpenSolarOptions ContactOptions);

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::Lead;

    #[test]
    fn options_read_back_and_unknown_ones_are_refused() {
        let json = r#"{"project_id":6624,"title":"Pool house","custom_project_info":["a",null,null,null,null],"contact":{"licence_number":"L1"}}"#;
        let options: OpenSolarOptions = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&options).unwrap(), json);
        assert_eq!(format!("{options:?}"), "OpenSolarOptions(***)");
        let lead = Lead::builder().id("1").options(&options).build().unwrap();
        assert_eq!(lead.options::<OpenSolarOptions>().unwrap(), options);
        for bad in [
            r#"{"project":1}"#,
            r#"{"project_id":"x"}"#,
            r#"{"contact":{"email":"a"}}"#,
            r#"{"custom_project_info":["a"]}"#,
        ] {
            assert!(serde_json::from_str::<OpenSolarOptions>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_blank_text_is_none() {
        assert_eq!(said(&Some(" ".to_owned())), None);
        assert_eq!(said(&Some(" a ".to_owned())), Some("a"));
    }
}
