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
use crate::workspace::{Result, Workspace, announce};

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

/// Files that change beside those of the plan: by `gen`, and by cargo.
const CHANGED_LATER: [&str; 4] = [
    "README.md",
    "crates/leadsink/README.md",
    generate::CONFIGURATION,
    "Cargo.lock",
];

/// The page that shows how a vendor is written.
const PAGE: &str = "crates/leadsink/docs/adding-a-vendor.md";

/// Makes the vendor, or changes nothing.
pub(crate) fn run(workspace: &Workspace, args: &NewVendorArgs) -> Result {
    announce("new-vendor");
    let vendor = NewVendor::read(workspace, args)?;
    let made = template::render(workspace, &vendor)?;
    let changed = edits::all(workspace, &vendor)?;
    let files = made.iter().chain(changed.iter().map(|change| &change.file));
    let mut written = Written::all(workspace, files)?;
    for path in CHANGED_LATER {
        written.remember(path);
    }
    for name in generate::LICENCES {
        written.remember(&format!("crates/vendors/{}/{name}", vendor.id));
    }
    if let Err(error) = generate::run(workspace, false) {
        written.put_back()?;
        return Err(format!(
            "`cargo xtask gen` failed, so everything was put back as it was: {error}"
        ));
    }
    println!("\n{}", told(&vendor, &made, &changed));
    Ok(())
}

/// What was made, and what is to do.
fn told(vendor: &NewVendor, made: &[File], changed: &[edits::Change]) -> String {
    let id = &vendor.id;
    let made = made.iter().map(|file| (file.path.clone(), String::new()));
    let mut changed: Vec<_> = changed
        .iter()
        .map(|change| (change.file.path.clone(), change.what.clone()))
        .collect();
    changed.push(("README.md".to_owned(), "the row of the vendor table".to_owned()));
    changed.push(("Cargo.lock".to_owned(), "the crate".to_owned()));
    let step = |command: String, what: &str| (command, what.to_owned());
    let next = [
        step(PAGE.to_owned(), "leads through all of this with a small vendor"),
        step(
            format!("cargo test -p leadsink-{id} nothing_is_left"),
            "lists what is to be written, file by file",
        ),
        step(
            format!("cargo test -p leadsink-{id}"),
            "passes when contract, descriptor, config, wire, mapping, auth and response are written",
        ),
        step(
            format!("INSTA_UPDATE=always cargo test -p leadsink-{id}"),
            "writes the snapshots; read them",
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
        section("made", made),
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
