//! The body of the request, named and ordered as in the document.

use std::borrow::Cow;
use std::collections::BTreeMap;

use leadsink_core::Note;
use leadsink_core::value::{Leaf as _, Moment};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The members of `lead` that are ours, whether or not a lead has them, and those that would carry the key.
pub(crate) const RESERVED: &[&str] = &[
    "integration_record_id",
    "first_name",
    "last_name",
    "full_name",
    "fullAddress",
    "address",
    "city",
    "state",
    "zip",
    "email",
    "mobile",
    "creator",
    "assign_to_email",
    "setter_email",
    "lead_status",
    "browser_redirect",
    "calendar",
    "calendar_id",
    "createDeal",
    "office_name",
    "office_match",
    "lead_source",
    "add_note",
    "ignore_validation",
    "api_key",
    "api-key",
];

/// The whole body. What the lead does not hold is left out, so that an update blanks nothing.
#[derive(Serialize)]
pub(crate) struct Body<'a> {
    pub(crate) lead: LeadBody<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) survey_data: Option<Survey<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) appointment: Option<Appointment<'a>>,
}

impl Body<'_> {
    /// About as many bytes as it takes.
    pub(crate) fn size(&self) -> usize {
        let files = self.survey_data.iter().flat_map(|survey| &survey.files);
        1024 + files.map(|file| file.data.len() + 256).sum::<usize>()
    }
}

/// The member `lead`. There is no `browser_redirect`, which only a browser can follow.
#[derive(Serialize)]
pub(crate) struct LeadBody<'a> {
    pub(crate) integration_record_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_name: Option<Cow<'a, str>>,
    #[serde(rename = "fullAddress", skip_serializing_if = "Option::is_none")]
    pub(crate) full_address: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'a str>,
    /// A text, since some begin with 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mobile: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) creator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assign_to_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) setter_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lead_status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calendar: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calendar_id: Option<u64>,
    #[serde(rename = "createDeal", skip_serializing_if = "Option::is_none")]
    pub(crate) create_deal: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) office_name: Option<&'a str>,
    /// Not in the document, as `lead_source`; both are in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) office_match: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lead_source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) add_note: Option<Note<'a>>,
    /// 1 or absent: "if added", the document says, so a 0 might count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ignore_validation: Option<u8>,
    #[serde(flatten)]
    pub(crate) extra: &'a BTreeMap<String, Value>,
}

/// The member `survey_data`.
#[derive(Serialize)]
pub(crate) struct Survey<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<File<'a>>,
    #[serde(flatten)]
    pub(crate) more: Option<&'a Map<String, Value>>,
}

/// A file of a survey.
#[derive(Serialize)]
pub(crate) struct File<'a> {
    pub(crate) name: &'a str,
    pub(crate) data: &'a str,
    #[serde(rename = "type")]
    pub(crate) kind: &'a str,
}

/// The member `appointment`.
#[derive(Serialize)]
pub(crate) struct Appointment<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) apt_type_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) appointment_type_id: Option<u64>,
    pub(crate) date_time: DateTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timezone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assigned_user: Option<&'a str>,
    pub(crate) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) minutes: Option<u16>,
}

/// When an appointment begins, always a text.
pub(crate) enum DateTime {
    /// As on a clock, in UTC for a point in time.
    Clock(Moment),
    /// Seconds since 1970.
    Unix(i64),
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const FORM: &str = "%Y-%m-%d %H:%M:%S";
        match self {
            Self::Unix(seconds) => serializer.collect_str(seconds),
            Self::Clock(Moment::Instant(instant)) => serializer.collect_str(&instant.strftime(FORM)),
            Self::Clock(Moment::Local(local)) => serializer.collect_str(&local.strftime(FORM)),
            Self::Clock(other) => serializer.serialize_str(&other.text()),
        }
    }
}
