//! Whether the parts of a crate that was made from the template are all written.

use std::fs;
use std::path::Path;

use super::report;
use crate::Suite;
use crate::report::Report;

/// What stands in front of each thing to write. In two parts, or this file would look unwritten itself.
const MARK: &str = concat!("NOT WRITTEN", " YET:");

/// The parts of a vendor crate that people write.
const PARTS: [&str; 5] = ["Cargo.toml", "README.md", "contract", "src", "tests"];

/// Proves that no file of the vendor crate has the mark of the template left, and lists what is to be written.
///
/// # Panics
/// With every mark.
pub fn nothing_is_left_unwritten(suite: &Suite) {
    let mut report = report(
        suite,
        "parts are not written yet; take each mark away with what it asks for",
    );
    for part in PARTS {
        look(&mut report, suite.crate_dir(), part);
    }
    report.finish();
}

/// Looks through a file, or a folder with all below it in the order of the names. `path` goes from the crate's folder.
///
/// Snapshots are no affair of this: nobody writes them, the checks that compare them say so, and may write them meanwhile.
fn look(report: &mut Report, crate_dir: &Path, path: &str) {
    let place = crate_dir.join(path);
    if path.contains("/snapshots/") {
        return;
    }
    if let Ok(entries) = fs::read_dir(&place) {
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<_> = names.collect();
        names.sort();
        for name in names {
            look(report, crate_dir, &format!("{path}/{name}"));
        }
    } else if let Ok(text) = fs::read_to_string(&place) {
        for (number, line) in text.lines().enumerate() {
            if let Some((_, what)) = line.split_once(MARK) {
                // In JSON the text ends with its quotes.
                let what = what.trim().trim_end_matches(',').trim_end_matches('"');
                report.add("not written yet", &format!("{path}:{}", number + 1), what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn every_mark_is_named_with_its_file_and_what_it_asks_for() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "contract/accepted.json",
            &format!("{{\n  \"about\": \"{MARK} say so\",\n"),
        );
        write(
            "src/wire/mod.rs",
            &format!("//! Written.\n// {MARK} name the members\n"),
        );
        write("src/auth.rs", "//! NOT WRITTEN by hand.\n");
        write("tests/snapshots/request_all.snap", MARK);
        let mut report = Report::for_tests();
        for part in PARTS {
            look(&mut report, folder.path(), part);
        }
        let panic = catch_unwind(AssertUnwindSafe(|| report.finish())).unwrap_err();
        let text = panic.downcast::<String>().unwrap();
        assert_eq!(
            *text,
            "tests\n  - not written yet\n    open contract/accepted.json:2: say so\n  \
             - not written yet\n    open src/wire/mod.rs:2: name the members\n"
        );
    }
}
