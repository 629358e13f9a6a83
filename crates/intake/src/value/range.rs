//! Ranges of money and usage, as forms offer them and people write them.

#[cfg(test)]
mod tests;
mod words;

use leadsink_core::value::{Decimal, Leaf as _, Range};

use super::absent::is_absent;
use super::clean::plain;
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

/// Reads `$100 - $150`, `Under $100`, `200+`, `$1k-$2k`, `over_$300`, `más de $200` or a single amount, with or without
/// a unit. A word that is not known might be a bound, so it makes the amount unclear.
///
/// # Errors
/// When it holds no number, is negative or reversed, or is the amount of a year.
pub fn parse(text: &str, hints: &Hints) -> Parsed<Range> {
    if let Some(amount) = simple(text) {
        return Range::single(amount).map(Some).map_err(|_| REVERSED);
    }
    if is_absent(text) {
        return Ok(None);
    }
    let text = plain(text);
    if text.contains("..")
        && let Ok(range) = Range::from_text(&text)
    {
        return Ok(Some(range));
    }
    let mut reader = Reader::default();
    let mut rest = &*text;
    while let Some(first) = rest.chars().next() {
        rest = if begins_with_amount(rest) {
            let (amount, behind) = number::scan(rest, hints.decimal).ok_or(UNCLEAR)?;
            let (scale, behind) = words::scale(behind);
            reader.amount(amount, scale)?;
            behind
        } else if first.is_alphabetic() {
            let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            // `de 100 a 200`, but `150 a month`.
            let joins = matches!(word, "a" | "à") && begins_with_amount(behind.trim_start_matches([' ', '$', '€']));
            let meaning = if joins { Meaning::To } else { words::meaning(word) };
            // The letter in `$1O` is a misread digit.
            let glued = text[..text.len() - rest.len()].ends_with(|c: char| c.is_ascii_digit());
            reader.word(if glued && meaning == Meaning::Chatter {
                Meaning::Unknown
            } else {
                meaning
            })?;
            behind
        } else if let Some(behind) = rest.strip_prefix("+/-") {
            behind
        } else if rest.starts_with("..") || first == '…' {
            reader.joined = true;
            rest.trim_start_matches(['.', '…'])
        } else if rest.starts_with("/ ") && text[..text.len() - rest.len()].ends_with(' ') {
            reader.joined = true;
            &rest[1..]
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

/// An amount with a dollar sign and cents or without; in no style of writing is the point before two digits a thousands
/// mark.
fn simple(text: &str) -> Option<Decimal> {
    let number = text.strip_prefix('$').unwrap_or(text);
    let (whole, cents) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=9).contains(&whole.len()) || cents.len() > 2 || !is_number(whole) || !is_number(cents) {
        return None;
    }
    let digits = whole.bytes().chain(cents.bytes());
    let value = digits.fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    let is_bare_point = cents.is_empty() && number.len() > whole.len();
    (!is_bare_point).then(|| {
        Decimal::new(
            value,
            if cents.len() == 2 {
                2
            } else {
                u32::from(!cents.is_empty())
            },
        )
    })
}

fn begins_with_amount(text: &str) -> bool {
    let digits = text.strip_prefix('.').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a character may stand in a word: `doesn't`, and accents written apart.
fn is_of_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\'' | '\u{300}'..='\u{36f}')
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    amounts: Vec<(Decimal, Decimal)>,
    joined: bool,
    under: bool,
    over: bool,
    negated: bool,
    previous: Option<Meaning>,
    minus: bool,
    unknown: bool,
    /// A `to` has no amount behind it yet.
    open_end: bool,
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
        self.open_end = false;
        Ok(())
    }

    fn word(&mut self, meaning: Meaning) -> Result<(), BadValue> {
        let previous = self.previous.replace(meaning);
        match meaning {
            Meaning::Under => self.bound(previous != Some(Meaning::AtThe)),
            Meaning::Over => self.bound(previous == Some(Meaning::AtThe)),
            Meaning::Not => self.negated = true,
            Meaning::Up => {
                // `200 and up`; `up to 200` is told apart by the `to` that follows.
                self.over = true;
                self.joined = false;
            }
            Meaning::To if previous == Some(Meaning::Equal) => {}
            Meaning::To => {
                let up_to = previous == Some(Meaning::Up);
                self.over &= !up_to;
                self.under |= up_to || self.amounts.is_empty();
                self.open_end = !self.amounts.is_empty();
                self.joined = true;
            }
            Meaning::And => self.joined = true,
            Meaning::OtherPeriod => return Err(PERIOD),
            Meaning::Unknown => self.unknown = true,
            Meaning::AtThe | Meaning::Equal | Meaning::Unit | Meaning::Chatter => {}
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
            '-' if self.amounts.is_empty() => self.minus = self.previous.is_none(),
            '-' | '&' => self.joined = true,
            '~' => self.joined = !self.amounts.is_empty(),
            '%' => return Err(UNCLEAR),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Range, BadValue> {
        let scaled = |(amount, scale): (Decimal, Decimal)| amount.checked_mul(scale).ok_or(UNCLEAR);
        let (low, high) = match (self.amounts.as_slice(), self.under, self.over) {
            ([], ..) => return Err(TEXT),
            _ if self.unknown || self.open_end => return Err(UNCLEAR),
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
