//! Snapshots in the vendor crate, not in this one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Suite;
use crate::report::Report;

/// The longest line that a snapshot keeps.
const LONGEST_LINE: usize = 8000;

/// Compares texts with the snapshots `tests/snapshots/<name>.snap` of the vendor crate, each before any fails the test.
#[track_caller]
pub(crate) fn assert_snapshots(suite: &Suite, texts: &[(String, String)]) {
    if !suite.has_snapshots() {
        return;
    }
    let mut report = Report::new(suite, "what the code does is not what the snapshots say");
    for (name, text) in texts {
        let name = format!("{}{name}", suite.snapshot_prefix());
        let file = format!("tests/snapshots/{name}.snap");
        let id = suite.descriptor().id;
        report.expect(
            is_same(suite, name, text),
            "a snapshot differs, or is not there; the difference stands above",
            &file,
            format!(
                "`INSTA_UPDATE=always cargo test -p leadsink-{id}` writes it; keep it if the vendor's documents say so"
            ),
        );
    }
    report.finish();
}

/// Whether a text is that of its snapshot; what differs is printed.
fn is_same(suite: &Suite, name: String, text: &str) -> bool {
    let folder = suite.crate_dir().join("tests").join("snapshots");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("leadsink-{}", suite.descriptor().id));
    let compare = || settings.bind(|| insta::assert_snapshot!(name, elided(text)));
    catch_unwind(AssertUnwindSafe(compare)).is_ok()
}

/// The text with its very long lines cut, such as 10,000 characters of notes.
fn elided(text: &str) -> String {
    let elide = |line: &str| {
        let length = line.chars().count();
        if length <= LONGEST_LINE {
            return line.to_owned();
        }
        let head: String = line.chars().take(400).collect();
        format!("{head}… [{length} characters]")
    };
    text.lines().map(elide).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_line_is_cut() {
        let text = format!("short\n{}", "é".repeat(8001));
        assert_eq!(elided(&text), format!("short\n{}… [8001 characters]", "é".repeat(400)));
    }
}
