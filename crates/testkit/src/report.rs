//! Collects everything that a check finds wrong, so that the author of a vendor crate mends it all in one go.

use std::fmt::Write as _;

/// What a check found wrong so far.
#[derive(Debug)]
pub(crate) struct Report {
    title: String,
    complaints: Vec<String>,
}

impl Report {
    /// Starts a report; the title completes "`vendor`: ".
    pub(crate) fn new(vendor: &str, title: &str) -> Self {
        Self {
            title: format!("`{vendor}`: {title}"),
            complaints: Vec::new(),
        }
    }

    /// Adds what is wrong, which file of the vendor crate to open, and what to do there.
    pub(crate) fn add(&mut self, wrong: impl AsRef<str>, file: &str, cure: impl AsRef<str>) {
        let complaint = format!("{}\n    open {file}: {}", wrong.as_ref(), cure.as_ref());
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
        if self.complaints.is_empty() {
            return;
        }
        let mut text = self.title;
        for complaint in &self.complaints {
            let _ = write!(text, "\n  - {complaint}");
        }
        panic!("{text}\n");
    }
}
