//! A vendor is one id everywhere: folder, package, feature, row of the `vendors!` table, row of the README, conformance call;
//! and its crate has the files that every vendor crate has.

use toml::{Table, Value};

use super::Breach;
use super::blank::{Literals, code, library_code};
use super::tree::{Tree, is_test};
use crate::generate::VENDORS;

/// Files of a vendor crate. What exposes a secret is one file, and what cargo looks for has one place.
const FILES: [&str; 4] = ["README.md", "src/lib.rs", "src/auth.rs", CONFORMANCE];

const CONFORMANCE: &str = "tests/conformance.rs";

/// Modules of a vendor crate, each a file or a folder with a `mod.rs`.
const MODULES: [&str; 6] = [
    "src/descriptor",
    "src/config",
    "src/mapping",
    "src/wire",
    "src/response",
    "src/sink",
];

/// Folders of a vendor crate with at least one file of this kind, and how to get one.
const FOLDERS: [(&str, &str, &str); 2] = [
    (
        "contract",
        ".json",
        "write a scenario from the vendor's document, such as `accepted.json`",
    ),
    (
        "tests/snapshots",
        ".snap",
        "run `INSTA_UPDATE=always cargo test -p leadsink-ID`, and read what it writes",
    ),
];

/// The crate of each vendor.
pub(super) fn folders(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for id in tree.vendors() {
        let folder = format!("crates/vendors/{id}");
        let missing = FILES
            .iter()
            .filter(|file| tree.get(&format!("{folder}/{file}")).is_none());
        let modules = MODULES.iter().filter(|name| module(tree, &folder, name).is_none());
        let modules = modules.map(|name| format!("{name}.rs"));
        for file in missing.map(|file| (*file).to_owned()).chain(modules) {
            breaches.push(breach(
                format!("{folder}/{file}"),
                "every vendor crate has this file, and it is not there",
                "write it: the architecture page says what stands in each file",
            ));
        }
        for (sub, kind, way_out) in FOLDERS {
            let sub = format!("{folder}/{sub}");
            if !tree.below(&sub).any(|(path, _)| path.ends_with(kind)) {
                breaches.push(breach(
                    sub,
                    format!("every vendor crate has a `{kind}` file here, and there is none"),
                    way_out.replace("ID", id),
                ));
            }
        }
        let manifest = format!("{folder}/Cargo.toml");
        let package = table(tree, &manifest);
        let name = package
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(Value::as_str);
        if name != Some(&format!("leadsink-{id}")) {
            breaches.push(breach(
                manifest,
                format!("the package is not called `leadsink-{id}`"),
                "name it after its folder",
            ));
        }
        if let Some((path, text)) = module(tree, &folder, "src/descriptor")
            && !has_id(text, id)
        {
            breaches.push(breach(
                path,
                format!("the descriptor does not have the id `{id}`"),
                "the id is the name of the folder",
            ));
        }
        let conformance = format!("{folder}/{CONFORMANCE}");
        if let Some(text) = tree.get(&conformance)
            && !code(text, Literals::Blank).contains("conformance!")
        {
            breaches.push(breach(
                conformance,
                "the conformance suite is not called",
                "write `leadsink_testkit::conformance!(…)`",
            ));
        }
    }
    breaches
}

/// A module of a crate, and its file.
fn module<'a>(tree: &'a Tree, folder: &str, name: &str) -> Option<(String, &'a str)> {
    let paths = [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")];
    paths
        .into_iter()
        .find_map(|path| tree.get(&path).map(|text| (path, text)))
}

/// Whether a descriptor is made with this id, named there or by the constant `ID`.
fn has_id(descriptor: &str, id: &str) -> bool {
    let code = library_code(descriptor, Literals::Keep);
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let by_constant = code.contains("Descriptor::new(ID,") && code.contains(&format!("constID:&str=\"{id}\";"));
    by_constant || code.contains(&format!("Descriptor::new(\"{id}\","))
}

/// Where each vendor is named outside its crate: in each place once, and no vendor that has no folder.
pub(super) fn rows(tree: &Tree) -> Vec<Breach> {
    let ids = tree.vendors();
    let mut breaches = Vec::new();
    let umbrella = "crates/leadsink/Cargo.toml";
    let manifest = table(tree, umbrella);
    let features = manifest.get("features").and_then(Value::as_table);
    for id in &ids {
        let wanted = Value::Array(vec![Value::String(format!("dep:leadsink-{id}"))]);
        if features.and_then(|features| features.get(*id)) != Some(&wanted) {
            breaches.push(breach(
                umbrella,
                format!("the feature of the vendor `{id}` is missing or holds something else"),
                format!("under `[features]` write `{id} = [\"dep:leadsink-{id}\"]`"),
            ));
        }
    }
    for name in features
        .and_then(|features| features.get("default"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if let Some(id) = name.as_str().filter(|name| ids.contains(name)) {
            breaches.push(breach(
                umbrella,
                format!("the vendor `{id}` is on by default"),
                "take it out of `default`: whoever wants a vendor names it",
            ));
        }
    }
    let (file, listed) = vendors_table(tree);
    compare(&mut breaches, &ids, &listed, &file, |id| {
        format!("a row of the `vendors!` table: `\"{id}\" …`")
    });
    let listed = tree.get("README.md").map(readme_rows).unwrap_or_default();
    compare(&mut breaches, &ids, &listed, "README.md", |_| {
        "a row of the vendor table: `cargo xtask gen` writes it".to_owned()
    });
    breaches
}

fn compare(breaches: &mut Vec<Breach>, ids: &[&str], listed: &[String], file: &str, row: impl Fn(&str) -> String) {
    for id in ids.iter().filter(|id| !listed.iter().any(|row| row == *id)) {
        breaches.push(breach(
            file,
            format!("the vendor `{id}` is not listed"),
            format!("add {}", row(id)),
        ));
    }
    for id in listed.iter().filter(|id| !ids.contains(&id.as_str())) {
        breaches.push(breach(
            file,
            format!("`{id}` is listed and has no folder"),
            format!("add `crates/vendors/{id}`, or remove {}", row(id)),
        ));
    }
}

/// The file that calls `vendors!`, and the ids in its table.
fn vendors_table(tree: &Tree) -> (String, Vec<String>) {
    for (path, text) in tree
        .below("crates/leadsink/src")
        .filter(|(path, _)| path.ends_with(".rs"))
    {
        let code = code(text, Literals::Keep);
        if let Some((_, table)) = code.split_once("\nvendors! {") {
            let table = table.split_once("\n}").map_or(table, |(table, _)| table);
            let ids = table
                .lines()
                .filter_map(|row| row.trim_start().strip_prefix('"')?.split_once('"'))
                .map(|(id, _)| id.to_owned())
                .collect();
            return (path.to_owned(), ids);
        }
    }
    ("crates/leadsink/src/vendors.rs".to_owned(), Vec::new())
}

/// The ids in the vendor table of the README: the one cell of a row that is nothing but code, its feature.
fn readme_rows(readme: &str) -> Vec<String> {
    let Some((_, rest)) = readme.split_once(VENDORS.begin) else {
        return Vec::new();
    };
    let table = rest.split_once(VENDORS.end).map_or(rest, |(table, _)| table);
    table
        .lines()
        .filter_map(|row| row.split('|').nth(2)?.trim().strip_prefix('`')?.strip_suffix('`'))
        .map(str::to_owned)
        .collect()
}

/// Core knows no vendor; its tests may use a vendor's name as a sample.
pub(super) fn core_names_none(tree: &Tree) -> Vec<Breach> {
    named_in_core(tree, &tree.vendors())
}

/// Where core's code holds one of these ids.
pub(super) fn named_in_core(tree: &Tree, ids: &[&str]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let files = tree.below("crates/core/src");
    for (path, text) in files.filter(|(path, _)| !is_test(path)) {
        let code = library_code(text, Literals::Keep).to_lowercase();
        for (number, line) in code.lines().enumerate() {
            for id in ids.iter().filter(|id| line.contains(**id)) {
                breaches.push(
                    breach(
                        path,
                        format!("core names the vendor `{id}`"),
                        "say what the vendor needs as a concept that any vendor may need, or move it into the vendor's crate",
                    )
                    .at(number + 1),
                );
            }
        }
    }
    breaches
}

fn breach(file: impl Into<String>, what: impl Into<String>, way_out: impl Into<String>) -> Breach {
    Breach::new("one-vendor", file, what, way_out)
}

fn table(tree: &Tree, path: &str) -> Table {
    tree.get(path).and_then(|text| text.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
