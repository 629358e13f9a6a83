//! Makes the crate of a new vendor from `xtask/templates/vendor`, and names it wherever a vendor is named. All is worked out
//! before the first file is written, and what was written is put back where something fails.

mod edits;
mod insert;
mod names;
mod template;
mod write;

use clap::Args;

use self::names::NewVendor;
use self::write::{File, Written};
use crate::generate;
use crate::workspace::{Result, Workspace, announce, capture};

/// What the new vendor is called.
#[derive(Args)]
pub(crate) struct NewVendorArgs {
    /// The id, such as `acme`: folder, feature and module; lower-case letters and digits
    id: String,
    /// The name for people, such as "Acme CRM"; its sink is called after it
    #[arg(long)]
    name: Option<String>,
    /// Where the vendor documents its interface, beginning with `https://`
    #[arg(long)]
    docs: Option<String>,
}

/// What cargo changes, whenever it is asked for something.
const LOCK: &str = "Cargo.lock";

/// The page that shows how a vendor is written.
const PAGE: &str = "crates/leadsink/docs/adding-a-vendor.md";

/// Makes the vendor, or changes nothing.
pub(crate) fn run(workspace: &Workspace, args: &NewVendorArgs) -> Result {
    announce("new-vendor");
    let vendor = NewVendor::read(workspace, args)?;
    let made = template::render(workspace, &vendor)?;
    let changed = edits::all(workspace, &vendor)?;
    let mut written = Written::new(workspace);
    let generated = match write(workspace, &mut written, &made, &changed) {
        Ok(generated) => generated,
        Err(error) => return Err(written.undone(&error)),
    };
    println!("\n{}", told(&vendor, &made, &changed, &generated));
    Ok(())
}

/// Writes everything. Returns the paths of what is derived.
fn write(
    workspace: &Workspace,
    written: &mut Written<'_>,
    made: &[File],
    changed: &[edits::Change],
) -> Result<Vec<String>> {
    written.remember(LOCK);
    // What takes minutes comes before the first file, since who interrupts it leaves what was written.
    generate::build(workspace)?;
    written.all(made.iter().chain(changed.iter().map(|change| &change.file)))?;
    let stale = generate::stale(workspace).map_err(|error| format!("`cargo xtask gen` failed: {error}"))?;
    written.all(&stale)?;
    Ok(stale.into_iter().map(|file| file.path).collect())
}

/// How to take away a vendor that git does not know, such as half of one that an interrupted run left.
fn undo(workspace: &Workspace, id: &str) -> Result<String> {
    let folders = [
        format!("crates/vendors/{id}"),
        format!("crates/sandbox/src/vendors/{id}"),
    ];
    let known = capture(&mut workspace.git(["ls-files", "--", &folders[0], &folders[1]]))?;
    if !known.is_empty() {
        return Ok(String::new());
    }
    let mut changed: Vec<_> = edits::paths().chain(DERIVED).collect();
    changed.sort_unstable();
    changed.dedup();
    Ok(format!(
        "\nit is not committed; to take it away, with all else that you changed in these files:\n  \
         git restore {}\n  git clean -fd {}",
        changed.join(" "),
        folders.join(" ")
    ))
}

/// What is derived and names every vendor.
const DERIVED: [&str; 4] = [LOCK, "README.md", "crates/leadsink/README.md", generate::CONFIGURATION];

/// What was made, and what is to do.
fn told(vendor: &NewVendor, made: &[File], changed: &[edits::Change], generated: &[String]) -> String {
    let id = &vendor.id;
    let folder = format!("crates/vendors/{id}/");
    let is_inside = |path: &&String| path.starts_with(&folder);
    let mut made: Vec<_> = made.iter().map(|file| file.path.clone()).collect();
    let more: Vec<_> = generated
        .iter()
        .filter(is_inside)
        .filter(|path| !made.contains(path))
        .cloned()
        .collect();
    made.extend(more);
    made.sort_by_key(|path| !path.starts_with(&folder));
    let mut changed: Vec<_> = changed
        .iter()
        .map(|change| (change.file.path.clone(), change.what.clone()))
        .collect();
    let what = |path: &str| match path {
        generate::CONFIGURATION => "the tables of its configuration",
        "README.md" | "crates/leadsink/README.md" => "the row of the vendor table",
        _ => "brought up to date",
    };
    let outside = generated.iter().filter(|path| !is_inside(path));
    changed.extend(outside.map(|path| (path.clone(), what(path).to_owned())));
    changed.push((LOCK.to_owned(), "the crate".to_owned()));
    let step = |command: String, what: &str| (command, what.to_owned());
    let next = [
        step(PAGE.to_owned(), "leads through all of this with a small vendor"),
        step(
            format!("cargo test -p leadsink-{id} nothing_is_left"),
            "lists what is to be written in the crate, file by file",
        ),
        step(
            format!("INSTA_UPDATE=always cargo test -p leadsink-{id}"),
            "writes the snapshots when that is written; read them",
        ),
        step(
            format!("cargo test -p leadsink-{id}"),
            "passes when nothing is left to write and the snapshots are there",
        ),
        step(
            format!("crates/sandbox/src/vendors/{id}/mod.rs"),
            "write the fake, from the document and not from the crate",
        ),
        step(
            "crates/cli/src/demo/expected.csv".to_owned(),
            "say what becomes of each row of the sample",
        ),
        step(
            "tests/it/run.rs".to_owned(),
            "add it to `VENDORS`; in faults.rs beside it say where it differs from most",
        ),
        step("cargo xtask gen".to_owned(), "writes the tables of the README files"),
        step(
            "cargo xtask lint && cargo xtask test".to_owned(),
            "fail where a step was forgotten",
        ),
    ];
    [
        section("made", made.into_iter().map(|path| (path, String::new()))),
        section("changed", changed),
        section("next", next),
    ]
    .join("\n")
}

/// A heading with two columns below it.
fn section(heading: &str, lines: impl IntoIterator<Item = (String, String)>) -> String {
    let lines: Vec<_> = lines.into_iter().collect();
    let width = lines.iter().map(|(left, _)| left.len()).max().unwrap_or(0);
    let mut text = format!("{heading}\n");
    for (left, right) in lines {
        let line = format!("  {left:width$}  {right}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_stands_in_columns() {
        let lines = [("a".to_owned(), "first".to_owned()), ("bcd".to_owned(), String::new())];
        assert_eq!(section("next", lines), "next\n  a    first\n  bcd\n");
    }
}
