//! Plain numbers, with their thousands marks and units.

use leadsink_core::value::Decimal;

use super::absent::is_absent;
use super::clean::{key, plain};
use super::{BadValue, DecimalStyle, Hints, Parsed};

const TEXT: BadValue = BadValue::new("number_text", "it is no number");
const SEVERAL: BadValue = BadValue::new("number_several", "there are several numbers; give one only");
const INTEGER: BadValue = BadValue::new("number_integer", "it is no whole number from 0 to 4294967295");

/// Reads a decimal number, with a unit or a currency or without.
///
/// # Errors
/// When it is none.
pub fn decimal(text: &str, hints: &Hints) -> Parsed<Decimal> {
    if is_absent(text) {
        return Ok(None);
    }
    let text = plain(text);
    let start = text.find(|c: char| c.is_ascii_digit()).ok_or(TEXT)?;
    let point = usize::from(text[..start].ends_with('.'));
    let before = text[..start - point].trim_end();
    let negative = before.ends_with('-') || before.strip_suffix('$').is_some_and(|before| before.ends_with('-'));
    let (number, rest) = scan(&text[start - point..], hints.decimal).ok_or(TEXT)?;
    if rest.contains(|c: char| c.is_ascii_digit()) {
        return Err(SEVERAL);
    }
    Ok(Some(if negative { -number } else { number }))
}

/// Reads a whole number, not negative: `1,800 sq ft` is 1800, `two` is 2.
///
/// # Errors
/// When it is none.
pub fn integer(text: &str) -> Parsed<u32> {
    const WORDS: [&str; 11] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    if !is_absent(text) && !text.contains(|c: char| c.is_numeric()) {
        let key = key(text);
        let first = key.split(' ').next().unwrap_or_default();
        let number = WORDS.iter().position(|word| *word == first);
        return number
            .and_then(|number| u32::try_from(number).ok())
            .map(Some)
            .ok_or(TEXT);
    }
    let Some(number) = decimal(text, &Hints::default())? else {
        return Ok(None);
    };
    let whole = number.as_whole().and_then(|whole| u32::try_from(whole).ok());
    whole.map(Some).ok_or(INTEGER)
}

/// Reads the number that a text begins with; also returns what stands behind it. The style decides only where a text
/// could be read either way: `1,234` and `1.234`.
pub(super) fn scan(text: &str, style: DecimalStyle) -> Option<(Decimal, &str)> {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let digit_follows = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let group_follows = bytes
            .get(end + 1..end + 4)
            .is_some_and(|group| group.iter().all(u8::is_ascii_digit))
            && !bytes.get(end + 4).is_some_and(u8::is_ascii_digit);
        let belongs = match byte {
            b'0'..=b'9' => true,
            b'.' | b',' => digit_follows,
            b'\'' => group_follows,
            b' ' => group_follows && is_spaced_group(text, end, style),
            _ => false,
        };
        if !belongs {
            break;
        }
        end += 1;
    }
    let (number, rest) = text.split_at(end);
    let mark = decimal_mark(number, style)?;
    let (whole, decimals) = match mark {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    if !is_grouped(whole) || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut plain: String = whole.chars().filter(char::is_ascii_digit).collect();
    if !decimals.is_empty() {
        plain.push('.');
        plain.push_str(decimals);
    }
    Some((plain.parse().ok()?, rest))
}

/// Whether a space before three digits stands between thousands, as in `1 234,56`, and not between two numbers, as in
/// `100 150`. French and Swiss files write so; elsewhere it needs a sign that it is one number.
fn is_spaced_group(text: &str, space: usize, style: DecimalStyle) -> bool {
    let (before, group) = (&text[..space], &text[space + 1..space + 4]);
    let mut groups = before.split(' ');
    let starts_well = groups
        .next()
        .is_some_and(|first| (1..=3).contains(&first.len()) && !first.starts_with('0'));
    let later = before.contains(' ');
    let whole = before.bytes().all(|b| b.is_ascii_digit() || b == b' ');
    starts_well && whole && (style == DecimalStyle::Comma || later || space == 1 || group == "000")
}

/// Where the decimals begin, if there are any; nothing at all where the marks make no sense.
fn decimal_mark(number: &str, style: DecimalStyle) -> Option<Option<usize>> {
    let (point, comma) = (number.rfind('.'), number.rfind(','));
    let single = |at: usize, mark: char, usual: DecimalStyle| {
        let repeated = number.matches(mark).count() > 1;
        let three_behind = number.len() - at == 4 && (1..=3).contains(&at) && !number.starts_with('0');
        match (repeated, three_behind) {
            (true, _) => None,
            (false, true) if style != usual => None,
            (false, _) => Some(at),
        }
    };
    match (point, comma) {
        (Some(point), Some(comma)) => Some(Some(point.max(comma))),
        (Some(point), None) => Some(single(point, '.', DecimalStyle::Point)),
        (None, Some(comma)) => Some(single(comma, ',', DecimalStyle::Comma)),
        (None, None) => Some(None),
    }
    .filter(|_| number.contains(|c: char| c.is_ascii_digit()))
}

/// Whether the thousands marks, if any, are one sort of mark and stand before three digits each.
fn is_grouped(whole: &str) -> bool {
    let Some(mark) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return true;
    };
    whole.split(mark).enumerate().all(|(index, group)| {
        let good_length = if index == 0 {
            (1..=3).contains(&group.len())
        } else {
            group.len() == 3
        };
        good_length && group.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, style: DecimalStyle) -> String {
        match decimal(text, &Hints::default().with_decimal(style)) {
            Ok(number) => number.map_or("absent".to_owned(), |number| number.to_string()),
            Err(bad) => bad.code.to_owned(),
        }
    }

    #[test]
    fn the_style_decides_only_what_could_be_either() {
        for (input, point, comma) in [
            ("1234.56", "1234.56", "1234.56"),
            ("1,234.56", "1234.56", "1234.56"),
            ("1.234,56", "1234.56", "1234.56"),
            ("123,50", "123.50", "123.50"),
            ("123.50", "123.50", "123.50"),
            ("1,234", "1234", "1.234"),
            ("1.234", "1.234", "1234"),
            ("0,125", "0.125", "0.125"),
            ("1,234,567", "1234567", "1234567"),
            ("1.234.567,8", "1234567.8", "1234567.8"),
            ("1'234.5", "1234.5", "1234.5"),
            ("1 234,5", "1234.5", "1234.5"),
            ("1 000", "1000", "1000"),
            ("1 234 567", "1234567", "1234567"),
            ("10 000", "10000", "10000"),
            ("100 150", "number_several", "100150"),
            ("217 555 0123", "number_several", "number_several"),
            ("12,34,567", "number_text", "number_text"),
            ("1,2.3", "number_text", "number_text"),
        ] {
            assert_eq!(read(input, DecimalStyle::Point), point, "{input}");
            assert_eq!(read(input, DecimalStyle::Comma), comma, "{input}");
        }
    }

    #[test]
    fn units_and_currencies_are_left_out() {
        for (input, wanted) in [
            ("$459.00", "459.00"),
            ("$ 1 000,50", "1000.50"),
            ("-90.35", "-90.35"),
            ("-$5", "-5"),
            (".5", "0.5"),
            ("about 12 kWh", "12"),
            ("n/a", "absent"),
            ("much", "number_text"),
            ("1 or 2", "number_several"),
            ("1e3", "number_several"),
        ] {
            assert_eq!(read(input, DecimalStyle::Point), wanted, "{input}");
        }
    }

    #[test]
    fn whole_numbers_may_be_words() {
        for (input, wanted) in [
            ("1,800 sq ft", Ok(Some(1800))),
            ("2.0", Ok(Some(2))),
            ("Two story", Ok(Some(2))),
            ("two-story", Ok(Some(2))),
            ("-", Ok(None)),
            ("2.5", Err("number_integer")),
            ("-3", Err("number_integer")),
            ("99999999999", Err("number_integer")),
            ("many", Err("number_text")),
        ] {
            assert_eq!(integer(input).map_err(|bad| bad.code), wanted, "{input}");
        }
    }
}
