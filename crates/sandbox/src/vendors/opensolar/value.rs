//! The kinds of values in a project and a contact: each is taken as text, which is how the document sends it, or as
//! what it is, which is how clients send it and how it comes back. Texts of refusals are the framework's.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::countries::is_country;
use super::super::{is_email, last_ten_digits};
use super::drf::type_name;
use super::org_url;
use super::route::linked;
use crate::settings::Settings;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Bool,
    Number,
    Integer,
    Date,
    /// 0, 1 or 2.
    Gender,
    Email,
    Phone,
    Country,
    /// The URL of a country, by which clients set it too.
    CountryUrl,
    RoofType,
    Role,
    Usage,
    /// What the document does not describe: taken as it is.
    Any,
}

/// The document's roof types begin with 6 and end with 24; its API has shown two more.
const ROOF_TYPES: std::ops::RangeInclusive<u64> = 6..=26;

/// Fewer digits than this are known to be refused, as is what is no phone at all.
const LEAST_DIGITS: usize = 8;

impl Kind {
    /// Returns the value as it is stored, or why it is refused.
    pub(super) fn stored(self, value: &Value, team: &[u64], settings: &Settings) -> Result<Value, String> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        let text = value.as_str();
        match self {
            Self::Text => plain(value).map(Value::from),
            Self::Bool => match (value, text) {
                (Value::Bool(_), _) => Ok(value.clone()),
                (_, Some("1" | "true" | "True")) => Ok(Value::Bool(true)),
                (_, Some("0" | "false" | "False")) => Ok(Value::Bool(false)),
                _ if value == &json!(1) => Ok(Value::Bool(true)),
                _ if value == &json!(0) => Ok(Value::Bool(false)),
                _ => Err("Must be a valid boolean.".to_owned()),
            },
            Self::Number => {
                let number = value.as_f64().or_else(|| text?.parse().ok());
                let number = number.filter(|number| number.is_finite());
                number
                    .map(Value::from)
                    .ok_or_else(|| "A valid number is required.".to_owned())
            }
            Self::Integer => {
                let number = value.as_i64().or_else(|| text?.parse().ok());
                number
                    .map(Value::from)
                    .ok_or_else(|| "A valid integer is required.".to_owned())
            }
            Self::Date => {
                // The parser alone would take other forms of a date.
                let is_date = |text: &&str| text.len() == 10 && text.parse::<Date>().is_ok();
                text.filter(is_date)
                    .map(Value::from)
                    .ok_or_else(|| "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.".to_owned())
            }
            Self::Gender => {
                let number = value.as_u64().or_else(|| text?.parse().ok());
                number
                    .filter(|number| *number <= 2)
                    .map(Value::from)
                    .ok_or_else(|| no_choice(value))
            }
            Self::Email => {
                let text = plain(value)?;
                if text.is_empty() || is_email(&text) {
                    return Ok(Value::from(text));
                }
                Err("Enter a valid email address.".to_owned())
            }
            Self::Phone => phone(value, settings),
            Self::Country => {
                let text = text.filter(|text| is_country(text));
                text.map(Value::from).ok_or_else(|| no_choice(value))
            }
            Self::CountryUrl => link(value, "/api/countries/", |_| true).map(|_| value.clone()),
            Self::RoofType => {
                let id = link(value, "/api/roof_types/", |id| ROOF_TYPES.contains(&id))?;
                Ok(Value::from(super::url(&format!("/api/roof_types/{id}/"))))
            }
            Self::Role => {
                let roles = format!("/api/orgs/{}/roles/", super::ORG);
                let id = link(value, &roles, |id| team.contains(&id))?;
                Ok(Value::from(org_url("roles", id)))
            }
            Self::Usage => usage(value),
            Self::Any => Ok(value.clone()),
        }
    }
}

/// Reads text, or a number as text, as the framework does.
fn plain(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err("Not a valid string.".to_owned()),
    }
}

/// Takes a phone as people write it. A phone that the sandbox was told to refuse counts as none.
fn phone(value: &Value, settings: &Settings) -> Result<Value, String> {
    let text = plain(value)?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_phone = digits >= LEAST_DIGITS && text.chars().all(|c| c.is_ascii_digit() || "+ -().".contains(c));
    let is_refused = settings.refused_phones.contains(&last_ten_digits(&text));
    if text.is_empty() || is_phone && !is_refused {
        return Ok(Value::from(text));
    }
    Err("Enter a valid phone number.".to_owned())
}

/// Reads the URL of a resource that is there.
pub(super) fn link(value: &Value, pattern: &str, is_there: impl Fn(u64) -> bool) -> Result<u64, String> {
    let Some(url) = value.as_str() else {
        return Err(format!(
            "Incorrect type. Expected URL string, received {}.",
            type_name(value)
        ));
    };
    let Some(id) = linked(url, pattern) else {
        return Err("Invalid hyperlink - No URL match.".to_owned());
    };
    if is_there(id) {
        return Ok(id);
    }
    Err("Invalid hyperlink - Object does not exist.".to_owned())
}

fn no_choice(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{text}\" is not a valid choice."),
        other => format!("\"{other}\" is not a valid choice."),
    }
}

/// Checks `{"usage_data_source", "values"}`, whose sources and numbers of values are on a newer page. It is read back
/// as JSON text. What is said to a wrong one is a choice.
fn usage(value: &Value) -> Result<Value, String> {
    let source = value
        .get("usage_data_source")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let values = value.get("values").unwrap_or(&Value::Null);
    let are = |count: usize| {
        let list = values.as_array();
        list.is_some_and(|list| list.len() == count && list.iter().all(Value::is_number))
    };
    let is_right = match source {
        "kwh_annual" | "bill_annual" => values.is_number(),
        "kwh_monthly" | "bill_monthly" | "kwh_daily_per_month" => are(12),
        "kwh_every_second_month" | "bill_every_second_month" => are(6),
        "kwh_quarterly" | "bill_quarterly" => are(4),
        "estimate" => matches!(values.as_str(), Some("Low" | "Medium" | "High")),
        _ => return Err(format!("\"{source}\" is not a valid choice.")),
    };
    if is_right {
        return Ok(Value::from(value.to_string()));
    }
    Err(format!("The values do not fit \"{source}\"."))
}
