//! Rust source with the parts blanked that a rule must not look at. Lines and columns stay where they are.

use std::ops::Range;

/// What of a source to blank beside its comments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Literals {
    Keep,
    Blank,
}

/// The source without comments and, as told, without the insides of its strings.
pub(super) fn code(source: &str, literals: Literals) -> String {
    let spans = spans(source);
    let blanked = spans
        .into_iter()
        .filter(|(kind, _)| *kind == Kind::Comment || literals == Literals::Blank)
        .map(|(_, range)| range);
    blank(source, blanked)
}

/// As [`code`], without the items that only tests compile, such as those under `#[cfg(test)]`.
pub(super) fn library_code(source: &str, literals: Literals) -> String {
    let bare = code(source, Literals::Blank);
    blank(&code(source, literals), test_items(&bare))
}

/// The lines that hold a word as a whole, counted from 1.
pub(super) fn lines_with(text: &str, word: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let whole = line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let joins = |edge: Option<char>, side: Option<char>| edge.is_some_and(is_word) && side.is_some_and(is_word);
            !joins(word.chars().next(), before) && !joins(word.chars().next_back(), after)
        });
        if whole {
            lines.push(number + 1);
        }
    }
    lines
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn blank(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut out = text.as_bytes().to_vec();
    for range in ranges {
        for byte in &mut out[range] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    // The ranges end at ASCII characters, so no character is cut.
    String::from_utf8_lossy(&out).into_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    Literal,
}

/// Comments, and the insides of strings and characters.
fn spans(source: &str) -> Vec<(Kind, Range<usize>)> {
    let bytes = source.as_bytes();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source.as_bytes()[at..];
        let raw = if at > 0 && is_word(bytes[at - 1].into()) && !matches!(bytes[at - 1], b'b' | b'c') {
            None
        } else {
            raw_string(rest)
        };
        let (kind, inside, end) = if rest.starts_with(b"//") {
            let end = find(rest, b"\n").unwrap_or(rest.len());
            (Kind::Comment, 0..end, end)
        } else if rest.starts_with(b"/*") {
            let end = block_comment(rest);
            (Kind::Comment, 0..end, end)
        } else if let Some((inside, end)) = raw {
            (Kind::Literal, inside, end)
        } else if rest.starts_with(b"\"") {
            let end = quoted(rest, b'"');
            (Kind::Literal, 1..end.saturating_sub(1).max(1), end)
        } else if rest.starts_with(b"'") && is_character(&source[at + 1..]) {
            let end = quoted(rest, b'\'');
            (Kind::Literal, 1..end.saturating_sub(1).max(1), end)
        } else {
            at += 1;
            continue;
        };
        spans.push((kind, at + inside.start..at + inside.end));
        at += end;
    }
    spans
}

/// Whether what follows a quote is a character and not the name of a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw_string(rest: &[u8]) -> Option<(Range<usize>, usize)> {
    let marks = rest
        .strip_prefix(b"r")?
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let start = marks + 2;
    if rest.get(marks + 1) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(marks));
    let inside = find(&rest[start..], close.as_bytes()).map_or(rest.len(), |at| start + at);
    Some((start..inside, (inside + close.len()).min(rest.len())))
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// The items that only tests compile, by their brackets, in a source without literals.
fn test_items(code: &str) -> Vec<Range<usize>> {
    const ATTRIBUTE: &str = "#[cfg(";
    let mut items = Vec::new();
    let mut from = 0;
    while let Some(at) = code[from..].find(ATTRIBUTE) {
        let start = from + at;
        from = start + ATTRIBUTE.len();
        let closing = bracketed(&code[from - 1..], |depth, byte| depth == 0 && byte == b')');
        if !is_for_tests(&code[from..from - 1 + closing]) {
            continue;
        }
        // A `;` within brackets ends nothing: `[u8; 4]`.
        let end = bracketed(&code[start..], |depth, byte| depth == 0 && matches!(byte, b'}' | b';'));
        from = (start + end + 1).min(code.len());
        items.push(start..from);
    }
    items
}

/// Where a text that begins with or before a bracket comes to what is looked for, which is asked with the depth behind each
/// byte; its end where it does not.
fn bracketed(code: &str, is_end: impl Fn(usize, u8) -> bool) -> usize {
    let mut depth = 0_usize;
    let end = code.bytes().position(|byte| {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_end(depth, byte)
    });
    end.unwrap_or(code.len())
}

/// Whether a condition holds in tests alone: `test`, or `all(…)` with that among its parts.
fn is_for_tests(condition: &str) -> bool {
    let condition = condition.trim();
    let Some(parts) = condition.strip_prefix("all(").and_then(|rest| rest.strip_suffix(')')) else {
        return condition == "test";
    };
    let mut depth = 0_usize;
    let mut parts = parts.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.any(is_for_tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(source: &str) -> String {
        code(source, Literals::Blank)
    }

    #[test]
    fn comments_and_strings_are_blank() {
        for (source, expected) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("x\"y")"#, r#"f("    ")"#),
            ("r#\"a\"b\"#;", "r#\"   \"#;"),
            ("br\"a\\\" + c", "br\"  \" + c"),
            ("'\"' x '\\'' y", "' ' x '  ' y"),
            ("&'a str; 'b'", "&'a str; ' '"),
            ("\"é\"", "\"  \""),
            ("error(x)", "error(x)"),
            ("\"open", "\"   n"),
        ] {
            assert_eq!(bare(source), expected, "{source}");
        }
    }

    #[test]
    fn strings_stay_when_told() {
        assert_eq!(code("f(\"a\") // b", Literals::Keep), "f(\"a\")     ");
    }

    #[test]
    fn tests_are_no_library_code() {
        let source =
            "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { \"}\"; } }\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";
        let code = library_code(source, Literals::Blank);
        assert!(code.contains("fn a") && code.contains("fn c") && code.contains("fn e"));
        assert!(!code.contains("fn b") && !code.contains("mod d"));
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn what_only_tests_compile_is_told_by_its_condition_and_its_brackets() {
        let library = |source: &str| library_code(source, Literals::Blank);
        for source in [
            "#[cfg(all(test, feature = \"a\"))]\nmod b { fn gone() {} }",
            "#[cfg(all(any(unix, windows), test))]\nfn b() { gone() }",
            "#[cfg(test)]\nfn b() -> [u8; 4] { gone() }",
            "#[cfg(test)]\nconst GONE: [u8; 2] = [gone(0), gone(1)];",
            "#[cfg(test)]\n#[derive(Debug)]\nstruct Gone { gone: [u8; 4] }",
        ] {
            let code = library(&format!("{source}\nfn left() {{}}"));
            assert!(!code.contains("gone") && code.contains("fn left"), "{code}");
        }
        for source in [
            "#[cfg(any(test, unix))]\nfn stays() {}",
            "#[cfg(not(test))]\nfn stays() {}",
            "#[cfg(all(unix, not(test)))]\nfn stays() {}",
            "#[cfg(testing)]\nfn stays() {}",
        ] {
            assert!(library(source).contains("stays"), "{source}");
        }
    }

    #[test]
    fn a_word_is_found_as_a_whole() {
        assert_eq!(lines_with("println!()\neprintln!()\n x println!", "println!"), [1, 3]);
        assert_eq!(
            lines_with("no_expose_secret\nexpose_secrets", "expose_secret"),
            [0_usize; 0]
        );
    }
}
