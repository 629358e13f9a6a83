//! Collects everything that a check finds wrong, so that the author of a vendor crate mends it all in one go.

use std::fmt::Write as _;
use std::path::{Component, Path};

use crate::Suite;

/// What a check found wrong so far.
#[derive(Debug)]
pub(crate) struct Report {
    title: String,
    /// The folder of the vendor crate, from the root of the workspace.
    folder: String,
    complaints: Vec<String>,
}

impl Report {
    /// Starts a report; the title completes "`vendor`: ".
    pub(crate) fn new(suite: &Suite, title: &str) -> Self {
        Self {
            title: format!("`{}`: {title}", suite.descriptor().id),
            folder: folder(suite.crate_dir()),
            complaints: Vec::new(),
        }
    }

    /// An empty report of no vendor.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self {
            title: "tests".to_owned(),
            folder: String::new(),
            complaints: Vec::new(),
        }
    }

    /// Adds what is wrong, which file of the vendor crate to open, and what to do there.
    pub(crate) fn add(&mut self, wrong: impl AsRef<str>, file: &str, cure: impl AsRef<str>) {
        let complaint = format!("{}\n    open {}{file}: {}", wrong.as_ref(), self.folder, cure.as_ref());
        if !self.complaints.contains(&complaint) {
            self.complaints.push(complaint);
        }
    }

    /// Adds a complaint unless the condition holds.
    pub(crate) fn expect(&mut self, holds: bool, wrong: impl AsRef<str>, file: &str, cure: impl AsRef<str>) {
        if !holds {
            self.add(wrong, file, cure);
        }
    }

    /// Fails the test when anything was found.
    #[track_caller]
    pub(crate) fn finish(self) {
        if !self.complaints.is_empty() {
            self.fail();
        }
    }

    /// Fails the test.
    #[track_caller]
    pub(crate) fn fail(self) -> ! {
        let mut text = self.title;
        for complaint in &self.complaints {
            let _ = write!(text, "\n  - {complaint}");
        }
        panic!("{text}\n");
    }
}

/// The folder of a crate with a slash behind it, from the root of the workspace where it lies in one.
fn folder(crate_dir: &Path) -> String {
    let parts: Vec<_> = crate_dir.components().map(Component::as_os_str).collect();
    let begin = parts.iter().rposition(|part| *part == "crates").unwrap_or(parts.len());
    parts[begin..]
        .iter()
        .map(|part| format!("{}/", part.to_string_lossy()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_from_the_root_of_the_workspace() {
        for (path, shown) in [
            ("/a/crates/b/crates/vendors/acme", "crates/vendors/acme/"),
            ("/a/acme", ""),
        ] {
            assert_eq!(folder(Path::new(path)), shown);
        }
    }
}
