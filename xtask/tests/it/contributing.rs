//! What the pages for contributors name is there: every task with its flags, every file, every link and every package.

use std::collections::BTreeSet;
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
    let commands = text.lines().map(|line| line.trim_start_matches("INSTA_UPDATE=always "));
    let commands = commands.filter(|line| line.starts_with("cargo "));
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
}

/// The part of a page below a heading.
fn part<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("\n{heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

#[test]
fn every_file_of_rules_is_in_the_table_and_each_in_the_table_is_there() {
    let page = fs::read_to_string(workspace().join("CONTRIBUTING.md")).unwrap();
    let rows = part(&page, "## The rules")
        .lines()
        .filter(|line| line.starts_with("| "));
    let named = rows.filter_map(|row| row.rsplit('`').nth(1)?.strip_suffix(".rs"));
    let named: BTreeSet<_> = named.map(str::to_owned).collect();
    let tidy = fs::read_to_string(workspace().join("xtask/src/tidy/mod.rs")).unwrap();
    let (_, rules) = tidy.split_once("\nconst RULES: ").unwrap();
    let (rules, _) = rules.split_once("\n];").unwrap();
    let rules = rules.lines().filter_map(|line| line.trim().split_once("::"));
    let rules: BTreeSet<_> = rules.map(|(file, _)| file.to_owned()).collect();
    assert_eq!(named, rules);
    for file in named {
        assert!(workspace().join(format!("xtask/src/tidy/{file}.rs")).exists(), "{file}");
    }
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let page = fs::read_to_string(workspace().join("CONTRIBUTING.md")).unwrap();
    let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let links: Vec<_> = links.filter(|link| !link.contains("://")).collect();
    assert!(links.len() > 3, "{links:?}");
    for link in links {
        assert!(workspace().join(link).exists(), "there is no `{link}`");
    }
}

#[test]
fn every_page_is_named_by_its_file_beside_the_link_to_it() {
    for (page, text) in pages() {
        for line in text.lines().filter(|line| line.contains("(crate::pages::")) {
            let (_, beside) = line.split_once("(crate::pages::").unwrap();
            let file = beside.split('`').nth(1).unwrap_or_default();
            let folder = workspace().join(page);
            let place = folder.parent().unwrap().join(file);
            assert!(file.ends_with(".md") && place.exists(), "{page}: {line}");
        }
    }
}

#[test]
fn every_package_that_is_named_is_one_of_the_workspace() {
    let metadata = run(Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(workspace()));
    let mut packages = 0;
    for (page, text) in pages() {
        for command in code(&text) {
            let words: Vec<_> = command.split_whitespace().collect();
            let named = words.windows(2).filter(|pair| ["-p", "--package"].contains(&pair[0]));
            for package in named.map(|pair| pair[1]).filter(|name| !name.contains("acme")) {
                let name = format!("\"name\":\"{package}\",\"version\"");
                assert!(metadata.text.contains(&name), "{page}: `{command}`");
                packages += 1;
            }
        }
    }
    assert!(packages > 3, "{packages}");
}
