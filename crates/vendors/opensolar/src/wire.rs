//! The body of the request, named and ordered as in the document, in the text forms of its example.

use std::borrow::Cow;

use leadsink_core::Note;
use leadsink_core::value::Decimal;
use serde::{Serialize, Serializer};

/// About as many bytes as a body takes.
pub(crate) const SIZE: usize = 2048;

/// A project. What the lead does not hold is left out, so that a change blanks nothing.
#[derive(Serialize)]
pub(crate) struct ProjectBody<'a> {
    /// Not sent with a change: the project has one already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_residential: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lead_source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes: Option<Note<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lat: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lon: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) locality: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) country_iso2: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number_of_phases: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roof_type: Option<String>,
    /// A URL; an e-mail address stands for one until it is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assigned_role: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assigned_installer_role: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assigned_site_inspector_role: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) site_notes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Usage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_project_info_1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_project_info_2: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_project_info_3: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_project_info_4: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_project_info_5: Option<&'a str>,
    /// Not sent with a change: a contact of its own is changed then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contacts_new: Option<[ContactBody<'a>; 1]>,
}

/// The members that name a team member.
pub(crate) const ROLES: [&str; 3] = [
    "assigned_role",
    "assigned_installer_role",
    "assigned_site_inspector_role",
];

/// A contact.
#[derive(Default, PartialEq, Serialize)]
pub(crate) struct ContactBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_birth: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gender: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passport_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) licence_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_contact_info_1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_contact_info_2: Option<&'a str>,
}

/// What is used or paid in a year or in each month.
#[derive(Serialize)]
pub(crate) struct Usage {
    pub(crate) usage_data_source: &'static str,
    pub(crate) values: Values,
}

/// One number for the year, or one for each month.
pub(crate) enum Values {
    Year(i64),
    Months([Decimal; 12]),
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Year(number) => serializer.serialize_i64(*number),
            Self::Months(months) => serializer.collect_seq(months.iter().map(|month| Number(*month))),
        }
    }
}

/// A decimal number as a number of JSON.
struct Number(Decimal);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.0.to_string().parse().unwrap_or_default()),
        }
    }
}
