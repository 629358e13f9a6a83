//! Finds the programs of a server on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Versions before that are not looked at.
const LEAST: u32 = 15;

/// Where packages put the programs, beside the search path: Debian, Red Hat.
const PLACES: [&str; 2] = ["/usr/lib/postgresql", "/usr/pgsql-"];

/// Where the programs of a server lie: that of the search path, or else the newest.
pub(super) fn programs() -> Option<PathBuf> {
    let is_one = |folder: &PathBuf| version(folder).is_some_and(|found| found >= LEAST);
    folders().find(is_one)
}

/// Why there are none, with the version that is there.
pub(super) fn none() -> String {
    why_none(folders().find_map(|folder| version(&folder)))
}

fn why_none(found: Option<u32>) -> String {
    match found {
        Some(found) => format!(
            "PostgreSQL {LEAST} or newer is needed, and only {found} is installed; where the system has no newer package, take \
             that of the PostgreSQL project"
        ),
        None => format!("no PostgreSQL {LEAST} or newer is installed; on Debian install the package `postgresql`"),
    }
}

/// Where the programs of a server may lie: first the search path.
fn folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    let has_server = |folder: &PathBuf| folder.join("pg_ctl").is_file();
    on_path.into_iter().chain(installed()).filter(has_server)
}

/// The folders of programs that packages have made, the newest version first.
fn installed() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for place in PLACES {
        let (parent, start) = match Path::new(place) {
            place if place.is_dir() => (place, ""),
            place => (
                place.parent().unwrap_or(place),
                place.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
            ),
        };
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix(start)?.parse::<u32>().ok());
            found.extend(number.map(|number| (number, entry.path().join("bin"))));
        }
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The version of the programs in a folder.
fn version(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("initdb")).arg("--version").output().ok()?;
    number_of(&String::from_utf8(output.stdout).ok()?)
}

/// The number in a line such as `initdb (PostgreSQL) 15.4`.
fn number_of(line: &str) -> Option<u32> {
    let last = line
        .split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    last.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_first_number() {
        assert_eq!(number_of("initdb (PostgreSQL) 15.4 (Debian 15.4-1)"), Some(15));
        assert_eq!(number_of("initdb (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(number_of("nothing of the kind"), None);
    }

    #[test]
    fn who_has_an_older_one_is_told_which_is_needed() {
        let why = why_none(Some(14));
        assert!(why.contains("15 or newer is needed, and only 14 is installed"), "{why}");
        assert!(why_none(None).contains("no PostgreSQL 15 or newer"));
    }
}
