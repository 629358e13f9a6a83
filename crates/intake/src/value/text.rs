//! Free text: tidy, with its line breaks.

use leadsink_core::value::Text;

use super::absent::is_absent;
use super::clean::{is_invisible, is_single_spaced, is_tidy};
use super::{BadValue, Parsed};

/// Trims, folds runs of spaces, makes every line break a `\n` and drops what cannot be seen.
///
/// # Errors
/// When the text holds a NUL, which is a sign of a broken file.
pub fn parse(text: &str) -> Parsed<Text> {
    if is_tidy(text) {
        return Ok(if is_absent(text) { None } else { Text::new(text).ok() });
    }
    if text.contains('\0') {
        return Err(BadValue::new(
            "control_character",
            "the text holds a NUL character; check the encoding of the file",
        ));
    }
    if is_absent(text) {
        return Ok(None);
    }
    let text = text.trim();
    Ok(if is_single_spaced(text) {
        Text::new(text)
    } else {
        Text::new(fold(text))
    }
    .ok())
}

/// Joiners shape letters of several scripts and emoji, so free text keeps them.
const fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            }
            c if c.is_control() || (is_invisible(c) && !joins(c)) => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_tidied_and_keeps_its_lines() {
        for (input, wanted) in [
            (
                "  Call after 5pm,\r\nnot on weekends ",
                "Call after 5pm,\nnot on weekends",
            ),
            ("a  b\t c", "a b c"),
            ("\u{feff}a\u{200b}b\u{7}", "ab"),
            ("one \r two", "one\ntwo"),
            ("Tamara Núñez", "Tamara Núñez"),
        ] {
            assert_eq!(parse(input).unwrap().unwrap().as_str(), wanted);
        }
        assert_eq!(parse(" n/a "), Ok(None));
        assert_eq!(parse("\u{200b}\u{200b}"), Ok(None));
        assert_eq!(parse("a\0b").unwrap_err().code, "control_character");
    }
}
