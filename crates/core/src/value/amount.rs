//! Amounts of money or energy: a single value, a range, or one value a month.

use std::borrow::Cow;

use super::{Decimal, Leaf, NotCanonical, serde_as_text};

/// A range of non-negative amounts; either end may be open. Equal ends are a single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    low: Option<Decimal>,
    high: Option<Decimal>,
}

impl Range {
    /// Makes a range.
    ///
    /// # Errors
    /// When both ends are open, an end is negative, or the low end is above the high one.
    pub fn new(low: Option<Decimal>, high: Option<Decimal>) -> Result<Self, NotCanonical> {
        let error = |why| NotCanonical::new(Self::KIND, why);
        if low.is_none() && high.is_none() {
            return Err(error("it has neither end"));
        }
        if [low, high].into_iter().flatten().any(Decimal::is_negative) {
            return Err(error("it is negative"));
        }
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Err(error("its low end is above its high end"));
        }
        Ok(Self {
            low: low.map(|d| d.normalize()),
            high: high.map(|d| d.normalize()),
        })
    }

    /// A single amount.
    ///
    /// # Errors
    /// When it is negative.
    pub fn single(amount: Decimal) -> Result<Self, NotCanonical> {
        Self::new(Some(amount), Some(amount))
    }

    /// The low end, if it is not open.
    #[must_use]
    pub const fn low(&self) -> Option<Decimal> {
        self.low
    }

    /// The high end, if it is not open.
    #[must_use]
    pub const fn high(&self) -> Option<Decimal> {
        self.high
    }

    /// The amount, where both ends are the same.
    #[must_use]
    pub fn as_single(&self) -> Option<Decimal> {
        self.low.filter(|low| Some(*low) == self.high)
    }
}

impl Leaf for Range {
    const KIND: &'static str = "range";
    /// `100`, `100-150`, `..100` or `200..`.
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => of_number(low),
            (Some(low), Some(high)) => format!("{low}-{high}"),
            (Some(low), None) => format!("{low}.."),
            (None, Some(high)) => format!("..{high}"),
            (None, None) => String::new(),
        })
    }
    fn from_text(text: &str) -> Result<Self, NotCanonical> {
        exactly(text, read_range(text)?)
    }
}
serde_as_text!(Range);

/// As `Display` writes it; a whole number without its machinery.
fn of_number(number: Decimal) -> String {
    match number.scale() {
        0 => number.mantissa().to_string(),
        _ => number.to_string(),
    }
}

/// The value, if its text is the one that it was read from: one form only, nothing read and lost.
fn exactly<T: Leaf>(text: &str, value: T) -> Result<T, NotCanonical> {
    if value.text() == text {
        Ok(value)
    } else {
        Err(NotCanonical::new(
            T::KIND,
            "it is not in its shortest form, such as `99.5` or `100-150`",
        ))
    }
}

fn read_range(text: &str) -> Result<Range, NotCanonical> {
    let number = |text: &str| {
        let plain =
            text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
        let number = if plain { text.parse::<Decimal>().ok() } else { None };
        number
            .map(Some)
            .ok_or(NotCanonical::new(Range::KIND, "it is no plain decimal number"))
    };
    if let Some(high) = text.strip_prefix("..") {
        Range::new(None, number(high)?)
    } else if let Some(low) = text.strip_suffix("..") {
        Range::new(number(low)?, None)
    } else if let Some((low, high)) = text.split_once('-') {
        Range::new(number(low)?, number(high)?)
    } else {
        let amount = number(text)?;
        Range::new(amount, amount)
    }
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// What is paid or used: the monthly average as a [`Range`], or one value for each known month.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Amount {
    /// The monthly average.
    Monthly(Range),
    /// January to December, with gaps where a month is not known.
    ByMonth(Box<[Option<Decimal>; 12]>),
}

impl Leaf for Amount {
    const KIND: &'static str = "amount";
    /// The text of the range, or `jan=100 feb=90`.
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Monthly(range) => Cow::Owned(range.text().into_owned()),
            Self::ByMonth(months) => {
                let known = MONTHS
                    .iter()
                    .zip(months.iter())
                    .filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)));
                Cow::Owned(known.collect::<Vec<_>>().join(" "))
            }
        }
    }
    fn from_text(text: &str) -> Result<Self, NotCanonical> {
        if !text.contains('=') {
            return Range::from_text(text).map(Self::Monthly);
        }
        let error = NotCanonical::new(Self::KIND, "it is not written as `jan=100 feb=90`");
        let mut months = Box::new([None; 12]);
        for part in text.split(' ') {
            let (name, value) = part.split_once('=').ok_or(error)?;
            let month = MONTHS.iter().position(|known| *known == name).ok_or(error)?;
            let value = Range::from_text(value)?.as_single().ok_or(error)?;
            months[month] = Some(value);
        }
        exactly(text, Self::ByMonth(months))
    }
}
serde_as_text!(Amount);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_back_to_the_same_amount() {
        for text in ["100", "100-150", "..100", "200..", "99.5", "jan=100 mar=90.25"] {
            assert_eq!(Amount::from_text(text).unwrap().text(), text);
        }
    }

    #[test]
    fn senseless_ranges_are_refused() {
        for bad in [
            "",
            "..",
            "150-100",
            "-5",
            "$100",
            "1e3",
            "100-",
            "jan=",
            "foo=1",
            "007",
            "1.",
            "5-5",
            "jan=1 jan=2",
        ] {
            assert!(Amount::from_text(bad).is_err(), "{bad}");
        }
    }
}
