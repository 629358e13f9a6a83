//! What a single lead may carry for Enerflo, under `extensions.enerflo`.

use std::fmt;

use leadsink_core::LeadOptions;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::descriptor::ID;

/// The options of a lead. What is set here goes before the configuration; a blank text sets nothing. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct EnerfloOptions {
    /// The deal template from which a deal is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_deal: Option<u64>,
    /// The slug of a calendar.
    #[serde(deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// The appointment type of a calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar_id: Option<u64>,
    /// How Enerflo finds the office, such as `manual`.
    #[serde(deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub office_match: Option<String>,
    /// Whether Enerflo is told to check nothing and to do without an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_validation: Option<bool>,
    /// Data for the survey of the deal; the lead's attachments are added to its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survey_data: Option<SurveyData>,
    /// What goes before the lead's own appointment. With anything in it, a lead without a whole appointment does not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment: Option<AppointmentOptions>,
}

/// Data for a survey: its files, and anything else as it stands. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyData {
    /// The files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SurveyFile>,
    /// Every other member, passed on as it is.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A file for a survey. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyFile {
    /// The name of the file.
    pub name: String,
    /// Its content in standard base64 with padding, without `data:` before it.
    pub data: String,
    /// The type of survey question that it belongs to, such as `img_exterior_house`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What goes before the lead's own appointment; a blank text sets nothing. `Debug` is redacted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppointmentOptions {
    /// The appointment type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_id: Option<u64>,
    /// The title.
    #[serde(deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The time zone of a local time.
    #[serde(deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

impl LeadOptions for EnerfloOptions {
    const VENDOR: &'static str = ID;
}

impl EnerfloOptions {
    /// What the options say of an appointment; one in which nothing stands asks for none.
    pub(crate) fn appointment(&self) -> Option<&AppointmentOptions> {
        self.appointment
            .as_ref()
            .filter(|asked| **asked != AppointmentOptions::default())
    }
}

/// Reads a text. A blank one is what a template leaves where there is no value, so it is none.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
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
redacted!(EnerfloOptions SurveyData SurveyFile AppointmentOptions);

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::Lead;

    #[test]
    fn options_read_back_and_unknown_ones_are_refused() {
        let json =
            r#"{"create_deal":7,"survey_data":{"files":[{"name":"a","data":"QUJD","type":"t"}],"roof":{"pitch":5}}}"#;
        let options: EnerfloOptions = serde_json::from_str(json).unwrap();
        assert_eq!(options.survey_data.as_ref().unwrap().more["roof"]["pitch"], 5);
        assert_eq!(serde_json::to_string(&options).unwrap(), json);
        assert_eq!(format!("{options:?}"), "EnerfloOptions(***)");
        let lead = Lead::builder().id("1").options(&options).build().unwrap();
        assert_eq!(lead.options::<EnerfloOptions>().unwrap(), options);
        for bad in [
            r#"{"browser_redirect":"profile"}"#,
            r#"{"create_deal":"7"}"#,
            r#"{"calendar_id":1.5}"#,
        ] {
            assert!(serde_json::from_str::<EnerfloOptions>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_blank_text_sets_nothing() {
        let read = |json: &str| serde_json::from_str::<EnerfloOptions>(json).unwrap();
        let blank =
            read(r#"{"calendar":"","office_match":" \t","appointment":{"name":"  ","timezone":"","type_id":null}}"#);
        assert_eq!((&blank.calendar, &blank.office_match), (&None, &None));
        assert_eq!(blank.appointment(), None);
        let said = read(r#"{"calendar":" solar ","appointment":{"name":" Closing ","timezone":null}}"#);
        assert_eq!(said.calendar.as_deref(), Some("solar"));
        assert_eq!(said.appointment().unwrap().name.as_deref(), Some("Closing"));
        let options = EnerfloOptions {
            office_match: Some(" ".into()),
            ..EnerfloOptions::default()
        };
        let lead = Lead::builder().id("1").options(&options).build().unwrap();
        assert_eq!(lead.options::<EnerfloOptions>().unwrap(), EnerfloOptions::default());
    }
}
