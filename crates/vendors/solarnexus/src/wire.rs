//! The shapes that SolarNexus gives its lists, each item in a wrapper of one key; and, for the direct way, the envelope as far
//! as it can be put together from the document.

use std::borrow::Cow;
use std::collections::BTreeMap;

use leadsink_core::{Note, Problem};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::kinds::Id;
use crate::options::{ApplicationReference, UtilityService};

/// A list whose items each stand in an object of one key.
pub(crate) struct Wrapped<'a, T> {
    pub(crate) key: &'static str,
    pub(crate) items: &'a [T],
}

/// `[{"application_reference_id": {"id": …, "source": …}}]`
pub(crate) const fn references(items: &[ApplicationReference]) -> Wrapped<'_, ApplicationReference> {
    Wrapped {
        key: "application_reference_id",
        items,
    }
}

/// `[{"utility_service": {"energy": …, …}}]`
pub(crate) const fn services(items: &[UtilityService]) -> Wrapped<'_, UtilityService> {
    Wrapped {
        key: "utility_service",
        items,
    }
}

impl<T: Serialize> Serialize for Wrapped<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.items.iter().map(|item| BTreeMap::from([(self.key, item)])))
    }
}

/// A list as JSON text: a field of a flow holds nothing but text.
pub(crate) fn json_text(list: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(list).map_err(|_| Problem::new("encoding", "the lead cannot be written as JSON"))
}

/// Makes a struct of the wire: what is not known is left out.
macro_rules! wire {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Default, serde::Serialize)]
        pub(crate) struct $name<'a> {
            $(#[serde(skip_serializing_if = "Option::is_none")] pub(crate) $field: Option<$type>),+
        }
    };
}

/// The body of the direct way. The words are those of the document, their places a reconstruction.
#[derive(serde::Serialize)]
pub(crate) struct Envelope<'a> {
    pub(crate) project: Project<'a>,
}

wire! {
    /// A project.
    Project {
        job_process_id: &'a Id,
        lead_source_id: &'a Id,
        name: &'a str,
        description: &'a str,
        application_reference_ids: Wrapped<'a, ApplicationReference>,
        sales_owner_id: &'a Id,
        sales_owner_type: &'static str,
        referrer_id: &'a Id,
        related_job_id: &'a Id,
        participant: Participant<'a>,
        site: Site<'a>,
        attributes: &'a BTreeMap<&'a str, &'a Value>,
        utility_services: Wrapped<'a, UtilityService>,
    }
}

wire! {
    /// Who takes part.
    Participant {
        r#type: &'static str,
        tax_entity: &'static str,
        organization: &'a str,
        roles: &'a [String],
        contact: Contact<'a>,
        mailing_address: Place<'a>,
    }
}

wire! {
    /// The person.
    Contact {
        title: &'a str,
        first_name: &'a str,
        last_name: &'a str,
        email: &'a str,
        secondary_email: &'a str,
        phone1: &'a str,
        phone2: &'a str,
        phone3: &'a str,
        best_time: &'a str,
    }
}

wire! {
    /// The site.
    Site {
        sector: &'static str,
        construction_type: &'static str,
        description: Note<'a>,
        location: Place<'a>,
    }
}

wire! {
    /// An address.
    Place {
        street1: Cow<'a, str>,
        city: &'a str,
        state: &'a str,
        zip: &'a str,
        country: Cow<'a, str>,
    }
}

impl Site<'_> {
    /// The site, unless nothing of it is known.
    pub(crate) fn known(self) -> Option<Self> {
        let is_described = self.sector.is_some() || self.construction_type.is_some() || self.description.is_some();
        (is_described || self.location.is_some()).then_some(self)
    }
}

impl Place<'_> {
    /// The address, unless nothing of it is known.
    pub(crate) fn known(self) -> Option<Self> {
        let parts = [&self.city, &self.state, &self.zip];
        let is_known = parts.iter().any(|part| part.is_some()) || self.street1.is_some() || self.country.is_some();
        is_known.then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stand_in_their_wrappers() {
        let list = [ApplicationReference {
            id: "crm-42".into(),
            source: "MyCRM".into(),
        }];
        assert_eq!(
            json_text(&references(&list)).unwrap(),
            r#"[{"application_reference_id":{"id":"crm-42","source":"MyCRM"}}]"#
        );
        let list: Vec<UtilityService> =
            serde_json::from_str(r#"[{"energy":"propane"},{"energy":"natural gas"}]"#).unwrap();
        assert_eq!(
            json_text(&services(&list)).unwrap(),
            r#"[{"utility_service":{"energy":"propane"}},{"utility_service":{"energy":"natural gas"}}]"#
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let envelope = Envelope {
            project: Project {
                name: Some("Doe, Jane Project"),
                site: Some(Site::default()),
                ..Project::default()
            },
        };
        assert_eq!(
            serde_json::to_string(&envelope).unwrap(),
            r#"{"project":{"name":"Doe, Jane Project","site":{}}}"#
        );
        assert!(Place::default().known().is_none() && Site::default().known().is_none());
    }
}
