//! The files that the rules look at: all that git tracks or would, so that build output never counts.

use std::collections::BTreeMap;

use toml::Table;

use crate::workspace::{Result, Workspace, capture};

/// The files by their path from the root. What is no UTF-8 has an empty text.
#[derive(Default)]
pub(super) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    pub(super) fn read(workspace: &Workspace) -> Result<Self> {
        let ours = capture(&mut workspace.git(["ls-files", "-z", "-co", "--exclude-standard"]))?;
        // Ignored, and yet a rule asks for them: a snapshot that waits for a decision.
        let pending = capture(&mut workspace.git(["ls-files", "-z", "-oi", "--exclude-standard", "crates", "tests"]))?;
        let pending = pending.split('\0').filter(|path| super::snapshots::is_pending(path));
        let mut tree = Self::default();
        for path in ours.split('\0').chain(pending).filter(|path| !path.is_empty()) {
            if let Some(bytes) = workspace.bytes(path) {
                tree.files
                    .insert(path.to_owned(), String::from_utf8(bytes).unwrap_or_default());
            }
        }
        Ok(tree)
    }

    /// A tree made of samples.
    #[cfg(test)]
    pub(super) fn of<const N: usize>(files: [(&str, &str); N]) -> Self {
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        Self { files: files.into() }
    }

    /// The same tree with one file put in or replaced.
    #[cfg(test)]
    pub(super) fn with(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    /// The same tree with one file taken away.
    #[cfg(test)]
    pub(super) fn without(mut self, path: &str) -> Self {
        self.files.remove(path);
        self
    }

    /// The text of a file.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Every file.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files below a folder, which is named without its last slash.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        self.files()
            .filter(move |(path, _)| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// The Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The ids of the vendors: the names of their folders.
    pub(super) fn vendors(&self) -> Vec<&str> {
        self.below("crates/vendors")
            .filter_map(|(path, _)| path.strip_prefix("crates/vendors/")?.strip_suffix("/Cargo.toml"))
            .collect()
    }

    /// The folders of the packages with their manifests. One that cannot be parsed is left out: cargo says more of it.
    pub(super) fn packages(&self) -> impl Iterator<Item = (&str, Table)> {
        self.files().filter_map(|(path, text)| {
            let folder = path.strip_suffix("/Cargo.toml")?;
            Some((folder, text.parse().ok()?))
        })
    }
}

/// Whether a file holds nothing but tests: `tests.rs`, or one below a folder `tests`.
pub(super) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_is_a_folder_with_a_manifest() {
        let tree = Tree::of([("crates/vendors/acme/Cargo.toml", ""), ("crates/core/Cargo.toml", "")]);
        assert_eq!(tree.vendors(), ["acme"]);
    }

    #[test]
    fn tests_are_told_by_their_place() {
        for (path, wanted) in [
            ("crates/a/src/tests.rs", true),
            ("crates/a/src/b/tests/mod.rs", true),
            ("crates/a/tests/it/main.rs", true),
            ("crates/a/src/tests_of.rs", false),
        ] {
            assert_eq!(is_test(path), wanted, "{path}");
        }
    }

    #[test]
    fn a_folder_is_not_one_that_begins_alike() {
        let tree = Tree::of([("crates/core/a", ""), ("crates/core2/b", "")]);
        assert_eq!(tree.below("crates/core").count(), 1);
    }
}
