//! Whether anything is there at all: the words, marks and errors that programs write where there is no value.

use super::clean::{is_invisible, unquoted};

/// Whether the text says that there is no value: blank, `n/a`, `null`, `-`, an error of a spreadsheet and their like, in
/// brackets or quotes too. `Na`, `Nan` and `Nil` are names when written so.
#[must_use]
#[inline]
pub fn is_absent(text: &str) -> bool {
    match text.as_bytes() {
        [] => true,
        // No marker begins so.
        [
            b'0'..=b'9' | b'A'..=b'M' | b'O'..=b'T' | b'V'..=b'Z' | b'a'..=b'm' | b'o'..=b't' | b'v'..=b'z',
            ..,
        ]
        | [b'$' | b'+' | b'#' | b'(', b'0'..=b'9', ..] => false,
        // None of those that begin with `n` goes on so.
        [b'n' | b'N', b'b'..=b'h' | b'B'..=b'H', ..] | [b'n' | b'N', b'o' | b'O'] => false,
        _ => is_marker(text),
    }
}

fn is_marker(text: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || is_invisible(c);
    let text = unquoted(text.trim_matches(blank)).trim_matches(blank);
    if text
        .chars()
        .all(|c| matches!(c, '-' | '–' | '—' | '.' | '?' | '_' | '*'))
    {
        return true;
    }
    if is_test_lead(text) {
        return true;
    }
    if text.len() > 16 || matches!(text, "Na" | "Nan" | "Nil") {
        return false;
    }
    let is_one_of = |text: &str, words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(text, MARKERS) {
        return true;
    }
    BRACKETS.iter().any(|&(open, close)| {
        let inner = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
        inner.is_some_and(|inner| is_one_of(inner, MARKERS) || is_one_of(inner, BRACKETED))
    })
}

const MARKERS: &[&str] = &[
    "n/a",
    "na",
    "n.a.",
    "n/a.",
    "#n/a",
    "#null!",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#num!",
    "#error!",
    "#calc!",
    "#spill!",
    "\\n",
    "null",
    "nil",
    "nan",
    "none",
    "undefined",
    "unknown",
    "not applicable",
    "not available",
    "not provided",
    "not specified",
    "no data",
];
/// Words that say so only in brackets.
const BRACKETED: &[&str] = &["blank", "empty", "not set", "no value"];
const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('<', '>')];

/// Whether it is what Facebook's testing tool puts in every field: `<test lead: dummy data for full_name>`.
fn is_test_lead(text: &str) -> bool {
    const START: &str = "<test lead:";
    let start = text.get(..START.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(START)) && text.ends_with('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_nothing_are_absent() {
        for nothing in [
            "",
            "  ",
            "\r\n",
            "\u{feff}",
            "\u{a0}",
            "n/a",
            "N/A",
            "NA",
            "null",
            "NULL",
            "None",
            "-",
            "--",
            "—",
            "#N/A",
            "undefined",
            "Unknown",
            "(null)",
            "[none]",
            "\\N",
            "nil",
            "?",
            " - ",
            "[not provided]",
            "(not provided)",
            "<not provided>",
            "[Not Applicable]",
            "(blank)",
            "#REF!",
            "#VALUE!",
            "#NAME?",
            "#DIV/0!",
            "#NUM!",
            "\"\"",
            "\"",
            "''",
            "\" \"",
            "\"n/a\"",
            "“null”",
            "<test lead: dummy data for full_name>",
        ] {
            assert!(is_absent(nothing), "{nothing:?}");
        }
        for something in [
            "0",
            "no",
            "Na",
            "Nil",
            "Nan",
            "Nguyen",
            "-1",
            "x",
            "Noneman",
            "(619) 555-0134",
            "[ ]",
            "<joe@example.com>",
            "#1",
        ] {
            assert!(!is_absent(something), "{something:?}");
        }
    }
}
