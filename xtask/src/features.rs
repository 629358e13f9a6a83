//! The features of the umbrella: each combination compiles alone, and compiles nothing that it does not need.

use std::collections::BTreeSet;

use toml::Table;

use crate::weight;
use crate::workspace::{Result, Workspace, announce, capture, run};

const UMBRELLA: &str = "crates/leadsink/Cargo.toml";

/// What only one feature may bring in: the HTTP client, the phone database, the stores.
const HEAVY: [(&str, &str); 4] = [
    ("reqwest", "transport-reqwest"),
    ("rlibphonenumber", "intake"),
    ("rusqlite", "sqlite"),
    ("tokio-postgres", "postgres"),
];

/// What core never brings in, nor any vendor: an HTTP client, a runtime, the phone database.
const NOT_IN_CORE: [&str; 4] = ["hyper", "reqwest", "rlibphonenumber", "tokio"];

/// The one vendor that builds on another, as tidy's dependency rule has it.
pub(crate) const EXCEPTION: (&str, &str) = ("solarnexus", "leadconduit");

/// Checks no feature, each alone, and all; then what each brings in, and how much.
pub(crate) fn run_all(workspace: &Workspace) -> Result {
    let vendors = workspace.vendors();
    let features = declared(&workspace.read(UMBRELLA)?)?;
    let mut failed = Vec::new();

    announce("features: core alone");
    let core = crates_of(&capture(&mut tree(workspace, "leadsink-core", ""))?);
    let mut wrong: Vec<_> = NOT_IN_CORE
        .into_iter()
        .filter(|name| core.contains(*name))
        .map(|name| format!("`leadsink-core` compiles `{name}`; see `cargo tree -p leadsink-core -i {name}`"))
        .collect();

    for set in combinations(&features) {
        announce(&format!(
            "features: {}",
            if set.is_empty() { "none" } else { set.as_str() }
        ));
        let checked = run(&mut workspace.cargo([
            "clippy",
            "--package",
            "leadsink",
            "--no-default-features",
            "--features",
            &set,
            "--",
            "-D",
            "warnings",
        ]));
        if checked.is_err() {
            failed.push(if set.is_empty() { "none".to_owned() } else { set.clone() });
        }
        let compiled = crates_of(&capture(&mut tree(workspace, "leadsink", &set))?);
        wrong.extend(surplus(&vendors, &set, &compiled));
    }
    for vendor in vendors.iter().filter(|vendor| features.contains(vendor)) {
        let weight = weight::weigh(workspace, vendor)?;
        println!("`{vendor}`: {} crates more than a bare client", weight.added.len());
        wrong.extend(weight::excess(vendor, &weight));
    }
    for line in &wrong {
        println!("{line}");
    }
    match (failed.is_empty(), wrong.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(format!("{} wrong crates in the trees above", wrong.len())),
        (false, _) => Err(format!("these do not compile alone: {}", failed.join(", "))),
    }
}

/// The features that the manifest declares, `default` left out.
fn declared(manifest: &str) -> Result<Vec<String>> {
    let manifest: Table = manifest.parse().map_err(|error| format!("`{UMBRELLA}`: {error}"))?;
    let features = manifest.get("features").and_then(|features| features.as_table());
    Ok(features
        .into_iter()
        .flat_map(Table::keys)
        .filter(|name| *name != "default")
        .cloned()
        .collect())
}

/// None, each alone, all.
fn combinations(features: &[String]) -> Vec<String> {
    let mut sets = vec![String::new()];
    sets.extend(features.iter().cloned());
    sets.push(features.join(","));
    sets
}

fn tree(workspace: &Workspace, package: &str, features: &str) -> std::process::Command {
    let mut command = workspace.cargo(["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    command.args(["--package", package, "--no-default-features", "--features", features]);
    command
}

/// The names of the crates that `cargo tree` lists.
fn crates_of(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What a set of features brings in and should not, and the vendor it should bring in and does not.
fn surplus(vendors: &[String], set: &str, compiled: &BTreeSet<String>) -> Vec<String> {
    let on: Vec<_> = set.split(',').collect();
    let mut wrong = Vec::new();
    for vendor in vendors {
        let name = format!("leadsink-{vendor}");
        let wanted = on.contains(&vendor.as_str());
        let excepted = *vendor == EXCEPTION.1 && on.contains(&EXCEPTION.0);
        match (compiled.contains(&name), wanted) {
            (true, false) if !excepted => wrong.push(format!("features `{set}` compile `{name}`, another vendor")),
            (false, true) => wrong.push(format!("feature `{vendor}` does not compile `{name}`")),
            _ => {}
        }
    }
    for (name, feature) in HEAVY {
        if compiled.contains(name) && !on.contains(&feature) {
            wrong.push(format!(
                "features `{set}` compile `{name}`, which only `{feature}` may; see `cargo tree -p leadsink -i {name}`"
            ));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[features]\ndefault = [\"b\"]\na = []\nb = []\n";

    fn compiled(tree: &str) -> BTreeSet<String> {
        crates_of(tree)
    }

    #[test]
    fn no_feature_each_alone_and_all_are_checked() {
        assert_eq!(combinations(&declared(MANIFEST).unwrap()), ["", "a", "b", "a,b"]);
    }

    #[test]
    fn another_vendor_in_the_tree_is_found() {
        let vendors = ["acme".to_owned(), "bolt".to_owned()];
        let both = compiled("leadsink v0.1.0 (path)\nleadsink-acme v0.1.0\nleadsink-bolt v0.1.0 (*)\n");
        assert_eq!(
            surplus(&vendors, "acme", &both),
            ["features `acme` compile `leadsink-bolt`, another vendor"]
        );
        assert!(surplus(&vendors, "acme,bolt", &both).is_empty());
        assert_eq!(
            surplus(&vendors, "acme", &compiled("leadsink v0.1.0")),
            ["feature `acme` does not compile `leadsink-acme`"]
        );
    }

    #[test]
    fn the_one_exception_is_allowed() {
        let vendors = ["leadconduit".to_owned(), "solarnexus".to_owned()];
        let both = compiled("leadsink-leadconduit v0.1.0\nleadsink-solarnexus v0.1.0");
        assert!(surplus(&vendors, "solarnexus", &both).is_empty());
        assert_eq!(surplus(&vendors, "leadconduit", &both).len(), 1);
    }

    #[test]
    fn the_phone_database_comes_with_intake_only() {
        let tree = compiled("rlibphonenumber v2.2.0");
        assert_eq!(surplus(&[], "", &tree).len(), 1);
        assert!(surplus(&[], "intake", &tree).is_empty());
    }
}
