//! The pages that lead through a vendor from its document to the last green test, followed in a copy of the workspace: each
//! file is written, each command run, and what it prints compared.

use crate::copy::{Copy, Ended, run};
use crate::page::{Kind, Step, changed, missing, steps};

/// In the order in which they are read.
pub(crate) const PAGES: [&str; 4] = [
    "crates/leadsink/docs/adding-a-vendor.md",
    "crates/leadsink/docs/adding-a-vendor/mapping.md",
    "crates/leadsink/docs/adding-a-vendor/proof.md",
    "crates/leadsink/docs/adding-a-vendor/everywhere.md",
];

#[test]
fn whoever_follows_the_pages_ends_with_a_vendor_that_passes() {
    // A version of its own, or cargo would take the crates of the other copies for those of this one.
    let copy = Copy::with_version("walked", "0.0.1");
    let mut printed = String::new();
    for step in PAGES.iter().flat_map(|page| steps(page)) {
        follow(&copy, &step, &mut printed);
    }
}

/// Does what a step says.
fn follow(copy: &Copy, step: &Step, printed: &mut String) {
    let Step { kind, text, place } = step;
    match kind {
        Kind::File(path) => copy.write(path, text),
        Kind::Change(path) => copy.change(path, |old| {
            changed(&old, text).unwrap_or_else(|error| panic!("{place}: {path}: {error}"))
        }),
        Kind::Column(path, name) => copy.change(path, |old| with_column(&old, name, text)),
        Kind::Run { fails } => {
            printed.clear();
            let commands: Vec<_> = text.lines().flat_map(|line| line.split(" && ")).collect();
            for (index, command) in commands.iter().enumerate() {
                let ended = shell(copy, command);
                let fails = *fails && index + 1 == commands.len();
                assert!(
                    ended.is_well != fails,
                    "{place}: `{command}` ended otherwise than the page says:\n{}",
                    ended.text
                );
                printed.push_str(&ended.text);
            }
        }
        Kind::Prints => assert_has(place, text, printed),
        Kind::Document => {}
        Kind::Shows(path) => assert_has(place, text, &copy.read(path)),
    }
}

#[track_caller]
fn assert_has(place: &str, page: &str, text: &str) {
    if let Some(line) = missing(page, text) {
        panic!("{place}: this line is not where the page has it:\n{line}\nBut:\n{text}");
    }
}

/// Runs a command as a shell would: variables before it, words in quotes.
fn shell(copy: &Copy, command: &str) -> Ended {
    let words = command.split('"').enumerate().flat_map(|(index, part)| {
        let is_quoted = index % 2 == 1;
        let words: Vec<_> = if is_quoted {
            vec![part]
        } else {
            part.split_whitespace().collect()
        };
        words
    });
    let mut words = words.peekable();
    let mut variables = Vec::new();
    while let Some(variable) = words.next_if(|word| word.contains('=')) {
        variables.extend(variable.split_once('='));
    }
    assert_eq!(words.next(), Some("cargo"), "`{command}` is not known here");
    let words: Vec<_> = words.collect();
    let mut command = match words.split_first() {
        Some((&"xtask", args)) => copy.xtask_command(args),
        _ => copy.cargo_command(&words),
    };
    // One after the other, so that their names come in order.
    let command = command.env("RUST_TEST_THREADS", "1").envs(variables);
    // As on a machine without PostgreSQL: what several workers at a server do is not the vendor's, and one proof after the other
    // takes minutes.
    command.env_remove("LEADSINK_TEST_POSTGRES").env_remove("CI");
    // Each crate is built several times, with little changed.
    run(command.env("CARGO_INCREMENTAL", "1"))
}

/// Puts words into a column of a CSV file, beneath its name. The last column may hold commas.
fn with_column(text: &str, name: &str, words: &str) -> String {
    let head: Vec<_> = text.lines().next().unwrap().split(',').collect();
    let at = head.iter().position(|column| *column == name).unwrap();
    let mut words = std::iter::once(name).chain(words.lines());
    let rows = text.lines().map(|row| {
        let mut cells: Vec<_> = row.splitn(head.len(), ',').collect();
        cells[at] = words.next().unwrap();
        cells.join(",") + "\n"
    });
    let table = rows.collect();
    assert_eq!(words.next(), None, "the column has more words than rows");
    table
}
