//! Takes away what stands beside a name in the same cell: labels, roles, telephone numbers, other recipients.

use super::words::{is_glued_title, is_role};

/// The name alone. What is given must hold a letter, and so does what is returned.
pub(super) fn without_noise(full: &str) -> String {
    let name = without_label(full);
    let name = before_care_of(name);
    let name = without_role(name);
    let mut words: Vec<String> = Vec::new();
    let spaced = name.replace(',', ", ").replace(';', "; ");
    for word in spaced.split_whitespace() {
        let has_letter = word.contains(char::is_alphabetic);
        // Ages, telephone numbers and the marks around them; an `&` alone joins two persons.
        if has_letter || !word.contains(|c: char| c.is_ascii_digit()) {
            words.push(with_title_apart(word));
        }
    }
    let kept = words.join(" ");
    let kept = kept
        .trim_start_matches([',', ';', ' ', ':'])
        .trim_end_matches([',', ';', ' ', ':', '-', '#', '(', '+']);
    if kept.contains(char::is_alphabetic) {
        kept.to_owned()
    } else {
        full.to_owned()
    }
}

/// Takes `Attn:`, `Name:` and their like away.
fn without_label(name: &str) -> &str {
    const LABELS: &[&str] = &[
        "attn",
        "attention",
        "name",
        "full name",
        "contact",
        "contact name",
        "customer",
        "nombre",
        "nom",
        "c/o",
    ];
    let begins = |label: &str| {
        name.get(..label.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(label))
    };
    for label in LABELS.iter().filter(|label| begins(label)) {
        let behind = &name[label.len()..];
        let named = behind.trim_start_matches([':', '.', ' ']);
        // `Name` and `Contact` may be names of somebody; behind `Attn` and `c/o` a space is enough.
        let marked = behind.trim_start().starts_with(':')
            || (matches!(*label, "attn" | "attention" | "c/o") && named.len() < behind.len());
        if marked && named.contains(char::is_alphabetic) {
            return named;
        }
    }
    name
}

/// The name before `c/o`: the person, not where the post goes.
fn before_care_of(name: &str) -> &str {
    let at = [" c/o ", " C/O ", " c/o: ", " attn: ", " Attn: "]
        .iter()
        .find_map(|mark| name.find(mark));
    at.map_or(name, |at| &name[..at]).trim_end_matches([' ', ','])
}

/// Takes ` - Owner` and `, Owner` away; ` - Jones` is a part of the name.
fn without_role(name: &str) -> &str {
    [" - ", " – ", " — ", ", ", " / "]
        .iter()
        .filter_map(|mark| name.rsplit_once(mark))
        .find(|(_, behind)| is_role(behind))
        .map_or(name, |(before, _)| before)
}

/// `Mr.John` in two words.
fn with_title_apart(word: &str) -> String {
    match word.split_once('.') {
        Some((title, name)) if is_glued_title(title) && name.starts_with(char::is_alphabetic) && name.len() > 2 => {
            format!("{title}. {name}")
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_name_is_taken_away() {
        for (input, wanted) in [
            ("Attn: John Smith", "John Smith"),
            ("Attention John Smith", "John Smith"),
            ("Contact Smith", "Contact Smith"),
            ("Attna Smith", "Attna Smith"),
            ("c/o John Smith", "John Smith"),
            ("Jane Doe, c/o John Doe", "Jane Doe"),
            ("John Smith - Owner", "John Smith"),
            ("John Smith - Jones", "John Smith - Jones"),
            ("John Smith, Home Owner", "John Smith"),
            ("John Smith 217-555-0123", "John Smith"),
            ("John Smith #2", "John Smith"),
            ("John & Jane Smith", "John & Jane Smith"),
            ("John Smith 3rd", "John Smith 3rd"),
            ("Mr.John Smith", "Mr. John Smith"),
            ("Ph.D. Smith", "Ph.D. Smith"),
            ("Owner", "Owner"),
        ] {
            assert_eq!(without_noise(input), wanted, "{input}");
        }
    }
}
