//! Folds headers, so that `First Name*`, `first_name` and `FirstName` are one.

/// The words of a header in lower case, without accents and marks: `Own Home?` is `own home`.
pub(super) fn words(header: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut chars = header.chars().peekable();
    while let Some(c) = chars.next() {
        let letter = c.is_alphanumeric();
        let hump = c.is_uppercase()
            && (before.is_lowercase()
                || (before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase())));
        if letter && (hump || !before.is_alphanumeric()) {
            words.push(String::new());
        }
        // An apostrophe is part of its word.
        if letter && let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase().map(plain));
        }
        if !matches!(c, '\'' | '’') {
            before = c;
        }
    }
    words
}

/// A header without case, accents, marks and spaces: `E-mail Address` is `emailaddress`.
pub(super) fn squash(header: &str) -> String {
    header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect()
}

/// Takes the accents off the letters of Western languages.
fn plain(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ß' => 's',
        other => other,
    }
}

/// A header without what forms put around its name: a star, `(required)`, `(optional)`, a number before it.
pub(super) fn trim_marks(header: &str) -> &str {
    let mut header = header.trim();
    loop {
        header = header.trim_end_matches(['*', ':', '?', ' ']);
        let remark = header.rfind('(').filter(|open| {
            let inner = header[open + 1..].strip_suffix(')').map(squash);
            inner.is_some_and(|inner| REMARKS.contains(&inner.as_str()))
        });
        let Some(open) = remark else { break };
        header = &header[..open];
    }
    let unnumbered = header.trim_start_matches(|c: char| c.is_ascii_digit());
    match unnumbered.strip_prefix(['.', ')']) {
        Some(rest) if unnumbered.len() < header.len() => rest.trim_start(),
        _ => header,
    }
}

/// What stands in parentheses behind a name and says nothing about it; marks such as `($)` fold to nothing.
const REMARKS: &[&str] = &["", "required", "optional", "ifany", "ifapplicable"];

/// The two parts of `Address (City)` and of `Phone - Mobile`, and whether they are written in the first way.
pub(super) fn aside(header: &str) -> Option<(&str, &str, bool)> {
    let brackets = header.strip_suffix(')').and_then(|header| header.rsplit_once('('));
    let (outer, inner) = brackets.or_else(|| {
        let dashes = [" - ", " – ", ": "];
        dashes.iter().find_map(|dash| header.rsplit_once(dash))
    })?;
    let (outer, inner) = (outer.trim(), inner.trim());
    (!outer.is_empty() && !inner.is_empty()).then_some((outer, inner, brackets.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_header_fold_to_one() {
        for header in ["First Name", "first_name", "FIRST-NAME", "FirstName", " first name* "] {
            assert_eq!(squash(trim_marks(header)), "firstname");
            assert_eq!(words(header).join(" "), "first name");
        }
        assert_eq!(words("do_you_own_your_home?").join(" "), "do you own your home");
        assert_eq!(words("What's the ZIPCode").join(" "), "whats the zip code");
        assert_eq!(squash("Número de teléfono"), "numerodetelefono");
    }

    #[test]
    fn marks_of_forms_are_left_out() {
        for header in [
            "Email (required)",
            "Email*",
            "Email:",
            "3. Email",
            "Email ($) (optional) *",
        ] {
            assert_eq!(trim_marks(header), "Email");
        }
        assert_eq!(trim_marks("(Email)"), "(Email)");
    }

    #[test]
    fn a_part_stands_in_parentheses_or_behind_a_dash() {
        assert_eq!(
            aside("Address (ZIP / Postal Code)"),
            Some(("Address", "ZIP / Postal Code", true))
        );
        assert_eq!(aside("Phone - Mobile"), Some(("Phone", "Mobile", false)));
        assert_eq!(aside("E-Mail"), None);
        assert_eq!(aside("(Email)"), None);
    }
}
