//! The address of a server where none belongs: it may hold a password, and whoever complains of the word would show it.

use std::ffi::OsString;

/// The command that is given addresses as such, and how many.
const MOVE: [&str; 2] = ["outbox", "move"];
const PLACES: usize = 2;

/// Whether one of the words behind the program's name is such an address.
pub(crate) fn is_astray(words: impl IntoIterator<Item = OsString>) -> bool {
    // The command first, and what a move is given behind it.
    let mut placed = Vec::new();
    let mut is_value = false;
    for word in words {
        let word = word.to_string_lossy();
        let is_named = std::mem::replace(&mut is_value, word == "--outbox") || word.starts_with("--outbox=");
        if is_named || is_value {
            continue;
        }
        let is_option = word.starts_with('-');
        if !is_option {
            placed.push(word.to_string());
        }
        let is_moved =
            !is_option && placed.starts_with(&MOVE.map(str::to_owned)) && placed.len() <= MOVE.len() + PLACES;
        if is_address(&word) && !is_moved {
            return true;
        }
    }
    false
}

fn is_address(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("postgres://") || word.contains("postgresql://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_behind_its_option_or_to_a_move() {
        let astray = |line: &str| is_astray(line.split(' ').map(OsString::from));
        for line in [
            "send leads.csv --outbox postgres://u:p@h/d --to x",
            "status --outbox=postgres://u:p@h/d",
            "outbox move leadsink.db postgres://u:p@h/d --json",
            "outbox move postgres://u:p@h/d postgresql://u:p@h/e",
        ] {
            assert!(!astray(line), "{line}");
        }
        for line in [
            "status postgres://u:p@h/d",
            "send postgres://u:p@h/d --to x",
            "outbox postgres://u:p@h/d leadsink.db",
            "list --config=Postgres://u:p@h/d",
            "outbox move postgres://u:p@h/d postgres://u:p@h/e postgres://u:p@h/f",
            "outbox move leadsink.db to postgres://u:p@h/d",
            "outbox move leadsink.db --to=postgres://u:p@h/d",
            "outbox move --json leadsink.db to to postgres://u:p@h/d",
        ] {
            assert!(astray(line), "{line}");
        }
    }
}
