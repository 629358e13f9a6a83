//! The canonical lead: parsed once at the edge, never validated again inside.

mod builder;
mod fields;
mod id;
mod parts;
mod set;
mod slot;

pub use builder::{BuildError, LeadBuilder};
pub use fields::{Field, UnknownField};
pub use id::LeadId;
pub use parts::{Address, Appointment, Assignment, Consent, Contact, PhoneEntry, Property, Source, Utility, Utm};
pub use set::{FieldRef, FieldSet};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::value::{Attachment, Text};

/// A residential-solar lead in canonical form.
///
/// Every leaf is an `Option`, a list or a map and has a [`Field`]; only `id` is always there. `Debug` names the fields
/// that are present and never a value. Stored as JSON with a default for everything but `id`.
///
/// ```
/// use leadsink_core::Lead;
///
/// let lead = Lead::builder()
///     .id("crm-42")
///     .full_name("Jane Doe")
///     .email("jane@example.com")
///     .phone_1("+12175550123")
///     .build()?;
/// assert_eq!(lead.contact.email.as_ref().map(|e| e.domain()), Some("example.com"));
/// # Ok::<(), leadsink_core::BuildError>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Lead {
    /// The caller's stable id: the idempotency key.
    pub id: LeadId,
    /// The person and how to reach them.
    #[serde(default)]
    pub contact: Contact,
    /// Who decides, where it is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_maker: Option<Text>,
    /// Where the system would be built.
    #[serde(default, deserialize_with = "Address::deserialize_consistent")]
    pub site: Address,
    /// Where post goes, where that is known to be elsewhere.
    #[serde(default, deserialize_with = "Address::deserialize_consistent")]
    pub mailing: Address,
    /// Electricity.
    #[serde(default)]
    pub electric: Utility,
    /// Natural gas.
    #[serde(default)]
    pub gas: Utility,
    /// Heating oil.
    #[serde(default)]
    pub oil: Utility,
    /// Propane.
    #[serde(default)]
    pub propane: Utility,
    /// The building.
    #[serde(default)]
    pub property: Property,
    /// Proof that the person agreed to be contacted.
    #[serde(default)]
    pub consent: Consent,
    /// Where the lead came from.
    #[serde(default)]
    pub source: Source,
    /// The lead's state in the system it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// Who works on it.
    #[serde(default)]
    pub assignment: Assignment,
    /// An agreed appointment.
    #[serde(default)]
    pub appointment: Appointment,
    /// Attached files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Remarks for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Text>,
    /// What no field names, by the name it came with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, String>,
    /// The text as it was read, where it differed. Not a field, never mapped.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub raw: BTreeMap<Field, Box<str>>,
    /// Options of one vendor, by vendor id; see [`Lead::options`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<String, serde_json::Value>,
}

/// The per-lead options of one vendor, under `extensions.<vendor id>`. The vendor crate gives them their type.
pub trait LeadOptions: Serialize + serde::de::DeserializeOwned + Default {
    /// The id of the vendor that reads them.
    const VENDOR: &'static str;
}

/// The options of a lead for one vendor cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`extensions.{vendor}` of the lead cannot be read: {reason}")]
pub struct OptionsError {
    vendor: &'static str,
    reason: &'static str,
}

impl Lead {
    /// Starts an empty lead; see [`LeadBuilder`].
    pub fn builder() -> LeadBuilder {
        LeadBuilder::new()
    }

    /// A lead of which nothing but its id is known.
    #[must_use]
    pub fn new(id: LeadId) -> Self {
        Self {
            id,
            contact: Contact::default(),
            decision_maker: None,
            site: Address::default(),
            mailing: Address::default(),
            electric: Utility::default(),
            gas: Utility::default(),
            oil: Utility::default(),
            propane: Utility::default(),
            property: Property::default(),
            consent: Consent::default(),
            source: Source::default(),
            status: None,
            assignment: Assignment::default(),
            appointment: Appointment::default(),
            attachments: Vec::new(),
            notes: None,
            extra: BTreeMap::new(),
            raw: BTreeMap::new(),
            extensions: BTreeMap::new(),
        }
    }

    /// The fields that are present.
    #[must_use]
    pub fn fields(&self) -> FieldSet {
        Field::present(self)
    }

    /// The person's full name: as given, else put together from its parts.
    #[must_use]
    pub fn full_name(&self) -> Option<Cow<'_, str>> {
        let contact = &self.contact;
        if let Some(full) = &contact.full_name {
            return Some(Cow::Borrowed(full.as_str()));
        }
        let parts = [
            &contact.first_name,
            &contact.middle_name,
            &contact.last_name,
            &contact.name_suffix,
        ];
        let mut known = parts.into_iter().flatten().map(Text::as_str);
        let first = known.next()?;
        Some(known.fold(Cow::Borrowed(first), |name, part| Cow::Owned(format!("{name} {part}"))))
    }

    /// The options for one vendor; the default where the lead has none.
    ///
    /// # Errors
    /// When `extensions.<vendor id>` has not the shape that the vendor reads.
    pub fn options<T: LeadOptions>(&self) -> Result<T, OptionsError> {
        match self.extensions.get(T::VENDOR) {
            None => Ok(T::default()),
            // A struct would be read from a list too.
            Some(value) if value.is_object() => T::deserialize(value).map_err(|_| OptionsError {
                vendor: T::VENDOR,
                reason: "a key is unknown or a value has the wrong type",
            }),
            Some(_) => Err(OptionsError {
                vendor: T::VENDOR,
                reason: "they are no object",
            }),
        }
    }
}

impl fmt::Debug for Lead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lead")
            .field("id", &self.id)
            .field("fields", &self.fields())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Default, Debug, PartialEq, Serialize, Deserialize)]
    struct Wanted {
        urgent: bool,
    }

    impl LeadOptions for Wanted {
        const VENDOR: &'static str = "vendor";
    }

    #[test]
    fn options_are_read_from_an_object_alone() {
        let mut lead = Lead::builder().id("1").build().unwrap();
        assert_eq!(lead.options::<Wanted>().unwrap(), Wanted { urgent: false });
        for (options, wanted) in [
            (json!({"urgent": true}), Some(true)),
            (json!([true]), None),
            (json!({"urgent": 1}), None),
            (json!(null), None),
        ] {
            lead.extensions.insert("vendor".into(), options.clone());
            assert_eq!(
                lead.options::<Wanted>().ok().map(|options| options.urgent),
                wanted,
                "{options}"
            );
        }
    }
}
