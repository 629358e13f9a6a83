//! Splits a tidy full name into its parts.

use super::words::{is_and, is_organisation, is_particle, is_suffix, is_suffix_behind_comma, is_title};

/// The parts; empty where there is none.
#[derive(Default)]
pub(super) struct Split {
    pub(super) salutation: String,
    pub(super) first: String,
    pub(super) middle: String,
    pub(super) last: String,
    pub(super) suffix: String,
    /// The whole name in the order in which it is spoken, where it was given in another.
    pub(super) reordered: Option<String>,
}

pub(super) fn split(full: &str) -> Split {
    let without_nickname = without_nicknames(full);
    let mut suffixes = Vec::new();
    let segments = segments(&without_nickname, &mut suffixes);
    let mut split = Split::default();
    let Some((family, given)) = segments.split_first() else {
        split.first = full.to_owned();
        return split;
    };
    let given = given.concat();
    let mut titles = Vec::new();
    let taken = if given.is_empty() {
        let first_person = person(family, &mut titles, &mut suffixes);
        in_reading_order(first_person)
    } else {
        let family = take_titles(family, &mut titles, true);
        let family = take_suffixes(family, &mut suffixes, 1);
        let everybody = take_suffixes(&given, &mut suffixes, 0);
        split.reordered = Some([&titles, everybody, family].concat().join(" "));
        let given = before_and(take_titles(&given, &mut titles, true));
        let given = take_suffixes(given, &mut Vec::new(), 0);
        let (first, middle) = given.split_at(given.len().min(1));
        (first.join(" "), middle.join(" "), family.join(" "))
    };
    (split.first, split.middle, split.last) = taken;
    // Behind a title a single word is a family name.
    if !titles.is_empty() && split.last.is_empty() {
        std::mem::swap(&mut split.first, &mut split.last);
    }
    split.salutation = titles.join(" ");
    split.suffix = suffixes.join(", ");
    if let Some(spoken) = &mut split.reordered
        && !suffixes.is_empty()
    {
        spoken.push(' ');
        spoken.push_str(&split.suffix);
    }
    split
}

/// The words between the commas: the whole name, or the family name and the given ones. Suffixes are taken out; what
/// else is no given name, such as `LLC` or a second person, is left out.
fn segments<'a>(name: &'a str, suffixes: &mut Vec<String>) -> Vec<Vec<&'a str>> {
    let mut segments: Vec<Vec<&str>> = Vec::new();
    // `John Smith; Jane Doe` are two persons, `Smith; John` is one.
    let name = match name.split_once([';', '|']) {
        Some((first, second)) if !matches!((words_of(first).len(), words_of(second).len()), (0, _) | (1, 1)) => first,
        _ => name,
    };
    for segment in name.split([',', ';', '|']) {
        let mut words = words_of(segment);
        if words.is_empty() {
            continue;
        }
        while words.len() > 2 && words.last().is_some_and(|last| last.len() > 2 && is_organisation(last)) {
            words.pop();
        }
        if let Some(family) = segments.first() {
            if words.iter().all(|word| is_suffix_behind_comma(word)) {
                suffixes.push(words.join(" "));
                continue;
            }
            if words.iter().all(|word| is_organisation(word)) {
                continue;
            }
            if is_second_person(family, &words) {
                break;
            }
        }
        segments.push(words);
    }
    segments
}

/// Whether the second name is a whole one too, of the same family: `John Smith, Jane Smith`.
fn is_second_person(first: &[&str], second: &[&str]) -> bool {
    let [first, second] = [first, second].map(|words| take_suffixes(words, &mut Vec::new(), 1));
    match (first, second) {
        ([_, .., one], [_, .., other]) => one.to_lowercase() == other.to_lowercase(),
        _ => false,
    }
}

/// The words of a segment; `&`, `+` and `/` are words of their own.
fn words_of(segment: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in segment.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(['&', '+', '/']) {
            words.extend(
                [&rest[..at], &rest[at..=at]]
                    .into_iter()
                    .filter(|word| !word.is_empty()),
            );
            rest = &rest[at + 1..];
        }
        words.extend(Some(rest).filter(|rest| rest.contains(char::is_alphanumeric)));
    }
    words
}

/// Takes `(Jack)`, `"Jack"`, `“Jack”` and `'Jack'` away, unless nothing else is there.
fn without_nicknames(full: &str) -> String {
    let mut out = String::with_capacity(full.len());
    let mut rest = full;
    while let Some((at, open)) = opening(rest) {
        let close = match open {
            '(' => ')',
            '[' => ']',
            '“' => '”',
            '‘' => '’',
            other => other,
        };
        let inside = &rest[at + open.len_utf8()..];
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = inside
            .find(close)
            .map_or(inside, |end| &inside[end + close.len_utf8()..]);
    }
    out.push_str(rest);
    if out.contains(char::is_alphabetic) {
        out
    } else {
        full.chars()
            .filter(|c| !matches!(c, '(' | ')' | '"' | '“' | '”' | '[' | ']'))
            .collect()
    }
}

/// Where a nickname begins. An apostrophe opens one only before a word that another ends: `'Bill'`, not `'t Hooft`.
fn opening(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|&(at, c)| match c {
        '(' | '"' | '“' | '[' => true,
        '\'' | '‘' => {
            let close = if c == '‘' { '’' } else { c };
            let before = text[..at].chars().next_back();
            let inside = &text[at + c.len_utf8()..];
            let behind = inside.find(close).map(|end| &inside[end + close.len_utf8()..]);
            before == Some(' ') && behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([' ', ',']))
        }
        _ => false,
    })
}

/// The words of the first person without titles and suffixes. A first name alone gets the family name of the second.
fn person<'a>(words: &'a [&'a str], titles: &mut Vec<&'a str>, suffixes: &mut Vec<String>) -> Vec<&'a str> {
    let words = take_titles(words, titles, true);
    let mut found: Vec<&str> = Vec::new();
    let first = before_and(words);
    let own = take_suffixes(first, suffixes, 1);
    found.extend(own);
    if first.len() < words.len() && own.len() == 1 {
        let second = take_titles(&words[first.len() + 1..], &mut Vec::new(), false);
        let second = take_suffixes(before_and(second), suffixes, 1);
        if second.len() > 1 {
            found.extend(&second[family_start(second)..]);
        }
    }
    found
}

/// The words up to the first `and`.
fn before_and<'a, 'b>(words: &'b [&'a str]) -> &'b [&'a str] {
    let end = words.iter().position(|word| is_and(word)).filter(|end| *end > 0);
    &words[..end.unwrap_or(words.len())]
}

/// Takes the titles at the beginning, joined ones such as `Mr. and Mrs.` too, and leaves one word at least.
fn take_titles<'a, 'b>(words: &'b [&'a str], titles: &mut Vec<&'a str>, keep: bool) -> &'b [&'a str] {
    let mut rest = words;
    loop {
        let joined = !titles.is_empty() && rest.len() > 2 && is_and(rest[0]) && is_title(rest[1], rest.len() - 2);
        let count = match rest {
            [title, _, ..] if is_title(title, rest.len() - 1) => 1,
            ["M.", and, other, _, ..] if is_and(and) && is_title(other, 1) => 1,
            _ if joined => 2,
            _ => return rest,
        };
        if keep {
            titles.extend(&rest[..count]);
        }
        rest = &rest[count..];
    }
}

/// Takes the suffixes at the end, and leaves some words at least.
fn take_suffixes<'a, 'b>(words: &'b [&'a str], suffixes: &mut Vec<String>, least: usize) -> &'b [&'a str] {
    let mut end = words.len();
    while end > least && is_suffix(words[end - 1], end - 1) {
        end -= 1;
    }
    if end < words.len() {
        suffixes.insert(0, words[end..].join(" "));
    }
    &words[..end]
}

/// First, middle and last of words in the order in which a name is spoken.
fn in_reading_order(words: Vec<&str>) -> (String, String, String) {
    if words.len() < 2 {
        return (words.concat(), String::new(), String::new());
    }
    let start = if is_family_name_only(&words) {
        0
    } else {
        family_start(&words).max(1)
    };
    let (given, family) = words.split_at(start);
    let (first, middle) = given.split_at(given.len().min(1));
    (first.join(" "), middle.join(" "), family.join(" "))
}

/// Whether a name begins with a particle as only family names do: `de la Cruz`, `St. John`, `Van Der Berg`.
fn is_family_name_only(words: &[&str]) -> bool {
    let lower = words[0].starts_with(char::is_lowercase);
    let saint = words.len() == 2 && matches!(words[0], "St." | "St" | "Ste." | "Ste");
    is_particle(words[0]) && (saint || lower && (is_particle(words[1]) || words[1].starts_with(char::is_uppercase)))
}

/// Where the family name begins: at the first particle behind the first name, else at the last word.
fn family_start(words: &[&str]) -> usize {
    let last = words.len().saturating_sub(1);
    for at in 1..last {
        if is_particle(words[at]) {
            return at;
        }
        if at + 1 < last && words[at + 1] == "y" {
            return at;
        }
    }
    last
}
