//! The ids of LeadConduit's fields: the standard ones that a lead fills, and what an id must look like.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The standard fields that a lead may fill, with the types that LeadConduit publishes for them.
pub(crate) const STANDARD: &[(&str, &str)] = &[
    ("address_1", "street"),
    ("address_2", "string"),
    ("appointment", "time"),
    ("campaign_name", "string"),
    ("city", "city"),
    ("comments", "string"),
    ("company.name", "string"),
    ("country", "string"),
    ("county", "string"),
    ("currently_rent_or_own", "string"),
    ("dob", "date"),
    ("email", "email"),
    ("first_name", "first_name"),
    ("gender", "gender"),
    ("ip_address", "ip"),
    ("is_test", "boolean"),
    ("landing_page", "string"),
    ("last_name", "last_name"),
    ("latitude", "number"),
    ("leadid_id", "string"),
    ("longitude", "number"),
    ("middle_name", "string"),
    ("name_suffix", "string"),
    ("original_source", "string"),
    ("phone_1", "phone"),
    ("phone_2", "phone"),
    ("phone_3", "phone"),
    ("postal_code", "postal_code"),
    ("property.roof_type", "string"),
    ("property.square_feet", "number"),
    ("property.sun_exposure", "string"),
    ("property.year_built", "number"),
    ("reference", "string"),
    ("referral_url", "url"),
    ("salutation", "string"),
    ("source_timestamp", "time"),
    ("state", "state"),
    ("time_to_contact", "string"),
    ("trustedform_cert_url", "trustedform_url"),
    ("user_agent", "string"),
    ("utility.electric.company.name", "string"),
    ("utility.electric.monthly_amount", "range"),
    ("utm_campaign", "string"),
    ("utm_content", "string"),
    ("utm_medium", "string"),
    ("utm_source", "string"),
    ("utm_term", "string"),
];

/// The longest id that is taken.
const LONGEST: usize = 200;

/// The id of a field: letters, digits and `_` in segments between dots. A segment of digits alone would be read as an index
/// of a list, and `redir_url` would make LeadConduit send the client elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct FieldId(String);

impl FieldId {
    /// Checks an id.
    ///
    /// # Errors
    /// With what is wrong, in one line.
    pub fn new(id: impl Into<String>) -> Result<Self, &'static str> {
        let id = id.into();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut segments = id.split('.');
        let first = segments.clone().next().unwrap_or_default();
        if id.len() > LONGEST
            || segments
                .clone()
                .any(|part| part.is_empty() || !part.chars().all(is_word))
        {
            return Err("a field id is letters, digits and `_`, in segments between dots");
        }
        if segments.any(|part| part.bytes().all(|b| b.is_ascii_digit())) {
            return Err("a segment of digits alone would be read as the index of a list");
        }
        if first.eq_ignore_ascii_case("redir_url") {
            return Err("LeadConduit would send the client elsewhere in place of an answer");
        }
        if id.to_ascii_lowercase().starts_with("xxtrustedform") {
            return Err(
                "it is another name of a certificate; the lead's `certificate_url` is sent as `trustedform_cert_url`",
            );
        }
        Ok(Self(id))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FieldId {
    type Error = &'static str;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Two ids of which one lies below the other, or that are the same. LeadConduit makes an object of what has dots, and loses
/// what stands in its place.
pub(crate) fn conflict(mut ids: Vec<&str>) -> Option<(&str, &str)> {
    ids.sort_unstable();
    // No character of an id sorts before the dot, so what lies below an id follows it at once.
    let excludes = |above: &str, below: &str| {
        below
            .strip_prefix(above)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    ids.windows(2)
        .map(|pair| (pair[0], pair[1]))
        .find(|(above, below)| excludes(above, below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_ids_are_ids_and_get_along() {
        for (id, _) in STANDARD {
            assert!(FieldId::new(*id).is_ok(), "{id}");
        }
        assert!(STANDARD.is_sorted());
        assert_eq!(conflict(STANDARD.iter().map(|(id, _)| *id).collect()), None);
    }

    #[test]
    fn an_id_lies_below_another_only_behind_a_dot() {
        let of = |ids: &[&'static str]| conflict(ids.to_vec());
        assert_eq!(
            of(&["utility.electric.company.name", "zip", "utility"]),
            Some(("utility", "utility.electric.company.name"))
        );
        assert_eq!(of(&["a", "b", "a"]), Some(("a", "a")));
        assert_eq!(of(&["a.b", "a0", "a_b", "ab", "A", "a"]), Some(("a", "a.b")));
        assert_eq!(
            of(&["company.name", "company_name", "companyname", "a.b.c", "a.b_c"]),
            None
        );
    }

    #[test]
    fn what_leadconduit_would_misread_is_no_id() {
        for good in ["a", "my_field.x1", "project.attributes.roof_2", "PascalCase"] {
            assert!(FieldId::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".a",
            "a.",
            "a..b",
            "a b",
            "ä",
            "a-b",
            "a.0",
            "7",
            "Redir_URL",
            "redir_url.x",
            "xxTrustedFormCertUrl",
        ] {
            assert!(FieldId::new(bad).is_err(), "{bad}");
        }
        assert!(FieldId::new("a".repeat(201)).is_err());
    }
}
