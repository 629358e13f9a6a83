//! What the command `inspect` shows of one value.

mod kind;

use std::collections::BTreeMap;

use leadsink_core::value::{Country, Leaf as _, Moment, PhoneType, Text, WebUrl};

use super::{
    BadValue, Hints, Parsed, boolean, country, date, email, ip, name, phone, postal_code, range, state, street, url,
};

pub use kind::{Kind, UnknownKind};

/// One value, what became of it, and its parts. Holds the value itself, so it is for the eyes of whoever gave it.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// The value as it was given.
    pub input: Option<String>,
    /// Whether there is a value and it can be read.
    pub valid: bool,
    /// The value in one text: E.164, the lower-case address, `100-150`, an ISO date, the code of a state.
    pub normal: Option<String>,
    /// What is wrong, as a stable word; `absent` where nothing is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What is wrong and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'static str>,
    /// The parts of the value.
    #[serde(flatten)]
    pub parts: BTreeMap<&'static str, String>,
}

const ABSENT: BadValue = BadValue::new("absent", "there is no value");

/// Reads a value and says what became of it. No input is an absent value.
#[must_use]
pub fn inspect(kind: Kind, input: Option<&str>, hints: &Hints) -> Inspection {
    let read = input.map_or(Ok(None), |text| read(kind, text, hints));
    let (found, bad) = match read {
        Ok(Some(found)) => (Some(found), None),
        Ok(None) => (None, Some(ABSENT)),
        Err(bad) => (None, Some(bad)),
    };
    let (normal, parts) = found.map(|found| (found.normal, found.parts)).unzip();
    Inspection {
        input: input.map(str::to_owned),
        valid: bad.is_none(),
        normal,
        code: bad.map(|bad| bad.code),
        message: bad.map(|bad| bad.message),
        parts: parts.unwrap_or_default(),
    }
}

/// A value that was read.
struct Found {
    normal: String,
    parts: BTreeMap<&'static str, String>,
}

impl Found {
    fn new(normal: impl Into<String>) -> Self {
        Self {
            normal: normal.into(),
            parts: BTreeMap::new(),
        }
    }

    fn with(mut self, part: &'static str, value: impl ToString) -> Self {
        self.parts.insert(part, value.to_string());
        self
    }

    fn with_some<T: ToString>(self, part: &'static str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.with(part, value),
            None => self,
        }
    }

    fn with_text(self, part: &'static str, value: Option<Text>) -> Self {
        self.with_some(part, value.as_ref().map(Text::as_str))
    }
}

fn read(kind: Kind, text: &str, hints: &Hints) -> Parsed<Found> {
    Ok(match kind {
        Kind::Phone => phone::parse(text, hints)?.map(of_phone),
        Kind::Email => email::parse(text)?.map(|email| {
            Found::new(email.as_str())
                .with("local", email.local_part())
                .with("domain", email.domain())
                .with_some("public_suffix", email::public_suffix(&email))
        }),
        Kind::State => {
            state::parse(text, hints)?.map(|state| Found::new(state.code()).with("country", state.country().as_str()))
        }
        Kind::PostalCode => postal_code::parse(text, hints)?.map(|code| {
            let plus_four = code.zip5().and_then(|zip| code.code()[zip.len()..].strip_prefix('-'));
            Found::new(code.code())
                .with("country", code.country().as_str())
                .with_some("zip", code.zip5())
                .with_some("plus_four", plus_four)
        }),
        Kind::Name => name::parse(text)?.map(|name| {
            Found::new(name.full.as_str())
                .with_text("salutation", name.salutation)
                .with_text("first", name.first)
                .with_text("middle", name.middle)
                .with_text("last", name.last)
                .with_text("suffix", name.suffix)
        }),
        Kind::Street => street::parse(text)?.map(|street| {
            Found::new(one_line(&street))
                .with("street", street.street.as_str())
                .with_text("house_number", street.house_number)
                .with_text("unit", street.unit)
        }),
        Kind::Boolean => boolean::parse(text)?.map(|yes| Found::new(yes.to_string())),
        Kind::Range => range::parse(text, hints)?.map(|range| {
            Found::new(range.text())
                .with_some("low", range.low())
                .with_some("high", range.high())
        }),
        Kind::Date => date::parse(text, hints)?.map(|date| {
            Found::new(date.text())
                .with("year", date.year())
                .with_some("month", date.month())
                .with_some("day", date.day())
        }),
        Kind::DateTime => date::date_time(text)?.map(|moment| {
            let zone = if matches!(moment, Moment::Local(_)) {
                "unknown"
            } else {
                "UTC"
            };
            Found::new(moment.text()).with("zone", zone)
        }),
        Kind::Url => url::parse(text)?.map(|url| of_url(&url)),
        Kind::TrustedFormUrl => url::trustedform(text)?.map(|url| of_url(&url)),
        Kind::Ip => {
            ip::parse(text)?.map(|ip| Found::new(ip.to_string()).with("version", if ip.is_ipv4() { 4 } else { 6 }))
        }
        Kind::Country => country::parse(text)?.map(|country| Found::new(country.as_str())),
    })
}

fn of_phone(parts: phone::PhoneParts) -> Found {
    let (country_code, national) = parts.country_code_and_national();
    Found::new(parts.number.as_str())
        .with("country_code", country_code)
        .with("national", national)
        .with_some("type", parts.kind.map(PhoneType::as_str))
        .with_some("region", parts.region.as_ref().map(Country::as_str))
        .with_text("extension", parts.extension)
}

fn one_line(parts: &street::StreetParts) -> String {
    match &parts.unit {
        Some(unit) => format!("{}, {}", parts.street.as_str(), unit.as_str()),
        None => parts.street.as_str().to_owned(),
    }
}

fn of_url(url: &WebUrl) -> Found {
    let parsed = ::url::Url::parse(url.as_str()).ok();
    Found::new(url.as_str())
        .with_some("scheme", parsed.as_ref().map(::url::Url::scheme))
        .with_some("host", parsed.as_ref().and_then(::url::Url::host_str))
        .with_some("path", parsed.as_ref().map(::url::Url::path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(kind: &str, input: Option<&str>) -> String {
        let kind = kind.parse().unwrap();
        serde_json::to_string(&inspect(kind, input, &Hints::default())).unwrap()
    }

    #[test]
    fn a_value_is_shown_with_its_parts() {
        for (kind, input, wanted) in [
            (
                "phone",
                "(833) 555-0123 x42",
                r#"{"input":"(833) 555-0123 x42","valid":true,"normal":"+18335550123","country_code":"1","extension":"42","national":"8335550123","type":"toll_free"}"#,
            ),
            (
                "email",
                "Joe@Mail.Example.co.uk",
                r#"{"input":"Joe@Mail.Example.co.uk","valid":true,"normal":"joe@mail.example.co.uk","domain":"mail.example.co.uk","local":"joe","public_suffix":"co.uk"}"#,
            ),
            (
                "state",
                "Yukon",
                r#"{"input":"Yukon","valid":true,"normal":"YT","country":"CA"}"#,
            ),
            (
                "postal-code",
                "787046789",
                r#"{"input":"787046789","valid":true,"normal":"78704-6789","country":"US","plus_four":"6789","zip":"78704"}"#,
            ),
            (
                "name",
                "Smith, John",
                r#"{"input":"Smith, John","valid":true,"normal":"John Smith","first":"John","last":"Smith"}"#,
            ),
            (
                "street",
                "PO Box 12",
                r#"{"input":"PO Box 12","valid":true,"normal":"PO Box 12","street":"PO Box 12"}"#,
            ),
            ("boolean", "on", r#"{"input":"on","valid":true,"normal":"true"}"#),
            (
                "range",
                "200+",
                r#"{"input":"200+","valid":true,"normal":"200..","low":"200"}"#,
            ),
            (
                "date",
                "12/1999",
                r#"{"input":"12/1999","valid":true,"normal":"1999-12","month":"12","year":"1999"}"#,
            ),
            (
                "date-time",
                "2026-09-25T20:49:00-05:00",
                r#"{"input":"2026-09-25T20:49:00-05:00","valid":true,"normal":"2026-09-26T01:49:00Z","zone":"UTC"}"#,
            ),
            (
                "ip",
                "203.0.113.9",
                r#"{"input":"203.0.113.9","valid":true,"normal":"203.0.113.9","version":"4"}"#,
            ),
            ("country", "USA", r#"{"input":"USA","valid":true,"normal":"US"}"#),
        ] {
            assert_eq!(json(kind, Some(input)), wanted);
        }
    }

    #[test]
    fn absent_and_bad_values_say_so() {
        let absent = r#""valid":false,"normal":null,"code":"absent","message":"there is no value"}"#;
        for kind in Kind::ALL {
            assert_eq!(json(kind.as_str(), None), format!(r#"{{"input":null,{absent}"#));
            assert_eq!(
                json(kind.as_str(), Some(" n/a ")),
                format!(r#"{{"input":" n/a ",{absent}"#)
            );
        }
        let bad = json("state", Some("XX"));
        assert!(
            bad.contains(r#""valid":false,"normal":null,"code":"state_unknown""#),
            "{bad}"
        );
    }

    #[test]
    fn nothing_makes_a_parser_panic_and_what_is_normal_stays_so() {
        const PIECES: [&str; 15] = [
            "", " ", "-", ".", ",", "/", ":", "(", "@", "\"", "'", "20", "k", "é", "\u{200b}",
        ];
        for kind in Kind::ALL {
            for index in 0..PIECES.len().pow(3) {
                let piece = |power: u32| PIECES[index / PIECES.len().pow(power) % PIECES.len()];
                let text = format!("{}{}{}", piece(0), piece(1), piece(2));
                let Some(normal) = inspect(*kind, Some(&text), &Hints::default()).normal else {
                    continue;
                };
                let again = inspect(*kind, Some(&normal), &Hints::default());
                assert_eq!(again.normal.as_ref(), Some(&normal), "{text:?} as {}", kind.as_str());
            }
        }
    }
}
