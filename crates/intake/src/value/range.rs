//! Ranges of money and usage, as forms offer them and people write them.

mod words;

use leadsink_core::value::{Leaf as _, Range};
use rust_decimal::Decimal;

use super::clean::{is_absent, plain};
use super::{BadValue, Hints, Parsed, number};
use words::Meaning;

const TEXT: BadValue = BadValue::new(
    "range_text",
    "there is no number in it; give an amount such as `100-150`",
);
const UNCLEAR: BadValue = BadValue::new(
    "range_unclear",
    "it is no single amount or range; write it as `100-150`",
);
const NEGATIVE: BadValue = BadValue::new("range_negative", "the amount is negative");
const REVERSED: BadValue = BadValue::new("range_reversed", "the low end is above the high end; swap them");
const PERIOD: BadValue = BadValue::new("range_period", "the amount is not one of a month; give the monthly one");

/// Reads `$100 - $150`, `Under $100`, `200+`, `$1k-$2k`, `over_$300` or a single amount, with or without a unit.
///
/// # Errors
/// When it holds no number, is negative or reversed, or is the amount of a year.
pub fn parse(text: &str, hints: &Hints) -> Parsed<Range> {
    if is_absent(text) {
        return Ok(None);
    }
    let text = plain(text).to_lowercase();
    if text.contains("..")
        && let Ok(range) = Range::from_text(&text)
    {
        return Ok(Some(range));
    }
    let mut reader = Reader::default();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        rest = if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let (amount, behind) = number::scan(rest, hints.decimal).ok_or(UNCLEAR)?;
            let (scale, behind) = words::scale(behind);
            reader.amount(amount, scale)?;
            behind
        } else if first.is_alphabetic() {
            let end = rest
                .find(|c: char| !c.is_alphabetic() && c != '\'')
                .unwrap_or(rest.len());
            reader.word(words::meaning(&rest[..end]))?;
            &rest[end..]
        } else {
            reader.mark(first)?;
            &rest[first.len_utf8()..]
        };
    }
    if text.starts_with('(') && text.ends_with(')') {
        return Err(NEGATIVE);
    }
    reader.finish().map(Some)
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    amounts: Vec<(Decimal, Decimal)>,
    joined: bool,
    under: bool,
    over: bool,
    negated: bool,
    up: bool,
    worded: bool,
    minus: bool,
}

impl Reader {
    fn amount(&mut self, amount: Decimal, scale: Decimal) -> Result<(), BadValue> {
        if self.minus && self.amounts.is_empty() {
            return Err(NEGATIVE);
        }
        if self.amounts.len() == 2 || (self.amounts.len() == 1 && !self.joined) {
            return Err(UNCLEAR);
        }
        self.amounts.push((amount, scale));
        Ok(())
    }

    fn word(&mut self, meaning: Meaning) -> Result<(), BadValue> {
        self.worded = true;
        match meaning {
            Meaning::Under => self.bound(true),
            Meaning::Over => self.bound(false),
            Meaning::Not => self.negated = true,
            Meaning::Up => {
                self.up = true;
                // `200 and up`; `up to 200` is told apart by the `to` that follows.
                self.over = true;
                self.joined = false;
            }
            Meaning::To if self.up => {
                self.up = false;
                self.over = false;
                self.under = true;
                self.joined = true;
            }
            Meaning::To | Meaning::And => self.joined = true,
            Meaning::OtherPeriod => return Err(PERIOD),
            Meaning::Nothing => {}
        }
        Ok(())
    }

    fn bound(&mut self, under: bool) {
        if under != self.negated {
            self.under = true;
        } else {
            self.over = true;
        }
        self.negated = false;
    }

    fn mark(&mut self, mark: char) -> Result<(), BadValue> {
        match mark {
            '<' | '≤' => self.bound(true),
            '>' | '≥' | '+' => self.bound(false),
            // In `under-$100` it is a hyphen.
            '-' if self.amounts.is_empty() => self.minus = !self.worded,
            '-' => self.joined = true,
            '%' => return Err(UNCLEAR),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Range, BadValue> {
        let scaled = |(amount, scale): (Decimal, Decimal)| amount.checked_mul(scale).ok_or(UNCLEAR);
        let (low, high) = match (self.amounts.as_slice(), self.under, self.over) {
            ([], ..) => return Err(TEXT),
            ([_], true, true) => return Err(UNCLEAR),
            (&[only], true, false) => (None, Some(scaled(only)?)),
            (&[only], false, true) => (Some(scaled(only)?), None),
            (&[only, ..], false, false) if self.amounts.len() == 1 => (Some(scaled(only)?), Some(scaled(only)?)),
            (&[low, high], ..) => {
                // In `$1-2k` both are thousands, in `500-1k` only the second is.
                let low = if low.1 == Decimal::ONE && low.0 < high.0 {
                    (low.0, high.1)
                } else {
                    low
                };
                (Some(scaled(low)?), Some(scaled(high)?))
            }
            _ => return Err(UNCLEAR),
        };
        Range::new(low, high).map_err(|_| REVERSED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::DecimalStyle;

    fn read(text: &str, hints: &Hints) -> String {
        match parse(text, hints) {
            Ok(Some(range)) => range.text().into_owned(),
            Ok(None) => "absent".to_owned(),
            Err(bad) => bad.code.to_owned(),
        }
    }

    #[test]
    fn ranges_are_read_as_people_write_them() {
        for (input, wanted) in [
            ("100–150", "100-150"),
            ("$100 - $150", "100-150"),
            ("100 to 150", "100-150"),
            ("100 - 150 USD", "100-150"),
            ("between $100 and $150", "100-150"),
            ("$100 up to $150", "100-150"),
            ("$200_-_$300", "200-300"),
            ("$200-$300", "200-300"),
            ("$200_to_$300", "200-300"),
            ("200-300 kWh", "200-300"),
            ("$200 - $300/mo", "200-300"),
            ("$1,000-$1,500", "1000-1500"),
            ("$1k-$2k", "1000-2000"),
            ("$1-2k", "1000-2000"),
            ("500-1k", "500-1000"),
            ("1.5k", "1500"),
            ("1.2 MWh", "1200"),
            ("2 thousand", "2000"),
            ("Under $100", "..100"),
            ("<$100", "..100"),
            ("≤ 100", "..100"),
            ("less than $100", "..100"),
            ("Less_than_$100", "..100"),
            ("under-$100", "..100"),
            ("up-to-100", "..100"),
            ("up to 100", "..100"),
            ("100 or less", "..100"),
            ("$0-$100", "0-100"),
            ("no more than 100", "..100"),
            ("not less than 100", "100.."),
            ("over 200", "200.."),
            ("over_$300", "300.."),
            ("200+", "200.."),
            ("$200 +", "200.."),
            ("200 or more", "200.."),
            ("$200 and up", "200.."),
            ("$200 & above", "200.."),
            (">200", "200.."),
            ("above 200", "200.."),
            ("at least 200", "200.."),
            ("more_than_$400", "400.."),
            ("$459.00", "459"),
            ("~$150", "150"),
            ("about 150 a month", "150"),
            ("150 per month", "150"),
            ("$150/month", "150"),
            ("150 dollars", "150"),
            ("€150", "150"),
            ("150", "150"),
            ("0", "0"),
            (".5", "0.5"),
            ("..100", "..100"),
            ("200..", "200.."),
            ("n/a", "absent"),
            ("-", "absent"),
        ] {
            assert_eq!(read(input, &Hints::default()), wanted, "{input}");
        }
    }

    #[test]
    fn senseless_ranges_say_why() {
        for (input, code) in [
            ("150-100", "range_reversed"),
            ("-5", "range_negative"),
            ("-$150", "range_negative"),
            ("($50)", "range_negative"),
            ("I don't know", "range_text"),
            ("not sure", "range_text"),
            ("$", "range_text"),
            ("100 150", "range_unclear"),
            ("100-150-200", "range_unclear"),
            ("2020-01-01", "range_unclear"),
            ("15%", "range_unclear"),
            ("1e3", "range_unclear"),
            ("over 100 or less", "range_unclear"),
            ("$2,400 per year", "range_period"),
            ("$2400/yr", "range_period"),
            ("50 weekly", "range_period"),
            ("99999999999999999999999999999999", "range_unclear"),
        ] {
            assert_eq!(read(input, &Hints::default()), code, "{input}");
        }
    }

    #[test]
    fn the_decimal_style_of_the_file_counts() {
        let comma = Hints::default().with_decimal(DecimalStyle::Comma);
        for (input, wanted) in [
            ("1.234,56", "1234.56"),
            ("123,50", "123.5"),
            ("1.000-1.500", "1000-1500"),
            ("1 234,56 €", "1234.56"),
        ] {
            assert_eq!(read(input, &comma), wanted, "{input}");
        }
        assert_eq!(read("1,234", &Hints::default()), "1234");
        assert_eq!(read("1.234", &Hints::default()), "1.234");
    }
}
