//! Spelling: the words that people are known to misspell, by the dictionary of `typos`. What is no such word passes.

use std::ops::RangeInclusive;

use typos::tokens::{Case, Identifier, Tokenizer, Word};
use typos::{Dictionary, Status};
use unicase::UniCase;

use super::Breach;
use super::tree::Tree;

/// Files that people write; the others are data, which may say anything.
const KINDS: [&str; 5] = [".rs", ".md", ".toml", ".yml", ".ci/run"];

/// Files in other languages, or with misspelt words as what they are about.
const OTHERS: [&str; 4] = [
    "crates/intake/src/file/columns/",
    "crates/intake/src/value/",
    "crates/intake/tests/",
    "xtask/src/tidy/tests.rs",
];

/// Words that are meant, in small letters: of crates and modules, a maker of roofs, genitives in names.
const MEANT: [&str; 5] = ["anothers", "deliverys", "flate", "lok", "ser"];

/// Words that tests misspell, since a misspelt name gets a suggestion. Nothing but Rust may hold them.
const MISSPELT: [&str; 9] = [
    "accep", "atempts", "campain", "colum", "emial", "mian", "ofice", "optin", "pasword",
];

/// The lengths of words that are looked up: two letters are an abbreviation or a name.
const LENGTHS: RangeInclusive<usize> = 3..=60;

/// Names each misspelt word, in code and in text.
pub(super) fn words(tree: &Tree) -> Vec<Breach> {
    let tokenizer = Tokenizer::new();
    let mut breaches = Vec::new();
    for (path, text) in tree.files() {
        if !KINDS.iter().any(|kind| path.ends_with(kind)) || OTHERS.iter().any(|others| path.starts_with(others)) {
            continue;
        }
        let dictionary = Known {
            may_misspell: path.ends_with(".rs"),
        };
        for typo in typos::check_str(text, &tokenizer, &dictionary) {
            let line = text[..typo.byte_offset].matches('\n').count() + 1;
            let way_out = match &typo.corrections {
                Status::Corrections(words) => format!("write {}", words.join(" or ")),
                _ => "write another word".to_owned(),
            };
            let way_out = format!("{way_out}; a word that is meant goes into `MEANT` in `xtask/src/tidy/spelling.rs`");
            breaches.push(Breach::new("spelling", path, format!("`{}`", typo.typo), way_out).at(line));
        }
    }
    breaches
}

/// The dictionary, less the words that are meant.
struct Known {
    may_misspell: bool,
}

impl Dictionary for Known {
    fn correct_ident<'s>(&'s self, _: Identifier<'_>) -> Option<Status<'s>> {
        None
    }

    fn correct_word<'s>(&'s self, word: Word<'_>) -> Option<Status<'s>> {
        let text = word.token();
        let is_in = |words: &[&str]| words.iter().any(|meant| text.eq_ignore_ascii_case(meant));
        if word.case() == Case::None || !LENGTHS.contains(&text.len()) || is_in(&MEANT) {
            return None;
        }
        if self.may_misspell && is_in(&MISSPELT) {
            return None;
        }
        let corrections = typos_dict::WORD.find(&UniCase::new(text))?;
        Some(Status::Corrections(
            corrections.iter().map(|word| (*word).into()).collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_found_in_code_and_text_and_not_in_data() {
        let text = format!("# One\n\nThe {} lead.\n", ["rec", "ieved"].concat());
        let code = format!("//! A.\nfn {}_lead() {{}}\n", ["rec", "ieved"].concat());
        let tree = Tree::of([
            ("a.md", text.as_str()),
            ("a.rs", code.as_str()),
            ("a.csv", text.as_str()),
        ]);
        let found: Vec<_> = words(&tree)
            .into_iter()
            .map(|breach| (breach.file, breach.line))
            .collect();
        assert_eq!(found, [("a.md".to_owned(), Some(3)), ("a.rs".to_owned(), Some(2))]);
    }

    #[test]
    fn a_word_at_the_beginning_of_a_line_is_named_with_that_line() {
        let text = format!("One\n\n{} leads.\n", ["Rec", "ieved"].concat());
        let lines: Vec<_> = words(&Tree::of([("a.md", text.as_str())]))
            .into_iter()
            .map(|breach| breach.line)
            .collect();
        assert_eq!(lines, [Some(3)]);
    }

    #[test]
    fn a_test_may_misspell_a_name_and_a_page_may_not() {
        let tree = Tree::of([("a.md", MISSPELT[0]), ("a.rs", MISSPELT[0]), ("b.md", MEANT[0])]);
        let files: Vec<_> = words(&tree).into_iter().map(|breach| breach.file).collect();
        assert_eq!(files, ["a.md"]);
    }
}
