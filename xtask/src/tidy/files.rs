//! Rules on files of any kind.

use super::Breach;
use super::tree::Tree;

/// The longest file that people write and read.
const MOST_LINES: usize = 400;

/// Folders at the root of a machine that no file of ours may name.
const MACHINE_FOLDERS: [&str; 8] = ["Users", "home", "mnt", "opt", "private", "root", "tmp", "work"];

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
    let drive = line.find(":\\Users\\").map(|at| &line[..at]);
    if drive.is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphabetic())) {
        return Some("\\Users\\".to_owned());
    }
    MACHINE_FOLDERS.iter().find_map(|folder| {
        let path = format!("/{folder}/");
        line.match_indices(&path)
            .any(|(at, _)| {
                let before = line[..at].chars().next_back();
                // After one of these it is the middle of a longer path or of an address.
                !before.is_some_and(|c| c.is_alphanumeric() || "._-~}>)]$*".contains(c))
            })
            .then_some(path)
    })
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
