//! The kinds of values in Enerflo's tables, and what is wrong with a value that is none of its kind.
//! The texts are ours: the vendor's own are not known.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::DateTime;
use serde_json::Value;

/// How the values came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In the JSON body of a POST.
    Json,
    /// In the query of a GET, where all values are text.
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Text or a number, however it is written.
    Scalar,
    State,
    Zip,
    Mobile,
    Email,
    Integer,
    Flag,
    Redirect,
    Base64,
    /// Year to second, with an offset or in UTC.
    DateTime,
    /// Seconds since 1970.
    Unix,
}

impl Kind {
    /// Says what the value ought to be, if it is not.
    pub(super) fn flaw(self, value: &Value, form: Form) -> Option<&'static str> {
        let is = |test: fn(&str) -> bool| value.as_str().is_some_and(test);
        let is_query = form == Form::Query;
        let (is_right, wanted) = match self {
            Self::Text => (value.is_string(), "must be a string"),
            Self::Scalar => (value.is_string() || value.is_number(), "must be a string or a number"),
            // "XX" is known to be taken, so no list of states is held against the value.
            Self::State => (is(is_state), "must be the two characters of a state"),
            Self::Zip => (is_digits(value, 5), "must be 5 digits"),
            Self::Mobile => (
                is_digits(value, 10),
                "must be 10 digits, without a country code or dashes",
            ),
            Self::Email => (is(is_email), "must be an e-mail address"),
            Self::Integer => (value.is_u64() || is_query && is(is_number), "must be an integer"),
            Self::Flag => (flag(value).is_some(), "must be 1 or 0"),
            // Strictness of ours: the document tells of redirects "over a browser", and a client that posts is none.
            Self::Redirect if !is_query => (false, "is for the query form"),
            Self::Redirect => (
                is(|text| matches!(text, "profile" | "scheduling" | "deal")),
                "must be profile, scheduling or deal",
            ),
            Self::Base64 => (is(is_base64), "must be base64, without a `data:` prefix"),
            Self::DateTime => (
                is(is_date_time),
                "must be YYYY-MM-DD HH:MM:SS, with an offset or without",
            ),
            Self::Unix => (is(is_number), "must be a string of digits, since date_format is U"),
        };
        (!is_right).then_some(wanted)
    }

    /// Returns what is left of the kind under `ignore_validation`, which lifts how a value is written.
    pub(super) fn lifted(self) -> Self {
        match self {
            Self::State | Self::Zip | Self::Mobile | Self::Email => Self::Scalar,
            other => other,
        }
    }
}

/// Counts `null` and blank text as nothing sent: "Empty fields are set to null", says a page on a neighbour.
pub(super) fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Reads "boolean (1/0)". The word "false" is refused, since PHP would read it as true.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_u64()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
        Value::String(text) => match text.as_str() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// The table says "numeric", its example and every known client send text.
fn is_digits(value: &Value, length: usize) -> bool {
    match value {
        Value::String(text) => text.len() == length && is_number(text),
        Value::Number(number) => number.as_u64().is_some_and(|number| number.to_string().len() == length),
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_state(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Asks for one `@` with something on either side; the document gives no rule.
fn is_email(text: &str) -> bool {
    !text.chars().any(char::is_whitespace)
        && text
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

fn is_base64(text: &str) -> bool {
    STANDARD.decode(text).is_ok()
}

/// The example has no offset; that one such as `-05:00` may follow is known of `/api/v1/appointments` and taken for
/// true here, with a space before it or without.
fn is_date_time(text: &str) -> bool {
    let Some((local, offset)) = text.split_at_checked("YYYY-MM-DD HH:MM:SS".len()) else {
        return false;
    };
    // The parser alone would take a `T`, a time without colons, and one without seconds but with an offset.
    let signs = [(10, b' '), (13, b':'), (16, b':')];
    let has_shape = signs.iter().all(|(at, sign)| local.as_bytes().get(*at) == Some(sign));
    has_shape && local.parse::<DateTime>().is_ok() && is_offset(offset)
}

fn is_offset(text: &str) -> bool {
    let text = text.strip_prefix(' ').unwrap_or(text);
    if text.is_empty() {
        return true;
    }
    let Some((hours, minutes)) = text.strip_prefix(['+', '-']).and_then(|text| text.split_once(':')) else {
        return false;
    };
    let below = |text: &str, end: u8| text.len() == 2 && is_number(text) && text.parse().is_ok_and(|n: u8| n < end);
    // The world's clocks are at most 14 hours apart from UTC.
    below(hours, 15) && below(minutes, 60)
}
