//! What every parser does first: take invisible characters and quotation marks away, fold spaces and look-alikes.

use std::borrow::Cow;

/// Whether [`tidy`] would leave the text as it is, told by its bytes alone: visible ASCII at both ends, no quotation mark
/// before it, and single spaces between. Of most cells that is so; of some it is that nobody here can tell.
pub(crate) fn is_tidy(text: &str) -> bool {
    let ([b'!'..=b'~', .., b'!'..=b'~'] | [b'!'..=b'~']) = text.as_bytes() else {
        return false;
    };
    !text.starts_with(['"', '\'']) && is_single_spaced(text)
}

/// Whether it is ASCII that can be seen, without two spaces in a row. Nearly every cell is asked, some more than once, so
/// eight bytes are looked at together.
pub(crate) fn is_single_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(last) = bytes.last_chunk() else {
        let pairs = bytes.iter().zip(bytes.iter().skip(1));
        return bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
            && !pairs.into_iter().any(|pair| pair == (&b' ', &b' '));
    };
    let (mut bad, mut before) = (0, 0);
    for chunk in bytes.as_chunks().0 {
        let (found, spaces) = unclean(*chunk, before);
        bad |= found;
        before = spaces;
    }
    // The last eight overlap those before, which changes nothing.
    bad | unclean(*last, 0).0 == 0
}

/// A bit for each byte that cannot be seen, is not ASCII or is the second of two spaces, and one for each space. Where the
/// bytes before end with a space, their bits say so.
const fn unclean(bytes: [u8; 8], before: u64) -> (u64, u64) {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    const SPACES: u64 = ONES * b' ' as u64;
    let word = u64::from_le_bytes(bytes);
    // The top bit of a sum or difference says whether the byte reaches a limit.
    let below_space = !((word | TOPS) - SPACES);
    let delete = (word & !TOPS) + ONES;
    let differs = word ^ SPACES;
    let spaces = !(((differs & !TOPS) + !TOPS) | differs) & TOPS;
    let second_space = spaces & (spaces << 8 | before >> 56);
    ((word | below_space | delete) & TOPS | second_space, spaces)
}

/// The text without white space around it. Most cells have none, which their bytes tell.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] | [b'!'..=b'~', .., b'!'..=b'~'] | [b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// The text without quotation marks around the whole of it, straight or curly, and trimmed. Marks around a part of it
/// stay: `"Jack" Smith`.
pub(crate) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let (open, close) = match text.chars().next() {
        Some('"') => ('"', '"'),
        Some('\'') => ('\'', '\''),
        Some('“') => ('“', '”'),
        Some('‘') => ('‘', '’'),
        _ => return text,
    };
    let inner = text.trim_start_matches(open).trim_end_matches(close);
    if inner.is_empty() {
        return inner;
    }
    // An apostrophe inside a word is no quotation mark.
    let ends_inside = inner
        .char_indices()
        .any(|(at, c)| (c == open || c == close) && (open == '"' || open == '“' || !is_apostrophe(inner, at, c)));
    if text.ends_with(close) && !ends_inside {
        inner.trim()
    } else {
        text
    }
}

fn is_apostrophe(text: &str, at: usize, c: char) -> bool {
    text[..at].ends_with(char::is_alphanumeric) && text[at + c.len_utf8()..].starts_with(char::is_alphanumeric)
}

/// Whether a character is there and shows nothing: zero-width, byte order and writing direction marks, which come with
/// pasted text.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a control character stands inside the text, line breaks and tabs among them.
pub(crate) fn has_inner_control(text: &str) -> bool {
    !is_single_spaced(text) && text.trim().chars().any(char::is_control)
}

/// One line: invisible and control characters gone, every run of white space one space, trimmed, out of its quotation
/// marks.
pub(crate) fn tidy(text: &str) -> Cow<'_, str> {
    if is_tidy(text) {
        return Cow::Borrowed(text);
    }
    let text = unquoted(text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)));
    if is_single_spaced(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !c.is_control() && !is_invisible(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// [`tidy`], with full-width and other digits, dashes and quotation marks as in ASCII, and without the marks by which
/// spreadsheets keep text from becoming a number: `'02134` and `="02134"`.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    match tidy(text) {
        Cow::Borrowed(text) => Cow::Borrowed(without_text_mark(text)),
        Cow::Owned(text) => {
            let ascii: String = text.chars().map(to_ascii_look_alike).collect();
            Cow::Owned(without_text_mark(ascii.trim()).to_owned())
        }
    }
}

fn without_text_mark(text: &str) -> &str {
    if !text.starts_with(['=', '\'']) {
        return text.trim();
    }
    let formula = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    formula.or_else(|| text.strip_prefix('\'')).unwrap_or(text).trim()
}

fn to_ascii_look_alike(c: char) -> char {
    let shift = |from: u32, to: u8| char::from_u32(u32::from(c) - from + u32::from(to)).unwrap_or(c);
    match c {
        '\u{ff01}'..='\u{ff5e}' => shift(0xff01, b'!'),
        '\u{660}'..='\u{669}' => shift(0x660, b'0'),
        '\u{6f0}'..='\u{6f9}' => shift(0x6f0, b'0'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{fe63}' | '\u{30fc}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{b4}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{2033}' => '"',
        '\u{2024}' | '\u{3002}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        other => other,
    }
}

/// The words of a text for looking them up: lower case, without accents, full stops and apostrophes; everything else
/// that is no letter or digit is a space.
pub(crate) fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() {
                out.push(char::from(byte.to_ascii_lowercase()));
            } else if !matches!(byte, b'.' | b'\'') && !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.truncate(out.trim_end().len());
        return out;
    }
    for c in text.chars().flat_map(char::to_lowercase).map(without_accent) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !matches!(c, '.' | '\'' | '’' | '‘') && !is_mark(c) && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether a character only modifies another, as an accent written apart, or shows nothing.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}') || is_invisible(c)
}

const fn without_accent(c: char) -> char {
    match c {
        'à'..='å' | 'ā' => 'a',
        'ç' | 'č' => 'c',
        'è'..='ë' | 'ē' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ō' | 'ø' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidying_folds_spaces_and_drops_what_cannot_be_seen() {
        assert_eq!(tidy("  Lisa \u{a0} Steele\r\n"), "Lisa Steele");
        assert_eq!(tidy("\u{202a}+1 619\u{202c}"), "+1 619");
        assert_eq!(tidy("a\u{0}b"), "ab");
        assert!(matches!(tidy(" 12 Main St "), Cow::Borrowed("12 Main St")));
    }

    #[test]
    fn what_the_bytes_say_is_tidy_stays_as_it_is() {
        for text in ["x", "a b", "12 Main St", "O'", "a\"b", "=\"1\""] {
            assert!(is_tidy(text), "{text}");
            assert_eq!(tidy(text), text);
        }
        for text in [
            "",
            " a",
            "a ",
            "a  b",
            "\"a",
            "'a'",
            "é",
            "a\tb",
            "a\u{7f}",
            "a\u{200b}",
        ] {
            assert!(!is_tidy(text), "{text:?}");
        }
        // Wherever it stands among the eight bytes that are looked at together.
        for length in 2..40 {
            let text: String = "a ~!".chars().cycle().take(length).chain(['x']).collect();
            assert!(is_tidy(&text), "{text}");
            for at in 1..length {
                for odd in ["  ", "\t", "\0", "\u{1f}", "\u{7f}", "é", "\u{a0}", "\u{200b}"] {
                    let odd = format!("{}{odd}{}", &text[..at], &text[at..]);
                    assert!(!is_tidy(&odd), "{odd:?}");
                }
            }
        }
        assert_eq!(trimmed("\u{a0}a\u{2003}"), "a");
    }

    #[test]
    fn quotation_marks_around_the_whole_are_taken_off() {
        for (input, wanted) in [
            ("\"02134\"", "02134"),
            ("'John Smith'", "John Smith"),
            ("“John Smith”", "John Smith"),
            ("‘John O’Brien’", "John O’Brien"),
            ("'John O'Brien'", "John O'Brien"),
            ("\"\"x\"\"", "x"),
            (" \" x \" ", "x"),
            ("\"Jack\" Smith", "\"Jack\" Smith"),
            ("\"Jack\" and \"Jill\"", "\"Jack\" and \"Jill\""),
            ("\"open", "\"open"),
            ("'02134", "'02134"),
            ("O'", "O'"),
        ] {
            assert_eq!(tidy(input), wanted, "{input}");
        }
        assert_eq!(plain("“203.0.113.48”"), "203.0.113.48");
        assert_eq!(plain("\"'02134\""), "02134");
    }

    #[test]
    fn look_alikes_become_ascii() {
        assert_eq!(plain("１００–１５０"), "100-150");
        assert_eq!(plain("=\"02134\""), "02134");
        assert_eq!(plain("'02134"), "02134");
    }

    #[test]
    fn keys_are_bare_words() {
        assert_eq!(key(" N.Y. "), "ny");
        assert_eq!(key("Québec"), "quebec");
        assert_eq!(key("Que\u{301}bec"), "quebec");
        assert_eq!(key("NEW  YORK"), "new york");
        assert_eq!(key("don't_know"), "dont know");
    }
}
