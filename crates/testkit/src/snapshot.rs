//! Snapshots in the vendor crate, not in this one.

use crate::Suite;

/// The longest line that a snapshot keeps.
const LONGEST_LINE: usize = 8000;

/// Compares a text with the snapshot `tests/snapshots/<name>.snap` of the vendor crate.
#[track_caller]
pub(crate) fn assert_snapshot(suite: &Suite, name: &str, text: &str) {
    if !suite.has_snapshots() {
        return;
    }
    let folder = suite.crate_dir().join("tests").join("snapshots");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("leadsink-{}", suite.descriptor().id));
    let name = format!("{}{name}", suite.snapshot_prefix());
    settings.bind(|| insta::assert_snapshot!(name, elided(text)));
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
