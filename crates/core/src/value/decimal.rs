//! Decimal numbers as leads hold them: amounts, degrees. Kept small, since every user of a vendor compiles it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Neg;
use std::str::FromStr;

/// The most digits that a number has: more than any bill, meter or coordinate.
const DIGITS: u32 = 18;

/// A decimal number of up to 18 digits, exact. `1.50` keeps its zero and equals `1.5`.
#[derive(Clone, Copy)]
pub struct Decimal {
    mantissa: i64,
    /// How many of the digits stand behind the point.
    scale: u32,
}

/// A text is no plain decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no plain decimal number of up to 18 digits")]
pub struct NotDecimal;

impl Decimal {
    /// One.
    pub const ONE: Self = Self::new(1, 0);

    /// A whole number divided by a power of ten: `(150, 2)` is 1.50. At most 18 digits behind the point are kept.
    #[must_use]
    pub const fn new(mantissa: i64, scale: u32) -> Self {
        let mut number = Self { mantissa, scale };
        while number.scale > DIGITS {
            number.mantissa /= 10;
            number.scale -= 1;
        }
        number
    }

    /// The digits without their point, negative for a number below zero.
    #[must_use]
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// How many digits stand behind the point.
    #[must_use]
    pub const fn scale(self) -> u32 {
        self.scale
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The same number without the zeros at its end.
    #[must_use]
    pub const fn normalize(mut self) -> Self {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }

    /// The number without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self {
            mantissa: self.mantissa.saturating_abs(),
            scale: self.scale,
        }
    }

    /// The number where it is a whole one.
    #[must_use]
    pub const fn as_whole(self) -> Option<i64> {
        let whole = self.normalize();
        if whole.scale == 0 { Some(whole.mantissa) } else { None }
    }

    /// The product; nothing where it has too many digits.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let (left, right) = (self.normalize(), other.normalize());
        let product = left.mantissa.checked_mul(right.mantissa)?;
        let scale = left.scale + right.scale;
        let fits = product.unsigned_abs() < 10_u64.pow(DIGITS) && scale <= DIGITS;
        fits.then(|| Self::new(product, scale))
    }

    /// The digits at a scale that is at least the own one.
    fn at(self, scale: u32) -> i128 {
        i128::from(self.mantissa) * 10_i128.pow(scale - self.scale)
    }
}

impl From<u32> for Decimal {
    fn from(number: u32) -> Self {
        Self::new(number.into(), 0)
    }
}

impl Neg for Decimal {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(self.mantissa.saturating_neg(), self.scale)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at(scale).cmp(&other.at(scale))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let number = self.normalize();
        (number.mantissa, number.scale).hash(state);
    }
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    /// Reads digits with at most one point among them, behind a `-` or nothing. Of more than 18 digits those behind the point
    /// that are too many are left out, as a GPS writes them.
    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let is_bare = decimals.is_empty() && (whole.is_empty() || digits.len() > whole.len());
        if is_bare || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(NotDecimal);
        }
        let significant = whole.trim_start_matches('0').len();
        if significant > DIGITS as usize {
            return Err(NotDecimal);
        }
        let kept = decimals.len().min(DIGITS as usize - significant);
        let digits = whole.bytes().chain(decimals.bytes().take(kept));
        let number = digits.fold(0_i64, |number, digit| number * 10 + i64::from(digit - b'0'));
        let mantissa = if text.starts_with('-') { -number } else { number };
        Ok(Self::new(mantissa, u32::try_from(kept).unwrap_or(DIGITS)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return fmt::Display::fmt(&self.mantissa, f);
        }
        let unit = 10_u64.pow(self.scale);
        let digits = self.mantissa.unsigned_abs();
        let sign = if self.is_negative() { "-" } else { "" };
        let scale = self.scale as usize;
        write!(f, "{sign}{}.{:0scale$}", digits / unit, digits % unit)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_plain_number_reads_back() {
        for text in [
            "0",
            "7",
            "-7",
            "0.5",
            "-0.05",
            "90.350",
            "123456789012345678",
            "0.000000000000000001",
        ] {
            assert_eq!(number(text).to_string(), text);
        }
        for text in [
            "",
            "-",
            ".",
            "1.",
            "+1",
            "1,5",
            "1e3",
            "--1",
            "1.2.3",
            "1234567890123456789",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal), "{text}");
        }
        assert_eq!(number(".5").to_string(), "0.5");
        assert_eq!(number("39.96117000000000123456").to_string(), "39.9611700000000012");
    }

    #[test]
    fn numbers_are_compared_by_their_value() {
        assert_eq!(number("1.50"), number("1.5"));
        assert!(number("-2") < number("-1.999") && number("0.1") < number("123456789012345678"));
        assert_eq!(number("1.50").normalize().to_string(), "1.5");
        assert_eq!(number("-0.0").to_string(), "0.0");
    }

    #[test]
    fn a_product_is_exact_or_none() {
        let product = |left: &str, right: &str| number(left).checked_mul(number(right)).map(|n| n.to_string());
        assert_eq!(product("1.5", "1000").as_deref(), Some("1500.0"));
        assert_eq!(product("999999999999999999", "1000"), None);
        assert_eq!(product("2000000000000000", "1000"), None);
        assert_eq!(number("1500.0").as_whole(), Some(1500));
        assert_eq!(number("0.5").as_whole(), None);
    }
}
