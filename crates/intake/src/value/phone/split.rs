//! Takes the text of one telephone number apart: its digits, its extension, and the words around it.

use super::{BadValue, LETTERS, LIST, SCIENTIFIC, TOO_SHORT};

/// The digits of a number as they are dialled, with the `+` they may begin with, and those of its extension.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) digits: String,
    pub(super) extension: Option<String>,
}

/// An extension has fewer digits than a number.
const MOST_EXTENSION_DIGITS: usize = 6;

/// Splits a plain text (see `clean::plain`). In the North American plan letters may stand for digits, and a number is
/// complete with ten digits.
pub(super) fn split(text: &str, in_nanp: bool) -> Result<Split, BadValue> {
    if let Some(digits) = from_spreadsheet(text)? {
        return Ok(Split {
            digits,
            extension: None,
        });
    }
    let has_words = text.contains(char::is_alphabetic);
    // `217_555_0123`, `[217] 555-0123`.
    let usual = text.replace('_', "-").replace('[', "(").replace(']', ")");
    let text = without_label(&usual);
    let end = text
        .find(|c: char| !matches!(c, '0'..='9' | ' ' | '-' | '.' | '(' | ')' | '+' | '/'))
        .unwrap_or(text.len());
    let (body, rest) = text.split_at(end);
    let mut digits = digits_of(body);
    let doubled = digits.len() - digits.trim_start_matches('+').len();
    digits.drain(..doubled.saturating_sub(1));
    if digits.rfind('+').is_some_and(|at| at > 0) || is_pair(body) {
        return Err(LIST);
    }
    let count = digits.trim_start_matches('+').len();
    if let Some((extension, behind)) = extension(rest)
        && count >= 7
    {
        return if count_digits(behind) >= 7 {
            Err(LIST)
        } else {
            Ok(Split {
                digits: with_plus(digits, in_nanp),
                extension: Some(extension.to_owned()),
            })
        };
    }
    if !is_complete(&digits, in_nanp) {
        if in_nanp && let Some((dialled, extension)) = vanity_with_extension(&digits, body, rest) {
            return Ok(Split {
                digits: dialled,
                extension,
            });
        } else if count < 7 && has_words {
            return Err(LETTERS);
        } else if rest.contains(char::is_alphabetic) {
            return Err(TOO_SHORT);
        }
    } else if count_digits(rest) >= 7 {
        return Err(LIST);
    }
    if digits.is_empty() {
        return Err(TOO_SHORT);
    }
    Ok(Split {
        digits: with_plus(digits, in_nanp),
        extension: None,
    })
}

/// The digits of a number that a spreadsheet took for an amount: `2175550123.0`, or `2.17E+9`, of which digits are lost.
fn from_spreadsheet(text: &str) -> Result<Option<String>, BadValue> {
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(whole) = text.strip_suffix(".0")
        && all_digits(whole)
        && whole.len() >= 10
    {
        return Ok(Some(whole.to_owned()));
    }
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return Ok(None);
    };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    if !all_digits(exponent) || !mantissa.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let Some((whole, decimals)) = mantissa.split_once(['.', ',']).or(Some((mantissa, ""))) else {
        return Ok(None);
    };
    if whole.len() != 1 || !(decimals.is_empty() || all_digits(decimals)) {
        return Ok(None);
    }
    if exponent.parse() == Ok(decimals.len()) {
        return Ok(Some(format!("{whole}{decimals}")));
    }
    Err(SCIENTIFIC)
}

/// Takes words before the number away: `tel:`, `Cell:`, `p:`, `Call me at`.
fn without_label(text: &str) -> &str {
    match text.find(|c: char| c.is_ascii_digit() || c == '+') {
        Some(start) => {
            let bracket = text[..start].ends_with('(');
            &text[start - usize::from(bracket)..]
        }
        None => text,
    }
}

/// The digits, and each `+` before them.
fn digits_of(body: &str) -> String {
    body.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

fn count_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Whether two numbers stand on both sides of a slash. `217/555-0123` is one.
fn is_pair(body: &str) -> bool {
    body.split('/').filter(|part| count_digits(part) >= 7).count() > 1
}

fn is_complete(digits: &str, in_nanp: bool) -> bool {
    let least = match digits.as_bytes() {
        [b'+', b'1', ..] => 11,
        [b'+', ..] => 7,
        [b'1', ..] if in_nanp => 11,
        _ if in_nanp => 10,
        _ => 7,
    };
    digits.trim_start_matches('+').len() >= least
}

/// In the North American plan `00` and `001` begin no number; whoever writes them dials from abroad, where they mean `+`.
fn with_plus(digits: String, in_nanp: bool) -> String {
    match digits.strip_prefix("00") {
        Some(abroad) if in_nanp => format!("+{abroad}"),
        _ => digits,
    }
}

/// The digits of an extension and what stands behind them: `x42`, `ext. 42`, `extension: 42`, `#42`, `;ext=42`, `,,42`.
fn extension(rest: &str) -> Option<(&str, &str)> {
    const MARKS: &[&str] = &["extension", "extn", "ext", "x", "#"];
    let separated = rest.trim_start_matches([' ', ',', ';', '(', '[']);
    let mark = MARKS.iter().find(|mark| {
        let start = separated.get(..mark.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(mark))
    });
    let digits = match mark {
        Some(mark) => separated[mark.len()..].trim_start_matches([' ', '.', ':', '=', '#', '-']),
        None if rest.starts_with(',') => separated,
        None => return None,
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (1..=MOST_EXTENSION_DIGITS).contains(&end).then(|| digits.split_at(end))
}

/// A number that is partly spelt out, and the extension behind it.
fn vanity_with_extension(digits: &str, body: &str, rest: &str) -> Option<(String, Option<String>)> {
    if let Some(dialled) = vanity(digits, body, rest) {
        return Some((dialled, None));
    }
    let mut spaces = rest.match_indices([' ', ',', ';', '#']);
    spaces.find_map(|(at, _)| {
        let (extension, behind) = extension(&rest[at..])?;
        let dialled = vanity(digits, body, &rest[..at]).filter(|_| count_digits(behind) < 7)?;
        Some((dialled, Some(extension.to_owned())))
    })
}

/// The digits of a number that is partly spelt out, such as `1-800-FLOWERS`. Words beside a number are no part of it: the
/// letters begin with a capital, make up ten digits, and stand right behind the digits or a toll-free area code.
fn vanity(digits: &str, body: &str, rest: &str) -> Option<String> {
    const TOLL_FREE: &[&str] = &["800", "833", "844", "855", "866", "877", "888"];
    let national = digits.strip_prefix('+').unwrap_or(digits);
    let national = national.strip_prefix('1').unwrap_or(national);
    let toll_free = TOLL_FREE.iter().any(|code| national.starts_with(code));
    let letters = rest.split('(').next().unwrap_or(rest).trim_end();
    let attached = !body.ends_with(' ') && !letters.bytes().any(|b| b.is_ascii_lowercase() || b == b' ');
    if national.len() < 3 || !letters.starts_with(|c: char| c.is_ascii_uppercase()) || !(toll_free || attached) {
        return None;
    }
    let mut dialled = national.to_owned();
    for c in letters.chars().filter(|c| !matches!(c, '-' | '.' | ' ')) {
        dialled.push(keypad(c)?);
    }
    // Of a word that is longer than the number, the exchange ignores the rest.
    let most = if toll_free { 12 } else { 10 };
    if !(10..=most).contains(&dialled.len()) {
        return None;
    }
    dialled.truncate(10);
    Some(dialled)
}

const fn keypad(c: char) -> Option<char> {
    Some(match c.to_ascii_lowercase() {
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        'w'..='z' => '9',
        '0'..='9' => c,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_stand_apart() {
        for (input, wanted) in [
            ("x42", Some(("42", ""))),
            (", ext. 42", Some(("42", ""))),
            ("Extension: 42 (desk)", Some(("42", " (desk)"))),
            ("#42", Some(("42", ""))),
            (";ext=42", Some(("42", ""))),
            (",,42", Some(("42", ""))),
            ("x2175550123", None),
            ("xylophone", None),
            ("cell", None),
        ] {
            assert_eq!(extension(input), wanted, "{input}");
        }
    }

    #[test]
    fn only_genuine_letter_numbers_are_dialled() {
        let dialled = |text| split(text, true).map(|split| split.digits);
        assert_eq!(dialled("1-800-FLOWERS").as_deref(), Ok("8003569377"));
        assert_eq!(dialled("1-800-GOT-JUNK").as_deref(), Ok("8004685865"));
        assert_eq!(dialled("1 800 Contacts").as_deref(), Ok("8002668228"));
        assert_eq!(dialled("(217) 555-HOME").as_deref(), Ok("2175554663"));
        assert_eq!(dialled("858-232-4411 CELL").as_deref(), Ok("8582324411"));
        let with_extension = split("1-800-FLOWERS ext 5", true).unwrap();
        assert_eq!(with_extension.digits, "8003569377");
        assert_eq!(with_extension.extension.as_deref(), Some("5"));
        assert_eq!(dialled("858-232 CELL"), Err(LETTERS));
        assert_eq!(dialled("858-2324 Home"), Err(TOO_SHORT));
    }
}
