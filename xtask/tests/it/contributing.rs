//! What the pages for contributors name is there: every task with its flags, and every file.

use std::fs;
use std::process::Command;

use crate::copy::run;
use crate::page::workspace;
use crate::walk::PAGES;

/// The page, and those that it leads to.
fn pages() -> Vec<(&'static str, String)> {
    let read = |page| (page, fs::read_to_string(workspace().join(page)).unwrap());
    ["CONTRIBUTING.md"].into_iter().chain(PAGES).map(read).collect()
}

/// What stands between backticks in a line, and the commands of fences, which stand before the comment.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let commands = text.lines().filter(|line| line.starts_with("cargo "));
    let commands = commands.map(|line| line.split(" #").next().unwrap_or(line).trim());
    let lines = text.lines().filter(|line| !line.starts_with("```"));
    commands.chain(lines.flat_map(|line| line.split('`').skip(1).step_by(2)))
}

#[test]
fn every_task_that_is_named_is_there_with_its_flags() {
    let mut tasks = 0;
    for (page, text) in pages() {
        for command in code(&text).filter_map(|code| code.strip_prefix("cargo xtask ")) {
            let mut words = command.split(" && ").next().unwrap_or(command).split(' ');
            let task = words.next().unwrap();
            let help = run(Command::new(env!("CARGO_BIN_EXE_xtask")).args([task, "--help"]));
            assert!(help.is_well, "{page}: `cargo xtask {command}`: {}", help.text);
            // What follows `test` is for cargo.
            for flag in words.filter(|word| word.starts_with("--") && task != "test") {
                assert!(
                    help.text.contains(flag),
                    "{page}: `cargo xtask {command}`: {}",
                    help.text
                );
            }
            tasks += 1;
        }
    }
    assert!(tasks > 10, "{tasks}");
}

#[test]
fn every_file_that_is_named_is_there() {
    let mut files = 0;
    for (page, text) in pages() {
        let is_path = |code: &&str| {
            ["crates/", "xtask/", "tests/it", ".ci/"]
                .iter()
                .any(|top| code.starts_with(top))
        };
        for path in code(&text).filter(is_path) {
            let is_ours = !path.contains("acme") && !path.contains("<vendor>");
            assert!(
                !is_ours || workspace().join(path).exists(),
                "{page}: there is no `{path}`"
            );
            files += 1;
        }
    }
    assert!(files > 20, "{files}");
    for rules in [
        "vendors",
        "dependencies",
        "manifests",
        "code",
        "files",
        "packages",
        "spelling",
    ] {
        assert!(
            workspace().join(format!("xtask/src/tidy/{rules}.rs")).exists(),
            "{rules}"
        );
    }
}
