//! Dates that may be partial, and moments that may lack a zone.

use std::borrow::Cow;

use jiff::{Timestamp, civil};

use super::{Leaf, NotCanonical, redacted_debug, serde_as_text};

/// A date of which month and day may be unknown: `1999`, `1999-12` or `1999-12-24`. No day is ever invented. `Debug` is
/// redacted, since a date of birth is personal data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl PartialDate {
    /// Makes a date from what is known.
    ///
    /// # Errors
    /// When there is no such date, a day has no month, or the year is outside 1 to 9999.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, NotCanonical> {
        let error = NotCanonical::new(Self::KIND, "there is no such date");
        if !(1..=9999).contains(&year) || (month.is_none() && day.is_some()) {
            return Err(error);
        }
        civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).map_err(|_| error)?;
        Ok(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub const fn year(&self) -> i16 {
        self.year
    }

    /// The month, 1 to 12, if known.
    #[must_use]
    pub const fn month(&self) -> Option<i8> {
        self.month
    }

    /// The day of the month, if known.
    #[must_use]
    pub const fn day(&self) -> Option<i8> {
        self.day
    }
}

impl Leaf for PartialDate {
    const KIND: &'static str = "date";
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            _ => format!("{:04}", self.year),
        })
    }
    fn from_text(text: &str) -> Result<Self, NotCanonical> {
        let error = NotCanonical::new(Self::KIND, "it is not written as `1999`, `1999-12` or `1999-12-24`");
        let mut parts = text.split('-');
        let mut part = |digits: usize| match parts.next() {
            None => Ok(None),
            Some(text) if text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse::<i16>().map(Some).map_err(|_| error)
            }
            Some(_) => Err(error),
        };
        let year = part(4)?.ok_or(error)?;
        let month = part(2)?.map(|month| i8::try_from(month).unwrap_or(0));
        let day = part(2)?.map(|day| i8::try_from(day).unwrap_or(0));
        if parts.next().is_some() {
            return Err(error);
        }
        Self::new(year, month, day)
    }
}
redacted_debug!(PartialDate);
serde_as_text!(PartialDate);

/// A point in time, or a local time whose zone is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Moment {
    /// A point in time.
    Instant(Timestamp),
    /// The time on the wall where the appointment takes place.
    Local(civil::DateTime),
}

impl Leaf for Moment {
    const KIND: &'static str = "date-time";
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(match self {
            Self::Instant(instant) => super::scalar::of_instant(instant),
            Self::Local(local) => local.to_string(),
        })
    }
    fn from_text(text: &str) -> Result<Self, NotCanonical> {
        let read = match text.parse::<Timestamp>() {
            Ok(instant) => Ok(Self::Instant(instant)),
            Err(_) => text.parse::<civil::DateTime>().map(Self::Local),
        };
        // A date alone, an offset or a zone would be read and lost.
        read.ok()
            .filter(|moment| moment.text() == text)
            .ok_or(NotCanonical::new(
                Self::KIND,
                "it is not written as `2026-01-31T10:00:00`, with or without `Z`",
            ))
    }
}
serde_as_text!(Moment);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_dates_stay_partial() {
        for text in ["1999", "1999-12", "1999-12-24"] {
            assert_eq!(PartialDate::from_text(text).unwrap().text(), text);
        }
        for bad in [
            "",
            "99",
            "2024-13-01",
            "2023-02-29",
            "1999-1-1",
            "1999-12-24-1",
            "12/1999",
        ] {
            assert!(PartialDate::from_text(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_moment_keeps_whether_it_has_a_zone() {
        assert_eq!(
            Moment::from_text("2026-01-31T10:00:00Z").unwrap().text(),
            "2026-01-31T10:00:00Z"
        );
        assert_eq!(
            Moment::from_text("2026-01-31T10:00:00").unwrap().text(),
            "2026-01-31T10:00:00"
        );
        for bad in [
            "tomorrow",
            "2026-01-31",
            "2026-01-31T10:00:00-05:00",
            "2026-01-31T10:00:00[America/New_York]",
        ] {
            assert!(Moment::from_text(bad).is_err(), "{bad}");
        }
    }
}
