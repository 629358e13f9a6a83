//! Rules on files of any kind.

use super::Breach;
use super::tree::Tree;

/// The longest file that people write and read.
const MOST_LINES: usize = 400;

/// Folders at the root of a machine that no file of ours may name. `/dev`, `/proc` and `/usr/bin` mean the same on every machine
/// that has them, so those may be named.
const MACHINE_FOLDERS: [&str; 16] = [
    "Applications",
    "Library",
    "Users",
    "Volumes",
    "etc",
    "home",
    "mnt",
    "opt",
    "private",
    "root",
    "srv",
    "tmp",
    "usr/local",
    "usr/share",
    "var",
    "work",
];

/// A file fits into a reader's head.
pub(super) fn length(tree: &Tree) -> Vec<Breach> {
    tree.files()
        .filter(|(path, _)| path.ends_with(".rs") || path.ends_with(".md"))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| {
            Breach::new(
                "length",
                path,
                format!("{lines} lines, {MOST_LINES} at most"),
                "split it by responsibility; tests may go into a file of their own",
            )
        })
        .collect()
}

/// What is written runs on any machine.
pub(super) fn machine_paths(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in tree.files() {
        for (number, line) in text.lines().enumerate() {
            if let Some(found) = machine_path(line) {
                let what = format!("`{found}` is a path of one machine");
                let way_out = "name it from the root of the workspace, or take it from the environment";
                breaches.push(Breach::new("machine-path", path, what, way_out).at(number + 1));
            }
        }
    }
    breaches
}

fn machine_path(line: &str) -> Option<String> {
    let drive = |users: &str| {
        line.match_indices(users)
            .any(|(at, _)| line[..at].ends_with(|c: char| c.is_ascii_alphabetic()))
    };
    // In a string of a program each backslash stands twice.
    if drive(":\\Users\\") || drive(":\\\\Users\\\\") {
        return Some("\\Users\\".to_owned());
    }
    MACHINE_FOLDERS.iter().find_map(|folder| {
        let path = format!("/{folder}");
        line.match_indices(&path)
            .any(|(at, _)| begins(&line[..at]) && ends(&line[at..], path.len()))
            .then(|| format!("{path}/"))
    })
}

/// Whether a path begins behind this, and is not the middle of a longer one or of an address.
fn begins(before: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || "._-~}>)]$*".contains(c);
    let word = before.rsplit(|c: char| c.is_whitespace() || "\"'`".contains(c)).next();
    // An option of a compiler goes right on with its path.
    let is_option = word.is_some_and(|word| word.len() == 2 && word.starts_with('-') && word != "--");
    is_option || !before.ends_with(is_inside)
}

/// Whether the folder ends there: with what lies in it, or with the quotes around it.
fn ends(path: &str, length: usize) -> bool {
    let after = path[length..].chars().next();
    after.is_some_and(|c| c == '/' || "\"'`".contains(c))
}

/// A merge is finished.
pub(super) fn conflict_marks(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in tree.files() {
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
                let (what, way_out) = (
                    "a mark of an unfinished merge",
                    "decide what holds, and remove the marks",
                );
                breaches.push(Breach::new("conflict-mark", path, what, way_out).at(number + 1));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_401_lines_is_too_long() {
        let tree = Tree::of([
            ("src/a.rs", "\n".repeat(400).as_str()),
            ("src/b.rs", "\n".repeat(401).as_str()),
            ("docs/c.md", "\n".repeat(401).as_str()),
            ("data.csv", "\n".repeat(500).as_str()),
        ]);
        let files: Vec<_> = length(&tree).into_iter().map(|breach| breach.file).collect();
        assert_eq!(files, ["docs/c.md", "src/b.rs"]);
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        let home = format!("/{}/", "home");
        for (line, found) in [
            (format!("cd {home}me"), true),
            (format!("\"{home}me\""), true),
            (format!("file://{home}me"), true),
            (format!("https://example.com{home}page"), false),
            (format!("crates{home}src"), false),
            (format!("~{home}x"), false),
            (format!("-I{home}me"), true),
            (format!("cc -L{home}me"), true),
            (format!("a-I{home}me"), false),
            (format!("join(\"{}\")", home.trim_end_matches('/')), true),
            (format!("on {} or not", home.trim_end_matches('/')), false),
            (format!("\"{}s\"", home.trim_end_matches('/')), false),
            (["/", "usr/local/", "bin"].concat(), true),
            (["/", "etc/", "passwd"].concat(), true),
            (["/", "var/", "log"].concat(), true),
            ("#!/usr/bin/env bash".to_owned(), false),
            ("/proc/self/status".to_owned(), false),
            ("2>/dev/null".to_owned(), false),
            (format!("C:\\\\{}\\\\me", "Users"), true),
            (format!("C:\\{}\\me", "Users"), true),
            (format!("a:\\\\{}", "Users"), false),
        ] {
            assert_eq!(machine_path(&line).is_some(), found, "{line}");
        }
    }

    #[test]
    fn an_unfinished_merge_is_found() {
        let ours = format!("{} HEAD\na\n", "<".repeat(7));
        assert_eq!(conflict_marks(&Tree::of([("a.md", ours.as_str())])).len(), 1);
    }
}
